"""What goes into one jar: the nominal materials, and whatever the chosen lots' own ingredient lists add to them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from compounding.domain.formulary import Formulary
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.ingredient_names import IngredientNames
from compounding.domain.patients import AllergyEntry, CodedText
from compounding.domain.reasons import Reason, reason
from compounding.domain.screening.entries import read_entry
from compounding.domain.screening.lexicon import Lexicon
from compounding.domain.screening.roles import KNOWN_OTHER
from compounding.domain.screening.statements import Effect
from compounding.domain.substances import Lot, Substance

_PERCENT = re.compile(r"([0-9]+(?:[.,][0-9]+)?)\s*%")
_NOT_READ = frozenset({"unrecognised", "generic_topical", "no_information"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Jar:
    """The allergens (lexicon ids) of everything that goes in, and what is wrong with the lots.

    `lists` names the ingredients on the lots' lists that have no id of their own. `may_hold` and `may_list` are what products of that name can hold besides,
    where no list was given that would say so.
    """

    holds: frozenset[str]
    reasons: tuple[Reason, ...]
    lists: tuple[str, ...] = ()
    may_hold: frozenset[str] = frozenset()
    may_list: tuple[str, ...] = ()


def by_substance(lots: Iterable[Lot]) -> Mapping[str, tuple[Lot, ...]]:
    """The lots of each ingredient."""
    found: dict[str, tuple[Lot, ...]] = {}
    for lot in lots:
        found[lot.substance] = (*found.get(lot.substance, ()), lot)
    return found


def fill(formula: MasterFormulationRecord, formulary: Formulary, lots: Mapping[str, Sequence[Lot]], lexicon: Lexicon, *, on: date) -> Jar:
    """The jar a formula and its lots make. A lot can only add allergens: no list takes zinc out of a zinc oxide ointment."""
    holds = set(formulary.holds(formula))
    reasons: list[Reason] = []
    may_hold: set[str] = set()
    may_list: list[str] = []
    lists: list[str] = []
    for part in (formula.active, formula.levigating_agent, formula.base):
        substance, chosen = formulary.substances[part], lots.get(part, ())
        if not chosen or any(not lot.ingredients for lot in chosen):
            may_hold |= substance.may_hold
            may_list.extend(substance.may_list)
        for lot in chosen:
            found, others, faults = _lot(lot, substance, formulary, lexicon, on=on)
            holds |= found
            lists.extend(others)
            reasons.extend(faults)
    return Jar(holds=frozenset(holds), reasons=tuple(reasons), lists=tuple(lists), may_hold=frozenset(may_hold) - holds, may_list=tuple(may_list))


def _lot(lot: Lot, substance: Substance, formulary: Formulary, lexicon: Lexicon, *, on: date) -> tuple[set[str], list[str], list[Reason]]:
    """What a lot's own label adds to the jar's allergens, the other ingredients it lists, and why it may not be used."""
    holds: set[str] = set()
    lists: list[str] = []
    reasons: list[Reason] = []
    named, where = f"lot {lot.number} of {substance.name}", f"lots: {lot.substance}"
    if lot.expires_on is not None and lot.expires_on < on:
        reasons.append(reason("LOT_EXPIRED", detail=f"{named} expired on {lot.expires_on.isoformat()}", where=where))
    for ingredient in lot.ingredients or ():
        found, doubt = _allergens_of(ingredient, lexicon, substance, formulary.ingredient_names)
        holds |= found
        if KNOWN_OTHER in found:
            lists.append(ingredient)
        fault = f": {doubt}" if doubt else _fault_of(ingredient, found, substance, formulary)
        if fault:
            reasons.append(reason("LOT_UNSUITABLE", detail=named + fault, where=where))
    return holds, lists, reasons


def _fault_of(ingredient: str, found: frozenset[str], substance: Substance, formulary: Formulary) -> str:
    """Why an ingredient on a lot's label means that the lot is not what the formula names; empty where it may be."""
    if formulary.brings_water.search(ingredient):
        # The long beyond-use limit is attested for a formula that no water enters (clinical rule 16).
        return f" lists {ingredient}: the formula and its beyond-use limit are for a preparation without water"
    if substance.zinc_oxide_percent and _other_percent(ingredient, substance):
        return f" lists {ingredient}: it is not the strength the formula names"
    if KNOWN_OTHER in found and not formulary.ingredient_names.may_be_listed(ingredient, in_a_product=bool(substance.zinc_oxide_percent)):
        return f" lists {ingredient}: nobody has reviewed it as part of this base, and it may be a medicine"
    if not substance.zinc_oxide_percent and found - substance.holds - {KNOWN_OTHER}:
        # A single substance that lists another one is not that substance; zinc oxide products do differ in what else they hold.
        return f" lists {ingredient}: it is not what the formula names"
    return ""


def _other_percent(ingredient: str, substance: Substance) -> bool:
    stated = [Decimal(each.replace(",", ".")) for each in _PERCENT.findall(ingredient)]
    return "zinc" in ingredient.casefold() and any(percent != substance.zinc_oxide_percent for percent in stated)


def _allergens_of(ingredient: str, lexicon: Lexicon, substance: Substance, names: IngredientNames) -> tuple[frozenset[str], str]:
    """The allergens an ingredient's name stands for. A name nobody knows could be any of them, so it is a doubt."""
    if ingredient.strip().casefold() in {known.casefold() for known in (*substance.ingredients, substance.name)}:
        return substance.holds, ""
    if names.may_be_listed(ingredient, in_a_product=bool(substance.zinc_oxide_percent)):
        return frozenset({KNOWN_OTHER}), ""
    reading = read_entry(AllergyEntry(what=CodedText(text=ingredient)), lexicon)
    named = {finding.allergen for finding in reading.findings if finding.effect is not Effect.CLEARED}
    if named & _NOT_READ or not named:
        return frozenset(named), f'its ingredient "{ingredient[:60]}" is not known to the allergen list, so nobody can be screened for it'
    return frozenset(named), ""


def check_lots(lots: Sequence[Lot], formulary: Formulary) -> tuple[Reason, ...]:
    """Lots nobody can use: of an unknown ingredient, named twice, or several of which nobody says how much is left."""
    seen: set[tuple[str, str]] = set()
    reasons: list[Reason] = []
    for lot in lots:
        if lot.substance not in formulary.substances:
            reasons.append(reason("LOT_UNSUITABLE", detail=f'"{lot.substance}" is no ingredient of a formula here', where="lots"))
        elif (lot.substance, lot.number) in seen:
            reasons.append(reason("LOT_UNSUITABLE", detail=f"lot {lot.number} of {lot.substance} is named twice", where="lots"))
        seen.add((lot.substance, lot.number))
    for substance, several in by_substance(lots).items():
        if len([lot for lot in several if lot.on_hand_g is None]) > 1:
            detail = f"of several lots of {substance}, all but one must say how much is left (on_hand_g), so that it is known what is taken from which"
            reasons.append(reason("LOT_UNSUITABLE", detail=detail, where="lots"))
    return tuple(reasons)
