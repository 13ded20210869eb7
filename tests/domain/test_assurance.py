"""What counts as a proof of who signs: fresh, of that very person, and as strong as the signature needs."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.assurance import FRESH_FOR, Assurance, Factor, Level, check_assured, level_of_signing
from compounding.domain.people import Duty, NotAllowed

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
REAL = frozenset(Factor) - {Factor.EXAMPLE}
some_factors = st.frozensets(st.sampled_from(sorted(Factor)), min_size=1)
real_factors = st.frozensets(st.sampled_from(sorted(REAL)), min_size=1)
signing_levels = st.sampled_from((Level.AGAIN, Level.FULL))
beyond = st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(days=400))


def shown(*factors: Factor, by: str = "pat", at: datetime = NOW) -> Assurance:
    return Assurance(person_id=by, factors=frozenset(factors), at=at)


def code(*proofs: Assurance, needed: Level = Level.AGAIN, is_example: bool = False) -> str:
    with pytest.raises(NotAllowed) as refusal:
        check_assured(proofs, "pat", needed, at=NOW, is_example=is_example)
    return refusal.value.code


@given(factors=some_factors, needed=signing_levels, late=beyond, is_example=st.booleans())
def test_a_stale_proof_is_none(factors: frozenset[Factor], needed: Level, late: timedelta, is_example: bool) -> None:
    assert code(Assurance(person_id="pat", factors=factors, at=NOW - FRESH_FOR - late), needed=needed, is_example=is_example) == "CONFIRM_WITH_PASSWORD"


@given(factors=some_factors, needed=signing_levels, early=beyond, is_example=st.booleans())
def test_a_proof_of_the_future_is_none(factors: frozenset[Factor], needed: Level, early: timedelta, is_example: bool) -> None:
    assert code(Assurance(person_id="pat", factors=factors, at=NOW + early), needed=needed, is_example=is_example) == "CONFIRM_WITH_PASSWORD"


@given(factors=some_factors, needed=signing_levels, other=st.text().filter(lambda each: each != "pat"), is_example=st.booleans())
def test_a_proof_of_another_person_is_none(factors: frozenset[Factor], needed: Level, other: str, is_example: bool) -> None:
    assert code(Assurance(person_id=other, factors=factors, at=NOW), needed=needed, is_example=is_example) == "CONFIRM_WITH_PASSWORD"


@given(also=st.frozensets(st.sampled_from(sorted(REAL))), needed=signing_levels)
def test_example_data_sign_nothing_outside_an_example_pharmacy(also: frozenset[Factor], needed: Level) -> None:
    assert code(Assurance(person_id="pat", factors=also | {Factor.EXAMPLE}, at=NOW), needed=needed) == "CONFIRM_WITH_PASSWORD"


@given(old=st.timedeltas(min_value=timedelta(0), max_value=FRESH_FOR))
def test_a_fresh_proof_counts_to_the_last_instant(old: timedelta) -> None:
    proof = shown(Factor.PASSKEY, at=NOW - old)
    assert check_assured((proof,), "pat", Level.FULL, at=NOW, is_example=False) is proof


@given(proofs=st.lists(st.builds(lambda factors: Assurance(person_id="pat", factors=factors, at=NOW), real_factors), min_size=1), needed=signing_levels)
def test_two_weak_proofs_never_make_a_strong_one(proofs: list[Assurance], needed: Level) -> None:
    strongest = max(each.reaches(is_example=False) for each in proofs)
    if strongest >= needed:
        assert check_assured(proofs, "pat", needed, at=NOW, is_example=False).reaches(is_example=False) == strongest
    else:
        assert code(*proofs, needed=needed) == ("CONFIRM_WITH_SECOND_FACTOR" if strongest is Level.AGAIN else "CONFIRM_WITH_PASSWORD")


def test_nothing_shown_signs_nothing() -> None:
    assert code() == "CONFIRM_WITH_PASSWORD"


FULL = frozenset({Duty.FINAL_CHECK, Duty.KEEP_FORMULARY})
WAYS = {
    (Factor.PASSWORD,): Level.AGAIN, (Factor.ONE_TIME_CODE,): Level.SESSION, (Factor.RECOVERY_CODE,): Level.SESSION, (Factor.PASSKEY,): Level.FULL,
    (Factor.PASSWORD, Factor.ONE_TIME_CODE): Level.FULL, (Factor.PASSWORD, Factor.RECOVERY_CODE): Level.FULL,
    (Factor.ONE_TIME_CODE, Factor.RECOVERY_CODE): Level.SESSION,
}  # fmt: skip


@pytest.mark.parametrize("duty", Duty)
@pytest.mark.parametrize("factors", WAYS, ids=lambda each: "+".join(each))
def test_what_each_signature_takes(duty: Duty, factors: tuple[Factor, ...]) -> None:
    needed = level_of_signing(duty)
    assert needed is (Level.FULL if duty in FULL else Level.AGAIN)
    if WAYS[factors] >= needed:
        assert check_assured((shown(*factors),), "pat", needed, at=NOW, is_example=False).factors == frozenset(factors)
    else:
        expected = "CONFIRM_WITH_SECOND_FACTOR" if WAYS[factors] is Level.AGAIN else "CONFIRM_WITH_PASSWORD"
        assert code(shown(*factors), needed=needed) == expected


def test_a_proof_names_its_factors_in_one_order() -> None:
    assert shown(Factor.ONE_TIME_CODE, Factor.PASSWORD).in_words == "password and one-time code"


@pytest.mark.parametrize(("factors", "at"), [(frozenset(), NOW), (frozenset({Factor.PASSWORD}), NOW.replace(tzinfo=None))])
def test_a_proof_of_nothing_or_without_a_zone_cannot_exist(factors: frozenset[Factor], at: datetime) -> None:
    with pytest.raises(ValueError, match="dated in UTC"):
        Assurance(person_id="pat", factors=factors, at=at)
