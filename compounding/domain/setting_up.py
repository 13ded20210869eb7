"""What is still missing before a pharmacy's first jar, worked out from its people, its approved texts, its lots and its settings.

The rules themselves stand elsewhere (who may, what is in force, which lot may be chosen); here they are only asked beforehand, all at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from compounding.domain.formulary_versions import PHRASES_OF, Kind, VersionHistory, VersionState
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.ingredient_lots import IngredientLot
from compounding.domain.lot_choice import against, suggest
from compounding.domain.numbers import format_number
from compounding.domain.people import Duty, NotAllowed, Person, WhoMay
from compounding.domain.site import JurisdictionProfile, LabelElement, Site
from compounding.domain.substances import Substance


class Task(StrEnum):
    """What is looked at, in the order in which a new pharmacy does it."""

    PHARMACIST = "pharmacist"
    RECALCULATION = "recalculation"
    WITNESS = "witness"
    FINAL_CHECK = "final check"
    BALANCE = "balance"
    LABEL = "label"
    FORMULA = "formula"
    ATTESTATION = "attestation"
    PHRASES = "phrases"
    LOT = "lot"
    PROPOSALS = "proposals"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to be there: `of` names a formula, a language or an ingredient where there are several, `said` is one sentence about how it stands.

    Without what is not `is_needed` a jar can be made, in one way or another; the sentence says what it is good for.
    """

    task: Task
    is_done: bool
    said: str
    of: str = ""
    is_needed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a pharmacy stands on a day. `can_sign_in` are the keys of the people with an account that was activated, `attested` the ids of the formulas whose
    version in force was attested to take no water, `stock` the lots with something left in grams, `undecided` how many settings are untouched proposals."""

    on: date
    site: Site
    profile: JurisdictionProfile
    people: tuple[Person, ...]
    can_sign_in: frozenset[str]
    history: VersionHistory
    formulas: tuple[MasterFormulationRecord, ...]
    attested: frozenset[str]
    stock: tuple[tuple[IngredientLot, Decimal], ...]
    substances: Mapping[str, Substance]
    undecided: int


def steps(standing: Standing) -> tuple[Step, ...]:
    """Everything that is looked at, in the order in which it is done."""
    return (*_people(standing), *_settings(standing), *_texts(standing), *_lots(standing), _proposals(standing))


def is_ready(found: Iterable[Step]) -> bool:
    """Whether nothing that a jar needs is missing."""
    return all(each.is_done for each in found if each.is_needed)


def _people(standing: Standing) -> list[Step]:
    who_may = standing.profile.who_may
    deciders = _who(standing, Duty.DECIDE_ORDERS, Duty.ASSESS_CLINICALLY, Duty.COUNSEL)
    found = [Step(task=Task.PHARMACIST, is_done=bool(deciders), said=_named(deciders) or _nobody(standing, who_may, Duty.DECIDE_ORDERS))]
    for task, first, second in (
        (Task.RECALCULATION, Duty.DECIDE_ORDERS, Duty.RECALCULATE), (Task.WITNESS, Duty.WEIGH, Duty.WITNESS_WEIGHING),
        (Task.FINAL_CHECK, Duty.WEIGH, Duty.FINAL_CHECK),
    ):  # fmt: skip
        before, after = _who(standing, first), _who(standing, second)
        others = [each for each in after if any(one.id != each.id for one in before)]
        is_alone = not others and standing.site.sole_practitioner and bool(before) and bool(after)
        if is_alone:
            said = "Nobody else works here, and the settings say so: the pharmacist enters blind again after ten minutes, with a photo or printout"
        else:
            said = _named(others) or (f"{_named(after)}, and nobody else" if after else _nobody(standing, who_may, second))
        found.append(Step(task=task, is_done=bool(others) or is_alone, said=said))
    return found


def _who(standing: Standing, *duties: Duty) -> list[Person]:
    """Who can sign in and may do all of this alone on that day."""
    return [each for each in standing.people if each.id in standing.can_sign_in and all(_may(standing, each, duty) for duty in duties)]


def _may(standing: Standing, person: Person, duty: Duty) -> bool:
    try:
        standing.profile.who_may.role_for(person, duty, on=standing.on)
    except NotAllowed:
        return False
    return True


def _nobody(standing: Standing, who_may: WhoMay, duty: Duty) -> str:
    without = [each for each in standing.people if each.id not in standing.can_sign_in and _may(standing, each, duty)]
    if without:
        return f"{_named(without)} may do it, and cannot sign in yet"
    return f"Nobody on record may do it: it is for {', '.join(role.value for role in who_may.alone[duty])}, with a licence that stands where one is needed"


def _named(people: Iterable[Person]) -> str:
    return "; ".join(each.name for each in people)


def _settings(standing: Standing) -> list[Step]:
    site, balance = standing.site, standing.site.balance
    has_balance = bool(balance.name.strip()) and 0 < balance.readability_g <= balance.minimum_weighable_g
    weighs = f"{balance.name}: reads {format_number(balance.readability_g)} g, weighs {format_number(balance.minimum_weighable_g)} g or more"
    told = {LabelElement.PHARMACY_NAME: site.name, LabelElement.PHARMACY_ADDRESS: site.address, LabelElement.PHARMACY_TELEPHONE: site.telephone}
    asked = standing.profile.label_elements
    missing = [each.value.replace("-", " ") for each in asked if each in told and not told[each].strip()]
    whole = f"The rules of {standing.profile.name} ask {len(asked)} things of a label; the settings tell those that are the pharmacy's own"
    return [
        Step(task=Task.BALANCE, is_done=has_balance, said=weighs if has_balance else "The settings tell no balance"),
        Step(task=Task.LABEL, is_done=not missing, said=f"The settings lack: {', '.join(missing)}" if missing else whole),
    ]


def _texts(standing: Standing) -> list[Step]:
    history, on = standing.history, standing.on
    overdue = [each.id for each in history.versions if each.kind is Kind.FORMULA and history.state(each, on) is VersionState.REVIEW_OVERDUE]
    if standing.formulas:
        said = ", ".join(f"{each.name}, version {each.version}" for each in standing.formulas)
    elif overdue:
        said = f"The review is overdue of: {', '.join(sorted(set(overdue)))}"
    else:
        said = "No formula is approved"
    found = [Step(task=Task.FORMULA, is_done=bool(standing.formulas), said=said)]
    for formula in standing.formulas:
        is_attested = formula.id in standing.attested
        limit = standing.profile.nonaqueous_attested if is_attested else standing.profile.not_attested
        found.append(Step(task=Task.ATTESTATION, of=formula.id, is_done=is_attested, said=f"A jar may be used for {limit}", is_needed=False))
    spoken = {identifier: history.in_force(Kind.PHRASES, identifier, on) is not None for identifier in PHRASES_OF}
    # One language is enough to begin with; a patient who reads another one waits for it.
    approved = ", ".join(PHRASES_OF[identifier] for identifier, is_approved in spoken.items() if is_approved)
    found.append(Step(task=Task.PHRASES, is_done=bool(approved), said=f"Approved: {approved}" if approved else "No language is approved"))
    for identifier in (each for each, is_approved in spoken.items() if approved and not is_approved):
        said = "Not approved: no label can be printed in it"
        found.append(Step(task=Task.PHRASES, of=identifier, is_done=False, said=said, is_needed=False))
    return found


def _lots(standing: Standing) -> list[Step]:
    if not standing.formulas:
        return [Step(task=Task.LOT, is_done=False, said="Which ingredients are needed follows from the formula that is approved")]
    parts = {each.id: (each.active, each.levigating_agent, each.base) for each in standing.formulas}
    there = {substance: _usable(standing, substance) for each in parts.values() for substance in each}
    whole = [each for each in parts.values() if all(there[substance] for substance in each)]
    return [
        Step(
            task=Task.LOT, of=substance, is_done=bool(usable), is_needed=not whole or any(substance in each for each in whole),
            said=", ".join(f"lot {lot.number}" for lot in usable) if usable else _not_usable(standing, substance),
        )
        for substance, usable in there.items()
    ]  # fmt: skip


def _usable(standing: Standing, substance: str) -> list[IngredientLot]:
    days, substances = standing.site.undated_lot_days, standing.substances
    return [lot for lot, _ in suggest(standing.stock, substance=substance, on=standing.on, undated_lot_days=days, substances=substances)]


def _not_usable(standing: Standing, substance: str) -> str:
    days = standing.site.undated_lot_days
    reasons = [
        reason for lot, _ in standing.stock if lot.substance == substance
        for reason in against(lot, on=standing.on, undated_lot_days=days, substances=standing.substances)[:1]
    ]  # fmt: skip
    return reasons[0].message.rstrip(".") if reasons else "No lot of it is in stock"


def _proposals(standing: Standing) -> Step:
    count = standing.undecided
    said = f"{count} settings stand as the program proposes them" if count else "Every proposal was decided on here"
    return Step(task=Task.PROPOSALS, is_done=not count, said=said, is_needed=False)
