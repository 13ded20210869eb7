"""Which ingredient lots may be chosen on a day, why the others may not, and which comes first (clinical rule 22).

What a lot's ingredient list does to one preparation (allergens, water, another strength) is asked by the jar, with the formula.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from compounding.domain.errors import LevigateError, WorkflowRefused
from compounding.domain.hydrates import Form, molar_masses
from compounding.domain.ingredient_lots import IngredientLot, LotChangeRefused, as_pipeline_lot, usable_until
from compounding.domain.lots import UnsuitableLot, factor_of
from compounding.domain.reasons import Reason, reason
from compounding.domain.substances import Lot, Substance


class LotRefused(LevigateError):
    """A lot that may not be chosen; the code and the sentence are the first reason's, `reasons` has them all."""

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        super().__init__(reasons[0].code, reasons[0].message)
        self.reasons = reasons


def against(lot: IngredientLot, *, on: date, undated_lot_days: int, substances: Mapping[str, Substance]) -> tuple[Reason, ...]:
    """Every reason why the lot cannot be chosen on that day, the gravest first; none where it can (clinical rules 13, 16 and 22).

    `undated_lot_days` is the site's limit for lots without an expiry; `substances` are the reference data's, by id.
    """
    found: list[Reason] = []
    where = f"lots: {lot.substance}"

    def add(code: str, detail: str) -> None:
        found.append(reason(code, detail=detail, where=where))

    if lot.recalled:
        add("LOT_RECALLED", f"{lot.called}: {lot.recalled}")
    if lot.in_quarantine:
        add("LOT_IN_QUARANTINE", f"{lot.called}: {lot.quarantine_reason or 'nobody has released it'}")
    if lot.received_on > on:
        add("LOT_NOT_RECEIVED_YET", f"{lot.called} was received on {lot.received_on.isoformat()}, after {on.isoformat()}")
    until = usable_until(lot, undated_lot_days)
    if until < on:
        add("LOT_EXPIRED", f"{lot.called} {_how_it_expired(lot, until)}")
    test = lot.identity_test
    if test is None or not test.passed or test.on > on:
        add("LOT_NOT_IDENTIFIED", f"{lot.called} {_how_it_is_not_identified(lot, on)}")
    substance = substances.get(lot.substance)
    if substance is None:
        add("LOT_UNSUITABLE", f'"{lot.substance}" is no ingredient of a formula here')
        return tuple(found)
    certificate = lot.certificate
    if certificate is None and substance.drug_form:
        add("LOT_CERTIFICATE_MISSING", f"{lot.called} has none, and the drug cannot be used without one")
    if certificate is not None and not certificate.was_reviewed(on=on):
        add("LOT_CERTIFICATE_MISSING", f"nobody had reviewed the one of {lot.called} by {on.isoformat()}")
    if substance.zinc_oxide_percent and not lot.ingredients:
        add("LOT_INGREDIENTS_MISSING", f"{lot.called} is a zinc oxide product, and no other product's list stands for its own")
    fault = _fault_of_certificate(lot, substance, undated_lot_days=undated_lot_days, substances=substances)
    if fault:
        add("LOT_UNSUITABLE", fault)
    return tuple(found)


def check_choosable(lot: IngredientLot, *, on: date, undated_lot_days: int, substances: Mapping[str, Substance]) -> None:
    """Raises LotRefused with the first reason why the lot cannot be chosen on that day."""
    reasons = against(lot, on=on, undated_lot_days=undated_lot_days, substances=substances)
    if reasons:
        raise LotRefused(reasons)


