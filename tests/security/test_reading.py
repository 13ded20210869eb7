"""How the runner reads pages, and how it tells an answer of the page from a refusal at the door."""

from collections import Counter
from pathlib import Path

import pytest

from tools.security.pages import Form, pattern, read
from tools.security.sqlmap import _answers, _doubts  # the reading of the scanner's own words, which no public call shows without the scanner
from tools.security.surface import IN_PATH

BASE = "http://127.0.0.1:1"
PAGE = """<a href="/orders/20261122-001">one</a><a href="https://example.org/">away</a><a href="#main">skip</a>
<form method="post" action="/orders"><input type="hidden" name="csrf_token" value="abc"><input name="name"><input type="number" name="grams" value="30">
<input type="radio" name="base" value="a"><input type="radio" name="base" value="b" checked><input type="file" name="file">
<select name="unit"><option value="">choose</option><option value="g">g</option></select><textarea name="note">
kept</textarea><button>Save</button><button formaction="/orders/drop" name="drop" value="1">Drop</button></form>"""


def test_links_of_this_instance_are_read_and_others_are_not() -> None:
    assert read(BASE, "/start", PAGE).links == ["/orders/20261122-001", "/start"]


def test_a_form_is_read_with_what_a_person_might_send_and_each_button_is_one_form() -> None:
    save, drop = read(BASE, "/start", PAGE).forms
    assert save.fields == (("csrf_token", "abc"), ("name", "Example"), ("grams", "30"), ("unit", "g"), ("note", "kept"), ("base", "b"))
    assert (save.method, save.path, save.page) == ("POST", "/orders", "/start")
    assert (drop.path, drop.fields[-1]) == ("/orders/drop", ("drop", "1"))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/orders/20261122-001/label", "/orders/<id>/label"), ("/people/0191f3c4-aaaa-7bbb-8ccc-dddddddddddd", "/people/<id>"), ("/calculators/hydrate-mass", "/calculators/hydrate-mass"),
        ("/search?word=x&page=2", "/search?page&word"), ("/evidence", "/evidence"),
    ],
)  # fmt: skip
def test_addresses_that_differ_only_by_an_id_are_alike(path: str, expected: str) -> None:
    assert pattern(path) == expected


def traffic(tmp_path: Path, *exchanges: tuple[str, str, str]) -> Path:
    file = tmp_path / "traffic.txt"
    lines = [
        f"HTTP request [#{n}]:\n{asked} HTTP/1.1\nHost: x\n\nHTTP response [#{n}] ({status}):\n{header}\n\n<p>body</p>\n"
        for n, (asked, status, header) in enumerate(exchanges, 1)
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


FORM = Form(page="/start", method="POST", path="/orders", fields=(("name", "x"),))


@pytest.mark.parametrize(
    ("status", "header", "expected"),
    [
        ("200 OK", "", "page"), ("422 Unprocessable", "", "page"), ("409 Conflict", "", "page"), ("303 See Other", "location: /orders/1", "page"),
        ("303 See Other", "Location: /sign-in?next=/orders", "refused"), ("400 Bad Request", "", "refused"), ("403 Forbidden", "", "refused"), ("404 Not Found", "", "refused"),
        ("429 Too Many Requests", "", "refused"), ("500 Internal Server Error", "", "broken"),
    ],
)  # fmt: skip
def test_an_answer_of_the_page_differs_from_a_refusal_at_the_door(tmp_path: Path, status: str, header: str, expected: str) -> None:
    assert list(_answers(traffic(tmp_path, ("POST /orders", status, header)), FORM)) == [expected]


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/sign-in", ["page", "throttled"]), ("/unlock", ["page", "throttled"]), ("/orders", ["refused", "refused"]), ("/sign-inside", ["refused", "refused"])],
)
def test_a_refused_password_is_the_sign_in_pages_own_answer_and_nobody_elses(tmp_path: Path, path: str, expected: list[str]) -> None:
    form = Form(page=path, method="POST", path=path, fields=(("name", "x"),))
    file = traffic(tmp_path, (f"POST {path}", "401 Unauthorized", ""), (f"POST {path}", "429 Too Many Requests", ""))
    assert list(_answers(file, form)) == expected


def test_reading_the_page_for_its_token_is_no_answer_of_the_form(tmp_path: Path) -> None:
    file = traffic(tmp_path, ("GET /start", "200 OK", ""), ("GET /orders", "200 OK", ""), ("POST /orders", "400 Bad Request", ""))
    assert list(_answers(file, FORM)) == ["refused"]


def test_an_id_that_is_not_found_is_answered_by_the_page(tmp_path: Path) -> None:
    target = Form(page="/orders/1", method=IN_PATH, path="/orders/1", fields=())
    file = traffic(tmp_path, ("GET /orders/1%27%20AND", "404 Not Found", ""), ("GET /people", "200 OK", ""))
    assert list(_answers(file, target)) == ["page"]


CLEAN = "all tested parameters do not appear to be injectable"


def test_no_verdict_is_no_test() -> None:
    assert list(_doubts("[CRITICAL] unable to connect", Counter(page=50)))
    assert list(_doubts(CLEAN, Counter(page=50))) == []


def test_requests_that_were_refused_at_the_door_are_no_test() -> None:
    assert list(_doubts(CLEAN, Counter(page=20, refused=30)))
    assert list(_doubts(CLEAN, Counter(page=9)))
    assert list(_doubts(CLEAN, Counter()))
