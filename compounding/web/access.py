"""Enforcing the access table before a page runs: nobody gets further than the table says, and a route it does not name is closed to everyone."""

from typing import NoReturn

import structlog
from flask import Flask, current_app, g, redirect, request
from werkzeug import Response
from werkzeug.exceptions import NotFound

from compounding.domain.errors import LevigateError
from compounding.domain.people import Duty, NotAllowed, Person, WhoMay
from compounding.domain.sessions import Condition
from compounding.web.access_table import TABLE, Door, Entry
from compounding.web.records import current_records, the_records
from compounding.web.security import READING_METHODS
from compounding.web.visitors import Visitor, visitor
from compounding.workflow.denials import tell_denied
from compounding.workflow.founding import jurisdiction_of

SECOND_STEP, CHOOSE = "access.second_step", "access.choose"
_KEY_LENGTH = 36
_TABLE = "levigate.access_table"


def init_app(app: Flask) -> None:
    """Ask the table before every request; call it after `visitors.init_app` and before any page is registered."""
    app.extensions[_TABLE] = dict(TABLE)
    app.before_request(check)


def check() -> Response | str | tuple[str, int] | None:
    """Let the request pass, send the person to sign in, or refuse it. Raises NotAllowed and NotFound."""
    if request.endpoint is None:
        # There is no such page, or not for this method: Flask says so.
        return None
    entry = table().get(request.endpoint)
    if entry is None:
        structlog.get_logger().error("fault", error=f"route without an entry in the access table: {request.endpoint}")
        raise NotAllowed("ROUTE_CLOSED", "this page is closed, since nobody has said who may open it")
    is_founded = has_pharmacy()
    if entry.door is Door.ANYONE or (not is_founded and (entry.in_trial or entry.door is Door.TRIAL)):
        return None
    if not is_founded or entry.door is Door.TRIAL:
        raise NotFound
    return _check_person(entry, visitor())


def _check_person(entry: Entry, who: Visitor | None) -> Response | str | tuple[str, int] | None:
    is_half_way = who is not None and who.condition in {Condition.WAITS_FOR_SECOND_FACTOR, Condition.ACTIVATES}
    if entry.door is Door.HALF_WAY and is_half_way:
        return None
    if who is None or is_half_way or entry.door is Door.HALF_WAY:
        return _send_to_sign_in(who)
    if not is_open_to(entry, who.person, the_who_may(who.site_id)):
        # Before anything is asked of a locked session: what a person may never do needs no password.
        refuse(who, NotAllowed("ROLE_NOT_ALLOWED", _said(entry)))
    if who.condition is Condition.LOCKED and not (entry.while_locked and request.method in READING_METHODS):
        from compounding.web.unlocking import locked_page

        return locked_page(who)
    return None


def table() -> dict[str, Entry]:
    """The table this application works by; one with pages of its own, as a test has, adds them to it."""
    entries: dict[str, Entry] = current_app.extensions[_TABLE]
    return entries


def refuse(who: Visitor, refusal: LevigateError) -> NoReturn:
    """Tell on the audit trail that somebody was refused, then raise it."""
    records = the_records()
    house, what = records.house(who.site_id), request.endpoint or ""
    tell_denied(house, by=who.person.id, at=records.clock(), code=refusal.code, what=what, subject_id=named_in_address())
    raise refusal


def named_in_address() -> str:
    """The key of what the address names; only keys of our own are kept, never what else somebody wrote there."""
    told = next((str(value) for value in (request.view_args or {}).values()), "")
    return told if len(told) == _KEY_LENGTH and all(each in "0123456789abcdef-" for each in told) else ""


def is_open_to(entry: Entry, person: Person, who_may: WhoMay) -> bool:
    """Whether the table opens the route to this person at all; what is not their own is refused where it is read."""
    return entry.door is not None or any(has_duty(person, duty, who_may) for duty in (*entry.duties, *entry.own))


def is_offered(endpoint: str) -> bool:
    """Whether the page is worth a link for whoever stands here now."""
    entry, who = table()[endpoint], visitor()
    if entry.door is Door.ANYONE or (not has_pharmacy() and entry.in_trial):
        return True
    return who is not None and who.is_in and is_open_to(entry, who.person, the_who_may(who.site_id))


def has_duty(person: Person, duty: Duty, who_may: WhoMay) -> bool:
    """Whether one of the person's roles has that duty, alone or under supervision."""
    return bool(person.roles & {*who_may.alone[duty], *who_may.supervised[duty]})


def the_who_may(site_id: str) -> WhoMay:
    """The table of the pharmacy's profile."""
    records = current_records()
    if records is None:
        raise LookupError("a person is signed in only where there are records")
    if "who_may" not in g:
        g.who_may = records.data.profiles[jurisdiction_of(records.database, site_id)].who_may
    found: WhoMay = g.who_may
    return found


def has_pharmacy() -> bool:
    """Whether a pharmacy is set up in these records; once there is one, it stays."""
    if not current_app.extensions.get("levigate.founded"):
        records = current_records()
        current_app.extensions["levigate.founded"] = records is not None and bool(records.sites())
    return bool(current_app.extensions["levigate.founded"])


def _send_to_sign_in(who: Visitor | None) -> Response | tuple[str, int]:
    from compounding.web.unlocking import sign_in_page

    if who is not None and who.condition is Condition.ACTIVATES:
        return redirect(_address(CHOOSE), 303)
    if who is not None and who.condition is Condition.WAITS_FOR_SECOND_FACTOR:
        return redirect(_address(SECOND_STEP), 303)
    return sign_in_page()


def _address(endpoint: str) -> str:
    return request.script_root + next(current_app.url_map.iter_rules(endpoint)).rule


def _said(entry: Entry) -> str:
    duties = " or ".join(f'"{duty.value}"' for duty in (*entry.duties, *entry.own))
    return f"this page is for people whose work is {duties}; ask the designated person"
