"""What does the code on one of our own labels say: lot, prescription number, token and digest, in the pharmacy's own form or in that of GS1?"""

import re
from dataclasses import dataclass, replace

from compounding.domain.label_digest import ALPHABET, DIGEST_LENGTH
from compounding.domain.scanned_codes import LONGEST_CODE, CodeRefused, elements

TOKEN_LENGTH = 14

_LETTERS = re.compile(f"[{ALPHABET}]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelCode:
    """The parts of a label's code; empty where this code has no such part. A GS1 code holds `gtin` and `use_until` (YYMMDD), and no prescription number.

    A label printed before codes had digests has none; a worksheet, and a label that no record stands behind, has no token.
    """

    lot: str
    rx_number: str = ""
    token: str = ""
    digest: str = ""
    gtin: str = ""
    use_until: str = ""

    @property
    def text(self) -> str:
        """The code in the pharmacy's own form."""
        return " ".join(part for part in (self.lot, self.rx_number, self.token, self.digest) if part)


def read_label_code(text: str) -> LabelCode | None:
    """The parts of a code, or None for one that is not in a form of ours; whether such a label was ever printed is for the records to say."""
    code = text.strip(" \t\r\n")
    if not code or len(code) > LONGEST_CODE:
        return None
    try:
        found = elements(code)
    except CodeRefused:
        return None
    if found is not None:
        read = LabelCode(
            lot=found.get("10", ""), token=found.get("21", ""), digest=found.get("91", ""), gtin=found.get("01", ""), use_until=found.get("17", ""),
        )  # fmt: skip
        return read if read.lot and read.gtin and read.use_until and _fits(read) else None
    parts = code.split()
    digest = parts.pop() if len(parts) in {3, 4} and _is_letters(parts[-1], DIGEST_LENGTH) else ""
    token = parts.pop() if len(parts) == 3 and _is_letters(parts[-1], TOKEN_LENGTH) else ""
    return LabelCode(lot=parts[0], rx_number=parts[1], token=token, digest=digest) if len(parts) == 2 else None


def is_same_code(scanned: str, printed: str) -> bool:
    """Whether a scan is of the code that was printed: the same text, or the same parts, since a scanner sends a GS1 code without its brackets."""
    scanned, printed = scanned.strip(" \t\r\n"), printed.strip(" \t\r\n")
    if not scanned or scanned == printed:
        return bool(scanned)
    read, told = read_label_code(scanned), read_label_code(printed)
    return read is not None and read == told and bool(read.gtin)


def _fits(read: LabelCode) -> bool:
    """Whether token and digest have our form. A lot of ours may hold anything that GS1 allows."""
    told = replace(read, token=read.token or ALPHABET[:1] * TOKEN_LENGTH)
    return _is_letters(told.token, TOKEN_LENGTH) and _is_letters(told.digest, DIGEST_LENGTH)


def _is_letters(text: str, length: int) -> bool:
    return len(text) == length and _LETTERS.fullmatch(text) is not None
