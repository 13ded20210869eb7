"""Is the container at hand the lot that this line was planned with? If not, what is it, in words that say what to do (clinical rules 17 and 22)."""

from collections.abc import Iterable, Mapping
from datetime import date

from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.errors import LevigateError, WorkflowRefused
from compounding.domain.ingredient_lots import IngredientLot
from compounding.domain.lot_choice import check_choosable
from compounding.domain.scanned_codes import ScannedCode
from compounding.domain.substances import Substance


class NotThisLot(LevigateError):
    """The container is not the one to weigh from: `LOT_CODE_UNKNOWN`, `ANOTHER_INGREDIENT`, `ANOTHER_LOT`, `LOT_CODE_DIFFERS`, `LOT_CODE_AMBIGUOUS`."""


def called_the_same(one: str, other: str) -> bool:
    """Whether two lot numbers are the same: capitals and blanks do not make another one."""
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


def is_code_of(code: ScannedCode, lot: IngredientLot) -> bool:
    """Whether the code is this lot's: its number, or our own key of it."""
    return code.text == lot.id or called_the_same(code.lot_number, lot.number)


def names_exactly(code: ScannedCode, lot: IngredientLot, name: str) -> bool:
    """Whether the code says more than a number: our own key, or the number with the ingredient's name, or with its supplier's."""
    return code.text == lot.id or any(called_the_same(code.text, f"{lot.number} {each}") for each in (name, lot.supplier))


def lot_of_code(code: ScannedCode, lots: Iterable[IngredientLot]) -> IngredientLot | None:
    """The lot that the code is of; None where it is none of these."""
    return next((each for each in lots if is_code_of(code, each)), None)


def check_at_hand(
    code: ScannedCode, *, record: CompoundingRecord, line: int, planned: IngredientLot, others: Iterable[IngredientLot], on: date, undated_lot_days: int,
    substances: Mapping[str, Substance],
) -> None:  # fmt: skip
    """Whether the code is of the lot planned for a line (counted from 0). `others` are lots to recognise what it is instead.

    Raises WorkflowRefused `NO_SUCH_LINE`; NotThisLot; LotRefused where the right lot may no longer be used, its first reason said.
    """
    if not 0 <= line < len(record.sheet.lines):
        raise WorkflowRefused("NO_SUCH_LINE", f"the sheet has no line {line + 1}")
    name, known = record.sheet.lines[line].name, tuple(others)
    if not is_code_of(code, planned) and not names_exactly(code, planned, name):
        raise _other(lot_of_code(code, known), record, line, planned)
    _check_is_the_only_one(code, planned, name, known, substances)
    if code.expires_on is not None and planned.expires_on is not None and code.expires_on != planned.expires_on:
        days = f"{code.expires_on.isoformat()}, and {planned.expires_on.isoformat()} is on record"
        raise NotThisLot("LOT_CODE_DIFFERS", f"the code says that lot {planned.number} of {name} expires on {days}; have the lot corrected before you weigh")
    check_choosable(planned, on=on, undated_lot_days=undated_lot_days, substances=substances)


def _check_is_the_only_one(
    code: ScannedCode, planned: IngredientLot, name: str, others: Iterable[IngredientLot], substances: Mapping[str, Substance]
) -> None:  # fmt: skip
    """Raises NotThisLot `LOT_CODE_AMBIGUOUS` where a container of something else bears the same number: then the number alone says not which one is at hand."""
    by_number = not names_exactly(code, planned, name)
    for other in others:
        its_name = substances[other.substance].name if other.substance in substances else other.substance
        if other.id != planned.id and (is_code_of(code, other) if by_number else names_exactly(code, other, its_name)):
            raise NotThisLot(
                "LOT_CODE_AMBIGUOUS",
                f"{its_name} from {other.supplier} has the lot number {other.number} too; read on the container what is in it, and type the lot number, "
                "a blank, and the name of that ingredient or of its supplier",
            )


def _other(found: IngredientLot | None, record: CompoundingRecord, line: int, planned: IngredientLot) -> NotThisLot:
    name, wanted = record.sheet.lines[line].name, f"take lot {planned.number}"
    if found is None:
        return NotThisLot("LOT_CODE_UNKNOWN", f"this code is of no lot that this pharmacy has in stock; {wanted} of {name}")
    if found.substance != planned.substance:
        where = next((number for number, each in enumerate(record.lot_ids) if each == found.id), None)
        turn = f", planned for line {where + 1}" if where is not None else ""
        return NotThisLot("ANOTHER_INGREDIENT", f"this is another ingredient: lot {found.number} of {found.substance}{turn}; {wanted} of {name}")
    return NotThisLot("ANOTHER_LOT", f"this is another lot of {name}: {found.number}; {wanted}, or scrap this and plan it with the lot you have")
