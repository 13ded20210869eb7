"""A strength in words: what it is counted as, and what that is as the other form, worked out exactly and rounded only to be shown."""

from decimal import Decimal

import pytest

from compounding.domain.hydrates import Form, molar_masses
from compounding.domain.strength_words import strength_in_words
from compounding.reference import ReferenceData


@pytest.mark.parametrize(("percent", "form", "words"), [
    ("12.5", Form.PENTAHYDRATE, "12.5 % w/w of the pentahydrate, which is 7.963 % w/w of the anhydrous salt (rounded)"),
    ("25", Form.PENTAHYDRATE, "25 % w/w of the pentahydrate, which is 15.93 % w/w of the anhydrous salt (rounded)"),
    ("10", Form.ANHYDROUS, "10 % w/w of the anhydrous salt, which is 15.7 % w/w of the pentahydrate (rounded)"),
])  # fmt: skip
def test_a_strength_says_what_it_is_as_the_other_form(data: ReferenceData, percent: str, form: Form, words: str) -> None:
    assert strength_in_words(Decimal(percent), form, molar_masses(data.formulary.substances)) == words
