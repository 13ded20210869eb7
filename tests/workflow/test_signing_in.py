"""Signing in: two factors, each code once, one answer whoever it is, and waits that keep guessers out and never the owner."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from compounding.credentials import hashing, tokens
from compounding.domain.assurance import Factor
from compounding.domain.people import Role
from compounding.domain.sessions import ENDS_AFTER, IDLE_AFTER, Condition
from compounding.domain.throttling import COUNTED_FOR, MOST_FOR_ADDRESS, MOST_FROM_ADDRESS_FOR_ACCOUNT
from compounding.storage.tables import audit_entry, session
from compounding.workflow import people
from compounding.workflow.signing_in import SignInRefused, confirm, give_code, give_password, lock, session_of, sign_out, unlock
from compounding.workflow.use_case import House
from compounding.workflow.visiting import visit
from tests.workflow.conftest import AT, EXPIRES, Staff
from tests.workflow.doors import BENCH, PASSWORD, RECOVERY, Browser, code, door, give_account, later, signed_in
from tests.workflow.running import at_once
from tests.workflow.steps import Pharmacy

PAT = "pat"
WRONG = "not the password"
STEP = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def _accounts(house: House, staff: Staff) -> None:
    give_account(house, staff.pharmacist, PAT)
    give_account(house, staff.technician, "toni")


def _code_of(refused: pytest.ExceptionInfo[SignInRefused]) -> str:
    return refused.value.code


def _wrong(house: House, name: str = PAT, *, after: timedelta = timedelta(), browser: Browser = BENCH) -> SignInRefused:
    with pytest.raises(SignInRefused) as refused:
        give_password(door(house, after=after, browser=browser), name, WRONG)
    return refused.value


def _told(house: House, action: str) -> list[tuple[str, str]]:
    with house.database.reading() as connection:
        query = select(audit_entry.c.by, audit_entry.c.subject_id).where(audit_entry.c.action == action, audit_entry.c.chain == "reads")
        return [tuple(row) for row in connection.execute(query.order_by(audit_entry.c.seq))]


# Both factors


def test_password_and_code_open_a_session_and_it_is_told(house: House, staff: Staff) -> None:
    opened = signed_in(house, PAT)
    found = visit(house.database, house.site_id, opened.token, at=AT, counts_as_seen=True)
    assert found is not None
    assert (found.person.id, found.condition) == (staff.pharmacist, Condition.OPEN)
    assert found.session.factors == {Factor.PASSWORD, Factor.ONE_TIME_CODE}
    assert [by for by, _ in _told(house, "signed in")] == [staff.pharmacist]


def test_a_name_is_read_without_case_and_outer_blanks(house: House) -> None:
    assert signed_in(house, "  PAT ").token


def test_the_password_alone_opens_nothing(house: House) -> None:
    half_way = give_password(door(house), PAT, PASSWORD)
    found = visit(house.database, house.site_id, half_way.token, at=AT, counts_as_seen=True)
    assert found is not None
    assert found.condition is Condition.WAITS_FOR_SECOND_FACTOR


def test_every_step_has_a_token_of_its_own_and_no_token_is_kept(house: House) -> None:
    at_door = door(house)
    half_way = give_password(at_door, PAT, PASSWORD)
    opened = give_code(at_door, half_way.token, code())
    assert half_way.token != opened.token
    over = session_of(at_door, half_way.token)
    assert over is not None
    assert over.condition(AT) is Condition.ENDED
    with house.database.reading() as connection:
        kept = {row.id for row in connection.execute(select(session.c.id))}
    assert kept == {tokens.digest(half_way.token), tokens.digest(opened.token)}


def test_a_one_time_code_is_good_once(house: House) -> None:
    signed_in(house, PAT)
    half_way = give_password(door(house, after=STEP / 3), PAT, PASSWORD)
    with pytest.raises(SignInRefused) as refused:
        give_code(door(house, after=STEP / 3), half_way.token, code())
    assert _code_of(refused) == "SIGN_IN_FAILED"
    assert give_code(door(house, after=STEP), half_way.token, code(STEP)).token


def test_of_eight_who_give_the_same_code_at_once_one_comes_in(house: House) -> None:
    doors = [door(house, browser=Browser(name=f"browser {each}", address=f"192.0.2.{each}")) for each in range(8)]
    half_ways = [give_password(each, PAT, PASSWORD) for each in doors]
    done = at_once([lambda d=d, h=h: give_code(d, h.token, code()) for d, h in zip(doors, half_ways, strict=True)])  # type: ignore[misc]
    assert sum(not isinstance(each, SignInRefused) for each in done) == 1


def test_a_recovery_code_is_good_once_and_written_down_as_used(house: House, staff: Staff) -> None:
    at_door = door(house)
    opened = give_code(at_door, give_password(at_door, PAT, PASSWORD).token, RECOVERY[0].lower())
    assert opened.session.factors == {Factor.PASSWORD, Factor.RECOVERY_CODE}
    again = give_password(at_door, PAT, PASSWORD)
    with pytest.raises(SignInRefused):
        give_code(at_door, again.token, RECOVERY[0])
    assert give_code(at_door, again.token, RECOVERY[1]).token


def test_the_second_step_waits_for_ten_minutes_only(house: House) -> None:
    half_way = give_password(door(house), PAT, PASSWORD)
    late = timedelta(minutes=10)
    with pytest.raises(SignInRefused) as refused:
        give_code(door(house, after=late), half_way.token, code(late))
    assert _code_of(refused) == "SIGN_IN_AGAIN"


# One answer whoever it is


def test_a_known_and_an_unknown_name_get_the_same_answer_and_cost_the_same_work(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    worked: list[str] = []
    real, nobody = hashing.verify_password, hashing.verify_nobody
    monkeypatch.setattr(hashing, "verify_password", lambda *told: (worked.append("somebody"), real(*told))[1])
    monkeypatch.setattr(hashing, "verify_nobody", lambda *told: (worked.append("nobody"), nobody(*told))[1])
    known, unknown = _wrong(house), _wrong(house, "admin'--")
    assert (known.code, known.message) == (unknown.code, unknown.message)
    # Each is one look at a hash of the same cost; the second one of a hash that nobody has.
    assert worked == ["somebody", "nobody", "somebody"]


def test_what_was_typed_as_a_name_is_kept_nowhere(house: House) -> None:
    _wrong(house, "my-Secret-Password-1")
    with house.database.reading() as connection:
        rows = [str(row) for table in (audit_entry, session) for row in connection.execute(select(table))]
    assert not [row for row in rows if "my-secret-password-1" in row.lower()]
    assert _told(house, "sign-in failed") == [("nobody", "nobody")]


def test_whoever_no_longer_works_here_gets_the_answer_of_a_wrong_password(pharmacy: Pharmacy, house: House, staff: Staff) -> None:
    pharmacy.do(people.change_person, staff.designated, people.PersonAsNow(
        person_id=staff.pharmacist, version=1, name="Pat Pharmacist", roles=(Role.PHARMACIST,), licence="BC-00002", licence_expires_on=EXPIRES, is_active=False,
    ))  # fmt: skip
    with pytest.raises(SignInRefused) as refused:
        give_password(door(house), PAT, PASSWORD)
    assert refused.value.message == _wrong(house, "toni").message


def test_an_example_account_does_not_sign_in_from_the_network(house: House, staff: Staff) -> None:
    give_account(house, staff.assistant, "alex", is_example=True)
    with pytest.raises(SignInRefused) as refused:
        give_password(door(house), "alex", PASSWORD)
    assert _code_of(refused) == "SIGN_IN_FAILED"
    assert give_password(door(house, browser=replace(BENCH, is_loopback=True)), "alex", PASSWORD).token


# Waits


def test_after_five_failures_even_the_right_password_waits_and_after_15_minutes_it_does_not(house: House) -> None:
    for _ in range(MOST_FROM_ADDRESS_FOR_ACCOUNT):
        assert _wrong(house).code == "SIGN_IN_FAILED"
    with pytest.raises(SignInRefused) as refused:
        give_password(door(house), PAT, PASSWORD)
    assert (_code_of(refused), refused.value.until) == ("SIGN_IN_WAIT", AT + COUNTED_FOR)
    assert give_password(door(house, after=COUNTED_FOR), PAT, PASSWORD).token


def test_what_is_refused_while_it_waits_does_not_make_the_wait_longer(house: House) -> None:
    for second in range(50):
        _wrong(house, after=timedelta(seconds=second))
    assert give_password(door(house, after=COUNTED_FOR), PAT, PASSWORD).token


def test_an_unknown_name_waits_like_a_known_one(house: House) -> None:
    known = [_wrong(house) for _ in range(8)]
    unknown = [_wrong(house, "nobody at all", browser=Browser(address="192.0.2.99")) for _ in range(8)]
    assert [(each.code, each.message) for each in known] == [(each.code, each.message) for each in unknown]


def test_one_password_tried_on_many_names_waits_by_its_address(house: House) -> None:
    answers = [_wrong(house, f"somebody {each}").code for each in range(MOST_FOR_ADDRESS + 10)]
    assert answers == ["SIGN_IN_FAILED"] * MOST_FOR_ADDRESS + ["SIGN_IN_WAIT"] * 10


def test_whoever_guesses_from_elsewhere_keeps_the_owner_out_of_nothing(house: House) -> None:
    for each in range(20):
        _wrong(house, browser=Browser(name=f"guess {each}", address="198.51.100.7"))
    assert signed_in(house, PAT).token


def test_a_guesser_at_the_same_address_keeps_the_owner_out_of_no_browser_of_their_own(house: House) -> None:
    signed_in(house, PAT)
    for each in range(40):
        _wrong(house, browser=Browser(name=f"guess {each}"))
    assert signed_in(house, PAT, after=STEP).token


def test_of_many_guesses_at_once_no_more_are_looked_at_than_one_after_the_other(house: House) -> None:
    done = at_once([lambda: give_password(door(house), PAT, WRONG) for _ in range(16)])
    codes = [each.code for each in done if isinstance(each, SignInRefused)]
    assert codes.count("SIGN_IN_FAILED") == MOST_FROM_ADDRESS_FOR_ACCOUNT
    assert codes.count("SIGN_IN_WAIT") == 16 - MOST_FROM_ADDRESS_FOR_ACCOUNT


def test_wrong_codes_are_counted_like_wrong_passwords(house: House) -> None:
    half_way = give_password(door(house), PAT, PASSWORD)
    codes = []
    for _ in range(6):
        with pytest.raises(SignInRefused) as refused:
            give_code(door(house), half_way.token, "000000")
        codes.append(refused.value.code)
    assert codes[-1] == "SIGN_IN_WAIT"


# Sessions


def test_15_minutes_without_a_sign_of_life_lock_and_the_password_unlocks_under_a_new_token(house: House) -> None:
    opened = signed_in(house, PAT)
    at_door = door(house, after=IDLE_AFTER)
    idle = visit(house.database, house.site_id, opened.token, at=at_door.at, counts_as_seen=True)
    assert idle is not None
    assert idle.condition is Condition.LOCKED
    again = unlock(at_door, opened.session.id, PASSWORD)
    assert again.token != opened.token
    assert again.session.started_at == opened.session.started_at
    assert session_of(at_door, opened.token).ended_at == at_door.at  # type: ignore[union-attr]


def test_unlocking_makes_no_session_longer_than_12_hours(house: House) -> None:
    opened = signed_in(house, PAT)
    late = door(house, after=ENDS_AFTER - STEP)
    again = unlock(late, opened.session.id, PASSWORD)
    assert again.session.condition(later(late, seconds=30).at) is Condition.ENDED
    with pytest.raises(SignInRefused) as refused:
        unlock(later(late, seconds=30), again.session.id, PASSWORD)
    assert _code_of(refused) == "SIGN_IN_AGAIN"


def test_a_session_is_unlocked_in_its_own_browser_only(house: House) -> None:
    opened = signed_in(house, PAT)
    with pytest.raises(SignInRefused) as refused:
        unlock(door(house, browser=Browser(name="another")), opened.session.id, PASSWORD)
    assert _code_of(refused) == "SIGN_IN_AGAIN"


def test_somebody_elses_password_unlocks_nothing(house: House) -> None:
    opened = signed_in(house, PAT)
    with pytest.raises(SignInRefused):
        unlock(door(house), opened.session.id, WRONG)


def test_two_who_unlock_at_once_get_one_session(house: House) -> None:
    opened = signed_in(house, PAT)
    done = at_once([lambda: unlock(door(house), opened.session.id, PASSWORD)] * 4)
    assert sum(not isinstance(each, SignInRefused) for each in done) == 1


def test_locking_by_hand_locks_at_once(house: House) -> None:
    opened = signed_in(house, PAT)
    lock(door(house), opened.token)
    found = visit(house.database, house.site_id, opened.token, at=AT, counts_as_seen=True)
    assert found is not None
    assert found.condition is Condition.LOCKED


def test_a_copied_token_is_worth_nothing_after_signing_out(house: House) -> None:
    opened = signed_in(house, PAT)
    sign_out(door(house), opened.token)
    sign_out(door(house), opened.token)
    found = visit(house.database, house.site_id, opened.token, at=AT, counts_as_seen=True)
    assert found is not None
    assert found.condition is Condition.ENDED
    assert len(_told(house, "sign out")) == 1


def test_whoever_is_made_inactive_is_out_at_the_next_look(pharmacy: Pharmacy, house: House, staff: Staff) -> None:
    opened = signed_in(house, PAT)
    pharmacy.do(people.change_person, staff.designated, people.PersonAsNow(
        person_id=staff.pharmacist, version=1, name="Pat Pharmacist", roles=(Role.PHARMACIST,), licence="BC-00002", licence_expires_on=EXPIRES, is_active=False,
    ))  # fmt: skip
    assert visit(house.database, house.site_id, opened.token, at=AT, counts_as_seen=True) is None
    assert session_of(door(house), opened.token).ended_at is not None  # type: ignore[union-attr]


def test_a_token_is_of_one_pharmacy_only(house: House) -> None:
    opened = signed_in(house, PAT)
    assert visit(house.database, "other-pharmacy", opened.token, at=AT, counts_as_seen=True) is None


# Showing it once more


def test_a_signature_needs_the_password_and_may_take_the_code_too(house: House, staff: Staff) -> None:
    signed_in(house, PAT)
    assert confirm(door(house), staff.pharmacist, password=PASSWORD).factors == {Factor.PASSWORD}
    both = confirm(door(house, after=STEP), staff.pharmacist, password=PASSWORD, code=code(STEP))
    assert both.factors == {Factor.PASSWORD, Factor.ONE_TIME_CODE}


@pytest.mark.parametrize(("password", "given"), [(WRONG, ""), (PASSWORD, "000000"), (WRONG, "right"), (PASSWORD, "used")])
def test_a_wrong_password_or_code_confirms_nothing_and_is_told(house: House, staff: Staff, password: str, given: str) -> None:
    signed_in(house, PAT)
    told = {"right": code(STEP), "used": code()}.get(given, given)
    with pytest.raises(SignInRefused) as refused:
        confirm(door(house, after=STEP), staff.pharmacist, password=password, code=told)
    assert _code_of(refused) == "CONFIRMATION_FAILED"
    assert _told(house, "confirm") == []
    assert _told(house, "sign-in failed") == [("nobody", staff.pharmacist)]


def test_guessing_while_confirming_is_counted_too(house: House, staff: Staff) -> None:
    signed_in(house, PAT)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            confirm(door(house), staff.pharmacist, password=WRONG)
    with pytest.raises(SignInRefused) as refused:
        confirm(door(house), staff.pharmacist, password=PASSWORD)
    assert _code_of(refused) == "SIGN_IN_WAIT"
