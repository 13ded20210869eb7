"""Values made ready for a template: no markup, only parts in reading order."""

import re
from collections.abc import Iterable
from fractions import Fraction

from compounding.domain.numbers import format_number, rounded
from compounding.domain.weighing_sheet import WeighingSheet

_PLACES_OF_A_GRAM = 3


def mark_deciding(text: str, words: Iterable[str]) -> list[tuple[str, bool]]:
    """Split `text` into (part, is deciding) pairs, so that a template can mark the words a reading rests on.

    Joined again the parts are the text as it was sent: marking never changes what the reader sees.
    """
    # Longest first: "zinc oxide" is one mark rather than "zinc" and a rest.
    wanted = sorted({word for word in words if word}, key=len, reverse=True)
    if not wanted:
        return [(text, False)] if text else []
    pieces = re.split("(" + "|".join(re.escape(word) for word in wanted) + ")", text, flags=re.IGNORECASE)
    # With one group, re.split puts the matches at the odd places.
    return [(piece, place % 2 == 1) for place, piece in enumerate(pieces) if piece]


def drug_in_it(sheet: WeighingSheet) -> str:
    """The drug in a preparation, in grams, counted both ways.

    To the milligram: nobody weighs more digits, and a row of them would only be misread. The derivation has every digit.
    """
    return f"{_grams(sheet.as_pentahydrate_g)} as pentahydrate, which is {_grams(sheet.as_anhydrous_g)} as anhydrous"


def _grams(value: Fraction) -> str:
    near = rounded(value, _PLACES_OF_A_GRAM)
    return f"{'' if Fraction(near) == value else 'about '}{format_number(near)} g"
