"""`levigate labels`: a morning's labels in one PDF, read back before it gets its name."""

import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from compounding.commands.one_site import DATABASE, SITE, Day, opened, the_site
from compounding.commands.refusals import FAULT, refuse
from compounding.domain.paper_differences import PaperDiffers


@click.command()
@click.argument("lots", nargs=-1, metavar="[PREPARATION ...]")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.pdf", help="A new file for the labels.")
@click.option("--on", "on", type=Day(), help="The day the labels were made; today where neither it nor a preparation is named.")
@click.option("--stock", default="", metavar="NAME", help="The labels in the printer; the pharmacy's own where it is not given. `--stock list` prints all.")
@click.option("--start", default=1, type=click.IntRange(1, 100), show_default=True, help="The first free label of a sheet that was begun.")
@DATABASE
@SITE
def labels(lots: tuple[str, ...], out: Path, on: date | None, stock: str, start: int, given: str | None, site_id: str | None) -> None:
    """Set the newest label of each preparation that still counts, one after the other, into one PDF.

    Nothing is printed that is void, superseded or recalled; what is left out is said. Exit status: 0 done, 1 a fault, 4 the call cannot be followed.
    """
    import labels as paper
    from compounding.checked_paper import labels_pdf, stock_named
    from compounding.workflow.label_batch import BatchWanted, labels_for

    if stock == "list":
        for name in paper.STOCKS:
            click.echo(name)
        return
    if on is not None and lots:
        refuse("USAGE", "name a day or preparations, not both")
    if out.exists():
        refuse("OUTPUT_EXISTS", f"{out.name} is there already, and may be printed already: name a new file")
    with opened(given) as database:
        if stock:
            stock_named(stock)
        batch = labels_for(database, the_site(database, site_id), BatchWanted(on=on, lot_numbers=lots), at=datetime.now(UTC))
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        from tqdm import tqdm

        # Shown to a person who waits longer than a second, and to no program.
        with (
            os.fdopen(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file,
            tqdm(total=2 * len(batch.labels), desc="Labels", unit="step", delay=1, disable=None, leave=False, file=sys.stderr) as bar,
        ):
            pages = labels_pdf([each.content for each in batch.labels], batch.settings, file, stock=stock, start=start, on_step=lambda: _step(bar))
            file.flush()
            os.fsync(file.fileno())
        os.link(beside, out)
    except paper.PaperError as fault:
        refuse(fault.code, fault.message)
    except PaperDiffers as differs:
        refuse(differs.code, differs.message, status=FAULT)
    except FileExistsError:
        refuse("OUTPUT_EXISTS", f"{out.name} came into being meanwhile; name a new file")
    except OSError as fault:
        refuse("OUTPUT_UNWRITABLE", f"{out.name} cannot be written: {fault.strerror}", status=FAULT)
    finally:
        beside.unlink(missing_ok=True)
    for each in batch.left_out:
        click.echo(f"left out {each}", err=True)
    click.echo(f"{out}: {len(batch.labels)} preparations, {pages} {'page' if pages == 1 else 'pages'}")


def _step(bar: Any) -> None:
    bar.update()
