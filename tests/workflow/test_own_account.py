"""One's own account: every change is confirmed anew, ends what it makes doubtful, and never leaves the account without a second factor."""

from dataclasses import replace
from datetime import timedelta

import pytest

from compounding.credentials import one_time_codes
from compounding.credentials.passkeys import NewPasskey
from compounding.domain.assurance import Assurance, Factor
from compounding.domain.errors import LevigateError
from compounding.domain.people import NotAllowed
from compounding.domain.sessions import Condition
from compounding.storage import accounts as stored
from compounding.storage.errors import NotFound
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from compounding.workflow import own_account
from compounding.workflow.example_codes import example_code
from compounding.workflow.own_account import OwnAccountRefused
from compounding.workflow.signing_in import Opened, SignInRefused, confirm, give_code, give_password, session_of
from compounding.workflow.use_case import House
from tests.workflow.conftest import AT, Staff
from tests.workflow.doors import PASSWORD, RECOVERY, Browser, code, door, give_account, signed_in
from tests.workflow.running import at_once
from tests.workflow.seeing import entries

OTHER = Browser(name="another", address="192.0.2.11")
HERE = Browser(name="here", address="127.0.0.1", is_loopback=True)
NEXT = timedelta(minutes=1)
NEW_PASSWORD = "six quiet herons by the river"  # noqa: S105 - the password of people who do not exist.
PAT = "pat"


@pytest.fixture
def opened(house: House, staff: Staff) -> Opened:
    """A session of the pharmacist."""
    give_account(house, staff.pharmacist, PAT)
    return signed_in(house, PAT)


def shown(person_id: str, *factors: Factor, after: timedelta = NEXT) -> tuple[Assurance, ...]:
    return (Assurance(person_id=person_id, factors=frozenset(factors or (Factor.PASSWORD, Factor.ONE_TIME_CODE)), at=AT + after),)


def is_over(house: House, token: str) -> bool:
    held = session_of(door(house), token)
    assert held is not None
    return held.condition(AT + NEXT) is Condition.ENDED


def new_key(name: bytes = b"key") -> NewPasskey:
    return NewPasskey(credential_id=name, public_key=b"public", sign_count=0)


def test_a_new_password_ends_every_other_session_and_begins_this_one_anew(house: House, staff: Staff, opened: Opened) -> None:
    other = signed_in(house, PAT, after=timedelta(seconds=30), browser=OTHER)
    at_door = door(house, after=NEXT)
    again = own_account.change_password(at_door, opened.token, NEW_PASSWORD, shown=shown(staff.pharmacist))
    assert (is_over(house, opened.token), is_over(house, other.token), is_over(house, again.token)) == (True, True, False)
    assert give_password(door(house, after=NEXT), PAT, NEW_PASSWORD).token
    with pytest.raises(SignInRefused):
        give_password(door(house, after=NEXT), PAT, PASSWORD)


def test_a_change_of_the_password_makes_no_session_longer(house: House, staff: Staff, opened: Opened) -> None:
    again = own_account.change_password(door(house, after=NEXT), opened.token, NEW_PASSWORD, shown=shown(staff.pharmacist))
    assert again.session.started_at == opened.session.started_at


def test_no_change_is_made_without_showing_again_who_one_is(house: House, staff: Staff, opened: Opened) -> None:
    at_door, token, before = door(house, after=NEXT), opened.token, entries(house)
    own_account.begin_second_factor(at_door, token)
    nothing: tuple[Assurance, ...] = ()
    somebody_else = shown(staff.technician)
    too_old = shown(staff.pharmacist, after=timedelta(minutes=-6))
    example = shown(staff.pharmacist, Factor.EXAMPLE)
    for proof in (nothing, somebody_else, too_old, example):
        for change in (
            lambda p=proof: own_account.change_password(at_door, token, NEW_PASSWORD, shown=p),
            lambda p=proof: own_account.new_recovery_codes(at_door, token, shown=p),
            lambda p=proof: own_account.finish_second_factor(at_door, token, "000000", shown=p),
            lambda p=proof: own_account.add_passkey(at_door, token, new_key(), name="key", shown=p),
            lambda p=proof: own_account.remove_passkey(at_door, token, "key", shown=p),
            lambda p=proof: own_account.end_other_sessions(at_door, token, shown=p),
        ):
            with pytest.raises(NotAllowed) as refusal:
                change()  # type: ignore[no-untyped-call]
            assert refusal.value.code == "CONFIRM_WITH_PASSWORD"
    assert entries(house) == before


