"""The order form: text that could be read in two ways is refused with a sentence, and nothing typed is ever lost."""

import html
import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounding.web.prepare_form import OrderForm
from compounding.web.typed_order import identity_of, order_of

Send = Callable[..., TestResponse]
Typed = dict[str, str]

BAD_NUMBERS = [
    "1,5",
    "1e2",
    "２５",
    "0x1F",
    "-5",
    "+5",
    "1 000",
    "1,000.5",
    ".5",
    "5.",
    "٢٥",
    "NaN",
    "sNaN",
    "Infinity",
    "25 % w/v",
    "25 kg",
    "60 gr",
    "2 oz",
    "60 g 5",
    "1_0",
    "007",
    "9" * 40,
]


def _summary(page: str) -> list[tuple[str, str]]:
    """The error summary's links: the field each leads to, and its sentence."""
    found = re.search(r'govuk-error-summary__list">(.*?)</ul>', page, re.DOTALL)
    return (
        [(target, html.unescape(" ".join(text.split()))) for target, text in re.findall(r'<a href="#([^"]+)">(.*?)</a>', found[1], re.DOTALL)] if found else []
    )


@pytest.mark.parametrize("number", BAD_NUMBERS)
@pytest.mark.parametrize("field", ["percent", "amount", "repeats", "supply_days"])
def test_a_number_that_could_be_read_in_two_ways_is_refused_and_stays_as_typed(send: Send, typed: Typed, field: str, number: str) -> None:
    page = send("/prepare", typed | {field: number})
    assert page.status_code == 422
    assert [target for target, _ in _summary(page.text)] == [field]
    assert "<title>Error: " in page.text
    shown = re.search(rf'id="{field}" name="{field}"[^>]*value="([^"]*)"', page.text)
    assert shown
    assert html.unescape(shown[1]) == number
    assert "Mara Model" in page.text
    assert "lev-panel" not in page.text


@pytest.mark.parametrize("number", ["1.5", "2.0001"])
@pytest.mark.parametrize("field", ["repeats", "supply_days"])
def test_repeats_and_days_are_whole(send: Send, typed: Typed, field: str, number: str) -> None:
    page = send("/prepare", typed | {field: number})
    assert page.status_code == 422
    assert "is not a whole number such as 2." in _summary(page.text)[0][1]


def test_the_sentence_says_what_to_write_instead(send: Send, typed: Typed) -> None:
    page = send("/prepare", typed | {"percent": "1,5", "amount": "1e2"}).text
    assert _summary(page) == [
        ("percent", 'Strength of sodium thiosulfate: in "1,5" a comma or point may separate decimals or thousands; write a point for decimals.'),
        ("amount", 'Amount: "1e2" has an exponent; write all its digits.'),
    ]


@pytest.mark.parametrize(
    "day",
    [
        "30/06/1965",
        "06-30-1965",
        "1965-6-30",
        "19650630",
        "1965-02-30",
        "1965-06-30T00:00",
        "yesterday",
        "1965-W26-3",
        "9999-12-31",
        "0001-01-01",
        "１９６５-06-30",
    ],
)
@pytest.mark.parametrize("field", ["born_on", "ordered_on", "asked_on", "compounded_on"])
def test_a_day_is_written_in_one_way_only(send: Send, typed: Typed, field: str, day: str) -> None:
    page = send("/prepare", typed | {field: day})
    assert page.status_code == 422
    assert [target for target, _ in _summary(page.text)] == [field]
    assert f'value="{day}"' in page.text


@pytest.mark.parametrize(
    ("change", "targets"),
    [
        ({"allergies": "listed"}, ["allergies_list"]),
        ({"allergies": "none", "allergies_list": "Zinc"}, ["allergies"]),
        ({"allergies": "not_asked", "allergies_list": "Zinc"}, ["allergies"]),
        ({"allergies": "", "allergies_list": "Zinc"}, ["allergies"]),
        ({"contact": "no", "contact_details": "rash from tape"}, ["contact"]),
        ({"asked_by": ""}, ["asked_by"]),
        ({"asked_on": ""}, ["asked_on"]),
        ({"asked_by": " ", "asked_on": ""}, ["asked_by", "asked_on"]),
        ({"allergies": "not_asked", "contact": "yes", "asked_by": "", "asked_on": ""}, ["asked_by", "asked_on"]),
        ({"base": "lanolin"}, ["base"]),
        ({"allergies": "perhaps"}, ["allergies"]),
        ({"language": "de"}, ["language"]),
    ],
)
def test_answers_that_do_not_fit_together_are_never_dropped_in_silence(send: Send, typed: Typed, change: Typed, targets: list[str]) -> None:
    page = send("/prepare", typed | change)
    assert page.status_code == 422
    assert [target for target, _ in _summary(page.text)] == targets
    for target in targets:
        assert f'id="{target}"' in page.text


