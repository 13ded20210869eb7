"""Refusals of the program: a stable code for machines, one sentence for people."""


class LevigateError(Exception):
    """Something was asked that cannot be done; `code` is stable, `message` is one sentence a person can act on."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class ReferenceDataError(LevigateError):
    """Reference data, a site file or a lot file contradicts itself: met at start-up, before any order is read."""


class QuantityError(LevigateError):
    """A number or a unit that could be read wrongly is refused by name instead."""
