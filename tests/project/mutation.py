"""Judges a run of mutmut: how many mutants of each module the tests killed, and which survived. `make mutants` runs both."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MUTANTS = ROOT / "mutants"
FLOOR_PERCENT = 90
KILLED_BY_TEST = {1, 3}
TIMED_OUT = {-24, 24, 36, 152, 255}
"""Exit codes of a mutant's tests, as mutmut 3 stores them."""


def verdicts() -> Iterator[tuple[str, str, int | None]]:
    """Module, mutant and exit code of every mutant; None for one that was not tried."""
    for file in sorted(MUTANTS.rglob("*.py.meta")):
        codes = json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"]
        module = str(file.relative_to(MUTANTS)).removesuffix(".meta")
        yield from ((module, mutant, code) for mutant, code in codes.items())


def report() -> tuple[str, bool]:
    """A table for people, and whether every module keeps the floor."""
    killed: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    alive, untried = [], 0
    for module, mutant, code in verdicts():
        if code is None:
            untried += 1
            continue
        tried[module] += 1
        if code in KILLED_BY_TEST | TIMED_OUT:
            killed[module] += 1
        else:
            alive.append(mutant)
    rows = [f"| {module} | {tried[module]} | {killed[module]} | {killed[module] * 100 / tried[module]:.1f} % |" for module in tried]
    total = f"| all | {tried.total()} | {killed.total()} | {killed.total() * 100 / max(tried.total(), 1):.1f} % |"
    lines = [
        "| module | mutants | killed | share |",
        "|---|---|---|---|",
        *rows,
        total,
        "",
        f"Not tried: {untried}",
        "",
        "Survivors (`mutmut show NAME` prints one):",
        *alive,
    ]
    return "\n".join(lines), bool(tried) and all(killed[module] * 100 >= FLOOR_PERCENT * tried[module] for module in tried)


def main() -> int:
    """Run mutmut with what was asked for (names or patterns of mutants), print the table, and fail below the floor."""
    if "--report" not in sys.argv:
        subprocess.run([str(Path(sys.executable).with_name("mutmut")), "run", *sys.argv[1:]], cwd=ROOT, check=True)
    table, keeps = report()
    sys.stdout.write(table + "\n")
    return 0 if keeps else 1


if __name__ == "__main__":
    sys.exit(main())
