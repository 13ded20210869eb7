"""What a new password must be: rules about length and about what others know, and none about kinds of characters."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.passwords import LONGEST, LONGEST_TYPED, SHORTEST, PasswordRefused, check_new_password, normalised


def never(_password: str) -> bool:
    return False


def refusal(password: str, *about: str) -> str:
    with pytest.raises(PasswordRefused) as refused:
        check_new_password(password, is_common=never, about=about)
    return refused.value.code


@pytest.mark.parametrize("password", [
    "a" * 64, "a" * LONGEST, "aaaaaaab", "        ", " with spaces at both ends ", "correct horse battery staple", "12983476", "ÄÖÜßéñøłž", "пароль мой", "合言葉合言葉合言葉", "🐢🐢🐢🐢🐢🐢🐢🐢", "<script>alert(1)</script>", "' OR 1=1 --",
])  # fmt: skip
def test_any_text_of_8_to_128_characters_is_accepted_as_it_is(password: str) -> None:
    assert check_new_password(password, is_common=never) == password


@pytest.mark.parametrize(("password", "code"), [
    ("", "PASSWORD_TOO_SHORT"),
    ("short", "PASSWORD_TOO_SHORT"),
    ("a" * (SHORTEST - 1), "PASSWORD_TOO_SHORT"),
    ("a" * (LONGEST + 1), "PASSWORD_TOO_LONG"),
    ("a" * 1_000_000, "PASSWORD_TOO_LONG"),
    ("two\nlines of it", "PASSWORD_UNREADABLE"),
    ("with a\ttabulator", "PASSWORD_UNREADABLE"),
    ("with nothing\x00after", "PASSWORD_UNREADABLE"),
    ("a lone \ud800 surrogate", "PASSWORD_UNREADABLE"),
    ("a line\u2028separator", "PASSWORD_UNREADABLE"),
])  # fmt: skip
def test_what_is_refused_says_why(password: str, code: str) -> None:
    assert refusal(password) == code


def test_an_accent_is_one_character_however_the_keyboard_sent_it() -> None:
    composed, decomposed = "éééééééé", unicodedata.normalize("NFD", "éééééééé")
    assert check_new_password(decomposed, is_common=never) == composed
    assert refusal(unicodedata.normalize("NFD", "ééééééé")) == "PASSWORD_TOO_SHORT"
    assert check_new_password(unicodedata.normalize("NFD", "é" * LONGEST), is_common=never) == "é" * LONGEST


def test_no_text_too_long_to_be_normalised_could_have_been_short_enough() -> None:
    """The character of Unicode that stands for the most others, 128 times, is still looked at."""
    most = max(
        (chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000),
        key=lambda character: len(unicodedata.normalize("NFD", character)) * (normalised(unicodedata.normalize("NFD", character)) == character),
    )
    typed = unicodedata.normalize("NFD", most) * LONGEST
    assert len(typed) <= LONGEST_TYPED
    assert check_new_password(typed, is_common=never) == most * LONGEST


@pytest.mark.parametrize("password", [
    "levigate", "Levigate", "LEVIGATE2026", "levi gate 1", "anna.meier", "Anna.Meier1", "Anna Meier", "annameier", "ANNA MEIER 1984", "Stadt-Apotheke", "stadt-apotheke99",
])  # fmt: skip
def test_a_name_is_refused_whatever_its_capitals_spaces_and_digits_after_it(password: str) -> None:
    assert refusal(password, "anna.meier", "Anna Meier", "Stadt-Apotheke") == "PASSWORD_IS_A_NAME"


@pytest.mark.parametrize("password", ["anna.meier writes", "1anna.meier", "my anna.meier", "levigates well"])
def test_a_name_within_a_longer_password_is_accepted(password: str) -> None:
    assert check_new_password(password, is_common=never, about=("anna.meier",)) == password


def test_an_empty_name_refuses_no_number() -> None:
    assert check_new_password("82736451", is_common=never, about=("", "  ")) == "82736451"


def test_a_common_password_is_refused_as_it_is_normalised() -> None:
    asked: list[str] = []

    def is_common(password: str) -> bool:
        asked.append(password)
        return True

    with pytest.raises(PasswordRefused) as refused:
        check_new_password(unicodedata.normalize("NFD", "cafécafé"), is_common=is_common)
    assert refused.value.code == "PASSWORD_COMMON"
    assert asked == ["cafécafé"]


@given(st.text(st.characters(), max_size=140), st.lists(st.text(max_size=9), max_size=3))
def test_an_accepted_password_is_never_cut_and_a_refusal_never_repeats_it(password: str, about: list[str]) -> None:
    refusals: list[PasswordRefused] = []
    try:
        accepted = check_new_password(password, is_common=never, about=about)
    except PasswordRefused as refused:
        refusals.append(refused)
    else:
        assert accepted == unicodedata.normalize("NFC", password)
        assert SHORTEST <= len(accepted) <= LONGEST
    assert all(len(password) < SHORTEST or password not in str(refused) for refused in refusals)
