"""Domain values as JSON text and back, exactly: decimals, fractions, days and instants are written as text and read into the same value.

The column says which type a text is of. A type whose form changes needs a migration of what is stored, or a reader that knows both forms.
"""

from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from compounding.domain.errors import LevigateError

T = TypeVar("T")


class UnreadableDocument(LevigateError):
    """What is stored does not read back as what it claims to be: nothing may be done with it."""

    def __init__(self, kind: str) -> None:
        super().__init__("RECORD_UNREADABLE", f"a stored {kind} cannot be read; nothing was changed, and the records must be verified before anyone goes on")


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    # An adapter takes milliseconds to build and is the same for everyone.
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def write(kind: type[T], value: T) -> str:
    """The value as one line of JSON. What is written is read back at once: a value that would come back as another is refused."""
    name = getattr(kind, "__name__", str(kind))
    try:
        text = _adapter(kind).dump_json(value).decode()
    except ValueError as fault:
        # Half a character, for one, has no bytes.
        raise UnreadableDocument(name) from fault
    if read(kind, text) != value:
        raise UnreadableDocument(name)
    return text


def read(kind: type[T], text: str) -> T:
    """The value of a stored text. Raises UnreadableDocument."""
    try:
        found: T = _adapter(kind).validate_json(text)
    except (ValidationError, LevigateError, ValueError) as fault:
        raise UnreadableDocument(getattr(kind, "__name__", str(kind))) from fault
    return found
