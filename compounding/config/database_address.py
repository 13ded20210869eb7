"""Which database a command works on, and how it is named to people without a password."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from compounding.domain.errors import LevigateError

DEFAULT_FILE = Path("instance") / "levigate.db"


def database_address(given: str | None, *, environment: Mapping[str, str], folder: Path) -> str:
    """The address given to the command, else `DATABASE_URL`, else the file `instance/levigate.db` in `folder`."""
    return given or environment.get("DATABASE_URL", "") or str(folder / DEFAULT_FILE)


def database_file(address: str) -> Path | None:
    """The file of an embedded database, or None for a PostgreSQL server. Raises LevigateError `DATABASE_ADDRESS` for anything else."""
    scheme, separator, rest = address.partition("://")
    if separator and scheme.lower().partition("+")[0] in {"postgres", "postgresql"}:
        return None
    path = rest.removeprefix("/") if separator and scheme.lower().partition("+")[0] == "sqlite" and rest.startswith("/") else "" if separator else address
    # SQLite reads ":memory:" and "file:" as something that is no file or has settings of its own.
    if not path or path.startswith((":", "file:")) or "\0" in path:
        raise LevigateError("DATABASE_ADDRESS", "records are kept in a SQLite file or in PostgreSQL, and in nothing else")
    return Path(path)


def shown(address: str) -> str:
    """The address as it may be printed: kind, machine and name; a user, a password and options are left out, wherever in it they stand."""
    if "://" not in address:
        return address
    try:
        parts = urlsplit(address)
        host = parts.hostname or "this machine"
    except ValueError:
        return "the database"
    if parts.scheme.startswith("sqlite"):
        return parts.path.removeprefix("/")
    return f'the PostgreSQL database "{parts.path.strip("/")}" on {host}'
