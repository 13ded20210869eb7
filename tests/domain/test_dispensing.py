"""The hand-out: the released container, a label that counts, the right patient, today, with counselling offered."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.dispensing import PatientIdentity, advised, dispense, handed_out
from compounding.domain.errors import LevigateError
from compounding.domain.finishing import recall
from compounding.domain.hand_over_parts import Counselling, CounsellingWay, Dispensing, HandOut, LabelStatus, Release
from compounding.domain.people import Duty
from compounding.domain.reasons import Reason, reason
from compounding.domain.stages import State
from tests.domain import records as made

PATH = made.path()
RELEASED = PATH[State.RELEASED]


def release() -> Release:
    assert RELEASED.release is not None
    return RELEASED.release


def given_out(
    record: CompoundingRecord = RELEASED, *, hand_out: HandOut = made.HAND_OUT, counselling: Counselling = made.OFFERED, patient: PatientIdentity = made.PATIENT,
    verdict: tuple[Reason, ...] = (), status: LabelStatus = LabelStatus.VALID, on: date = made.DAY, of: Release | None = None, **more: object,
) -> Dispensing:  # fmt: skip
    return dispense(
        record,
        of or release(),
        hand_out=hand_out,
        counselling=replace(made.counselled(record, counselling), on=on),
        patient=patient,
        verdict=verdict,
        label_status=status,
        on=on,
        **more,
    )  # type: ignore[arg-type]


def code_of(**how: object) -> str:
    with pytest.raises(LevigateError) as refusal:
        given_out(**how)  # type: ignore[arg-type]
    return refusal.value.code


def test_a_hand_out_names_the_label_and_the_amount_that_left() -> None:
    found = given_out()
    assert (found.label_sha256, found.label_revision, found.amount_g, found.on) == (release().label_sha256, 1, 60, made.DAY)
    assert handed_out(RELEASED, found).state is State.DISPENSED


@pytest.mark.parametrize("status", [LabelStatus.VOID, LabelStatus.SUPERSEDED, LabelStatus.AWAITING_CHECK])
def test_a_label_that_does_not_count_stops_the_hand_out(status: LabelStatus) -> None:
    assert code_of(status=status) == "LABEL_NOT_VALID"


def test_a_release_of_another_label_stops_the_hand_out() -> None:
    assert code_of(of=replace(release(), label_revision=2)) == "LABEL_NOT_VALID"


def test_what_is_recalled_stays() -> None:
    assert code_of(status=LabelStatus.RECALLED) == "RECALLED"
    assert code_of(record=recall(RELEASED, "lot MO-1", by="x", at=made.minute(80))) == "RECALLED"


def test_the_beyond_use_date_is_the_last_day() -> None:
    assert given_out(on=made.BEYOND_USE.on).on == made.BEYOND_USE.on
    assert code_of(on=made.BEYOND_USE.on + timedelta(days=1)) == "PAST_BEYOND_USE_DATE"


def test_another_container_is_not_handed_out() -> None:
    assert code_of(hand_out=replace(made.HAND_OUT, scanned_code="L-0002 RX-1002")) == "WRONG_LABEL"


@pytest.mark.parametrize(
    "change",
    [
        {"patient_name": "Ida Example"}, {"patient_name": ""}, {"second_identifier": "1970-03-02"}, {"second_identifier": " "},
        {"second_identifier": "Ada Example"},
    ],
)  # fmt: skip
def test_name_and_second_identifier_must_both_be_the_patients(change: dict[str, str]) -> None:
    assert (
        code_of(hand_out=replace(made.HAND_OUT, **change), patient=replace(made.PATIENT, identifiers=frozenset({"1970-02-03", "Ada Example", ""})))
        == "IDENTITY_NOT_CONFIRMED"
    )  # type: ignore[arg-type]


def test_the_patient_of_another_record_is_another_patient() -> None:
    ida = PatientIdentity(name="Ida Example", identifiers=made.PATIENT.identifiers)
    assert code_of(patient=ida, hand_out=replace(made.HAND_OUT, patient_name="Ida Example")) == "IDENTITY_NOT_CONFIRMED"


def test_counselling_is_offered_by_a_named_pharmacist_and_may_be_declined() -> None:
    declined = Counselling(is_offered=True, is_accepted=False, by=made.CHECKER, way=CounsellingWay.PHONE)
    assert given_out(counselling=declined).counselling.counselling == declined
    assert code_of(counselling=Counselling(is_offered=False, is_accepted=False, by="", way=CounsellingWay.DELIVERY)) == "COUNSELLING_NOT_OFFERED"
    for change in ({"is_offered": False}, {"by": " "}):
        with pytest.raises(LevigateError, match="COUNSELLING_NOT_OFFERED"):
            replace(made.OFFERED, **change)  # type: ignore[arg-type]


def test_whatever_the_gate_holds_today_stops_the_hand_out() -> None:
    assert code_of(verdict=(reason("PETROLATUM_ALLERGY", detail="petrolatum"),)) == "GATE_REFUSED"
    assert given_out(verdict=(reason("ALLERGY_EXPLAINED", detail="nickel"),)).amount_g == 60


@pytest.mark.parametrize("change", [{"receiver": " "}, {"by": ""}, {"document_languages": ()}, {"document_languages": (" ",)}])
def test_a_hand_out_says_who_took_it_who_gave_it_and_the_leaflets_language(change: dict[str, object]) -> None:
    assert code_of(hand_out=replace(made.HAND_OUT, **change)) == "HAND_OUT_INCOMPLETE"  # type: ignore[arg-type]


@pytest.mark.parametrize("state", [state for state in PATH if state is not State.RELEASED])
def test_only_what_was_released_is_handed_out_and_only_once(state: State) -> None:
    assert code_of(record=PATH[state]) == "NOT_NOW"


def test_the_hand_out_of_another_label_cannot_stand_in_the_record() -> None:
    with pytest.raises(LevigateError, match="RECORD_INCONSISTENT"):
        handed_out(RELEASED, replace(given_out(), label_sha256="a" * 64))


def test_nothing_is_handed_out_before_it_was_released() -> None:
    with pytest.raises(LevigateError, match="RECORD_OUT_OF_ORDER"):
        handed_out(RELEASED, given_out(hand_out=replace(made.HAND_OUT, at=made.minute(69))))


# ---- counselling, and how long the supply lasts ----


def test_counselling_is_signed_by_who_offered_it_for_counselling_and_on_the_day() -> None:
    signed = made.counselled(RELEASED)
    with pytest.raises(LevigateError, match="COUNSELLING_NOT_SIGNED"):
        replace(signed, counselling=replace(signed.counselling, by=made.SECOND))
    how = {"hand_out": made.HAND_OUT, "patient": made.PATIENT, "verdict": (), "label_status": LabelStatus.VALID, "on": made.DAY}
    wrong = (replace(signed, on=made.DAY - timedelta(days=1)), replace(signed, signature=replace(signed.signature, duty=Duty.FINAL_CHECK)))
    for each in wrong:
        with pytest.raises(LevigateError, match="COUNSELLING_NOT_SIGNED"):
            dispense(RELEASED, release(), counselling=each, **how)  # type: ignore[arg-type]


def test_counselling_before_the_hand_out_is_added_to_the_record() -> None:
    first = advised(RELEASED, made.counselled(RELEASED, words="showed how thin a layer is"))
    assert (first.state, [each.words for each in first.counsellings]) == (State.RELEASED, ["showed how thin a layer is"])
    with pytest.raises(LevigateError, match="SIGNED_SOMETHING_ELSE"):
        advised(first, replace(made.counselled(RELEASED, words="more"), words="less"))
    with pytest.raises(LevigateError, match="NOT_NOW"):
        advised(PATH[State.LABELLED], made.counselled(PATH[State.LABELLED]))
    not_offered = Counselling(is_offered=False, is_accepted=False, by=made.CHECKER, way=CounsellingWay.PHONE)
    with pytest.raises(LevigateError, match="COUNSELLING_NOT_OFFERED"):
        advised(RELEASED, made.counselled(RELEASED, not_offered))


def test_a_supply_that_outlasts_the_beyond_use_date_needs_a_reason_and_keeps_it() -> None:
    last = made.BEYOND_USE.on
    assert given_out(used_until=last).short_supply_reason == ""
    assert given_out(used_until=last, short_supply_reason="not needed").short_supply_reason == ""
    longer = last + timedelta(days=1)
    for reason_given in ("", " ", "-"):
        assert code_of(used_until=longer, short_supply_reason=reason_given) == "BEYOND_USE_TOO_SHORT_FOR_SUPPLY"
    assert given_out(used_until=longer, short_supply_reason=" told to discard the rest ").short_supply_reason == "told to discard the rest"
