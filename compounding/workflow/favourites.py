"""A prescriber's favourites are kept, replaced under their name, and removed; they hold nothing of any patient."""

from dataclasses import dataclass

from compounding.domain.errors import WorkflowRefused
from compounding.domain.favourites import MOST, ClinicalPart, favourite_name
from compounding.domain.patients import folded
from compounding.domain.people import Duty
from compounding.storage import documents, favourites
from compounding.storage.favourites import StoredFavourite
from compounding.workflow.use_case import House, Work, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepFavourite:
    """A clinical part and the name it goes by. One of that name already is replaced."""

    name: str
    part: ClinicalPart


@dataclass(frozen=True, slots=True, kw_only=True)
class OfFavourite:
    """One favourite, as it was seen."""

    favourite_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FavouriteKept:
    """Its key, and whether it took the place of one of the same name."""

    favourite_id: str
    is_replaced: bool


@use_case
def keep_favourite(work: Work, request: KeepFavourite) -> FavouriteKept:
    """Keep a favourite for oneself. Raises WorkflowRefused `FAVOURITE_NAME`, and `FAVOURITES_FULL`."""
    work.may(Duty.ENTER_ORDERS)
    name, text = favourite_name(request.name), documents.write(ClinicalPart, request.part)
    mine = favourites.of_person(work.opened.connection, work.opened.site_id, work.person.id)
    same = next((each for each in mine if folded(each.name) == folded(name)), None)
    if same is not None:
        favourites.change(work.opened, same.id, request.part, version=same.version)
        before = documents.write(ClinicalPart, same.part)
        work.tell("keep favourite", "favourite", same.id, {"document": (before, text), "version": (same.version, same.version + 1)})
        return FavouriteKept(favourite_id=same.id, is_replaced=True)
    if len(mine) >= MOST:
        raise WorkflowRefused("FAVOURITES_FULL", f"you keep {MOST} favourites already; remove one first")
    key = favourites.add(work.opened, name, request.part, person_id=work.person.id)
    work.tell("keep favourite", "favourite", key, {"name": (None, name), "document": (None, text)})
    return FavouriteKept(favourite_id=key, is_replaced=False)


@use_case
def remove_favourite(work: Work, request: OfFavourite) -> FavouriteKept:
    """Remove one of one's own. Raises NotFound, and Conflict."""
    work.may(Duty.ENTER_ORDERS)
    found = favourites.own(work.opened, request.favourite_id, person_id=work.person.id)
    favourites.remove(work.opened, found.id, version=request.version)
    work.tell("remove favourite", "favourite", found.id, {"is_removed": (False, True), "name": (found.name, None)})
    return FavouriteKept(favourite_id=found.id, is_replaced=False)


def favourites_of(house: House, person_id: str) -> tuple[StoredFavourite, ...]:
    """The person's own favourites by name; nothing of a patient is read."""
    with house.database.reading() as connection:
        return favourites.of_person(connection, house.site_id, person_id)
