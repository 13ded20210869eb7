"""The audit trail as a chain of hashes: whatever byte, row or order of rows is changed afterwards, the chain no longer holds.

A chain belongs to one site and one purpose. Each entry is a line of text (its exact bytes are hashed, never a text made anew) and the hash of everything
before it. Somebody who can rewrite the whole database can also rewrite a whole chain; so the head is meant to be kept elsewhere, and `verify` takes it.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from compounding.domain.errors import LevigateError

FORMAT = "levigate-audit-1"
_HASH = re.compile(rb"[0-9a-f]{64}")
_SEQ = re.compile(rb"[1-9][0-9]{0,17}")


class Chain(StrEnum):
    """What a chain holds: every change and signature; or every reading of a patient's record."""

    CHANGES = "changes"
    READS = "reads"


@dataclass(frozen=True, slots=True)
class ChainName:
    """Whose chain it is."""

    site_id: str
    chain: Chain

    @property
    def genesis(self) -> str:
        """The hash before the first entry; two chains never share one."""
        return hashlib.sha256(f"{FORMAT}\n{self.site_id}\n{self.chain.value}\n".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a chain: its number (0 where there is none) and its hash."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One link: its number from 1, its exact bytes, its hash."""

    seq: int
    body: bytes
    hash: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a chain does not hold, and why. `seq` is 0 for a fault of the whole."""

    seq: int
    what: str


def read_head(text: str) -> Head:
    """A head as it was written down: `12:ab…`. Raises LevigateError `AUDIT_HEAD_UNREADABLE`."""
    seq, _, digest = text.strip().partition(":")
    if not re.fullmatch(r"0|[1-9][0-9]{0,17}", seq) or not _HASH.fullmatch(digest.encode(errors="replace")):
        raise LevigateError("AUDIT_HEAD_UNREADABLE", "a head is written as number, colon and 64 hexadecimal digits, such as the end of an export shows")
    return Head(int(seq), digest)


def link(previous: str, seq: int, body: bytes) -> str:
    """The hash of an entry that follows on `previous`. A body holds no line break: it is one line of an export."""
    if b"\n" in body or b"\r" in body:
        raise ValueError("an audit entry is one line")
    return hashlib.sha256(b"%s\n%d\n%s" % (previous.encode(), seq, body)).hexdigest()


def append(head: Head, bodies: Iterable[bytes]) -> tuple[Entry, ...]:
    """The entries that put these bodies on the chain."""
    made = []
    seq, previous = head.seq, head.hash
    for body in bodies:
        seq, previous = seq + 1, link(previous, seq + 1, body)
        made.append(Entry(seq, body, previous))
    return tuple(made)


def start(name: ChainName) -> Head:
    """The head of a chain without entries."""
    return Head(0, name.genesis)


def faults(entries: Iterable[Entry], *, after: Head) -> Iterator[Fault]:
    """Every entry that does not follow from the one before it, reading on from `after`.

    After a fault the reading goes on from the entry as it stands, so that one changed row is one or two faults and not all that follow.
    """
    seq, previous = after.seq, after.hash
    for entry in entries:
        if entry.seq != seq + 1:
            yield Fault(entry.seq, f"entry {entry.seq} stands where entry {seq + 1} should be")
        try:
            follows = link(previous, entry.seq, entry.body) == entry.hash
        except ValueError:
            follows = False
        if not follows:
            yield Fault(entry.seq, f"entry {entry.seq} does not follow from the entry before it")
        seq, previous = entry.seq, entry.hash


def verify(name: ChainName, entries: Iterable[Entry], *, head: Head, kept: Head | None = None) -> tuple[Fault, ...]:
    """Everything wrong with a whole chain; empty where it holds. `head` is what the chain says its end is, `kept` a head that was noted elsewhere before."""
    last, at_kept = start(name), start(name).hash if kept is not None and kept.seq == 0 else ""

    def watched() -> Iterator[Entry]:
        nonlocal last, at_kept
        for entry in entries:
            last = Head(entry.seq, entry.hash)
            if kept is not None and entry.seq == kept.seq:
                at_kept = entry.hash
            yield entry

    found = list(faults(watched(), after=start(name)))
    if last != head:
        found.append(Fault(0, f"the chain ends at {last.seq} and not at its head {head.seq}, or its head's hash is another one"))
    if kept is not None and at_kept != kept.hash:
        found.append(Fault(0, f"the head kept elsewhere ({kept.seq}) is not in this chain"))
    return tuple(found)


def export_line(entry: Entry) -> bytes:
    """An entry as one line of an export."""
    return b"%d %s %s\n" % (entry.seq, entry.hash.encode(), entry.body)


def export_header(name: ChainName, head: Head) -> bytes:
    """The first line of an export: whose chain, and where it ends."""
    return f"{FORMAT} {name.site_id} {name.chain.value} {head.seq} {head.hash}\n".encode()


def read_line(line: bytes) -> Entry | None:
    """The entry of a line without its line break, or None where it is none."""
    seq, _, rest = line.partition(b" ")
    digest, space, body = rest.partition(b" ")
    if not _SEQ.fullmatch(seq) or not _HASH.fullmatch(digest) or not space:
        return None
    return Entry(int(seq), body, digest.decode())


def read_header(line: bytes) -> tuple[ChainName, Head] | None:
    """Whose chain an export holds and where it ends, or None where the line says neither."""
    parts = line.split(b" ")
    if len(parts) != 5 or parts[0] != FORMAT.encode() or parts[2] not in {each.value.encode() for each in Chain}:
        return None
    if not _HASH.fullmatch(parts[4]) or not re.fullmatch(rb"0|[1-9][0-9]{0,17}", parts[3]) or not re.fullmatch(rb"[!-~]+", parts[1]):
        return None
    return ChainName(parts[1].decode(), Chain(parts[2].decode())), Head(int(parts[3]), parts[4].decode())


def verify_export(content: bytes, *, kept: Head | None = None) -> tuple[Fault, ...]:
    """Everything wrong with an exported chain: any changed byte, and any entry removed, added, swapped or cut off."""
    header, newline, rest = content.partition(b"\n")
    told = read_header(header)
    if told is None or not newline:
        return (Fault(0, "the first line is not the head of an audit export"),)
    name, head = told
    if rest and not rest.endswith(b"\n"):
        return (Fault(0, "the export is cut off in the middle of a line"),)
    unread: list[Fault] = []

    def entries() -> Iterator[Entry]:
        for number, line in enumerate(rest.split(b"\n")[:-1], start=1):
            entry = read_line(line)
            if entry is None:
                unread.append(Fault(number, f"line {number} is no audit entry"))
            else:
                yield entry

    found = verify(name, entries(), head=head, kept=kept)
    return (*unread, *found)
