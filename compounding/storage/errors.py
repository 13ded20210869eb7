"""What storage refuses, with stable codes: a conflict, a database that is too weak, damaged, busy or not there."""

from compounding.domain.errors import LevigateError


class StorageError(LevigateError):
    """The database cannot be used as it is. Nothing was written."""


class Conflict(LevigateError):
    """Somebody else changed it first. Nothing was written; the person looks at what it is now and decides again."""

    def __init__(self, what: str) -> None:
        super().__init__("CONFLICT", f"{what} was changed by somebody else in the meantime; look at it again before you go on")


class SentBefore(Conflict):
    """The same form came a second time, and what it asked for was done the first time. Nothing was written again."""

    def __init__(self) -> None:
        LevigateError.__init__(self, "SENT_BEFORE", "you sent this form before, and it was done then; nothing was done again, so look at how it stands now")


class NotFound(LevigateError):
    """There is no such thing at this site. Another site's records do not exist for it."""

    def __init__(self, what: str) -> None:
        super().__init__("NOT_FOUND", f"there is no such {what} here")


def check_same(what: str, *pairs: tuple[object, object]) -> None:
    """Raises StorageError `RECORD_DAMAGED` where a column of a row and what its document says are not the same: nobody knows then which of them is true."""
    if any(column != told for column, told in pairs):
        raise StorageError("RECORD_DAMAGED", f"a stored {what} says one thing in its row and another in its document; verify the records before anyone goes on")
