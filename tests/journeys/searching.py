"""Looks for canaries in bytes: in every way in which a text is written down, whole or in part, and also where it is encoded, escaped or compressed."""

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote_to_bytes

from tests.journeys.canaries import NUMBER, STEMS, Canary

_SEGMENT = re.compile(rb"[A-Za-z0-9+/_-]{8,}={0,2}")
_PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")
_DAYS = (
    re.compile(rb"(?<![0-9A-Za-z])192\d([-/. ]?)\d\d\1\d\d(?![0-9A-Za-z])"),
    re.compile(rb"(?<![0-9A-Za-z])\d{1,2}([-/. ])\d{1,2}(?:\1)192\d(?![0-9A-Za-z])"),
    re.compile(rb"(?<![0-9A-Za-z])\d{1,2} [A-Z][a-z]{2,8}\.?,? 192\d(?![0-9A-Za-z])"),
    re.compile(rb"[A-Z][a-z]{2,8}\.? \d{1,2},? 192\d(?![0-9A-Za-z])"),
)
_TELEPHONE = re.compile(rb"778[-. ()+]{0,2}913[-. ]?2\d\d\d(?!\d)")


class Searcher:
    """What finds the canaries it was given, and nothing else."""

    def __init__(self, canaries: Iterable[Canary]) -> None:
        canaries = tuple(canaries)
        self._numbers = {each.number.encode() for each in canaries if each.number}
        self._days = {form for each in canaries for form in _forms_of_a_day(each)}
        self._telephones = {each.telephone.removeprefix("+1 ").replace(" ", "").encode() for each in canaries}
        insensitive = sorted({re.escape(form) for stem in STEMS for form in _forms(stem)})
        sensitive = sorted({re.escape(form) for stem in STEMS for form in _in_base64(stem)})
        self._words = re.compile(b"(?i:" + b"|".join(insensitive) + b")|" + b"|".join(sensitive))

    def in_bytes(self, data: bytes) -> list[str]:
        """Every canary in these bytes, with what stands around it. Texts in UTF-16 are found as they are and without their zero bytes."""
        found = set(self._plainly(data))
        if b"\0" in data:
            found |= set(self._plainly(data.replace(b"\0", b"")))
        return sorted(found)

    def in_text(self, text: str) -> list[str]:
        """As `in_bytes`, and also behind percent signs and in every part that is base64, as a signed cookie or a mark in an address is."""
        plain = unquote_to_bytes(text)
        return sorted({*self.in_bytes(text.encode()), *self.in_bytes(plain), *(each for part in _unsigned(plain) for each in self.in_bytes(part))})

    def in_file(self, data: bytes) -> list[str]:
        """As `in_bytes`, and also in what is compressed within them (gzip, deflate)."""
        return sorted({*self.in_bytes(data), *(each for part in _unpacked(data) for each in self.in_bytes(part))})

    def _plainly(self, data: bytes) -> Iterator[str]:
        for kind, pattern, known in (("word", self._words, None), ("number", NUMBER, self._numbers), *(("day", each, self._days) for each in _DAYS)):
            for hit in pattern.finditer(data):
                if known is None or hit[0] in known:
                    yield _around(kind, data, hit)
        for hit in _TELEPHONE.finditer(data):
            if b"".join(re.findall(rb"\d", hit[0])) in self._telephones:
                yield _around("telephone", data, hit)


def _around(kind: str, data: bytes, hit: "re.Match[bytes]") -> str:
    return f"{kind}: {data[max(0, hit.start() - 60) : hit.end() + 40]!r}"


def _forms(text: str) -> set[bytes]:
    """A text as it may be written: small letters or as it is, in UTF-8 and UTF-16, with percent signs, and escaped as JSON, HTML or CSS."""
    forms = set()
    for each in (text, text.casefold(), text.upper()):
        forms |= {each.encode(), each.encode("utf-16-le"), each.encode("utf-16-be"), quote(each).encode(), quote(quote(each)).encode()}
        if not each.isascii():
            forms |= {"".join(f"\\u{ord(sign):04x}" for sign in each).encode(), "".join(f"&#{ord(sign)};" for sign in each).encode()}
    return forms


def _in_base64(text: str) -> set[bytes]:
    """The signs of base64 that depend on this text alone, wherever it stands in what was encoded."""
    forms = set()
    for each in (text, text.casefold()):
        for before in range(3):
            encoded = base64.b64encode(b"\0" * before + each.encode())
            whole = encoded.rstrip(b"=")
            first = (0, 2, 3)[before]
            # The last sign of an unfinished group depends on what follows.
            forms.add(whole[first : len(whole) - (1 if encoded.endswith(b"=") else 0)])
    return forms | {each.translate(bytes.maketrans(b"+/", b"-_")) for each in forms}


def _forms_of_a_day(each: Canary) -> set[bytes]:
    day = each.born_on
    numeric = {day.strftime(form) for between in "-/. " for form in (f"%Y{between}%m{between}%d", f"%d{between}%m{between}%Y", f"%m{between}%d{between}%Y")}
    numeric |= {f"{day.day}/{day.month}/{day.year}", f"{day.month}/{day.day}/{day.year}", day.strftime("%Y%m%d")}
    worded = set()
    for month in (day.strftime("%B"), day.strftime("%b")):
        worded |= {f"{number} {month} {day.year}" for number in (day.day, f"{day.day:02d}")}
        worded |= {f"{month} {number}{comma} {day.year}" for number in (day.day, f"{day.day:02d}") for comma in (",", "")}
    return {form.encode() for form in numeric | worded}


def _unsigned(data: bytes) -> Iterator[bytes]:
    for segment in _SEGMENT.findall(data):
        padded = segment.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        try:
            plain = base64.b64decode(padded + b"=" * (-len(padded) % 4))
        except (binascii.Error, ValueError):
            continue
        yield plain
        yield from _unpacked(plain)


def _unpacked(data: bytes) -> Iterator[bytes]:
    for begins in _PACKED.finditer(data):
        unpacker = zlib.decompressobj(wbits=47)
        try:
            plain = unpacker.decompress(data[begins.start() :], 16 * 1024 * 1024)
        except zlib.error:
            continue
        if plain:
            yield plain
