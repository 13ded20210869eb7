"""The revisions of a pharmacy's settings, as they were put in force one after another; none is ever changed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from compounding.domain.site import Site
from compounding.storage import documents
from compounding.storage.tables import site_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSettings:
    """One revision: the settings, who put them in force (a person's key), when (UTC) and why."""

    revision: int
    settings: Site
    made_by: str
    made_at: datetime
    reason: str


def revisions(connection: Connection, site_id: str) -> tuple[KeptSettings, ...]:
    """Every revision of a pharmacy's settings, the newest first."""
    t = site_settings.c
    rows = connection.execute(select(site_settings).where(t.site_id == site_id).order_by(t.revision.desc()))
    return tuple(
        KeptSettings(revision=row.revision, settings=documents.read(Site, row.document), made_by=row.made_by, made_at=row.made_at, reason=row.reason)
        for row in rows
    )
