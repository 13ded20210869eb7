"""A pharmacy with a second label language and a public page: what its paper says, and what must be approved before it does."""

from dataclasses import replace
from pathlib import Path

import pytest

from compounding.config.lot_file import read_lot_file
from compounding.domain.compose_label import compose_label
from compounding.domain.compose_leaflet import compose_leaflet
from compounding.domain.errors import LevigateError
from compounding.domain.formulary import Approval
from compounding.domain.label_content import Pictogram
from compounding.domain.label_elements import missing_elements
from compounding.fhir import read_order
from compounding.pipeline import Bench, Prepared, prepare_file, prepare_order
from compounding.reference import ReferenceData
from tests.conftest import TODAY

ROOT = Path(__file__).parents[1]
ORDERS = ROOT / "examples" / "orders"


@pytest.fixture
def with_french(bench: Bench) -> Bench:
    """The example pharmacy, whose second label language is French; only its English texts are approved."""
    site = replace(bench.site, second_label_language="fr", public_page="https://leaflets.example.org/sts/")
    return replace(bench, site=site, lots=read_lot_file(ROOT / "examples" / "lots.json"))


def prepared(bench: Bench, data: ReferenceData, name: str = "01-petrolatum") -> Prepared:
    return prepare_file((ORDERS / f"{name}.json").read_bytes(), bench, data)


def codes(made: Prepared) -> set[str]:
    return {each.code for each in made.reasons}


def test_the_second_label_says_everything_in_its_language_and_numbers(with_french: Bench, data: ReferenceData) -> None:
    facts = prepared(with_french, data).facts
    assert facts is not None
    content = compose_label(replace(facts, sheet=replace(facts.sheet, percent=facts.sheet.percent / 2)))
    other = content.translation
    assert other is not None
    assert (content.language, other.language, other.translation) == ("en", "fr", None)
    assert (other.patient_name, other.critical[0]) == (content.patient_name, content.critical[0])
    assert "12.5 %" in content.drug
    assert "12,5 %" in other.drug
    assert set(content.warnings).isdisjoint(other.warnings)
    assert len(content.warnings) == len(other.warnings)
    assert other.warnings == replace(facts, phrases=data.phrases["fr"], second_phrases=None).warnings_on_label
    assert missing_elements(compose_label(facts), facts) == ()


def test_texts_of_the_second_language_need_their_approval_too(with_french: Bench, data: ReferenceData) -> None:
    assert "PHRASES_NOT_APPROVED" in codes(prepared(with_french, data))
    french = Approval(
        of="phrases-fr", version=data.phrases["fr"].version, sha256=data.phrase_hashes["fr"], by="A", on=TODAY, reason="read by a native pharmacist"
    )
    approved = replace(with_french, site=replace(with_french.site, approvals=(*with_french.site.approvals, french)))
    assert "PHRASES_NOT_APPROVED" not in codes(prepared(approved, data))


def test_directions_that_stay_in_the_prescribers_language_are_told(with_french: Bench, bench: Bench, data: ReferenceData) -> None:
    assert "DIRECTIONS_NOT_TRANSLATED" in codes(prepared(with_french, data))
    assert "DIRECTIONS_NOT_TRANSLATED" not in codes(prepared(bench, data))
    content = (ORDERS / "01-petrolatum.json").read_bytes()
    sent = read_order(content, time_zone=bench.site.time_zone, talk=data.talk).order
    assert sent is not None
    typed = replace(sent, language="", patient=replace(sent.patient, language="es"))
    assert "DIRECTIONS_NOT_TRANSLATED" in codes(prepare_order(typed, bench, data, identity=content))


def test_a_patient_who_reads_the_second_language_gets_one_label(with_french: Bench, data: ReferenceData) -> None:
    facts = prepared(with_french, data, "05-petrolatum-french").facts
    assert facts is not None
    assert facts.phrases.language == "fr"
    assert compose_label(facts).translation is None


def test_facts_never_name_one_language_twice(with_french: Bench, data: ReferenceData) -> None:
    facts = prepared(with_french, data).facts
    assert facts is not None
    with pytest.raises(LevigateError) as refusal:
        replace(facts, second_phrases=facts.phrases)
    assert refusal.value.code == "LANGUAGE_TWICE"


def test_the_public_page_names_formula_version_and_language_and_no_patient(with_french: Bench, bench: Bench, data: ReferenceData) -> None:
    facts = prepared(with_french, data).facts
    assert facts is not None
    page = compose_leaflet(facts).public_page
    assert page is not None
    assert page.address == "https://leaflets.example.org/sts/sodium-thiosulfate-in-petrolatum/1/en"
    for told in (facts.numbers.lot, facts.numbers.rx_number, *facts.order.patient.name.split()):
        assert told not in page.address
    plain = prepared(bench, data).facts
    assert plain is not None
    assert compose_leaflet(plain).public_page is None


def test_a_pictogram_stands_beside_words_and_each_at_one_place(with_french: Bench, data: ReferenceData) -> None:
    facts = prepared(with_french, data).facts
    assert facts is not None
    drawn = [each for each in compose_leaflet(facts).sections if each.pictogram is not None]
    assert all(each.paragraphs or each.points for each in drawn)
    assert len({each.pictogram for each in drawn}) == len(drawn) == 6
    assert Pictogram.NO_FLAMES in {each.pictogram for each in drawn if each.emphasis}
