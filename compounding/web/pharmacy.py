"""The pharmacy the pages work for: its site, the reference data and its clock, loaded once when the application starts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path

from flask import Flask, current_app, g

from compounding.config.site_file import example_site, read_site_file
from compounding.domain.errors import ReferenceDataError
from compounding.domain.patients import AllergyEntry, ContactAnswer
from compounding.domain.site import Site
from compounding.pipeline import Bench
from compounding.planning import check_site
from compounding.reference import ReferenceData, load
from compounding.web.records import the_records
from compounding.web.visitors import visitor

EXAMPLE_NOTICE = "Example pharmacy: not for dispensing."


@dataclass(frozen=True, slots=True, kw_only=True)
class Pharmacy:
    """What every page needs to know of the house. `clock` is an argument, so that a test decides which day it is."""

    data: ReferenceData
    site: Site
    was_named: bool
    clock: Callable[[tzinfo], datetime] = datetime.now

    def __post_init__(self) -> None:
        if self.site.jurisdiction not in self.data.profiles:
            known = ", ".join(sorted(self.data.profiles))
            raise ReferenceDataError("JURISDICTION_UNKNOWN", f'there is no profile "{self.site.jurisdiction}"; known are {known}')

    @property
    def today(self) -> date:
        """The day it is in the pharmacy's own time zone."""
        return self.clock(self.site.time_zone).date()

    @property
    def notices(self) -> tuple[str, ...]:
        """What must stand on every page."""
        return (EXAMPLE_NOTICE,) if self.site.is_example or not self.was_named else ()

    def bench(self, *, on: date | None, language: str | None, allergies: tuple[AllergyEntry, ...], contact: ContactAnswer | None) -> Bench:
        """Where and when an order is prepared, with the answers a person gave beside it. The browser names no lots yet."""
        return Bench(
            site=self.site,
            profile=self.data.profiles[self.site.jurisdiction],
            lots=(),
            on=on or self.today,
            today=self.today,
            site_was_named=self.was_named,
            language=language,
            allergies=allergies,
            contact=contact,
        )


def open_pharmacy(site_path: Path | None) -> Pharmacy:
    """The pharmacy of a site file, or the example one. Raises ReferenceDataError: then nothing may be served."""
    site = read_site_file(site_path) if site_path is not None else example_site()
    data = load()
    check_site(site, data)
    return Pharmacy(data=data, site=site, was_named=site_path is not None)


def init_app(app: Flask, house: Pharmacy) -> None:
    """Keep the pharmacy with the application."""
    app.extensions["levigate.pharmacy"] = house


def current_pharmacy() -> Pharmacy:
    """The pharmacy that this request works for: that of whoever is signed in, by its settings and texts in force; else the one the application was given."""
    house: Pharmacy = current_app.extensions["levigate.pharmacy"]
    who = visitor()
    if who is None or not who.is_in:
        return house
    if "pharmacy" not in g:
        from compounding.workflow.reading import in_force_now

        records = the_records()
        now = records.clock()
        by = in_force_now(records.house(who.site_id), at=now)
        g.pharmacy = Pharmacy(data=by.data, site=by.site, was_named=True, clock=lambda zone: now.astimezone(zone))
    found: Pharmacy = g.pharmacy
    return found
