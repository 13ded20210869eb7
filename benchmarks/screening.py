"""Speed and memory of the allergy reader, printed beside their floors (`make bench`).

Never a timed test: a figure of one machine on one day. Each figure is also given against a plain measure of the same run, splitting the same texts into
folded words, so that two runs can be compared. No statement is read twice: the reader keeps nothing between statements, and nothing is to be gained by it.
"""

import gc
import random
import re
import sys
import time
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from compounding.domain.screening.lexicon import Lexicon
from compounding.domain.screening.normalise import tokens_of
from compounding.domain.screening.reader import read_statement
from compounding.domain.screening.roles import Role
from compounding.domain.screening.terms import MOST_TOKENS
from compounding.reference import load
from compounding.reference.known_substances import RECORD_FILE, open_known_substances

SHAPES = (
    "{a}", "{a} - {r}", "{a}: {r}", "{a} ({r})", "allergic to {a}", "no allergy to {a}", "{a}, {b}", "NKDA except {a}", "possible {a} allergy",
    "{r} after {a}", "tolerates {a}", "mother: {a}", "allergie : {a}", "kein {a}", "{a}; {b} ({r})",
)  # fmt: skip
REACTIONS = (
    "rash",
    "hives",
    "anaphylaxis",
    "nausea",
    "contact dermatitis",
    "swelling",
    "itching 2019",
    "unknown",
    "éruption",
    "Ausschlag",
    "ronchas",
    "blisters",
)
LETTERS = "abcdefghiklmnoprstuvz"
STATEMENTS, BATCHES, LONGEST, LONGEST_SHORT = 20_000, 20, 4000, 28
FLOOR_PER_SECOND, FLOOR_LONGEST_MS, FLOOR_MEMORY_MB = 20_000, 5, 10


def allergens(lexicon: Lexicon) -> list[str]:
    """Names of one and two words that the reader knows, some strangers and some slips, in an order that chance made."""
    names = [" ".join(words) for words, meaning in lexicon.phrases.items() if meaning.role in {Role.SUBSTANCE, Role.ZINC, Role.GENERIC} and len(words) < 3]
    slips = [name[:2] + name[3:] for name in names[::9]]
    chosen = sorted({*names, *slips, "upadacitinib", "cocamidopropyl betaine", "sodium lauryl sulfate", "Foobarol"})
    random.Random(8).shuffle(chosen)
    return chosen


def short_statements(names: Sequence[str]) -> list[str]:
    """Distinct statements, as short as most are in records."""
    made = (
        SHAPES[at % len(SHAPES)].format(a=name, b=names[at % len(names) - 1], r=REACTIONS[at % len(REACTIONS)])
        for at, name in enumerate([*names] * len(SHAPES))
    )
    return [text for text in dict.fromkeys(made) if len(text) <= LONGEST_SHORT][:STATEMENTS]


