"""Strength: hydrate and anhydrous, assay and water of a lot, and a whole preparation with all of them (clinical rules 4, 13 and 14)."""

from fractions import Fraction

from compounding.domain.calculators.answers import Answer, CalculationRefused, Working, text
from compounding.domain.calculators.batches import with_overage
from compounding.domain.calculators.constants import Constants, hold_unusual_batch, hold_unusual_strength, masses_of
from compounding.domain.calculators.inputs import Inputs
from compounding.domain.hydrates import Form, LotComposition, MolarMasses, Thiosulfate
from compounding.domain.lots import ANHYDROUS_MOST_WATER, ASSAY, FACTOR, PENTAHYDRATE_WATER

FORMS = tuple(Form)
MOST_DRYING_LOSS_OF_A_PLAIN_POWDER = 10
_ASSAY = (Fraction(50), Fraction(110))
_MONOGRAPH = "USP monograph, sodium thiosulfate (clinical rule 13)"


def hydrate(inputs: Inputs, constants: Constants) -> Answer:
    """A mass counted as one form, counted as the other."""
    working = Working()
    mass = inputs.number("mass_g")
    before, after = _form(inputs, "from"), _form(inputs, "to")
    masses, source = masses_of(inputs, constants, working)
    found = Thiosulfate(mass, before).counted_as(after, masses)
    working.give(
        "mass", found.grams, "g", formula=_ratio_in_words("mass", before, after), substitution=f"{text(mass)} × {_ratio(before, after, masses)}", source=source
    )
    inputs.done()
    return working.answer()


def strength_basis(inputs: Inputs, constants: Constants) -> Answer:
    """A strength stated as one form, stated as the other."""
    working = Working()
    percent = inputs.percent("percent")
    before, after = _form(inputs, "from"), _form(inputs, "to")
    masses, source = masses_of(inputs, constants, working)
    found = percent * masses.ratio(before, after)
    if found > 100:
        raise CalculationRefused("out_of_range", f"{text(percent)} % as {before} would be more than 100 % as {after}")
    working.give(
        "percent",
        found,
        "%",
        formula=_ratio_in_words("strength", before, after),
        substitution=f"{text(percent)} × {_ratio(before, after, masses)}",
        source=source,
    )
    hold_unusual_strength(working, percent * masses.ratio(before, Form.PENTAHYDRATE), constants)
    inputs.done()
    return working.answer()


def potency(inputs: Inputs) -> Answer:
    """The mass to weigh of a powder whose assay is below or above 100 %."""
    working = Working()
    required = inputs.number("required_g")
    assay, drying_loss = _assay(inputs, "assay_percent"), _drying_loss(inputs, "lod_percent")
    basis = inputs.word("assay_basis", ("as_is", "dried"))
    inputs.done()
    if basis == "as_is":
        working.give(
            "weigh", required * 100 / assay, "g", formula="required ÷ (assay ÷ 100); an assay of the powder as it is already counts its water",
            substitution=f"{text(required)} ÷ ({text(assay)} ÷ 100)",
        )  # fmt: skip
        return working.answer()
    working.give(
        "weigh", required * 10_000 / (assay * (100 - drying_loss)), "g", formula="required ÷ ((assay ÷ 100) × (1 - loss on drying ÷ 100))",
        substitution=f"{text(required)} ÷ (({text(assay)} ÷ 100) × (1 - {text(drying_loss)} ÷ 100))",
    )  # fmt: skip
    if drying_loss > MOST_DRYING_LOSS_OF_A_PLAIN_POWDER:
        working.hold(
            "implausible",
            f"a loss on drying of {text(drying_loss)} % is the water of a hydrate; for sodium thiosulfate reckon from its certificate "
            "(coa_dried_anhydrous), or the dose is 57 % high",
        )
    return working.answer()


