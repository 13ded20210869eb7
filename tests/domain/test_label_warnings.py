"""Over every combination of what decides: no warning can be missing from label or leaflet, and a label that lost one is noticed."""

from dataclasses import replace
from itertools import product

import pytest

from compounding.domain.clinical_assessment import ClinicalAssessment, LesionState, Pregnancy, Told
from compounding.domain.compose_label import compose_label
from compounding.domain.compose_leaflet import compose_leaflet
from compounding.domain.label_content import LabelContent
from compounding.domain.label_elements import missing_elements
from compounding.domain.label_warnings import WARNINGS, Found, Place, When, warnings_at
from compounding.domain.paper_facts import PaperFacts
from compounding.domain.patients import AllergyEntry, CodedText
from compounding.domain.screening.screen import Screening, screen
from compounding.domain.site import LabelElement
from compounding.reference import ReferenceData
from tests.conftest import TODAY
from tests.paper_laws.legal_records import ORDERS, prepared

ANSWERS = (None, False, True)
EVERY = [
    Found(contains_zinc=zinc, skin=skin, oxygen_or_smoking=oxygen, other_products=other, sulfite=sulfite)
    for zinc, skin, oxygen, other, sulfite in product((False, True), (None, *LesionState), ANSWERS, ANSWERS, (False, True))
]
ALWAYS_ON_LABEL = {"skin_only", "may_sting_short", "fire_short", "avoid_eyes", "keep_from_children"}
# What stands on the papers as a fact of this jar, a mark or a heading, and not as a warning of the table.
NOT_WARNINGS = {
    "draft_not_checked", "draft_not_approved", "draft_example_pharmacy", "draft_backdated", "draft_date_proposed", "prescriber_not_verified", "reprint_copy",
    "drug_name", "strength_as_pentahydrate", "strength_per_gram", "dosage_form_petrolatum", "dosage_form_zinc", "other_ingredients", "white_petrolatum", "mineral_oil",
    "zinc_oxide", "zinc_oxide_ointment", "do_not_use_after", "store_short", "label_n_of_m", "allergies", "no_known_allergies", "inside_strength", "inside_base",
    "how_directions", "store", "poison_centre",
}  # fmt: skip


def said(found: Found, *, on_label: bool) -> set[str]:
    return {phrase for place in Place if place.is_on_label is on_label for phrases in warnings_at(place, found) for phrase in phrases}


@pytest.mark.parametrize("found", EVERY)
def test_every_combination_says_what_it_must(found: Found) -> None:
    label, leaflet = said(found, on_label=True), said(found, on_label=False)
    assert label >= ALWAYS_ON_LABEL
    for told in (label, leaflet):
        assert ("contains_zinc" in told) is ("xray_zinc" in told) is ("contains_zinc_percent" in told) is found.contains_zinc
        assert ("contains_no_zinc" in told) is not found.contains_zinc
        assert len(told & {"open_skin_not_stated", "open_skin_intact", "open_skin_open"}) == 1
        assert ("open_skin_open" in told) is (found.skin is LesionState.OPEN)
        assert ("sulfite_traces" in told) is found.sulfite
    assert ("oxygen_short" in label) is (found.oxygen_or_smoking is not False)
    assert ("other_products_short" in label) is (found.other_products is not False)
    assert leaflet >= {
        "skin_only",
        "before_allergies",
        "before_oxygen",
        "fire",
        "may_not_mix_well",
        "stinging",
        "stop_and_call",
        "emergency",
        "keep_from_children",
        "pets",
    }


def test_every_safety_phrase_of_the_catalogue_stands_in_the_table_for_its_paper(data: ReferenceData) -> None:
    for on_label in (True, False):
        told = {phrase for each in WARNINGS if each.place.is_on_label is on_label for phrase in each.phrases}
        asked = {each.id for each in data.phrases["en"].phrases if each.safety and (each.is_for_label if on_label else each.is_for_leaflet)}
        assert asked - told <= NOT_WARNINGS
        assert all(data.phrases["en"].phrase(each).is_for_label if on_label else data.phrases["en"].phrase(each).is_for_leaflet for each in told)


def test_every_time_and_place_of_the_table_is_used_and_no_row_stands_twice() -> None:
    assert {each.when for each in WARNINGS} == set(When)
    assert {each.place for each in WARNINGS} == set(Place)
    assert len(set(WARNINGS)) == len(WARNINGS)
    assert all(each.clinical_rule in range(1, 35) for each in WARNINGS)


