"""The pharmacies whose records these pages show: one database, the secret its sealed values open with, and the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Flask, current_app

from compounding.domain.reading_budget import PAGES_AN_HOUR
from compounding.reference import ReferenceData

if TYPE_CHECKING:
    from compounding.credentials.vault import Vault
    from compounding.domain.site import Site
    from compounding.storage.engine import Database
    from compounding.workflow.use_case import House

_KEY = "levigate.records"


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Nothing of a patient is held between two requests. `secret` is the installation's; `clock` is an argument, so that a test decides what time it is."""

    database: "Database"
    data: ReferenceData
    secret: bytes
    clock: Callable[[], datetime] = now
    pages_an_hour: int = PAGES_AN_HOUR

    def sites(self) -> tuple[tuple[str, str], ...]:
        """Id and name of every pharmacy in the database; none before the first one was set up."""
        from compounding.workflow.founding import sites

        return sites(self.database)

    def only_site(self) -> "Site | None":
        """The one pharmacy of the database; None where there is none, or more than one."""
        from compounding.workflow.founding import only_site

        return only_site(self.database)

    def house(self, site_id: str) -> "House":
        """One pharmacy."""
        from compounding.workflow.use_case import House

        return House(database=self.database, site_id=site_id, data=self.data, pages_an_hour=self.pages_an_hour)

    def vault(self) -> "Vault":
        """What opens sealed values."""
        from compounding.credentials.vault import Vault

        return Vault(self.secret)


def init_app(app: Flask, records: Records | None) -> None:
    """Keep the records with the application; without any, its pages only try orders out."""
    app.extensions[_KEY] = records


def current_records() -> Records | None:
    """The records of this request's application, or None where it keeps none."""
    records: Records | None = current_app.extensions[_KEY]
    return records


def the_records() -> Records:
    """The records, where a page exists only with them."""
    records = current_records()
    if records is None:
        raise LookupError("this page needs records, and the access table lets nobody in without them")
    return records
