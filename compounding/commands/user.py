"""`levigate user`: people and accounts from the console of the machine, where no designated person can sign in yet, or any more.

Passwords are never arguments and never asked for here: whoever gets an activation code chooses a password in the browser.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from compounding.commands.refusals import FAULT, refuse
from compounding.config.database_address import database_address, shown
from compounding.domain.errors import LevigateError
from compounding.domain.people import Role

if TYPE_CHECKING:
    from compounding.storage.engine import Database
    from compounding.workflow.accounts import Activation

_DATABASE = click.option(
    "--database", "given", metavar="ADDRESS", help="File or PostgreSQL address; DATABASE_URL, or instance/levigate.db, where it is not given."
)
_SITE = click.option("--site", "site_id", metavar="ID", help="The pharmacy, where the database holds several.")
_PERSON = click.option("--person", "person_id", required=True, metavar="ID", help="The person's key, as `levigate user list` prints it.")
_REASON = click.option("--reason", required=True, help="Why; it stays on the audit trail.")


class _Day(click.ParamType[date]):
    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """A day written YYYY-MM-DD, and in no other way."""
        text = str(value)
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = None
        if day is None or day.isoformat() != text:
            self.fail(f"{text!r} is not a day such as 2027-11-30", param, ctx)
        return day


@click.group()
def user() -> None:
    """People and accounts, in the name of the program: for the first person of a pharmacy, and where nobody may sign any more."""


@user.command()
@_DATABASE
@_SITE
@click.option("--found", "site_file", type=click.Path(path_type=Path, dir_okay=False), metavar="SITE.toml", help="Begin the pharmacy of this file with them.")
@click.option("--name", required=True, help="The person's name, as it is printed beside a signature.")
@click.option("--role", "roles", required=True, multiple=True, type=click.Choice([each.value for each in Role]), help="May be given more than once.")
@click.option("--licence", default="", help="The number on the public register, for roles that stand on one.")
@click.option("--licence-expires-on", "expires_on", type=_Day(), help="The last day of that licence, YYYY-MM-DD.")
@click.option("--sign-in-name", required=True, help="What the person types to sign in.")
@click.option("--reason", default="added at the console", show_default=True, help="Why; it stays on the audit trail.")
def add(
    given: str | None, site_id: str | None, site_file: Path | None, name: str, roles: tuple[str, ...], licence: str, expires_on: date | None,
    sign_in_name: str, reason: str,
) -> None:  # fmt: skip
    """Add a person with an account, and print the activation code, once."""
    from compounding.workflow import operators

    asked = operators.NewUser(
        name=name, roles=tuple(Role(each) for each in roles), sign_in_name=sign_in_name, licence=licence, licence_expires_on=expires_on
    )  # fmt: skip
    with _opened(given, create=site_file is not None) as database:
        if site_file is not None:
            activation, site_id = _founded(database, site_file, asked)
        else:
            site_id = _site(database, site_id)
            activation = operators.add_user(database, site_id, asked, at=datetime.now(UTC), reason=reason)
        _print(database, site_id, activation)


@user.command("list")
@_DATABASE
@_SITE
def list_users(given: str | None, site_id: str | None) -> None:
    """Print everyone: key, name, roles, licence and its last day, sign-in name, and whether they may sign in."""
    from compounding.workflow import operators

    with _opened(given) as database:
        for each in operators.users(database, _site(database, site_id)).people:
            person = each.person
            until = person.licence_expires_on.isoformat() if person.licence_expires_on is not None else ""
            state = "inactive" if not person.is_active else "signs in" if each.is_activated else "awaits activation" if each.sign_in_name else "no account"
            mark = " (example)" if each.is_example else ""
            click.echo("\t".join((person.id, person.name, ", ".join(sorted(person.roles)), person.licence, until, each.sign_in_name, state + mark)))


@user.command("renew-account")
@_DATABASE
@_SITE
@_PERSON
@_REASON
def renew_account(given: str | None, site_id: str | None, person_id: str, reason: str) -> None:
    """Print a new activation code: password, authenticator app and passkeys no longer count, and every session ends."""
    from compounding.workflow import operators

    with _opened(given) as database:
        site_id = _site(database, site_id)
        change = operators.Change(person_id=person_id, at=datetime.now(UTC), reason=reason)
        _print(database, site_id, operators.renew_account(database, site_id, change))


@user.command("renew-licence")
@_DATABASE
@_SITE
@_PERSON
@click.option("--expires-on", required=True, type=_Day(), help="The licence's new last day, YYYY-MM-DD.")
@click.option("--licence", default="", help="Its number, where that changed.")
@_REASON
def renew_licence(given: str | None, site_id: str | None, person_id: str, expires_on: date, licence: str, reason: str) -> None:
    """Put a licence's new last day on record: the way out where the only designated person's has expired."""
    from compounding.workflow import operators

    with _opened(given) as database:
        change = operators.Change(person_id=person_id, at=datetime.now(UTC), reason=reason)
        person = operators.renew_licence(database, _site(database, site_id), change, expires_on=expires_on, licence=licence)
        click.echo(f"{person.name}: licence {person.licence}, through {expires_on.isoformat()}")


@user.command()
@_DATABASE
@_SITE
@_PERSON
@_REASON
def disable(given: str | None, site_id: str | None, person_id: str, reason: str) -> None:
    """Set a person inactive: every session ends, and nothing can be signed any more."""
    from compounding.workflow import operators

    with _opened(given) as database:
        change = operators.Change(person_id=person_id, at=datetime.now(UTC), reason=reason)
        person = operators.disable(database, _site(database, site_id), change)
        click.echo(f"{person.name} is inactive; the record stays")


@contextmanager
def _opened(given: str | None, *, create: bool = False) -> "Iterator[Database]":
    """The database, with this program's tables. What the call asks and cannot be is refused with the status of a bad call."""
    from compounding.reference import load
    from compounding.storage.engine import open_database
    from compounding.storage.errors import StorageError
    from compounding.storage.migrating import check_schema
    from compounding.workflow.founding import migrate

    address = database_address(given, environment=os.environ, folder=Path.cwd())
    database = open_database(address, create=create)
    try:
        if create:
            migrate(database, data=load(), at=datetime.now(UTC))
        check_schema(database)
        yield database
    except StorageError as fault:
        refuse(fault.code, f"{fault.message} ({shown(address)})", status=FAULT)
    except LevigateError as refusal:
        refuse(refusal.code, refusal.message)
    finally:
        database.close()


