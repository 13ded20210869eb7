"""Help is one page for everyone: each role's part, the keys and the words."""

import html

from flask.testing import FlaskClient

from compounding.domain.people import Role
from compounding.reference.glossary import glossary
from compounding.web.help_page import PARTS
from tests.web.staffed import Staffed


def test_every_role_reads_what_to_do_first_and_where(client: FlaskClient) -> None:
    page = html.unescape(client.get("/help").text)
    assert set(PARTS) == set(Role)
    for role, part in PARTS.items():
        assert f'id="{role.value.replace(" ", "-")}"' in page
        assert part.first in page
        assert all(words in page for place in part.places for words in place)
    assert "Your part" not in page


def test_every_word_is_explained_and_nothing_is_folded_away(client: FlaskClient) -> None:
    page = html.unescape(client.get("/help").text)
    assert all(each.word in page for each in glossary())
    assert "<details" not in page
    assert "*Batch*" not in page


def test_whoever_is_signed_in_is_led_to_their_own_part(staffed: Staffed) -> None:
    page = staffed.client("designated").get("/help").text
    assert "Your part: pharmacist" in page
    assert "Your part: designated person" in page
    assert "Your part: auditor" not in page
