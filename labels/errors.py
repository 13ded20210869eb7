"""Why a piece of paper is refused: a stable code for programs, a sentence for people."""

from collections.abc import Iterable


class PaperError(Exception):
    """A refusal to print. `code` is stable and holds no patient data, so it may be logged; `message` may quote the text at fault."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class DoesNotFit(PaperError):  # A refusal is named for what is refused.
    """Something would have to be cut, shrunk or overprinted to stay on the paper."""

    def __init__(self, message: str) -> None:
        super().__init__("DOES_NOT_FIT", message)


class NotPrintable(PaperError):  # A refusal is named for what is refused.
    """The text holds characters our typefaces cannot set, or that would change how the text around them reads."""

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = tuple(characters)
        super().__init__("NOT_PRINTABLE", f"These characters cannot be printed: {', '.join(self.characters)}.")


class InvalidStock(PaperError):  # A refusal is named for what is refused.
    """A label stock or paper size that no printer could hold."""

    def __init__(self, message: str) -> None:
        super().__init__("INVALID_STOCK", message)


def quoted(text: str, longest: int = 60) -> str:
    """The text in quotation marks for a refusal's sentence; only here, never on paper, may its end be left off."""
    return f'"{text}"' if len(text) <= longest else f'"{text[:longest].rstrip()} ..."'
