"""Accounts and passkeys in the database: with what a person shows who they are."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from compounding.storage.errors import NotFound
from compounding.storage.tables import account, passkey
from compounding.storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How a person signs in. `id` is the person's; an empty password hash or activation is one that is not there.

    `second_factor` is the sealed secret of the one-time codes, `recovery` the digests of the codes that were not used, `activation` the digest of the code
    with which the person chooses a password until `activation_until` (UTC).
    """

    id: str
    sign_in_name: str
    version: int = 1
    password_hash: str = ""
    second_factor: str = ""
    recovery: tuple[str, ...] = ()
    activation: str = ""
    activation_until: datetime | None = None
    is_example: bool = False
    password_set_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A passkey of a person; `id` is its own key as the browser names it, `public_key` in base64url."""

    id: str
    person_id: str
    name: str
    public_key: str
    sign_count: int
    version: int = 1
    is_removed: bool = False
    created_at: datetime | None = None


def folded_name(name: str) -> str:
    """A sign-in name as names are compared: without case and outer spaces."""
    return " ".join(name.split()).casefold()


def add(opened: Transaction, new: Account) -> None:
    """A new account. Raises Conflict where the name or the person has one."""
    opened.insert(account, id=new.id, version=1, created_at=opened.at, **_columns(new))


def change(opened: Transaction, changed: Account) -> Account:
    """Change an account that is still at its version, and give it as it is now. Raises Conflict."""
    opened.change(account, changed.id, version=changed.version, what="this account", **_columns(changed))
    return replace(changed, version=changed.version + 1)


def of(connection: Connection, site_id: str, person_id: str) -> Account | None:
    """The account of a person, or None."""
    row = connection.execute(select(account).where(account.c.site_id == site_id, account.c.id == person_id)).one_or_none()
    return _account(row) if row is not None else None


def named(connection: Connection, site_id: str, sign_in_name: str) -> Account | None:
    """The account of that sign-in name, or None."""
    query = select(account).where(account.c.site_id == site_id, account.c.sign_in_name == folded_name(sign_in_name))
    row = connection.execute(query).one_or_none()
    return _account(row) if row is not None else None


def every(connection: Connection, site_id: str) -> dict[str, Account]:
    """All accounts of a site by person."""
    return {row.id: _account(row) for row in connection.execute(select(account).where(account.c.site_id == site_id))}


def add_passkey(opened: Transaction, new: Passkey) -> None:
    """A new passkey. Raises Conflict where it is known."""
    opened.insert(
        passkey, id=new.id, version=1, person_id=new.person_id, name=new.name, public_key=new.public_key, sign_count=new.sign_count, is_removed=0,
        created_at=opened.at,
    )  # fmt: skip


def change_passkey(opened: Transaction, changed: Passkey) -> None:
    """Write down how far a passkey has counted, or that it was removed. Raises Conflict."""
    opened.change(passkey, changed.id, version=changed.version, what="this passkey", sign_count=changed.sign_count, is_removed=int(changed.is_removed))


def passkeys_of(connection: Connection, site_id: str, person_id: str) -> tuple[Passkey, ...]:
    """The passkeys of a person that were not removed, the oldest first."""
    t = passkey.c
    query = select(passkey).where(t.site_id == site_id, t.person_id == person_id, t.is_removed == 0).order_by(t.created_at, t.id)
    return tuple(_passkey(row) for row in connection.execute(query))


def passkey_of(connection: Connection, site_id: str, passkey_id: str) -> Passkey:
    """One passkey that was not removed. Raises NotFound."""
    row = connection.execute(select(passkey).where(passkey.c.site_id == site_id, passkey.c.id == passkey_id, passkey.c.is_removed == 0)).one_or_none()
    if row is None:
        raise NotFound("passkey")
    return _passkey(row)


def _columns(it: Account) -> dict[str, Any]:
    return {
        "sign_in_name": it.sign_in_name, "password_hash": it.password_hash, "second_factor": it.second_factor, "recovery": ",".join(it.recovery),
        "activation": it.activation, "activation_until": it.activation_until, "is_example": int(it.is_example), "password_set_at": it.password_set_at,
    }  # fmt: skip


def _account(row: Row[Any]) -> Account:
    return Account(
        id=row.id, sign_in_name=row.sign_in_name, version=row.version, password_hash=row.password_hash, second_factor=row.second_factor,
        recovery=tuple(each for each in row.recovery.split(",") if each), activation=row.activation, activation_until=row.activation_until,
        is_example=bool(row.is_example), password_set_at=row.password_set_at,
    )  # fmt: skip


def _passkey(row: Row[Any]) -> Passkey:
    return Passkey(
        id=row.id, person_id=row.person_id, name=row.name, public_key=row.public_key, sign_count=row.sign_count, version=row.version,
        is_removed=bool(row.is_removed), created_at=row.created_at,
    )  # fmt: skip
