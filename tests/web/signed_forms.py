"""Filling in signed forms as a browser does, for the tests of pages that are signed."""

import re
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.staffed import PASSWORD, Staffed

ASSESSMENT = {
    "profile_reviewed_on": "2026-11-22", "profile_reviewed_where": "PharmaNet", "age_years": "65", "pregnancy": "NOT_APPLICABLE", "lesion": "INTACT",
    "body_site": "fingers", "oxygen": "no", "products": "no", "earlier": "no", "prescriber_contacted": "no", "proceed": "yes",
}  # fmt: skip
RISK = {
    "napra_level": "A", "level_reasons": "simple", "hazards": "dust irritates", "safety_data_link": "paper: binder 3", "safety_data_on": "2026-03-01",
    "protective_equipment": "gloves", "ventilation": "general", "cross_contact": "tools of their own", "reviewed_by": "Dana Example",
    "reviewed_on": "2026-11-22", "next_review_on": "2027-11-21", "reason": "read once more",
}  # fmt: skip


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    assert found, page[:2000]
    return {name: unescape(value) for name, value in found}


def post(client: FlaskClient, path: str, told: dict[str, str], **also: str) -> TestResponse:
    """Open the form, fill it in, sign it with the password and send it; `also` goes before what the page had."""
    opened = client.get(path)
    assert opened.status_code == 200, opened.text
    return client.post(path, data={**hidden(opened.text), "password": PASSWORD, **told, **also})


def signed(staffed: Staffed, client: FlaskClient, path: str, told: dict[str, str], **also: str) -> TestResponse:
    """As `post`, with a code of this moment."""
    return post(client, path, {"code": staffed.code(), **told}, **also)
