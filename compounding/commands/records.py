"""`levigate upgrade-db` and `levigate verify-audit`: the tables of the records, and whether their audit trail still holds."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compounding.commands.refusals import BAD_INPUT, FAULT, refuse
from compounding.config.database_address import database_address, shown
from compounding.domain import audit
from compounding.domain.audit import Chain, ChainName, Fault, Head
from compounding.domain.errors import LevigateError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from compounding.storage.engine import Database

BROKEN = "AUDIT_BROKEN"
_SHOWN_FAULTS = 20
_DATABASE = click.option(
    "--database", "given", metavar="ADDRESS", help="File or PostgreSQL address; DATABASE_URL, or instance/levigate.db, where it is not given."
)


@click.command("upgrade-db")
@_DATABASE
@click.option("--grant-to", "role", metavar="ROLE", help="A PostgreSQL role that gets exactly the rights a running program needs.")
def upgrade_db(given: str | None, role: str | None) -> None:
    """Bring a database to this version's tables, whole or not at all; make it where there is none. New shipped texts arrive as proposals."""
    from compounding.reference import load
    from compounding.storage.engine import open_database
    from compounding.workflow.founding import migrate

    address = database_address(given, environment=os.environ, folder=Path.cwd())
    click.echo(f"Bringing {shown(address)} up to date ...", err=True)
    database = open_database(address)
    try:
        for revision in (applied := migrate(database, data=load(), at=datetime.now(UTC))):
            click.echo(f"applied {revision}")
        if not applied:
            click.echo("nothing to do: the tables are those of this version")
        if role is not None:
            from compounding.storage.grants import grant_runtime

            grant_runtime(database, role)
            click.echo(f"granted to {role}: what a running program needs, and nothing that changes what is written")
    finally:
        database.close()


@click.command("verify-audit")
@_DATABASE
@click.option("--site", "site_id", metavar="ID", help="One site; every site where it is not given.")
@click.option("--chain", "chain", type=click.Choice([each.value for each in Chain]), help="Which chain --head and --export are about; else changes.")
@click.option("--head", "kept", metavar="SEQ:HASH", help="A head that was noted before, of this site's chain or of the export: it must be in it.")
@click.option("--export", "out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write the chain of a site to a new file.")
@click.option("--file", "file", type=click.Path(path_type=Path, dir_okay=False), metavar="EXPORT", help="Verify an exported chain instead of a database.")
def verify_audit(given: str | None, site_id: str | None, chain: str | None, kept: str | None, out: Path | None, file: Path | None) -> None:
    """Verify the audit trail: both chains of every site, or an exported chain. One line for each chain, with the head to keep elsewhere.

    Exit status: 0 all of it holds, 1 something does not (AUDIT_BROKEN, on standard error), 4 the call cannot be understood.
    """
    try:
        head = audit.read_head(kept) if kept is not None else None
    except LevigateError as fault:
        refuse(fault.code, fault.message)
    if file is not None:
        if any(each is not None for each in (given, site_id, chain, out)):
            refuse("USAGE", "--file stands alone, or with --head: it needs no database")
        sys.exit(_verify_file(file, head))
    if site_id is None and any(each is not None for each in (chain, head, out)):
        refuse("USAGE", "say with --site whose chain the head or the export is of")
    if chain is not None and head is None and out is None:
        refuse("USAGE", "--chain says which chain --head and --export are about; both chains are verified in any case")
    if out is not None and out.exists():
        refuse("EXPORT_EXISTS", f"{out.name} is there already, and an export is evidence: name a new file")
    from compounding.storage.engine import open_database

    database = open_database(database_address(given, environment=os.environ, folder=Path.cwd()), create=False)
    try:
        sys.exit(_verify_database(database, site_id, about=Chain(chain or Chain.CHANGES), kept=head, out=out))
    finally:
        database.close()


def _verify_file(file: Path, kept: Head | None) -> int:
    try:
        content = file.read_bytes()
    except OSError as fault:
        refuse("EXPORT_UNREADABLE", f"{file.name} cannot be read: {fault.strerror}", status=BAD_INPUT)
    told = audit.read_header(content.partition(b"\n")[0])
    found = audit.verify_export(content, kept=kept)
    name, head = told if told is not None else (None, None)
    return _say(f"{name.site_id} {name.chain.value}" if name is not None else file.name, head, found)


def _verify_database(database: "Database", site_id: str | None, *, about: Chain, kept: Head | None, out: Path | None) -> int:
    from compounding.storage import trail
    from compounding.storage.errors import StorageError
    from compounding.storage.migrating import check_schema

    status = 0
    try:
        check_schema(database)
    except StorageError as fault:
        if fault.code != "SCHEMA_DAMAGED":
            raise
        # Whoever took a rule away may have used it: the chains are verified all the more.
        click.echo(f"{fault.code}: {fault.message}", err=True)
        status = FAULT
    with database.reading() as connection:
        known = trail.sites(connection)
        if not known or (site_id is not None and site_id not in known):
            why = "there is no such site in this database" if known else "this database has no site yet"
            refuse("SITE_UNKNOWN", f"{why}, so nothing was verified", status=FAULT)
        for each in (site_id,) if site_id is not None else known:
            for chain in Chain:
                status |= _verify_chain(connection, ChainName(each, chain), kept if chain is about else None)
            strays = trail.strays(connection, each)
            status |= _say(f"{each} other", None, strays) if strays else 0
        if out is not None and site_id is not None:
            _export(connection, ChainName(site_id, about), out)
    return status


def _verify_chain(connection: "Connection", name: ChainName, kept: Head | None) -> int:
    from tqdm import tqdm

    from compounding.storage import trail
    from compounding.storage.errors import StorageError

    try:
        head = trail.head(connection, name)
    except StorageError:
        head = None
    # Shown to a person who waits longer than a second, and to no program.
    with tqdm(total=head.seq if head else None, desc=f"{name.site_id} {name.chain.value}", unit=" entries", delay=1, disable=None, leave=False) as bar:
        found = trail.verify(connection, name, kept=kept, seen=bar.update)
    return _say(f"{name.site_id} {name.chain.value}", head, found)


def _say(what: str, head: Head | None, found: tuple[Fault, ...]) -> int:
    if not found:
        click.echo(f"{what}: holds, head {head}")
        return 0
    click.echo(f"{what}: BROKEN, {len(found)} {'fault' if len(found) == 1 else 'faults'}")
    for fault in found[:_SHOWN_FAULTS]:
        click.echo(f"{BROKEN}: {what}: {fault.what}", err=True)
    if len(found) > _SHOWN_FAULTS:
        click.echo(f"{BROKEN}: {what}: and {len(found) - _SHOWN_FAULTS} more", err=True)
    return FAULT


def _give_name(beside: Path, out: Path) -> None:
    """A link does not replace an export that came into being meanwhile; a stick's file system knows no links, so there the name is looked at once more."""
    try:
        os.link(beside, out)
    except FileExistsError:
        raise
    except OSError:
        if out.exists():
            raise
        beside.rename(out)


def _export(connection: "Connection", name: ChainName, out: Path) -> None:
    from compounding.storage import trail

    beside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.writelines(trail.export(connection, name))
            file.flush()
            os.fsync(file.fileno())
        _give_name(beside, out)
    except OSError as fault:
        refuse("EXPORT_UNWRITABLE", f"{out.name} cannot be written: {fault.strerror}", status=FAULT)
    finally:
        beside.unlink(missing_ok=True)
    click.echo(f"exported {name.site_id} {name.chain.value} to {out}", err=True)
