"""The bases an order can ask for, and a recorded consent to another one."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class BaseWish(StrEnum):
    """The base an order asks for. CHOICE leaves it to the pharmacist."""

    PETROLATUM = "petrolatum"
    ZINC_OINTMENT = "zinc-oxide-ointment"
    ZINC_PASTE = "zinc-oxide-paste"
    ZINC_UNSPECIFIED = "zinc-oxide"
    CHOICE = "choice"
    NONE = ""


IS_ZINC = frozenset({BaseWish.ZINC_OINTMENT, BaseWish.ZINC_PASTE, BaseWish.ZINC_UNSPECIFIED})
ZINC_KINDS = {"zinc_ointment": BaseWish.ZINC_OINTMENT, "zinc_paste": BaseWish.ZINC_PASTE, "zinc": BaseWish.ZINC_UNSPECIFIED}


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseConsent:
    """Who agreed to another base than the order names, when, and how that is known (clinical rules 2 and 6).

    `by` is the prescriber who answered, or the pharmacist who adapted the order where the place allows it; `in_words` says the rest: the channel, who
    took the answer, and for an adaptation the patient's consent and the rationale. Only a change to petrolatum can be agreed to here.
    """

    base: BaseWish
    by: str
    on: date
    in_words: str

    def __post_init__(self) -> None:
        if self.base is not BaseWish.PETROLATUM or not self.by.strip() or not self.in_words.strip():
            raise ValueError("a consent names petrolatum, the person and how it is known")
