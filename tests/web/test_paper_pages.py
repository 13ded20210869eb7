"""What the pages of the paper show: the labels in the printer, copies by number, a paper that was stopped, the calibration page, a formula record."""

from dataclasses import replace
from typing import Any

import pytest

import labels
from compounding.domain.stages import State
from tests.labels.reading import pages
from tests.web.staffed import Staffed
from tests.web.test_handing import WHY, address, at, made, post, record
from tests.web.test_site_pages import change, stands, text_of

__all__ = ["made"]
FORMULA = "/formulary/formula/sodium-thiosulfate-in-petrolatum/1"


def test_the_labels_in_the_printer_are_chosen_and_large_print_comes_along(staffed: Staffed, made: str) -> None:
    client, path = staffed.client("technician"), address(made, "label")
    page = client.get(path).text
    assert 'value="thermal 4 x 3 in" selected' in page or 'selected value="thermal 4 x 3 in"' in page
    refused = post(client, path, {"stock": "Avery 5163", "start": "11", "large_print": "no"})
    assert refused.status_code == 422
    assert "there is no label 11" in refused.text
    answer = post(client, path, {"stock": "Avery 5163", "start": "3", "large_print": "yes"})
    assert answer.status_code == 303, answer.text
    after = client.get(path).text
    assert "Open the leaflet in large print" in after
    label = record(staffed, made).label
    assert label is not None
    sheet = client.get(f"/preparations/{made}/papers/label/{label.revision}.pdf")
    assert len(pages(sheet.data)) >= 1


def test_a_start_that_is_no_number_comes_back_as_it_was_typed(staffed: Staffed, made: str) -> None:
    answer = post(staffed.client("technician"), address(made, "label"), {"stock": "Avery 5163", "start": "two"})
    assert answer.status_code == 422
    assert 'value="two"' in answer.text
    assert record(staffed, made).state is State.MADE


def test_a_copy_is_linked_and_carries_its_number(staffed: Staffed) -> None:
    key = at(staffed, "labelled")
    client = staffed.client("technician")
    answer = post(client, address(key, "reprint"), {**WHY, "paper": "label-1"})
    assert answer.status_code == 200
    path = f"/preparations/{key}/papers/label/1/copies/1.pdf"
    assert path in answer.text
    copy = client.get(path)
    assert (copy.status_code, copy.mimetype, copy.headers["Cache-Control"]) == (200, "application/pdf", "no-store")
    assert all("COPY1" in page for page in pages(copy.data))
    assert path in client.get(f"/preparations/{key}").text
    assert client.get(f"/preparations/{key}/papers/label/1/copies/2.pdf").status_code == 404
    assert client.get(f"/preparations/{key}/papers/label/1/copies/0.pdf").status_code == 404


def test_a_paper_that_was_stopped_stands_on_the_page_with_both_sides(staffed: Staffed, made: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole: Any = labels.render_label
    monkeypatch.setattr(labels, "render_label", lambda content, **how: whole(replace(content, patient_name="Somebody Else"), **how))
    client, path = staffed.client("technician"), address(made, "label")
    answer = post(client, path, {})
    assert answer.status_code == 422
    assert "does not say what the record says" in answer.text
    page = client.get(path).text
    assert "Stopped on" in page
    assert "Somebody Else" in page
    assert record(staffed, made).label is None


def test_what_is_in_the_printers_is_a_setting_and_the_calibration_page_follows_it(staffed: Staffed) -> None:
    client = staffed.client("designated")
    answer = change(client, "labels", label_stock="Avery L7163", label_right_mm="0.75", label_down_mm="-1.5", sheet_paper="a4", second_label_language="fr")
    assert answer.status_code == 303, text_of(answer)
    settings, _ = stands(staffed)
    assert (settings.label_stock, str(settings.label_right_mm), str(settings.label_down_mm), settings.sheet_paper) == ("Avery L7163", "0.75", "-1.5", "a4")
    assert settings.second_label_language == "fr"
    page = client.get("/settings/calibration.pdf")
    assert (page.status_code, page.mimetype) == (200, "application/pdf")
    assert "0.75" in "".join(pages(page.data)) or "0.8" in "".join(pages(page.data))


def test_codes_are_settings_that_are_checked(staffed: Staffed) -> None:
    client = staffed.client("designated")
    item = "sodium-thiosulfate-in-petrolatum"
    assert change(client, "codes", gs1_prefix="0614141", gs1_items=f"{item} = 12345", public_page="https://leaflets.example.org").status_code == 303
    settings, _ = stands(staffed)
    assert (settings.gs1_prefix, settings.gs1_item(item), settings.public_page) == ("0614141", "12345", "https://leaflets.example.org")
    for wrong in ({"public_page": "http://leaflets.example.org"}, {"gs1_prefix": "06141x1"}, {"gs1_items": "no reference"}):
        answer = change(client, "codes", **wrong)
        assert answer.status_code == 422, wrong
        assert "There is a problem" in text_of(answer)


def test_a_formula_is_printed_as_a_record_and_texts_are_not(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    assert f"{FORMULA}/record.pdf" in client.get(FORMULA).text
    record_pdf = client.get(f"{FORMULA}/record.pdf")
    assert (record_pdf.status_code, record_pdf.mimetype, record_pdf.headers["Cache-Control"]) == (200, "application/pdf", "no-store")
    text = "".join(pages(record_pdf.data))
    for words in ("Master Formulation Record", "Exact amounts for one batch of 60 g at 25 % w/w", "Quality tests", "Risk assessment"):
        assert words.replace(" ", "") in text, words
    assert client.get("/formulary/phrases/phrases-en/2/record.pdf").status_code == 404
