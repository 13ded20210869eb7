"""A prescriber's favourites: the clinical part of an order under a name; a removed one stays in the table and is shown no more."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from compounding.domain.favourites import ClinicalPart
from compounding.storage import documents
from compounding.storage.errors import NotFound
from compounding.storage.tables import favourite
from compounding.storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFavourite:
    """A favourite with its version."""

    id: str
    version: int
    name: str
    part: ClinicalPart


def of_person(connection: Connection, site_id: str, person_id: str) -> tuple[StoredFavourite, ...]:
    """The person's favourites by name."""
    t = favourite.c
    query = select(favourite).where(t.site_id == site_id, t.person_id == person_id, t.is_removed == 0).order_by(t.name, t.id)
    return tuple(
        StoredFavourite(id=row.id, version=row.version, name=row.name, part=documents.read(ClinicalPart, row.document)) for row in connection.execute(query)
    )


def own(opened: Transaction, favourite_id: str, *, person_id: str) -> StoredFavourite:
    """One of the person's own. Raises NotFound for another's, an absent and a removed one alike."""
    found = next((each for each in of_person(opened.connection, opened.site_id, person_id) if each.id == favourite_id), None)
    if found is None:
        raise NotFound("favourite")
    return found


def add(opened: Transaction, name: str, part: ClinicalPart, *, person_id: str) -> str:
    """Keep a favourite and give its key."""
    key = opened.new_id()
    opened.insert(
        favourite, id=key, version=1, person_id=person_id, name=name, document=documents.write(ClinicalPart, part), is_removed=0, created_at=opened.at,
    )  # fmt: skip
    return key


def change(opened: Transaction, favourite_id: str, part: ClinicalPart, *, version: int) -> None:
    """The same name for another clinical part. Raises Conflict."""
    opened.change(favourite, favourite_id, version=version, what="this favourite", document=documents.write(ClinicalPart, part))


def remove(opened: Transaction, favourite_id: str, *, version: int) -> None:
    """Show it no more. Raises Conflict."""
    opened.change(favourite, favourite_id, version=version, what="this favourite", is_removed=1)
