"""`levigate serve` and `levigate fingerprints`: the application for this house, and what its designated person can approve."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from compounding.commands.refusals import refuse
from compounding.config.database_address import shown
from compounding.domain.errors import ReferenceDataError


@click.command()
def fingerprints() -> None:
    """Print the id, version and sha256 of every text a designated person may approve in the site file."""
    from compounding.reference import load

    data = load()
    for formula in data.formulary.formulas.values():
        click.echo(f"{formula.id}\t{formula.version}\t{formula.sha256}")
    for language, catalogue in data.phrases.items():
        click.echo(f"phrases-{language}\t{catalogue.version}\t{data.phrase_hashes[language]}")


@click.command()
@click.option("--port", default=8000, type=click.IntRange(1, 65535), show_default=True, help="Port on this machine.")
@click.option("--address", "bound", metavar="ADDRESS", help="What is bound; LEVIGATE_ADDRESS, or 127.0.0.1, where it is not given.")
@click.option("--site", "site_path", type=click.Path(path_type=Path), help="The pharmacy's file (TOML); LEVIGATE_SITE where it is not given.")
@click.option("--database", "given", metavar="ADDRESS", help="Where records are kept; DATABASE_URL, or instance/levigate.db, where it is not given.")
def serve(port: int, bound: str | None, site_path: Path | None, given: str | None) -> None:
    """Serve the application to this machine's browser, or to a proxy with HTTPS, until it is stopped. The database is brought up to date first."""
    from compounding.config.server import read_server_config
    from compounding.reference import load
    from compounding.storage.engine import open_database
    from compounding.web.serving import run
    from compounding.workflow.founding import migrate

    config = read_server_config(os.environ, folder=Path.cwd(), address=bound, port=port, site_path=site_path, database=given, binds=True)
    database = open_database(config.database)
    try:
        done = migrate(database, data=load(), at=datetime.now(UTC))
    finally:
        database.close()
    if done:
        click.echo(f"Brought {shown(config.database)} up to date.", err=True)
    try:
        run(config)
    except ReferenceDataError as fault:
        refuse(fault.code, fault.message)
