"""Actual weights: mass is conserved, the strength is what was really weighed, and each limit holds on its own."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.config.site_file import example_site
from compounding.domain.actual_weights import BenchReport, Reconciliation, reconcile
from compounding.domain.errors import LevigateError
from compounding.domain.hydrates import molar_masses
from compounding.domain.site import Band, Tolerances
from compounding.domain.weighing_sheet import WeighingSheet
from compounding.reference import load
from tests.domain.test_calculation import lot_of, sheet_of
from tests.factories import GOLDEN_LOT

MASSES = molar_masses(load().formulary.substances)
STEP = example_site().balance.readability_g
SHEET = sheet_of(amount=Decimal(60), percent=Decimal(25), lot=GOLDEN_LOT)
PLANNED = BenchReport(weighed_g=[line.to_weigh_g for line in SHEET.lines], obtained_g=Decimal("59.6"), net_g=[Decimal("59.5")])


def reconciled(bench: BenchReport = PLANNED, *, sheet: WeighingSheet = SHEET, tolerances: Tolerances | None = None) -> Reconciliation:
    return reconcile(sheet, bench, masses=MASSES, tolerances=tolerances or Tolerances(), readability_g=STEP)


def codes(found: Reconciliation) -> list[str]:
    return [each.code for each in found.reasons]


def test_what_was_weighed_as_planned_is_within_every_limit_and_shows_how() -> None:
    found = reconciled()
    assert codes(found) == []
    assert found.total_g == 60
    # 15.01 g of a lot that holds 0.996 × 0.639 g anhydrous a gram, counted as pentahydrate, in 60 g.
    assert found.strength_percent == Fraction("15.01") * Fraction("0.996") * Fraction("0.639") * Fraction("248.18") / Fraction("158.11") * 100 / 60
    assert found.yield_percent == Fraction("59.6") * 100 / 60
    assert found.net_percent == Fraction("59.5") * 100 / 60
    assert [step.name for step in found.derivation] == [
        "Total weighed", "Sodium thiosulfate weighed, as pentahydrate", "Strength from the actual weights", "Process yield", "Net weight",
    ]  # fmt: skip
    assert all(step.formula and step.substitution and step.source for step in found.derivation)
    assert found.derivation[0].substitution == "15.01 + 3 + 41.99"
    assert found.derivation[2].value == "24.9917737179"


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (
            {"weighed_g": ["15.17", "3", "41.99"]},
            "WEIGHT_OUT_OF_LIMIT",
            "15.17 g of Sodium thiosulfate pentahydrate instead of 15.01 g, 1.07 % off; at most 1 %",
        ),
        ({"weighed_g": ["15.01", "2.96", "41.99"]}, "WEIGHT_OUT_OF_LIMIT", "-1.33 % off"),
        ({"obtained_g": "56.99", "net_g": ["56.98"]}, "YIELD_OUT_OF_LIMIT", "94.98 %, limits 95 to 101 %"),
        ({"net_g": ["56.9"]}, "NET_WEIGHT_OUT_OF_LIMIT", "94.83 %, limits 94.9 to 105 % of the amount ordered"),
        ({"obtained_g": "60.03"}, "MASS_NOT_CONSERVED", "60 g weighed, 60.03 g obtained, 59.5 g packed"),
        ({"net_g": ["40", "19.62"]}, "MASS_NOT_CONSERVED", "59.62 g packed"),
    ],
)
def test_each_limit_holds_on_its_own_and_says_by_how_much(change: dict[str, object], code: str, words: str) -> None:
    values = {key: [Decimal(each) for each in value] if isinstance(value, list) else Decimal(str(value)) for key, value in change.items()}
    lenient = replace(Tolerances(), net_weight=Band(lowest=Decimal("94.9"), highest=Decimal(105)))
    found = reconciled(replace(PLANNED, **values), tolerances=lenient)  # type: ignore[arg-type]
    assert codes(found) == [code]
    assert words in found.reasons[0].message


@pytest.mark.parametrize("change", [{"obtained_g": "60.02"}, {"net_g": ["40", "19.61"]}, {"weighed_g": ["15.16", "3", "41.99"]}, {"net_g": ["57"]}])
def test_what_half_a_step_of_each_weighing_explains_is_no_fault(change: dict[str, object]) -> None:
    values = {key: [Decimal(each) for each in value] if isinstance(value, list) else Decimal(str(value)) for key, value in change.items()}
    assert codes(reconciled(replace(PLANNED, **values))) == []  # type: ignore[arg-type]


def test_a_strength_outside_the_limit_is_held_though_every_weight_was_close() -> None:
    narrow = Tolerances(weighing_percent=Decimal(5), strength=Band(lowest=Decimal("99.5"), highest=Decimal("100.5")))
    found = reconciled(replace(PLANNED, weighed_g=[Decimal("15.4"), Decimal(3), Decimal("41.6")]), tolerances=narrow)
    assert codes(found) == ["STRENGTH_OUT_OF_LIMIT"]
    assert "102.56 %, limits 99.5 to 100.5 % of the label" in found.reasons[0].message


def test_a_weight_that_is_missing_or_no_weight_is_refused() -> None:
    for change, code in (
        ({"weighed_g": PLANNED.weighed_g[:2]}, "not_parsed"), ({"net_g": []}, "not_parsed"), ({"obtained_g": Decimal(0)}, "not_positive"),
        ({"weighed_g": [Decimal(15), Decimal("NaN"), Decimal(42)]}, "not_positive"), ({"net_g": [Decimal(-1)]}, "not_positive"),
    ):  # fmt: skip
        with pytest.raises(LevigateError) as refusal:
            reconciled(replace(PLANNED, **change))  # type: ignore[arg-type]
        assert refusal.value.code == code


def test_several_lots_count_each_with_what_it_holds() -> None:
    sheet = sheet_of(amount=Decimal(60), percent=Decimal(25), lots=(lot_of("A", "5", expires="2027-01-01", assay_percent=Decimal(99)), lot_of("B", None)))
    bench = replace(PLANNED, weighed_g=[line.to_weigh_g for line in sheet.lines])
    assert abs(reconciled(bench, sheet=sheet).strength_percent - 25) < Fraction(1, 100)


@given(st.lists(st.integers(-15, 15), min_size=3, max_size=3))
def test_property_the_strength_is_the_drug_really_weighed_over_all_that_was_weighed(steps: list[int]) -> None:
    weighed = [line.to_weigh_g + STEP * step for line, step in zip(SHEET.lines, steps, strict=True)]
    found = reconciled(replace(PLANNED, weighed_g=weighed, obtained_g=sum(weighed, start=Decimal(0))))
    drug = found.strength_percent * Fraction(found.total_g) / 100
    assert found.total_g == sum(weighed)
    assert drug / Fraction(weighed[0]) == Fraction("0.996") * Fraction("0.639") * Fraction("248.18") / Fraction("158.11")
