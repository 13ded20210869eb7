"""Stage 6: label, leaflet and worksheet are set once, kept as they are, and sent again as the same bytes (clinical rules 25 to 27 and 29)."""

import secrets
from dataclasses import dataclass, replace

from compounding.domain.allergy_gate import refusals
from compounding.domain.errors import WorkflowRefused
from compounding.domain.formulary_versions import PHRASES_OF, Kind
from compounding.domain.hand_over_parts import LabelStatus, PrintedFacts
from compounding.domain.paper_facts import Numbers, PaperFacts
from compounding.domain.people import Duty
from compounding.domain.record_changes import labelled, void_label
from compounding.domain.selection import FormulationChoice
from compounding.domain.stages import Action, Subject, check_transition
from compounding.paper import Made, facts_of, set_papers
from compounding.reference import ReferenceData
from compounding.storage import contents, papers
from compounding.storage.papers import LABEL
from compounding.workflow.bench_steps import OfPreparation
from compounding.workflow.benches import OnBench, check_its_lots, examined_with_its_lots, formula_pinned, keep, load_preparation, on_bench
from compounding.workflow.examining import Held
from compounding.workflow.formulary_in_force import phrases_of
from compounding.workflow.label_status import supersede
from compounding.workflow.planning_fills import fills_of
from compounding.workflow.receiving import Standing
from compounding.workflow.use_case import Work, use_case

_TOKEN_LETTERS = "2345679CFGHJKNPQRVWX"  # noqa: S105 - no vowel and no look-alike, so that it spells nothing and is read aloud without a slip.
_TOKEN_LENGTH = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprint:
    """A stored paper to send again; the reason stands in the act."""

    preparation_id: str
    version: int
    kind: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprinted:
    """Which bytes to send, and the number of the reprint that goes on them."""

    sha256: str
    reprint: int


@use_case
def print_label(work: Work, request: OfPreparation) -> Standing:
    """Set and keep label, leaflet and worksheet of a finished preparation. Raises Held where the gate refuses the jar, or the text does not fit."""
    work.may(Duty.PRINT_PAPER)
    found = on_bench(work, request.preparation_id, version=request.version)
    check_transition(Subject.PREPARATION, Action.PRINT_LABEL, found.record.state)
    check_its_lots(work, found.record)
    facts = _facts(work, found, token="".join(secrets.choice(_TOKEN_LETTERS) for _ in range(_TOKEN_LENGTH)))
    made, faults = set_papers(facts)
    if made is None:
        raise Held(faults)
    record = found.record
    revision = papers.last_revision(work.opened, record.id, LABEL) + 1
    printed = PrintedFacts(
        label_sha256=contents.keep(work.opened, made["label.pdf"], media_type="application/pdf"), label_revision=revision,
        strength_percent=facts.sheet.percent, amount_g=facts.amount_g, patient_name=facts.order.patient.name, second_identifier=facts.numbers.rx_number,
        beyond_use_date=facts.beyond_use.on, lot_number=facts.numbers.lot, base=facts.base, code=facts.numbers.code,
    )  # fmt: skip
    for kind in (LABEL, "leaflet", "worksheet"):
        papers.add(
            work.opened, record.id, kind, made[f"{kind}.pdf"], revision=revision, token=facts.numbers.token if kind == LABEL else work.opened.new_id(),
            language=facts.phrases.language if kind != "worksheet" else "en", facts=printed if kind == LABEL else None,
        )  # fmt: skip
    after = labelled(record, sha256=printed.label_sha256, revision=revision, by=work.person.id, at=work.act.at)
    changed = {"label": (None, f"revision {revision}, sha256 {printed.label_sha256}"), "label amount": (None, f"{facts.amount_g} g")}
    return keep(work, Action.PRINT_LABEL, record, after, version=request.version, changed=changed)


