"""Values made ready for a template: no markup, only parts in reading order."""

import re
from collections.abc import Iterable


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
