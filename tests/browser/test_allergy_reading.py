"""The reading beside the text in a real browser: at once, for the eye and for a screen reader, and without scripts by a button."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
ROOT = Path(__file__).parents[2]
LIST, SUMMARY, VERDICTS = "[id=allergies_list]", "form:has([id=allergies_list]) [data-reading-summary]", "form:has([id=allergies_list]) .lev-reading__verdict"


def _says(page: Any, sentence: str) -> None:
    page.wait_for_function("([place, said]) => document.querySelector(place).textContent === said", arg=[SUMMARY, sentence])


def test_the_reading_appears_beside_the_text_while_it_is_typed(open_page: Open) -> None:
    page = open_page()
    page.locator(LIST).press_sequentially("Desitin, rash")
    _says(page, "Read so far: 1 zinc.")
    assert page.locator(VERDICTS).all_inner_texts() == ["Zinc: no zinc base for this patient"]
    assert page.locator(".lev-reading mark").first.inner_text() == "Desitin"
    page.locator(LIST).press_sequentially("\nxyzzy")
    _says(page, "Read so far: 1 zinc, 1 unclear.")
    # The focus stays where a person types, and the sentence is what a screen reader says.
    assert page.evaluate("document.activeElement.id") == "allergies_list"
    assert page.locator(SUMMARY).get_attribute("role") == "status"
    page.locator(LIST).fill("")
    _says(page, "")
    assert page.locator(VERDICTS).count() == 0


def test_no_old_reading_stands_beside_a_new_text_that_could_not_be_read(open_page: Open) -> None:
    page = open_page()
    page.locator(LIST).fill("Penicillin")
    _says(page, "Read so far: 1 without zinc.")
    page.route("**/prepare/reading/part", lambda route: route.fulfill(status=204, body=""))
    page.locator(LIST).fill("zinc")
    _says(page, "The reading could not be made. Check the order to have it read.")
    assert page.locator(VERDICTS).count() == 0


def test_without_scripts_a_button_reads_the_allergies(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    page.locator("#patient_name").fill("Mara Model")
    page.locator(LIST).fill("Vaseline")
    page.get_by_role("button", name="Read the allergies").last.click()
    page.locator(VERDICTS).wait_for()
    assert "Allergy: petrolatum" in page.locator("form:has([id=allergies_list]) .lev-reading").inner_text()
    assert page.locator("#patient_name").input_value() == "Mara Model"
    page.locator("#patient_name").press("Enter")
    # Enter checks the order: here it is sent back, since nobody has ticked that there are allergies.
    page.get_by_role("heading", name="There is a problem").wait_for()


def test_the_readings_fit_on_a_phone(open_page: Open) -> None:
    page = open_page(viewport={"width": 320, "height": 800})
    page.locator(LIST).fill("hypersensitivity to " + "zinkoxidhaltigesalbenpflaster" * 3 + "\nzinc")
    page.locator(VERDICTS).first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_request_for_consent_is_copied_by_one_button(open_page: Open) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.locator("[name=file-order]").set_input_files(ROOT / "examples" / "orders" / "04-zinc-allergy-in-zinc-base.json")
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("button", name="Copy the text").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#request-for-consent").input_value()
    assert "From: Example Pharmacy" in page.locator("#request-for-consent").input_value()