def test_what_opens_the_account_is_changed_with_both_factors(house: House, staff: Staff, opened: Opened) -> None:
    at_door, proof = door(house, after=NEXT), shown(staff.pharmacist, Factor.PASSWORD)
    own_account.begin_second_factor(at_door, opened.token)
    for change in (
        lambda: own_account.new_recovery_codes(at_door, opened.token, shown=proof),
        lambda: own_account.finish_second_factor(at_door, opened.token, "000000", shown=proof),
        lambda: own_account.add_passkey(at_door, opened.token, new_key(), name="key", shown=proof),
        lambda: own_account.remove_passkey(at_door, opened.token, "key", shown=proof),
    ):
        with pytest.raises(NotAllowed) as refusal:
            change()  # type: ignore[no-untyped-call]
        assert refusal.value.code == "CONFIRM_WITH_SECOND_FACTOR"


def test_new_recovery_codes_replace_the_earlier_ones(house: House, staff: Staff, opened: Opened) -> None:
    codes = own_account.new_recovery_codes(door(house, after=NEXT), opened.token, shown=shown(staff.pharmacist))
    assert len(set(codes)) == 10
    half_way = give_password(door(house, after=2 * NEXT), PAT, PASSWORD)
    with pytest.raises(SignInRefused):
        give_code(door(house, after=2 * NEXT), half_way.token, RECOVERY[0])
    assert give_code(door(house, after=2 * NEXT), half_way.token, codes[3]).token


def test_another_app_counts_once_it_has_shown_its_code_and_the_old_one_no_longer(house: House, staff: Staff, opened: Opened) -> None:
    at_door = door(house, after=NEXT)
    pending = own_account.begin_second_factor(at_door, opened.token)
    secret = own_account.pending_secret(at_door, pending)
    with pytest.raises(OwnAccountRefused) as refusal:
        own_account.finish_second_factor(at_door, opened.token, "000000", shown=shown(staff.pharmacist))
    assert refusal.value.code == "CODE_NOT_RIGHT"
    own_account.finish_second_factor(at_door, opened.token, one_time_codes.code_at(secret, at_door.at), shown=shown(staff.pharmacist))
    assert is_over(house, opened.token)
    later = 3 * NEXT
    half_way = give_password(door(house, after=later), PAT, PASSWORD)
    with pytest.raises(SignInRefused):
        give_code(door(house, after=later), half_way.token, code(later))
    assert give_code(door(house, after=later), half_way.token, one_time_codes.code_at(secret, AT + later)).token


def test_an_app_that_was_never_begun_cannot_be_finished(house: House, staff: Staff, opened: Opened) -> None:
    with pytest.raises(OwnAccountRefused) as refusal:
        own_account.finish_second_factor(door(house, after=NEXT), opened.token, "000000", shown=shown(staff.pharmacist))
    assert refusal.value.code == "CODE_NOT_RIGHT"
    with pytest.raises(OwnAccountRefused):
        own_account.check_new_app(door(house, after=NEXT), opened.token, "000000")


def test_a_passkey_is_its_owners_alone(house: House, staff: Staff, opened: Opened) -> None:
    kept = own_account.add_passkey(door(house, after=NEXT), opened.token, new_key(), name="  work   telephone ", shown=shown(staff.pharmacist))
    assert kept.name == "work telephone"
    give_account(house, staff.technician, "toni")
    toni = signed_in(house, "toni", after=NEXT)
    with pytest.raises(NotFound):
        own_account.remove_passkey(door(house, after=NEXT), toni.token, kept.id, shown=shown(staff.technician))
    with pytest.raises(NotFound):
        own_account.own_passkey(door(house, after=NEXT), staff.technician, kept.id)
    own_account.remove_passkey(door(house, after=NEXT), opened.token, kept.id, shown=shown(staff.pharmacist))
    assert own_account.see_own_account(door(house, after=NEXT), staff.pharmacist).passkeys == ()


def test_an_account_has_at_most_ten_passkeys_however_many_come_at_once(house: House, staff: Staff, opened: Opened) -> None:
    at_door, proof = door(house, after=NEXT), shown(staff.pharmacist)
    for number in range(9):
        own_account.add_passkey(at_door, opened.token, new_key(b"key %d" % number), name="", shown=proof)
    done = at_once([
        lambda number=number: own_account.add_passkey(at_door, opened.token, new_key(b"more %d" % number), name="", shown=proof)  # type: ignore[misc]
        for number in range(3)
    ])  # fmt: skip
    assert sorted(each.code for each in done if isinstance(each, LevigateError)) == ["TOO_MANY_PASSKEYS"] * 2