def check_stands_in_jar(lot: IngredientLot, planned: Lot, *, on: date, beyond_use_on: date, undated_lot_days: int, substances: Mapping[str, Substance]) -> None:
    """Whether a preparation that holds this lot may still go on: nothing stands against the lot that day, and it reads as it was planned with.

    A lot that is used up stands. Raises LotRefused; WorkflowRefused `LOT_EXPIRY_SHORTENED` where it now ends before the preparation does, and `LOT_CORRECTED`
    where its certificate gives another content than the weights were worked out from (clinical rules 13, 16 and 22).
    """
    check_choosable(lot, on=on, undated_lot_days=undated_lot_days, substances=substances)
    until = usable_until(lot, undated_lot_days)
    if until < beyond_use_on:
        days = f"{until.isoformat()}, before the beyond-use date {beyond_use_on.isoformat()}"
        raise WorkflowRefused("LOT_EXPIRY_SHORTENED", f"{lot.called} may now be used until {days} of this preparation; scrap it and plan anew")
    now = as_pipeline_lot(lot, on_hand_g=None, undated_lot_days=undated_lot_days)
    if _content(now) != _content(planned):
        raise WorkflowRefused("LOT_CORRECTED", f"the certificate of {lot.called} reads otherwise than when this was planned; scrap it and plan anew")


def _content(lot: Lot) -> tuple[object, ...]:
    return lot.form, lot.assay_percent, lot.assay_basis, lot.assay_as, lot.water_percent


def release_from_quarantine(lot: IngredientLot, *, on: date, undated_lot_days: int, substances: Mapping[str, Substance]) -> IngredientLot:
    """The lot out of quarantine, where nothing but the quarantine stands against it on that day (clinical rule 22). Who may release is asked elsewhere.

    Raises LotChangeRefused `LOT_NOT_IN_QUARANTINE`; LotRefused with the first reason that stands.
    """
    if not lot.in_quarantine:
        raise LotChangeRefused("LOT_NOT_IN_QUARANTINE", f"{lot.called} is not in quarantine")
    released = replace(lot, in_quarantine=False, quarantine_reason="")
    check_choosable(released, on=on, undated_lot_days=undated_lot_days, substances=substances)
    return released


def suggest(
    stock: Iterable[tuple[IngredientLot, Decimal]], *, substance: str, on: date, undated_lot_days: int, substances: Mapping[str, Substance]
) -> tuple[tuple[IngredientLot, Decimal], ...]:
    """The choosable lots of an ingredient with something left (grams), in the order to use them up: the first to expire first.

    Of lots that end on the same day an opened container comes before an unopened one, then the earlier receipt.
    """

    def turn(entry: tuple[IngredientLot, Decimal]) -> tuple[date, bool, date, str, str]:
        lot = entry[0]
        return usable_until(lot, undated_lot_days), lot.opened_on is None, lot.received_on, lot.number, lot.id

    usable = [
        (lot, on_hand_g)
        for lot, on_hand_g in stock
        if lot.substance == substance and on_hand_g > 0 and not against(lot, on=on, undated_lot_days=undated_lot_days, substances=substances)
    ]
    return tuple(sorted(usable, key=turn))


def _how_it_expired(lot: IngredientLot, until: date) -> str:
    if lot.expires_on is not None:
        return f"expired on {until.isoformat()}"
    if until == lot.retest_on:
        return f"has no expiry, and was to be tested again on {until.isoformat()}"
    return f"has no expiry, and the pharmacy's limit for undated lots ended on {until.isoformat()}"


def _how_it_is_not_identified(lot: IngredientLot, on: date) -> str:
    test = lot.identity_test
    if test is None:
        return "has not been tested"
    if not test.passed:
        return f"failed {test.method} on {test.on.isoformat()}"
    return f"was tested on {test.on.isoformat()}, after {on.isoformat()}"


def _fault_of_certificate(lot: IngredientLot, substance: Substance, *, undated_lot_days: int, substances: Mapping[str, Substance]) -> str:
    """Why the certificate cannot be the ingredient's, or lies outside the monograph (clinical rules 13 and 14); empty where it can."""
    if lot.certificate is None:
        return ""
    if not substance.drug_form:
        return f"the certificate of {lot.called} is one of sodium thiosulfate" if lot.certificate.form else ""
    # The formulas name the pentahydrate, and a lot of either form may stand in for it; what was bought as anhydrous cannot be a hydrate.
    if substance.drug_form == Form.ANHYDROUS and lot.certificate.form == Form.PENTAHYDRATE:
        return f"the certificate of {lot.called} is one of the pentahydrate"
    try:
        factor_of(as_pipeline_lot(lot, on_hand_g=Decimal(0), undated_lot_days=undated_lot_days), molar_masses(substances))
    except UnsuitableLot as refusal:
        return refusal.message
    return ""
