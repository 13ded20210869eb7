"""The register of known substances: FDA's UNII names and codes in two memory-mapped files, opened here and nowhere else.

A file that is damaged, cut short or of another build is refused when the reference data is read, so that nothing is prepared with it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from importlib.resources import as_file
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import marisa_trie

from compounding.domain.errors import ReferenceDataError

NAMES_FILE, CLASSES_FILE, RECORD_FILE = "unii_names.marisa", "unii_classes.marisa", "unii.toml"
DEFAULT_CLASS = "known_other"
CLASSES = (
    "zinc", "petrolatum", "mineral_oil", "lanolin", "beeswax", "starch", "thiosulfate", "sulfite", "gold", "fragrance", "peanut", "parabens", "peru_balsam",
)  # fmt: skip
"""The ids of the allergy lexicon by the number under which the file keeps them. Their order is part of the file: only ever add at the end."""
CLASS_FORMAT = "<B"
CODE_LENGTH = 10
LONGEST_NAME = 8
"""How many words and marks of a text are compared with the names: longer names are too rare in allergy records to look for."""


class KnownSubstances:
    """Which allergen a name or a code of the register stands for (see `Register` in domain/screening/lexicon.py)."""

    def __init__(self, names: marisa_trie.Trie, classes: marisa_trie.RecordTrie) -> None:
        """Take the opened files: every name and code, and the class of those that are not simply known."""
        self._names = names
        self._classes = classes

    def longest_name(self, words: Sequence[str]) -> tuple[int, str] | None:
        """The longest name these words begin with: how many words it takes, and which allergen it is."""
        text = " ".join(words[:LONGEST_NAME])
        for name in reversed(self._names.prefixes(text)):
            if len(name) == len(text) or text[len(name)] == " ":
                return name.count(" ") + 1, self._class_of(name)
        return None

    def by_code(self, code: str) -> str | None:
        """The allergen of a UNII code in small letters, or None for a code that is not in the register."""
        is_like_one = len(code) == CODE_LENGTH and code.isalnum() and not code.isalpha()
        return self._class_of(code) if is_like_one and code in self._names else None

    def _class_of(self, name: str) -> str:
        found = self._classes.get(name)
        return CLASSES[found[0][0]] if found else DEFAULT_CLASS


def open_known_substances(folder: Traversable, record: Mapping[str, Any]) -> KnownSubstances:
    """The register, its files mapped into memory. Raises ReferenceDataError when a file is not the one that the record (unii.toml) describes."""
    named = {str(each["name"]): str(each["sha256"]) for each in record["files"]}
    paths: list[Path] = []
    for name in (NAMES_FILE, CLASSES_FILE):
        with as_file(folder / name) as path:
            if not path.is_file():
                raise ReferenceDataError("DATA_MISSING", f"{name} is missing; `make lexicon` builds it")
            if fingerprint_of(path) != named.get(name):
                raise ReferenceDataError("DATA_DAMAGED", f"{name} is not the file that {RECORD_FILE} describes; install it again or run `make lexicon`")
            paths.append(path)
    names, classes = marisa_trie.Trie(), marisa_trie.RecordTrie(CLASS_FORMAT)
    names.mmap(str(paths[0]))
    classes.mmap(str(paths[1]))
    return KnownSubstances(names, classes)


def fingerprint_of(file: Path) -> str:
    """The sha256 of a file, read in pieces so that checking it keeps nothing in memory."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