@pytest.mark.parametrize("name", ["x" * 61, "a\u202eb"])
def test_a_passkeys_name_can_be_read(house: House, staff: Staff, opened: Opened, name: str) -> None:
    with pytest.raises(OwnAccountRefused) as refusal:
        own_account.add_passkey(door(house, after=NEXT), opened.token, new_key(), name=name, shown=shown(staff.pharmacist))
    assert refusal.value.code == "PASSKEY_NAME"


def test_the_last_second_factor_cannot_be_lost(house: House, staff: Staff, opened: Opened) -> None:
    at_door, proof = door(house, after=NEXT), shown(staff.pharmacist)
    keys = [own_account.add_passkey(at_door, opened.token, new_key(each), name="", shown=proof) for each in (b"one", b"two")]
    with transaction(house.database, site_id=house.site_id, by="test", role="", at=AT) as writing:
        found = stored.of(writing.connection, house.site_id, staff.pharmacist)
        assert found is not None
        stored.change(writing, replace(found, second_factor=""))
        writing.tell(Told(action="no app", subject="account", subject_id=staff.pharmacist))
    done = at_once([lambda key=key: own_account.remove_passkey(at_door, opened.token, key.id, shown=proof) for key in keys])  # type: ignore[misc]
    assert [each.code for each in done if isinstance(each, LevigateError)] == ["LAST_SECOND_FACTOR"]


def test_the_other_sessions_end_and_this_one_stays(house: House, staff: Staff, opened: Opened) -> None:
    other = signed_in(house, PAT, after=timedelta(seconds=30), browser=OTHER)
    assert own_account.end_other_sessions(door(house, after=NEXT), opened.token, shown=shown(staff.pharmacist)) == 1
    assert (is_over(house, other.token), is_over(house, opened.token)) == (True, False)


def test_a_session_that_ended_or_waits_changes_nothing(house: House, staff: Staff, opened: Opened) -> None:
    for after in (timedelta(minutes=16), timedelta(hours=13)):
        with pytest.raises(SignInRefused) as refusal:
            own_account.change_password(door(house, after=after), opened.token, NEW_PASSWORD, shown=shown(staff.pharmacist, after=after))
        assert refusal.value.code == "SIGN_IN_AGAIN"


def test_the_owner_sees_no_secret_of_the_account(house: House, staff: Staff, opened: Opened) -> None:
    seen = own_account.see_own_account(door(house), staff.pharmacist)
    assert (seen.sign_in_name, seen.has_app, seen.recovery_left, len(seen.sessions)) == (PAT, True, 2, 1)
    with house.database.reading() as connection:
        kept = stored.of(connection, house.site_id, staff.pharmacist)
    assert kept is not None
    assert kept.password_hash not in repr(seen)
    assert kept.second_factor not in repr(seen)
    assert opened.token not in repr(seen)


# Codes of example people


def test_an_example_persons_code_is_shown_here_and_each_only_once(house: House, staff: Staff) -> None:
    give_account(house, staff.technician, "toni", is_example=True)
    at_door = door(house, browser=HERE)
    first = example_code(at_door, staff.technician)
    assert first == code()
    confirm(at_door, staff.technician, password=PASSWORD, code=first)
    second = example_code(at_door, staff.technician)
    assert second == code(timedelta(seconds=30))
    confirm(at_door, staff.technician, password=PASSWORD, code=second)
    assert example_code(at_door, staff.technician) is None
    assert example_code(door(house, browser=HERE, after=NEXT), staff.technician) == code(NEXT)


def test_nobody_elses_code_is_ever_shown(house: House, staff: Staff) -> None:
    give_account(house, staff.technician, "toni", is_example=True)
    give_account(house, staff.pharmacist, PAT)
    assert example_code(door(house), staff.technician) is None
    assert example_code(door(house, browser=HERE), staff.pharmacist) is None
    assert example_code(door(house, browser=HERE), staff.assistant) is None


def test_an_example_account_does_not_sign_in_from_the_network(house: House, staff: Staff) -> None:
    give_account(house, staff.technician, "toni", is_example=True)
    with pytest.raises(SignInRefused):
        give_password(door(house), "toni", PASSWORD)
    assert give_password(door(house, browser=HERE), "toni", PASSWORD).token
