"""What an acceptance needs beside an empty list of reasons: the patient's address, the prescriber's licence, and answers to the doubts (clinical rule 1)."""

from compounding.domain.errors import WorkflowRefused
from compounding.domain.order_parts import Acceptance, Settled
from compounding.domain.order_record import SETTLED_BY_PHARMACIST, OrderRecord
from compounding.domain.patients import folded_identifier
from compounding.domain.reasons import Reason
from compounding.domain.record_texts import has_words
from compounding.storage.patients import StoredPatient
from compounding.workflow.examining import blocking
from compounding.workflow.patients import check_same
from compounding.workflow.receiving import profile_of


def check_known(record: OrderRecord, patient: StoredPatient, *, prescriber_licence: str) -> str:
    """The prescriber's licence, from the order or as it was looked up.

    Raises WorkflowRefused `OTHER_PATIENT`, `PATIENT_ADDRESS_MISSING`, `PRESCRIBER_LICENCE_MISSING` or `PRESCRIBER_LICENCE_DIFFERS`.
    """
    check_same(patient.profile, profile_of(record.sent))
    if not has_words(record.sent.patient.address) and not has_words(patient.profile.address):
        raise WorkflowRefused("PATIENT_ADDRESS_MISSING", "neither the order nor the patient's record says where the patient lives; ask, and record it")
    told, looked_up = (each if has_words(each) else "" for each in (record.sent.prescriber_licence.strip(), prescriber_licence.strip()))
    if not told and not looked_up:
        raise WorkflowRefused("PRESCRIBER_LICENCE_MISSING", "the order does not name the prescriber's licence; look it up in the register and state it")
    if told and looked_up and folded_identifier(told) != folded_identifier(looked_up):
        raise WorkflowRefused("PRESCRIBER_LICENCE_DIFFERS", f"the order says licence {told}, and the register {looked_up}; call the prescriber")
    return looked_up or told


def settle(reasons: tuple[Reason, ...], answers: tuple[tuple[str, str], ...]) -> tuple[tuple[Settled, ...], tuple[Reason, ...]]:
    """The doubts a pharmacist answered, and what still stands. Raises WorkflowRefused `NOT_FOR_AN_ANSWER` for an answer to anything else, or without words."""
    told = dict(answers)
    unknown = set(told) - SETTLED_BY_PHARMACIST
    if unknown or any(not has_words(words) for words in told.values()):
        raise WorkflowRefused("NOT_FOR_AN_ANSWER", f"{', '.join(sorted(unknown)) or 'an answer'} cannot be settled in this way; it needs its own step")
    found = blocking(reasons)
    return (
        tuple(Settled(code=each.code, message=each.message, answer=told[each.code].strip()) for each in found if each.code in told),
        tuple(each for each in found if each.code not in told),
    )


def told_of(acceptance: Acceptance) -> dict[str, str]:
    """What the audit trail says of an acceptance."""
    return {
        "prescriber_authenticated": acceptance.prescriber_authenticated, "prescriber_licence": acceptance.prescriber_licence,
        "settled": "; ".join(f"{each.code}: {each.answer}" for each in acceptance.settled),
        "interval_days": str(acceptance.interval_days) if acceptance.interval_days is not None else "as the order says",
    }  # fmt: skip
