"""Somebody objects to petrolatum after it was agreed to: the consent ends at once, whatever the order has become since (clinical rules 2 and 6)."""

from dataclasses import dataclass
from datetime import date

from compounding.domain.errors import WorkflowRefused
from compounding.domain.order_parts import Answer, Enquiry, Spoken
from compounding.domain.order_record import objected
from compounding.domain.people import Duty
from compounding.storage import orders
from compounding.workflow.deciding import load
from compounding.workflow.evidence import check_own_evidence
from compounding.workflow.hearing import check_spoken
from compounding.workflow.receiving import Standing, standing
from compounding.workflow.use_case import Work, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Who objects to petrolatum (the prescriber, or the patient), on which day, in which words, and the letter (its sha256) or the call it rests on."""

    order_id: str
    version: int
    by: str
    on: date
    words: str
    document_sha256: str = ""
    spoken: Spoken | None = None


@use_case
def record_objection(work: Work, request: Objection) -> Standing:
    """Record an objection. An order that was screened or accepted goes back to screening, and no consent before it stands any more."""
    work.may(Duty.ASK_ALLERGIES)
    check_spoken(work, request.spoken)
    if request.on > work.today:
        raise WorkflowRefused("DATE_AHEAD", "nobody can have objected on a day that is still to come")
    if request.document_sha256:
        check_own_evidence(work, request.document_sha256)
    record, _, _ = load(work, request.order_id)
    answer = Answer(
        by=request.by.strip(), on=request.on, words=request.words.strip(), agrees_to_petrolatum=False, objects_to_petrolatum=True, spoken=request.spoken,
        document_sha256=request.document_sha256, recorded_by=work.person.name, recorded_at=work.act.at,
    )  # fmt: skip
    objection = Enquiry(
        question="objection to petrolatum, told unasked", asks_for_petrolatum=True, asked_by=work.person.id, asked_at=work.act.at, answer=answer
    )
    after = objected(record, objection)
    version = orders.change(work.opened, after, version=request.version)
    work.tell("record objection", "order", record.id, {
        "state": (record.state.value, after.state.value), "by": (None, answer.by), "on": (None, answer.on.isoformat()), "words": (None, answer.words),
        "rests_on": (None, answer.rests_on), "consent": (record.consent.in_words if record.consent is not None else None, None),
    })  # fmt: skip
    return standing(after, version)
