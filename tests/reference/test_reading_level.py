"""The whole English leaflet, in every combination of warnings, reads at grade six or less, by four formulas of a program that had no part in writing it."""

import re
from dataclasses import replace

import pytest
import textstat

from compounding.domain.compose_leaflet import compose_leaflet
from compounding.domain.label_content import LeafletContent
from compounding.domain.numbers import format_number
from compounding.domain.paper_facts import PaperFacts
from compounding.reference import ReferenceData
from tests.domain.test_label_warnings import EVERY, facts_with

HIGHEST_GRADE = 6
FORMULAS = {
    "Flesch-Kincaid": textstat.flesch_kincaid_grade, "Gunning fog": textstat.gunning_fog, "automated readability": textstat.automated_readability_index,
    "Coleman-Liau": textstat.coleman_liau_index,
}  # fmt: skip
# Names of drugs and ingredients are what they are; whoever reads the leaflet knows them as "it".
NAMES = re.compile(
    r"sodium thiosulfate|\(as pentahydrate\)|zinc oxide ointment|zinc oxide|white petrolatum|mineral oil|\(Betadine\)|\(Dakin's\)", re.IGNORECASE
)


def prose(content: LeafletContent, facts: PaperFacts) -> str:
    """The leaflet's own sentences: without its headings, which would count as very short ones, the prescriber's words, addresses and numbers."""
    texts = [text for each in content.sections for text in (*each.paragraphs, *each.points)]
    own = [text for text in texts if facts.site.address not in text and facts.directions not in text]
    assert len(own) == len(texts) - 2
    whole = " ".join(text if text.endswith((".", "?")) else f"{text}." for text in own)
    for told in (facts.profile.poison_centres, facts.site.telephone, format_number(facts.sheet.percent), facts.beyond_use.on.isoformat()):
        whole = whole.replace(told, "it")
    return NAMES.sub("it", whole)


@pytest.fixture(scope="module")
def leaflets(data: ReferenceData) -> dict[str, str]:
    """Every English leaflet that differs from the others, by its text."""
    made = {}
    for found in EVERY:
        for profile in data.profiles.values():
            facts = replace(facts_with(found, data, "en"), profile=profile)
            made[prose(compose_leaflet(facts), facts)] = f"{found}"
    assert len(made) > 6
    return made


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_english_leaflet_reads_at_grade_six_or_less(leaflets: dict[str, str], formula: str) -> None:
    grades = {found: FORMULAS[formula](text) for text, found in leaflets.items()}
    assert {found: grade for found, grade in grades.items() if grade > HIGHEST_GRADE} == {}


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_measure_notices_a_leaflet_that_nobody_understands(formula: str) -> None:
    hard = "The administration of topical preparations necessitates individualised pharmaceutical consideration of contraindications. " * 4
    assert FORMULAS[formula](hard) > HIGHEST_GRADE + 6
