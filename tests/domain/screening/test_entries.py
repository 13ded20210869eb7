"""How a coded entry is read: codes, words, reactions, notes and the entry's own status."""

from datetime import date

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
    repeats: tuple[str, ...] = (),
    unread: str = "",
    reacted_on: date | None = None,
    asked_on: date | None = None,
    verification: AllergyVerification = AllergyVerification.NOT_GIVEN,
    clinical_status: str = "active",
) -> AllergyEntry:
    return AllergyEntry(
        what=CodedText(text=text, codings=codings, where="AllergyIntolerance.code"),
        substances=tuple(CodedText(text=words) for words in substances),
        remarks=remarks,
        notes=remarks,
        repeats=repeats,
        unread=unread,
        reacted_on=reacted_on,
        asked_on=asked_on,
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


@pytest.mark.parametrize("verification", WITHDRAWN)
@pytest.mark.parametrize(
    "note", ["It was nickel that was refuted; zinc still reacts", "Rash came from zinc oxide", "was due to some cream", "maybe zinc after all", "Desitin rash"]
)
def test_a_note_that_blames_zinc_keeps_a_withdrawn_zinc_entry_open(lexicon: Lexicon, verification: AllergyVerification, note: str) -> None:
    assert read_entry(entry("Zinc oxide", remarks=(note,), verification=verification), lexicon).zinc is ZincReading.UNCLEAR


@pytest.mark.parametrize(
    "note", ["Tolerates zinc oxide", "Not allergic to zinc", "Patch test to zinc negative", "Told to the family on the phone.", "Rash was from penicillin"]
)
def test_a_note_that_agrees_leaves_a_withdrawn_zinc_entry_cleared(lexicon: Lexicon, note: str) -> None:
    assert read_entry(entry("Zinc oxide", remarks=(note,), verification=AllergyVerification.REFUTED), lexicon).zinc is ZincReading.NOT_ZINC


@pytest.mark.parametrize(
    "note",
    [
        "and some cream",
        "Possibly an ointment as well",
        "also reacts to a paste",
        "and others",
        "Unsure.",
        "Patient thinks.",
        "the dressing too",
        "et une crème",
        "y una pomada",
    ],
)
def test_a_note_that_names_no_product_or_is_vague_keeps_an_entry_open(lexicon: Lexicon, note: str) -> None:
    assert read_entry(entry("Penicillin", remarks=(note,)), lexicon).zinc is ZincReading.UNCLEAR


@pytest.mark.parametrize(
    "note",
    [
        "Reaction unknown", "Hives after the second dose of suspension.", "Unsure of reaction", "Rash, resolved with hydrocortisone cream", "Happened in 2010 in hospital",
        "Needed adrenaline. Observed overnight.", "Confirmed by the mother", "Took amoxicillin suspension for an ear infection", "severe, see ED letter of 2019",
    ],
)  # fmt: skip
def test_the_ordinary_note_of_a_reaction_leaves_an_entry_as_it_is(lexicon: Lexicon, note: str) -> None:
    assert read_entry(entry("Penicillin", remarks=(note,)), lexicon).zinc is ZincReading.NOT_ZINC


def test_a_note_too_long_to_be_read_clears_nothing(lexicon: Lexicon) -> None:
    for note in ("told at length " * 300 + "zinc rash", "a b " * 400):
        assert read_entry(entry("Penicillin", remarks=(note,)), lexicon).zinc is ZincReading.UNCLEAR


@pytest.mark.parametrize(
    ("said_beside", "expected"), [("Zinc oxide", ZincReading.ZINC), ("diaper cream", ZincReading.UNCLEAR), ("Penicillin, active", ZincReading.NOT_ZINC)]
)
def test_what_is_said_beside_the_elements_counts_where_it_is_news(lexicon: Lexicon, said_beside: str, expected: ZincReading) -> None:
    assert read_entry(entry("Penicillin", repeats=(said_beside,)), lexicon).zinc is expected


def test_what_is_said_beside_the_elements_is_no_news_where_it_says_the_same(lexicon: Lexicon) -> None:
    made = entry("Zinc oxide", repeats=("Zinc oxide, refuted on the phone",), verification=AllergyVerification.REFUTED)
    assert read_entry(made, lexicon).zinc is ZincReading.NOT_ZINC


def test_an_entry_of_which_a_part_cannot_be_read_is_never_cleared(lexicon: Lexicon) -> None:
    for text in ("Penicillin", "No known allergies", "Not allergic to zinc"):
        reading = read_entry(entry(text, unread="It is masked."), lexicon)
        assert (reading.zinc, reading.none_known, reading.findings[-1].why) == (ZincReading.UNCLEAR, None, "It is masked.")
    assert read_entry(entry("Zinc", unread="It is masked."), lexicon).zinc is ZincReading.ZINC


@pytest.mark.parametrize(
    ("reacted_on", "asked_on", "expected"),
    [
        (date(2026, 9, 1), date(2026, 3, 1), ZincReading.UNCLEAR),
        (date(2026, 9, 1), None, ZincReading.UNCLEAR),
        (date(2020, 9, 1), date(2026, 3, 1), ZincReading.NOT_ZINC),
        (None, None, ZincReading.NOT_ZINC),
    ],
)
def test_a_refuted_zinc_entry_with_a_later_reaction_is_looked_at(
    lexicon: Lexicon, reacted_on: date | None, asked_on: date | None, expected: ZincReading
) -> None:
    made = entry("Zinc oxide", verification=AllergyVerification.REFUTED, reacted_on=reacted_on, asked_on=asked_on)
    assert read_entry(made, lexicon).zinc is expected
