"""The markup of our templates: nothing inline, nothing unescaped, and each piece says in words what it shows."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from compounding.web.present import mark_deciding
from compounding.web.templating import TEMPLATES

DOSED = "dosing?age=adult&finger=man&nozzle=tube&arm=2&applications_per_day=1&days=90&first_day=2026-11-22&last_day=2026-12-21&sizes=30"
WEB = Path(__file__).resolve().parents[2] / "compounding" / "web"
VOID = {"meta", "link", "img", "input", "br", "hr", "col", "wbr"}


class InlineFinder(HTMLParser):
    """Collects what a strict content security policy would block, doubled ids, and tags left open."""

    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.inline += [f"{tag} {name}" for name, value in attrs if name == "style" or name.startswith("on") or (value or "").startswith("javascript:")]
        if tag == "style" or (tag == "script" and not names.get("src")):
            self.inline.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


def _pages(client: FlaskClient) -> list[str]:
    refused = client.post("/demo/pieces", data={"csrf_token": _token(client)})
    assert refused.status_code == 422
    calculated = [f"/calculators/{rest}" for rest in ("units?value=2&from_unit=g&to_unit=mg", "units?value=x", "dosing", DOSED)]
    return [client.get("/demo/pieces").text, refused.text, *(client.get(path).text for path in ("/nothing-here", "/calculators", *calculated))]


def _token(client: FlaskClient) -> str:
    return client.get("/demo/pieces").text.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]


def test_pages_hold_no_inline_script_style_or_handler_and_are_well_formed(client: FlaskClient) -> None:
    for page in _pages(client):
        finder = InlineFinder()
        finder.feed(page)
        finder.close()
        assert finder.inline == []
        assert finder.open == []
        assert len(finder.ids) == len(set(finder.ids))


def test_pages_point_nowhere_outside(client: FlaskClient) -> None:
    for page in _pages(client):
        assert re.findall(r'(?:href|src|action)="(?!/|#)[^"]*"', page) == []


def test_no_template_switches_escaping_off() -> None:
    paths = sorted(TEMPLATES.rglob("*.html"))
    assert paths
    for path in paths:
        assert not re.search(r"\|\s*safe\b|autoescape|Markup|<script(?![^>]*src=)|<style|\sstyle=", path.read_text(encoding="utf-8")), path


def test_no_web_module_makes_markup() -> None:
    for path in sorted(WEB.glob("*.py")):
        assert not re.search(r"\bMarkup\b|render_template_string", path.read_text(encoding="utf-8")), path


def test_what_a_person_wrote_is_shown_and_never_obeyed(client: FlaskClient) -> None:
    assert "Penicillin: hives &lt;b&gt;as a child&lt;/b&gt;" in client.get("/demo/pieces").text


def test_a_page_names_pharmacy_notice_and_limits(client: FlaskClient) -> None:
    page = client.get("/demo/pieces").text
    for words in ("Levigate", "Example pharmacy: not for dispensing.", "A licensed pharmacist decides. Levigate does not check drug interactions."):
        assert words in page
    assert 'href="#main-content"' in page
    assert 'id="main-content"' in page


def test_the_error_summary_leads_to_each_field(client: FlaskClient) -> None:
    page = client.post("/demo/pieces", data={"csrf_token": _token(client)}).text
    for target in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{target}"' in page


@pytest.mark.parametrize(("status", "word"), [("ready", "Ready"), ("held", "Held: a person must decide"), ("refused", "Refused"), ("invalid", "Not readable")])
def test_an_outcome_is_said_in_a_word(app: Flask, status: str, word: str) -> None:
    source = '{% from "_macros.html" import panel %}{% call panel(status, "Heading") %}Body{% endcall %}'
    with app.test_request_context():
        assert f"<span>{word}</span>" in render_template_string(source, status=status)


def test_an_outcome_that_does_not_exist_cannot_be_shown(app: Flask) -> None:
    source = '{% from "_macros.html" import panel %}{% call panel("done", "Heading") %}Body{% endcall %}'
    with app.test_request_context(), pytest.raises(Exception, match="done"):
        render_template_string(source)


@pytest.mark.parametrize(
    ("text", "words", "parts"),
    [
        ("Zinc oxide cream", ["zinc", "zinc oxide"], [("Zinc oxide", True), (" cream", False)]),
        ("no known allergies", [], [("no known allergies", False)]),
        ("ZnO (tape)", ["(tape)"], [("ZnO ", False), ("(tape)", True)]),
        ("rash", ["zinc", ""], [("rash", False)]),
        ("", ["zinc"], []),
    ],
)
def test_deciding_words_are_marked_where_they_stand(text: str, words: list[str], parts: list[tuple[str, bool]]) -> None:
    assert mark_deciding(text, words) == parts
    assert "".join(part for part, _ in parts) == text
