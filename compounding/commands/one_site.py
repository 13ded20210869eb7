"""What the commands that work on one pharmacy's records share: which database, which pharmacy, and a day as an argument."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compounding.commands.refusals import FAULT, refuse
from compounding.config.database_address import database_address, shown
from compounding.domain.errors import LevigateError

if TYPE_CHECKING:
    from compounding.storage.engine import Database

DATABASE = click.option(
    "--database", "given", metavar="ADDRESS", help="File or PostgreSQL address; DATABASE_URL, or instance/levigate.db, where it is not given."
)
SITE = click.option("--site", "site_id", metavar="ID", help="The pharmacy, where the database holds several.")


class Day(click.ParamType[date]):
    """A day written YYYY-MM-DD."""

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


@contextmanager
def opened(given: str | None, *, create: bool = False) -> "Iterator[Database]":
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


def the_site(database: "Database", asked: str | None) -> str:
    """The pharmacy that is meant: the one that was asked for, or the only one there is."""
    from compounding.workflow.founding import sites

    known = dict(sites(database))
    if not known:
        refuse("NO_SITE", "no pharmacy is set up here yet; open the program in a browser, or give its file with --found SITE.toml", status=FAULT)
    if asked is None and len(known) > 1:
        refuse("USAGE", f"this database holds {len(known)} pharmacies; say which with --site: {', '.join(sorted(known))}")
    if asked is not None and asked not in known:
        refuse("SITE_UNKNOWN", "there is no such pharmacy in this database", status=FAULT)
    return asked if asked is not None else next(iter(known))
