"""A password's hash fits that password alone, and every check of one does the same work."""

import time
import unicodedata

import pytest

from compounding.credentials import hashing
from compounding.credentials.hashing import hash_password, needs_rehash, verify_nobody, verify_password
from compounding.domain.errors import LevigateError
from compounding.domain.passwords import LONGEST, LONGEST_TYPED, PasswordRefused

WORDS = "correct horse battery stäple"
PARAMETERS = "$argon2id$v=19$m=65536,t=3,p=4$"


@pytest.fixture(scope="module")
def stored() -> str:
    return hash_password(WORDS)


def test_the_hash_names_the_parameters_of_the_sources(stored: str) -> None:
    assert stored.startswith(PARAMETERS)
    assert not needs_rehash(stored)


def test_the_password_fits_its_hash_and_no_other_does(stored: str) -> None:
    assert verify_password(stored, WORDS)
    for other in ("", WORDS + " ", " " + WORDS, WORDS.upper(), WORDS[:-1]):
        assert not verify_password(stored, other)


def test_the_same_password_has_another_hash_each_time(stored: str) -> None:
    assert hash_password(WORDS) != stored


def test_an_accent_sent_in_two_parts_is_the_same_password(stored: str) -> None:
    assert verify_password(stored, unicodedata.normalize("NFD", WORDS))


def test_nothing_of_a_password_of_128_characters_is_cut() -> None:
    longest = "z" * LONGEST
    stored = hash_password(longest)
    assert verify_password(stored, longest)
    assert not verify_password(stored, longest[:-1] + "y")


@pytest.mark.parametrize("password", ["z" * (LONGEST + 1), "z" * 5_000_000, "\u0300\u0301" * 500_000, "a lone \udcff surrogate"])
def test_what_can_be_nobodys_password_is_answered_false_after_the_work(password: str, stored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[bytes] = []
    real = type(hashing._hasher()).verify
    monkeypatch.setattr(type(hashing._hasher()), "verify", lambda self, kept, typed: checked.append(typed) or real(self, kept, typed))
    assert not verify_password(stored, password)
    assert checked == [b""]
    with pytest.raises(PasswordRefused):
        hash_password(password)


def test_a_text_that_cannot_become_short_enough_is_not_even_normalised(stored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Putting millions of accents in order would take longer than the hash."""
    seen: list[int] = []
    monkeypatch.setattr(hashing, "normalised", lambda password: seen.append(len(password)) or password)
    assert not verify_password(stored, "\u0300" * (LONGEST_TYPED + 1))
    assert seen == []


def test_a_hash_of_nothing_is_not_opened_by_what_is_too_long() -> None:
    assert not verify_password(hash_password(""), "z" * (LONGEST + 1))


def test_an_unknown_name_costs_the_same_work_as_a_known_one(stored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    real = type(hashing._hasher()).verify
    monkeypatch.setattr(type(hashing._hasher()), "verify", lambda self, kept, typed: checked.append(kept) or real(self, kept, typed))
    verify_nobody("guess")
    verify_password(stored, "guess")
    first, second = (kept.rsplit("$", 2) for kept in checked)
    assert first[0] == second[0] == PARAMETERS.rstrip("$")
    assert [len(part) for part in first] == [len(part) for part in second]


def test_even_the_first_unknown_name_takes_its_time(stored: str) -> None:
    """Only a tenth is asked for, so that a busy machine fails nothing: a check that was left out takes a thousandth."""
    started = time.perf_counter()
    verify_password(stored, "guess")
    between = time.perf_counter()
    verify_nobody("guess")
    assert time.perf_counter() - between > (between - started) / 10


def test_a_hash_of_older_parameters_still_opens_and_asks_to_be_renewed() -> None:
    from argon2 import PasswordHasher

    older = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(WORDS)
    assert verify_password(older, WORDS)
    assert needs_rehash(older)


@pytest.mark.parametrize("change", [
    lambda stored: "",
    lambda stored: "plain",
    lambda stored: stored[:-1],
    lambda stored: stored + "A",
    lambda stored: stored + "\n",
    lambda stored: stored.replace("argon2id", "argon2i"),
    lambda stored: stored.replace("v=19", "v=16"),
    lambda stored: stored.replace("m=65536", "m=99999999"),
    lambda stored: stored.replace("m=65536", "m=16"),
    lambda stored: stored.replace("t=3", "t=0"),
    lambda stored: stored.replace("t=3", "t=999"),
    lambda stored: stored.replace("p=4", "p=٤"),
    lambda stored: stored[:-1] + "_",
    lambda stored: stored[:-1] + chr(ord(stored[-1]) + 1),
    lambda stored: "$2b$12$" + "a" * 53,
])  # fmt: skip
def test_a_damaged_hash_is_told_and_never_answered_false(change: object, stored: str) -> None:
    for password in (WORDS, "z" * 1000):
        with pytest.raises(LevigateError) as refused:
            verify_password(change(stored), password)  # type: ignore[operator]
        assert refused.value.code == "CREDENTIAL_DAMAGED"
    with pytest.raises(LevigateError, match="CREDENTIAL_DAMAGED"):
        needs_rehash(change(stored))  # type: ignore[operator]


def test_a_check_the_machine_could_not_do_is_not_a_wrong_password(stored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from argon2.exceptions import VerificationError

    def fails(*_: object) -> bool:
        raise VerificationError("Memory allocation error")

    monkeypatch.setattr(type(hashing._hasher()), "verify", fails)
    with pytest.raises(LevigateError) as refused:
        verify_password(stored, WORDS)
    assert refused.value.code == "PASSWORD_NOT_CHECKED"
    assert WORDS not in str(refused.value)
