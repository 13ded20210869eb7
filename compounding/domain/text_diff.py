"""What differs between two versions of a formula or of phrases, place by place, as a person reads it before approving."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from rapidfuzz.distance import Indel

_ABSENT = object()
_ENTRIES = {"procedure": "step", "quality_test": "test", "reference": "reference", "napra_reasons": "reason"}
_IDS_BELOW = frozenset({"phrase", "parts_g"})
"""The tables whose keys are ids and are written as they stand."""
_MOST_PAIRS = 90_000
"""Longer lists than 300 by 300 entries are shown as a whole: no formula has them, and aligning them would take too long."""
_NBSP = str.maketrans({"\u00a0": " ", "\u202f": " "})


class Change(StrEnum):
    """What became of one place."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place that differs. `path` is in words, `old` and `new` are what stood and stands there, "" where nothing did.

    An entry of a list has the number it has in the new version, a removed one the number it had in the old.
    """

    path: str
    change: Change
    old: str
    new: str


def differences(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[Difference, ...]:
    """Every place where two parsed texts differ, in the order of the old text, then what is new; none exactly where they say the same.

    Lists are aligned: an inserted step is one difference, and no change of the steps after it. The order of keys means nothing.
    """
    return tuple(_of_tables(old, new, ()))


def in_words(difference: Difference) -> str:
    """The difference as one line. A change that cannot be seen (an invisible or an unusual blank) is spelled out by code points."""
    old, new = difference.old, difference.new
    if difference.change is Change.ADDED:
        return f"{difference.path}: added {_quoted(new)}"
    if difference.change is Change.REMOVED:
        return f"{difference.path}: removed {_quoted(old)}"
    spelled = _seen(old) == _seen(new)
    return f"{difference.path}: changed from {_quoted(old, spelled=spelled)} to {_quoted(new, spelled=spelled)}"


def _of_tables(old: Mapping[str, object], new: Mapping[str, object], path: tuple[str, ...]) -> list[Difference]:
    found = []
    for key in [*old, *(key for key in new if key not in old)]:
        found.extend(_of_values(old.get(key, _ABSENT), new.get(key, _ABSENT), (*path, key)))
    return found


def _of_values(old: object, new: object, path: tuple[str, ...]) -> list[Difference]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return _of_tables(old, new, path)
    if isinstance(old, list | tuple) and isinstance(new, list | tuple):
        return _of_lists(old, new, path)
    if _exact(old) == _exact(new):
        return []
    before, after = _in_text(old), _in_text(new)
    if old is _ABSENT:
        return [_difference(path, Change.ADDED, "", after)]
    if new is _ABSENT:
        return [_difference(path, Change.REMOVED, before, "")]
    if before == after:
        before, after = f"{before} ({_kind(old)})", f"{after} ({_kind(new)})"
    return [_difference(path, Change.CHANGED, before, after)]


def _of_lists(old: Sequence[object], new: Sequence[object], path: tuple[str, ...]) -> list[Difference]:
    entry = _ENTRIES.get(path[-1], "item") if path else "item"
    first = 0
    while first < min(len(old), len(new)) and _exact(old[first]) == _exact(new[first]):
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and _exact(old[-1 - last]) == _exact(new[-1 - last]):
        last += 1
    before, after = old[first : len(old) - last], new[first : len(new) - last]
    if len(before) * len(after) > _MOST_PAIRS:
        return [_difference(path, Change.CHANGED, _in_text(old), _in_text(new))]
    found = []
    for left, right in _aligned(before, after):
        number = first + 1 + (right if right is not None else left if left is not None else 0)
        value, other = (before[left] if left is not None else _ABSENT), (after[right] if right is not None else _ABSENT)
        found.extend(_of_values(value, other, (*path, f"{entry} {number}")))
    return found


def _aligned(old: Sequence[object], new: Sequence[object]) -> list[tuple[int | None, int | None]]:
    """Which entry became which, in order: as many as possible stay the same, and of the rest those that are half alike or more are pairs."""
    before, after = [_in_text(each) for each in old], [_in_text(each) for each in new]
    same = [[_exact(left) == _exact(right) for right in new] for left in old]
    alike = [[_alikeness(left, right) for right in after] for left in before]
    best: list[list[tuple[int, Fraction]]] = [[(0, Fraction(0))] * (len(new) + 1) for _ in range(len(old) + 1)]
    for left in range(len(old) - 1, -1, -1):
        for right in range(len(new) - 1, -1, -1):
            best[left][right] = max(best[left + 1][right], best[left][right + 1])
            if alike[left][right]:
                kept, worth = best[left + 1][right + 1]
                best[left][right] = max(best[left][right], (kept + same[left][right], worth + alike[left][right]))
    pairs: list[tuple[int | None, int | None]] = []
    left = right = 0
    while left < len(old) or right < len(new):
        here = best[left][right]
        if left < len(old) and here == best[left + 1][right]:
            pairs.append((left, None))
            left += 1
        elif right < len(new) and here == best[left][right + 1]:
            pairs.append((None, right))
            right += 1
        else:
            pairs.append((left, right))
            left, right = left + 1, right + 1
    return pairs


def _alikeness(old: str, new: str) -> Fraction:
    """How far two entries are alike, 0 for less than half and 1 for the same."""
    size = len(old) + len(new)
    if size == 0:
        return Fraction(1)
    distance = Indel.distance(old, new)
    return 1 - Fraction(distance, size) if 2 * distance <= size else Fraction(0)


def _difference(path: tuple[str, ...], change: Change, old: str, new: str) -> Difference:
    words = [part if above in _IDS_BELOW else part.replace("_", " ").replace("napra", "NAPRA") for above, part in zip(("", *path), path, strict=False)]
    return Difference(path=", ".join(words), change=change, old=old, new=new)


def _exact(value: object) -> object:
    """The value with the kinds of its parts, so that 1, "1" and true are three things, and the order of keys is none."""
    if isinstance(value, Mapping):
        return ("table", frozenset((key, _exact(each)) for key, each in value.items()))
    if isinstance(value, list | tuple):
        return ("list", tuple(_exact(each) for each in value))
    return (type(value).__name__, str(value))


def _in_text(value: object) -> str:
    if value is _ABSENT:
        return ""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_in_text(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(_in_text(each) for each in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _kind(value: object) -> str:
    kinds = {"str": "a text", "bool": "true or false", "dict": "a table", "list": "a list", "tuple": "a list", "date": "a date"}
    return kinds.get(type(value).__name__, "a number")


def _seen(text: str) -> str:
    return "".join(character for character in text.translate(_NBSP) if character.isprintable())


def _quoted(text: str, *, spelled: bool = False) -> str:
    shown = "".join(
        character if character.isprintable() or (not spelled and character in "\u00a0\u202f") else f"[U+{ord(character):04X}]" for character in text
    )
    return f'"{shown}"'
