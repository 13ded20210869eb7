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


def numbers(change: dict[str, object]) -> dict[str, object]:
    return {key: [Decimal(each) for each in value] if isinstance(value, list) else Decimal(str(value)) for key, value in change.items()}


def test_every_figure_of_the_record_shows_how_it_came_about() -> None:
    found = reconciled(replace(PLANNED, net_g=[Decimal(40), Decimal("19.5")]))
    assert [(step.name, step.formula, step.substitution, step.value, step.unit, step.source) for step in found.derivation] == [
        ("Total weighed", "sum of all weights", "15.01 + 3 + 41.99", "60", "g", "conservation of mass"),
        # 15.01 g × 0.996 × 0.639 are 9.55302444 g anhydrous.
        (
            "Sodium thiosulfate weighed, as pentahydrate", "sum over the lots: weight × anhydrous in a gram ÷ molar ratio", "9.55302444 ÷ 0.637077927311",
            "14.9950642307", "g", "clinical rule 13",
        ),
        ("Strength from the actual weights", "drug ÷ total × 100", "14.9950642307 ÷ 60 × 100", "24.9917737179", "% w/w", "clinical rule 20"),
        ("Process yield", "obtained ÷ total weighed × 100", "59.6 ÷ 60 × 100", "99.3333333333", "%", "clinical rule 20"),
        ("Net weight", "packed ÷ ordered × 100", "59.5 ÷ 60 × 100", "99.1666666667", "%", "clinical rule 20"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # 1 % of 3 g exactly, and the next that the balance shows.
        ({"weighed_g": ["15.01", "3.03", "41.99"], "obtained_g": "60"}, []),
        ({"weighed_g": ["15.01", "2.97", "41.99"]}, []),
        ({"weighed_g": ["15.01", "3.031", "41.99"]}, ["3.031 g of Mineral oil instead of 3 g, 1.03 % off; at most 1 %"]),
        ({"weighed_g": ["15.01", "2.969", "41.99"]}, ["2.969 g of Mineral oil instead of 3 g, -1.03 % off; at most 1 %"]),
        # 95 % of 60 g exactly, and a little less, which is not printed as the limit itself.
        ({"obtained_g": "57", "net_g": ["57"]}, []),
        ({"obtained_g": "56.999", "net_g": ["57"]}, ["94.998 %, limits 95 to 101 %"]),
        ({"obtained_g": "57", "net_g": ["56.999"]}, ["94.998 %, limits 95 to 105 % of the amount ordered"]),
        # Three weighings and their sum may be half a step off each, and so may one jar and what it was filled from.
        ({"obtained_g": "60.02", "net_g": ["60.03"]}, []),
        ({"obtained_g": "60.021"}, ["60 g weighed, 60.021 g obtained, 59.5 g packed"]),
        ({"net_g": ["59.61"]}, []),
        ({"net_g": ["59.611"]}, ["60 g weighed, 59.6 g obtained, 59.611 g packed"]),
        ({"net_g": ["30", "29.615"]}, []),
        ({"net_g": ["30", "29.616"]}, ["60 g weighed, 59.6 g obtained, 59.616 g packed"]),
        # Everything at once: each is said, in the order of the sheet.
        (
            {"weighed_g": ["14", "2", "41"], "obtained_g": "70", "net_g": ["1070"]},
            [
                "14 g of Sodium thiosulfate pentahydrate instead of 15.01 g, -6.73 % off; at most 1 %",
                "2 g of Mineral oil instead of 3 g, -33.33 % off; at most 1 %",
                "41 g of White petrolatum instead of 41.99 g, -2.36 % off; at most 1 %",
                "57 g weighed, 70 g obtained, 1,070 g packed",
                "122.81 %, limits 95 to 101 %",
                "1,783.33 %, limits 95 to 105 % of the amount ordered",
            ],
        ),
    ],
)
def test_exactly_the_limit_is_within_it_and_what_lies_outside_is_said_in_full(change: dict[str, object], expected: list[str]) -> None:
    found = reconciled(replace(PLANNED, **numbers(change)))  # type: ignore[arg-type]
    assert [each.message.split(": ", maxsplit=1)[1] for each in found.reasons] == [f"{words}." for words in expected]


