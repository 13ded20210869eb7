"""`levigate prepare`: orders in, one folder each out (contract of `prepare`)."""

import sys
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import structlog

from compounding.commands.refusals import FAULT, refuse
from compounding.domain.base_wish import BaseWish
from compounding.domain.beyond_use import read_day
from compounding.domain.errors import LevigateError, ReferenceDataError
from compounding.domain.patients import AllergyEntry, CodedText
from compounding.domain.phrases import LANGUAGES
from compounding.domain.reasons import Severity

if TYPE_CHECKING:
    from compounding.pipeline import Prepared

_EARLIEST, _LATEST = date(2000, 1, 1), date(2199, 12, 31)
_log = structlog.get_logger()


class _Day(click.ParamType[date]):
    name = "YYYY-MM-DD"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            day = read_day(str(value))
        except LevigateError:
            day = None
        if day is None or not _EARLIEST <= day <= _LATEST:
            self.fail(f'"{value}" is not a date written as YYYY-MM-DD', param, ctx)
        return day


@click.command()
@click.argument("orders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="ORDER.json ...")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder that gets one folder for each order.")
@click.option("--lots", "lots_path", type=click.Path(path_type=Path), help="Ingredient lots (JSON; see docs/configuration.md).")
@click.option("--on", "on", type=_Day(), help="Compounding date; today where it is not given.")
@click.option("--jurisdiction", help="ca-bc or us; the site's own where it is not given.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of label and leaflet; the patient's, or English, where it is not given.")
@click.option("--site", "site_path", type=click.Path(path_type=Path), help="The pharmacy's file (TOML); the example pharmacy where it is not given.")
@click.option("--allergies", "allergies_text", help='What the patient answered, for orders that do not say: "none known" or the allergies.')
@click.option("--asked-by", help="Who asked (with --allergies).")
@click.option("--asked-on", type=_Day(), help="When it was asked (with --allergies).")
@click.option("--assessments", "assessments_path", type=click.Path(path_type=Path), help="What a pharmacist signed beside the allergy record (JSON).")
@click.option("--base", "base_text", type=click.Choice(["petrolatum", "zinc-oxide"]), help="The base, for orders that do not say.")
def prepare(
    orders: tuple[Path, ...],
    out: Path,
    lots_path: Path | None,
    on: date | None,
    jurisdiction: str | None,
    language: str | None,
    site_path: Path | None,
    allergies_text: str | None,
    asked_by: str | None,
    asked_on: date | None,
    assessments_path: Path | None,
    base_text: str | None,
) -> None:
    """Prepare orders (FHIR R4 JSON): result.json for each, and worksheet, label and leaflet where it is ready.

    Exit status: 0 all ready, 2 held, 3 refused, 4 invalid (the highest of several orders counts), 1 a fault of the program.
    """
    allergies = _answer(allergies_text, asked_by, asked_on)
    # Loaded here, so that the other commands do not wait for it.
    from compounding.config.assessment_file import read_assessment_file
    from compounding.config.lot_file import read_lot_file
    from compounding.config.site_file import example_site, read_site_file
    from compounding.pipeline import Bench
    from compounding.planning import check_site
    from compounding.prepare import EXIT_CODES, OutputRefused, prepare_files
    from compounding.reference import load

    try:
        data = load()
        site = read_site_file(site_path) if site_path is not None else example_site()
        check_site(site, data)
        lots = read_lot_file(lots_path) if lots_path is not None else ()
        signed = read_assessment_file(assessments_path) if assessments_path is not None else None
    except ReferenceDataError as fault:
        refuse(fault.code, fault.message)
    profile = data.profiles.get(jurisdiction or site.jurisdiction)
    if profile is None:
        refuse("JURISDICTION_UNKNOWN", f'there is no profile "{jurisdiction or site.jurisdiction}"; known are {", ".join(sorted(data.profiles))}')
    today = datetime.now(site.time_zone).date()
    bench = Bench(
        site=site,
        profile=profile,
        lots=lots,
        on=on or today,
        today=today,
        site_was_named=site_path is not None,
        language=language,
        base={"petrolatum": BaseWish.PETROLATUM, "zinc-oxide": BaseWish.ZINC_UNSPECIFIED}[base_text] if base_text else None,
        allergies=allergies,
        signed=signed,
    )
    try:
        done = prepare_files(orders, out, bench, data, progress=_progress)
    except OutputRefused as refusal:
        refuse(refusal.code, refusal.message, status=EXIT_CODES_REFUSED)
    except OSError as fault:
        refuse("OUTPUT_UNWRITABLE", f"the folder {out} cannot be written: {fault.strerror}", status=FAULT)
    for order, prepared in done:
        if prepared is None:
            click.echo(f"INTERNAL_FAULT: the program failed at {order.name}; nothing was made of it", err=True)
        else:
            click.echo(f"{prepared.status.value:8} {out / order.stem}{_codes(prepared)}")
    made = [prepared for _, prepared in done if prepared is not None]
    _log.info("prepared", count=len(made), codes=sorted({each.code for prepared in made for each in prepared.reasons}))
    sys.exit(1 if len(made) < len(done) else max(EXIT_CODES[prepared.status] for prepared in made))


EXIT_CODES_REFUSED = 3


def _answer(text: str | None, by: str | None, on: date | None) -> tuple[AllergyEntry, ...]:
    """The answer given on the command line. Without its asker and its day it is no answer (clinical rule 10)."""
    if text is None:
        if by is not None or on is not None:
            refuse("ALLERGY_ANSWER_INCOMPLETE", "--asked-by and --asked-on go with --allergies")
        return ()
    if by is None or not by.strip() or on is None or not text.strip():
        refuse("ALLERGY_ANSWER_INCOMPLETE", "--allergies needs --asked-by NAME and --asked-on DATE: an answer has an asker and a day")
    return (AllergyEntry(what=CodedText(text=text, where="--allergies"), asked_by=by.strip(), asked_on=on, where="--allergies"),)


def _codes(prepared: "Prepared") -> str:
    codes = dict.fromkeys(each.code for each in prepared.reasons if each.severity is not Severity.WARNING)
    return "  " + " ".join(codes) if codes else ""


def _progress(planned: list[tuple[Path, Path]]) -> Iterable[tuple[Path, Path]]:
    """A progress bar on standard error for several orders, and only where a person is looking."""
    if len(planned) < 2:
        return planned
    from tqdm import tqdm

    shown: Iterable[tuple[Path, Path]] = tqdm(planned, desc="Preparing", unit="order", disable=None, leave=False, file=sys.stderr)
    return shown