def test_what_was_listed_needs_no_asker_of_its_own(send: Send, typed: Typed) -> None:
    page = send("/prepare", typed | {"allergies": "listed", "allergies_list": "Penicillin", "contact": "not_asked", "asked_by": "", "asked_on": ""})
    assert page.status_code == 200


def test_a_paper_of_a_form_that_cannot_be_read_is_the_form_again(send: Send, typed: Typed) -> None:
    for path in ("/prepare/label.pdf", "/prepare/request-for-consent.txt"):
        page = send(path, typed | {"percent": "1,5"})
        assert page.status_code == 422
        assert page.mimetype == "text/html"


def test_an_empty_form_asks_for_nothing_beforehand(client: FlaskClient) -> None:
    page = client.get("/").text
    assert " required" not in page
    assert 'value="2026-11-22"' in page
    assert re.findall(r'value="([a-z_]+)" checked', page) == ["patients", "patients"]


class _Controls(HTMLParser):
    """Collects what a person can fill in or press, and every label."""

    def __init__(self) -> None:
        super().__init__()
        self.controls: list[str] = []
        self.labelled: set[str] = set()
        self.nameless: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "label":
            self.labelled.add(names.get("for") or "")
        elif tag in {"input", "textarea", "select"} and names.get("type") not in {"hidden", "submit"}:
            if names.get("id"):
                self.controls.append(names["id"] or "")
            else:
                self.nameless.append(str(names))


def test_every_control_has_a_label(send: Send, client: FlaskClient, typed: Typed) -> None:
    steer = send("/prepare", typed | {"base": "zinc_ointment", "allergies": "listed", "allergies_list": "Zinc"}).text
    for page in (client.get("/").text, send("/prepare", typed | {"percent": "x"}).text, steer):
        found = _Controls()
        found.feed(page)
        assert found.controls
        assert found.nameless == []
        assert set(found.controls) <= found.labelled
        assert len(found.controls) == len(set(found.controls))


def test_the_browser_is_asked_to_remember_nothing(client: FlaskClient) -> None:
    page = client.get("/").text
    forms = re.findall(r"<form [^>]*>", page)
    assert len(forms) == 2
    assert all('autocomplete="off"' in form for form in forms)


def test_the_order_is_handed_on_in_its_own_words(app: Flask, typed: Typed) -> None:
    order = typed | {"allergies": "listed", "allergies_list": " Zinc \r\n\r\nLatex gloves", "notes": "left elbow"}
    with app.test_request_context("/prepare", method="POST", data=order):
        sent = order_of(OrderForm())
    assert sent.patient.birth_date == "1965-06-30"
    assert [name.text for name in sent.medication.names] == ["sodium thiosulfate pentahydrate", "white petrolatum"]
    assert [entry.what.text for entry in sent.allergies] == ["Zinc", "Latex gloves"]
    assert {(entry.asked_by, entry.asked_on) for entry in sent.allergies} == {("Pat Pharmacist", date(2026, 11, 22))}
    assert sent.directions[0].texts == ("Apply a thin layer to the left elbow 2 times a day.",)
    assert sent.repeats == 2
    assert sent.notes == ("left elbow",)


def test_line_ends_do_not_change_an_orders_identity(app: Flask, typed: Typed) -> None:
    identities = set()
    for end in ("\n", "\r\n", "\r"):
        with app.test_request_context("/prepare", method="POST", data=typed | {"directions": f"Apply.{end}Rub in."}):
            identities.add(identity_of(OrderForm()))
    assert len(identities) == 1
