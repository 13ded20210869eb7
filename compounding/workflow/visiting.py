"""Who is behind a session at this moment: read anew for every page, so that whoever is disabled, or loses a role, is stopped at the next click."""

from dataclasses import dataclass
from datetime import datetime

from compounding.credentials import tokens
from compounding.domain.people import Person
from compounding.domain.sessions import Condition, Session
from compounding.storage import people, sessions
from compounding.storage.engine import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A session with its person and the pharmacy's name."""

    session: Session
    person: Person
    site_name: str
    is_example: bool
    condition: Condition
    was_renewed: bool = False
    """Whether this session has just ended and goes on under another token."""


def visit(database: Database, site_id: str, token: str, *, at: datetime, counts_as_seen: bool) -> Visit | None:
    """The session of a token, one that is over too, or None where there is none or its person no longer works here."""
    key = tokens.digest(token)
    with database.reading() as connection:
        held = sessions.of(connection, site_id, key)
        if held is None:
            return None
        person = next((each for each in people.people_of(connection, site_id) if each.id == held.person_id), None)
        settings, _ = people.current_settings(connection, site_id)
    if person is None or not person.is_active:
        return None
    condition = held.condition(at)
    if counts_as_seen and condition is Condition.OPEN and held.is_due(at):
        with database.writing() as connection:
            sessions.seen(connection, site_id, key, at=at)
    return Visit(session=held, person=person, site_name=settings.name, is_example=settings.is_example, condition=condition, was_renewed=held.was_renewed(at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Somebody who has a session in this browser that is not over."""

    site_id: str
    session_id: str
    person: Person


def at_this_browser(database: Database, browser: str, *, at: datetime) -> tuple[Present, ...]:
    """Who may come back in this browser (`browser` is the digest of its lasting cookie) by showing the password alone: each person once, by name."""
    found: dict[str, Present] = {}
    with database.reading() as connection:
        for site_id in people.site_ids(connection):
            known = {each.id: each for each in people.people_of(connection, site_id) if each.is_active}
            for held in sessions.open_of(connection, site_id, browser=browser):
                if held.person_id in known and held.condition(at) in {Condition.OPEN, Condition.LOCKED}:
                    found.setdefault(held.person_id, Present(site_id=site_id, session_id=held.id, person=known[held.person_id]))
    return tuple(sorted(found.values(), key=lambda each: (each.person.name, each.person.id)))
