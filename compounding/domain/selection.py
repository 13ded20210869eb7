"""Choosing the formula: what was asked for, what the allergies leave, and why the rest is excluded."""

from collections.abc import Callable
from dataclasses import dataclass

from compounding.domain.base_wish import IS_ZINC, BaseWish
from compounding.domain.formulary import Formulary
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.numbers import format_number
from compounding.domain.orders import MedicationOrder
from compounding.domain.reasons import Reason, Severity, reason
from compounding.domain.site import Site

Gate = Callable[[MasterFormulationRecord], tuple[Reason, ...]]
"""The allergy gate for a formula with its lots and this patient: every reason for and against."""

PETROLATUM = "white-petrolatum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """A formula that was not chosen, and why."""

    formula: MasterFormulationRecord
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulationChoice:
    """The formula for an order. `steer` is the zinc-free formula offered where the chosen one may not be used."""

    formula: MasterFormulationRecord
    why: str
    excluded: tuple[Excluded, ...]
    gate: tuple[Reason, ...]
    steer: MasterFormulationRecord | None = None


def choose(order: MedicationOrder, formulary: Formulary, site: Site, gate: Gate) -> tuple[FormulationChoice | None, tuple[Reason, ...]]:
    """The formula, or None with the reasons. The base a prescriber named is never changed here: a different one needs consent (clinical rule 6)."""
    by_base = {formula.base: formula for formula in formulary.formulas.values()}
    petrolatum = by_base.get(PETROLATUM)
    if order.base is BaseWish.NONE:
        return None, ()
    if order.base in IS_ZINC:
        product, problem = _zinc_product(order, formulary, site)
        if problem is not None:
            return None, (problem,)
        formula = by_base.get(product)
        if formula is None:
            name = formulary.substances[product].name
            return None, (reason("NO_FORMULA", detail=f"there is none with {name}; zinc oxide ointment 20 % or white petrolatum can be asked for"),)
        why = f"The order asks for {formulary.substances[product].name}."
    else:
        if petrolatum is None:
            return None, (reason("NO_FORMULA", detail="there is none with white petrolatum"),)
        formula = petrolatum
        why = "The order asks for white petrolatum."
    if order.base is BaseWish.CHOICE:
        why = "The prescriber left the base open; white petrolatum holds no zinc and is taken first."
    if not formula.makes(order.percent):
        return None, ()
    verdict = gate(formula)
    excluded = tuple(Excluded(formula=other, why=_why_not(other, order, formulary, gate)) for other in formulary.formulas.values() if other is not formula)
    if order.base is BaseWish.CHOICE and any(_zinc_held(gate(each.formula)) for each in excluded):
        why = "The prescriber left the base open; the patient may not have zinc, so white petrolatum is taken."
    steer = None
    if petrolatum is not None and formula is not petrolatum and _zinc_held(verdict):
        # Petrolatum is offered only where nothing of it is in the record: a petrolatum allergy removes both bases. What is still to be asked holds the order
        # beside the offer.
        against = {each.code for each in gate(petrolatum) if each.severity is Severity.HELD}
        steer = petrolatum if not against - {"ALLERGY_NOT_ASKED", "ALLERGY_UNCLEAR"} else None
    return FormulationChoice(formula=formula, why=why, excluded=excluded, gate=verdict, steer=steer), ()


def _zinc_held(verdict: tuple[Reason, ...]) -> bool:
    return any(each.code in {"ZINC_ALLERGY_IN_ZINC_BASE", "ZINC_ALLERGY_UNCLEAR"} for each in verdict)


def _zinc_product(order: MedicationOrder, formulary: Formulary, site: Site) -> tuple[str, Reason | None]:
    """The zinc oxide product (substance id) an order means. "Zinc oxide" alone is no product (clinical rule 5)."""
    products = {substance.id: substance for substance in formulary.substances.values() if substance.zinc_oxide_percent}
    kind = {BaseWish.ZINC_OINTMENT: "ointment", BaseWish.ZINC_PASTE: "paste"}.get(order.base, "")
    fitting = [product for product in products.values() if kind in product.id]
    if order.zinc_percent is not None:
        exact = [product for product in fitting if product.zinc_oxide_percent == order.zinc_percent]
        if len(exact) == 1:
            return exact[0].id, None
        stated = f"a zinc oxide {kind or 'product'} of {format_number(order.zinc_percent)} % has none"
        return "", reason("NO_FORMULA", detail=stated)
    if kind == "paste" and len(fitting) == 1:
        return fitting[0].id, None
    default = site.default_zinc_product
    if default in products and kind in default:
        return default, None
    choices = ", ".join(f"{product.name}" for product in products.values())
    return "", reason("ZINC_PRODUCT_NOT_STATED", detail=f"the order must say which one ({choices}), or the pharmacy must name its default")


def _why_not(other: MasterFormulationRecord, order: MedicationOrder, formulary: Formulary, gate: Gate) -> str:
    against = [each for each in gate(other) if each.severity is Severity.HELD and each.code != "ALLERGY_NOT_ASKED"]
    if against:
        return against[0].message
    if order.base is BaseWish.CHOICE:
        return f"{formulary.substances[other.base].name} was not needed."
    return "The order asks for another base."
