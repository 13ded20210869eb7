"""The passwords that are tried first, as a set that is read when somebody first chooses a password.

The list is made by `tools/common_passwords`; where it comes from and under which licence stands in COMMON-PASSWORDS-LICENSE.txt beside it.
"""

from functools import cache
from importlib.resources import files

from compounding.domain.errors import ReferenceDataError

LIST_FILE = "common_passwords.txt"
FEWEST = 10_000
"""A list with fewer lines than this was cut short, and would let common passwords pass without a word."""


def is_common(password: str) -> bool:
    """Whether the password, in any mixture of capitals, is on the list. Raises ReferenceDataError when the list is missing or cut short."""
    return password.lower() in _listed()


@cache
def _listed() -> frozenset[str]:
    file = files(__package__) / LIST_FILE
    listed = frozenset(file.read_text(encoding="utf-8").split("\n")) - {""} if file.is_file() else frozenset()
    if len(listed) < FEWEST:
        raise ReferenceDataError("DATA_MISSING", f"{LIST_FILE} is missing or cut short; install Levigate again")
    return listed
