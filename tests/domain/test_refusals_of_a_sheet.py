"""What a weighing sheet says of itself, and every way it is refused: the words, and the values just inside and just outside each limit."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from compounding.config.site_file import example_site
from compounding.domain import calculation
from compounding.domain.calculation import calculate
from compounding.domain.jar import by_substance
from compounding.domain.recalculation import SecondCalculation
from compounding.domain.sheet_derivation import Figures, lines_of
from compounding.domain.site import Balance
from compounding.domain.substances import AssayBasis, Lot, Substance
from compounding.domain.weighing_sheet import CannotWeigh, WeighingLine, WeighingSheet
from compounding.reference import load
from tests.factories import GOLDEN_LOT

D, F = Decimal, Fraction
SUBSTANCES, FORMULAS = load().formulary.substances, load().formulary.formulas
BALANCE = example_site().balance
PETROLATUM, ZINC = FORMULAS["sodium-thiosulfate-in-petrolatum"], FORMULAS["sodium-thiosulfate-in-zinc-oxide-ointment"]
DRUG = GOLDEN_LOT.substance
ANHYDROUS_LOT = Lot(substance=DRUG, number="A-1", form="anhydrous")
DISAGREE = "the two independent calculations of this sheet disagree; nothing may be weighed"


def planned(
    *lots: Lot, amount: str = "60", percent: str = "25", overage: str = "0", balance: Balance = BALANCE, substances: dict[str, Substance] | None = None
) -> WeighingSheet:
    return calculate(
        PETROLATUM, amount_g=D(amount), percent=D(percent), substances=substances or SUBSTANCES, lots=by_substance(lots), balance=balance,
        overage_percent=D(overage),
    )  # fmt: skip


def refused(*lots: Lot, amount: str = "60", percent: str = "25", balance: Balance = BALANCE) -> tuple[str, str]:
    with pytest.raises(CannotWeigh) as refusal:
        planned(*lots, amount=amount, percent=percent, balance=balance)
    return refusal.value.code, refusal.value.message


def test_a_sheet_says_which_formula_how_much_and_how_strong_in_both_readings() -> None:
    sheet = calculate(
        replace(ZINC, version="7"), amount_g=D(60), percent=D(25), substances=SUBSTANCES, lots={DRUG: (GOLDEN_LOT,)}, balance=BALANCE, overage_percent=D(3),
    )  # fmt: skip
    assert (sheet.formula_id, sheet.formula_version) == ("sodium-thiosulfate-in-zinc-oxide-ointment", "7")
    assert (sheet.amount_g, sheet.batch_g, sheet.percent) == (D(60), D("61.8"), D(25))
    assert (sheet.as_pentahydrate_g, sheet.as_anhydrous_g) == (F("15.45"), F("15.45") * F("158.11") / F("248.18"))
    # 61.8 - 15.47 - 3.09 g of the base, of which a fifth is zinc oxide.
    assert [line.to_weigh_g for line in sheet.lines] == [D("15.47"), D("3.09"), D("43.24")]
    assert sheet.zinc_oxide_percent == F("43.24") * 20 / F("61.8")


def test_the_lines_of_a_component_are_its_own_and_a_line_is_the_only_one() -> None:
    oils = [Lot(substance="mineral-oil", number=number, on_hand_g=D(2)) for number in "AB"]
    sheet = planned(*oils)
    assert [line.lot and line.lot.number for line in sheet.lines_of("mineral-oil")] == ["A", "B"]
    assert sheet.lines_of("water") == ()
    assert sheet.line(DRUG) is sheet.lines[0]
    with pytest.raises(ValueError, match="too many values"):
        sheet.line("mineral-oil")


@pytest.mark.parametrize(("amount", "overage", "batch"), [("60.004", "0", "60"), ("60.005", "0", "60.01"), ("60", "0.0084", "60.01"), ("60", "100", "120")])
def test_the_batch_is_a_whole_number_of_the_balances_steps(amount: str, overage: str, batch: str) -> None:
    assert planned(amount=amount, overage=overage).batch_g == D(batch)


OIL, HYDRATE, OTHER_FORM = "Mineral oil", "Sodium thiosulfate pentahydrate", "Sodium thiosulfate, anhydrous"
CRUMBS = replace(GOLDEN_LOT, number="CRUMBS", on_hand_g=D("0.1"), expires_on=date(2027, 1, 1))


def below(mass: str, name: str, weigh: str, diluent: str) -> str:
    return (
        f"{mass} g of {name} is below the 0.2 g this balance can weigh; a pharmacist may decide on an aliquot ({weigh} g with {diluent} g of a diluent that "
        "the formula holds, of which 0.2 g are taken), a finer balance or a larger batch"
    )


@pytest.mark.parametrize(
    ("lots", "amount", "percent", "words"),
    [
        # 0.0055 g short of the least it would be 37 times: no use beside a finer balance.
        ((), "3.89", "25", f"0.1945 g of {OIL} is below the 0.2 g this balance can weigh; use a finer balance or make a larger batch"),
        ((), "60", "0.2", below("0.12", HYDRATE, "0.36", "0.24")),
        # Of 0.24 g as pentahydrate, the anhydrous salt is 0.1529 g, and goes by its own name; also where a lot before it was passed over.
        ((ANHYDROUS_LOT,), "60", "0.4", below("0.152898702555", OTHER_FORM, "0.764493512773", "0.235506487227")),
        ((CRUMBS, ANHYDROUS_LOT), "60", "0.4", below("0.152898702555", OTHER_FORM, "0.764493512773", "0.235506487227")),
        ((), "10", "93.5", below("0.15", "White petrolatum", "0.6", "0.2")),
    ],
)
def test_what_is_below_the_balance_is_refused_by_its_name_with_the_aliquot(lots: tuple[Lot, ...], amount: str, percent: str, words: str) -> None:
    assert refused(*lots, amount=amount, percent=percent) == ("BELOW_MINIMUM_WEIGHABLE", words)


def test_exactly_what_the_balance_can_weigh_is_weighed() -> None:
    assert planned(amount="4").line("mineral-oil").to_weigh_g == D("0.2")
    assert planned(percent="0.25", amount="80").line(DRUG).to_weigh_g == D("0.2")


def test_without_an_aliquot_none_is_proposed() -> None:
    coarse = replace(BALANCE, minimum_weighable_g=D(50))
    assert refused(percent="0.05", balance=coarse) == (
        "BELOW_MINIMUM_WEIGHABLE",
        f"0.03 g of {HYDRATE} is below the 50 g this balance can weigh; use a finer balance or make a larger batch",
    )


@pytest.mark.parametrize("percent", ["95", "94.99", "95.01", "96", "100"])
def test_a_base_that_does_not_fit_is_refused(percent: str) -> None:
    assert refused(amount="10", percent=percent) == ("COMPOSITION_OVER_100", "the drug and the levigating agent leave no room for the base")


@pytest.mark.parametrize(
    ("component", "name"), [(DRUG, HYDRATE), ("mineral-oil", OIL), ("white-petrolatum", "White petrolatum")]
)  # fmt: skip
def test_each_component_is_taken_from_its_own_lots(component: str, name: str) -> None:
    lot = replace(GOLDEN_LOT, substance=component, on_hand_g=D("0.5"))
    assert refused(lot) == ("INSUFFICIENT_STOCK", f"the lots of {name} hold too little for this batch")


def test_a_rounding_of_one_percent_exactly_is_allowed_and_more_is_refused() -> None:
    # With molar masses of 150 and 200, 0.4 g as pentahydrate are 0.3 g, or 0.3 ÷ 0.99 g of this lot: weighing 0.3 g is one percent less.
    masses = {"pentahydrate": D(200), "anhydrous": D(150)}
    substances = {key: replace(each, molecular_weight=masses.get(each.drug_form)) for key, each in SUBSTANCES.items()}
    lot = replace(ANHYDROUS_LOT, assay_percent=D(99), assay_basis=AssayBasis.AS_IS)
    assert planned(lot, amount="4", percent="10", substances=substances).line(DRUG).to_weigh_g == D("0.3")
    with pytest.raises(CannotWeigh) as refusal:
        planned(lot, amount="4", percent="10.001", substances=substances)
    assert refusal.value.code == "BELOW_MINIMUM_WEIGHABLE"
    assert refusal.value.message == f"rounding {HYDRATE} to the balance would change it by more than 1 %"


@pytest.mark.parametrize("amount", ["3.9", "4.1"])
def test_rounding_up_and_rounding_down_are_limited_alike(amount: str) -> None:
    # 0.195 g and 0.205 g are half a step from 0.2 g and 0.21 g.
    assert refused(amount=amount) == ("BELOW_MINIMUM_WEIGHABLE", "rounding Mineral oil to the balance would change it by more than 1 %")


@pytest.mark.parametrize("wrong", ["active_g", "levigating_g", "base_g"])
@pytest.mark.parametrize("by", ["0.01", "-0.01"])
def test_a_hundredth_of_a_gram_between_the_two_calculations_stops_everything(monkeypatch: pytest.MonkeyPatch, wrong: str, by: str) -> None:
    right = SecondCalculation(active_g=D(15), levigating_g=D(3), base_g=D(42))
    monkeypatch.setattr(calculation, "recalculate", lambda **_: right)
    assert planned().batch_g == 60
    monkeypatch.setattr(calculation, "recalculate", lambda **_: replace(right, **{wrong: getattr(right, wrong) + D(by)}))  # type: ignore[arg-type]
    assert refused() == ("CALCULATIONS_DISAGREE", DISAGREE)


@pytest.mark.parametrize(("change_g", "change_exact"), [("0.01", "0"), ("-0.01", "0"), ("0", "0.01"), ("0", "-0.01")])
def test_lines_that_do_not_add_up_to_the_batch_stop_everything(monkeypatch: pytest.MonkeyPatch, change_g: str, change_exact: str) -> None:
    def slipped(figures: Figures) -> tuple[WeighingLine, ...]:
        first, *others = lines_of(figures)
        return (replace(first, to_weigh_g=first.to_weigh_g + D(change_g), exact_g=first.exact_g + F(change_exact)), *others)

    monkeypatch.setattr(calculation, "lines_of", slipped)
    assert refused() == ("CALCULATIONS_DISAGREE", "the components do not add up to the batch; nothing may be weighed")


def test_several_lots_of_everything_agree_with_the_second_calculation_and_add_up() -> None:
    lots = (
        replace(GOLDEN_LOT, number="1", on_hand_g=D(3)), replace(GOLDEN_LOT, number="2", on_hand_g=D("4.5"), assay_percent=D(99)),
        replace(ANHYDROUS_LOT, number="3"), Lot(substance="mineral-oil", number="4", on_hand_g=D(1)), Lot(substance="mineral-oil", number="5", on_hand_g=D(1)),
        Lot(substance="mineral-oil", number="6"), Lot(substance="white-petrolatum", number="7", on_hand_g=D(10)),
        Lot(substance="white-petrolatum", number="8", on_hand_g=D(10)), Lot(substance="white-petrolatum", number="9"),
    )  # fmt: skip
    sheet = planned(*lots)
    assert [line.lot and line.lot.number for line in sheet.lines] == list("123456789")
    assert sum(line.to_weigh_g for line in sheet.lines) == 60
    assert sum(line.exact_g for line in sheet.lines) == 60
    # The base's exact figure makes up the batch, and what rounding left is in its last lot.
    assert sum(line.exact_g for line in sheet.lines_of("white-petrolatum")) == 60 - 3 - F("4.5") - sheet.lines[2].exact_g - 3
    assert [line.exact_g for line in sheet.lines_of("white-petrolatum")[:2]] == [10, 10]
