"""The example pharmacy with something in every state, behind a real port: what every page is looked at with."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from werkzeug.serving import make_server

from compounding.config.site_file import example_site
from compounding.demo import story
from compounding.demo.crew import open_pharmacy
from compounding.reference import load
from compounding.storage import tables
from compounding.storage.engine import open_database
from compounding.storage.migrating import upgrade
from compounding.web import create_app
from compounding.web.records import Records
from tests.web.staffed import CREW, OPENS, SECRET, Clock, ReadingClient, Staffed, add_more, give_accounts

ROLES = ("pharmacist", "technician", "assistant", "prescriber", "designated", "auditor", "intern")
"""Whose pages differ from one another; nobody (an empty name) is looked at too."""
LEFT_OUT = frozenset(
    {
        "static",
        "health.healthz",
        "access.passkey_options",
        "account.passkey_options",
        "access.still_there",
        "records.export",
        "records.paper",
        "records.paper_copy",
        "site.calibration",
        "formulary.paper",
        "orders.work_rows",
        "bench.tolerance",
    }
)
"""What is no page: files, answers to scripts, parts of pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """The pharmacy, and the keys of what it has by the name an address gives them."""

    staffed: Staffed
    keys: dict[str, tuple[str, ...]]

    def addresses(self, endpoint: str, rule: str) -> list[str]:
        """Every address of a route: one for each thing that it could be opened with. Raises KeyError for a name that nothing is known of."""
        named = re.findall(r"<(?:[^:<>]+(?:\([^)]*\))?:)?(\w+)>", rule)
        if not named:
            return [rule]
        if named[:3] == ["kind", "text_id", "version"]:
            return [_filled(rule, dict(zip(named, each.split("/"), strict=True))) for each in self.keys["text"]]
        first, *others = named
        more = {name: self.keys[name][0] for name in others}
        things = self.keys["own passkey"] if endpoint == "account.remove_passkey" else self.keys[first]
        return [_filled(rule, {first: each, **more}) for each in things]


def _filled(rule: str, values: dict[str, str]) -> str:
    return re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda found: values[found[1]], rule)


def open_example(folder: Path) -> Example:
    """Make the example's records, with an application of their own."""
    database = open_database(str(folder / "example.db"))
    upgrade(database)
    site, data = example_site(), load()
    pharmacy = open_pharmacy(database, site, data, at=OPENS)
    for _ in story.tell(pharmacy):
        pass
    give_accounts(database, pharmacy.house.site_id, OPENS)
    clock = Clock()
    clock.at = pharmacy.clock.now() + timedelta(minutes=2)
    records = Records(database=database, data=data, secret=SECRET, clock=clock, pages_an_hour=100_000)
    app = create_app({"TESTING": True, "SECRET_KEY": "only-for-tests-" * 3, "PLAIN_HTTP_ON_LOOPBACK": True, "PROPAGATE_EXCEPTIONS": False}, None, records)
    app.test_client_class = ReadingClient
    people = {name: str(getattr(pharmacy.crew, name)) for name in CREW}
    pharmacy = replace(pharmacy, house=replace(pharmacy.house, database=database))
    staffed = Staffed(app=app, records=records, clock=clock, pharmacy=pharmacy, other=pharmacy, people=people, things={})
    return Example(staffed=staffed, keys=_keys(staffed))


def _keys(staffed: Staffed) -> dict[str, tuple[str, ...]]:
    add_more(staffed)
    with staffed.records.database.engine.connect() as connection:
        known = {
            name: tuple(connection.execute(select(table.c.id).order_by(table.c.id)).scalars())
            for name, table in (
                ("order_id", tables.medication_order),
                ("preparation_id", tables.preparation),
                ("patient_id", tables.patient),
                ("lot_id", tables.ingredient_lot),
            )
        }
        texts = connection.execute(select(tables.text_version.c.kind, tables.text_version.c.text_id, tables.text_version.c.version))
        known["text"] = tuple(dict.fromkeys(f"{kind}/{name}/{version}" for kind, name, version in texts))
    people = tuple(staffed.people.values())
    return known | {"person_id": people[:2], "own passkey": (f"passkey-{people[0]}",), "number": ("1",), "name": ("label",), "revision": ("1",)}


@contextmanager
def serving(example: Example) -> Iterator[str]:
    """The example behind a port of this machine; gives its address."""
    server = make_server("127.0.0.1", 0, example.staffed.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        example.staffed.records.database.close()
