"""The calculators: every operation of the exchange format and of the calculators page, each a pure function of strict inputs."""

from collections.abc import Callable, Mapping

from compounding.domain.calculators import batches, conversion, mixing, strength, supply, weighing
from compounding.domain.calculators.answers import Answer, CalculationRefused, Figure, Hold
from compounding.domain.calculators.constants import Constants
from compounding.domain.calculators.inputs import Inputs

__all__ = ["OPERATIONS", "Answer", "CalculationRefused", "Constants", "Figure", "Hold", "calculate"]

_FROM_THE_QUESTION: Mapping[str, Callable[[Inputs], Answer]] = {
    "potency": strength.potency,
    "alligation": mixing.alligation,
    "fortify": mixing.fortify,
    "mix": mixing.mix,
    "ratio": mixing.ratio,
    "percent_to_ratio": mixing.percent_to_ratio,
    "convert": conversion.convert,
    "ftu": supply.ftu,
    "container": supply.container,
    "min_weigh": weighing.min_weigh,
    "weigh_error": weighing.weigh_error,
    "aliquot": weighing.aliquot,
    "net": weighing.net,
    "round_to_readability": weighing.round_to_readability,
    "yield": weighing.yield_percent,
    "days_supply": supply.days_supply,
    "batches": supply.batches,
    "sum": weighing.add_up,
    "solvent_needed": weighing.solvent_needed,
    "solution_check": weighing.solution_check,
    "bud": supply.bud,
}
_WITH_REFERENCE_DATA: Mapping[str, Callable[[Inputs, Constants], Answer]] = {
    "formula_ww": batches.formula_ww,
    "scale": batches.scale,
    "hydrate": strength.hydrate,
    "strength_basis": strength.strength_basis,
    "coa_dried_anhydrous": strength.coa_dried_anhydrous,
    "overage": batches.overage,
    "full_prep": strength.full_prep,
}
OPERATIONS = frozenset({*_FROM_THE_QUESTION, *_WITH_REFERENCE_DATA})
"""The names of all operations."""


def calculate(operation: object, given: object, constants: Constants, *, decimal_comma: bool = False) -> Answer:
    """The answer of one operation: its name, and a table of its inputs by name, as they came. `decimal_comma` is true where the language in force writes 1,5.

    Raises CalculationRefused with a stable code and one sentence; then there is no figure at all.
    """
    if not isinstance(operation, str):
        raise CalculationRefused("not_parsed", "the calculation must be named in text")
    if not isinstance(given, Mapping):
        raise CalculationRefused("not_parsed", "the inputs must be a table of names and values")
    inputs = Inputs(given, decimal_comma=decimal_comma)
    if operation in _FROM_THE_QUESTION:
        return _FROM_THE_QUESTION[operation](inputs)
    if operation in _WITH_REFERENCE_DATA:
        return _WITH_REFERENCE_DATA[operation](inputs, constants)
    raise CalculationRefused("not_parsed", f'there is no calculation "{operation[:40]}"')
