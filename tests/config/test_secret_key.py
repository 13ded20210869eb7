"""There is no default secret: one is given and strong, or made once and kept for its owner alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from compounding.config.secret_key import FILE, checked, kept_in
from compounding.domain.errors import LevigateError

ROOT = Path(__file__).resolve().parents[2]
STRONG = "b7e1c9" * 2 + "0f3a5d82 and some more words"


def refused(folder: Path) -> LevigateError:
    with pytest.raises(LevigateError) as found:
        kept_in(folder)
    return found.value


def test_a_secret_that_is_given_is_taken_as_it_is() -> None:
    assert checked(STRONG, "NAME") == STRONG.encode()


@pytest.mark.parametrize(
    ("secret", "code"),
    [
        (STRONG[:31], "SECRET_TOO_SHORT"),
        ("a" * 64, "SECRET_WEAK"),
        ("0" * 64, "SECRET_WEAK"),
        ("abcabc" * 10, "SECRET_WEAK"),
        ("change-me-change-me-change-me-change-me", "SECRET_WEAK"),
        ("Your Secret Key Goes Here, please", "SECRET_WEAK"),
        ("0123456789abcdef0123456789abcdef", "SECRET_WEAK"),
        ("this-is-an-INSECURE-key-for-development", "SECRET_WEAK"),
    ],
)
def test_a_secret_that_is_short_or_known_to_everybody_is_refused_without_repeating_it(secret: str, code: str) -> None:
    with pytest.raises(LevigateError) as found:
        checked(secret, "NAME")
    assert found.value.code == code
    assert secret not in found.value.message
    assert "NAME" in found.value.message


def test_the_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    before = os.umask(0)
    try:
        secret = kept_in(folder)
    finally:
        os.umask(before)
    assert len(secret) == 32
    assert (folder / FILE).stat().st_mode & 0o777 == 0o600
    assert kept_in(folder) == secret
    assert kept_in(tmp_path / "another") != secret


def test_processes_that_start_at_once_get_the_same_secret(tmp_path: Path) -> None:
    script = f"import sys; sys.stdin.readline(); from pathlib import Path; from compounding.config.secret_key import kept_in; print(kept_in(Path({str(tmp_path)!r})).hex())"
    processes = [
        subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(6)
    ]
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = {process.communicate(timeout=30) for process in processes}
    assert len(answers) == 1
    assert answers == {((tmp_path / FILE).read_text(encoding="ascii"), "")}


def test_one_that_finds_the_file_still_empty_waits_for_who_is_writing_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tmp_path / "made"
    secret = kept_in(made)
    (tmp_path / FILE).touch(mode=0o600)
    monkeypatch.setattr("compounding.config.secret_key.time.sleep", lambda _seconds: (tmp_path / FILE).write_bytes((made / FILE).read_bytes()))
    assert kept_in(tmp_path) == secret


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o660])
def test_a_file_that_others_can_read_or_write_is_refused_with_the_command_that_mends_it(tmp_path: Path, mode: int) -> None:
    secret = kept_in(tmp_path)
    (tmp_path / FILE).chmod(mode)
    refusal = refused(tmp_path)
    assert refusal.code == "SECRET_FILE_OPEN"
    assert f"chmod 600 '{tmp_path / FILE}'" in refusal.message
    (tmp_path / FILE).chmod(0o600)
    assert kept_in(tmp_path) == secret


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"f3" * 31 + b"\n",
        b"0f3a5d82" * 8,
        b"0f3a5d82" * 8 + b"\r\n",
        b"0F3A5D82" * 8 + b"\n",
        b"0f3a5d8g" * 8 + b"\n",
        b"00" * 32 + b"\n",
        b"x" * 5000,
    ],
)
def test_a_file_that_is_shorter_or_damaged_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr("compounding.config.secret_key._OTHERS_PATIENCE_S", 0.05)
    (tmp_path / FILE).write_bytes(content)
    (tmp_path / FILE).chmod(0o600)
    refusal = refused(tmp_path)
    assert refusal.code == "SECRET_FILE_DAMAGED"
    assert "remove it" in refusal.message
    assert (tmp_path / FILE).read_bytes() == content


def test_a_pipe_or_a_folder_of_that_name_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / FILE, 0o600)
    assert refused(tmp_path).code == "SECRET_FILE_DAMAGED"
    (tmp_path / "other" / FILE).mkdir(parents=True, mode=0o700)
    assert refused(tmp_path / "other").code in {"SECRET_FILE_DAMAGED", "SECRET_FILE_UNREADABLE"}


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert refused(tmp_path / "file").code == "SECRET_FILE_UNWRITABLE"


def test_a_full_disk_leaves_no_half_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("compounding.config.secret_key.os.fsync", full)
    assert refused(tmp_path).code == "SECRET_FILE_UNWRITABLE"
    assert list(tmp_path.iterdir()) == []