def coa_dried_anhydrous(inputs: Inputs, constants: Constants) -> Answer:
    """The mass to weigh of a lot whose certificate states the assay on the dried basis, as anhydrous, and the loss on drying."""
    working = Working()
    required = inputs.number("required_g")
    form = _form(inputs, "required_form")
    assay, drying_loss = _assay(inputs, "lot_assay_dried_as_anhydrous_percent"), _drying_loss(inputs, "lot_lod_percent")
    stock = _form(inputs, "stock_form") if inputs.has("stock_form") else None
    masses, source = masses_of(inputs, constants, working)
    inputs.done()
    needed = _needed_as_anhydrous(working, required, form, masses, source)
    lot = LotComposition(anhydrous_fraction=assay * (100 - drying_loss) / 10_000)
    if not ASSAY[0] <= assay <= ASSAY[1]:
        working.hold("implausible", f"an assay of {text(assay)} % is outside the monograph's {ASSAY[0]} to {ASSAY[1]} %; the lot belongs in quarantine")
    weigh = working.give(
        "weigh", lot.mass_holding(needed, masses), "g", formula="needed as anhydrous ÷ ((assay ÷ 100) × (1 - loss on drying ÷ 100))",
        substitution=f"{text(needed.grams)} ÷ (({text(assay)} ÷ 100) × (1 - {text(drying_loss)} ÷ 100))", source=_MONOGRAPH,
    )  # fmt: skip
    if stock is None:
        stock = _form_by_water(drying_loss)
        if stock is None:
            working.hold(
                "basis_conflict", f"a loss on drying of {text(drying_loss)} % fits neither the pentahydrate (32 to 37 %) nor the anhydrous salt (up to 5 %)"
            )
            return working.answer()
    _hold_contradicting_water(working, stock, drying_loss)
    _hold_unusual_factor(working, needed, weigh, stock, masses)
    return working.answer()


def full_prep(inputs: Inputs, constants: Constants) -> Answer:
    """A whole preparation: batch with overage, drug corrected for the lot, base to make up the rest, zinc oxide in the finished ointment."""
    working = Working()
    target = inputs.number("target_g")
    percent = inputs.percent("percent")
    label_form, stock_form = _form(inputs, "label_form"), _form(inputs, "stock_form")
    assay, drying_loss = _assay(inputs, "assay_percent"), _drying_loss(inputs, "lod_percent")
    basis = inputs.word("assay_basis", ("as_is", "dried"))
    assay_as = inputs.word("assay_as", ("anhydrous", "as_stock")) if inputs.has("assay_as") else ""
    extra = inputs.percent("overage_percent", zero=True)
    zinc = inputs.percent("base_zinc_percent", zero=True)
    masses, source = masses_of(inputs, constants, working)
    inputs.done()
    if basis == "dried" and stock_form is Form.PENTAHYDRATE and not assay_as:
        raise CalculationRefused("missing_basis", "assay_as: a dried assay of a hydrate must say whether it is expressed as anhydrous or as_stock")
    batch = with_overage(working, "batch_g", target, extra)
    required = working.step(
        f"sodium thiosulfate as {label_form}", batch * percent / 100, "g", formula="batch × % w/w ÷ 100", substitution=f"{text(batch)} × {text(percent)} ÷ 100"
    )
    needed = _needed_as_anhydrous(working, required, label_form, masses, source)
    counted_as = Form.ANHYDROUS if assay_as == "anhydrous" else stock_form
    dry = 100 - drying_loss if basis == "dried" else Fraction(100)
    fraction = assay * dry / 10_000 * masses.ratio(counted_as, Form.ANHYDROUS)
    pieces = [f"({text(assay)} ÷ 100)"]
    words = ["(assay ÷ 100)"]
    if basis == "dried":
        pieces.append(f"(1 - {text(drying_loss)} ÷ 100)")
        words.append("(1 - loss on drying ÷ 100)")
    if counted_as is Form.PENTAHYDRATE:
        pieces.append(_ratio(Form.PENTAHYDRATE, Form.ANHYDROUS, masses))
        words.append("molar ratio")
    working.step("anhydrous in a gram of the lot", fraction, "g/g", formula=" × ".join(words), substitution=" × ".join(pieces), source=_MONOGRAPH)
    weigh = working.give(
        "weigh_sts_g", LotComposition(anhydrous_fraction=fraction).mass_holding(needed, masses), "g", formula="needed as anhydrous ÷ anhydrous in a gram",
        substitution=f"{text(needed.grams)} ÷ {text(fraction)}", source=_MONOGRAPH,
    )  # fmt: skip
    base = batch - weigh
    if base <= 0:
        raise CalculationRefused("composition_over_100", f"{text(weigh)} g of the lot leave no room for a base in {text(batch)} g")
    working.give("base_g", base, "g", formula="batch - drug (q.s.)", substitution=f"{text(batch)} - {text(weigh)}", source="conservation of mass")
    working.give(
        "zinc_oxide_percent", base * zinc / batch, "%", formula="base × zinc oxide in the base ÷ batch",
        substitution=f"{text(base)} × {text(zinc)} ÷ {text(batch)}", source="clinical rule 5",
    )  # fmt: skip
    hold_unusual_strength(working, percent * masses.ratio(label_form, Form.PENTAHYDRATE), constants)
    hold_unusual_batch(working, batch)
    if basis == "dried" and counted_as is Form.ANHYDROUS:
        _hold_contradicting_water(working, stock_form, drying_loss)
    _hold_unusual_factor(working, needed, weigh, stock_form, masses)
    return working.answer()


