"""Turns the list of passwords in a downloaded package into the one that ships; what goes in is in rules.toml beside this file."""

import ast
import hashlib
import string
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from compounding.domain.passwords import SHORTEST

HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Rules:
    """rules.toml."""

    data_file: str
    data_sha256: str
    list: str
    words_varied: int
    shortest_word: int
    longest_repetition: int
    rows: tuple[str, ...]
    words: tuple[str, ...]
    ends: tuple[str, ...]


def rules() -> Rules:
    """The rules as they stand, the years among the ends."""
    told = tomllib.loads((HERE / "rules.toml").read_text(encoding="utf-8"))
    years = [str(year) for year in range(told.pop("first_year"), told.pop("last_year") + 1)]
    ends = (*told.pop("ends"), *years, *(f"{year}!" for year in years))
    return Rules(words=tuple(told.pop("words")), rows=tuple(told.pop("rows")), ends=ends, **told)


def listed_in(package: Path, chosen: Rules) -> list[str]:
    """The list inside the package, the most used first. It is read as text: nothing of the package runs. Raises ValueError for another list."""
    with zipfile.ZipFile(package) as archive:
        content = archive.read(chosen.data_file)
    if hashlib.sha256(content).hexdigest() != chosen.data_sha256:
        raise ValueError(f"{chosen.data_file} is not the list that rules.toml was written for")
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == chosen.list:
                    return [word for literal in ast.walk(value) if isinstance(literal, ast.Constant) for word in str(literal.value).split(",") if word]
    raise ValueError(f'{chosen.data_file} has no list "{chosen.list}"')


def common(listed: list[str], chosen: Rules) -> list[str]:
    """Every password of the list, and those the rules make; sorted, so that the same rules give the same file."""
    return sorted({*(word.lower() for word in listed), *_varied(listed, chosen), *_repeated(listed, chosen), *_stretches(chosen)})


def _first_words(listed: list[str], chosen: Rules) -> list[str]:
    return [word.lower() for word in listed if word.isalpha() and len(word) >= chosen.shortest_word][: chosen.words_varied]


def _repeated(listed: list[str], chosen: Rules) -> Iterator[str]:
    """One sign, or one of the first words, over and over, up to the longest repetition."""
    for sign in string.ascii_lowercase + string.digits + string.punctuation:
        for length in range(SHORTEST, chosen.longest_repetition + 1):
            yield sign * length
    for word in (*_first_words(listed, chosen), *chosen.words, *(word for word in listed[: chosen.words_varied] if len(word) < SHORTEST)):
        for times in (2, 3, 4):
            if SHORTEST <= len(word * times) <= chosen.longest_repetition:
                yield word * times


def _stretches(chosen: Rules) -> Iterator[str]:
    for row in chosen.rows:
        for length in range(SHORTEST, len(row) + 1):
            for start in range(len(row) - length + 1):
                yield row[start : start + length]
                yield row[start : start + length][::-1]


def _varied(listed: list[str], chosen: Rules) -> Iterator[str]:
    for word in (*_first_words(listed, chosen), *chosen.words):
        for end in chosen.ends:
            if len(word + end) >= SHORTEST:
                yield word + end
