"""A risk assessment is whole, of one level, and dated so that it is thought through again within a year (clinical rule 19)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.errors import LevigateError
from compounding.domain.risk_assessment import RiskAssessment

GOOD: dict[str, Any] = {
    "napra_level": "A",
    "level_reasons": "Moderate compounding in a separate space",
    "hazards": "Dust irritates",
    "safety_data_link": "https://example.org/sds/7772-98-7",
    "safety_data_on": date(2026, 3, 1),
    "protective_equipment": "Gloves and mask",
    "ventilation": "General room ventilation",
    "cross_contact": "Tools of their own, for zinc",
    "reviewed_by": "Dana Example",
    "reviewed_on": date(2026, 11, 22),
    "next_review_on": date(2027, 11, 22),
}
TEXTS = {
    "level_reasons": "reasons for the level",
    "hazards": "hazards",
    "safety_data_link": "link to the safety data",
    "protective_equipment": "protective equipment",
    "ventilation": "ventilation",
    "cross_contact": "cross-contact",
    "reviewed_by": "reviewer",
}
DAYS = {"safety_data_on": "date of the safety data", "reviewed_on": "date of the review", "next_review_on": "date of the next review"}


def refusal_of(**change: object) -> LevigateError:
    with pytest.raises(LevigateError) as refusal:
        RiskAssessment(**{**GOOD, **change})
    return refusal.value


@pytest.mark.parametrize("part", TEXTS)
@pytest.mark.parametrize("nothing", ["", "  \n", "-", "...", "\u200b", "\u00a0"])
def test_every_part_is_told_in_words_and_the_refusal_names_the_missing_one(part: str, nothing: str) -> None:
    refusal = refusal_of(**{part: nothing})
    assert refusal.code == "RISK_ASSESSMENT_INCOMPLETE"
    assert refusal.message == f"the risk assessment lacks its {TEXTS[part]}"


@pytest.mark.parametrize("part", TEXTS)
def test_a_part_has_a_thousand_characters_at_most(part: str) -> None:
    start = "https://" if part == "safety_data_link" else ""
    assert getattr(RiskAssessment(**{**GOOD, part: start.ljust(1000, "x")}), part)
    refusal = refusal_of(**{part: start.ljust(1001, "x")})
    assert (refusal.code, TEXTS[part] in refusal.message, "1,000" in refusal.message) == ("RISK_ASSESSMENT_INCOMPLETE", True, True)


@pytest.mark.parametrize("level", ["", "D", "a", "A (proposed)", "AB"])
def test_the_level_is_one_of_three(level: str) -> None:
    assert refusal_of(napra_level=level).code == "RISK_ASSESSMENT_LEVEL"
    assert {RiskAssessment(**{**GOOD, "napra_level": each}).napra_level for each in "ABC"} == set("ABC")


@pytest.mark.parametrize("link", ["http://sds.example/1", "HTTPS://EXAMPLE.ORG/a", "paper: binder 3, sheet 12", "Paper: blue binder"])
def test_the_safety_data_are_on_the_web_or_on_paper(link: str) -> None:
    assert RiskAssessment(**{**GOOD, "safety_data_link": link}).safety_data_link == link


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "sds.example/1",
        "ftp://a",
        "https://",
        "https:///x",
        "http:// a",
        "https://a b",
        "https://a\u200b",
        "paper:",
        "paper: -",
        " https://a",
    ],
)
def test_what_names_no_safety_data_is_refused(link: str) -> None:
    refusal = refusal_of(safety_data_link=link)
    assert (refusal.code, "safety data" in refusal.message) == ("RISK_ASSESSMENT_INCOMPLETE", True)


@pytest.mark.parametrize("part", DAYS)
@pytest.mark.parametrize("nothing", [None, "2026-11-22", datetime(2026, 11, 22, 9)])  # noqa: DTZ001
def test_every_date_is_a_calendar_day(part: str, nothing: object) -> None:
    refusal = refusal_of(**{part: nothing})
    assert (refusal.code, refusal.message) == ("RISK_ASSESSMENT_DATES", f"the risk assessment lacks its {DAYS[part]}")


@pytest.mark.parametrize(
    ("reviewed", "following", "stands"),
    [
        (date(2026, 11, 22), date(2026, 11, 22), False),
        (date(2026, 11, 22), date(2026, 11, 21), False),
        (date(2026, 11, 22), date(2026, 11, 23), True),
        (date(2026, 11, 22), date(2027, 11, 22), True),
        (date(2026, 11, 22), date(2027, 11, 23), False),
        (date(2028, 2, 29), date(2029, 2, 28), True),
        (date(2028, 2, 29), date(2029, 3, 1), False),
        (date(2027, 2, 28), date(2028, 2, 29), False),
    ],
)
def test_the_next_review_comes_after_the_review_and_within_twelve_months(*, reviewed: date, following: date, stands: bool) -> None:
    days = {"reviewed_on": reviewed, "next_review_on": following}
    if stands:
        assert RiskAssessment(**{**GOOD, **days}).next_review_on == following
    else:
        assert refusal_of(**days).code == "RISK_ASSESSMENT_DATES"


def test_safety_data_are_not_from_after_the_review() -> None:
    assert RiskAssessment(**{**GOOD, "safety_data_on": GOOD["reviewed_on"]}).safety_data_on == GOOD["reviewed_on"]
    assert refusal_of(safety_data_on=date(2026, 11, 23)).code == "RISK_ASSESSMENT_DATES"


def test_a_review_is_overdue_from_the_day_after_it_was_due() -> None:
    assessment = RiskAssessment(**GOOD)
    assert [assessment.is_overdue(GOOD["next_review_on"] + timedelta(days=days)) for days in (-1, 0, 1)] == [False, False, True]


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(1, 400))
def test_a_year_is_never_too_long_and_367_days_always_are(reviewed: date, days: int) -> None:
    change = {"safety_data_on": reviewed, "reviewed_on": reviewed, "next_review_on": reviewed + timedelta(days=days)}
    if days <= 365:
        assert RiskAssessment(**{**GOOD, **change}).next_review_on
    elif days >= 367:
        assert refusal_of(**change).code == "RISK_ASSESSMENT_DATES"
