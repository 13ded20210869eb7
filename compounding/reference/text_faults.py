"""Everything that is wrong with a proposed text, each fault with its line, so that whoever wrote it mends all of it at once.

The reader stops at the first fault. So a refused text is read part by part: each part is put in the place of the same part of a shipped text that is
known to be whole, and what the reader says then is about that part alone. The reader's own word about the whole text is always among the faults.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from compounding.domain.errors import ReferenceDataError
from compounding.domain.formulary_versions import Kind, Origin
from compounding.reference.site_texts import read_formula_text, read_phrases_text, shipped_texts, text_version

NAME = "the proposed text"
_BETWEEN_PARTS = frozenset({"FORMULA_EXAMPLE", "FORMULA_OVER_100", "FORMULA_STRENGTH"})
"""Refusals of parts that do not fit each other: of one part in another text they say nothing."""
_AT_LINE = re.compile(r" ?\(at line (\d+), column \d+\)")
_LISTS_OF_TABLES = ("procedure", "quality_test", "reference")
_MATERIALS = ("active", "levigating_agent", "base")
"""The worked example names them too."""
_STANDS_AT = {
    "VERSION_MALFORMED": "version", "VERSION_ORIGIN": "version", "VERSION_ID": "id", "FORMULA_EXAMPLE": "example", "FORMULA_OVER_100": "levigating_percent",
    "FORMULA_STRENGTH": "strength_from_percent",
}  # fmt: skip
"""Where a refusal of the whole text is mended."""
_MOST = 50
Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault: a sentence, and the line of the text it is about; None where it is about no line."""

    code: str
    sentence: str
    line: int | None


def faults(kind: Kind, text: str) -> tuple[Fault, ...]:
    """What is wrong with the text, in the order of its lines; nothing where it can be proposed."""
    try:
        text_version(kind, text, name=NAME, origin=Origin.SITE)
    except ReferenceDataError as refusal:
        first = _fault(refusal, text, (_STANDS_AT[refusal.code],) if refusal.code in _STANDS_AT else ())
    else:
        return ()
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return (first,)
    found = {first.sentence: first}
    for path, changed in _in_a_whole_text(kind, table):
        fault = _of_part(kind, changed, text, path)
        if fault is not None and (fault.sentence not in found or found[fault.sentence].line is None):
            found[fault.sentence] = fault
    return tuple(sorted(found.values(), key=lambda each: (each.line is None, each.line or 0)))[:_MOST]


def _in_a_whole_text(kind: Kind, table: Mapping[str, Any]) -> Iterator[tuple[Parts, Mapping[str, Any]]]:
    """Every part of the text in the place of the same part of a shipped one."""
    twin = _twin(kind, table)
    # Which text it is decides what its other parts are held against.
    keys = [each for each in dict.fromkeys((*twin, *table)) if each not in ("id", "version")]
    for key in keys:
        if key not in table:
            yield (key,), {name: value for name, value in twin.items() if name != key}
        elif kind is Kind.FORMULA and key in _LISTS_OF_TABLES and isinstance(table[key], list):
            for number, entry in enumerate(table[key]):
                # The entries before it are whole ones, so that the reader counts as the writer does.
                yield (key, str(number)), {**twin, key: [*twin[key][:1] * number, entry]}
        elif kind is Kind.PHRASES and key == "phrase" and isinstance(table[key], dict):
            yield from _phrases(twin, table[key])
        elif kind is Kind.FORMULA and key in _MATERIALS and isinstance(table[key], str):
            example = {**twin["example"], "parts_g": {table[key] if name == twin[key] else name: mass for name, mass in twin["example"]["parts_g"].items()}}
            yield (key,), {**twin, key: table[key], "example": example}
        else:
            yield (key,), {**twin, key: table[key]}


def _phrases(twin: Mapping[str, Any], phrases: Mapping[str, Any]) -> Iterator[tuple[Parts, Mapping[str, Any]]]:
    for each in dict.fromkeys((*twin["phrase"], *phrases)):
        if phrases.get(each) != twin["phrase"].get(each):
            changed = {name: value for name, value in twin["phrase"].items() if name != each}
            if each in phrases:
                changed[each] = phrases[each]
            yield ("phrase", each), {**twin, "phrase": changed}


def _twin(kind: Kind, table: Mapping[str, Any]) -> Mapping[str, Any]:
    """The shipped text that this one is most like: of the same id or language, else the first."""
    wanted = table.get("id") if kind is Kind.FORMULA else f"phrases-{table.get('language')}"
    of_kind = [each for each in shipped_texts() if each.kind is kind]
    return tomllib.loads(next((each for each in of_kind if each.id == wanted), of_kind[0]).text)


def _of_part(kind: Kind, table: Mapping[str, Any], text: str, path: Parts) -> Fault | None:
    try:
        written = _written(table)
        read_formula_text(written, NAME) if kind is Kind.FORMULA else read_phrases_text(written, NAME)
    except ReferenceDataError as refusal:
        return None if refusal.code in _BETWEEN_PARTS else _fault(refusal, text, path)
    return None


def _fault(refusal: ReferenceDataError, text: str, path: Parts) -> Fault:
    at = _AT_LINE.search(refusal.message)
    line = int(at[1]) if at else _line_of(text, path)
    said = _AT_LINE.sub("", refusal.message)
    return Fault(code=refusal.code, sentence=f"{said[0].upper()}{said[1:]}" + ("" if said.endswith(".") else "."), line=line)


def _line_of(text: str, path: Parts) -> int | None:
    """The line on which a part begins; None for one that is not there."""
    if not path:
        return None
    key, *rest = path
    name = rf'(?:{re.escape(key)}|"{re.escape(key)}")'
    if key == "phrase" and rest:
        patterns = [rf"\[\s*phrase\.{re.escape(rest[0])}\s*\]"]
    else:
        patterns = [rf"{name}\s*[.=]", rf"\[\[?\s*{name}\s*\]\]?"]
    met = [number for number, line in enumerate(text.splitlines(), start=1) if any(re.match(rf"\s*{each}", line) for each in patterns)]
    entry = int(rest[0]) if rest and rest[0].isdigit() else 0
    return met[min(entry, len(met) - 1)] if met else None


def _written(table: Mapping[str, Any]) -> str:
    """A parsed text as TOML again; its parts are single values, lists and tables."""
    return "".join(f"{_key(name)} = {_value(value)}\n" for name, value in table.items())


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(name)} = {_value(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    return _key(value) if isinstance(value, str) else str(value)


def _key(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
