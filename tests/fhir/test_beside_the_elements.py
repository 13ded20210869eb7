"""An AllergyIntolerance says more than its elements: its narrative, extensions and contained resources are read, and what cannot be read holds."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from compounding.domain.screening.entries import read_entry as reading_of
from compounding.domain.screening.statements import ZincReading
from compounding.fhir.allergies import read_entry
from compounding.fhir.references import Pool
from compounding.fhir.structure import check_r4
from compounding.reference import load
from tests.fhir.orders import CLINICAL, VERIFICATION, allergy

ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
EXPOSURE = "http://hl7.org/fhir/StructureDefinition/allergyintolerance-substanceExposureRisk"
ZINC_CODE = {"system": "http://fdasis.nlm.nih.gov", "code": "SOI2LOH54Z"}


def zinc(named: str | None = "Penicillin", **changes: Any) -> ZincReading:
    """The zinc reading of one entry. `narrative` stands for the resource's own element "text"."""
    written = changes.pop("narrative", None)
    resource = allergy(named, **changes) | ({"text": written} if written else {})
    pool = Pool.of(check_r4(resource))
    return reading_of(read_entry(pool.located[0], pool, ZoneInfo("America/Montreal")), load().lexicon).zinc


def narrative(words: str, status: str = "generated") -> dict[str, str]:
    return {"status": status, "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{words}</div>'}


@pytest.mark.parametrize("status", ["generated", "extensions", "additional"])
@pytest.mark.parametrize(
    "words", ["<p>Penicillin and zinc oxide</p>", "<ul><li>Penicillin</li><li>Zinkoxid</li></ul>", "A&amp;B: <b>Desitin</b>, rash", "Penicillin, &#122;inc"]
)
def test_zinc_in_the_narrative_counts(status: str, words: str) -> None:
    assert zinc(narrative=narrative(words, status)) is ZincReading.ZINC


def test_a_narrative_that_says_the_same_changes_nothing() -> None:
    table = narrative("<p><b>Generated Narrative</b></p><table><tr><td>code: Penicillin</td><td>clinicalStatus: active</td><td>id: a1</td></tr></table>")
    assert zinc(narrative=table) is ZincReading.NOT_ZINC
    assert zinc("Zinc oxide", verification="refuted", narrative=narrative("<p>Zinc oxide</p>")) is ZincReading.NOT_ZINC


def test_an_additional_narrative_keeps_a_withdrawn_zinc_entry_open() -> None:
    assert zinc("Zinc oxide", verification="refuted", narrative=narrative("Zinc oxide, rash again", "additional")) is ZincReading.UNCLEAR


@pytest.mark.parametrize(
    "changes",
    [
        {"contained": [{"resourceType": "Medication", "id": "m", "code": {"text": "Zinc oxide"}}]},
        {"contained": [{"resourceType": "Substance", "id": "s", "code": {"coding": [ZINC_CODE]}}]},
        {"extension": [{"url": EXPOSURE, "extension": [{"url": "substance", "valueCodeableConcept": {"text": "Zinc oxide"}}]}]},
        {"extension": [{"url": EXPOSURE, "extension": [{"url": "substance", "valueCodeableConcept": {"coding": [ZINC_CODE]}}]}]},
        {"extension": [{"url": "urn:x", "valueString": "also allergic to zinc"}]},
        {"code": {"text": "Penicillin", "_text": {"extension": [{"url": "urn:translation", "extension": [{"url": "content", "valueString": "cinc"}]}]}}},
        {"reaction": [{"manifestation": [{"text": "rash"}], "extension": [{"url": "urn:x", "valueString": "Desitin"}]}]},
    ],
)
def test_zinc_in_an_extension_or_a_contained_resource_counts(changes: dict[str, Any]) -> None:
    assert zinc(**changes) is ZincReading.ZINC


@pytest.mark.parametrize(
    "changes",
    [
        {"contained": [{"resourceType": "Practitioner", "id": "d", "name": [{"text": "Dr Zinc Cream"}]}]},
        {"extension": [{"url": "urn:channel", "valueString": "portal"}, {"url": "urn:day", "valueDate": "2026-01-01"}]},
        {"code": {"text": "Penicillin", "coding": [{"_code": {"extension": [{"url": ABSENT, "valueCode": "unknown"}]}, "display": "Penicillin"}]}},
    ],
)
def test_an_ordinary_extension_holds_nothing(changes: dict[str, Any]) -> None:
    assert zinc(**changes) is ZincReading.NOT_ZINC


@pytest.mark.parametrize(
    "changes",
    [
        {"code": {"text": "Penicillin", "extension": [{"url": ABSENT, "valueCode": "masked"}]}},
        {"code": {"text": "Penicillin", "extension": [{"url": ABSENT, "valueCode": "unknown"}]}},
        {"code": {"text": "Penicillin", "coding": [{"_display": {"extension": [{"url": ABSENT, "valueCode": "masked"}]}, "code": "1"}]}},
        {"reaction": [{"substance": {"text": "Penicillin", "extension": [{"url": ABSENT, "valueCode": "masked"}]}, "manifestation": [{"text": "rash"}]}]},
        {"contained": [{"resourceType": "Binary", "id": "b", "contentType": "application/pdf", "data": "AAAA"}]},
        {"extension": [{"url": "urn:letter", "valueAttachment": {"contentType": "application/pdf", "data": "AAAA"}}]},
        {"note": [{"text": "and some cream"}]},
    ],
)
def test_what_is_withheld_or_cannot_be_read_is_unclear(changes: dict[str, Any]) -> None:
    assert zinc(**changes) is ZincReading.UNCLEAR


def test_a_narrative_with_a_picture_is_unclear() -> None:
    assert zinc(narrative=narrative('<p>Penicillin</p><img src="#letter" alt=""/>')) is ZincReading.UNCLEAR


@pytest.mark.parametrize(
    ("codings", "expected"),
    [
        ([{"system": VERIFICATION, "code": "refuted"}], ZincReading.NOT_ZINC),
        ([{"system": VERIFICATION, "code": "entered-in-error"}, {"system": "urn:local", "code": "W"}], ZincReading.NOT_ZINC),
        ([{"system": "urn:local", "code": "refuted"}], ZincReading.ZINC),
        ([{"code": "refuted"}], ZincReading.ZINC),
        ([{"system": VERIFICATION, "code": "refuted"}, {"system": VERIFICATION, "code": "confirmed"}], ZincReading.ZINC),
        ([{"system": VERIFICATION, "code": "refuted"}, {"system": "urn:local", "code": "confirmed"}], ZincReading.ZINC),
    ],
)
def test_only_a_code_of_its_own_system_refutes(codings: list[dict[str, str]], expected: ZincReading) -> None:
    assert zinc("Zinc", verification=None, verificationStatus={"coding": codings}) is expected


def test_a_code_of_the_past_counts_beside_another() -> None:
    codings = [{"system": "urn:local", "code": "A"}, {"system": CLINICAL, "code": "resolved"}]
    assert zinc("No known allergies", clinicalStatus={"coding": codings}) is ZincReading.UNCLEAR


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"reaction": [{"onset": "2026-11-20", "manifestation": [{"text": "rash"}]}]}, ZincReading.UNCLEAR),
        ({"reaction": [{"onset": "2026-11", "manifestation": [{"text": "rash"}]}]}, ZincReading.UNCLEAR),
        ({"lastOccurrence": "2026"}, ZincReading.UNCLEAR),
        ({"lastOccurrence": "2014-05-01", "recordedDate": None}, ZincReading.UNCLEAR),
        ({"lastOccurrence": "2026-11-19T02:00:00Z"}, ZincReading.NOT_ZINC),
        ({"reaction": [{"onset": "2019", "manifestation": [{"text": "rash"}]}]}, ZincReading.NOT_ZINC),
        ({"reaction": [{"manifestation": [{"text": "rash"}]}]}, ZincReading.NOT_ZINC),
    ],
)
def test_a_reaction_later_than_the_refuted_record_is_looked_at(told: dict[str, Any], expected: ZincReading) -> None:
    assert zinc("Zinc oxide", verification="refuted", **told) is expected
