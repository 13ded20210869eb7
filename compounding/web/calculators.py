"""The calculators: each reads its inputs from the address, and hands them to the same pure functions as the command.

The inputs stand in the address, so that a filled calculator can be kept as a bookmark, sent to a colleague and reloaded: they say nothing of a
patient, and working them out changes nothing.
"""

from dataclasses import replace

from flask import Blueprint, abort, render_template, request

from compounding.domain.calculators import Answer, CalculationRefused, calculate
from compounding.domain.on_balance import on_balance
from compounding.domain.quantities import Quantity
from compounding.domain.units import Unit
from compounding.reference.constants import constants_of
from compounding.web.calculators_shown import Shown, shown
from compounding.web.calculators_table import CALCULATORS, Calculator
from compounding.web.pharmacy import Pharmacy, current_pharmacy

blueprint = Blueprint("calculators", __name__, url_prefix="/calculators")


@blueprint.get("")
def index() -> str:
    """All calculators."""
    return render_template("calculators/index.html", calculators=CALCULATORS.values())


@blueprint.get("/<name>")
def page(name: str) -> tuple[str, int]:
    """One calculator: empty, with the fields to mend, or with its answer."""
    calculator = CALCULATORS.get(name) or abort(404)
    house = current_pharmacy()
    filled = calculator.form.filled(request.args)
    form = calculator.form(filled, data=_defaults(calculator, house))
    answer = None
    if filled and form.validate():
        try:
            answer = worked_out(calculator, form.inputs(), house)
        except CalculationRefused as refusal:
            form.refuse(refusal)
    found: Shown | None = shown(answer, names=calculator.names, given=form) if answer else None
    page = render_template("calculators/calculator.html", calculator=calculator, form=form, shown=found, hints=_hints(calculator, house))
    return page, 422 if form.errors else 200


def worked_out(calculator: Calculator, inputs: dict[str, object], house: Pharmacy) -> Answer:
    """The operation's answer, and what of it is weighed as this pharmacy's balance can weigh it. Raises CalculationRefused."""
    answer = calculate(calculator.operation, inputs, constants_of(house.data.formulary, house.data.vocabulary))
    for name in calculator.weighed:
        exact, words = answer.result[name], calculator.names[name]
        weighed = on_balance(exact, house.site.balance)
        answer = replace(answer, holds=answer.holds + weighed.holds)
        if weighed.result.get("value", exact) != exact:
            steps = tuple(replace(step, name=f"{words}: {_WEIGHED_STEPS.get(step.name, step.name)}") for step in weighed.derivation)
            figures = {f"{words}, to weigh on {house.site.balance.name}": weighed.result["value"]}
            answer = replace(answer, result=answer.result | figures, derivation=answer.derivation + steps)
    return answer


_WEIGHED_STEPS = {"value": "as the balance weighs it"}


def _defaults(calculator: Calculator, house: Pharmacy) -> dict[str, object]:
    """What an empty form starts with: only what follows from the house, never a figure."""
    counting = "inclusive" if house.data.profiles[house.site.jurisdiction].compounding_date_is_day_one else "elapsed"
    return {"compounded": house.today, "day_count": counting} if calculator.operation == "bud" else {}


def _hints(calculator: Calculator, house: Pharmacy) -> tuple[str, ...]:
    """What this pharmacy's own data say beside the calculator."""
    profile, balance = house.data.profiles[house.site.jurisdiction], house.site.balance
    if calculator.operation == "bud":
        return (f"Limits of {profile.name}: {profile.not_attested}; {profile.nonaqueous_attested} once a designated person attests that no water enters.",)
    if calculator.operation == "aliquot":
        least = Quantity(balance.minimum_weighable_g, Unit.GRAM).to(Unit.MILLIGRAM)
        return (f"This pharmacy's balance ({balance.name}) weighs {least} or more.",)
    return ()
