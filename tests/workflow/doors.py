"""People of the tests' pharmacy who can sign in, and the browsers they stand before."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from compounding.credentials import hashing, one_time_codes, recovery_codes, tokens
from compounding.credentials.vault import Vault
from compounding.storage import accounts
from compounding.storage.accounts import Account
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from compounding.workflow.signing_in import Door, Opened, about, give_code, give_password
from compounding.workflow.use_case import House
from tests.workflow.conftest import AT

SECRET = b"only for tests, and never for people" * 2
PASSWORD = "correct horse battery staple"  # noqa: S105 - the password of people who do not exist.
TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
RECOVERY = ("CDFGH-JKMNP-QRTVW-XY346", "DDFGH-JKMNP-QRTVW-XY347")
_HASH: list[str] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """A browser somewhere: its lasting cookie and its address."""

    name: str = "bench"
    address: str = "192.0.2.10"
    is_loopback: bool = False


BENCH = Browser()


def door(house: House, *, after: timedelta = timedelta(), browser: Browser = BENCH) -> Door:
    """The pharmacy's door at a moment."""
    return Door(
        house=house, vault=Vault(SECRET), address=browser.address, browser=tokens.digest(browser.name), is_loopback=browser.is_loopback, at=AT + after,
    )  # fmt: skip


def give_account(house: House, person_id: str, name: str, *, is_example: bool = False) -> Account:
    """An account with the tests' password, one-time codes and recovery codes."""
    if not _HASH:
        _HASH.append(hashing.hash_password(PASSWORD))
    sealed = Vault(SECRET).seal(TOTP, about=about(house.site_id, person_id))
    account = Account(
        id=person_id, sign_in_name=accounts.folded_name(name), password_hash=_HASH[0], second_factor=sealed, is_example=is_example, password_set_at=AT,
        recovery=tuple(recovery_codes.digest(each) for each in RECOVERY),
    )  # fmt: skip
    with transaction(house.database, site_id=house.site_id, by="test", role="", at=AT) as opened:
        accounts.add(opened, account)
        opened.tell(Told(action="open account", subject="account", subject_id=person_id))
    return account


def code(after: timedelta = timedelta()) -> str:
    """The one-time code of a moment."""
    return one_time_codes.code_at(TOTP, AT + after)


def signed_in(house: House, name: str, *, after: timedelta = timedelta(), browser: Browser = BENCH) -> Opened:
    """Both steps of signing in."""
    at_door = door(house, after=after, browser=browser)
    half_way = give_password(at_door, name, PASSWORD)
    return give_code(at_door, half_way.token, one_time_codes.code_at(TOTP, at_door.at))


def later(at_door: Door, **time: float) -> Door:
    """The same browser some time later."""
    return replace(at_door, at=_plus(at_door.at, **time))


def _plus(at: datetime, **time: float) -> datetime:
    return at + timedelta(**time)
