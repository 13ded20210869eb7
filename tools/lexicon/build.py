"""Turns FDA's UNII names list into the two memory-mapped files of known substances that ship with the reference data.

What goes in, what stays out and why is in rules.toml and ordinary_words.txt beside this file; docs/clinical/screening.md tells it in words.
"""

import hashlib
import re
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import marisa_trie
from rapidfuzz import process
from rapidfuzz.distance import OSA

from compounding.domain.screening.lexicon import Lexicon
from compounding.domain.screening.normalise import tokens_of
from compounding.domain.screening.roles import KNOWN_OTHER, ZINC, Role
from compounding.reference.known_substances import CLASS_FORMAT, CLASSES, CLASSES_FILE, NAMES_FILE

HERE = Path(__file__).parent
_SOURCE_TAG = re.compile(r" \[[^\]]*\]$")
_WHOLE_PLANT = re.compile(r" WHOLE$")
_LETTERS = re.compile(r"[^\W\d_]{4,}")
_ENDS_A_SENTENCE = frozenset(";\n?+")
_BEGINS_ALIKE = 5
_PLANTS = (" WHOLE", " POLLEN", " FRUIT", " SEED", " NUT", " FLESH", " MEAT")
_SLIPS_OF_ZINC = 2
"""How many letters a single word must differ from a name of zinc to be known as something else."""


class Row(NamedTuple):
    """One line of the list."""

    name: str
    kind: str
    code: str
    substance: str


@dataclass(frozen=True)
class Rules:
    """rules.toml, with its expressions compiled, and the ordinary words."""

    data_file: str
    data_sha256: str
    longest_name: int
    shortest_word: int
    zinc: re.Pattern[str]
    zinc_but_not_a_compound: re.Pattern[str]
    substances_left_out: re.Pattern[str]
    names_left_out: re.Pattern[str]
    trade_names_left_out_of: re.Pattern[str]
    allergens: tuple[tuple[str, re.Pattern[str]], ...]
    ordinary_words: frozenset[str]


@dataclass(frozen=True)
class Chosen:
    """The class of each folded name and of each code."""

    names: Mapping[str, str]
    codes: Mapping[str, str]


def rules() -> Rules:
    """The rules beside this file."""
    table: dict[str, Any] = tomllib.loads((HERE / "rules.toml").read_text(encoding="utf-8"))
    any_of = {key: re.compile("|".join(table[key])) for key in ("substances_left_out", "names_left_out", "trade_names_left_out_of")}
    return Rules(
        data_file=table["data_file"],
        data_sha256=table["data_sha256"],
        longest_name=table["longest_name"],
        shortest_word=table["shortest_word"],
        zinc=re.compile(table["zinc_name"]),
        zinc_but_not_a_compound=re.compile(table["zinc_but_not_a_compound"]),
        allergens=tuple((each["id"], re.compile(each["substance"])) for each in table["allergens"]),
        ordinary_words=frozenset((HERE / "ordinary_words.txt").read_text(encoding="utf-8").split()),
        **any_of,
    )


def rows_of(package: Path, chosen: Rules) -> list[Row]:
    """The lines of the list inside the package. Raises ValueError when it is not the list that the rules were written for."""
    content = zipfile.ZipFile(package).read(chosen.data_file)
    found = hashlib.sha256(content).hexdigest()
    if found != chosen.data_sha256:
        raise ValueError(f"{chosen.data_file} has the sha256 {found}; the rules were written for {chosen.data_sha256}.")
    lines = content.decode("utf-8").splitlines()[1:]
    return [Row(*line.split("\t")) for line in lines]


def classes_of_substances(rows: Iterable[Row], chosen: Rules) -> dict[str, str | None]:
    """The class of each UNII code; None for one that is left out."""
    classes: dict[str, str | None] = {}
    named_zinc: set[str] = set()
    unsure: set[str] = set()
    for row in rows:
        if "ZINC" in row.name.upper() and chosen.zinc.search(row.name.upper()):
            (unsure if chosen.zinc_but_not_a_compound.search(row.name.upper()) else named_zinc).add(row.code)
        if row.code not in classes:
            classes[row.code] = _class_of(row.substance.upper(), chosen)
    for code in classes:
        if code in named_zinc:
            classes[code] = ZINC
        elif code in unsure:
            classes[code] = None
    return classes


