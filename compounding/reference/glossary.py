"""The words of the code, the screens and the paper, each explained once: for the help page and for the document that is made of them."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from compounding.domain.tables import TableReader

_MARKED = re.compile(r"\*([^*]+)\*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One entry: `beside` is another name of the same thing, `text` the explanation with further words between stars."""

    word: str
    beside: str
    text: str

    @property
    def parts(self) -> tuple[tuple[str, bool], ...]:
        """The explanation in pieces, each with whether it is a further word that is explained."""
        pieces = _MARKED.split(self.text.replace("`", ""))
        return tuple((piece, place % 2 == 1) for place, piece in enumerate(pieces) if piece)


@cache
def glossary() -> tuple[Word, ...]:
    """Every word, in the order of the file. Raises ReferenceDataError for an entry that is not whole."""
    table = TableReader(tomllib.loads((files(__package__) / "glossary.toml").read_text(encoding="utf-8")), "glossary.toml")
    found = []
    for entry in table.tables("word"):
        found.append(Word(word=entry.text("word"), beside=entry.text("beside", ""), text=entry.text("text")))
        entry.done()
    table.done()
    return tuple(found)