def _form(inputs: Inputs, key: str) -> Form:
    return Form(inputs.word(key, FORMS))


def _assay(inputs: Inputs, key: str) -> Fraction:
    assay = inputs.number(key, most=Fraction(1_000_000))
    if not _ASSAY[0] <= assay <= _ASSAY[1]:
        raise CalculationRefused("implausible", f"{key}: an assay of {text(assay)} % is outside {_ASSAY[0]} to {_ASSAY[1]} %; check its basis")
    return assay


def _drying_loss(inputs: Inputs, key: str) -> Fraction:
    loss = inputs.percent(key, zero=True)
    if loss == 100:
        raise CalculationRefused("out_of_range", f"{key}: nothing is left of a powder that loses all its mass")
    return loss


def _ratio(before: Form, after: Form, masses: MolarMasses) -> str:
    return "1" if before is after else f"{text(masses.of(after))} ÷ {text(masses.of(before))}"


def _ratio_in_words(what: str, before: Form, after: Form) -> str:
    return f"{what}, unchanged" if before is after else f"{what} × molar mass of the {after} form ÷ molar mass of the {before} form"


def _needed_as_anhydrous(working: Working, required: Fraction, form: Form, masses: MolarMasses, source: str) -> Thiosulfate:
    needed = Thiosulfate(required, form).counted_as(Form.ANHYDROUS, masses)
    working.step(
        "needed as anhydrous", needed.grams, "g", formula=_ratio_in_words("required", form, Form.ANHYDROUS),
        substitution=f"{text(required)} × {_ratio(form, Form.ANHYDROUS, masses)}", source=source,
    )  # fmt: skip
    return needed


def _form_by_water(drying_loss: Fraction) -> Form | None:
    if PENTAHYDRATE_WATER[0] <= drying_loss <= PENTAHYDRATE_WATER[1]:
        return Form.PENTAHYDRATE
    return Form.ANHYDROUS if drying_loss <= ANHYDROUS_MOST_WATER else None


def _hold_contradicting_water(working: Working, stock: Form, drying_loss: Fraction) -> None:
    if _form_by_water(drying_loss) is not stock:
        working.hold("basis_conflict", f"a loss on drying of {text(drying_loss)} % contradicts a stock that is {stock}; check the certificate")


def _hold_unusual_factor(working: Working, needed: Thiosulfate, weigh: Fraction, stock: Form, masses: MolarMasses) -> None:
    factor = weigh / needed.counted_as(stock, masses).grams
    if not FACTOR[0] <= factor <= FACTOR[1]:
        working.hold(
            "implausible",
            f"the lot asks for {text(factor)} times the weight of the pure {stock} form, outside {FACTOR[0]} to {FACTOR[1]}; check the basis of its assay",
        )
