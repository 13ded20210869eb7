"""How a licence stands today: whether it may be signed with, and whether it is time to renew it; and what day it is at a pharmacy."""

from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from compounding.domain.people import LICENSED, Person
from compounding.storage import people
from compounding.web.records import the_records

WARN_BEFORE = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceShown:
    """`state` is one of "none", "missing", "stands", "expires soon", "expired"."""

    number: str
    expires_on: date | None
    state: str
    days_left: int


def licence_shown(person: Person, today: date) -> LicenceShown:
    """The licence of a person as it stands on a day; its last day counts."""
    left = (person.licence_expires_on - today).days if person.licence_expires_on is not None else 0
    if not person.licence or person.licence_expires_on is None:
        state = "missing" if person.roles & LICENSED else "none"
    elif left < 0:
        state = "expired"
    else:
        state = "expires soon" if left <= WARN_BEFORE.days else "stands"
    return LicenceShown(number=person.licence, expires_on=person.licence_expires_on, state=state, days_left=left)


def zone_of(site_id: str) -> tzinfo:
    """The time zone of a pharmacy."""
    with the_records().database.reading() as connection:
        zone: tzinfo = people.current_settings(connection, site_id)[0].time_zone
    return zone


def today_at(zone: tzinfo) -> date:
    """The day it is there."""
    return the_records().clock().astimezone(zone).date()
