"""The example's people sign in at this machine, with one password that is made anew each time, and are marked as what they are."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from compounding.credentials.vault import Vault
from compounding.demo.accounts import ExampleAccounts, give_accounts
from compounding.demo.crew import Pharmacy
from compounding.domain.people import Role
from compounding.storage import accounts
from compounding.storage.tables import metadata
from compounding.workflow.example_codes import example_code
from compounding.workflow.signing_in import Door, SignInRefused, give_code, give_password
from tests.workflow.conftest import on_sqlite, open_template, shop, sqlite_template
from tests.workflow.doors import SECRET
from tests.workflow.seeing import entries

__all__ = ["on_sqlite", "open_template", "shop", "sqlite_template"]


@pytest.fixture
def given(shop: Pharmacy) -> ExampleAccounts:
    """Accounts for the crew."""
    return give_accounts(shop, Vault(SECRET), at=shop.clock.now())


def door(shop: Pharmacy) -> Door:
    return Door(house=shop.house, vault=Vault(SECRET), address="127.0.0.1", browser="b" * 64, is_loopback=True, at=shop.clock.now())


def test_there_is_somebody_of_every_role(given: ExampleAccounts) -> None:
    assert {role for each in given.people for role in each.roles} == set(Role)
    assert len({each.sign_in_name for each in given.people}) == len(given.people)


def test_each_signs_in_here_with_the_password_and_the_code_that_is_shown(shop: Pharmacy, given: ExampleAccounts) -> None:
    for each in given.people:
        half_way = give_password(door(shop), each.sign_in_name, given.password)
        code = example_code(door(shop), half_way.session.person_id)
        assert code is not None
        assert give_code(door(shop), half_way.token, code).token


def test_none_signs_in_from_elsewhere(shop: Pharmacy, given: ExampleAccounts) -> None:
    for each in given.people[:2]:
        with pytest.raises(SignInRefused):
            give_password(replace(door(shop), is_loopback=False), each.sign_in_name, given.password)


def test_the_password_is_kept_nowhere_and_differs_every_time(shop: Pharmacy, given: ExampleAccounts) -> None:
    with shop.house.database.reading() as connection:
        for table in metadata.sorted_tables:
            assert given.password not in " ".join(str(row) for row in connection.execute(select(table))), table.name
        assert all(each.is_example for each in accounts.every(connection, shop.house.site_id).values())
    assert len(given.password) == len("AAAAA-AAAAA-AAAAA")


def test_it_is_told_that_they_are_an_examples(shop: Pharmacy, given: ExampleAccounts) -> None:
    told = [each for each in entries(shop.house) if each["action"] == "open account"]
    assert len(told) == len(given.people)
    assert all(each["changed"]["is_example"] == [None, True] for each in told)
