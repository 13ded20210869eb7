"""Tokens are long, different and fit for a cookie; they are kept as digests and compared without telling where they differ."""

import hashlib
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.credentials import recovery_codes
from compounding.credentials.readable_codes import ALPHABET
from compounding.credentials.tokens import digest, new_activation_code, new_token, same


def test_a_token_has_256_bits_in_letters_of_addresses_and_is_new_each_time() -> None:
    made = {new_token() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in made)


def test_an_activation_code_has_at_least_100_bits_and_is_kept_like_a_recovery_code() -> None:
    code = new_activation_code()
    assert code != new_activation_code()
    assert len(code.replace("-", "")) * math.log2(len(ALPHABET)) >= 100
    assert recovery_codes.digest(code) == recovery_codes.digest(code.lower().replace("-", " "))


def test_the_digest_is_the_sha256_of_the_token() -> None:
    assert digest("abc") == hashlib.sha256(b"abc").hexdigest()


@pytest.mark.parametrize(
    ("a", "b", "answer"),
    [
        ("abc", "abc", True),
        ("", "", True),
        ("abc", "abd", False),
        ("abc", "abcd", False),
        ("é", "e\u0301", False),
        ("\ud800", "\ud800", True),
        ("\ud800", "?", False),
    ],
)
def test_only_the_very_same_text_is_the_same(a: str, b: str, answer: bool) -> None:
    assert same(a, b) is answer


@given(st.text(st.characters()))
def test_any_text_has_a_digest_and_is_the_same_as_itself(text: str) -> None:
    assert same(digest(text), digest(text))
    assert same(text, text)
    assert not same(text, text + "x")
