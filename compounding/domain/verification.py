"""Is what stands in the labelled container what the record says, and may this patient have it? The final check, blind, by somebody who weighed nothing."""

from dataclasses import replace

from compounding.domain.allergy_gate import refusals
from compounding.domain.compounding_record import CompoundingRecord, check_signed, given, state_after
from compounding.domain.errors import WorkflowRefused
from compounding.domain.finishing import with_label_withdrawn
from compounding.domain.hand_over_parts import Discrepancy, FinalCheck, PrintedFacts, Release
from compounding.domain.label_codes import is_same_code
from compounding.domain.people import Duty, Signature
from compounding.domain.reasons import Reason
from compounding.domain.record_parts import Hold, HoldReason
from compounding.domain.record_signing import check_not_weighed_by
from compounding.domain.stages import Action


def verify(
    record: CompoundingRecord, check: FinalCheck, *, printed: PrintedFacts, verdict: tuple[Reason, ...], signature: Signature
) -> Release | tuple[Discrepancy, ...]:
    """The Release of exactly this label, or everything the check found. `verdict` is what the allergy gate says today.

    Three tellings must agree: the checker's, the label's stored content, and the record's. Raises WorkflowRefused `SIGNED_SOMETHING_ELSE` for a signature
    of another check, and what `check_second_person` raises for a checker who weighed (clinical rules 17 and 18).
    """
    state_after(record, Action.RELEASE)
    check_signed(record, signature, adding=check, duty=Duty.FINAL_CHECK)
    check_not_weighed_by(record, signature)
    label = record.label
    if label is None:
        raise WorkflowRefused("RECORD_INCOMPLETE", "there is no label to check")
    found = [Discrepancy(code=each.code, message=each.message) for each in refusals(verdict)]
    of_record = (
        ("STRENGTH", "the strength", check.strength_percent, printed.strength_percent, record.sheet.percent),
        ("AMOUNT", "the amount", check.amount_g, printed.amount_g, record.amount_to_label_g),
        ("BEYOND_USE_DATE", "the beyond-use date", check.beyond_use_date, printed.beyond_use_date, record.beyond_use.on),
        ("LOT_NUMBER", "the lot number", check.lot_number.strip(), printed.lot_number.strip(), record.lot_number.strip()),
    )
    of_label = (
        ("PATIENT", "the patient's name", folded(check.patient_name), folded(printed.patient_name)),
        ("SECOND_IDENTIFIER", "the patient's second identifier", folded(check.second_identifier), folded(printed.second_identifier)),
        ("BASE", "the base", folded(check.base), folded(printed.base)),
    )
    for code, name, read, on_label, on_record in of_record:
        if read != on_label:
            found.append(_differs(code, f"What was read as {name} is not what the label says."))
        if on_label != on_record:
            found.append(_differs(code, f"What the label gives as {name} is not the record's."))
    for code, name, told, on_label in of_label:
        if not told or told != on_label:
            found.append(_differs(code, f"What was read as {name} is not what the label says."))
    if not is_same_code(check.scanned_code, printed.code):
        found.append(Discrepancy(code="WRONG_LABEL", message="The scanned code is not that of this label."))
    if (printed.label_sha256, printed.label_revision) != (label.sha256, label.revision):
        found.append(Discrepancy(code="LABEL_NOT_IN_FORCE", message="The printed label is not the one in force for this record."))
    if found:
        return tuple(dict.fromkeys(found))
    return Release(check=check, label_sha256=label.sha256, label_revision=label.revision, signature=signature)


def _differs(code: str, message: str) -> Discrepancy:
    return Discrepancy(code=f"{code}_DIFFERS", message=message)


def folded(words: str) -> str:
    """Words as two people would call them the same: letter case and spaces aside."""
    return " ".join(words.split()).casefold()


def released(record: CompoundingRecord, release: Release) -> CompoundingRecord:
    """The record RELEASED. Raises WorkflowRefused `SIGNED_SOMETHING_ELSE` for a release of an earlier reading of the record."""
    state = state_after(record, Action.RELEASE)
    check_signed(record, release.signature, adding=release.check, duty=Duty.FINAL_CHECK)
    return replace(record, state=state, release=release)


def fail_check(record: CompoundingRecord, check: FinalCheck, discrepancies: tuple[Discrepancy, ...], *, reason: str, signature: Signature) -> CompoundingRecord:
    """The record ON_HOLD with what the final check found; its label is withdrawn, so a decision leads to a new label and a new check.

    Raises WorkflowRefused `NO_DISCREPANCY`, `REASON_MISSING`, `SIGNED_SOMETHING_ELSE`.
    """
    state = state_after(record, Action.FAIL_CHECK)
    check_signed(record, signature, adding=check, duty=Duty.FINAL_CHECK)
    words = given(reason, "a failed final check")
    if not discrepancies:
        raise WorkflowRefused("NO_DISCREPANCY", "a final check that found nothing cannot have failed")
    reasons = tuple(HoldReason(code="FINAL_CHECK_FAILED", message=f"{each.code}: {each.message}") for each in discrepancies)
    hold = Hold(reasons=(*reasons, HoldReason(code="FINAL_CHECK_FAILED", message=words)), since=signature.at, found_by=signature)
    return replace(
        record, state=state, holds=(*record.holds, hold), label=None,
        withdrawn_labels=with_label_withdrawn(record, words, by=signature.person_id, at=signature.at),
    )  # fmt: skip
