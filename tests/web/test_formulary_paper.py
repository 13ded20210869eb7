"""The page of a formula's record on paper: inline, kept nowhere, on the pharmacy's own sheet, and refused where the paper would say something else."""

from dataclasses import replace
from typing import Any

import pypdfium2
import pytest

import labels
from compounding.domain.label_content import FormulaContent
from tests.web.staffed import Staffed
from tests.web.test_site_pages import change

PATH = "/formulary/formula/sodium-thiosulfate-in-zinc-oxide-ointment/1"


def test_the_record_opens_in_the_browser_under_its_own_name_and_is_kept_nowhere(staffed: Staffed) -> None:
    answer = staffed.client("auditor").get(f"{PATH}/record.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'inline; filename="sodium-thiosulfate-in-zinc-oxide-ointment-1.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data.startswith(b"%PDF-")


def test_the_record_is_set_on_the_pharmacys_own_sheet(staffed: Staffed) -> None:
    client = staffed.client("designated")
    assert _size(client.get(f"{PATH}/record.pdf").data) == (612, 792)
    assert change(client, "labels", sheet_paper="a4").status_code == 303
    assert _size(client.get(f"{PATH}/record.pdf").data) == (595, 842)


def test_a_record_that_would_say_something_else_is_refused_with_a_sentence(staffed: Staffed, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = labels.render_formula

    def spoilt(content: FormulaContent, **how: Any) -> bytes:
        return whole(replace(content, footer=(content.footer[0], "another footer")), **how)

    monkeypatch.setattr(labels, "render_formula", spoilt)
    answer = staffed.client("pharmacist").get(f"{PATH}/record.pdf")
    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    assert "The formula was read back and does not say what the record says" in answer.text
    assert "PAPER_DIFFERS" in answer.text


def _size(pdf: bytes) -> tuple[int, int]:
    width, height = pypdfium2.PdfDocument(pdf)[0].get_size()
    return round(width), round(height)
