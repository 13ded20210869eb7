"""Who stands before the page: the session behind the cookie, as it stands at this moment. Nothing is believed of the cookie but that it names a session."""

import secrets
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from flask import Flask, Response, current_app, g, request, session

from compounding.credentials import tokens
from compounding.domain.people import Person
from compounding.domain.sessions import RENEWED_LATELY, Condition, Session
from compounding.web.local_paths import local_path
from compounding.web.peer import client_address, is_at_this_machine
from compounding.web.records import current_records, the_records
from compounding.workflow.signing_in import Door, Opened
from compounding.workflow.visiting import visit

_LASTS = 365 * 24 * 60 * 60
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A person with a session at a pharmacy. What the session is worth says `condition`."""

    site_id: str
    site_name: str
    is_example: bool
    person: Person
    session: Session
    condition: Condition
    token: str

    @property
    def is_in(self) -> bool:
        """Whether this person may work."""
        return self.condition is Condition.OPEN


def init_app(app: Flask) -> None:
    """Find out who it is before anything else asks."""
    app.before_request(load)
    app.after_request(keep_browser)


def cookie_name(what: str) -> str:
    """The name of a cookie of ours; with the prefix a browser takes it over HTTPS and from this host only."""
    return f"__Host-levigate-{what}" if current_app.config["SESSION_COOKIE_SECURE"] else f"levigate-{what}"


def load() -> Response | None:
    """Look up the session. What it is worth decides the access table.

    A request with a token that another tab has just renewed is sent again, once: by then the browser knows the new one, and nothing typed is lost.
    """
    g.visitor = None
    # Whose session it was, also when it is over: typed work is given back to nobody else.
    g.was = ""
    g.browser = ""
    g.cookies = {}
    records = current_records()
    if records is None or request.endpoint == "static":
        return None
    told = request.cookies.get(cookie_name("browser"), "")
    g.browser = told if len(told) == len(tokens.new_token()) else ""
    site_id, _, token = request.cookies.get(cookie_name("session"), "")[:_LONGEST].partition(":")
    if not token:
        return None
    found = visit(records.database, site_id, token, at=records.clock(), counts_as_seen=request.endpoint not in STAYS_UNSEEN)
    if found is not None and found.session.browser == tokens.digest(g.browser):
        g.was = found.person.id
        if found.condition is Condition.ENDED:
            return _once_more(found.session) if found.was_renewed else None
        g.visitor = Visitor(
            site_id=site_id, site_name=found.site_name, is_example=found.is_example, person=found.person, session=found.session,
            condition=found.condition, token=token,
        )  # fmt: skip
    return None


def _once_more(ended: Session) -> Response | None:
    path, mark = request.script_root + request.path, ended.id[:32]
    if request.cookies.get(cookie_name("again"), "") == mark or local_path(path) != path:
        return None
    set_cookie("again", mark, lasts=int(RENEWED_LATELY.total_seconds()))
    query = request.query_string.decode("latin-1")
    # 307: the same method and the same fields, with the cookies that the browser has by now.
    answer = Response(status=307)
    answer.headers["Location"] = path + (f"?{query}" if query else "")
    return answer


STAYS_UNSEEN = frozenset({"access.still_there", "orders.work_rows"})
"""What the page asks by itself, which shows nobody sitting there."""


def visitor() -> Visitor | None:
    """Who has a session here that is not over, locked ones included."""
    found: Visitor | None = g.get("visitor")
    return found


def the_visitor() -> Visitor:
    """The person who is signed in, on a page that the access table lets nobody else into."""
    found = visitor()
    if found is None:
        raise LookupError("this page is for people who are signed in, and the access table lets nobody else in")
    return found


def door(site_id: str) -> Door:
    """The door of a pharmacy, as this browser stands before it."""
    records = the_records()
    if not g.browser:
        g.browser = tokens.new_token()
        set_cookie("browser", g.browser, lasts=_LASTS)
    return Door(
        house=records.house(site_id), vault=records.vault(), address=_network(client_address(request)), browser=tokens.digest(g.browser),
        is_loopback=is_at_this_machine(request) and bool(current_app.config["PLAIN_HTTP_ON_LOOPBACK"]), at=records.clock(),
    )  # fmt: skip


def let_in(site_id: str, opened: Opened) -> None:
    """Give the browser the token of a session that began, and a new token for its forms."""
    session.clear()
    set_cookie("session", f"{site_id}:{opened.token}")


def let_out() -> None:
    """Take the session's cookie away, and with it the token for forms."""
    session.clear()
    drop_cookie("session")


def set_cookie(what: str, value: str, *, lasts: int | None = None) -> None:
    """Put a cookie on this request's answer; without `lasts` (seconds) it goes with the browser's window."""
    g.cookies[cookie_name(what)] = (value, lasts)


def drop_cookie(what: str) -> None:
    """Take a cookie back with this request's answer."""
    g.cookies[cookie_name(what)] = None


def keep_browser(response: Response) -> Response:
    """Put the cookies of this request on its answer."""
    if g.get("cookies", {}).get(cookie_name("session"), "") is None:
        # Whoever sits down next finds nothing of these pages in the browser.
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    for name, told in g.get("cookies", {}).items():
        is_secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        if told is None:
            response.delete_cookie(name, path="/", secure=is_secure, httponly=True, samesite="Strict")
        else:
            response.set_cookie(name, told[0], max_age=told[1], path="/", secure=is_secure, httponly=True, samesite="Strict")
    return response


def new_key() -> str:
    """A key that makes a form that is sent twice one request."""
    return secrets.token_hex(16)


def _network(address: str) -> str:
    """Whose failures count together: one address, and of IPv6 the network that one customer has."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(IPv6Address(int(found) >> 64 << 64)) + "/64" if isinstance(found, IPv6Address) and not found.is_loopback else address
