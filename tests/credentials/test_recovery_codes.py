"""Recovery codes are long, legible and different, and typing them carelessly makes no difference."""

import hashlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.credentials.readable_codes import ALPHABET, canonical
from compounding.credentials.recovery_codes import digest, new_codes


def test_ten_different_codes_are_made_unless_more_are_asked_for() -> None:
    assert len(set(new_codes())) == 10
    assert len(set(new_codes(25))) == 25
    assert new_codes(0) == ()


def test_each_has_at_least_80_random_bits_in_groups_of_five() -> None:
    for code in new_codes():
        assert [len(group) for group in code.split("-")] == [5, 5, 5, 5, 5, 5]
        assert len(code.replace("-", "")) * math.log2(len(ALPHABET)) >= 80


def test_no_sign_looks_like_another() -> None:
    assert set(ALPHABET).isdisjoint("0O1IL2Z5S8BUAEiou")
    assert len(set(ALPHABET)) == len(ALPHABET)


def test_every_sign_is_used() -> None:
    """A sign that is missing from 4,000 would be there but once in 10^80 trials."""
    assert set("".join(new_codes(200)).replace("-", "")) == set(ALPHABET)


@pytest.mark.parametrize("typed", ["CDFGH-JKMNP-QRTVW-XY346", "cdfgh-jkmnp-qrtvw-xy346", "CDFGHJKMNPQRTVWXY346", " cdfgh jkmnp\u00a0qrtvw\u2009xy346 \n", "CDFGH–JKMNP—QRTVW−XY346", "cdfgh\u2010jkmnp\u2011qrtvw\u00adxy346"])  # fmt: skip
def test_capitals_spaces_and_hyphens_make_no_difference(typed: str) -> None:
    assert digest(typed) == hashlib.sha256(b"CDFGHJKMNPQRTVWXY346").hexdigest()


@pytest.mark.parametrize("typed", ["", "CDFGH-JKMNP-QRTVW-XY347", "CDFGH-JKMNP-QRTVW-XY34", "CDFGH.JKMNP.QRTVW.XY346", "CDFGH_JKMNP-QRTVW-XY346"])
def test_anything_else_is_another_code(typed: str) -> None:
    assert digest(typed) != digest("CDFGH-JKMNP-QRTVW-XY346")


@given(st.text(st.characters()))
def test_any_text_has_a_digest(text: str) -> None:
    assert len(digest(text)) == 64
    assert canonical(canonical(text)) == canonical(text)
