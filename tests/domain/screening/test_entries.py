"""How a coded entry is read: codes, words, reactions, notes and the entry's own status."""

import pytest

from compounding.domain.patients import AllergyEntry, AllergyVerification, CodedText, Coding
from compounding.domain.screening.entries import read_entry
from compounding.domain.screening.lexicon import Lexicon
from compounding.domain.screening.statements import Effect, NoneKnown, StatementReading, ZincReading

WITHDRAWN = (AllergyVerification.REFUTED, AllergyVerification.ENTERED_IN_ERROR)


def entry(
    text: str = "",
    *,
    codings: tuple[Coding, ...] = (),
    substances: tuple[str, ...] = (),
    remarks: tuple[str, ...] = (),
    verification: AllergyVerification = AllergyVerification.NOT_GIVEN,
    clinical_status: str = "active",
) -> AllergyEntry:
    return AllergyEntry(
        what=CodedText(text=text, codings=codings, where="AllergyIntolerance.code"),
        substances=tuple(CodedText(text=words) for words in substances),
        remarks=remarks,
        verification=verification,
        clinical_status=clinical_status,
    )


@pytest.mark.parametrize(
    "made",
    [
        entry("Zinc oxide"),
        entry("Zinc oxide", verification=AllergyVerification.UNCONFIRMED),
        entry(codings=(Coding(code="SOI2LOH54Z"),)),
        entry("Penicillin", codings=(Coding(code="soi2loh54z"),)),
        entry("Penicillin", codings=(Coding(display="Zinc oxide"),)),
        entry(codings=(Coding(system="urn:oid:2.16.840.1.113883.6.61", code="1314-13-2"),)),
        entry(codings=(Coding(system="http://www.nlm.nih.gov/research/umls/rxnorm", code="198911"),)),
        entry("Contact dermatitis", substances=("Zinc oxide",)),
        entry("Diaper cream", remarks=("Sudocrem, blisters",)),
        entry("Penicillin", remarks=("also a rash after zinc cream",)),
        entry(remarks=("Zinc oxide rash",)),
    ],
)
def test_zinc_anywhere_in_an_entry_is_zinc(lexicon: Lexicon, made: AllergyEntry) -> None:
    assert read_entry(made, lexicon).zinc is ZincReading.ZINC


@pytest.mark.parametrize("verification", WITHDRAWN)
def test_a_withdrawn_zinc_entry_clears_and_still_shows(lexicon: Lexicon, verification: AllergyVerification) -> None:
    reading = read_entry(entry("Zinc oxide", verification=verification), lexicon)
    assert reading.zinc is ZincReading.NOT_ZINC
    assert [(finding.allergen, finding.effect, finding.matched) for finding in reading.findings] == [("zinc", Effect.CLEARED, "Zinc oxide")]


@pytest.mark.parametrize("verification", WITHDRAWN)
def test_withdrawing_a_denial_does_not_clear(lexicon: Lexicon, verification: AllergyVerification) -> None:
    for text in ("No known allergy", "Not allergic to zinc", ""):
        assert read_entry(entry(text, verification=verification), lexicon).zinc is ZincReading.UNCLEAR


def test_a_refuted_entry_whose_note_blames_zinc_is_zinc(lexicon: Lexicon) -> None:
    made = entry("Penicillin", remarks=("culprit was zinc oxide",), verification=AllergyVerification.REFUTED)
    assert read_entry(made, lexicon).zinc is ZincReading.ZINC


@pytest.mark.parametrize("status", ["inactive", "resolved", "Resolved"])
def test_an_entry_no_longer_active_leaves_zinc_unclear(lexicon: Lexicon, status: str) -> None:
    assert read_entry(entry("Zinc oxide", clinical_status=status), lexicon).zinc is ZincReading.UNCLEAR
    assert read_entry(entry("No known allergies", clinical_status=status), lexicon).zinc is ZincReading.UNCLEAR
    assert read_entry(entry("Penicillin", clinical_status=status), lexicon).zinc is ZincReading.NOT_ZINC


def test_an_entry_no_longer_active_does_not_clear_petrolatum(lexicon: Lexicon) -> None:
    assert read_entry(entry("Petrolatum", clinical_status="inactive"), lexicon).findings[0].effect is Effect.ALLERGY


@pytest.mark.parametrize(("words", "reach"), [("No known allergy", NoneKnown.ALL), ("No known drug allergy (situation)", NoneKnown.DRUGS)])
def test_a_coded_none_known_is_read_by_its_words(lexicon: Lexicon, words: str, reach: NoneKnown) -> None:
    reading = read_entry(entry(codings=(Coding(system="http://snomed.info/sct", code="1", display=words),)), lexicon)
    assert (reading.zinc, reading.none_known) == (ZincReading.NOT_ZINC, reach)


@pytest.mark.parametrize(
    ("code", "expected", "allergen"),
    [
        ("WK2XYI10QM", ZincReading.NOT_ZINC, "known_other"),
        ("wk2xyi10qm ", ZincReading.NOT_ZINC, "known_other"),
        ("4T6H12BN9U", ZincReading.NOT_ZINC, "petrolatum"),
        ("R953O2RHZ5", ZincReading.ZINC, "zinc"),
        ("H92E6QA4FV", ZincReading.ZINC, "zinc"),
        ("Y87Q4TQ9VX", ZincReading.UNCLEAR, "unrecognised"),
        ("ibuprofen", ZincReading.UNCLEAR, "unrecognised"),
    ],
)
def test_a_unii_code_alone_is_looked_up_in_the_register(lexicon: Lexicon, code: str, expected: ZincReading, allergen: str) -> None:
    reading = read_entry(entry(codings=(Coding(system="http://fdasis.nlm.nih.gov", code=code),)), lexicon)
    assert (reading.zinc, reading.findings[0].allergen) == (expected, allergen)


def test_a_code_of_zinc_outweighs_harmless_words(lexicon: Lexicon) -> None:
    assert read_entry(entry("Shampoo", codings=(Coding(code="R953O2RHZ5"),)), lexicon).zinc is ZincReading.ZINC


def test_a_code_without_words_that_nobody_knows_is_unclear(lexicon: Lexicon) -> None:
    assert read_entry(entry(codings=(Coding(system="http://snomed.info/sct", code="123456"),)), lexicon).zinc is ZincReading.UNCLEAR


def test_a_number_is_an_rxnorm_code_only_under_rxnorm(lexicon: Lexicon) -> None:
    assert read_entry(entry("Penicillin", codings=(Coding(system="http://example.org", code="198911"),)), lexicon).zinc is ZincReading.NOT_ZINC


def test_an_entry_that_names_zinc_and_clears_it_is_unclear(lexicon: Lexicon) -> None:
    assert read_entry(entry("Zinc oxide", remarks=("patch test to zinc negative",)), lexicon).zinc is ZincReading.UNCLEAR


def test_the_story_of_a_reaction_does_not_add_allergens(lexicon: Lexicon) -> None:
    reading: StatementReading = read_entry(entry("Cashew nuts", remarks=("Swelled within minutes of the meal. Epinephrine administered.",)), lexicon)
    assert [finding.allergen for finding in reading.findings] == ["known_other"]
    assert reading.zinc is ZincReading.NOT_ZINC


def test_an_ingredient_in_a_note_is_asked_about(lexicon: Lexicon) -> None:
    findings = read_entry(entry("Penicillin", remarks=("Vaseline made it worse",)), lexicon).findings
    assert ("petrolatum", Effect.UNCLEAR) in {(finding.allergen, finding.effect) for finding in findings}
