"""How much of the base goes in at each doubling: worked out exactly from the weighed masses, in grams.

The powder is wetted with all of the levigating agent and about its own mass of the base; then base equal to the paste is added, again and again, until all of
it is in (the procedure of the formulas; EAHP Good Practice Initiative).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.errors import LevigateError
from compounding.domain.formulation import MasterFormulationRecord

_WORDS_OF_LEVIGATION, _WORDS_OF_DILUTION = "levigate", "geometric"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """One addition of the base: `add_g` to what there is, and the mass there is after it, both in grams."""

    add_g: Decimal
    then_g: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Dilution:
    """The paste and every addition after it. `first_base_g` is the base that is rubbed in with powder and levigating agent; the masses are in grams."""

    powder_g: Decimal
    levigating_g: Decimal
    first_base_g: Decimal
    paste_g: Decimal
    additions: tuple[Addition, ...]


def dilute(*, powder_g: Decimal, levigating_g: Decimal, base_g: Decimal) -> Dilution:
    """Work it out; the last mass is exactly the sum of what was weighed. Raises LevigateError `not_positive` for a powder or a base of no mass."""
    masses = (powder_g, levigating_g, base_g)
    if not all(each.is_finite() for each in masses) or powder_g <= 0 or base_g <= 0 or levigating_g < 0:
        raise LevigateError("not_positive", "a dilution needs the weighed mass of the powder and of the base")
    first = min(powder_g, base_g)
    paste = there = powder_g + levigating_g + first
    left, additions = base_g - first, list[Addition]()
    while left > 0:
        add = min(there, left)
        there, left = there + add, left - add
        additions.append(Addition(add_g=add, then_g=there))
    return Dilution(powder_g=powder_g, levigating_g=levigating_g, first_base_g=first, paste_g=paste, additions=tuple(additions))


def dilution_of(record: CompoundingRecord, formula: MasterFormulationRecord) -> Dilution | None:
    """The dilution of what was really weighed, several lots of an ingredient together; None until every line is weighed."""
    if len(record.weighings) != len(record.sheet.lines):
        return None
    weighed = {each.line: each.mass_g for each in record.weighings}
    of: Mapping[str, Decimal] = _by_component((line.component, weighed[number]) for number, line in enumerate(record.sheet.lines))
    drug = sum((weighed[number] for number, line in enumerate(record.sheet.lines) if line.composition is not None), start=Decimal(0))
    return dilute(powder_g=drug, levigating_g=of.get(formula.levigating_agent, Decimal(0)), base_g=of.get(formula.base, Decimal(0)))


def is_levigation(text: str) -> bool:
    """Whether a step of a procedure is the levigation: formulas say so in the word itself."""
    return _WORDS_OF_LEVIGATION in text.casefold()


def is_dilution(text: str) -> bool:
    """Whether a step of a procedure is the geometric dilution."""
    return _WORDS_OF_DILUTION in text.casefold()


def _by_component(pairs: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for component, mass in pairs:
        found[component] = found.get(component, Decimal(0)) + mass
    return found
