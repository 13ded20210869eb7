"""Stages 7 and 8: the final check releases a label or finds what is wrong; the hand-out gives the container to the patient (clinical rules 17, 18 and 23)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from compounding.domain.clinical_assessment import check_still_counts
from compounding.domain.compounding_record import record_sha256, signed_text
from compounding.domain.dispensing import PatientIdentity, check_can_go_out, dispense, handed_out
from compounding.domain.errors import WorkflowRefused
from compounding.domain.fills import FillPlan, check_asked, supply_ends_on
from compounding.domain.hand_over_parts import Counselling, CounsellingWay, Discrepancy, Dispensing, FinalCheck, HandOut, LabelStatus, Release
from compounding.domain.order_record import filled
from compounding.domain.paper_kinds import LABEL, LEAFLET
from compounding.domain.people import Duty, NotAllowed, Role, check_licence
from compounding.domain.stages import Action, State
from compounding.domain.verification import fail_check, released, verify
from compounding.storage import contents, documents, orders, papers, preparations, signatures
from compounding.storage.papers import Paper
from compounding.workflow.benches import OnBench, examined_with_its_lots, keep, on_bench
from compounding.workflow.counselling import counselling_for_hand_out
from compounding.workflow.counselling import told as counselling_told
from compounding.workflow.evidence import check_fresh_evidence
from compounding.workflow.label_status import supersede
from compounding.workflow.planning_fills import fills_of
from compounding.workflow.use_case import Work, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What the checker read from container and label without seeing the record. `reason` of the act is needed where something is wrong."""

    preparation_id: str
    version: int
    strength_percent: Decimal
    amount_g: Decimal
    patient_name: str
    second_identifier: str
    beyond_use_date: date
    lot_number: str
    base: str
    scanned_code: str
    as_sole_practitioner: bool = False
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of a final check: released, or on hold with everything that was found."""

    id: str
    number: str
    version: int
    state: State
    discrepancies: tuple[Discrepancy, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveOut:
    """The hand-out: the code scanned from the container, two identifiers as the receiver told them, who took it, leaflet languages, counselling.

    Whoever offered counselling and does not act here has signed for it before (`record_counselling`). The act's reason is a pharmacist's, where the supply
    lasts beyond the beyond-use date.
    """

    preparation_id: str
    version: int
    scanned_code: str
    patient_name: str
    second_identifier: str
    receiver: str
    document_languages: tuple[str, ...]
    counselling_offered: bool
    counselling_accepted: bool
    counselling_by: str
    counselling_way: CounsellingWay
    counselling_words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenOut:
    """What was handed out, and what is left of the order."""

    id: str
    number: str
    version: int
    state: State
    amount_g: Decimal
    fills_left: int
    balance_owing_g: Decimal
    order_state: State


@use_case
def check_finally(work: Work, request: Check) -> Checked:
    """The final check: blind figures against label and record, the gate once more. Only without any discrepancy is the label released, and valid."""
    work.may(Duty.FINAL_CHECK)
    found = on_bench(work, request.preparation_id, version=request.version)
    record = found.record
    contents.check_there(work.opened, *request.evidence)
    check_fresh_evidence(work, record, found.order, request.evidence)
    check = FinalCheck(
        strength_percent=request.strength_percent, amount_g=request.amount_g, patient_name=request.patient_name, second_identifier=request.second_identifier,
        beyond_use_date=request.beyond_use_date, lot_number=request.lot_number, base=request.base, scanned_code=request.scanned_code.strip(),
    )  # fmt: skip
    signature = work.sign(
        Duty.FINAL_CHECK, of_sha256=record_sha256(record, check), evidence=request.evidence, as_sole_practitioner=request.as_sole_practitioner
    )
    paper = label_in_force(work, found)
    if paper.facts is None:
        raise WorkflowRefused("LABEL_NOT_VALID", "the label's own content is not here; print a new one")
    # The stored bytes are held against their name as well: what is released is what can be printed again.
    contents.of(work.opened, paper.sha256)
    _, verdict = examined_with_its_lots(work, found, on=work.today)
    outcome = verify(record, check, printed=paper.facts, verdict=verdict, signature=signature)
    signatures.add(work.opened, "preparation", record.id, signature, text=signed_text(record, check))
    told = {"check": (None, documents.write(FinalCheck, check))}
    if isinstance(outcome, Release):
        after = released(record, outcome)
        papers.set_status(work.opened, paper.id, LabelStatus.VALID, "")
        work.tell("label valid", "label", paper.id, {"status": (LabelStatus.AWAITING_CHECK.value, LabelStatus.VALID.value)})
        stands = keep(work, Action.RELEASE, record, after, version=request.version, changed=told)
        return Checked(id=stands.id, number=stands.number, version=stands.version, state=stands.state, discrepancies=())
    reason = " ".join(work.act.reason.split()) or "the final check found discrepancies"
    after = fail_check(record, check, outcome, reason=reason, signature=signature)
    supersede(work, record.id, reason, LabelStatus.VOID)
    found_codes = ", ".join(each.code for each in outcome)
    stands = keep(work, Action.FAIL_CHECK, record, after, version=request.version, changed={**told, "found": (None, found_codes)}, reason=reason)
    return Checked(id=stands.id, number=stands.number, version=stands.version, state=stands.state, discrepancies=outcome)


@use_case
def hand_out(work: Work, request: GiveOut) -> GivenOut:
    """Hand a released container out; everything that may have changed since it was planned is asked again. With the last fill the order is filled.

    Raises WorkflowRefused `ORDER_EXPIRED`, `ALLERGY_NOT_ASKED`, `ALLERGIES_NOT_ASKED_AGAIN`, `ASSESSMENT_OUT_OF_DATE`, `LEAFLET_NOT_PRINTED`, what
    `counselling_for_hand_out` and what `dispense` raise.
    """
    work.may(Duty.HAND_OUT)
    found = on_bench(work, request.preparation_id, version=request.version)
    record = found.record
    seen, verdict = examined_with_its_lots(work, found, on=work.today)
    if record.release is None:
        raise WorkflowRefused("LABEL_NOT_VALID", "this preparation has not passed its final check")
    # Before anything is asked of the patient: what came back, or is out already, is not handed out whatever the answers are.
    check_can_go_out(record)
    if seen.receipt.order is None:
        raise WorkflowRefused("ORDER_NOT_ACCEPTED", "the order can no longer be read as it was accepted; screen it again")
    plan = fills_of(work, found.order, seen.receipt.order)
    _check_still_known(work, found, plan)
    _check_leaflet(work, record.id, request.document_languages)
    asked = Counselling(
        is_offered=request.counselling_offered, is_accepted=request.counselling_accepted, by=request.counselling_by, way=request.counselling_way
    )
    counselling = counselling_for_hand_out(work, found, asked, request.counselling_words)
    paper = label_in_force(work, found)
    done = dispense(
        record, record.release,
        hand_out=HandOut(
            scanned_code=request.scanned_code.strip(), patient_name=request.patient_name, second_identifier=request.second_identifier,
            receiver=request.receiver, document_languages=request.document_languages, by=work.person.id, at=work.act.at,
            supervised_by=work.supervised_by(Duty.HAND_OUT),
        ),
        counselling=counselling, patient=_identity(found), verdict=verdict, label_status=papers.status(work.opened, paper.id), on=work.today,
        used_until=supply_ends_on(plan, amount_g=record.amount_to_label_g, on=work.today),
        short_supply_reason=work.act.reason if _is_pharmacist(work) else "",
    )  # fmt: skip
    after = handed_out(record, done)
    stands = keep(work, Action.HAND_OUT, record, after, version=request.version, changed=_hand_out_told(done))
    preparations.add_dispensing(work.opened, after)
    left, order = fills_of(work, found.order, seen.receipt.order), found.order
    if not left.fills_left and not left.balances_g:
        order = filled(order)
        _, version = orders.of(work.opened, order.id)
        orders.change(work.opened, order, version=version)
        work.tell(Action.COMPLETE_ORDER, "order", order.id, {"state": (found.order.state.value, order.state.value)}, reason="the last fill was handed out")
    return GivenOut(
        id=stands.id, number=stands.number, version=stands.version, state=stands.state, amount_g=done.amount_g, fills_left=left.fills_left,
        balance_owing_g=left.balance_owing_g, order_state=order.state,
    )  # fmt: skip


def _check_still_known(work: Work, found: OnBench, plan: FillPlan) -> None:
    """What was known when the fill was planned must still count on the day it is handed out."""
    if work.today > plan.expires_on:
        raise WorkflowRefused("ORDER_EXPIRED", f"the order was valid until {plan.expires_on.isoformat()}; ask the prescriber for a new one")
    check_asked(plan, on=work.today, asked_on=found.allergies.asked_on)
    assessed_at = found.record.assessments[-1].signature.at
    check_still_counts(signed_on=assessed_at.astimezone(work.site.time_zone).date(), on=work.today)


def _check_leaflet(work: Work, preparation_id: str, languages: tuple[str, ...]) -> None:
    """Raises WorkflowRefused `LEAFLET_NOT_PRINTED` for a language in which the last leaflet of this preparation was not printed."""
    printed = [each for each in papers.of_preparation(work.opened, preparation_id) if each.kind == LEAFLET]
    last = max(printed, key=lambda each: each.revision, default=None)
    missing = sorted({each for each in languages if last is None or each != last.language})
    if missing:
        raise WorkflowRefused("LEAFLET_NOT_PRINTED", f"no leaflet of this preparation was printed in: {', '.join(missing)}")


def _is_pharmacist(work: Work) -> bool:
    if Role.PHARMACIST not in work.person.roles:
        return False
    try:
        check_licence(work.person, Role.PHARMACIST, on=work.today)
    except NotAllowed:
        return False
    return True


def label_in_force(work: Work, found: OnBench) -> Paper:
    """The label of the record as it is kept. Raises WorkflowRefused `LABEL_NOT_VALID` where there is none."""
    if found.record.label is None:
        raise WorkflowRefused("LABEL_NOT_VALID", "this preparation has no label in force")
    return papers.of_revision(work.opened, found.record.id, LABEL, found.record.label.revision)


def _identity(found: OnBench) -> PatientIdentity:
    profile = found.patient.profile
    known = {profile.born_on.isoformat(), found.order.rx_number, *([profile.identifier] if profile.identifier else [])}
    return PatientIdentity(name=profile.name, identifiers=frozenset(known))


def _hand_out_told(done: Dispensing) -> dict[str, tuple[None, str]]:
    given = done.hand_out
    told = {
        "handed out": f"{done.amount_g} g to {given.receiver}", "label": f"revision {done.label_revision}, sha256 {done.label_sha256}",
        "scanned code": given.scanned_code, "patient's name told": given.patient_name, "second identifier told": given.second_identifier,
        "leaflet languages": ", ".join(given.document_languages), "counselling": counselling_told(done.counselling),
    }  # fmt: skip
    if done.short_supply_reason:
        told["supply beyond the beyond-use date"] = done.short_supply_reason
    return {name: (None, words) for name, words in told.items()}
