"""Refusals of the program: a stable code for machines, one sentence for people."""

_NARROW_SPACES = "\u00a0\u202f"


def printable(sentence: str) -> str:
    """The sentence with everything that has no shape of its own replaced: a refusal repeats what was sent, line breaks and direction marks included."""
    return "".join(character if character.isprintable() or character in _NARROW_SPACES else "\ufffd" for character in sentence)


class LevigateError(Exception):
    """Something was asked that cannot be done; `code` is stable, `message` is one sentence a person can act on."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = printable(message)
        super().__init__(f"{code}: {self.message}")


class ReferenceDataError(LevigateError):
    """Reference data, a site file or a lot file contradicts itself: met at start-up, before any order is read."""


class QuantityError(LevigateError):
    """A number or a unit that could be read wrongly is refused by name instead."""


class WorkflowRefused(LevigateError):
    """A step of a preparation cannot be done like this: a stage, a signature, a second person, a figure or an answer is missing or does not fit."""