@pytest.mark.parametrize(
    ("lowest", "highest", "words"),
    [
        ("99.96", "99.97", None),
        ("99.9671", "105", "99.967 %, limits 99.9671 to 105 %"),
        ("90", "99.967", "99.97 %, limits 90 to 99.967 %"),
        ("99.968", "105", "99.967 %, limits 99.968 to 105 %"),
    ],
)
def test_the_strength_is_held_against_the_label(lowest: str, highest: str, words: str | None) -> None:
    # The planned weights make 24.9917737179 %, which is 99.9670948716 % of what the label says.
    found = reconciled(tolerances=Tolerances(strength=Band(lowest=Decimal(lowest), highest=Decimal(highest))))
    assert codes(found) == ([] if words is None else ["STRENGTH_OUT_OF_LIMIT"])
    sentence = "The strength recalculated from the actual weights lies outside the limit"
    assert [each.message for each in found.reasons] == ([] if words is None else [f"{sentence}: {words} of the label."])


@pytest.mark.parametrize(
    ("planned_g", "weighed_g", "words"), [("300", "303.01", "1.003 % off"), ("3000", "3030.01", "1.0003 % off"), ("300", "296.99", "-1.003 % off")]
)
def test_a_value_just_outside_its_limit_is_not_printed_as_the_limit(planned_g: str, weighed_g: str, words: str) -> None:
    lines = tuple(replace(line, to_weigh_g=Decimal(planned_g)) if line.component == "mineral-oil" else line for line in SHEET.lines)
    found = reconciled(replace(PLANNED, weighed_g=[Decimal("15.01"), Decimal(weighed_g), Decimal("41.99")]), sheet=replace(SHEET, lines=lines))
    assert words in found.reasons[0].message


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"weighed_g": ["15.01", "3"]}, "not_parsed", "every line of the sheet needs its weight, and every jar its net weight"),
        ({"weighed_g": ["15.01", "3", "41.99", "1"]}, "not_parsed", "every line of the sheet needs its weight, and every jar its net weight"),
        ({"net_g": []}, "not_parsed", "every line of the sheet needs its weight, and every jar its net weight"),
        ({"obtained_g": "0"}, "not_positive", "a weight must be more than zero"),
        ({"obtained_g": "Infinity"}, "not_positive", "a weight must be more than zero"),
        ({"net_g": ["59.5", "0"]}, "not_positive", "a weight must be more than zero"),
        ({"net_g": ["NaN"]}, "not_positive", "a weight must be more than zero"),
        ({"weighed_g": ["15.01", "-3", "41.99"]}, "not_positive", "a weight must be more than zero"),
    ],
)
def test_a_refusal_says_what_is_missing(change: dict[str, object], code: str, words: str) -> None:
    with pytest.raises(LevigateError) as refusal:
        reconciled(replace(PLANNED, **numbers(change)))  # type: ignore[arg-type]
    assert (refusal.value.code, refusal.value.message) == (code, words)


def test_less_than_a_gram_is_a_weight() -> None:
    small = sheet_of(amount=Decimal(5), percent=Decimal(10))
    found = reconciled(
        BenchReport(weighed_g=[Decimal("0.5"), Decimal("0.25"), Decimal("4.25")], obtained_g=Decimal("4.9"), net_g=[Decimal("4.9")]), sheet=small
    )
    assert codes(found) == []
    assert found.strength_percent == 10
    shares = reconciled(
        BenchReport(weighed_g=[Decimal("0.5"), Decimal("0.25"), Decimal("4.25")], obtained_g=Decimal("0.9"), net_g=[Decimal("0.9")]), sheet=small
    )
    assert codes(shares) == ["YIELD_OUT_OF_LIMIT", "NET_WEIGHT_OUT_OF_LIMIT"]
