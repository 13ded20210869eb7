"""How long a hostile text takes to refuse: every reader of the exact core with texts of 10,000 characters, beside a plain baseline in the same run.

    python benchmarks/parsing.py (or python -m benchmarks.parsing)

prints for each reader the median and the slowest single text, their ratio to the baseline (one `str.split` of the same text), and whether the slowest stays
below the floor of 50 ms. Exit code 1 where it does not. Times are of this machine; the ratios and the growth from 5,000 to 10,000 characters are what lasts.
"""

import contextlib
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from compounding.domain.beyond_use import read_expiry
from compounding.domain.calculators import Constants, calculate
from compounding.domain.errors import LevigateError
from compounding.domain.numbers import read_number
from compounding.domain.quantities import read_quantity
from compounding.domain.units import read_unit
from compounding.reference import load
from compounding.reference.constants import constants_of

LENGTH = 10_000
FLOOR_MS = 50.0
ROUNDS = 5
LINE = "sodium thiosulfate 25 % in white petrolatum, qs 60 g "


def texts(length: int) -> dict[str, str]:
    """Hostile texts of that length, by what they try."""
    made = {
        "digits": "9" * length,
        "digits with points": "9.9" * (length // 3),
        "digits with commas": "1,000" * (length // 5),
        "zeros": "0" * length,
        "an exponent": "1e" + "9" * length,
        "spaces": " " * length,
        "no-break spaces": "\u00a0" * length + "5",
        "letters": "a" * length,
        "points": "." * length,
        "hyphens between letters": "a-" * (length // 2),
        "apostrophes": "l'" * (length // 2),
        "signs": "-" * length,
        "combining marks": "e\u0301" * (length // 2),
        "full-width digits": "\uff19" * length,
        "ligatures that grow": "\ufdfa" * length,
        "zero-width characters": "5\u200b" * (length // 2),
        "line breaks": "5\n" * (length // 2),
        "one order line, again and again": LINE * (length // len(LINE) + 1),
        "strengths": "25 % " * (length // 5),
        "masses": "60 g " * (length // 5),
        "mass in mass": "25 g per 100 g " * (length // 15),
        "almost a date": "2026-" * (length // 5),
        "slashes": "/" * length,
        "quotation marks": '"' * length,
        "astral characters": "\U0001d7d7" * length,
        "lone surrogates": "\ud800" * length,
    }
    return {name: text[:length] for name, text in made.items()}


def readers(constants: Constants) -> dict[str, Callable[[str], object]]:
    """Everything that reads a text of a person or another program."""
    return {
        "number": read_number,
        "number, decimal comma": lambda text: read_number(text, decimal_comma=True),
        "unit": read_unit,
        "quantity": read_quantity,
        "expiry": read_expiry,
        "order line": lambda text: calculate("formula_ww", {"order_text": text}, constants),
        "order line of 500": lambda text: calculate("formula_ww", {"order_text": text[:500]}, constants),
        "batch field": lambda text: calculate("formula_ww", {"batch_g": text, "percent_ww": {"drug": "25"}, "qs": "base"}, constants),
        "unit field": lambda text: calculate("convert", {"value": "5", "from": text, "to": "g"}, constants),
        "component name": lambda text: calculate("formula_ww", {"batch_g": "60", "percent_ww": {text: "25"}, "qs": "base"}, constants),
        "200 fields": lambda text: calculate("sum", {"terms_g": [text] * 200}, constants),
        "unknown input": lambda text: calculate("net", {"gross_g": "5", "tare_g": "1", text: text}, constants),
    }


def milliseconds(read: Callable[[str], object], text: str) -> float:
    """The fastest of several readings of one text, so that a busy machine does not count."""
    best = float("inf")
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        with contextlib.suppress(LevigateError):
            read(text)
        best = min(best, time.perf_counter() - begin)
    return best * 1000


def main() -> int:
    """Print the table; 1 where a text takes longer than the floor."""
    data = load()
    known = readers(constants_of(data.formulary, data.vocabulary))
    hostile, half = texts(LENGTH), texts(LENGTH // 2)
    for read in known.values():
        milliseconds(read, "5 g")
    baseline = statistics.median(milliseconds(str.split, text) for text in hostile.values())
    say = sys.stdout.write
    say(f"baseline: str.split of {LENGTH} characters, median {baseline:.4f} ms\n\n")
    say(f"{'reader':24}{'median ms':>12}{'/ baseline':>12}{'slowest ms':>12}{'of ' + str(FLOOR_MS) + ' ms':>12}{'5,000 to 10,000':>18}  slowest text\n")
    worst = 0.0
    for name, read in known.items():
        times = {title: milliseconds(read, text) for title, text in hostile.items()}
        title = max(times, key=times.__getitem__)
        growth = times[title] / max(milliseconds(read, half[title]), 1e-6)
        median, slowest = statistics.median(times.values()), times[title]
        worst = max(worst, slowest)
        say(f"{name:24}{median:12.4f}{median / baseline:12.2f}{slowest:12.4f}{slowest / FLOOR_MS:12.1%}{'x ' + format(growth, '.1f'):>18}  {title}\n")
    say(f"\nslowest single text: {worst:.3f} ms; floor: {FLOOR_MS:.0f} ms\n")
    return 0 if worst < FLOOR_MS else 1


if __name__ == "__main__":
    sys.exit(main())
