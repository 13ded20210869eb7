"""Deliveries and corrections typed as a person types them, for the tests of the pages of stock."""

from html.parser import HTMLParser
from io import BytesIO

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounding.demo.crew import PICTURE
from tests.web.sent_forms import hidden

DRUG, OIL = "sodium-thiosulfate-pentahydrate", "mineral-oil"
PLAIN = {
    "number": "MO-77", "supplier": "Example Supplies", "received_on": "2026-11-20", "dated": "expiry", "expires_on": "2028-01-31", "listed": "known",
    "ingredients": "mineral oil\r\ntocopherol", "has_certificate": "no", "amount": "500",
}  # fmt: skip
OF_DRUG = {
    **PLAIN, "number": "STP-77", "listed": "unknown", "ingredients": "", "has_certificate": "yes", "form": "pentahydrate", "assayed": "yes",
    "assay_percent": "99.6", "assay_basis": "dried", "assay_as": "anhydrous", "watered": "yes", "water_percent": "36.1",
}  # fmt: skip


def told(client: FlaskClient, ingredient: str, words: dict[str, str], *, file: bytes | None = None, step: str = "read-back") -> TestResponse:
    """Open the form of a delivery, fill it in and have it said back; the drug brings its certificate."""
    opened = client.get("/stock/receive", query_string={"ingredient": ingredient})
    assert opened.status_code == 200, opened.text
    content = PICTURE if file is None and ingredient == DRUG else file
    files: dict[str, object] = {"certificate": (BytesIO(content), "certificate.png")} if content is not None else {}
    return client.post("/stock/receive", data={**hidden(opened.text), **words, "step": step, **files})


def again(client: FlaskClient, path: str, page: str, step: str, **also: str) -> TestResponse:
    """Press a button of the page that says it back: what it carries is sent once more."""
    return client.post(path, data={**hidden(page), **also, "step": step})


def received(client: FlaskClient, ingredient: str = OIL, words: dict[str, str] = PLAIN) -> str:
    """The key of a lot that was typed, said back and received."""
    answer = again(client, "/stock/receive", told(client, ingredient, words).text, "confirm")
    assert answer.status_code == 303, answer.text
    return answer.location.rpartition("/")[2]


class _Answers(HTMLParser):
    """What a browser would send of the form that stands in the page's main part, but its buttons and files."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._is_main, self._text = False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self._is_main = self._is_main or tag == "main"
        name, kind = told.get("name", ""), told.get("type", "text")
        if not self._is_main or not name:
            return
        if tag == "textarea":
            self._text, self.found[name] = name, ""
        elif tag == "input" and (kind in {"text", "hidden"} or (kind == "radio" and "checked" in told)):
            self.found[name] = told.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._text:
            # HTML drops the line break that follows the opening tag.
            self.found[self._text] += data.removeprefix("\r\n").removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        self._is_main = self._is_main and tag != "main"
        self._text = "" if tag == "textarea" else self._text


def filled_in(page: str) -> dict[str, str]:
    """The answers that stand on a page's form."""
    parser = _Answers()
    parser.feed(page)
    return parser.found
