"""The evidence holds all that the founding article says, figure by figure, and nothing that it does not say."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compounding.domain.evidence import CLAIM_IDS, Claim, Evidence, EvidenceError, Scope, Topic
from compounding.reference.evidence import load_evidence

ROOT = Path(__file__).resolve().parents[2]
DATA: dict[str, Any] = tomllib.loads((ROOT / "compounding/reference/evidence.toml").read_text("utf-8"))
EVIDENCE = load_evidence(DATA)
ARTICLE = " ".join((ROOT / "tests/cases/seed_article.txt").read_text("utf-8").split())
PROSE, _ = ARTICLE.split("REFERENCES:")
WITH_FIGURES = [claim for claim in EVIDENCE.claims if claim.figures]

# What would make a sentence a direction for use, a strength, an amount or a shelf life of the preparation.
DIRECTION = re.compile(
    r"\b(?:once|twice|daily|a day|per day|every|weekly|morning|evening|apply|thin layer|w/w|strength|percent|ointment of|concentration"
    r"|mg|mcg|g|grams?|mL|store|storage|shelf|expir\w+|beyond-use|discard|refrigerat\w+)\b|\d\s?%(?! of patients)",
    re.IGNORECASE,
)
WORDS = (("S17", "either Vaseline or zinc oxide"), ("S18", "skin irritation, allergy to zinc and pain with application"))
INVENTED = ("25 % helps.", "A 25% ointment.", "Use it twice daily.", "Apply a thin layer.", "Take 60 g.", "The shelf life is long.", "10 % w/w", "It expires.")


def places(figure: str, text: str) -> list[range]:
    """Where the figure stands in the text, as a whole: 0% is not found inside 80%."""
    pattern = rf"(?<![\w.,]){re.escape(figure)}(?![\w]|[.,]\d)"
    return [range(match.start(), match.end()) for match in re.finditer(pattern, text)]


def figures_not_in(text: str, claims: Iterable[Claim]) -> list[tuple[str, str]]:
    """Claim and figure for every figure that the text does not hold letter by letter."""
    return [(claim.id, figure) for claim in claims for figure in claim.figures if not places(figure, text)]


def numbers_without_a_claim(text: str, claims: Iterable[Claim]) -> list[str]:
    """Every number of the text that no figure of any claim covers, with the words around it."""
    covered = [place for claim in claims for figure in claim.figures for place in places(figure, text)]
    return [text[max(0, match.start() - 20) : match.end() + 20] for match in re.finditer(r"\d+", text) if not any(match.start() in place for place in covered)]


def changed(claim_id: str, **changes: Any) -> list[Claim]:
    """All claims, with one of them changed."""
    return [replace(claim, **changes) if claim.id == claim_id else claim for claim in EVIDENCE.claims]


def test_every_figure_stands_in_the_article() -> None:
    assert figures_not_in(ARTICLE, EVIDENCE.claims) == []


def test_every_number_of_the_article_is_covered_by_a_claim() -> None:
    assert numbers_without_a_claim(PROSE, EVIDENCE.claims) == []


@pytest.mark.parametrize("claim", WITH_FIGURES, ids=lambda claim: claim.id)
def test_a_mutated_figure_is_found_out(claim: Claim) -> None:
    for position, figure in enumerate(claim.figures):
        for digit in re.finditer(r"\d", figure):
            wrong = figure[: digit.start()] + str((int(digit[0]) + 1) % 10) + figure[digit.end() :]
            figures = (*claim.figures[:position], wrong, *claim.figures[position + 1 :])
            mutant = changed(claim.id, figures=figures, statement=claim.statement.replace(figure, wrong))
            assert figures_not_in(ARTICLE, mutant) == [(claim.id, wrong)]


@pytest.mark.parametrize("claim", WITH_FIGURES[:-1], ids=lambda claim: claim.id)
def test_a_forgotten_figure_is_found_out(claim: Claim) -> None:
    """For all but the last, S31, whose figures stand in the reference list."""
    assert numbers_without_a_claim(PROSE, changed(claim.id, figures=(), statement="Without any figure."))


def test_a_part_of_a_number_is_not_the_number() -> None:
    assert not places("0%", "over 80% of patients")
    assert not places("5 months", "over 15 months")
    assert not places("1 year", "1 years")


@pytest.mark.parametrize("claim", EVIDENCE.on_the_preparation, ids=lambda claim: claim.id)
def test_the_article_gives_the_preparation_no_strength_frequency_amount_or_shelf_life(claim: Claim) -> None:
    assert not DIRECTION.search(claim.statement)


@pytest.mark.parametrize("invented", INVENTED)
def test_a_direction_for_use_would_be_found_out(invented: str) -> None:
    assert DIRECTION.search(invented)


def test_only_the_topical_preparation_is_more_than_information() -> None:
    assert [claim.id for claim in EVIDENCE.on_the_preparation] == ["S15", "S16", "S17", "S18"]
    assert {claim.topic for claim in EVIDENCE.on_the_preparation} == {Topic.TOPICAL_SODIUM_THIOSULFATE}


def test_the_three_side_effects_and_the_two_bases_are_the_articles() -> None:
    for claim_id, words in WORDS:
        assert words in EVIDENCE.claim(claim_id).statement
        assert words in ARTICLE


def test_the_tension_with_the_cited_papers_is_told_where_it_is_known() -> None:
    assert [claim.id for claim in EVIDENCE.claims if claim.tension] == ["S16", "S20"]


def test_every_topic_has_a_claim_and_every_claim_cites_the_article() -> None:
    assert all(EVIDENCE.about(topic) for topic in Topic)
    assert sorted(claim.id for topic in Topic for claim in EVIDENCE.about(topic)) == list(CLAIM_IDS)
    for claim in EVIDENCE.claims:
        assert all(part in claim.citation for part in ("Scleroderma Association of B.C.", "April 2024", "https://sclerodermabc.ca/?p=28113"))
        assert not re.search(r"STS|ZnO", claim.statement + claim.tension)


WRONG_CLAIMS: list[tuple[dict[str, Any], str]] = [
    ({"citation": " "}, "no citation"),
    ({"statement": ""}, "no statement"),
    ({"scope": Scope.PREPARATION}, "information only"),
    ({"topic": Topic.TOPICAL_SODIUM_THIOSULFATE}, "information only"),
    ({"figures": ("2 years",)}, "does not hold"),
    ({"figures": ()}, "states 1 without listing it"),
    ({"statement": "Worse after 1 year with 25 % ointment."}, "states 25"),
]
WRONG_FIELDS = [("topic", "magic"), ("scope", "once"), ("status", "sure"), ("figures", "20-40%"), ("statement", 5), ("citation", None), ("dose", "25 %")]
WRONG_SHAPES: list[dict[str, object]] = [{}, {"version": "1"}, {**DATA, "version": 1}, {**DATA, "claim": ["S01"]}, {**DATA, "claim": [{}]}, {**DATA, "dose": 1}]


@pytest.mark.parametrize(("changes", "message"), WRONG_CLAIMS)
def test_a_wrong_claim_cannot_exist(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(EvidenceError, match=message):
        replace(EVIDENCE.claim("S05"), **changes)


def test_no_claim_may_be_missing_doubled_or_out_of_order() -> None:
    claims = EVIDENCE.claims
    for wrong in (claims[:-1], (*claims, claims[0]), (claims[1], claims[0], *claims[2:])):
        with pytest.raises(EvidenceError, match="S01 to S31"):
            Evidence(version="1", claims=wrong)
    with pytest.raises(KeyError):
        EVIDENCE.claim("S32")


@pytest.mark.parametrize("data", WRONG_SHAPES + [{**DATA, "claim": [{**DATA["claim"][0], name: value}]} for name, value in WRONG_FIELDS])
def test_a_wrong_file_is_refused_by_claim_and_field(data: dict[str, object]) -> None:
    with pytest.raises(
        EvidenceError, match=r"evidence: (?:unknown dose|version|there is no|claim number 1 |claim S01.*(?:magic|once|sure|figures|statement|citation|dose))"
    ):
        load_evidence(data)


def test_every_phrase_that_rests_on_the_seed_names_claims_that_exist() -> None:
    from compounding.reference import load

    data = load()
    named = {claim for catalogue in data.phrases.values() for phrase in catalogue.phrases for claim in re.findall(r"\bS\d\d\b", phrase.source)}
    assert {"S01", "S15", "S16"} <= named
    assert all(data.evidence.claim(claim).scope in {"preparation", "information_only"} for claim in named)


def test_the_leaflet_does_not_print_the_figure_the_cited_review_does_not_support() -> None:
    from compounding.reference import load

    for catalogue in load().phrases.values():
        assert not any("80" in phrase.text.replace("1-800", "") for phrase in catalogue.phrases)
