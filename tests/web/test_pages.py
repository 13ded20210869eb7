"""The pages beside the order's: evidence, help; and what holds for every page."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounding.domain.evidence import Topic
from compounding.web.evidence import TOPICS
from compounding.web.pharmacy import Pharmacy

Send = Callable[..., TestResponse]
CALCULATED = "/calculators/days-supply?dispensed_g=1&g_per_day=2.4"
DOSED = "/calculators/dosing?stated_grams=0.5&applications_per_day=2&days=90"


def test_every_claim_stands_on_the_evidence_page_once_and_says_whether_it_is_information_only(client: FlaskClient, house: Pharmacy) -> None:
    page = client.get("/evidence").text
    entries = re.findall(r'lev-fields__name">(S\d\d)<br><strong[^>]*>([^<]+)<', page)
    claims = {claim.id: claim for claim in house.data.evidence.claims}
    assert sorted(name for name, _ in entries) == sorted(claims)
    assert all((tag == "Information only") is claims[name].is_information_only for name, tag in entries)


def test_a_claim_that_a_cited_paper_contradicts_shows_it(client: FlaskClient, house: Pharmacy) -> None:
    page = client.get("/evidence").text
    tensions = [claim for claim in house.data.evidence.claims if claim.tension]
    assert tensions
    assert page.count("A cited paper says otherwise.") == len(tensions)
    assert "small studies, low certainty" in page


def test_every_topic_has_a_heading_that_the_list_leads_to(client: FlaskClient) -> None:
    assert set(TOPICS) == set(Topic)
    page = client.get("/evidence").text
    for target in re.findall(r'<a class="govuk-link" href="#([^"]+)"', page):
        assert f'id="{target}"' in page


def test_the_evidence_gives_no_strength_to_prepare(client: FlaskClient) -> None:
    assert "gives no strength, frequency, amount or shelf life" in client.get("/evidence").text


def test_help_names_the_four_outcomes(client: FlaskClient) -> None:
    page = client.get("/help").text
    assert all(word in page for word in ("Ready", "Held", "Refused", "Not readable"))


@pytest.mark.parametrize("path", ["/", "/calculators", "/evidence", "/help"])
def test_the_header_leads_to_every_page_and_marks_this_one(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    for target in ("/", "/calculators", "/evidence", "/help"):
        assert f'class="lev-nav__link" href="{target}"' in page
    assert re.search(rf'href="{path}" aria-current="page"', page)


@pytest.mark.parametrize("path", ["/", "/calculators", CALCULATED, DOSED, "/evidence", "/help"])
def test_a_page_has_one_main_heading_and_no_level_is_skipped(client: FlaskClient, path: str) -> None:
    levels = [int(level) for level in re.findall(r"<h(\d)", client.get(path).text)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("change", [{}, {"base": "zinc_ointment", "allergies": "listed", "allergies_list": "Zinc"}, {"percent": ""}])
def test_the_outcome_prints_as_a_page_of_its_own(send: Send, typed: dict[str, str], change: dict[str, str]) -> None:
    page = send("/prepare", typed | change).text
    # Paper leaves out every control (the stylesheet hides buttons), so what a person must read stands outside of them.
    outside = re.sub(r"<button.*?</button>", "", page, flags=re.DOTALL)
    for words in ("Mara Model", "Born 1965-06-30", "The order as it was read", "Allergies", "Warnings"):
        assert words in outside
    assert all('class="govuk-button' in button for button in re.findall(r"<button[^>]*>", page))
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_focus_starts_at_the_outcome(send: Send, typed: dict[str, str]) -> None:
    page = send("/prepare", typed).text
    assert page.count(" autofocus") == 1
    assert page.index(" autofocus") < page.index('id="outcome"')


def test_a_fault_is_logged_without_what_it_said(client: FlaskClient, capfd: pytest.CaptureFixture[str]) -> None:
    client.get("/demo/fault")
    told = "".join(capfd.readouterr())
    assert "RuntimeError at" in told
    assert "Jane Doe" not in told
