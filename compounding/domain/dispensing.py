"""May this released container be handed to this patient today? (clinical rule 23)"""

from dataclasses import dataclass, replace
from datetime import date

from compounding.domain.allergy_gate import refusals
from compounding.domain.compounding_record import CompoundingRecord, check_signed, state_after
from compounding.domain.errors import WorkflowRefused
from compounding.domain.hand_over_parts import Dispensing, HandOut, LabelStatus, Release, SignedCounselling
from compounding.domain.label_codes import is_same_code
from compounding.domain.people import Duty
from compounding.domain.reasons import Reason
from compounding.domain.record_texts import has_words
from compounding.domain.stages import Action, State
from compounding.domain.verification import folded


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientIdentity:
    """Who the patient is by the pharmacy's own record: the name, and everything that may serve as the second identifier (date of birth, number)."""

    name: str
    identifiers: frozenset[str]


def check_can_go_out(record: CompoundingRecord, label_status: LabelStatus | None = None) -> None:
    """Raises WorkflowRefused `RECALLED`; IllegalTransition for what was not released, is handed out already, or came back."""
    if record.state is State.RECALLED or label_status is LabelStatus.RECALLED:
        raise WorkflowRefused("RECALLED", "this preparation is recalled; keep it back and tell the designated person")
    state_after(record, Action.HAND_OUT)


def dispense(
    record: CompoundingRecord, release: Release, *, hand_out: HandOut, counselling: SignedCounselling, patient: PatientIdentity, verdict: tuple[Reason, ...],
    label_status: LabelStatus, on: date, used_until: date | None = None, short_supply_reason: str = "",
) -> Dispensing:  # fmt: skip
    """The hand-out of one released container. `verdict` is what the allergy gate says on the day `on` of the pharmacy's calendar; `used_until`
    the last day this supply is meant for, where known; `short_supply_reason` a pharmacist's reason to hand out what cannot be used until then.

    Raises WorkflowRefused `RECALLED`, `LABEL_NOT_VALID`, `WRONG_LABEL`, `PAST_BEYOND_USE_DATE`, `BEYOND_USE_TOO_SHORT_FOR_SUPPLY`,
    `IDENTITY_NOT_CONFIRMED`, `COUNSELLING_NOT_OFFERED`, `COUNSELLING_NOT_SIGNED`, `GATE_REFUSED`, `HAND_OUT_INCOMPLETE`;
    IllegalTransition for what was not released, or is handed out already.
    """
    check_can_go_out(record, label_status)
    if label_status is not LabelStatus.VALID or release != record.release:
        raise WorkflowRefused("LABEL_NOT_VALID", f"the label is {label_status.value}, or not the one that was released; print and check a new one first")
    if not is_same_code(hand_out.scanned_code, release.check.scanned_code):
        raise WorkflowRefused("WRONG_LABEL", "the scanned container is not the one that was released for this patient")
    if on > record.beyond_use.on:
        raise WorkflowRefused("PAST_BEYOND_USE_DATE", f"this preparation could be used until {record.beyond_use.on.isoformat()}; discard it")
    is_short = used_until is not None and record.beyond_use.on < used_until
    if is_short and not has_words(short_supply_reason):
        days = (record.beyond_use.on - on).days + 1
        raise WorkflowRefused(
            "BEYOND_USE_TOO_SHORT_FOR_SUPPLY",
            f"this preparation can be used for {days} days, which is less than the supply ordered; a pharmacist must give the reason to hand it out",
        )
    stopping = refusals(verdict)
    if stopping:
        raise WorkflowRefused("GATE_REFUSED", f"the allergy gate refuses this jar ({', '.join(dict.fromkeys(each.code for each in stopping))})")
    _check_identity(hand_out, release, patient)
    if not counselling.counselling.is_offered:
        raise WorkflowRefused("COUNSELLING_NOT_OFFERED", "a pharmacist must offer counselling before the hand-out")
    check_counselling(counselling, on=on)
    if not hand_out.receiver.strip() or not hand_out.by.strip() or not any(each.strip() for each in hand_out.document_languages):
        raise WorkflowRefused("HAND_OUT_INCOMPLETE", "the hand-out needs who took it, who gave it, and in which language the leaflet went along")
    return Dispensing(
        hand_out=hand_out, counselling=counselling, label_sha256=release.label_sha256, label_revision=release.label_revision,
        amount_g=record.amount_to_label_g, on=on, short_supply_reason=short_supply_reason.strip() if is_short else "",
    )  # fmt: skip


def check_counselling(signed: SignedCounselling, *, on: date) -> None:
    """Raises WorkflowRefused `COUNSELLING_NOT_SIGNED` for counselling of another day, or under another signature than one for counselling."""
    if signed.on != on or signed.signature.duty is not Duty.COUNSEL:
        raise WorkflowRefused("COUNSELLING_NOT_SIGNED", "the pharmacist who offered counselling must sign for it on the day of the hand-out")


def advised(record: CompoundingRecord, signed: SignedCounselling) -> CompoundingRecord:
    """The record with counselling that a pharmacist offered before the hand-out, signed for the record and the counselling together.

    Raises IllegalTransition, and WorkflowRefused `COUNSELLING_NOT_OFFERED` and `SIGNED_SOMETHING_ELSE`.
    """
    state = state_after(record, Action.COUNSEL)
    if not signed.counselling.is_offered:
        raise WorkflowRefused("COUNSELLING_NOT_OFFERED", "only counselling that was offered is recorded")
    check_signed(record, signed.signature, adding=(signed.counselling, signed.words), duty=Duty.COUNSEL)
    return replace(record, state=state, counsellings=(*record.counsellings, signed))


def _check_identity(hand_out: HandOut, release: Release, patient: PatientIdentity) -> None:
    name, second = folded(hand_out.patient_name), folded(hand_out.second_identifier)
    is_named = name and name == folded(patient.name) == folded(release.check.patient_name)
    if not is_named or not second or second == name or second not in {folded(each) for each in patient.identifiers}:
        raise WorkflowRefused("IDENTITY_NOT_CONFIRMED", "name and second identifier must be those of the patient this was released for")


def handed_out(record: CompoundingRecord, dispensing: Dispensing) -> CompoundingRecord:
    """The record DISPENSED. Raises WorkflowRefused `RECORD_INCONSISTENT` for the hand-out of another label."""
    return replace(record, state=state_after(record, Action.HAND_OUT), dispensing=dispensing)
