"""What goes into one jar: the nominal materials, and whatever the chosen lots' own ingredient lists add to them."""

import re
from collections.abc import Iterable, Mapping
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


def fill(formula: MasterFormulationRecord, formulary: Formulary, lots: Mapping[str, Lot], lexicon: Lexicon, *, on: date) -> Jar:
    """The jar a formula and its lots make. A lot can only add allergens: no list takes zinc out of a zinc oxide ointment."""
    holds = set(formulary.holds(formula))
    reasons: list[Reason] = []
    lists: list[str] = []
    may_hold: set[str] = set()
    may_list: list[str] = []
    for part in (formula.active, formula.levigating_agent, formula.base):
        lot, substance = lots.get(part), formulary.substances[part]
        if lot is None or not lot.ingredients:
            may_hold |= substance.may_hold
            may_list.extend(substance.may_list)
        if lot is None:
            continue
        if lot.expires_on is not None and lot.expires_on < on:
            reasons.append(reason("LOT_EXPIRED", detail=f"lot {lot.number} of {substance.name} expired on {lot.expires_on.isoformat()}", where=f"lots: {part}"))
        for ingredient in lot.ingredients or ():
            found, doubt = _allergens_of(ingredient, lexicon, substance, formulary.ingredient_names)
            holds |= found
            if KNOWN_OTHER in found:
                lists.append(ingredient)
            if doubt:
                reasons.append(reason("LOT_UNSUITABLE", detail=f"lot {lot.number} of {substance.name}: {doubt}", where=f"lots: {part}"))
            elif formulary.brings_water.search(ingredient):
                # The long beyond-use limit is attested for a formula that no water enters (clinical rule 16).
                detail = f"lot {lot.number} of {substance.name} lists {ingredient}: the formula and its beyond-use limit are for a preparation without water"
                reasons.append(reason("LOT_UNSUITABLE", detail=detail, where=f"lots: {part}"))
            elif substance.zinc_oxide_percent and _other_percent(ingredient, substance):
                detail = f"lot {lot.number} of {substance.name} lists {ingredient}: it is not the strength the formula names"
                reasons.append(reason("LOT_UNSUITABLE", detail=detail, where=f"lots: {part}"))
            elif KNOWN_OTHER in found and not formulary.ingredient_names.may_be_listed(ingredient, in_a_product=bool(substance.zinc_oxide_percent)):
                detail = f"lot {lot.number} of {substance.name} lists {ingredient}: nobody has reviewed it as part of this base, and it may be a medicine"
                reasons.append(reason("LOT_UNSUITABLE", detail=detail, where=f"lots: {part}"))
            elif not substance.zinc_oxide_percent and found - substance.holds - {KNOWN_OTHER}:
                # A single substance that lists another one is not that substance; zinc oxide products do differ in what else they hold.
                detail = f"lot {lot.number} of {substance.name} lists {ingredient}: it is not what the formula names"
                reasons.append(reason("LOT_UNSUITABLE", detail=detail, where=f"lots: {part}"))
    return Jar(holds=frozenset(holds), reasons=tuple(reasons), lists=tuple(lists), may_hold=frozenset(may_hold) - holds, may_list=tuple(may_list))


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


def check_lots(lots: Iterable[Lot], formulary: Formulary) -> tuple[Reason, ...]:
    """Lots nobody can use: of an unknown ingredient, or two of the same one."""
    seen: set[str] = set()
    reasons: list[Reason] = []
    for lot in lots:
        if lot.substance not in formulary.substances:
            reasons.append(reason("LOT_UNSUITABLE", detail=f'"{lot.substance}" is no ingredient of a formula here', where="lots"))
        elif lot.substance in seen:
            reasons.append(reason("LOT_UNSUITABLE", detail=f"two lots of {lot.substance} are named; name one", where="lots"))
        seen.add(lot.substance)
    return tuple(reasons)
