"""What a fault of the database means to the person at the bench: one sentence with a code, and never the values that were on their way.

A driver's text may quote names of hosts and values of rows, so faults are told apart by their numbers: SQLite's result codes, PostgreSQL's SQLSTATE.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from compounding.storage.errors import StorageError

_BUSY = ("DATABASE_BUSY", "the database is busy; nothing was written, try again in a moment")
_DEADLOCK = ("DATABASE_DEADLOCK", "this step and another one waited for each other; nothing was written, look at it again and do it once more")
_FULL = ("DISK_FULL", "the disk is full; nothing was written, make room and try again")
_READ_ONLY = ("DATABASE_READ_ONLY", "the database cannot be written to; nothing was written")
_DAMAGED = ("DATABASE_DAMAGED", "the database file is damaged or is none; nothing was written, restore it from a backup")
_UNREACHABLE = ("DATABASE_UNREACHABLE", "the database cannot be reached; nothing was written, and it is tried again with your next step")
_LOST = ("DATABASE_UNREACHABLE", "the connection to the database was lost; look whether your last step was kept")
_NO_RIGHT = ("DATABASE_RIGHTS", "the database does not let this program do that; nothing was written, the operator must look at the role's rights")
_UNWRITABLE = ("VALUE_UNWRITABLE", "something that was entered holds a character or a number that cannot be kept; nothing was written")

_SQLITE = {
    "SQLITE_BUSY": _BUSY, "SQLITE_LOCKED": _BUSY, "SQLITE_FULL": _FULL, "SQLITE_READONLY": _READ_ONLY, "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED, "SQLITE_CANTOPEN": _UNREACHABLE, "SQLITE_IOERR": _UNREACHABLE, "SQLITE_PERM": _UNREACHABLE,
}  # fmt: skip
_SQLSTATES = {
    "55P03": _BUSY, "40P01": _DEADLOCK, "40001": _BUSY, "53300": _BUSY, "53100": _FULL, "25006": _READ_ONLY, "42501": _NO_RIGHT, "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}  # fmt: skip
_SQLSTATE_CLASSES = {"08": _UNREACHABLE, "57": _UNREACHABLE, "28": _UNREACHABLE, "3D": _UNREACHABLE, "22": _UNWRITABLE}


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn the driver's faults into one sentence with a code. A rule of the schema that was broken stays a fault of the program."""
    try:
        yield
    except NoConnectionFree as fault:
        raise StorageError(*_BUSY) from fault
    except UnicodeEncodeError as fault:
        # Half a character has no bytes, so nothing under such a name can be looked up either.
        raise StorageError(*_UNWRITABLE) from fault
    except DBAPIError as fault:
        said = _said(fault)
        if said is None:
            raise
        raise StorageError(*said) from fault


def is_key_taken(fault: DBAPIError) -> bool:
    """Whether a row was refused because its key is there already, and not for any other broken rule."""
    return getattr(fault.orig, "sqlstate", None) == "23505" or str(fault.orig).startswith("UNIQUE constraint failed")


def _said(fault: DBAPIError) -> tuple[str, str] | None:
    if fault.connection_invalidated:
        # The connection may have gone while the commit was under way: nobody knows, and nobody is told otherwise.
        return _LOST
    name = getattr(fault.orig, "sqlite_errorname", None)
    if name is not None:
        # SQLITE_IOERR_WRITE is a kind of SQLITE_IOERR.
        return _SQLITE.get("_".join(name.split("_")[:2]))
    state = getattr(fault.orig, "sqlstate", None)
    if state is not None:
        return _SQLSTATES.get(state) or _SQLSTATE_CLASSES.get(state[:2])
    # A server that was never reached has no number to give. DataError: the driver itself could not write the value.
    return {"OperationalError": _UNREACHABLE, "DataError": _UNWRITABLE}.get(type(fault.orig).__name__)
