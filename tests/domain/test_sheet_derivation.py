"""How every figure of a sheet came about, word for word: name, formula, numbers put in, value, unit and source of each step of each line."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

import pytest

from compounding.config.site_file import example_site
from compounding.domain.calculation import calculate
from compounding.domain.derivation import Step
from compounding.domain.jar import by_substance
from compounding.domain.sheet_derivation import name_of
from compounding.domain.substances import AssayAs, AssayBasis, Lot, Substance
from compounding.domain.weighing_sheet import WeighingSheet, shown
from compounding.reference import load
from tests.factories import GOLDEN_LOT

SUBSTANCES, FORMULAS = load().formulary.substances, load().formulary.formulas
BALANCE = replace(example_site().balance, name="B1")
PETROLATUM, ZINC = "sodium-thiosulfate-in-petrolatum", "sodium-thiosulfate-in-zinc-oxide-ointment"
DRUG, DRUG_NAME, OTHER_FORM = GOLDEN_LOT.substance, "Sodium thiosulfate pentahydrate", "Sodium thiosulfate, anhydrous"
ANHYDROUS_LOT = Lot(
    substance=DRUG, number="A-1", form="anhydrous", assay_percent=Decimal("99.5"), assay_basis=AssayBasis.DRIED, water_percent=Decimal("1.2")
)  # fmt: skip
USP, CONSERVED, STOCK = "USP monograph, sodium thiosulfate (clinical rule 13)", "conservation of mass", "the lot's stock"
LEFT = "what is left of this lot, as far as the balance shows it"
Told = tuple[str, str, str, str, str, str]


def planned(*lots: Lot, amount: str = "60", percent: str = "25", overage: str = "0", formula: str = PETROLATUM, above: str = "0") -> WeighingSheet:
    return calculate(
        FORMULAS[formula], amount_g=Decimal(amount), percent=Decimal(percent), substances=SUBSTANCES, lots=by_substance(lots), balance=BALANCE,
        overage_percent=Decimal(overage), correct_above_percent=Decimal(above),
    )  # fmt: skip


def of(substance: str, number: str, on_hand: str | None = None, expires: str | None = None) -> Lot:
    return Lot(
        substance=substance, number=number, on_hand_g=Decimal(on_hand) if on_hand else None, expires_on=date.fromisoformat(expires) if expires else None,
    )  # fmt: skip


def golden(number: str, on_hand: str | None, expires: str, assay: str = "99.6") -> Lot:
    return replace(
        GOLDEN_LOT, number=number, on_hand_g=Decimal(on_hand) if on_hand else None, expires_on=date.fromisoformat(expires), assay_percent=Decimal(assay)
    )  # fmt: skip


def told(steps: tuple[Step, ...]) -> list[Told]:
    return [(step.name, step.formula, step.substitution, step.value, step.unit, step.source) for step in steps]


def batch(substitution: str, value: str) -> Told:
    return ("Batch", "amount ordered × (1 + overage)", substitution, value, "g", "the site's overage")


def required(substitution: str, value: str) -> Told:
    return (f"{DRUG_NAME} required", "batch × strength ÷ 100", substitution, value, "g", "w/w of the finished preparation, clinical rule 28")


def on_balance(name: str, exact: str, value: str, error: str = "") -> Told:
    change = f": {error} %" if error else ""
    return (f"{name}, to weigh", f"rounded half up to the balance{change}", f"{exact} to steps of 0.01", value, "g", "balance B1")


def as_pentahydrate(lot: str, certificate: tuple[str, str], substitution: str, value: str, name: str = DRUG_NAME) -> list[Told]:
    formula, numbers = "weight × anhydrous in each gram ÷ molar ratio", f"({certificate[0]} ÷ 100) × (1 - {certificate[1]} ÷ 100)"
    return [
        (f"Anhydrous in a gram of lot {lot}", "assay × (1 - water)", numbers, substitution.split()[-1], "g/g", USP),
        (f"{name} from lot {lot}, as pentahydrate", formula, f"{substitution} ÷ (158.11 ÷ 248.18)", value, "g", CONSERVED),
    ]


def stock(name: str, lot: str, left: str, value: str) -> Told:
    return (f"{name} from lot {lot}, to weigh", LEFT, f"{left} left", value, "g", STOCK)


def still_required(lot: str, substitution: str, value: str) -> Told:
    return (f"Still required from lot {lot}", "required - what the lots before it give", substitution, value, "g", CONSERVED)


def by_certificate(lot: str, left: str, value: str) -> Told:
    put_in = f"{left} × (158.11 ÷ 248.18) ÷ ((99.6 ÷ 100) × (1 - 36.1 ÷ 100))"
    return (f"{DRUG_NAME} of lot {lot}", "required × molar ratio ÷ (assay × (1 - water))", put_in, value, "g", USP)


def oil(substitution: str, value: str) -> Told:
    return ("Mineral oil", "batch × levigating agent ÷ 100", substitution, value, "g", "formula, version 1")


def base(name: str, exact: tuple[str, str], weights: tuple[str, str]) -> list[Told]:
    return [
        (name, "batch - all other components (q.s.)", exact[0], exact[1], "g", "formula, version 1"),
        (f"{name}, to weigh", "batch - weights of all other components, so that the weights add up", weights[0], weights[1], "g", CONSERVED),
    ]


def totals(weights: str, value: str, anhydrous: tuple[str, str], zinc: tuple[str, str] | None = None) -> list[Told]:
    steps = [
        ("Total to weigh", "sum of all components", weights, value, "g", CONSERVED),
        (
            "Sodium thiosulfate as anhydrous", "required as pentahydrate × molar ratio", f"{anhydrous[0]} × 158.11 ÷ 248.18", anhydrous[1], "g",
            "molecular weights in the reference data",
        ),
    ]  # fmt: skip
    if zinc is not None:
        steps.append(("Zinc oxide in the finished ointment", "base × zinc oxide in the base ÷ batch", *zinc, "% w/w", "clinical rule 5"))
    return steps


PLAIN_OIL = [oil("60 × 5 ÷ 100", "3"), on_balance("Mineral oil", "3", "3")]
PLAIN_BATCH = [batch("60 × (1 + 0 ÷ 100)", "60"), required("60 × 25 ÷ 100", "15")]
PLAIN_DRUG = [*PLAIN_BATCH, on_balance(DRUG_NAME, "15", "15")]
FIFTEEN = ("15", "9.55616890966")
WEIGHED = "Strength as it will be weighed, as pentahydrate"
ZINC_NAME, BASE_NAME = "Zinc oxide ointment 20 %", "White petrolatum"


@pytest.mark.parametrize(
    ("plan", "lines", "sums"),
    [
        (
            partial(planned),
            [PLAIN_DRUG, PLAIN_OIL, base(BASE_NAME, ("60 - 15 - 3", "42"), ("60 - 15 - 3", "42"))],
            totals("15 + 3 + 42", "60", FIFTEEN),
        ),
        (
            partial(planned, GOLDEN_LOT, percent="12.5", overage="3"),
            [
                [
                    batch("60 × (1 + 3 ÷ 100)", "61.8"), required("61.8 × 12.5 ÷ 100", "7.725"), by_certificate("SP-2026-07", "7.725", "7.73269445305"),
                    on_balance(DRUG_NAME, "7.73269445305", "7.73", "-0.035"),
                ],
                [oil("61.8 × 5 ÷ 100", "3.09"), on_balance("Mineral oil", "3.09", "3.09")],
                base(BASE_NAME, ("61.8 - 7.73269445305 - 3.09", "50.977305547"), ("61.8 - 7.73 - 3.09", "50.98")),
            ],
            totals("7.73 + 3.09 + 50.98", "61.8", ("7.725", "4.92142698848")),
        ),
        # Thousands are separated in what people read, and values stay plain; lots of the other components bring no step where there is one of each.
        (
            partial(planned, of("mineral-oil", "M"), of("zinc-oxide-ointment-20", "Z"), amount="1500", formula=ZINC),
            [
                [batch("1,500 × (1 + 0 ÷ 100)", "1500"), required("1,500 × 25 ÷ 100", "375"), on_balance(DRUG_NAME, "375", "375")],
                [oil("1,500 × 5 ÷ 100", "75"), on_balance("Mineral oil", "75", "75")],
                base(ZINC_NAME, ("1,500 - 375 - 75", "1050"), ("1,500 - 375 - 75", "1050")),
            ],
            totals("375 + 75 + 1,050", "1500", ("375", "238.904222742"), ("1,050 × 20 % ÷ 1,500", "14")),
        ),
        # An anhydrous stock goes by the name on its drum.
        (
            partial(planned, ANHYDROUS_LOT, percent="20", formula=ZINC),
            [
                [
                    batch("60 × (1 + 0 ÷ 100)", "60"), required("60 × 20 ÷ 100", "12"),
                    (
                        f"{OTHER_FORM} of lot A-1", "required × molar ratio ÷ (assay × (1 - water))",
                        "12 × (158.11 ÷ 248.18) ÷ ((99.5 ÷ 100) × (1 - 1.2 ÷ 100))", "7.77667195057", "g", USP,
                    ),
                    on_balance(OTHER_FORM, "7.77667195057", "7.78", "0.043"),
                ],
                PLAIN_OIL,
                base(ZINC_NAME, ("60 - 7.77667195057 - 3", "49.2233280494"), ("60 - 7.78 - 3", "49.22")),
            ],
            totals("7.78 + 3 + 49.22", "60", ("12", "7.64493512773"), ("49.22 × 20 % ÷ 60", "16.4066666667")),
        ),
        # Three lots of the drug, and what is still required after two of them.
        (
            partial(planned, golden("C", None, "2029-01-01"), golden("A", "4.007", "2027-01-01", "99"), golden("B", "5", "2028-01-01")),
            [
                [*PLAIN_BATCH, *as_pentahydrate("A", ("99", "36.1"), "4 × 0.63261", "3.97194737335"), stock(DRUG_NAME, "A", "4.007", "4")],
                [*as_pentahydrate("B", ("99.6", "36.1"), "5 × 0.636444", "4.99502472709"), stock(DRUG_NAME, "B", "5", "5")],
                [
                    still_required("C", "15 - 3.97194737335 - 4.99502472709", "6.03302789956"), by_certificate("C", "6.03302789956", "6.03903707107"),
                    on_balance(f"{DRUG_NAME} of lot C", "6.03903707107", "6.04", "0.016"),
                ],
                PLAIN_OIL,
                base(BASE_NAME, ("60 - 4 - 5 - 6.03903707107 - 3", "41.9609629289"), ("60 - 4 - 5 - 6.04 - 3", "41.96")),
            ],
            totals("4 + 5 + 6.04 + 3 + 41.96", "60", FIFTEEN),
        ),
        # Both forms in one batch.
        (
            partial(planned, golden("C", None, "2029-01-01"), replace(ANHYDROUS_LOT, on_hand_g=Decimal(4), expires_on=date(2027, 1, 1))),
            [
                [*PLAIN_BATCH, *as_pentahydrate("A-1", ("99.5", "1.2"), "4 × 0.98306", "6.17230613623", OTHER_FORM), stock(OTHER_FORM, "A-1", "4", "4")],
                [
                    still_required("C", "15 - 6.17230613623", "8.82769386377"), by_certificate("C", "8.82769386377", "8.8364866503"),
                    on_balance(f"{DRUG_NAME} of lot C", "8.8364866503", "8.84", "0.04"),
                ],
                PLAIN_OIL,
                base(BASE_NAME, ("60 - 4 - 8.8364866503 - 3", "44.1635133497"), ("60 - 4 - 8.84 - 3", "44.16")),
            ],
            totals("4 + 8.84 + 3 + 44.16", "60", FIFTEEN),
        ),
        # Two lots of the levigating agent and three of the base.
        (
            partial(
                planned,
                of("mineral-oil", "M1", "1.507", "2027-01-01"), of("mineral-oil", "M2"), of("white-petrolatum", "P1", "20", "2027-01-01"),
                of("white-petrolatum", "P2", "10", "2027-02-01"), of("white-petrolatum", "P3"), amount="60.05",
            ),
            [
                [
                    batch("60.05 × (1 + 0 ÷ 100)", "60.05"), required("60.05 × 25 ÷ 100", "15.0125"), on_balance(DRUG_NAME, "15.0125", "15.01", "-0.017"),
                ],
                [oil("60.05 × 5 ÷ 100", "3.0025"), stock("Mineral oil", "M1", "1.507", "1.5")],
                [still_required("M2", "3.0025 - 1.5", "1.5025"), on_balance("Mineral oil of lot M2", "1.5025", "1.5", "-0.166")],
                [
                    *base(BASE_NAME, ("60.05 - 15.0125 - 1.5 - 1.5025", "42.035"), ("60.05 - 15.01 - 1.5 - 1.5", "42.04")),
                    stock(BASE_NAME, "P1", "20", "20"),
                ],
                [stock(BASE_NAME, "P2", "10", "10")],
                [(f"{BASE_NAME} of lot P3", "to weigh - weights of the lots before it", "42.04 - 20 - 10", "12.04", "g", CONSERVED)],
            ],
            totals("15.01 + 1.5 + 1.5 + 20 + 10 + 12.04", "60.05", ("15.0125", "9.56413238375")),
        ),
    ],
    ids=["nominal", "overage", "thousands", "anhydrous", "three lots", "both forms", "lots of oil and base"],
)  # fmt: skip
def test_every_figure_shows_how_it_came_about(plan: Callable[[], WeighingSheet], lines: list[list[Told]], sums: list[Told]) -> None:
    sheet = plan()
    assert [told(line.derivation) for line in sheet.lines] == lines
    assert [step for step in told(sheet.totals) if step[0] != WEIGHED] == sums


@pytest.mark.parametrize(
    ("assay", "basis", "expressed", "formula", "put_in"),
    [
        ("99.9", "as_is", "as_stock", "required ÷ assay as pentahydrate", "15 ÷ (99.9 ÷ 100)"),
        ("64.5", "as_is", "anhydrous", "required × molar ratio ÷ assay as it is", "15 × (158.11 ÷ 248.18) ÷ (64.5 ÷ 100)"),
    ],
)
def test_an_assay_as_it_is_shows_its_own_formula(assay: str, basis: str, expressed: str, formula: str, put_in: str) -> None:
    lot = replace(GOLDEN_LOT, assay_percent=Decimal(assay), assay_basis=AssayBasis(basis), assay_as=AssayAs(expressed))
    step = planned(lot).line(DRUG).derivation[2]
    assert told((step,)) == [(f"{DRUG_NAME} of lot SP-2026-07", formula, put_in, shown(planned(lot).line(DRUG).exact_g), "g", USP)]


def test_a_correction_left_out_is_said_and_the_mass_stays() -> None:
    step = planned(GOLDEN_LOT, above="0.1").line(DRUG).derivation[2]
    formula = "required (the correction by 1.001 is left out: corrected here above 0.1 %)"
    assert told((step,)) == [(f"{DRUG_NAME} of lot SP-2026-07", formula, "15", "15", "g", "clinical rule 13")]


def test_a_lot_that_gives_less_for_the_next_ones_sake_says_how_much_less() -> None:
    sheet = planned(of("mineral-oil", "M1", "2.909", "2027-01-01"), of("mineral-oil", "M2"))
    first, second = sheet.lines_of("mineral-oil")
    assert told(first.derivation)[1] == ("Mineral oil from lot M1, to weigh", f"{LEFT}, less what lets the next lot's part be weighed", "2.909 left - 0.1", "2.8", "g", STOCK)  # fmt: skip
    assert told(second.derivation)[0] == still_required("M2", "3 - 2.8", "0.2")


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (partial(planned), [(DRUG, DRUG_NAME, None, True), ("mineral-oil", "Mineral oil", None, False), ("white-petrolatum", "White petrolatum", None, False)]),
        (
            partial(planned, ANHYDROUS_LOT, of("mineral-oil", "M"), formula=ZINC),
            [(DRUG, OTHER_FORM, "A-1", True), ("mineral-oil", "Mineral oil", "M", False), ("zinc-oxide-ointment-20", ZINC_NAME, None, False)],
        ),
    ],
)
def test_a_line_names_its_component_its_lot_and_for_the_drug_what_it_holds(
    plan: Callable[[], WeighingSheet], expected: list[tuple[str, str, str | None, bool]]
) -> None:
    assert [(line.component, line.name, line.lot and line.lot.number, line.composition is not None) for line in plan().lines] == expected


@pytest.mark.parametrize(
    ("substance", "form", "known", "name"),
    [
        (DRUG, "pentahydrate", SUBSTANCES, DRUG_NAME),
        (DRUG, "anhydrous", SUBSTANCES, OTHER_FORM),
        (DRUG, None, SUBSTANCES, DRUG_NAME),
        # Where no substance bears the lot's form, there is only the ordered one's name; a base has no form, whatever its lot says.
        (DRUG, "anhydrous", {DRUG: SUBSTANCES[DRUG]}, DRUG_NAME),
        ("white-petrolatum", "anhydrous", SUBSTANCES, "White petrolatum"),
        ("white-petrolatum", "", SUBSTANCES, "White petrolatum"),
    ],
)
def test_a_lot_of_the_other_form_goes_by_that_forms_name(substance: str, form: str | None, known: dict[str, Substance], name: str) -> None:
    lot = Lot(substance=substance, number="1", form=form) if form is not None else None
    assert name_of(SUBSTANCES[substance], lot, known) == name


def test_the_last_of_three_lots_shows_what_both_before_it_gave() -> None:
    oil_lots = (of("mineral-oil", "M1", "1", "2027-01-01"), of("mineral-oil", "M2", "1.25", "2027-02-01"), of("mineral-oil", "M3"))
    assert [told(line.derivation) for line in planned(*oil_lots).lines_of("mineral-oil")] == [
        [PLAIN_OIL[0], stock("Mineral oil", "M1", "1", "1")],
        [stock("Mineral oil", "M2", "1.25", "1.25")],
        [still_required("M3", "3 - 1 - 1.25", "0.75"), on_balance("Mineral oil of lot M3", "0.75", "0.75")],
    ]


@pytest.mark.parametrize(
    ("plan", "substitution", "value"),
    [
        (partial(planned), "9.55616890966 ÷ (158.11 ÷ 248.18) ÷ 60 × 100", "25"),
        (partial(planned, GOLDEN_LOT), "9.55302444 ÷ (158.11 ÷ 248.18) ÷ 60 × 100", "24.9917737179"),
    ],
)
def test_a_sheet_says_which_strength_its_rounded_weights_make(plan: Callable[[], WeighingSheet], substitution: str, value: str) -> None:
    (step,) = [step for step in told(plan().totals) if step[0] == WEIGHED]
    assert step[1:] == ("anhydrous in the weights ÷ molar ratio ÷ batch × 100", substitution, value, "% w/w", CONSERVED)


def test_a_batch_that_the_balance_cannot_show_is_said_to_be_rounded() -> None:
    steps = told(planned(amount="33", overage="2.5").lines[0].derivation)
    assert steps[0] == ("Batch", "amount ordered × (1 + overage), rounded half up to the balance", "33 × (1 + 2.5 ÷ 100)", "33.83", "g", "the site's overage")


@pytest.mark.parametrize(
    ("plan", "corrected"),
    [
        (partial(planned), [False, None, None]),
        (partial(planned, GOLDEN_LOT), [True, None, None]),
        (partial(planned, replace(GOLDEN_LOT, water_percent=None)), [False, None, None]),
    ],
)
def test_a_line_of_the_drug_says_whether_its_certificate_was_used(plan: Callable[[], WeighingSheet], corrected: list[bool | None]) -> None:
    assert [line.corrected for line in plan().lines] == corrected
