"""Two hundred patients go through a whole day at a real server, and nothing of them stays anywhere but on the pages and papers of those who may read them."""

import base64
import gzip
import json
import os
import re
import tempfile
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask, session

from tests.journeys.by_hand import Journey, travel
from tests.journeys.canaries import ALLERGY, COUNT, Planted, canary
from tests.journeys.searching import Searcher
from tests.journeys.served import Exchange, Temporaries, serving

FIELDS = re.compile(r"<input[^>]*>|<textarea.*?</textarea>", re.DOTALL)
KEEPS_TYPED = (401, 409, 422)
"""The refusals whose page may hold what was typed: in the fields of the form, and only what this very request brought."""
ADDRESSES = ("href", "src", "action", "formaction", "data-reading-at", "data-still-there-at", "data-unlock-at", "data-options-at")


class Offered(HTMLParser):
    """Every address that a page offers, and what its scripts may read."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.scripts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ADDRESSES and value]
        if tag == "script":
            self.scripts.append(dict(attrs).get("src") or "a script within the page")


@pytest.fixture(scope="module")
def journey(planted: Planted, tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """The whole way, gone once; the server has ended, so its log is whole."""
    with serving(planted, tmp_path_factory.mktemp("journey")) as server:
        return travel(planted, server)


def pages(journey: Journey) -> Iterable[Exchange]:
    return (each for each in journey.every if each.header("Content-Type").startswith("text/html"))


def leaks(searcher: Searcher, texts: Iterable[str]) -> list[str]:
    return [each for text in set(texts) for each in searcher.in_text(text)]


def test_every_canary_was_seen_by_those_who_may(journey: Journey) -> None:
    names = {each.name for each in journey.planted.canaries}
    assert len(names) == len({each.number for each in journey.planted.canaries}) == len({each.born_on for each in journey.planted.canaries}) == COUNT
    for kind in ("list", "search by name", "search by number", "order", "patient"):
        assert journey.read[kind] == names, kind
    made = {each.name for each in journey.planted.canaries if each.preparation_id}
    for kind in ("preparation", "export", "search by identifier", "search by lot"):
        assert journey.read[kind] == made, kind
    assert len(journey.read["paper"]) >= 8
    assert len(journey.read["outcome"]) == 3


@pytest.mark.parametrize("way", ["plain", "small letters", "UTF-16", "percent signs", "JSON", "base64", "gzip", "day", "number", "telephone"])
def test_the_searcher_finds_every_canary_however_it_is_written(planted: Planted, searcher: Searcher, way: str) -> None:
    for each in planted.canaries:
        for told in (each.name, each.name.split()[-1], each.identifier, each.address):
            text = f"level=debug about={told};"
            found = {
                "plain": searcher.in_bytes(text.encode()), "small letters": searcher.in_bytes(text.casefold().encode()),
                "UTF-16": searcher.in_bytes(text.encode("utf-16-le")), "percent signs": searcher.in_bytes(quote(text).encode()),
                "JSON": searcher.in_bytes(json.dumps(text).encode()), "base64": searcher.in_bytes(base64.b64encode(text.encode())),
                "gzip": searcher.in_file(b"head" + gzip.compress(text.encode())), "day": searcher.in_bytes(f"b={each.born_on.isoformat()};".encode()),
                "number": searcher.in_bytes(each.number.encode("utf-16-le")), "telephone": searcher.in_bytes(each.telephone.encode()),
            }  # fmt: skip
            assert found[way], (way, told)
    assert not searcher.in_file(b"Jane Roe, 1961-04-02, order 100017, +1 604 555 0199, 2026-11-22T20:00:00.591740Z")


def test_a_planted_leak_is_found_where_a_real_one_would_be(journey: Journey, searcher: Searcher) -> None:
    who = journey.planted.canaries[42]
    told = [
        f'{{"event": "request", "route": "/patients/{who.name}", "level": "debug"}}', f'{{"event": "fault", "error": "no order {who.number}"}}',
        f"born {who.born_on:%d.%m.%Y}",
    ]  # fmt: skip
    for line in told:
        assert searcher.in_file(journey.server.log + line.encode()), line
    app = Flask("leaking")
    app.secret_key = "only-for-tests"  # noqa: S105 - the key of an application that leaks on purpose.

    @app.get("/")
    def leak() -> str:
        session["patient"] = who.name
        return ""

    cookie = app.test_client().get("/").headers["Set-Cookie"]
    assert who.name not in cookie
    assert searcher.in_text(cookie)


def test_nothing_of_a_patient_is_in_the_log(journey: Journey, searcher: Searcher) -> None:
    lines = [json.loads(line) for line in journey.server.log.splitlines() if line.startswith(b"{")]
    assert sum(line["event"] == "request" for line in lines) >= len(journey.every) - 5
    assert {"fault", "refused", "request"} <= {line["event"] for line in lines}
    assert searcher.in_file(journey.server.log) == []


def test_no_address_that_was_asked_for_or_offered_names_a_patient(journey: Journey, searcher: Searcher) -> None:
    asked = [each.target for each in journey.every if not each.is_typed_address]
    redirected = [each.header("Location") for each in journey.every if each.header("Location")]
    offered = [address for page in pages(journey) for address in Offered(page.text).found if not page.is_typed_address]
    assert min(len(asked), len(offered)) > 4 * COUNT
    assert len(redirected) > 10
    assert leaks(searcher, asked) == []
    assert leaks(searcher, offered) == []
    # Also where somebody made up an address with a canary in it.
    assert leaks(searcher, redirected) == []


def test_no_script_stands_in_a_page(journey: Journey) -> None:
    scripts = {script for page in pages(journey) for script in Offered(page.text).scripts}
    assert scripts
    assert all(each.startswith("/static/") for each in scripts), scripts


def test_no_header_and_no_cookie_names_a_patient(journey: Journey, searcher: Searcher) -> None:
    sent = [value for each in journey.every for name, value in each.sent if name != "Host"]
    answered = [value for each in journey.every for _, value in each.headers]
    assert any(name == "Cookie" for each in journey.every for name, _ in each.sent)
    assert any(name.lower() == "set-cookie" for each in journey.every for name, _ in each.headers)
    assert leaks(searcher, sent) == []
    assert leaks(searcher, answered) == []


def test_a_file_is_named_by_the_preparations_number_alone(journey: Journey) -> None:
    named = [each.header("Content-Disposition") for each in journey.every if each.header("Content-Disposition")]
    lots = "|".join(each.lot_number for each in journey.planted.canaries if each.lot_number)
    assert len(named) > 10
    assert all(re.fullmatch(rf'(?:inline|attachment); filename="(?:label|leaflet|worksheet|record)-(?:{lots})(?:-\d+\.pdf|\.json)"', each) for each in named), (
        named
    )


def test_no_cache_may_keep_a_page(journey: Journey) -> None:
    assert {each.header("Cache-Control") for each in journey.every} == {"no-store"}
    assert not any(each.header(name) for each in journey.every for name in ("ETag", "Last-Modified", "Refresh"))


def test_no_title_names_a_patient_or_their_order(journey: Journey, searcher: Searcher) -> None:
    titles = [each.title for each in pages(journey)]
    assert len(titles) > 4 * COUNT
    assert leaks(searcher, titles) == []


def test_every_wrong_way_ends_as_it_should(journey: Journey) -> None:
    wanted = {
        "wrong name": 401, "wrong activation": 401, "double": 422, "foreign order": 404, "day with a number": 422, "too late": 409, "may not": 403,
        "may not sign": 403, "no such order": 404, "wrong method": 405, "wrong kind": 415, "damaged text": 400, "too large": 413, "too large in form": 413,
        "no token": 400, "from elsewhere": 400, "scripts refused": 400, "unknown host": 400, "typed path": 404, "typed page": 422, "locked": 303,
        "locked page": 303, "locked, still in view": 200, "locked, typed": 401, "wrong password": 401, "given back": 200, "another person": 200,
        "another person's form": 401, "nobody there": 303, "nobody there, typed": 401, "fault": 500, "fault in a list": 500, "fault for scripts": 500,
    }  # fmt: skip
    assert {step: journey.steps[step].status for step in wanted} == wanted
    assert all(each.status == 422 for step, each in journey.steps.items() if step.startswith("every field of") and not step.endswith("retire"))


def test_an_error_page_says_nothing_of_a_patient(journey: Journey, searcher: Searcher) -> None:
    """Not even what its own request said of one."""
    errors = [each for each in journey.every if each.status >= 400 and ("Incident:" in each.text or '"incident"' in each.text)]
    assert {each.status for each in errors} >= {400, 403, 404, 405, 413, 415, 422, 500}
    assert leaks(searcher, (each.text for each in errors)) == []


def test_a_refused_form_shows_only_what_its_own_request_brought(journey: Journey, searcher: Searcher) -> None:
    """The one exception: a page of 401, 409 or 422 that keeps typed work has it in the form's fields, for the person who typed it.

    A page about a record shows the patient of that record, as it does before anything is typed; everything else of a canary is in a field, and was just sent.
    """
    refused = [each for each in pages(journey) if each.status in KEEPS_TYPED and "Incident:" not in each.text]
    assert {each.status for each in refused} == set(KEEPS_TYPED)
    kept = 0
    for page in refused:
        around = FIELDS.sub("", page.text)
        known = [each for each in journey.planted.canaries if {each.order_id, each.patient_id, each.preparation_id} & set(page.target.split("/"))]
        # Beside a double the page names the patient whom it may be for: the one who was typed.
        known += [canary(COUNT + number) for number in (0, 4) if page.target == "/orders"]
        for text in (
            text
            for each in known
            for text in (each.name, each.number, each.identifier, each.born_on.isoformat(), each.address, each.reference, ALLERGY)
            if text
        ):
            around = around.replace(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;"), "")
        assert searcher.in_text(around) == [], (page.method, page.target)
        brought = {value for _, value in page.typed}
        values = {field for field in page.fields().values() if searcher.in_text(field)}
        assert all(any(value in told or told in value for told in brought if told) for value in values), (page.target, values)
        kept += bool(values)
    assert kept >= 10


def test_typed_work_comes_back_to_its_own_person_and_to_nobody_else(journey: Journey, searcher: Searcher) -> None:
    who = journey.planted.canaries[15]
    for step in ("locked, typed", "wrong password", "given back"):
        assert who.name in journey.steps[step].fields().get("kept:patient_name", "") + journey.steps[step].fields().get("patient_name", ""), step
    for step in ("another person", "locked", "locked page", "after", "nobody there"):
        assert searcher.in_text(journey.steps[step].text) == [], step
    # A form of the person before is given to nobody but the person before: this page has it on the way to their own password.
    assert journey.steps["another person's form"].fields("/sign-in")["kept:patient_name"] == who.name
    assert "Send it now" not in journey.steps["another person's form"].text


def test_no_temporary_file_ever_held_a_patient(journey: Journey, searcher: Searcher, tmp_path: Path) -> None:
    watch = journey.server.temporaries
    assert watch.looked > 100
    assert [(name, found) for name, held in watch.held.items() for each in held for found in searcher.in_file(each)] == []
    assert list(watch.folder.rglob("*")) == []
    beside = {each.name for each in (journey.server.folder / "served").iterdir()}
    assert not {each for each in beside if not each.startswith("records.db") and each != "secret.key"}, beside


def test_the_watch_sees_what_a_program_lays_down_for_a_moment(planted: Planted, searcher: Searcher, tmp_path: Path) -> None:
    watch = Temporaries(tmp_path)
    with tempfile.TemporaryFile(dir=tmp_path) as nameless, tempfile.NamedTemporaryFile(dir=tmp_path) as named:
        watch.processes = (os.getpid(),)
        for each in (nameless, named):
            each.write(planted.canaries[7].name.encode())
            each.flush()
        watch.look()
    assert sum(bool(searcher.in_file(each)) for held in watch.held.values() for each in held) >= (2 if Path("/proc/self/fd").is_dir() else 1)
