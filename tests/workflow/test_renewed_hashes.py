"""A password hash of older parameters is made anew when its owner signs in, and at no other time."""

from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from compounding.credentials import hashing
from compounding.storage import accounts
from compounding.storage.accounts import Account
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from compounding.workflow import signing_in
from compounding.workflow.signing_in import Opened, SignInRefused, give_password
from compounding.workflow.use_case import House
from tests.workflow.conftest import AT, Staff
from tests.workflow.doors import PASSWORD, Browser, door, give_account
from tests.workflow.running import at_once
from tests.workflow.seeing import entries

PAT = "pat"


def _account(house: House, staff: Staff) -> Account:
    with house.database.reading() as connection:
        found = accounts.of(connection, house.site_id, staff.pharmacist)
    assert found is not None
    return found


def _keep(house: House, changed: Account) -> None:
    with transaction(house.database, site_id=house.site_id, by="test", role="", at=AT) as opened:
        accounts.change(opened, changed)
        opened.tell(Told(action="older hash", subject="account", subject_id=changed.id))


@pytest.fixture
def older(house: House, staff: Staff) -> str:
    """The hash of the tests' password as an earlier version of the program would have kept it."""
    made = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    _keep(house, replace(give_account(house, staff.pharmacist, PAT), password_hash=made))
    return made


def test_signing_in_keeps_the_same_password_under_todays_parameters(house: House, staff: Staff, older: str) -> None:
    assert hashing.needs_rehash(older)
    before = _account(house, staff)
    assert give_password(door(house), PAT, PASSWORD).token
    now = _account(house, staff)
    assert not hashing.needs_rehash(now.password_hash)
    assert hashing.verify_password(now.password_hash, PASSWORD)
    assert replace(now, password_hash=older, version=before.version) == before
    assert give_password(door(house), PAT, PASSWORD).token
    assert _account(house, staff) == now


@pytest.mark.usefixtures("older")
def test_a_wrong_password_renews_nothing(house: House, staff: Staff) -> None:
    before = _account(house, staff)
    with pytest.raises(SignInRefused):
        give_password(door(house), PAT, "not the password")
    assert _account(house, staff) == before


@pytest.mark.usefixtures("older")
def test_of_four_who_sign_in_at_once_all_come_in_and_one_renews_the_hash(house: House, staff: Staff) -> None:
    before = _account(house, staff)
    doors = [door(house, browser=Browser(name=f"browser {each}", address=f"192.0.2.{each}")) for each in range(4)]
    done = at_once([lambda d=each: give_password(d, PAT, PASSWORD) for each in doors])  # type: ignore[misc]
    assert [type(each) for each in done] == [Opened] * 4
    assert _account(house, staff).version == before.version + 1


@pytest.mark.usefixtures("older")
def test_a_hash_that_was_changed_meanwhile_is_left_as_it_is(house: House, staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    another = hashing.hash_password("six quiet herons by the river")
    checks = signing_in.password_is_right

    def changed_meanwhile(account: Account | None, password: str) -> bool:
        is_right = checks(account, password)
        _keep(house, replace(_account(house, staff), password_hash=another))
        return is_right

    monkeypatch.setattr(signing_in, "password_is_right", changed_meanwhile)
    give_password(door(house), PAT, PASSWORD)
    assert _account(house, staff).password_hash == another


@pytest.mark.usefixtures("older")
def test_where_the_session_cannot_begin_the_hash_stays(house: House, staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    before, told = _account(house, staff), entries(house)

    def fails(*_args: object, **_options: object) -> Opened:
        raise RuntimeError("no session")

    monkeypatch.setattr(signing_in, "new_session", fails)
    with pytest.raises(RuntimeError, match="no session"):
        give_password(door(house), PAT, PASSWORD)
    assert _account(house, staff) == before
    assert entries(house) == told
