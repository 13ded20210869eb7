"""`levigate demo`: a database with worked example data at every stage, then the application."""

import os
import shlex
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compounding.commands.refusals import FAULT, refuse
from compounding.config.database_address import shown

if TYPE_CHECKING:
    from compounding.demo.accounts import ExampleAccounts

DEFAULT_FILE = Path("instance") / "demo.db"
_TAKES = timedelta(minutes=15)
"""How long the example's own day is, so that it lies in the past and on one calendar day."""


@click.command()
@click.option("--database", "given", metavar="ADDRESS", help="An empty file or PostgreSQL database; instance/demo.db where it is not given.")
@click.option("--port", default=8000, type=click.IntRange(1, 65535), show_default=True, help="Port on this machine.")
@click.option("--serve/--no-serve", "serves", default=True, help="Serve the application afterwards, or stop once the data is there.")
def demo(given: str | None, port: int, serves: bool) -> None:
    """Make a database in which orders and preparations of an example pharmacy stand at every stage, then serve.

    Everything is made through the use cases, as people would. It is an example: nothing of it is for dispensing.
    """
    from tqdm import tqdm

    from compounding.config.server import LOOPBACK, read_server_config
    from compounding.config.site_file import example_site
    from compounding.credentials.vault import Vault
    from compounding.demo.accounts import give_accounts
    from compounding.demo.crew import open_pharmacy
    from compounding.demo.story import COUNT, tell
    from compounding.reference import load
    from compounding.storage.engine import open_database
    from compounding.storage.people import site_ids
    from compounding.workflow.founding import migrate

    address = given or str(Path.cwd() / DEFAULT_FILE)
    site, data = example_site(), load()
    # Read first: what the environment says wrongly is said before the example is made.
    config = read_server_config(os.environ, folder=Path.cwd(), address=LOOPBACK, port=port, database=address, binds=True)
    database = open_database(address)
    try:
        migrate(database, data=data, at=datetime.now(UTC))
        with database.reading() as connection:
            taken = site_ids(connection)
        if taken:
            refuse("DEMO_NOT_EMPTY", f"{shown(address)} holds records already; the example is made in a database of its own", status=FAULT)
        pharmacy = open_pharmacy(database, site, data, at=_beginning(datetime.now(UTC), site.time_zone))
        made = list(tqdm(tell(pharmacy), total=COUNT, desc="Working through the example", unit="order", disable=None, leave=False, file=sys.stderr))
        welcome = give_accounts(pharmacy, Vault(config.secret), at=pharmacy.clock.now())
    finally:
        database.close()
    for number, state in made:
        click.echo(f"{number}\t{state.value}")
    click.echo(f"The example is in {shown(address)}: {len(made)} orders and preparations, one at every stage.")
    _say_who_signs_in(welcome)
    if not serves:
        # The secrets of the one-time codes were sealed with the secret beside this database, so it is served from the same folder.
        click.echo(f"To serve it: levigate serve --database {shlex.quote(address) if '://' not in address else 'ADDRESS'} --port {port}")
        return
    from compounding.web.serving import run

    # People of an example are for this machine alone, whatever the environment says of a site and an address.
    run(replace(config, site_path=None))


def _say_who_signs_in(given: "ExampleAccounts") -> None:
    """The people of the example; the password is said this once and kept nowhere."""
    click.echo("\nWho can sign in, at this machine only:")
    for each in given.people:
        click.echo(f"  {each.sign_in_name:<6} {each.name} ({', '.join(each.roles)})")
    click.echo(f"The password of each of them: {given.password}")
    click.echo("The code of the second step stands beside its field on the page: example people need no telephone.")


def _beginning(now: datetime, zone: tzinfo) -> datetime:
    """When the example's day began: long enough ago to be over, and all of it on one day of the pharmacy's calendar."""
    began = now - _TAKES
    if began.astimezone(zone).date() == now.astimezone(zone).date():
        return began
    return (now.astimezone(zone) - timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0).astimezone(UTC)