def long_texts(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Texts of 4,000 characters, each with what makes it hard: repetition, denials, strangers, signs, alphabets."""
    chance = random.Random(8)
    parts = (
        "zinc, ", "Zn ", "zinc, not ", "no zinc allergy, ", "tolerates zinc, ", "not allergic to latex, ", "no latex or ", "no latex, zinc but not ", "zinc,z", "x9 ", ",",
        "no ", "to ", "a ", "no known ", "penicillin (rash), ", "zinc? no. ", "mother zinc; ", "mother had zinc; ", "no latex; ", "zinc rash. Zn ok. ", "\U0001f600", "锌", "é", "zìnc ", "sodium lauryl ", "2-ethylhexyl ", "znic ",
        "N.K.D.A. ", "except ", "Zinkallergie ", "(", "+", "not to ", "test negative, ", "zinc allergy refuted, patch test ", "penicillin zinc\n",
    )  # fmt: skip
    for part in parts:
        yield repr(part), (part * LONGEST)[:LONGEST]
        # The reader gives up on a heap of signs; this is the longest of them that it still reads.
        yield f"{part!r} as long as it is read", (part * (MOST_TOKENS // len(tokens_of(part * 2)) * 2))[:LONGEST]
    yield "random words", " ".join("".join(chance.choices(LETTERS, k=6)) for _ in range(LONGEST))[:LONGEST]
    yield "random signs", "".join(chance.choices(LETTERS + "  ,.;:-()?+/\n", k=LONGEST))
    yield "random characters", "".join(chr(chance.randrange(32, 0x2FFF)) for _ in range(LONGEST))
    yield "a long list", ", ".join(chance.choices(names, k=LONGEST))[:LONGEST]
    yield "a long record", ". ".join(shape.format(a=chance.choice(names), b="latex", r="rash") for shape in SHAPES * 30)[:LONGEST]


def plain(text: str) -> list[str]:
    """What every figure is measured against: folding a text and splitting it into words."""
    return re.findall(r"\w+|[^\w\s]", unicodedata.normalize("NFKD", text).casefold())


def seconds(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Processor time of the work over all texts, each once."""
    gc.collect()
    started = time.process_time()
    for text in texts:
        work(text)
    return time.process_time() - started


def rates(work: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """Texts a second, batch by batch: the best is the least disturbed by whatever else the machine does."""
    batches = [texts[at::BATCHES] for at in range(BATCHES)]
    return sorted(len(batch) / seconds(work, batch) for batch in batches)


def resident_mb() -> float:
    """The memory of this process that is in use, by the kernel's own count."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1024


def register_mb() -> float:
    """What opening the register and looking up two hundred thousand words in it adds."""
    folder = files("compounding.reference")
    record = tomllib.loads((folder / RECORD_FILE).read_text(encoding="utf-8"))
    chance = random.Random(8)
    before = resident_mb()
    register = open_known_substances(folder, record)
    for _ in range(200_000):
        register.longest_name(["".join(chance.choices(LETTERS, k=chance.randrange(3, 9))), "oxide"])
    return resident_mb() - before


def say(what: str, *, figure: str, floor: str, is_kept: bool, against: str = "") -> None:
    """One line: the figure, its floor, and whether it is kept."""
    sys.stdout.write(f"{what:<58} {figure:>16}   floor {floor:<16} {'kept' if is_kept else 'MISSED':<7}{against}\n")


def main() -> None:
    """Measure and print. Always ends well: a figure is read by a person."""
    added = register_mb() if Path("/proc/self/status").exists() else None
    lexicon = load().lexicon
    names = allergens(lexicon)
    texts = short_statements(names)

    def read(text: str) -> object:
        return read_statement(text, lexicon)

    read_rates, plain_rates = rates(read, texts), rates(plain, texts)
    best, middle = read_rates[-1], read_rates[len(read_rates) // 2]
    length = sum(map(len, texts)) / len(texts)
    say(
        f"{len(texts):,} short statements of {length:.0f} characters", figure=f"{best:,.0f} a second", floor=f"{FLOOR_PER_SECOND:,} a second",
        is_kept=best >= FLOOR_PER_SECOND, against=f"(middle batch {middle:,.0f}; {plain_rates[-1] / best:.0f} times as long as splitting them into words)",
    )  # fmt: skip
    # Each text loses a letter each time, so that none is read twice.
    taken, name, text = max((min(seconds(read, [text[less:]]) for less in range(7)), name, text) for name, text in long_texts(names))
    ratio = taken / min(seconds(plain, [text[less:]]) for less in range(7))
    say(
        f"slowest text of {LONGEST:,} characters, {name}", figure=f"{taken * 1000:.1f} ms", floor=f"under {FLOOR_LONGEST_MS} ms",
        is_kept=taken * 1000 < FLOOR_LONGEST_MS, against=f"({ratio:.0f} times as long as splitting it into words)",
    )  # fmt: skip
    if added is not None:
        say("memory added by the register", figure=f"{added:.1f} MB", floor=f"under {FLOOR_MEMORY_MB} MB", is_kept=added < FLOOR_MEMORY_MB)


if __name__ == "__main__":
    main()