def _class_of(substance: str, chosen: Rules) -> str | None:
    if chosen.substances_left_out.search(substance):
        return None
    return next((allergen for allergen, pattern in chosen.allergens if pattern.search(substance)), KNOWN_OTHER)


def register_of(rows: Iterable[Row], *, chosen: Rules, lexicon: Lexicon) -> Chosen:
    """The names and codes to ship. A name of two classes is left out, unless one of them is zinc: then it is zinc."""
    rows = list(rows)
    classes = classes_of_substances(rows, chosen)
    names: dict[str, str | None] = {}
    for row in rows:
        for key in set(_keys_of(row, chosen, allergen=classes[row.code])):
            known = names.setdefault(key, classes[row.code])
            if known != classes[row.code]:
                names[key] = ZINC if ZINC in {known, classes[row.code]} else None
    kept = {key: allergen for key, allergen in names.items() if allergen is not None}
    for key in _near_zinc(kept, lexicon=lexicon):
        del kept[key]
    # A code of letters alone could be a word.
    codes = {code.casefold(): allergen for code, allergen in classes.items() if allergen is not None and not code.isalpha()}
    return Chosen(names=kept, codes=codes)


def _keys_of(row: Row, chosen: Rules, *, allergen: str | None) -> Iterator[str]:
    """The folded forms under which a name is looked up; none for a name that is left out."""
    written = _SOURCE_TAG.sub("", row.name.upper())
    for name in {written, _WHOLE_PLANT.sub("", written)}:
        if len(name) > chosen.longest_name or (allergen != ZINC and chosen.names_left_out.search(name)):
            continue
        if allergen != ZINC and _may_be_a_product(row, name) and chosen.trade_names_left_out_of.search(row.substance.upper()):
            continue
        tokens = tokens_of(name)
        words = [token.word for token in tokens]
        if not words or not _LETTERS.search(name) or _ENDS_A_SENTENCE & set(words) or tokens[0].is_mark:
            continue
        if len(words) == 1 and (len(words[0]) < chosen.shortest_word or words[0] in chosen.ordinary_words):
            continue
        yield " ".join(words)


def _may_be_a_product(row: Row, name: str) -> bool:
    """Whether a name may be that of a product: a trade name, or a single word that does not begin like the substance it stands for."""
    if row.kind == "bn":
        return True
    if row.substance.upper().endswith(_PLANTS):
        return False
    begins = name[:_BEGINS_ALIKE]
    return " " not in name and not any(word.startswith(begins) for word in re.split(r"[ ,()-]", row.substance.upper()))


def _near_zinc(names: Mapping[str, str], *, lexicon: Lexicon) -> set[str]:
    """Single words so like a name of zinc that they may be meant for it, and names of other things that have the word zinc in them."""
    zinc = {words[0] for words, meaning in lexicon.phrases.items() if meaning.role is Role.ZINC and len(words) == 1 and len(words[0]) >= 4}
    zinc |= {name for name, allergen in names.items() if allergen == ZINC and " " not in name}
    near: set[str] = set()
    others = [name for name, allergen in names.items() if allergen != ZINC]
    near |= {name for name in others if any(lexicon.holds_zinc_stem(word) or lexicon.is_slip_of_zinc(word) for word in name.split())}
    words = [name for name in others if " " not in name and len(name) <= max(map(len, zinc)) + _SLIPS_OF_ZINC]
    for like in sorted(zinc):
        allowed = 1 if len(like) < 6 else _SLIPS_OF_ZINC
        near.update(found for found, _, _ in process.extract_iter(like, words, scorer=OSA.distance, score_cutoff=allowed))
    return near


def write(register: Chosen, folder: Path) -> None:
    """The two files. The same register makes the same bytes."""
    classes = {**register.names, **register.codes}
    marisa_trie.Trie(sorted(classes)).save(str(folder / NAMES_FILE))
    records = [(key, (CLASSES.index(classes[key]),)) for key in sorted(classes) if classes[key] != KNOWN_OTHER]
    marisa_trie.RecordTrie(CLASS_FORMAT, records).save(str(folder / CLASSES_FILE))