def _founded(database: "Database", site_file: Path, asked: Any) -> "tuple[Activation, str]":
    from compounding.config.site_file import read_site_file
    from compounding.reference import load
    from compounding.workflow import operators

    settings = read_site_file(site_file)
    activation = operators.found_with(database, settings, asked, load(), at=datetime.now(UTC))
    if settings.approvals or settings.attestations:
        click.echo("Approvals and attestations of the file were left behind: the designated person gives each one signed.", err=True)
    return activation, settings.id


def _site(database: "Database", asked: str | None) -> str:
    from compounding.workflow.founding import sites

    known = dict(sites(database))
    if not known:
        refuse("NO_SITE", "no pharmacy is set up here yet; open the program in a browser, or give its file with --found SITE.toml", status=FAULT)
    if asked is None and len(known) > 1:
        refuse("USAGE", f"this database holds {len(known)} pharmacies; say which with --site: {', '.join(sorted(known))}")
    if asked is not None and asked not in known:
        refuse("SITE_UNKNOWN", "there is no such pharmacy in this database", status=FAULT)
    return asked if asked is not None else next(iter(known))


def _print(database: "Database", site_id: str, activation: "Activation") -> None:
    from compounding.storage.people import current_settings

    with database.reading() as connection:
        zone = current_settings(connection, site_id)[0].time_zone
    until = activation.until.astimezone(zone if isinstance(zone, ZoneInfo) else UTC)
    for line in (
        f"person           {activation.person_id}",
        f"sign-in name     {activation.sign_in_name}",
        f"activation code  {activation.code}",
        f"good until       {until:%Y-%m-%d %H:%M %Z}",
    ):
        click.echo(line)
    click.echo("The code is shown this once. Its owner enters it at /activate and chooses a password and a second factor there.", err=True)
