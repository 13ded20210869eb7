"""The formulary's pages: what stands there, and decisions that are signed with both factors for exactly the text that was seen."""

import pytest

from compounding.domain.formulary_versions import Kind, VersionState
from compounding.workflow import formulary
from compounding.workflow.formulary import AllVersions, Proposal, VersionStands
from tests.web.signed_forms import RISK, hidden, post, signed
from tests.web.staffed import PASSWORD, Staffed
from tests.workflow.steps import FORMULA, own_text

PATH = f"/formulary/formula/{FORMULA}"


def stands(staffed: Staffed, version: str, text_id: str = FORMULA) -> VersionStands:
    known = formulary.history(staffed.house, staffed.pharmacy.act(staffed.people["auditor"]), AllVersions(id=text_id))
    return next(each for each in known.versions if each.version == version)


def proposed(staffed: Staffed) -> str:
    """A version of the pharmacy's own, and its number."""
    version = f"2-{staffed.house.site_id}"
    text = own_text(version).replace("Room temperature", "Cool room", 1)
    assert text != own_text(version)
    formulary.propose_text(staffed.house, staffed.pharmacy.act(staffed.people["designated"]), Proposal(kind=Kind.FORMULA, text=text))
    return version


def test_every_version_is_listed_with_its_state_and_its_review(staffed: Staffed) -> None:
    version = proposed(staffed)
    page = staffed.client("auditor").get("/formulary").text
    assert page.count(f">{FORMULA}</a>") == 2
    assert version in page
    assert "proposed" in page
    assert "2027-09-18" in page


def test_a_version_shows_text_fingerprint_decisions_and_signatures(staffed: Staffed) -> None:
    page = staffed.client("auditor").get(f"{PATH}/1").text
    assert stands(staffed, "1").sha256 in page
    for words in (
        "Dana Example, designated person",
        "EX-00001",
        "approval: keep the formulary",
        "attestation: keep the formulary",
        "Attested nonaqueous",
        "example data, nobody signed in",
        "PST",
    ):
        assert words in page
    assert "Approve this version" not in page, "who only reads is offered no decision"
    assert "Approve this version" in staffed.client("designated").get(f"{PATH}/1").text


def test_what_differs_from_the_version_in_force_is_shown(staffed: Staffed) -> None:
    page = staffed.client("designated").get(f"{PATH}/{proposed(staffed)}").text
    assert "What differs from version 1, which is in force" in page
    assert "Cool room" in page


def test_an_approval_is_signed_with_both_factors_for_exactly_the_text_that_was_seen(staffed: Staffed) -> None:
    version, client = proposed(staffed), staffed.client("designated")
    path = f"{PATH}/{version}/approve"
    assert post(client, path, RISK).status_code == 422, "no code"
    changed = signed(staffed, client, path, RISK, sha256="0" * 64)
    assert changed.status_code == 409
    assert "was changed by somebody else" in changed.text
    assert stands(staffed, version).state is VersionState.PROPOSED
    answer = signed(staffed, client, path, RISK)
    assert answer.status_code == 303, answer.text
    assert stands(staffed, version).in_force
    page = client.get(f"{PATH}/{version}").text
    assert "password and one-time code" in page
    assert "tools of their own" in page


def test_a_code_signs_once(staffed: Staffed) -> None:
    client, code = staffed.client("designated"), staffed.code()
    zinc = "/formulary/formula/sodium-thiosulfate-in-zinc-oxide-ointment/1/retire"
    assert post(client, zinc, {"reason": "not used here"}, code=code).status_code == 303
    again = post(client, f"{PATH}/1/retire", {"reason": "not used here"}, code=code)
    assert again.status_code == 422
    assert code not in again.text
    assert stands(staffed, "1").state is VersionState.APPROVED


def test_a_risk_assessment_that_is_not_whole_is_refused_beside_its_fields(staffed: Staffed) -> None:
    client, path = staffed.client("designated"), f"{PATH}/{proposed(staffed)}/approve"
    answer = signed(staffed, client, path, RISK, hazards=" ", safety_data_on="yesterday")
    assert answer.status_code == 422
    assert "Hazards: enter it." in answer.text
    assert "Date of the safety data:" in answer.text
    assert ">gloves</textarea>" in answer.text
    late = signed(staffed, client, path, RISK, next_review_on="2028-12-01")
    assert late.status_code == 422
    assert "within 12 months" in late.text


def test_patients_texts_are_approved_without_a_risk_assessment(staffed: Staffed) -> None:
    client, path = staffed.client("designated"), "/formulary/phrases/phrases-fr/1/approve"
    assert "NAPRA" not in client.get(path).text
    assert signed(staffed, client, path, {"reason": "lu et relu"}).status_code == 303
    assert stands(staffed, "1", "phrases-fr").in_force


def test_an_attestation_and_a_retirement_are_signed_with_their_reason(staffed: Staffed) -> None:
    client = staffed.client("designated")
    assert signed(staffed, client, f"{PATH}/1/attest", {"reason": ""}).status_code == 422
    assert signed(staffed, client, f"{PATH}/1/attest", {"reason": "dry mortar, no glycerin"}).status_code == 303
    staffed.clock.wait(minutes=1)
    assert signed(staffed, client, f"{PATH}/1/retire", {"reason": "replaced"}).status_code == 303
    assert stands(staffed, "1").state is VersionState.RETIRED
    page = client.get(f"{PATH}/1").text
    assert "dry mortar, no glycerin" in page
    assert "Retire this version" not in page
    for decision in ("attest", "approve", "retire"):
        assert "<form" not in client.get(f"{PATH}/1/{decision}").text.partition("<main")[2].partition("</main")[0]


@pytest.mark.parametrize("path", ["/formulary/formula/no-such-formula/1", f"{PATH}/99", "/formulary/lexicon/zinc/1", f"{PATH}/99/approve"])
def test_a_version_that_is_not_there_does_not_exist(staffed: Staffed, path: str) -> None:
    assert staffed.client("designated").get(path).status_code == 404


@pytest.mark.parametrize("decision", ["approve", "attest", "retire"])
def test_nobody_but_the_designated_person_decides(staffed: Staffed, decision: str) -> None:
    page = staffed.client("designated").get(f"{PATH}/1/{decision}").text
    for who in ("pharmacist", "auditor", "technician"):
        client = staffed.client(who)
        answer = client.post(f"{PATH}/1/{decision}", data={**hidden(page), **RISK, "password": PASSWORD, "code": staffed.code()})
        assert answer.status_code == 403
    assert stands(staffed, "1").state is VersionState.APPROVED
