"""Which ingredient lots a preparation is planned with: those a person names, or the suggestion (first expired, first out)."""

from collections.abc import Iterable

from compounding.domain.errors import WorkflowRefused
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.ingredient_lots import IngredientLot, as_pipeline_lot
from compounding.domain.lot_choice import check_choosable, suggest
from compounding.domain.stock_ledger import grams
from compounding.domain.substances import Lot
from compounding.storage import lots
from compounding.workflow.use_case import Work

Chosen = tuple[IngredientLot, Lot]
"""A lot as it is kept, and as the pipeline takes it."""


def named_lots(work: Work, lot_ids: Iterable[str], *, lock: bool = True) -> tuple[Chosen, ...]:
    """The lots with these keys; without `lock` only to be looked at.

    Raises LotRefused for one that cannot be chosen today, NotFound, and WorkflowRefused `LOT_EMPTY`.
    """
    found = []
    for lot_id in sorted(set(lot_ids)):
        lot, _ = lots.of(work.opened, lot_id, lock=lock)
        last = lots.last_entry(work.opened, lot_id)
        if last is None or last.balance_ug <= 0:
            raise WorkflowRefused("LOT_EMPTY", f"nothing is left of {lot.called}")
        check(work, lot)
        found.append((lot, as_pipeline_lot(lot, on_hand_g=grams(last.balance_ug), undated_lot_days=work.site.undated_lot_days)))
    return tuple(found)


def lots_for(work: Work, formula: MasterFormulationRecord, lot_ids: Iterable[str], *, lock: bool = True) -> tuple[Chosen, ...]:
    """The named lots, and for every component of the formula without one what is suggested; without `lock` only to be looked at."""
    named = named_lots(work, lot_ids, lock=lock)
    have = {lot.substance for lot, _ in named}
    drug_forms = {each.id for each in work.data.formulary.substances.values() if each.drug_form}
    found = list(named)
    for part in (formula.active, formula.levigating_agent, formula.base):
        # A lot of either form of the drug may stand for it, but one that nobody named is only taken in the formula's own form.
        if part in have or (part in drug_forms and have & drug_forms):
            continue
        found.extend(suggested(work, part))
    return tuple(found)


def check(work: Work, lot: IngredientLot) -> None:
    """Raises LotRefused where the lot cannot be used today."""
    check_choosable(lot, on=work.today, undated_lot_days=work.site.undated_lot_days, substances=work.data.formulary.substances)


def suggested(work: Work, substance: str) -> list[Chosen]:
    """The lots of an ingredient that can be chosen today, in the order to use them up."""
    days = work.site.undated_lot_days
    in_turn = suggest(
        list(lots.in_stock(work.opened, substance)), substance=substance, on=work.today, undated_lot_days=days, substances=work.data.formulary.substances
    )  # fmt: skip
    numbers: set[str] = set()
    taken = []
    for lot, on_hand_g in in_turn:
        # Two deliveries of one lot number would be read as one lot named twice; the second one waits its turn.
        if lot.number not in numbers:
            numbers.add(lot.number)
            taken.append((lot, as_pipeline_lot(lot, on_hand_g=on_hand_g, undated_lot_days=days)))
    return taken
