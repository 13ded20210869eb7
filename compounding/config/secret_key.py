"""The secret that signs form tokens and sessions: given by the environment, or made once and kept in a file for its owner alone."""

import os
import re
import secrets
import stat
import time
from pathlib import Path

from compounding.domain.errors import LevigateError

SHORTEST = 32
"""Characters of a secret that is given, and bytes of one that is made."""

FILE = "secret.key"
_KEPT = re.compile(rb"([0-9a-f]{64})\n")
_FEWEST_DIFFERENT = 8
_PLACEHOLDERS = (
    "changeme", "changethis", "replaceme", "replacethis", "yoursecret", "secretkey", "secrethere", "supersecret", "notsosecret", "placeholder", "insecure",
    "password", "keyboardcat", "donttell", "developmentkey", "0123456789", "1234567890", "abcdefghij", "qwertyuiop", "loremipsum",
)  # fmt: skip
"""What stands in instructions and templates, letters and digits only. Each makes a secret that everybody knows."""

_ANEW = "remove it to have a new one made, which ends every session"

_OTHERS_PATIENCE_S = 2.0
"""How long a process waits for another one that has just made the file and is still writing its 65 bytes."""


def checked(given: str, name: str) -> bytes:
    """The secret that was given under `name`, as bytes. Raises LevigateError `SECRET_TOO_SHORT` or `SECRET_WEAK`."""
    if len(given) < SHORTEST:
        raise LevigateError("SECRET_TOO_SHORT", f"{name} needs at least {SHORTEST} characters; make one with: openssl rand -hex 32")
    letters = "".join(character for character in given.casefold() if character.isalnum())
    if len(set(given)) < _FEWEST_DIFFERENT or any(known in letters for known in _PLACEHOLDERS):
        raise LevigateError("SECRET_WEAK", f"{name} is one that can be guessed; make one with: openssl rand -hex 32")
    return given.encode("utf-8")


def kept_in(folder: Path) -> bytes:
    """The secret in the folder's `secret.key`, which is made where there is none. Processes that start at once all get the same one.

    Raises LevigateError `SECRET_FILE_UNWRITABLE`, `SECRET_FILE_UNREADABLE`, `SECRET_FILE_OPEN` or `SECRET_FILE_DAMAGED`.
    """
    path = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise LevigateError("SECRET_FILE_UNWRITABLE", f"the folder {folder} cannot be made: {fault.strerror}") from fault
    try:
        # Exclusive: of several processes one makes the file, and the others read it.
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path)
    except OSError as fault:
        raise LevigateError("SECRET_FILE_UNWRITABLE", f"the secret's file {path} cannot be made: {fault.strerror}") from fault
    try:
        with os.fdopen(opened, "wb") as file:
            os.fchmod(opened, 0o600)
            file.write(secrets.token_bytes(SHORTEST).hex().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        # Half a secret would stop every later start.
        path.unlink(missing_ok=True)
        raise LevigateError("SECRET_FILE_UNWRITABLE", f"the secret's file {path} cannot be written: {fault.strerror}") from fault
    return _read(path)


def _read(path: Path) -> bytes:
    deadline = time.monotonic() + _OTHERS_PATIENCE_S
    while True:
        content = _content(path)
        if found := _KEPT.fullmatch(content):
            break
        if len(content) >= 2 * SHORTEST + 1 or time.monotonic() > deadline:
            raise LevigateError("SECRET_FILE_DAMAGED", f"{path} does not hold a secret of {SHORTEST} bytes; {_ANEW}")
        time.sleep(0.01)
    secret = bytes.fromhex(found[1].decode())
    if len(set(secret)) < _FEWEST_DIFFERENT:
        raise LevigateError("SECRET_FILE_DAMAGED", f"{path} holds a secret that can be guessed; {_ANEW}")
    return secret


def _content(path: Path) -> bytes:
    try:
        # Without O_NONBLOCK a pipe of that name would be waited for.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            kind = os.fstat(file.fileno())
            if not stat.S_ISREG(kind.st_mode):
                raise LevigateError("SECRET_FILE_DAMAGED", f"{path} is not a file")
            if kind.st_mode & 0o077:
                raise LevigateError("SECRET_FILE_OPEN", f"others on this machine can read {path}; mend it with: chmod 600 '{path}'")
            return file.read(1024)
    except OSError as fault:
        raise LevigateError("SECRET_FILE_UNREADABLE", f"the secret's file {path} cannot be read: {fault.strerror}") from fault
