"""Patients with names, birth dates and numbers that stand nowhere else, and what looks for them where nothing of a patient may be."""

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote, quote_plus

from compounding.demo import walk
from compounding.demo.crew import Pharmacy
from compounding.demo.walk import Wish
from compounding.domain.stages import State

COUNT = 200
_ODD = ("O'Kanarie", "Kanárie", "Κανάρι", "Kanarie<script>", "Kanarie & Sohn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """One patient, and the keys of what is on record of them."""

    name: str
    born_on: date
    identifier: str
    order_id: str
    rx_number: str
    preparation_id: str = ""


def plant(pharmacy: Pharmacy) -> tuple[Canary, ...]:
    """Receive an order for each; the last three have jars."""
    planted = []
    for number in range(COUNT):
        letters = "".join("qxzvkjwy"[int(digit)] for digit in f"{number:05o}")
        name = f"Zq{letters.capitalize()}{letters} {_ODD[number % len(_ODD)]}"
        born_on, identifier = date(1931, 1, 1) + timedelta(days=37 * number), f"CANARY-ID-{number:04d}"
        wish = Wish(patient=name, born_on=born_on)
        order = walk.accepted(pharmacy, wish) if number >= COUNT - 3 else walk.receive(pharmacy, wish)
        jar = walk.brought_to(pharmacy, order, State.LABELLED).id if number >= COUNT - 3 else ""
        planted.append(Canary(name=name, born_on=born_on, identifier=identifier, order_id=order.id, rx_number=order.number, preparation_id=jar))
    return tuple(planted)


def patterns(planted: Iterable[Canary]) -> re.Pattern[bytes]:
    """Everything that gives a canary away, as bytes in the ways that texts are written down."""
    found: set[bytes] = set()
    for each in planted:
        first = each.name.split()[0]
        days = {each.born_on.isoformat(), each.born_on.strftime("%d.%m.%Y"), each.born_on.strftime("%Y%m%d"), each.born_on.strftime("%m/%d/%Y")}
        for text in (first, *days):
            found |= {re.escape(form) for form in _written(text)}
        # A number of six digits may stand in any other number; alone it is the prescription's.
        found |= {rb"(?<![0-9.])" + each.rx_number.encode() + rb"(?![0-9])"}
    return re.compile(b"|".join(sorted(found, key=len, reverse=True)), re.IGNORECASE)


def _written(text: str) -> Iterator[bytes]:
    yield text.encode()
    yield text.encode("utf-16-le")
    yield quote(text, safe="").encode()
    yield quote_plus(text).encode()
    # Three ways in which it may lie inside a longer base64 text.
    for before in range(3):
        inner = base64.b64encode(b"\0" * before + text.encode())[4 if before else 0 :].rstrip(b"=")[:-1]
        if len(inner) >= 8:
            yield inner


def files_in(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below a folder that can be read at this moment."""
    for path in sorted(folder.rglob("*")):
        try:
            if path.is_file() and not path.is_symlink():
                yield path, path.read_bytes()
        except OSError:
            continue


def decoded_cookie(value: str) -> bytes:
    """A cookie as it stands and as it reads: signed texts are base64 of what they hold."""
    parts = [value.encode()]
    for part in re.split(r"[.:]", value.strip('"')):
        try:
            parts.append(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        except ValueError:
            continue
    return b"\n".join(parts)
