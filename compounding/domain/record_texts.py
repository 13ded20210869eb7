"""Which texts may stand in a record that is kept: not blank, without outer blanks, printable, and short enough for the paper they end on."""

from compounding.domain.errors import LevigateError, printable

LONGEST_TEXT = 60
"""Characters a name, a number or a method may have; the same limit as in a lot file."""
LONGEST_SENTENCE = 200
"""Characters a reason or one line of an ingredient list may have: cutting either short would lose what it is there for."""


def check_text(text: str, *, what: str, refusal: type[LevigateError], code: str, longest: int = LONGEST_TEXT) -> None:
    """Raises the refusal with the code for a text that is blank, too long, or holds a character without a shape of its own."""
    if not text.strip():
        raise refusal(code, f"{what} is not given")
    if text != text.strip():
        raise refusal(code, f"{what} begins or ends with a blank")
    if len(text) > longest:
        raise refusal(code, f"{what} is longer than {longest} characters")
    if printable(text) != text:
        raise refusal(code, f"{what} holds a character that cannot be printed")


def has_words(text: str) -> bool:
    """Whether the text says anything: a dash, a dot or an invisible character is no answer."""
    return any(character.isalnum() for character in text)
