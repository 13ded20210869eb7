"""What storage refuses, with stable codes: a conflict, a database that is too weak, damaged, busy or not there."""

from compounding.domain.errors import LevigateError


class StorageError(LevigateError):
    """The database cannot be used as it is. Nothing was written."""


class Conflict(LevigateError):
    """Somebody else changed it first. Nothing was written; the person looks at what it is now and decides again."""

    def __init__(self, what: str) -> None:
        super().__init__("CONFLICT", f"{what} was changed by somebody else in the meantime; look at it again before you go on")


class NotFound(LevigateError):
    """There is no such thing at this site. Another site's records do not exist for it."""

    def __init__(self, what: str) -> None:
        super().__init__("NOT_FOUND", f"there is no such {what} here")
