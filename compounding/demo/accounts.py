"""Accounts of the example's people, marked as such: they sign in at this very machine only, with a password that is made anew for every example."""

from dataclasses import dataclass, fields
from datetime import datetime

from compounding.credentials import hashing, one_time_codes
from compounding.credentials.readable_codes import new_code
from compounding.credentials.vault import Vault
from compounding.demo.crew import Pharmacy
from compounding.domain.people import Role
from compounding.storage import accounts, people
from compounding.storage.accounts import Account
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from compounding.workflow.founding import PROGRAM
from compounding.workflow.signing_in import about

_GROUPS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamplePerson:
    """Who can sign in to the example, and under which name."""

    name: str
    roles: tuple[Role, ...]
    sign_in_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleAccounts:
    """Everyone of the example, and the one password of them all, which is kept nowhere."""

    people: tuple[ExamplePerson, ...]
    password: str


def give_accounts(pharmacy: Pharmacy, vault: Vault, *, at: datetime) -> ExampleAccounts:
    """An account for each of the crew, all with one new password, and each with one-time codes of its own."""
    password = new_code(_GROUPS)
    password_hash, site_id, given = hashing.hash_password(password), pharmacy.house.site_id, []
    with transaction(pharmacy.house.database, site_id=site_id, by=PROGRAM, role="", at=at) as opened:
        for key in (getattr(pharmacy.crew, each.name) for each in fields(pharmacy.crew)):
            someone, _ = people.person_of(opened, key)
            name = accounts.folded_name(someone.name.partition(",")[0].removeprefix("Dr ").split()[0])
            sealed = vault.seal(one_time_codes.new_secret(), about=about(site_id, key))
            accounts.add(opened, Account(
                id=key, sign_in_name=name, password_hash=password_hash, second_factor=sealed, is_example=True, password_set_at=at,
            ))  # fmt: skip
            opened.tell(Told(action="open account", subject="account", subject_id=key, changed={"sign_in_name": (None, name), "is_example": (None, True)}))
            given.append(ExamplePerson(name=someone.name, roles=tuple(sorted(someone.roles)), sign_in_name=name))
    return ExampleAccounts(people=tuple(given), password=password)
