"""What a prescriber orders again and again: the clinical part of an order under a name of their own, and nothing of any patient."""

from dataclasses import dataclass
from decimal import Decimal

from compounding.domain.built_directions import Moment
from compounding.domain.errors import WorkflowRefused
from compounding.domain.record_texts import has_words

LONGEST_NAME = 60
MOST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicalPart:
    """What an order asks for. `percent` is % w/w counted as `basis`; `amount_g` and `each_g` (one application) are grams; what was left open is None or empty.

    `basis` and `base` are the answers of the order form; `directions` are the prescriber's own words where the directions were not built from parts.
    """

    percent: Decimal | None
    basis: str
    base: str
    amount_g: Decimal | None
    place: str
    how_much: str
    each_g: Decimal | None
    moments: tuple[Moment, ...]
    course_days: int | None
    directions: str
    repeats: int | None
    supply_days: Decimal | None
    why_compounded: str


def favourite_name(text: str) -> str:
    """The name without needless blanks. Raises WorkflowRefused `FAVOURITE_NAME`."""
    name = " ".join(text.split())
    if not has_words(name) or len(name) > LONGEST_NAME:
        raise WorkflowRefused("FAVOURITE_NAME", f"give the favourite a name of at most {LONGEST_NAME} characters; not a patient's")
    return name
