"""A Master Formulation Record is printed from exactly the text that is kept, as it stands today, and never where it would say something else."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

import labels
from compounding.domain.errors import ReferenceDataError
from compounding.domain.formulary_versions import Kind
from compounding.domain.label_content import FormulaContent
from compounding.domain.paper_differences import PaperDiffers
from compounding.domain.site import Balance
from compounding.storage import people as stored_people
from compounding.workflow import formulary, formulary_paper, people
from compounding.workflow.formulary import OneVersion
from compounding.workflow.formulary_paper import FormulaPaper, print_formula
from tests.labels.reading import codes, pages, squeezed
from tests.workflow.conftest import AT
from tests.workflow.seeing import counts, refused
from tests.workflow.steps import FORMULA, FORMULA_1, Pharmacy, exactly, own_text


def printed(p: Pharmacy, version: str = "1", **more: Any) -> FormulaPaper:
    found: FormulaPaper = p.do(print_formula, more.pop("by", p.staff.pharmacist), OneVersion(kind=Kind.FORMULA, id=FORMULA, version=version), **more)
    return found


def said(paper: FormulaPaper) -> str:
    return "".join(pages(paper.data))


def test_whoever_reads_records_or_keeps_the_formulary_prints_it_and_nobody_else(pharmacy: Pharmacy) -> None:
    for who in ("designated", "pharmacist", "regulated_technician", "technician", "assistant", "intern", "auditor"):
        assert printed(pharmacy, by=getattr(pharmacy.staff, who)).name == f"{FORMULA}-1"
    assert refused(pharmacy.house, lambda: printed(pharmacy, by="nobody")) == "NOT_FOUND"


def test_what_is_printed_changes_nothing(pharmacy: Pharmacy) -> None:
    before = counts(pharmacy.house.database)
    first = printed(pharmacy)
    assert printed(pharmacy) == first
    assert counts(pharmacy.house.database) == before


def test_an_absent_version_and_a_text_for_patients_are_not_there(pharmacy: Pharmacy) -> None:
    assert refused(pharmacy.house, lambda: printed(pharmacy, version="99")) == "NOT_FOUND"
    phrases = OneVersion(kind=Kind.PHRASES, id="phrases-en", version="2")
    assert refused(pharmacy.house, lambda: pharmacy.do(print_formula, pharmacy.staff.pharmacist, phrases)) == "NOT_FOUND"


def test_a_proposal_is_a_draft_until_it_is_approved_and_again_when_its_review_is_overdue(pharmacy: Pharmacy) -> None:
    draft, overdue = squeezed("DRAFT: formula/text not approved"), squeezed("DRAFT: review overdue since 2027-11-22")
    assert said(printed(pharmacy)).startswith(draft)
    pharmacy.approved()
    approved = said(printed(pharmacy))
    assert "DRAFT" not in approved
    assert squeezed("Dana Designated, designated person, licence BC-00001") in approved
    assert squeezed("2026-11-22 10:00 PST") in approved
    late = printed(pharmacy, by=pharmacy.staff.auditor, at=AT + timedelta(days=366))
    assert said(late).startswith(overdue)


def test_a_retired_version_says_so_on_every_page(pharmacy: Pharmacy) -> None:
    pharmacy.approved()
    pharmacy.do(formulary.retire_text, pharmacy.staff.designated, exactly(FORMULA_1))
    paper = printed(pharmacy)
    assert all(page.startswith(squeezed("RETIRED: nothing is begun by this version any more")) for page in pages(paper.data))
    assert squeezed("Retirement: nothing is begun by this version any more. Reason:") in said(paper)


def test_an_attestation_is_told_with_its_reason_and_gives_the_longer_limit(pharmacy: Pharmacy) -> None:
    pharmacy.approved()
    assert squeezed("30 days, proposed") in said(printed(pharmacy))
    pharmacy.do(formulary.attest_nonaqueous, pharmacy.staff.designated, exactly(FORMULA_1), reason="only dry tools and oils")
    after = said(printed(pharmacy))
    assert squeezed("6 calendar months") in after
    assert squeezed("Attestation that no water enters this formula. Reason: only dry tools and oils") in after


def test_a_pharmacys_own_version_is_printed_from_its_own_text(pharmacy: Pharmacy) -> None:
    text = own_text().replace("Thermometer", "Infrared thermometer", 1)
    kept = pharmacy.do(formulary.propose_text, pharmacy.staff.designated, formulary.Proposal(kind=Kind.FORMULA, text=text))
    paper = printed(pharmacy, version=kept.version)
    assert "Infraredthermometer" in said(paper)
    assert "Infraredthermometer" not in said(printed(pharmacy))
    assert codes(paper.data, 0) == [f"{FORMULA} {kept.version} {kept.sha256[:16]}"]


def test_the_paper_is_the_sites_own_and_a_balance_that_cannot_weigh_the_batch_is_named(pharmacy: Pharmacy) -> None:
    with pharmacy.house.database.reading() as connection:
        settings, revision = stored_people.current_settings(connection, pharmacy.house.site_id)
    coarse = replace(settings, balance=Balance(name="kitchen scale", readability_g=Decimal(1), minimum_weighable_g=Decimal(5)), sheet_paper="a4")
    pharmacy.do(people.change_settings, pharmacy.staff.designated, people.NewSettings(settings=coarse, revision=revision))
    paper = printed(pharmacy)
    assert b"595.27" in paper.data or b"595.28" in paper.data
    assert squeezed("3 g of Mineral oil is below the 5 g this balance can weigh") in said(paper)


def test_a_paper_that_says_something_else_is_refused_and_leaves_nothing_behind(pharmacy: Pharmacy, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = labels.render_formula

    def spoilt(content: FormulaContent, **how: Any) -> bytes:
        return whole(replace(content, heading=content.heading.replace("white", "yellow")), **how)

    monkeypatch.setattr(labels, "render_formula", spoilt)
    before = counts(pharmacy.house.database)
    with pytest.raises(PaperDiffers) as refusal:
        printed(pharmacy)
    assert refusal.value.code == "PAPER_DIFFERS"
    assert counts(pharmacy.house.database) == before


def test_a_text_that_cannot_be_set_or_no_longer_reads_is_refused_with_the_reason(pharmacy: Pharmacy, monkeypatch: pytest.MonkeyPatch) -> None:
    text = own_text().replace("Thermometer", "体温計", 1)
    kept = pharmacy.do(formulary.propose_text, pharmacy.staff.designated, formulary.Proposal(kind=Kind.FORMULA, text=text))
    assert refused(pharmacy.house, lambda: printed(pharmacy, version=kept.version)) == "FORMULA_NOT_PRINTED"

    def unreadable(version: object) -> None:
        raise ReferenceDataError("FORMULA_NOT_SUPPORTED", "it names what this program does not make")

    monkeypatch.setattr(formulary_paper, "formula_of", unreadable)
    assert refused(pharmacy.house, lambda: printed(pharmacy)) == "FORMULA_NOT_PRINTED"
