"""The formulary's pages: what stands there, and decisions that are signed with both factors for exactly the text that was seen."""

import html
import io

import pytest
from flask.testing import FlaskClient

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
    assert page.count(">Sodium thiosulfate ointment in white petrolatum</a>") == 2
    assert page.count(f">{FORMULA}</span>") == 2
    assert ">Texts for patients: French</a>" in page
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
    client, path = staffed.client("designated"), "/formulary/phrases/phrases-fr/2/approve"
    assert "NAPRA" not in client.get(path).text
    assert signed(staffed, client, path, {"reason": "lu et relu"}).status_code == 303
    assert stands(staffed, "2", "phrases-fr").in_force


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


def draft(staffed: Staffed, client: FlaskClient) -> dict[str, str]:
    """The form as it is opened with the text of version 1."""
    page = html.unescape(client.get(f"/formulary/propose?of={FORMULA}+1").text)
    text = page.partition('name="text"')[2].partition(">")[2].partition("</textarea>")[0].strip()
    assert f'version = "2-{staffed.house.site_id}"' in text
    return {**hidden(page), "kind": "formula", "text": text}


def test_a_new_version_is_proposed_from_an_older_one_and_read_before_it_is_approved(staffed: Staffed) -> None:
    client, version = staffed.client("designated"), f"2-{staffed.house.site_id}"
    told = draft(staffed, client)
    told["text"] = told["text"].replace("Room temperature", "Cool room", 1)
    answer = client.post("/formulary/propose", data=told)
    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"].endswith(f"{PATH}/{version}")
    assert client.post("/formulary/propose", data=told).status_code == 303, "a second click is the same proposal"
    assert stands(staffed, version).state is VersionState.PROPOSED
    for page in (client.get(f"{PATH}/{version}").text, client.get(f"{PATH}/{version}/approve").text):
        for words in (
            "10 to 25 % w/w, as pentahydrate",
            "levigating agent",
            "to 100 %",
            "Signed by: witness.",
            "No grit between",
            "6 calendar months",
            "Cool room",
        ):
            assert words in page
    assert 'value="Dana Example, designated person"' in client.get(f"{PATH}/{version}/approve").text


def test_a_text_that_is_not_whole_comes_back_with_every_fault_and_its_line(staffed: Staffed) -> None:
    client = staffed.client("designated")
    told = draft(staffed, client)
    told["text"] = told["text"].replace('storage = "Room', 'storag = "Room', 1).replace('celsius = "40"', 'celsius = "60"', 1)
    answer = client.post("/formulary/propose", data=told)
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    lines = told["text"].splitlines()
    for words in ("storag =", "highest_temperature"):
        assert f"Line {next(number for number, line in enumerate(lines, start=1) if words in line)}:" in page
    assert "allows more than 40 °C" in page
    assert 'storag = "Room' in page, "what was typed stays"
    assert client.get(f"{PATH}/2-{staffed.house.site_id}").status_code == 404


def test_an_uploaded_text_takes_the_place_of_the_typed_one_and_comes_back_when_refused(staffed: Staffed) -> None:
    client = staffed.client("designated")
    told = draft(staffed, client)
    text = told["text"]
    broken = client.post("/formulary/propose", data={**told, "text": "", "file": (io.BytesIO(b'id = "x"\n'), "own.toml")})
    assert broken.status_code == 422
    assert 'id = "x"' in html.unescape(broken.text)
    damaged = client.post("/formulary/propose", data={**told, "file": (io.BytesIO(b"\xff\xfe"), "own.toml")})
    assert damaged.status_code == 422
    assert "it is not text in UTF-8" in damaged.text
    kept = client.post("/formulary/propose", data={**told, "text": "", "file": (io.BytesIO(text.encode()), "own.toml")})
    assert kept.status_code == 303, kept.text


def test_a_version_that_is_kept_already_is_refused_with_its_sentence(staffed: Staffed) -> None:
    proposed(staffed)
    client = staffed.client("designated")
    told = {**draft_of_kept(staffed, client)}
    answer = client.post("/formulary/propose", data=told)
    assert answer.status_code == 422
    assert "is kept already and never changes" in answer.text


def draft_of_kept(staffed: Staffed, client: FlaskClient) -> dict[str, str]:
    page = html.unescape(client.get("/formulary/propose").text)
    return {**hidden(page), "kind": "formula", "text": own_text(f"2-{staffed.house.site_id}")}


@pytest.mark.parametrize(("missing", "sentence"), [("kind", "Choose what it is."), ("text", "Paste the text, or choose a file.")])
def test_a_proposal_without_its_parts_is_refused_beside_them(staffed: Staffed, missing: str, sentence: str) -> None:
    client = staffed.client("designated")
    answer = client.post("/formulary/propose", data={**draft(staffed, client), missing: ""})
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_text_is_downloaded_letter_by_letter(staffed: Staffed) -> None:
    answer = staffed.client("technician").get(f"{PATH}/1/text")
    assert answer.status_code == 200
    assert answer.text == own_text("1")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{FORMULA}-1.toml"'
    assert staffed.client("prescriber").get(f"{PATH}/1/text").status_code == 403


def test_any_two_versions_stand_side_by_side(staffed: Staffed) -> None:
    version, client = proposed(staffed), staffed.client("auditor")
    page = client.get(f"{PATH}/1/compare?with={version}").text
    assert f"Version {version}" in page
    assert page.index("Cool room") < page.index("Room temperature"), "the other version stands on the left"
    assert client.get(f"{PATH}/{version}/compare").text.count("Cool room") == 1, "at first beside the one in force"
    assert client.get(f"{PATH}/{version}/compare?with=99").status_code == 404
    assert "There is no other version" in client.get("/formulary/phrases/phrases-en/2/compare").text


def test_patients_texts_are_read_as_a_patient_reads_them_beside_the_approval(staffed: Staffed) -> None:
    page = html.unescape(staffed.client("designated").get("/formulary/phrases/phrases-fr/2/approve").text)
    assert "On the label" in page
    assert "On the leaflet" in page
    assert 'lang="fr"' in page
    assert "{percent}" not in page
    assert "<mark>25</mark>" in page


def test_what_is_retired_is_folded_away(staffed: Staffed) -> None:
    client = staffed.client("designated")
    assert "Retired (" not in client.get("/formulary").text
    assert signed(staffed, client, f"{PATH}/1/retire", {"reason": "replaced"}).status_code == 303
    page = client.get("/formulary").text
    assert "Retired (1)" in page
    assert page.index("Retired (1)") < page.index(f'{PATH}/1"')


def test_a_review_says_when_it_is_due_soon_and_when_it_is_overdue(staffed: Staffed) -> None:
    assert "due soon" not in staffed.client("auditor").get("/formulary").text
    staffed.clock.wait(days=250)
    assert "due soon" in staffed.client("auditor").get("/formulary").text
    staffed.clock.wait(days=60)
    assert ">overdue<" in staffed.client("auditor").get("/formulary").text
