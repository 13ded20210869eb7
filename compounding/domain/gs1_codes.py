"""A label's code by the rules of GS1: item number, beyond-use date, lot, serial number and the pharmacy's own digest, as an element string in brackets.

After the GS1 General Specifications: sections 1.4 (company prefixes), 3 (application identifiers 01, 10, 17, 21 and 91), 7.9 (check digit), 7.11 (characters).
Nothing is cut to fit: what the rules do not allow is refused.
"""

import re
from datetime import date

from compounding.domain.errors import LevigateError

_PREFIX = re.compile(r"[0-9]{4,11}")
# Prefixes of restricted circulation, coupons, periodicals and books belong to no company (section 1.4.2; from memory, unverified).
_NO_COMPANY = re.compile(r"02|04|05|2|97[789]|98|99")
# Character set 82 without its brackets, which would end an element where the string is written with them.
_VALUE = re.compile(r"[!\"%&'*+,\-./0-9:;<=>?A-Z_a-z]{1,20}")
_LONGEST_DIGEST = 90
_CENTURY = range(2000, 2100)


def check_digit(digits: str) -> str:
    """The check digit behind these digits: weights 3 and 1 from the right. Raises LevigateError `GS1_NOT_VALID`."""
    if not re.fullmatch(r"[0-9]{1,17}", digits):
        raise _refused("a check digit belongs to plain digits")
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def gtin(*, prefix: str, item: str) -> str:
    """The item number of fourteen digits: a zero, company prefix and item reference of twelve digits together, and the check digit."""
    if not _PREFIX.fullmatch(prefix) or _NO_COMPANY.match(prefix):
        raise _refused("a GS1 company prefix has 4 to 11 digits, and begins as GS1 gives them to companies")
    if not re.fullmatch(r"[0-9]+", item) or len(prefix) + len(item) != 12:
        raise _refused(f"with a company prefix of {len(prefix)} digits an item reference has {12 - len(prefix)} digits")
    body = f"0{prefix}{item}"
    return body + check_digit(body)


def gs1_code(*, prefix: str, item: str, use_until: date, lot: str, serial: str, digest: str) -> str:
    """The element string; `serial` is the label's token, empty on paper that no record stands behind.

    A serial number has room for the token and not for the digest beside it, so the digest stands in (91), which GS1 leaves to the company itself.
    Raises LevigateError `GS1_NOT_VALID`.
    """
    number = gtin(prefix=prefix, item=item)
    if use_until.year not in _CENTURY:
        raise _refused("a date in a GS1 code has two digits for its year, and lies in this century")
    for name, value in (("lot", lot), *((("serial number", serial),) if serial else ())):
        if not _VALUE.fullmatch(value):
            raise _refused(f"a {name} in a GS1 code has 1 to 20 letters, digits and signs of its character set 82, without brackets")
    if not re.fullmatch(r"[0-9A-Z]+", digest) or len(digest) > _LONGEST_DIGEST:
        raise _refused("the digest in a GS1 code has capital letters and digits")
    named = f"(21){serial}" if serial else ""
    return f"(01){number}(17){use_until:%y%m%d}(10){lot}{named}(91){digest}"


def _refused(message: str) -> LevigateError:
    return LevigateError("GS1_NOT_VALID", message)
