"""The formulary: nothing is used that nobody approved, what is approved is exactly one text, and what is retired stays retired."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from compounding.domain.errors import LevigateError
from compounding.domain.formulary_versions import Kind, Origin, TextVersion, VersionState, fingerprint_of
from compounding.domain.people import Duty, Role
from compounding.storage import signatures
from compounding.storage.transaction import transaction
from compounding.workflow import formulary, people
from compounding.workflow.use_case import Work, use_case
from tests.workflow.conftest import AT, EXPIRES
from tests.workflow.seeing import entries, refused
from tests.workflow.steps import FORMULA, FORMULA_1, RISK, SHIPPED, Pharmacy, exactly, own_text

ENGLISH_2 = SHIPPED[Kind.PHRASES, "phrases-en", "2"]
OWN = TextVersion(kind=Kind.FORMULA, id=FORMULA, version="2-example-pharmacy", sha256=fingerprint_of(own_text()), text=own_text(), origin=Origin.SITE)


@use_case
def formulas_now(work: Work, request: str) -> list[str]:
    """The formulas that a new record could use."""
    return sorted(f"{each.id} {each.version}" for each in work.data.formulary.formulas.values())


def now(p: Pharmacy, **more: Any) -> list[str]:
    found: list[str] = p.do(formulas_now, p.staff.pharmacist, "", **more)
    return found


def proposing(p: Pharmacy, text: str, kind: Kind = Kind.FORMULA) -> Any:
    return p.do(formulary.propose_text, p.staff.designated, formulary.Proposal(kind=kind, text=text))


def approving(p: Pharmacy, of: Any, **more: Any) -> Any:
    risk = more.pop("risk", RISK if of.kind is Kind.FORMULA else None)
    return p.do(formulary.approve_text, p.staff.designated, formulary.ApprovalAsked(of=exactly(of), risk=risk), **more)


def retiring(p: Pharmacy, of: Any, **more: Any) -> Any:
    return p.do(formulary.retire_text, p.staff.designated, exactly(of), **more)


def test_nothing_is_in_force_before_it_is_approved(pharmacy: Pharmacy) -> None:
    with pytest.raises(LevigateError, match="FORMULARY_EMPTY"):
        now(pharmacy)
    stands = approving(pharmacy, FORMULA_1)
    assert (stands.state, stands.in_force) == (VersionState.APPROVED, True)
    assert now(pharmacy) == [f"{FORMULA} 1"]


def test_an_approval_is_signed_for_exactly_that_text_and_kept_with_its_risk_assessment(pharmacy: Pharmacy) -> None:
    approving(pharmacy, FORMULA_1, reason="read line by line")
    with transaction(pharmacy.house.database, site_id=pharmacy.house.site_id, by="x", role="", at=AT) as opened:
        (signed,) = signatures.of(opened, "formula", f"{FORMULA} 1")
    assert (signed.duty, signed.person_id, signed.of_sha256) == (Duty.KEEP_FORMULARY, pharmacy.staff.designated, FORMULA_1.sha256)
    told = pharmacy.do(formulary.history, pharmacy.staff.auditor, formulary.AllVersions(id=FORMULA))
    (approval,) = told.approvals
    assert (approval.by, approval.on, approval.reason, approval.risk) == ("Dana Designated", date(2026, 11, 22), "read line by line", RISK)
    last = entries(pharmacy.house)[-1]
    assert last["changed"]["state"] == ["proposed", "approved"]
    assert last["changed"]["risk.napra_level"] == [None, "A"]


def test_another_text_than_the_one_that_was_read_is_not_approved(pharmacy: Pharmacy) -> None:
    for use, other in ((approving, "VERSION_CHANGED"), (retiring, "VERSION_CHANGED")):
        assert refused(pharmacy.house, lambda use=use: use(pharmacy, replace_sha(FORMULA_1))) == other
    assert refused(pharmacy.house, lambda: approving(pharmacy, OWN)) == "VERSION_UNKNOWN"
    assert refused(pharmacy.house, lambda: retiring(pharmacy, OWN)) == "VERSION_UNKNOWN"


def replace_sha(version: TextVersion) -> formulary.Exactly:
    return replace(exactly(version), sha256="0" * 64)


@pytest.mark.parametrize(
    ("of", "risk", "code"),
    [
        (FORMULA_1, None, "RISK_ASSESSMENT_MISSING"),
        (ENGLISH_2, RISK, "RISK_ASSESSMENT_NOT_ASKED"),
        (FORMULA_1, replace(RISK, reviewed_on=date(2026, 11, 23), next_review_on=date(2027, 11, 1)), "RISK_ASSESSMENT_DATES"),
        (FORMULA_1, replace(RISK, reviewed_on=date(2026, 3, 1), next_review_on=date(2026, 11, 21)), "RISK_ASSESSMENT_DATES"),
    ],
)
def test_a_formula_is_approved_with_a_risk_assessment_of_the_day_and_a_text_without(pharmacy: Pharmacy, of: Any, risk: Any, code: str) -> None:
    assert refused(pharmacy.house, lambda: approving(pharmacy, of, risk=risk)) == code


def test_phrases_are_approved_before_the_first_formula_too(pharmacy: Pharmacy) -> None:
    assert approving(pharmacy, ENGLISH_2).in_force


def test_an_overdue_review_takes_a_formula_out_of_use_until_it_is_approved_again(pharmacy: Pharmacy) -> None:
    approving(pharmacy, FORMULA_1, risk=replace(RISK, next_review_on=date(2027, 3, 1)))
    last_day = AT.replace(year=2027, month=3, day=1)
    assert now(pharmacy, at=last_day) == [f"{FORMULA} 1"]
    late = last_day + timedelta(days=1)
    with pytest.raises(LevigateError, match="FORMULARY_EMPTY"):
        now(pharmacy, at=late)
    told = pharmacy.do(formulary.history, pharmacy.staff.auditor, formulary.AllVersions(id=FORMULA), at=late)
    assert [(each.state, each.in_force) for each in told.versions] == [(VersionState.REVIEW_OVERDUE, False)]
    approving(pharmacy, FORMULA_1, risk=replace(RISK, reviewed_on=late.date(), next_review_on=date(2028, 3, 1)), at=late)
    assert now(pharmacy, at=late) == [f"{FORMULA} 1"]


def test_a_retired_version_is_never_used_or_approved_again(pharmacy: Pharmacy) -> None:
    approving(pharmacy, FORMULA_1)
    assert retiring(pharmacy, FORMULA_1).state is VersionState.RETIRED
    with pytest.raises(LevigateError, match="FORMULARY_EMPTY"):
        now(pharmacy)
    assert refused(pharmacy.house, lambda: approving(pharmacy, FORMULA_1)) == "VERSION_RETIRED"
    assert refused(pharmacy.house, lambda: retiring(pharmacy, FORMULA_1)) == "VERSION_RETIRED"
    attest = exactly(FORMULA_1)
    assert refused(pharmacy.house, lambda: pharmacy.do(formulary.attest_nonaqueous, pharmacy.staff.designated, attest)) == "VERSION_RETIRED"


def test_a_pharmacys_own_version_takes_the_place_of_the_shipped_one_when_it_is_approved(pharmacy: Pharmacy) -> None:
    approving(pharmacy, FORMULA_1)
    assert proposing(pharmacy, OWN.text).sha256 == OWN.sha256
    assert now(pharmacy) == [f"{FORMULA} 1"]
    approving(pharmacy, OWN, at=AT + timedelta(hours=1))
    assert now(pharmacy) == [f"{FORMULA} 2-example-pharmacy"]
    retiring(pharmacy, OWN)
    assert now(pharmacy) == [f"{FORMULA} 1"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (own_text("2"), "VERSION_ORIGIN"),
        (own_text("2-another-pharmacy"), "VERSION_ORIGIN"),
        (own_text("two"), "VERSION_MALFORMED"),
        (own_text().replace("white-petrolatum", "zinc-oxide-ointment-20"), "FORMULA_NOT_SUPPORTED"),
        (own_text().replace('strength_to_percent = "25"', 'strength_to_percent = "40"'), "FORMULA_NOT_SUPPORTED"),
        ("id = ", "DATA_NOT_TOML"),
    ],
)
def test_a_text_that_is_not_whole_or_not_the_pharmacys_own_is_not_kept(pharmacy: Pharmacy, text: str, code: str) -> None:
    assert refused(pharmacy.house, lambda: proposing(pharmacy, text)) == code


def test_a_version_is_proposed_once_and_never_changes(pharmacy: Pharmacy) -> None:
    proposing(pharmacy, OWN.text)
    for again in (OWN.text, OWN.text.replace("ointment in white", "ointment, in white")):
        assert refused(pharmacy.house, lambda again=again: proposing(pharmacy, again)) == "VERSION_EXISTS"


def test_a_second_formula_with_the_base_of_one_in_force_is_not_approved(pharmacy: Pharmacy) -> None:
    approving(pharmacy, FORMULA_1)
    twin = proposing(pharmacy, own_text("1-example-pharmacy").replace(f'id = "{FORMULA}"', 'id = "house-ointment"'))
    assert refused(pharmacy.house, lambda: approving(pharmacy, twin)) == "BASE_TWICE"
    assert now(pharmacy) == [f"{FORMULA} 1"]
    retiring(pharmacy, FORMULA_1)
    approving(pharmacy, twin)
    assert now(pharmacy) == ["house-ointment 1-example-pharmacy"]


def test_an_attestation_belongs_to_an_approved_formula_and_to_nothing_else(pharmacy: Pharmacy) -> None:
    def attesting(of: Any) -> Any:
        return pharmacy.do(formulary.attest_nonaqueous, pharmacy.staff.designated, of)

    assert refused(pharmacy.house, lambda: attesting(exactly(FORMULA_1))) == "VERSION_NOT_APPROVED"
    assert refused(pharmacy.house, lambda: attesting(exactly(ENGLISH_2))) == "ATTESTATION_OF_FORMULA"
    approving(pharmacy, FORMULA_1)
    assert refused(pharmacy.house, lambda: attesting(replace_sha(FORMULA_1))) == "VERSION_CHANGED"
    attesting(exactly(FORMULA_1))
    told = pharmacy.do(formulary.history, pharmacy.staff.auditor, formulary.AllVersions())
    assert [(each.formula, each.sha256, each.by) for each in told.attestations] == [(FORMULA, FORMULA_1.sha256, "Dana Designated")]
    assert len(told.versions) == len(SHIPPED)


def test_a_text_is_exported_as_it_is_kept_and_a_change_is_read_in_words(pharmacy: Pharmacy) -> None:
    changed = OWN.text.replace("Sodium thiosulfate ointment in white petrolatum", "Sodium thiosulfate house ointment")
    kept = proposing(pharmacy, changed)
    exported = pharmacy.do(formulary.export_text, pharmacy.staff.auditor, formulary.OneVersion(kind=kept.kind, id=kept.id, version=kept.version))
    assert (exported.text, exported.sha256, exported.file_name) == (changed, kept.sha256, f"{FORMULA}-2-example-pharmacy.toml")
    two = formulary.TwoVersions(kind=Kind.FORMULA, id=FORMULA, old="1", new=kept.version)
    lines = pharmacy.do(formulary.compare_texts, pharmacy.staff.pharmacist, two).lines
    assert 'version: changed from "1" to "2-example-pharmacy"' in lines
    assert 'name: changed from "Sodium thiosulfate ointment in white petrolatum" to "Sodium thiosulfate house ointment"' in lines
    assert len(lines) == 2
    unknown = replace(two, new="3-example-pharmacy")
    assert refused(pharmacy.house, lambda: pharmacy.do(formulary.compare_texts, pharmacy.staff.pharmacist, unknown)) == "NOT_FOUND"


def test_who_neither_keeps_the_formulary_nor_reads_records_reads_no_text(pharmacy: Pharmacy) -> None:
    new = people.NewPerson(name="Peter Prescriber", roles=(Role.PRESCRIBER,), licence="P-1", licence_expires_on=EXPIRES)
    prescriber = pharmacy.do(people.add_person, pharmacy.staff.designated, new).person_id
    one = formulary.OneVersion(kind=Kind.FORMULA, id=FORMULA, version="1")
    assert refused(pharmacy.house, lambda: pharmacy.do(formulary.export_text, prescriber, one)) == "ROLE_NOT_ALLOWED"