def with_sulfite(data: ReferenceData, **told: object) -> Screening:
    entry = AllergyEntry(what=CodedText(text="Sodium metabisulfite"), asked_by="N. Nurse", asked_on=TODAY)
    return screen((replace(entry, **told),), data.lexicon, talk=data.talk, on=TODAY)  # type: ignore[arg-type]


def assessed(found: Found) -> ClinicalAssessment | None:
    if found.skin is None or found.oxygen_or_smoking is None or found.other_products is None:
        return None
    return ClinicalAssessment(
        profile_reviewed_on=TODAY, profile_reviewed_where="PharmaNet", age_years=60, pregnancy_or_breast_feeding=Pregnancy.NO, lesion=found.skin, body_site="fingers",
        oxygen_or_smoking=Told(yes=found.oxygen_or_smoking, words="told"), other_wound_products=Told(yes=found.other_products, words="told"),
        earlier_reaction=Told(yes=False), prescriber_contacted=True, proceed=True, why="agreed",
    )  # fmt: skip


def facts_with(found: Found, data: ReferenceData, language: str, second: str = "") -> PaperFacts:
    """The facts of the example whose jar and assessment these are."""
    facts = prepared(ORDERS[1] if found.contains_zinc else ORDERS[0])
    screening = with_sulfite(data) if found.sulfite else facts.screening
    return replace(
        facts, clinical=assessed(found), screening=screening, phrases=data.phrases[language], second_phrases=data.phrases[second] if second else None
    )


def in_full(content: LabelContent) -> str:
    return "\n".join((*content.critical, *content.warnings))


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_papers_carry_every_warning_that_the_facts_call_for(data: ReferenceData, language: str) -> None:
    for found in EVERY:
        facts = facts_with(found, data, language)
        label, leaflet = in_full(compose_label(facts)), "\n".join(text for each in compose_leaflet(facts).sections for text in (*each.paragraphs, *each.points))
        for place in Place:
            for paragraph in facts.told_at(place):
                assert paragraph in (label if place.is_on_label else leaflet), (found, place)
        assert facts.found.contains_zinc is found.contains_zinc
        if facts.clinical is not None:
            assert (facts.found.skin, facts.found.oxygen_or_smoking, facts.found.other_products) == (found.skin, found.oxygen_or_smoking, found.other_products)


@pytest.mark.parametrize("second", ["", "fr"])
def test_a_label_that_lost_any_warning_in_any_of_its_languages_is_noticed(data: ReferenceData, second: str) -> None:
    for found in EVERY[::7]:
        facts = facts_with(found, data, "en", second)
        whole = compose_label(facts)
        assert missing_elements(whole, facts) == ()
        for content in (whole, whole.translation):
            if content is None:
                continue
            for number in range(len(content.warnings)):
                lacking = replace(content, warnings=(*content.warnings[:number], *content.warnings[number + 1 :]))
                lost = lacking if content is whole else replace(whole, translation=lacking)
                assert LabelElement.WARNINGS in missing_elements(lost, facts), content.warnings[number]
            lacking = replace(content, critical=(content.critical[0], *content.critical[2:]))
            assert LabelElement.WARNINGS in missing_elements(lacking if content is whole else replace(whole, translation=lacking), facts)


def test_a_bilingual_label_without_its_second_language_lacks_everything(data: ReferenceData) -> None:
    facts = facts_with(EVERY[0], data, "en", "es")
    assert missing_elements(replace(compose_label(facts), translation=None), facts) == facts.profile.label_elements


def test_sulfite_is_told_whatever_was_signed_and_not_where_it_was_refuted(data: ReferenceData) -> None:
    facts = prepared(ORDERS[0])
    assert not facts.speaks_of_sulfite
    assert replace(facts, screening=with_sulfite(data)).speaks_of_sulfite
    denied = screen((AllergyEntry(what=CodedText(text="No sulfite allergy"), asked_by="N. Nurse", asked_on=TODAY),), data.lexicon, talk=data.talk, on=TODAY)
    assert not replace(facts, screening=denied).speaks_of_sulfite


def test_infected_skin_gets_the_stricter_sentence(data: ReferenceData) -> None:
    found = Found(contains_zinc=False, skin=LesionState.INFECTED, oxygen_or_smoking=False, other_products=False)
    assert data.phrases["en"].say("open_skin_not_stated") in compose_label(facts_with(found, data, "en")).warnings
