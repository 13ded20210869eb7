"""The pharmacy's settings and what is missing before its first jar, as their pages show them and as the designated person changes them."""

import html
import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounding.domain.setting_up import Task
from compounding.domain.site import Site
from compounding.storage import people
from compounding.web.setting_up import ABOUT
from compounding.web.site_forms import FORMS
from compounding.web.site_words import FIXED, PARTS, SETTINGS
from compounding.workflow import formulary
from compounding.workflow.changes import changed
from compounding.workflow.formulary import Exactly
from compounding.workflow.people import NewSettings, change_settings
from tests.web.sent_forms import hidden
from tests.web.staffed import PASSWORD, Staffed


def text_of(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def stands(staffed: Staffed) -> tuple[Site, int]:
    with staffed.records.database.reading() as connection:
        return people.current_settings(connection, staffed.house.site_id)


def as_filled(page: str) -> dict[str, str]:
    """The form as a browser would send it back unchanged."""
    main = page.partition("<main")[2]
    told = {name: value for tag in re.findall(r"<input[^>]*>", main) if 'type="radio"' not in tag or "checked" in tag
            for name in re.findall(r'name="([^"]+)"', tag) for value in re.findall(r'value="([^"]*)"', tag) or [""]}  # fmt: skip
    told |= {name: text.strip() for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', main)}
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', main, re.DOTALL):
        told[name] = next(iter(re.findall(r'value="([^"]*)" selected', inner)), "")
    return told


def opened(client: FlaskClient, part: str) -> dict[str, str]:
    answer = client.get(f"/settings/change?part={part}")
    assert answer.status_code == 200, text_of(answer)
    page = text_of(answer)
    return {**hidden(page), **as_filled(page), "password": PASSWORD, "reason": "as agreed"}


def change(client: FlaskClient, part: str, **told: str) -> TestResponse:
    return client.post("/settings/change", data={**opened(client, part), **told})


def test_no_setting_is_left_out_of_the_pages(staffed: Staffed) -> None:
    settings, _ = stands(staffed)
    kept = {name for name in changed(Site, None, settings) if not name.startswith(("approvals", "attestations"))} | {"house_limit_days"}
    assert kept == {each.path for each in SETTINGS} | set(FIXED)
    assert {path for form in FORMS.values() for path in form.paths.values()} == {each.path for each in SETTINGS}
    assert set(FORMS) == set(PARTS)


def test_every_setting_stands_there_with_its_meaning_and_its_source(staffed: Staffed) -> None:
    page = text_of(staffed.client("designated").get("/settings"))
    for each in SETTINGS:
        assert each.label in page
        assert each.meaning in page
        assert each.source in page
    assert "0.01\u00a0g" in page
    assert page.count("Nobody here has decided on this: the program's proposal stands.") == 12
    assert "none: the limit of the place's rules stands alone" in page
    assert "NAPRA Model Standards" in page
    assert "to be read again by 2027-11-22" in page


def test_an_auditor_reads_the_settings_and_changes_nothing(staffed: Staffed) -> None:
    client = staffed.client("auditor")
    page = text_of(client.get("/settings"))
    assert "Revision 1" in page
    assert "/settings/change" not in page
    assert client.get("/settings/change?part=balance").status_code == 403
    assert staffed.client("pharmacist").get("/settings").status_code == 403


def test_a_change_is_signed_and_stands_in_the_history_beside_what_stood(staffed: Staffed) -> None:
    client = staffed.client("designated")
    answer = change(client, "balance", readability_g="0.001", minimum_weighable_g="0.02 g", reason="new balance")
    assert answer.status_code == 303, text_of(answer)
    settings, revision = stands(staffed)
    assert (str(settings.balance.readability_g), str(settings.balance.minimum_weighable_g), revision) == ("0.001", "0.02", 2)
    page = text_of(client.get(answer.headers["Location"]))
    assert "The settings were changed." in page
    main = re.sub(r"<[^>]+>", " ", page.partition('id="history"')[2])
    assert re.search(r"Revision 2: +Dana Example.*new balance.*Readability +0\.01\u00a0g +0\.001\u00a0g", main, re.DOTALL)


@pytest.mark.parametrize("part", PARTS)
def test_a_form_sent_back_as_it_was_opened_changes_nothing(staffed: Staffed, part: str) -> None:
    answer = change(staffed.client("designated"), part)
    assert answer.status_code == 422
    assert "The settings read like this already." in text_of(answer)
    assert stands(staffed)[1] == 1


@pytest.mark.parametrize(("part", "told", "field", "sentence"), [
    ("balance", {"readability_g": "0.03"}, "readability_g", "A balance reads in steps of 1, 2 or 5"),
    ("balance", {"minimum_weighable_g": "0.001"}, "minimum_weighable_g", "A balance cannot weigh less than its readability"),
    ("balance", {"readability_g": "0,01"}, "readability_g", "Readability:"),
    ("balance", {"balance_name": " "}, "balance_name", "Balance: enter it."),
    ("paper", {"name": "x" * 121}, "name", "120 characters at most"),
    ("paper", {"time_zone": "Mars/Olympus"}, "time_zone", "choose one of the answers"),
    ("amounts", {"smallest_amount_g": "600"}, "smallest_amount_g", '"Smallest amount prepared" and "Largest amount prepared" must rise'),
    ("amounts", {"overage_percent": "21"}, "overage_percent", "more than 20 %"),
    ("amounts", {"correct_lots_above_percent": "3"}, "correct_lots_above_percent", '"Correct for assay and water above" may leave out'),
    ("amounts", {"container_sizes_g": "30\n6000"}, "container_sizes_g", '"Containers in stock" are at most'),
    ("tolerances", {"weighing_percent": "6"}, "weighing_percent", "at most 5 %"),
    ("tolerances", {"net_weight_lowest": "101"}, "net_weight_lowest", '"Net weight" begins at 50 % or more'),
    ("days", {"house_limit_days": "400"}, "house_limit_days", '"Beyond-use limit of the house" can only shorten'),
    ("days", {"undated_lot_days": "7"}, "undated_lot_days", '"Lots without an expiry" lies between 30 and 1,095'),
    ("days", {"refill_early_days": "1.5"}, "refill_early_days", "not a whole number"),
])  # fmt: skip
def test_a_refused_value_is_told_beside_its_field_and_stays_in_it(staffed: Staffed, part: str, told: dict[str, str], field: str, sentence: str) -> None:
    answer = change(staffed.client("designated"), part, **told)
    assert answer.status_code == 422
    page = text_of(answer)
    error = re.search(rf'id="{field}-error"[^>]*>(.*?)</p>', page, re.DOTALL)
    assert error, page
    assert sentence in error[1]
    assert "the settings:" not in error[1]
    for typed in told.values():
        if typed.strip() and field != "time_zone":
            assert typed.splitlines()[-1] in page
    assert PASSWORD not in page
    assert stands(staffed)[1] == 1


def test_a_change_needs_a_reason_and_the_password_again(staffed: Staffed) -> None:
    client = staffed.client("designated")
    assert "Write why." in text_of(change(client, "days", refill_early_days="5", reason=" "))
    assert "Enter your password to sign." in text_of(change(client, "days", refill_early_days="5", password=""))
    wrong = change(client, "days", refill_early_days="5", password=PASSWORD[:-1])
    assert wrong.status_code == 422
    assert 'value="5"' in text_of(wrong)
    assert stands(staffed)[1] == 1


def test_somebody_elses_change_comes_back_beside_what_was_typed(staffed: Staffed) -> None:
    client = staffed.client("designated")
    told = opened(client, "days")
    settings, revision = stands(staffed)
    other = NewSettings(settings=replace(settings, refill_early_days=3), revision=revision)
    change_settings(staffed.house, staffed.pharmacy.act(staffed.people["designated"], reason="meanwhile"), other)
    late = client.post("/settings/change", data={**told, "refill_early_days": "5"})
    assert late.status_code == 409
    page = text_of(late)
    assert "Stands now: 3\u00a0days" in page
    assert 'value="5"' in page
    again = client.post("/settings/change", data={**as_filled(page), **hidden(page), "password": PASSWORD})
    assert again.status_code == 303, text_of(again)
    assert stands(staffed)[0].refill_early_days == 5


def test_a_double_click_is_one_change(staffed: Staffed) -> None:
    client = staffed.client("designated")
    told = {**opened(client, "people"), "sole_practitioner": "yes"}
    answers = [client.post("/settings/change", data=told).status_code for _ in range(2)]
    assert answers == [303, 303]
    assert stands(staffed)[1] == 2
    assert stands(staffed)[0].sole_practitioner


def test_what_may_be_none_can_be_emptied(staffed: Staffed) -> None:
    client = staffed.client("designated")
    assert change(client, "amounts", container_sizes_g="", default_zinc_product="").status_code == 303
    settings, _ = stands(staffed)
    assert (settings.container_sizes_g, settings.default_zinc_product) == ((), "")
    assert "none: such an order is held until it names one" in text_of(client.get("/settings"))


@pytest.mark.parametrize("path", ["/settings/change?part=nothing", "/settings?before=x"])
def test_a_part_or_a_page_that_is_none_is_refused(staffed: Staffed, path: str) -> None:
    assert staffed.client("designated").get(path).status_code in {404, 422}


def test_a_pharmacy_that_lacks_nothing_is_led_to_an_order(staffed: Staffed) -> None:
    page = text_of(staffed.client("technician").get("/setting-up"))
    assert "This pharmacy is ready for its first jar" in page
    assert "Enter an order" in page


def test_what_is_missing_is_told_with_why_who_and_where(staffed: Staffed) -> None:
    known = formulary.history(staffed.house, staffed.pharmacy.act(staffed.people["designated"]), formulary.AllVersions())
    for each in known.versions:
        if each.in_force:
            exactly = Exactly(kind=each.kind, id=each.id, version=each.version, sha256=each.sha256)
            formulary.retire_text(staffed.house, staffed.pharmacy.act(staffed.people["designated"], reason="to begin anew"), exactly)
    page = text_of(staffed.client("designated").get("/setting-up"))
    assert "What is missing before the first jar" in page
    assert "3 steps are open" in page
    for task in (Task.FORMULA, Task.PHRASES):
        assert ABOUT[task].why in page
    assert 'href="/formulary"' in page.partition("<main")[2]
    assert "Who can do it: designated person." in page


def test_every_step_has_its_words() -> None:
    assert set(ABOUT) == set(Task)
