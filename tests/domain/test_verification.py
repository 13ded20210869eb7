"""The final check: three tellings agree and the gate is silent, or there is no release."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.errors import LevigateError
from compounding.domain.finishing import decide
from compounding.domain.hand_over_parts import Discrepancy, FinalCheck, PrintedFacts, Release
from compounding.domain.people import Duty
from compounding.domain.reasons import Reason, reason
from compounding.domain.stages import State
from compounding.domain.verification import fail_check, released, verify
from tests.domain import records as made
from tests.domain.records import CHECKER

LABELLED = made.path()[State.LABELLED]
CHECK, PRINTED = made.final_check(LABELLED), made.printed_facts(LABELLED)


def verified(
    check: FinalCheck = CHECK, printed: PrintedFacts = PRINTED, *, verdict: tuple[Reason, ...] = (), record: CompoundingRecord = LABELLED
) -> Release | tuple[Discrepancy, ...]:
    signature = made.sign(record, adding=check, duty=Duty.FINAL_CHECK, by=CHECKER, at=made.minute(70))
    return verify(record, check, printed=printed, verdict=verdict, signature=signature)


def codes(found: Release | tuple[Discrepancy, ...]) -> list[str]:
    assert not isinstance(found, Release)
    return [each.code for each in found]


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(LevigateError) as refusal:
        act()
    return refusal.value.code


def test_a_check_without_discrepancy_releases_exactly_this_label() -> None:
    found = verified()
    assert isinstance(found, Release)
    assert LABELLED.label is not None
    assert (found.label_sha256, found.label_revision, found.check) == (LABELLED.label.sha256, 1, CHECK)


SLIPS: dict[str, tuple[object, str]] = {
    "strength_percent": (Decimal(15), "STRENGTH_DIFFERS"), "amount_g": (Decimal(30), "AMOUNT_DIFFERS"), "patient_name": ("Ida Example", "PATIENT_DIFFERS"),
    "second_identifier": ("RX-1002", "SECOND_IDENTIFIER_DIFFERS"), "beyond_use_date": (made.BEYOND_USE.on + timedelta(days=1), "BEYOND_USE_DATE_DIFFERS"),
    "lot_number": ("L-0002", "LOT_NUMBER_DIFFERS"), "base": ("zinc oxide ointment", "BASE_DIFFERS"), "scanned_code": ("L-0002 RX-1002", "WRONG_LABEL"),
}  # fmt: skip


@given(st.sets(st.sampled_from(sorted(SLIPS)), min_size=1))
def test_property_every_differing_figure_is_a_discrepancy_and_none_is_released(slips: set[str]) -> None:
    found = verified(replace(CHECK, **{field: SLIPS[field][0] for field in slips}))  # type: ignore[arg-type]
    assert set(codes(found)) == {SLIPS[field][1] for field in slips}


@pytest.mark.parametrize(
    ("field", "value", "code"), [("patient_name", " ", "PATIENT_DIFFERS"), ("second_identifier", "", "SECOND_IDENTIFIER_DIFFERS"), ("base", "", "BASE_DIFFERS")]
)
def test_two_empty_words_do_not_agree(field: str, value: str, code: str) -> None:
    assert codes(verified(replace(CHECK, **{field: value}), replace(PRINTED, **{field: value}))) == [code]  # type: ignore[arg-type]


def test_an_empty_scan_is_no_scan() -> None:
    assert codes(verified(replace(CHECK, scanned_code=""), replace(PRINTED, code=""))) == ["WRONG_LABEL"]


@pytest.mark.parametrize("field", ["strength_percent", "amount_g", "beyond_use_date", "lot_number"])
def test_a_wrong_label_read_correctly_is_still_wrong(field: str) -> None:
    wrong, code = SLIPS[field]
    assert codes(verified(replace(CHECK, **{field: wrong}), replace(PRINTED, **{field: wrong}))) == [code]  # type: ignore[arg-type]


@pytest.mark.parametrize("change", [{"label_sha256": "a" * 64}, {"label_revision": 2}])
def test_a_label_that_is_not_in_force_is_not_released(change: dict[str, object]) -> None:
    assert codes(verified(printed=replace(PRINTED, **change))) == ["LABEL_NOT_IN_FORCE"]  # type: ignore[arg-type]


def test_whatever_the_gate_holds_is_a_discrepancy_and_a_warning_is_none() -> None:
    held = reason("PETROLATUM_ALLERGY", detail="petrolatum")
    assert codes(verified(verdict=(held,))) == ["PETROLATUM_ALLERGY"]
    assert isinstance(verified(verdict=(reason("ALLERGY_EXPLAINED", detail="nickel"),)), Release)


def test_a_discrepancy_tells_no_figure() -> None:
    found = verified(replace(CHECK, amount_g=Decimal(59), beyond_use_date=made.DAY))
    assert not isinstance(found, Release)
    assert not any(character.isdigit() for each in found for character in each.message)


def test_a_check_that_was_signed_otherwise_is_refused() -> None:
    signature = made.sign(LABELLED, adding=CHECK, duty=Duty.FINAL_CHECK, by=CHECKER, at=made.minute(70))
    other = replace(CHECK, amount_g=Decimal(61))
    assert refused(lambda: verify(LABELLED, other, printed=PRINTED, verdict=(), signature=signature)) == "SIGNED_SOMETHING_ELSE"


def test_only_a_labelled_preparation_is_checked() -> None:
    for state, record in made.path().items():
        if state is not State.LABELLED:
            assert refused(lambda record=record: verified(record=record)) == "NOT_NOW"  # type: ignore[misc]


def test_a_release_of_other_figures_cannot_stand_in_a_record() -> None:
    record = released(LABELLED, made.release_of(LABELLED))
    assert record.release is not None
    for field in ("strength_percent", "amount_g", "beyond_use_date", "lot_number"):
        check = replace(record.release.check, **{field: SLIPS[field][0]})  # type: ignore[arg-type]
        assert refused(lambda check=check: replace(record, release=replace(record.release, check=check))) == "RECORD_INCONSISTENT"  # type: ignore[misc, type-var]


def test_a_failed_check_holds_the_preparation_and_takes_its_label_away() -> None:
    wrong = replace(CHECK, base="zinc oxide ointment")
    signature = made.sign(LABELLED, adding=wrong, duty=Duty.FINAL_CHECK, by=CHECKER, at=made.minute(70))
    found = verify(LABELLED, wrong, printed=PRINTED, verdict=(), signature=signature)
    assert not isinstance(found, Release)
    held = fail_check(LABELLED, wrong, found, reason="label of another jar", signature=signature)
    assert (held.state, held.label, held.holds[-1].found_by) == (State.ON_HOLD, None, signature)
    assert [each.code for each in held.holds[-1].reasons] == ["FINAL_CHECK_FAILED", "FINAL_CHECK_FAILED"]
    assert held.holds[-1].reasons[0].message.startswith("BASE_DIFFERS")
    decided = decide(held, "labels were swapped", made.sign(held, adding="labels were swapped", duty=Duty.DECIDE_HOLDS, by=CHECKER, at=made.minute(80)))
    assert decided.state is State.MADE
    assert made.with_label(decided, revision=2, at=81).state is State.LABELLED


def test_a_check_fails_only_with_a_discrepancy_a_reason_and_its_own_signature() -> None:
    signature = made.sign(LABELLED, adding=CHECK, duty=Duty.FINAL_CHECK, by=CHECKER, at=made.minute(70))
    found = (Discrepancy(code="BASE_DIFFERS", message="Another base."),)
    assert refused(lambda: fail_check(LABELLED, CHECK, (), reason="why", signature=signature)) == "NO_DISCREPANCY"
    assert refused(lambda: fail_check(LABELLED, CHECK, found, reason=" ", signature=signature)) == "REASON_MISSING"
    assert refused(lambda: fail_check(LABELLED, replace(CHECK, base="x"), found, reason="why", signature=signature)) == "SIGNED_SOMETHING_ELSE"


def test_a_short_jar_is_released_by_its_own_weight() -> None:
    held = made.path()[State.ON_HOLD]
    short = made.with_label(decide(held, "loss", made.sign(held, adding="loss", duty=Duty.DECIDE_HOLDS, by=CHECKER, at=made.minute(57))))
    as_ordered = replace(made.final_check(short), amount_g=Decimal(60))
    assert codes(verified(as_ordered, replace(made.printed_facts(short), amount_g=Decimal(60)), record=short)) == ["AMOUNT_DIFFERS"]
    assert made.release_of(short).check.amount_g == 50