@use_case
def reprint(work: Work, request: Reprint) -> Reprinted:
    """Send a stored paper again: the same bytes, numbered, with a reason. A label that no longer counts is not sent."""
    work.may(Duty.PRINT_PAPER)
    work.reason()
    found = load_preparation(work, request.preparation_id, version=request.version)
    check_transition(Subject.PREPARATION, Action.REPRINT, found.record.state)
    paper = papers.of_revision(work.opened, request.preparation_id, request.kind, request.revision)
    if paper.kind == LABEL and papers.status(work.opened, paper.id) not in {LabelStatus.AWAITING_CHECK, LabelStatus.VALID}:
        raise WorkflowRefused("LABEL_NOT_VALID", "this label no longer counts; print a new one")
    number = work.opened.next_number(f"reprint {paper.id}")
    work.tell(Action.REPRINT, "preparation", request.preparation_id, {paper.kind: (None, f"revision {paper.revision}, reprint {number}")})
    return Reprinted(sha256=paper.sha256, reprint=number)


@use_case
def void_printed_label(work: Work, request: OfPreparation) -> Standing:
    """Withdraw a label, released or not; a new one needs a new final check."""
    work.may(Duty.PRINT_PAPER)
    reason = work.reason()
    found = load_preparation(work, request.preparation_id, version=request.version)
    after = void_label(found.record, reason, by=work.person.id, at=work.act.at)
    supersede(work, after.id, reason, LabelStatus.VOID)
    return keep(work, Action.VOID_LABEL, found.record, after, version=request.version)


def _facts(work: Work, found: OnBench, *, token: str) -> PaperFacts:
    """What the papers of this record say. The gate is asked for today; the paper speaks of the compounding day."""
    _, today = examined_with_its_lots(work, found, on=work.today)
    if refusals(today):
        raise Held(refusals(today))
    record, order = found.record, found.order
    seen, verdict = examined_with_its_lots(work, found, on=record.compounded_on)
    read, agreed = seen.receipt.order, order.acceptance
    if read is None or agreed is None or seen.choice is None:
        raise WorkflowRefused("ORDER_NOT_ACCEPTED", "the order can no longer be read as it was accepted; screen it again")
    formula = formula_pinned(work, record)
    left = fills_of(work, order, read)
    made = Made(
        order=read, gate=seen.gate, choice=FormulationChoice(formula=formula, why=agreed.why, excluded=(), gate=verdict), sheet=record.sheet,
        beyond_use=record.beyond_use, language=record.phrases_language,
        numbers=Numbers(rx_number=record.rx_number, lot=record.lot_number, token=token),
        draft_phrases=_draft_marks(work, record.beyond_use.proposed), reasons=[each for each in seen.reasons if each.code != "PRESCRIBER_UNVERIFIED"],
        dispensed_on=work.today, amount_g=record.amount_to_label_g,
        repeats_left=max(0, left.fills_left - (1 if record.fill not in left.balances_g else 0)), prescriber_attested=True,
    )  # fmt: skip
    return facts_of(made, seen.bench, _with_its_texts(work, found))


def _with_its_texts(work: Work, found: OnBench) -> ReferenceData:
    """The reference data with the formula and the phrases that the record is pinned to."""
    record, data = found.record, work.data
    formula = formula_pinned(work, record)
    for version in work.history.versions:
        if (version.kind, version.version, version.sha256) == (Kind.PHRASES, record.phrases_version, record.phrases_sha256):
            phrases = {**data.phrases, PHRASES_OF[version.id]: phrases_of(version)}
            formulas = {**data.formulary.formulas, formula.id: formula}
            return replace(data, phrases=phrases, formulary=replace(data.formulary, formulas=formulas))
    raise WorkflowRefused("WRONG_FORMULA", "the texts that this record was planned with are not here")


def _draft_marks(work: Work, is_proposed: bool) -> tuple[str, ...]:
    """What still makes this paper a draft. It is checked and approved; an example pharmacy's is for nobody, and an unattested date says so."""
    marks = ["draft_example_pharmacy"] if work.site.is_example else []
    return (*marks, *(["draft_date_proposed"] if is_proposed else []))
