"""The bases an order can ask for."""

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
