"""`levigate serve` and `levigate fingerprints`: the application for this house, and what its designated person can approve."""

from pathlib import Path

import click

from compounding.commands.refusals import refuse
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
@click.option("--site", "site_path", type=click.Path(path_type=Path), help="The pharmacy's file (TOML).")
def serve(port: int, site_path: Path | None) -> None:
    """Serve the application to this machine's browser, until it is stopped."""
    from compounding.web.serving import run

    try:
        run(port=port, site_path=site_path)
    except ReferenceDataError as fault:
        refuse(fault.code, fault.message)
