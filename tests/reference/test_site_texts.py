"""A pharmacy's own formula or text passes every check of a shipped one, keeps to what the program can make, and then runs through the one pipeline."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.errors import ReferenceDataError
from compounding.domain.formulary_versions import Kind, Origin, VersionApproval, VersionHistory, as_site_approvals, check_imported
from compounding.domain.risk_assessment import RiskAssessment
from compounding.domain.text_diff import differences, in_words
from compounding.pipeline import Bench, prepare_file
from compounding.reference import ReferenceData, fingerprint
from compounding.reference.site_texts import LONGEST_TEXT, read_formula_text, read_phrases_text, shipped_texts, table_of, text_version, with_formulary
from tests.conftest import TODAY

ROOT = files("compounding.reference")
PETROLATUM = "sodium-thiosulfate-in-petrolatum"
FORMULA = (ROOT / "formulary" / f"{PETROLATUM}.toml").read_bytes().decode()
ZINC = (ROOT / "formulary" / "sodium-thiosulfate-in-zinc-oxide-ointment.toml").read_bytes().decode()
ENGLISH = (ROOT / "phrases" / "en.toml").read_bytes().decode()
FRENCH = (ROOT / "phrases" / "fr.toml").read_bytes().decode()
OWN = FORMULA.replace('version = "1"', 'version = "2-main-street"')
OWN_ENGLISH = ENGLISH.replace('version = "2"', 'version = "3-main-street"').replace("Stop and call", "Stop using it and call")

ORDER = (Path(__file__).parents[2] / "examples" / "orders" / "01-petrolatum.json").read_bytes()
RISK = RiskAssessment(
    napra_level="A", level_reasons="moderate", hazards="dust", safety_data_link="paper: binder 1", safety_data_on=TODAY, protective_equipment="gloves",
    ventilation="room", cross_contact="zinc", reviewed_by="Dana Example", reviewed_on=TODAY, next_review_on=TODAY + timedelta(days=365),
)  # fmt: skip


def refusal_of(read: Callable[[str, str], object], text: str) -> ReferenceDataError:
    with pytest.raises(ReferenceDataError) as refusal:
        read(text, "the text")
    return refusal.value


def test_what_ships_is_kept_word_for_word_under_the_fingerprint_that_sites_approve(data: ReferenceData) -> None:
    shipped = {(each.kind, each.id, each.version): each for each in shipped_texts()}
    expected = {(Kind.FORMULA, each.id, each.version): each.sha256 for each in data.formulary.formulas.values()}
    expected |= {(Kind.PHRASES, f"phrases-{language}", data.phrases[language].version): sha256 for language, sha256 in data.phrase_hashes.items()}
    assert {key: each.sha256 for key, each in shipped.items()} == expected
    assert {each.origin for each in shipped.values()} == {Origin.SHIPPED}
    assert shipped[Kind.FORMULA, PETROLATUM, "1"].text == FORMULA
    check_imported(shipped_texts(), shipped.values())


def test_a_shipped_text_is_read_as_the_program_reads_it(data: ReferenceData) -> None:
    assert read_formula_text(FORMULA, "f") == data.formulary.formulas[PETROLATUM]
    assert read_formula_text(FORMULA.replace("\n", "\r\n"), "f").sha256 == fingerprint(FORMULA.encode())
    assert read_phrases_text(ENGLISH, "p") == data.phrases["en"]
    assert read_phrases_text(FRENCH, "p") == data.phrases["fr"]


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ('active = "sodium-thiosulfate-pentahydrate"', 'active = "sodium-thiosulfate-anhydrous"', "FORMULA_EXAMPLE", "does not add up"),
        ('strength_basis = "pentahydrate"', 'strength_basis = "anhydrous"', "FORMULA_NOT_SUPPORTED", "basis of the strength"),
        ('beyond_use_class = "nonaqueous topical"', 'beyond_use_class = "water-containing topical"', "FORMULA_NOT_SUPPORTED", "beyond-use class"),
        ('dosage_form = "ointment"', 'dosage_form = "cream"', "FORMULA_NOT_SUPPORTED", "dosage form"),
        ('strength_to_percent = "25"', 'strength_to_percent = "40"', "FORMULA_NOT_SUPPORTED", "between 10 and 25 %"),
        ('strength_from_percent = "10"', 'strength_from_percent = "5"', "FORMULA_NOT_SUPPORTED", "between 10 and 25 %"),
        ('highest_temperature_celsius = "40"', 'highest_temperature_celsius = "48"', "FORMULA_TOO_HOT", "40 °C"),
        ('levigating_percent = "5"', 'levigating_percent = "6"', "FORMULA_EXAMPLE", "does not add up"),
        ('sign = "witness"', 'sing = "witness"', "DATA_UNKNOWN", "sing"),
        ('accept = "40 °C or less"', 'accept = "40 °C or less"\nunit = "K"', "DATA_UNKNOWN", "unit"),
        ('percent = "25"\n[example', 'percent = "25"\ngrams = "60"\n[example', "DATA_UNKNOWN", "grams"),
        ('text = "Melting', 'page = "1"\ntext = "Melting', "DATA_UNKNOWN", "page"),
        ('levigating_percent = "5"', "levigating_percent = 5.0", "DATA_WRONG_KIND", "levigating_percent"),
        ('version = "1"', 'version = "1.1"', "VERSION_MALFORMED", "1.1"),
        ('version = "1"', 'version = "1"\ncolour = "white"', "DATA_UNKNOWN", "colour"),
        (f'id = "{PETROLATUM}"', 'id = "sodium-thiosulfate-in-zinc-oxide-ointment"', "FORMULA_NOT_SUPPORTED", "keeps its base"),
    ],
)
def test_a_formula_beyond_what_the_program_makes_is_refused(old: str, new: str, code: str, says: str) -> None:
    assert old in FORMULA
    refusal = refusal_of(read_formula_text, FORMULA.replace(old, new, 1))
    assert (refusal.code, says in refusal.message) == (code, True), refusal.message


@pytest.mark.parametrize("part", ["sodium-thiosulfate-pentahydrate", "mineral-oil", "white-petrolatum"])
def test_a_formula_that_names_an_unknown_substance_is_refused(part: str) -> None:
    refusal = refusal_of(read_formula_text, FORMULA.replace(part, "glycerin"))
    assert (refusal.code, refusal.message) == ("DATA_CONTRADICTS", 'the text names "glycerin", which is no substance')


def test_a_material_that_no_shipped_formula_uses_has_no_words_on_paper() -> None:
    pasted = ZINC.replace("zinc-oxide-ointment-20", "zinc-oxide-paste-25").replace('id = "sodium', 'id = "my-sodium', 1)
    assert "the base" in refusal_of(read_formula_text, pasted).message
    dried = FORMULA.replace("sodium-thiosulfate-pentahydrate", "sodium-thiosulfate-anhydrous")
    assert "the active ingredient" in refusal_of(read_formula_text, dried).message
    assert "the levigating agent" in refusal_of(read_formula_text, ZINC.replace("mineral-oil", "white-petrolatum")).message


def test_no_site_formula_of_an_unknown_substance_reaches_the_pipeline(data: ReferenceData) -> None:
    formula = data.formulary.formulas[PETROLATUM]
    parts = {("lard" if name == "white-petrolatum" else name): grams for name, grams in formula.example.parts_g.items()}
    with pytest.raises(ReferenceDataError, match="DATA_CONTRADICTS"):
        with_formulary(data, formulas=(replace(formula, base="lard", example=replace(formula.example, parts_g=parts)),), phrases={}, hashes={})


@pytest.mark.parametrize(
    ("text", "old", "new", "says"),
    [
        (FRENCH, "[phrase.fire]", "[phrase.flames]", "fire, flames"),
        (ENGLISH, "[phrase.fire]", "[phrase.flames]", "fire, flames"),
        (ENGLISH, "Do not use after {date}.", "Do not use after {day}.", "do_not_use_after"),
        (ENGLISH, "Do not use after {date}.", "", "do_not_use_after"),
        (FRENCH, "\nsafety = true", "\nsafety = false", "safety"),
        (FRENCH, "\nsafety = true", "\nsafety = 1", "safety"),
        (FRENCH, 'language = "fr"', 'language = "de"', "none of the languages"),
    ],
)
def test_phrases_that_differ_from_the_english_in_more_than_their_wording_are_refused(text: str, old: str, new: str, says: str) -> None:
    assert old in text
    refusal = refusal_of(read_phrases_text, text.replace(old, new, 1))
    assert (refusal.code, says in refusal.message) == ("PHRASES_WRONG", True), refusal.message


def test_phrases_keep_the_numbering_of_versions() -> None:
    assert refusal_of(read_phrases_text, ENGLISH.replace('version = "2"', 'version = "first"', 1)).code == "VERSION_MALFORMED"


@pytest.mark.parametrize("read", [read_formula_text, read_phrases_text, table_of])
@pytest.mark.parametrize("text", ["=", "a = " + "[" * 5000, "# " + "x" * LONGEST_TEXT, "a = 1\na = 2", "\ud800 = 1"])
def test_a_text_that_is_no_readable_toml_is_refused(read: Callable[[str, str], object], text: str) -> None:
    assert refusal_of(read, text).code == "DATA_NOT_TOML"


@given(st.text(max_size=60))
def test_no_text_ends_in_anything_but_a_formula_or_a_refusal(text: str) -> None:
    for read in (read_formula_text, read_phrases_text):
        with pytest.raises(ReferenceDataError):
            read(text, "the text")
        with pytest.raises(ReferenceDataError):
            read(f"{FORMULA}\n{text}\n=", "the text")


def test_a_comment_with_half_a_character_cannot_be_kept() -> None:
    assert refusal_of(read_formula_text, FORMULA + '\n# "\ud800"').code in {"VERSION_NOT_TEXT", "DATA_NOT_TOML"}


def test_a_sites_version_says_whose_it_is() -> None:
    own = text_version(Kind.FORMULA, OWN, name="own", origin=Origin.SITE)
    assert (own.id, own.version, own.sha256, own.text) == (PETROLATUM, "2-main-street", fingerprint(OWN.encode()), OWN)
    phrases = text_version(Kind.PHRASES, OWN_ENGLISH, name="own", origin=Origin.SITE)
    assert (phrases.id, phrases.version) == ("phrases-en", "3-main-street")
    for text, origin in ((FORMULA, Origin.SITE), (OWN, Origin.SHIPPED)):
        with pytest.raises(ReferenceDataError, match="VERSION_ORIGIN"):
            text_version(Kind.FORMULA, text, name="own", origin=origin)


def test_a_difference_is_read_from_the_exact_texts() -> None:
    changed = OWN.replace("below 25 °C", "below 20 °C")
    assert [in_words(each)[:24] for each in differences(table_of(FORMULA), table_of(changed))] == ['version: changed from "1', 'storage: changed from "R']
    assert table_of("a = 1.10")["a"].as_tuple() == Decimal("1.10").as_tuple()


def test_the_pipeline_runs_on_the_sites_formula_and_phrases_and_finds_them_approved(data: ReferenceData, bench: Bench) -> None:
    own = text_version(Kind.FORMULA, OWN, name="own", origin=Origin.SITE)
    words = text_version(Kind.PHRASES, OWN_ENGLISH, name="own", origin=Origin.SITE)
    formula, phrases = read_formula_text(own.text, "own"), read_phrases_text(words.text, "own")
    ours = with_formulary(data, formulas=(formula,), phrases={"en": phrases}, hashes={"en": words.sha256})
    assert ours.formulary.formulas == {PETROLATUM: formula}
    assert (ours.phrases["en"], ours.phrases["fr"]) == (phrases, data.phrases["fr"])
    assert ours.phrase_hashes == {**data.phrase_hashes, "en": words.sha256}
    assert data.formulary.formulas[PETROLATUM].version == "1"
    history = VersionHistory(
        versions=(own, words),
        approvals=tuple(
            VersionApproval(kind=each.kind, id=each.id, version=each.version, sha256=each.sha256, by="Dana Example", on=TODAY, reason="read", risk=risk)
            for each, risk in ((own, RISK), (words, None))
        ),
    )
    for approvals, missing in ((as_site_approvals(history, TODAY), set()), ((), {"FORMULA_NOT_APPROVED", "PHRASES_NOT_APPROVED"})):
        prepared = prepare_file(ORDER, replace(bench, site=replace(bench.site, approvals=approvals)), ours)
        assert prepared.planned is not None
        assert prepared.planned.formula is formula
        assert {each.code for each in prepared.reasons} & {"FORMULA_NOT_APPROVED", "PHRASES_NOT_APPROVED", "APPROVAL_REVIEW_DUE"} == missing
        assert prepared.facts is not None
        assert "Stop using it and call" in prepared.facts.say("stop_and_call")


def test_the_shipped_texts_put_back_change_nothing(data: ReferenceData) -> None:
    assert with_formulary(data, formulas=data.formulary.formulas.values(), phrases=data.phrases, hashes=data.phrase_hashes) == data


def test_reference_data_in_which_nothing_could_decide_are_refused(data: ReferenceData) -> None:
    formula, french = data.formulary.formulas[PETROLATUM], data.phrases["fr"]
    other = replace(french, phrases=french.phrases[1:])
    for formulas, phrases, hashes, code in (
        ((), {}, {}, "FORMULARY_EMPTY"),
        ((formula, replace(formula, version="2")), {}, {}, "FORMULA_TWICE"),
        ((formula, replace(formula, id="another")), {}, {}, "BASE_TWICE"),
        ((formula,), {"fr": french}, {}, "PHRASES_WRONG"),
        ((formula,), {}, {"fr": "0"}, "PHRASES_WRONG"),
        ((formula,), {"en": french}, {"en": "0"}, "PHRASES_WRONG"),
        ((formula,), {"fr": other}, {"fr": "0"}, "PHRASES_WRONG"),
    ):
        with pytest.raises(ReferenceDataError, match=code):
            with_formulary(data, formulas=formulas, phrases=phrases, hashes=hashes)
