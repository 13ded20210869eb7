"""The shipped list of common passwords is whole, is what the builder writes, and refuses what is tried first."""

import hashlib
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest

from compounding.credentials import common_passwords
from compounding.credentials.common_passwords import LIST_FILE, is_common
from compounding.domain.errors import ReferenceDataError
from compounding.domain.passwords import SHORTEST, PasswordRefused, check_new_password
from tools.common_passwords.build import Rules, common, listed_in, rules

LISTED = (files("compounding.credentials") / LIST_FILE).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("password", [
    "password", "Password1", "PASSWORD123!", "p@ssw0rd", "12345678", "123456789", "qwertyuiop", "qwertzuiop", "1q2w3e4r", "letmein1", "iloveyou", "aaaaaaaa", "00000000", "abcdefgh", "87654321", "welcome1", "Summer2026!", "Pharmacy1", "ointment123", "testtest", "123456", "monkey",
])  # fmt: skip
def test_what_is_tried_first_is_common_in_any_capitals(password: str) -> None:
    assert is_common(password)
    assert is_common(password.swapcase())


@pytest.mark.parametrize("password", ["a" * 64, "correct horse battery staple", "vf8#kQ2p", "levigated with oil", " password", "", "\n"])
def test_what_is_on_no_list_is_not(password: str) -> None:
    assert not is_common(password)


def test_a_new_password_is_asked_of_the_list() -> None:
    with pytest.raises(PasswordRefused) as refused:
        check_new_password("Password1", is_common=is_common)
    assert refused.value.code == "PASSWORD_COMMON"


def test_the_list_holds_more_than_ten_thousand_that_are_long_enough() -> None:
    assert sum(len(password) >= SHORTEST for password in LISTED) > 10_000
    assert sorted(set(LISTED)) == LISTED
    assert all(password == password.lower() and password.strip() for password in LISTED)


def test_everything_the_rules_make_is_in_the_shipped_list() -> None:
    missing = set(common([], rules())) - set(LISTED)
    assert not missing, f"run `python -m tools.common_passwords`: {len(missing)} are missing"


def test_a_list_that_was_cut_short_is_refused_instead_of_letting_all_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    common_passwords._listed.cache_clear()
    monkeypatch.setattr(common_passwords, "files", lambda _package: tmp_path)
    try:
        with pytest.raises(ReferenceDataError, match="DATA_MISSING"):
            is_common("password")
        (tmp_path / LIST_FILE).write_text("password\n", encoding="utf-8")
        with pytest.raises(ReferenceDataError, match="DATA_MISSING"):
            is_common("password")
    finally:
        common_passwords._listed.cache_clear()


def small_rules(content: bytes) -> Rules:
    return Rules(data_file="p/lists.py", data_sha256=hashlib.sha256(content).hexdigest(), list="passwords", words_varied=2, shortest_word=4, longest_repetition=8, rows=("123456789",), words=("ours",), ends=("", "1234"))  # fmt: skip


def package(folder: Path, content: bytes) -> Path:
    file = folder / "p.whl"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("p/lists.py", content)
    return file


def test_the_builder_reads_the_list_without_running_the_package(tmp_path: Path) -> None:
    content = b'raise SystemExit(1)\nL = {"names": "anna,ben".split(","), "passwords": "Dragon,abc,12,tree,lake".split(",")}\n'
    listed = listed_in(package(tmp_path, content), small_rules(content))
    assert listed[:5] == ["Dragon", "abc", "12", "tree", "lake"]


def test_the_builder_refuses_another_list_than_the_rules_were_written_for(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not the list"):
        listed_in(package(tmp_path, b"L = {}"), small_rules(b"L = { }"))
    with pytest.raises(ValueError, match="no list"):
        listed_in(package(tmp_path, b"L = {}"), small_rules(b"L = {}"))


def test_the_builder_varies_the_first_words_and_ours() -> None:
    made = common(["Dragon", "abc", "tree", "lake"], small_rules(b""))
    assert {"dragon", "abc", "dragon1234", "tree1234", "treetree", "ours1234", "oursours", "12345678", "98765432", "aaaaaaaa"} <= set(made)
    assert "lake1234" not in made
    assert "dragon" + "dragon" not in made
    assert made == sorted(set(made))
