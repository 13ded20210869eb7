"""The program as the cases meet it: a staffed pharmacy, a browser for each person in it, and forms sent in whatever bytes a case asks for."""

import html
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from html.parser import HTMLParser
from io import BytesIO
from itertools import count
from typing import Any
from urllib.parse import quote_plus

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from compounding.storage.tables import audit_entry, medication_order
from compounding.workflow.reading import Of, OrderSeen, read_order_record
from tests.web.abuse.watching import WATCH, Watch, WatchedClient
from tests.web.staffed import Staffed

FORM = "application/x-www-form-urlencoded"
_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
numbers = count(1)
Typed = Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class World:
    """Everything a case needs. `second` is a pharmacy whose accounts and clock may change; `trial` is the program without records, which prints papers."""

    staffed: Staffed
    trial: Flask
    typed: dict[str, str]
    watch: Watch
    second: Staffed
    kept: list[str] = field(default_factory=list)
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def typing(self, value: object, place: str = "") -> Iterator[None]:
        """What is typed for a while, so that it is known on every page."""
        before = (self.watch.typed, self.watch.place)
        self.watch.typed, self.watch.place = (value if isinstance(value, str) else ""), place or before[1]
        yield
        self.watch.typed, self.watch.place = before

    def client(self, who: str) -> FlaskClient:
        """The browser of that person, signed in since before; "trial" is the program without records, "" nobody."""
        if who not in self.clients:
            self.clients[who] = self.trial.test_client() if who == "trial" else self.staffed.client(who)
        return self.clients[who]

    def token(self, who: str) -> str:
        """The token of that browser's forms."""
        if who not in self.tokens:
            page = self.client(who).get("/" if who == "trial" else "/account" if who else "/sign-in").text
            found = _TOKEN.search(page)
            assert found, page[:500]
            self.tokens[who] = html.unescape(found[1])
        return self.tokens[who]

    def post(self, who: str, path: str, fields: Typed, **headers: str) -> TestResponse:
        """Send a form; half characters go as the bytes they would have."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client(who).post(path, data=encoded({"csrf_token": self.token(who), **fields}), content_type=FORM, headers=told)

    def order_fields(self, **differing: str) -> dict[str, str]:
        """An order that is kept, of a patient whom nobody else has, with what differs."""
        number = next(numbers)
        patient = "Quill " + "".join(chr(97 + int(digit)) for digit in f"{number:05d}")
        kept = {"source": "paper", "picture_sha256": self.staffed.pharmacy.picture, "key": f"key-{number}"}
        kept["born_on"] = (date(1930, 1, 1) + timedelta(days=number)).isoformat()
        return {**self.typed, "patient_name": patient, "order_ref": f"RX-{number:05d}", **kept, **differing}

    def keep(self, **differing: str) -> TestResponse:
        """Keep an order."""
        self.kept.append(differing.get("patient_name", ""))
        return self.post("technician", "/orders", self.order_fields(**differing))

    def seen(self, place: str) -> OrderSeen:
        """The order at an address, as it is on record."""
        order_id = place.rsplit("/", 1)[1]
        return read_order_record(self.staffed.house, self.staffed.pharmacy.act(self.staffed.people["pharmacist"]), Of(id=order_id))

    def orders(self) -> int:
        """How many orders are on record."""
        with self.staffed.records.database.reading() as connection:
            return len(connection.execute(select(medication_order.c.id)).all())

    def denials(self) -> int:
        """How many refusals the audit trail tells of."""
        with self.staffed.records.database.reading() as connection:
            told = connection.execute(select(audit_entry.c.action).where(audit_entry.c.action.like("%denied%"))).scalars().all()
        return len(told)


def make_world(staffed: Staffed, second: Staffed, trial: Flask, typed: dict[str, str]) -> World:
    """A world whose every answer is watched."""
    watch = Watch()
    for app in (staffed.app, second.app, trial):
        app.extensions[WATCH] = watch
        app.test_client_class = WatchedClient
    return World(staffed=staffed, second=second, trial=trial, typed=typed, watch=watch)


def encoded(fields: Typed) -> bytes:
    """A form's bytes."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value.encode('utf-8', 'surrogatepass'))}" for name, value in fields.items()).encode()


def with_file(fields: Mapping[str, Any], name: str, filename: str, content: bytes) -> dict[str, Any]:
    """What a client is given to send a form with a file. The test client itself would put a large one into a file of the disk, and leave it open."""
    boundary, data = encode_multipart({**fields, name: FileStorage(BytesIO(content), filename=filename)})
    return {"data": data, "content_type": f"multipart/form-data; boundary={boundary}"}


def is_beside(page: str, name: str) -> bool:
    """Whether the page's error summary leads to that field."""
    return f'href="#{name}"' in page


class Fields(HTMLParser):
    """The forms of a page: by address, each field's name with what stands in it and whether a person types there."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, tuple[str, bool]]] = {}
        self._now: dict[str, tuple[str, bool]] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form or a field."""
        told = dict(attrs)
        name, kind = told.get("name"), told.get("type") or "text"
        if tag == "form":
            self._now = self.forms.setdefault(told.get("action") or "", {})
        elif name and self._now is not None and tag in {"input", "textarea", "select"} and kind not in {"submit", "file", "button"}:
            is_typed = tag == "textarea" or (tag == "input" and kind in {"text", "search", "email", "tel", "number"})
            if kind in {"radio", "checkbox"} and "checked" not in told and name in self._now:
                return
            self._now[name] = (told.get("value") or "", is_typed)

    def handle_endtag(self, tag: str) -> None:
        """Note a form's end."""
        if tag == "form":
            self._now = None
