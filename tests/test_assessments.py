"""What a pharmacist signs beside an allergy entry: it settles exactly the doubt it names, for as long as an answer holds, and never an allergy."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from compounding.config.assessment_file import read_assessments
from compounding.domain.errors import ReferenceDataError
from compounding.domain.screening.assessments import SignedForPatient
from compounding.pipeline import Bench, Prepared, Status, prepare_file
from compounding.reference import ReferenceData
from compounding.result import result_of
from tests.conftest import TODAY
from tests.fhir.orders import NONE_KNOWN, allergy, as_bytes, order
from tests.labels.reading import pages, squeezed

PATIENT = {"name": "Ana Example", "born_on": "1961-04-02"}
ZINC_BASE, PETROLATUM = "sodium thiosulfate 25 % w/w in zinc oxide ointment 20 %", "sodium thiosulfate 25 % w/w in white petrolatum"
SIGNED = {"signed_by": "Pat Pharmacist", "licence": "BC-55555", "signed_on": TODAY.isoformat()}


def sent(*entries: dict[str, Any], base: str = ZINC_BASE) -> bytes:
    return as_bytes(order(base, allergies=[*entries, NONE_KNOWN]))


def prepared(content: bytes, bench: Bench, data: ReferenceData, signed: SignedForPatient | None = None) -> Prepared:
    return prepare_file(content, replace(bench, signed=signed), data)


def entries_of(content: bytes, bench: Bench, data: ReferenceData) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = result_of(prepared(content, bench, data), data.formulary)["zinc"]["entries"]
    return found


def of(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in ("entry", "text", "sha256")}


def assessments(content: bytes, bench: Bench, data: ReferenceData, **changes: Any) -> list[dict[str, Any]]:
    """An assessment of every doubt of the record, as a pharmacist copies it from result.json."""
    told = {"asked": "the patient", "reaction": "none remembered", "conclusion": "does_not_stand_against", "why": "Used for years without trouble"}
    return [
        of(entry) | doubt | told | {"prescriber_told": True} | SIGNED | changes
        for entry in entries_of(content, bench, data)
        for doubt in entry["to_assess"]
    ]  # fmt: skip


def refutation(entry: dict[str, Any], /, **changes: Any) -> dict[str, Any]:
    return of(entry) | {"why": "Patch test negative"} | SIGNED | changes


def file(patient: dict[str, str] | None = None, **parts: list[dict[str, Any]]) -> SignedForPatient:
    return read_assessments(json.dumps({"patient": patient or PATIENT, **parts}).encode(), "assessments.json")


def codes(found: Prepared) -> set[str]:
    return {each.code for each in found.reasons}


@pytest.mark.parametrize("words", ["xyzzy", "some cream", "maybe zinc", "zinc tablets, nausea", "mother allergic to zinc"])
def test_a_doubt_is_settled_by_the_assessment_of_every_finding_and_stays_in_view(data: ReferenceData, bench: Bench, words: str) -> None:
    content = sent(allergy(words))
    assert prepared(content, bench, data).status is Status.HELD
    settled = prepared(content, bench, data, file(assessments=assessments(content, bench, data)))
    assert settled.status is Status.READY, codes(settled)
    assert "ALLERGY_ASSESSED" in codes(settled)
    (entry, _) = result_of(settled, data.formulary)["zinc"]["entries"]
    assert entry["text"].startswith(words)
    assert entry["zinc"] == "unclear"
    assert entry["to_assess"] == []
    assert settled.papers is not None
    worksheet = "".join(pages(settled.papers["worksheet.pdf"]))
    for printed in ("Used for years without trouble", "Pat Pharmacist (BC-55555)", words):
        assert squeezed(printed) in worksheet
    assert squeezed("cannot be ruled out") not in worksheet


def test_a_review_finding_is_settled_too(data: ReferenceData, bench: Bench) -> None:
    content = sent(allergy("sulfites"), base=PETROLATUM)
    assert "SULFITE_SENSITIVITY" in codes(prepared(content, bench, data))
    assert prepared(content, bench, data, file(assessments=assessments(content, bench, data))).status is Status.READY


def test_one_assessment_of_two_doubts_settles_one(data: ReferenceData, bench: Bench) -> None:
    content = sent(allergy("xyzzy"), allergy("plover cream"))
    every = assessments(content, bench, data)
    assert len(every) >= 2
    for missing in range(len(every)):
        some = prepared(content, bench, data, file(assessments=every[:missing] + every[missing + 1 :]))
        assert some.status is Status.HELD
        assert "ZINC_ALLERGY_UNCLEAR" in codes(some)
    assert prepared(content, bench, data, file(assessments=every)).status is Status.READY


@pytest.mark.parametrize(
    ("words", "allergen", "matched"), [("Zinc oxide", "zinc", "Zinc oxide"), ("Desitin", "zinc", "Desitin"), ("thiosulfate", "thiosulfate", "thiosulfate")]
)
def test_an_allergy_is_nothing_to_assess(data: ReferenceData, bench: Bench, words: str, allergen: str, matched: str) -> None:
    content = sent(allergy(words))
    assert assessments(content, bench, data) == []
    doubtful = sent(allergy("xyzzy"))
    (forged,) = assessments(doubtful, bench, data)
    forged |= of(entries_of(content, bench, data)[0]) | {"allergen": allergen, "matched": matched}
    found = prepared(content, bench, data, file(assessments=[forged]))
    assert found.status is Status.HELD
    assert "ASSESSMENT_NOT_ALLOWED" in codes(found)


@pytest.mark.parametrize(
    "changed",
    [
        allergy("xyzzy plant"),
        allergy("xyzzy", verification="confirmed", recordedDate="2026-11-19"),
        allergy("xyzzy", note=[{"text": "zinc"}]),
        allergy("xyzzy", reaction=[{"substance": {"text": "Zinc oxide"}, "manifestation": [{"text": "rash"}]}]),
        allergy("xyzzy", code={"text": "xyzzy", "coding": [{"system": "urn:x", "code": "SOI2LOH54Z"}]}),
    ],
)
def test_an_entry_that_changed_since_is_not_the_one_that_was_assessed(data: ReferenceData, bench: Bench, changed: dict[str, Any]) -> None:
    signed = file(assessments=assessments(sent(allergy("xyzzy")), bench, data))
    found = prepared(sent(changed), bench, data, signed)
    assert found.status is Status.HELD
    assert "ASSESSMENT_NOT_MATCHED" in codes(found)


@pytest.mark.parametrize(
    ("day", "holds"),
    [(TODAY, True), (TODAY - timedelta(days=2), True), (TODAY + timedelta(days=1), False), (date(2025, 1, 1), False), (date(2020, 1, 1), False)],
)  # fmt: skip
def test_an_assessment_holds_from_its_day_for_a_year(data: ReferenceData, bench: Bench, day: date, holds: bool) -> None:
    old = sent(allergy("xyzzy", recordedDate="2019-05-05"))
    found = prepared(old, bench, data, file(assessments=assessments(old, bench, data, signed_on=day.isoformat())))
    assert (found.status is Status.READY) is holds
    assert ("ASSESSMENT_OUT_OF_DATE" in codes(found)) is not holds


def test_an_assessment_older_than_its_entry_was_of_something_else(data: ReferenceData, bench: Bench) -> None:
    content = sent(allergy("xyzzy", recordedDate="2026-11-20"))
    found = prepared(content, bench, data, file(assessments=assessments(content, bench, data, signed_on="2026-11-19")))
    assert {"ASSESSMENT_OUT_OF_DATE", "ZINC_ALLERGY_UNCLEAR"} <= codes(found)


def test_what_was_signed_for_another_patient_counts_for_nobody_else(data: ReferenceData, bench: Bench) -> None:
    content = sent(allergy("xyzzy"))
    every = assessments(content, bench, data)
    for other in ({"name": "Ana Other", "born_on": PATIENT["born_on"]}, {"name": PATIENT["name"], "born_on": "1971-05-04"}):
        found = prepared(content, bench, data, file(other, assessments=every))
        assert {"ASSESSMENT_NOT_MATCHED", "ZINC_ALLERGY_UNCLEAR"} <= codes(found)


def test_a_conclusion_that_stands_against_settles_nothing_and_two_that_disagree_are_named(data: ReferenceData, bench: Bench) -> None:
    content = sent(allergy("xyzzy"))
    against = assessments(content, bench, data, conclusion="stands_against")
    assert "ZINC_ALLERGY_UNCLEAR" in codes(prepared(content, bench, data, file(assessments=against)))
    both = prepared(content, bench, data, file(assessments=[*against, *assessments(content, bench, data)]))
    assert {"ASSESSMENT_CONFLICT", "ZINC_ALLERGY_UNCLEAR"} <= codes(both)


def test_an_assessment_of_what_the_entry_is_not_read_as_holds_by_its_own_code(data: ReferenceData, bench: Bench) -> None:
    content = sent(allergy("xyzzy"))
    wrong = assessments(content, bench, data, matched="plugh")
    assert {"ASSESSMENT_NOT_MATCHED", "ZINC_ALLERGY_UNCLEAR"} <= codes(prepared(content, bench, data, file(assessments=wrong)))


def test_a_refuted_entry_clears_and_its_old_value_stays_in_view(data: ReferenceData, bench: Bench) -> None:
    content = sent(allergy("Zinc oxide"))
    (zinc, _) = entries_of(content, bench, data)
    found = prepared(content, bench, data, file(refutations=[refutation(zinc)]))
    assert found.status is Status.READY, codes(found)
    assert "ALLERGY_REFUTED" in codes(found)
    (told, _) = result_of(found, data.formulary)["zinc"]["entries"]
    assert (told["text"], told["verification"]) == (zinc["text"], zinc["verification"])
    assert "Patch test negative" in told["refuted"]
    assert found.papers is not None
    assert squeezed("Zinc oxide [refuted: Patch test negative. Signed Pat Pharmacist") in "".join(pages(found.papers["worksheet.pdf"]))


@pytest.mark.parametrize("change", [{"signed_on": "2026-11-23"}, {"sha256": "0" * 64}, {"text": "Zinc"}, {"entry": "AllergyIntolerance/other"}])
def test_a_refutation_that_does_not_fit_clears_nothing(data: ReferenceData, bench: Bench, change: dict[str, str]) -> None:
    content = sent(allergy("Zinc oxide"))
    (zinc, _) = entries_of(content, bench, data)
    found = prepared(content, bench, data, file(refutations=[refutation(zinc, **change)]))
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in codes(found)
    assert codes(found) & {"ASSESSMENT_NOT_MATCHED", "ASSESSMENT_OUT_OF_DATE"}


def test_a_refuted_no_known_allergies_is_an_unanswered_question(data: ReferenceData, bench: Bench) -> None:
    content = as_bytes(order(PETROLATUM, allergies=[NONE_KNOWN]))
    (none,) = entries_of(content, bench, data)
    assert prepared(content, bench, data).status is Status.READY
    assert "ALLERGY_NOT_ASKED" in codes(prepared(content, bench, data, file(refutations=[refutation(none)])))
    for state in ("refuted", "entered-in-error"):
        withdrawn = as_bytes(order(PETROLATUM, allergies=[allergy("No known allergies", verification=state)]))
        assert "ALLERGY_NOT_ASKED" in codes(prepared(withdrawn, bench, data))


WHOLE = {
    "entry": "AllergyIntolerance/a1", "text": "xyzzy", "sha256": "0" * 64, "allergen": "unrecognised", "matched": "xyzzy", "asked": "patient", "reaction": "none",
    "conclusion": "does_not_stand_against", "why": "w", "prescriber_told": False, **SIGNED,
}  # fmt: skip


def test_a_file_that_is_whole_is_read() -> None:
    signed = file(assessments=[WHOLE])
    assert signed.is_for(" ana  EXAMPLE", "1961-04-02")
    assert not signed.is_for("", "1961-04-02")
    assert signed.assessments[0].signed.licence == "BC-55555"


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_an_assessment_without_one_of_its_parts_is_refused(name: str) -> None:
    with pytest.raises(ReferenceDataError):
        file(assessments=[{key: value for key, value in WHOLE.items() if key != name}])


@pytest.mark.parametrize(
    "change",
    [{"conclusion": "fine"}, {"sha256": "x" * 64}, {"sha256": "0" * 63}, {"licence": " "}, {"signed_by": ""}, {"signed_on": "22/11/2026"}, {"prescriber_told": "no"}, {"why": "x" * 301}, {"mispelt": 1}],
)  # fmt: skip
def test_a_wrong_value_or_an_unknown_entry_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ReferenceDataError):
        file(assessments=[WHOLE | change])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"patient": {"name": "A", "born_on": "1970-05-04"}}',
        b'{"patient": {}, "patient": {}}',
        b'{"a": NaN}',
        b" " * (256 * 1024 + 1),
    ],
)
def test_what_is_no_such_file_is_refused_in_one_sentence(content: bytes) -> None:
    with pytest.raises(ReferenceDataError) as refusal:
        read_assessments(content, "assessments.json")
    assert "\n" not in refusal.value.message


def test_the_example_in_the_documents_is_a_file_that_can_be_read() -> None:
    text = (Path(__file__).parents[1] / "docs" / "configuration.md").read_text(encoding="utf-8")
    (example,) = [block for block in text.split("```json\n") if block.startswith('{"patient"')]
    signed = read_assessments(example.split("```")[0].encode(), "example.json")
    assert len(signed.assessments) == len(signed.refutations) == 1


@pytest.mark.parametrize("status", ["resolved", "inactive"])
def test_a_zinc_allergy_marked_as_over_is_a_doubt_that_only_a_sound_assessment_settles(data: ReferenceData, bench: Bench, status: str) -> None:
    content = sent(allergy("Zinc oxide", clinical=status))
    assert "ZINC_ALLERGY_UNCLEAR" in codes(prepared(content, bench, data))
    assert "ZINC_ALLERGY_UNCLEAR" in codes(prepared(content, bench, data, file(assessments=assessments(content, bench, data, conclusion="stands_against"))))
    settled = prepared(content, bench, data, file(assessments=assessments(content, bench, data)))
    assert settled.status is Status.READY
    assert "ALLERGY_ASSESSED" in codes(settled)
