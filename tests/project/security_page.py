"""docs/security.md: the tables of the OWASP ASVS requirements, made from docs/asvs.toml; what stands above them is written by hand."""

import ast
import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DATA = ROOT / "docs" / "asvs.toml"
PAGE = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- asvs: begin -->", "<!-- asvs: end -->"
OPERATOR_PAGES = (ROOT / "docs" / "configuration.md", PAGE)
"""Where whoever runs the program is told what to add."""
_KEYS = frozenset({"about", "state", "where", "tests", "operator", "why"})
_ORDER = tuple[int, ...]


class State(StrEnum):
    """How it stands with a requirement."""

    MET = "met"
    DEPLOYMENT = "deployment"
    NOT_MET = "not met"
    NOT_HERE = "does not apply"
    COMING = "coming"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One requirement. `where` and `tests` are "file: name, name" and "file::name"; `operator` is a sentence of the documents that tells what to add."""

    number: str
    level: int
    about: str
    state: State
    where: tuple[str, ...]
    tests: tuple[str, ...]
    operator: str
    why: str

    @property
    def chapter(self) -> str:
        """V1 to V17."""
        return "V" + self.number.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """What docs/asvs.toml holds: the numbers of the standard, by themselves, and the rows about them."""

    name: str
    levels: dict[int, tuple[str, ...]]
    chapters: dict[str, str]
    rows: tuple[Row, ...]


@cache
def standard() -> Standard:
    """The data file. Raises ValueError for a row of an unknown shape."""
    told = tomllib.loads(DATA.read_text(encoding="utf-8"))
    levels = {1: tuple(told["level_1"]), 2: tuple(told["level_2"])}
    level_of = {number: level for level, numbers in levels.items() for number in numbers}
    rows = [_row(number, level_of.get(number, 0), entry) for number, entry in told["requirement"].items()]
    return Standard(name=told["standard"], levels=levels, chapters=told["chapters"], rows=tuple(sorted(rows, key=lambda row: order(row.number))))


def order(number: str) -> _ORDER:
    """Where a number stands among the others."""
    return tuple(int(part) for part in number.split("."))


def security_page() -> str:
    """The whole page: what was written by hand, with today's tables behind it."""
    head, rest = PAGE.read_text(encoding="utf-8").split(BEGIN, 1)
    return head + _tables(standard()) + rest.split(END, 1)[1]


def names_in(file: Path) -> frozenset[str]:
    """Functions, classes, methods and constants of a Python file, as they are written down beside a requirement."""
    found: set[str] = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)}
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(found)


def place(text: str) -> tuple[Path, tuple[str, ...]]:
    """The file of a place, and the names in it."""
    file, _, names = text.partition(": ")
    return ROOT / file, tuple(name for name in names.split(", ") if name)


def plain(text: str) -> str:
    """A document's text without its line breaks, to find a sentence in."""
    return re.sub(r"\s+", " ", text)


def _row(number: str, level: int, entry: dict[str, Any]) -> Row:
    if not set(entry) <= _KEYS or not {"about", "state"} <= set(entry):
        raise ValueError(f"{number}: a requirement has {', '.join(sorted(_KEYS))}")
    return Row(
        number=number, level=level, about=entry["about"], state=State(entry["state"]), where=tuple(entry.get("where", ())), tests=tuple(entry.get("tests", ())),
        operator=entry.get("operator", ""), why=entry.get("why", ""),
    )  # fmt: skip


def _tables(told: Standard) -> str:
    counted = {state: sum(row.state is state for row in told.rows) for state in State}
    summary = ", ".join(f"{count} {state.value}" for state, count in counted.items() if count)
    lines = [BEGIN, f"{told.name}, levels 1 and 2: {len(told.rows)} requirements, of which {summary}.", ""]
    open_rows = [row for row in told.rows if row.state in {State.NOT_MET, State.COMING}]
    if open_rows:
        lines += ["### What is open", "", *(f"- **{row.number}** (level {row.level}) {row.about}: {row.why}." for row in open_rows), ""]
    for chapter, title in told.chapters.items():
        lines += [f"### {chapter} {title}", "", "| number | level | in our words | state | where it is met | where it is tested |", "|---|---|---|---|---|---|"]
        lines += [_line(row) for row in told.rows if row.chapter == chapter]
        lines.append("")
    return "\n".join([*lines, END])


def _line(row: Row) -> str:
    where = "; ".join([*map(_place_shown, row.where), *([f'"{row.operator}"'] if row.operator else [])])
    state = f"{row.state.value}: {row.why}" if row.why else row.state.value
    tests = "; ".join(f"`{test}`" for test in row.tests)
    return f"| {row.number} | {row.level} | {row.about} | {state} | {where} | {tests} |"


def _place_shown(text: str) -> str:
    file, _, names = text.partition(": ")
    return f"`{file}`: {names}" if names else f"`{file}`"


if __name__ == "__main__":
    PAGE.write_text(security_page(), encoding="utf-8")
