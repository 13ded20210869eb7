"""Another value at any byte of an exported audit log is found: at every position of a megabyte, by the row and its neighbours."""

import json
import os
import random
from bisect import bisect_right

from compounding.domain import audit
from compounding.domain.audit import Chain, ChainName, Entry, Head

SAMPLES = 1000 if int(os.environ.get("LEVIGATE_EXAMPLES", "200")) >= 1000 else 250
NAME = ChainName("main-street", Chain.CHANGES)
MEGABYTE = 1_000_000


class Log:
    """An exported log of a megabyte, and the short way to verify it after one byte was changed."""

    def __init__(self) -> None:
        chance = random.Random(20261122)  # noqa: S311
        bodies, size, number = [], 0, 0
        while size < MEGABYTE:
            number += 1
            said = {"at": f"2026-11-22T18:{number % 60:02}:00.{number:06}Z", "by": "pat", "action": "weigh", "changed": {"weighed": [None, f"{chance.randint(1, 9999)} g"]}, "reason": "é" * chance.randint(0, 90)}  # fmt: skip
            bodies.append(json.dumps(said, ensure_ascii=False).encode())
            size += len(bodies[-1]) + 70
        self.entries = audit.append(audit.start(NAME), bodies)
        self.head = Head(self.entries[-1].seq, self.entries[-1].hash)
        self.lines = [audit.export_header(NAME, self.head), *(audit.export_line(entry) for entry in self.entries)]
        self.starts, place = [], 0
        for line in self.lines:
            self.starts.append(place)
            place += len(line)
        self.content = b"".join(self.lines)

    def changed(self, position: int, value: int) -> bytes:
        """The whole log with that value at that place."""
        return self.content[:position] + bytes([value]) + self.content[position + 1 :]

    def is_found(self, position: int, value: int) -> bool:
        """Whether the changed line and its neighbours show it: what came before, what comes after, or the head where nothing does."""
        row = bisect_right(self.starts, position) - 1
        within = position - self.starts[row]
        part = self.lines[row][:within] + bytes([value]) + self.lines[row][within + 1 :]
        after = row + 1
        if not part.endswith(b"\n"):
            # Its line break is gone: it runs into the next line.
            if after == len(self.lines):
                return True
            part, after = part + self.lines[after], after + 1
        if row == 0:
            return self._is_found_in_head(part, after)
        before = self.entries[row - 2] if row > 1 else Entry(0, b"", NAME.genesis)
        read = [audit.read_line(line) for line in part.split(b"\n")[:-1]]
        entries = [entry for entry in read if entry is not None]
        following = self.entries[after - 1 : after]
        if len(entries) != len(read) or any(audit.faults([*entries, *following], after=Head(before.seq, before.hash))):
            return True
        return not following and Head(entries[-1].seq, entries[-1].hash) != self.head

    def _is_found_in_head(self, part: bytes, after: int) -> bool:
        first, _, rest = part.partition(b"\n")
        told = audit.read_header(first)
        if told is None or rest or after != 1:
            return True
        name, head = told
        return any(audit.faults(self.entries[:1], after=audit.start(name))) or head != self.head


LOG = Log()


def other_value(position: int, chance: random.Random) -> int:
    """Another value: most often one that looks alike, a line break, a space, another digit, another case."""
    was = LOG.content[position]
    likely = [10, 13, 32, 0, 255, was ^ 32, was ^ 1, was ^ 128, 48 + (was + 1) % 10, chance.randrange(256)]
    value = likely[chance.randrange(len(likely))]
    return value if value != was else was ^ 1


def test_the_log_as_it_was_written_holds() -> None:
    assert len(LOG.content) >= MEGABYTE
    assert audit.verify_export(LOG.content) == ()
    assert not any(LOG.is_found(position, LOG.content[position]) for position in range(0, len(LOG.content), 997))


def test_another_value_at_each_byte_is_found_by_the_row_and_its_neighbours() -> None:
    """Every position of the megabyte, each time."""
    chance = random.Random(7)  # noqa: S311
    for position in range(len(LOG.content)):
        assert LOG.is_found(position, other_value(position, chance)), position


def test_every_other_value_at_the_seams_is_found() -> None:
    """All 255 other values of the head, the first row and the last one."""
    for position in [*range(LOG.starts[2]), *range(LOG.starts[-1], len(LOG.content))]:
        for value in range(256):
            assert LOG.is_found(position, value) == (value != LOG.content[position]), (position, value)


def test_the_row_and_its_neighbours_say_what_the_whole_says() -> None:
    """1,000 samples with LEVIGATE_EXAMPLES of 1,000 or more (make thorough), else 250: changed bytes, and unchanged ones, which neither way may find fault with."""
    chance = random.Random(11)  # noqa: S311
    seams = [0, LOG.starts[1] - 1, LOG.starts[1], LOG.starts[2] - 1, LOG.starts[-1] - 1, LOG.starts[-1], len(LOG.content) - 1]
    for number in range(SAMPLES):
        position = seams[number] if number < len(seams) else chance.randrange(len(LOG.content))
        value = LOG.content[position] if number % 10 == 9 else other_value(position, chance)
        assert LOG.is_found(position, value) == bool(audit.verify_export(LOG.changed(position, value))), (position, value)
