"""`levigate user`: people and accounts from the console of the machine, where no designated person can sign in yet, or any more.

Passwords are never arguments and never asked for here: whoever gets an activation code chooses a password in the browser.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from compounding.commands.one_site import DATABASE, SITE, Day, opened, the_site
from compounding.domain.people import Role

if TYPE_CHECKING:
    from compounding.storage.engine import Database
    from compounding.workflow.accounts import Activation

_PERSON = click.option("--person", "person_id", required=True, metavar="ID", help="The person's key, as `levigate user list` prints it.")
_REASON = click.option("--reason", required=True, help="Why; it stays on the audit trail.")


@click.group()
def user() -> None:
    """People and accounts, in the name of the program: for the first person of a pharmacy, and where nobody may sign any more."""


@user.command()
@DATABASE
@SITE
@click.option("--found", "site_file", type=click.Path(path_type=Path, dir_okay=False), metavar="SITE.toml", help="Begin the pharmacy of this file with them.")
@click.option("--name", required=True, help="The person's name, as it is printed beside a signature.")
@click.option("--role", "roles", required=True, multiple=True, type=click.Choice([each.value for each in Role]), help="May be given more than once.")
@click.option("--licence", default="", help="The number on the public register, for roles that stand on one.")
@click.option("--licence-expires-on", "expires_on", type=Day(), help="The last day of that licence, YYYY-MM-DD.")
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
    with opened(given, create=site_file is not None) as database:
        if site_file is not None:
            activation, site_id = _founded(database, site_file, asked)
        else:
            site_id = the_site(database, site_id)
            activation = operators.add_user(database, site_id, asked, at=datetime.now(UTC), reason=reason)
        _print(database, site_id, activation)


@user.command("list")
@DATABASE
@SITE
def list_users(given: str | None, site_id: str | None) -> None:
    """Print everyone: key, name, roles, licence and its last day, sign-in name, and whether they may sign in."""
    from compounding.workflow import operators

    with opened(given) as database:
        for each in operators.users(database, the_site(database, site_id)).people:
            person = each.person
            until = person.licence_expires_on.isoformat() if person.licence_expires_on is not None else ""
            state = "inactive" if not person.is_active else "signs in" if each.is_activated else "awaits activation" if each.sign_in_name else "no account"
            mark = " (example)" if each.is_example else ""
            click.echo("\t".join((person.id, person.name, ", ".join(sorted(person.roles)), person.licence, until, each.sign_in_name, state + mark)))


@user.command("renew-account")
@DATABASE
@SITE
@_PERSON
@_REASON
def renew_account(given: str | None, site_id: str | None, person_id: str, reason: str) -> None:
    """Print a new activation code: password, authenticator app and passkeys no longer count, and every session ends."""
    from compounding.workflow import operators

    with opened(given) as database:
        site_id = the_site(database, site_id)
        change = operators.Change(person_id=person_id, at=datetime.now(UTC), reason=reason)
        _print(database, site_id, operators.renew_account(database, site_id, change))


@user.command("renew-licence")
@DATABASE
@SITE
@_PERSON
@click.option("--expires-on", required=True, type=Day(), help="The licence's new last day, YYYY-MM-DD.")
@click.option("--licence", default="", help="Its number, where that changed.")
@_REASON
def renew_licence(given: str | None, site_id: str | None, person_id: str, expires_on: date, licence: str, reason: str) -> None:
    """Put a licence's new last day on record: the way out where the only designated person's has expired."""
    from compounding.workflow import operators

    with opened(given) as database:
        change = operators.Change(person_id=person_id, at=datetime.now(UTC), reason=reason)
        person = operators.renew_licence(database, the_site(database, site_id), change, expires_on=expires_on, licence=licence)
        click.echo(f"{person.name}: licence {person.licence}, through {expires_on.isoformat()}")


@user.command()
@DATABASE
@SITE
@_PERSON
@_REASON
def disable(given: str | None, site_id: str | None, person_id: str, reason: str) -> None:
    """Set a person inactive: every session ends, and nothing can be signed any more."""
    from compounding.workflow import operators

    with opened(given) as database:
        change = operators.Change(person_id=person_id, at=datetime.now(UTC), reason=reason)
        person = operators.disable(database, the_site(database, site_id), change)
        click.echo(f"{person.name} is inactive; the record stays")


def _founded(database: "Database", site_file: Path, asked: Any) -> "tuple[Activation, str]":
    from compounding.config.site_file import read_site_file
    from compounding.reference import load
    from compounding.workflow import operators

    settings = read_site_file(site_file)
    activation = operators.found_with(database, settings, asked, load(), at=datetime.now(UTC))
    if settings.approvals or settings.attestations:
        click.echo("Approvals and attestations of the file were left behind: the designated person gives each one signed.", err=True)
    return activation, settings.id


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
