"""A new pharmacy from an empty database to a handed-out jar, through the pages only: nobody here knows more than the screen told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import newcomers
from tests.browser.journeys import people as journey
from tests.browser.newcomers import Newcomers

pytestmark = pytest.mark.browser


@pytest.fixture
def people(browser: Any, tmp_path: Path) -> Iterator[Newcomers]:
    """Nobody yet, at a server that knows no pharmacy; a fault of a script or an answer of 500 fails the test at its end."""
    faults: list[str] = []
    contexts = []
    with newcomers.empty(tmp_path) as (address, clock):

        def opened(path: str) -> Any:
            contexts.append(browser.new_context(base_url=address))
            page = contexts[-1].new_page()
            page.set_default_timeout(10_000)
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("response", lambda answer: faults.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None)
            page.goto(path)
            return page

        yield Newcomers(opened=opened, clock=clock)
        for context in contexts:
            context.close()
    assert faults == []


def test_a_new_pharmacy_hands_out_its_first_jar(people: Newcomers) -> None:
    page = newcomers.found(people)
    assert page.get_by_role("heading", level=1).inner_text() == "What is missing before the first jar"
    newcomers.hire(people, "second", "Sara Second", "pharmacist", "BC-00002")
    newcomers.hire(people, "technician", "Tom Third", "technician", "")
    newcomers.hire(people, "prescriber", "Dr Mona Example", "prescriber", "BC-90001")
    newcomers.approve(people, "Sodium thiosulfate ointment in white petrolatum", **newcomers.RISK)
    newcomers.approve(people, "Texts for patients: English")
    newcomers.receive(people, "Sodium thiosulfate pentahydrate", "STP-1", ingredients="sodium thiosulfate pentahydrate", **newcomers.OF_DRUG)
    newcomers.receive(people, "Mineral oil", "MO-1")
    newcomers.receive(people, "White petrolatum", "WP-1")
    page.goto("/setting-up")
    assert page.get_by_role("heading", level=1).inner_text() == "This pharmacy is ready for its first jar"
    order_id = journey.order(people)
    journey.review(people, order_id)
    key = journey.plan(people, order_id)
    journey.assess(people, key)
    assert "recalculates" in journey.at_bench(people, key, "technician").locator("h1").inner_text()
    newcomers.at_bench(people, key)
    newcomers.check_and_hand_out(people, key, journey.label(people, key))
    assert page.get_by_role("heading", level=1).inner_text() == "Handed out"
    assert "60 g of preparation" in page.locator("main").inner_text()
