"""Who attacks: the roles of the example pharmacy, how each signs in, and the addresses nobody attacks, with the reason."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tools.security.client import Browser

ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attacker:
    """A role, and how a browser becomes that person; `start` are the addresses where reading begins."""

    role: str
    enter: Callable[[Browser], None]
    start: tuple[str, ...] = ("/",)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Addresses that are not attacked, and why."""

    address: re.Pattern[str]
    reason: str


LEFT_OUT: tuple[LeftOut, ...] = ()


def _as_nobody(_browser: Browser) -> None:
    """Stay what a stranger is."""


def attackers(chosen: tuple[str, ...]) -> tuple[Attacker, ...]:
    """Everybody who attacks in this run, in this order. Raises ValueError where a role that was asked for is not known."""
    known = (Attacker(role=ANONYMOUS, enter=_as_nobody),)
    if unknown := set(chosen) - {each.role for each in known}:
        raise ValueError(f"LEVIGATE_SECURITY_ROLES names {', '.join(sorted(unknown))}; there are {', '.join(each.role for each in known)}.")
    return tuple(each for each in known if not chosen or each.role in chosen)


def is_left_out(path: str) -> bool:
    """Whether this address is one that nobody attacks."""
    return any(each.address.search(path) for each in LEFT_OUT)
