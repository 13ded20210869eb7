"""Who attacks: the roles of the example pharmacy, how each signs in, and the addresses nobody attacks, with the reason."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pyotp

from tools.security.client import Browser
from tools.security.instance import Example, Person
from tools.security.pages import read

ANONYMOUS, HALF_WAY = "anonymous", "half-way"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attacker:
    """A role, and how a browser becomes that person."""

    role: str
    enter: Callable[[Browser], None]

    @property
    def is_signed_in(self) -> bool:
        """Whether this is somebody the program knows by now."""
        return self.role not in (ANONYMOUS, HALF_WAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Addresses that are not attacked, and why."""

    address: re.Pattern[str]
    reason: str


LEFT_OUT = (
    LeftOut(address=re.compile(r"^/sign-out"), reason="it ends the session that attacks; what it takes is a token and nothing else"),
    LeftOut(address=re.compile(r"^/lock$"), reason="it locks the session that attacks; what it takes is a token and nothing else"),
    LeftOut(address=re.compile(r"^/switch"), reason="it locks the session that attacks; the same sign-in form is attacked at /sign-in as nobody"),
    LeftOut(address=re.compile(r"^/account/sessions"), reason="it ends the session that attacks; what it takes is a token and nothing else"),
)
ROLES = ("pharmacist", "technician", "prescriber", "auditor", "designated person")
"""Who attacks signed in, in this order."""
SIGN_IN, SECOND_STEP = "/sign-in", "/sign-in/code"


class NotLetIn(Exception):
    """Somebody of the example could not sign in, so nothing can be attacked as that person."""


def _as_nobody(_browser: Browser) -> None:
    """Stay what a stranger is."""


def _as_person(person: Person, password: str, *, half_way: bool = False) -> Callable[[Browser], None]:
    def enter(browser: Browser) -> None:
        """Give name and password on the first page, the code of this moment on the second. Raises NotLetIn."""
        arrived = browser.get(SIGN_IN)
        steps = ((SIGN_IN, {"name": person.name, "password": password}), (SECOND_STEP, {"code": pyotp.TOTP(person.seed).now()}))
        for address, typed in steps[: 1 if half_way else 2]:
            form = next((form for form in read(browser.base, arrived.path, arrived.text).forms if form.path == address), None)
            if form is None:
                raise NotLetIn(f"{person.name}: {arrived.path} answered {arrived.status} and has no form for {address}")
            arrived = browser.post(address, [(name, typed.get(name, value)) for name, value in form.fields])
        if not half_way and (arrived.status >= 500 or arrived.path.startswith(SIGN_IN)):
            raise NotLetIn(f"{person.name}: after the code {arrived.path} answered {arrived.status}")

    return enter


def attackers(chosen: tuple[str, ...], example: Example) -> tuple[Attacker, ...]:
    """Everybody who attacks in this run, in this order. Raises ValueError where a role that was asked for is not known, and NotLetIn where nobody has it."""
    if unknown := set(chosen) - {ANONYMOUS, HALF_WAY, *ROLES}:
        raise ValueError(f"LEVIGATE_SECURITY_ROLES names {', '.join(sorted(unknown))}; there are {', '.join((ANONYMOUS, HALF_WAY, *ROLES))}.")
    found = [Attacker(role=ANONYMOUS, enter=_as_nobody)]
    for role in ROLES:
        # Whoever has the fewest roles beside it shows best what the role alone can reach.
        person = min((each for each in example.people if role in each.roles), key=lambda each: len(each.roles), default=None)
        if person is None:
            raise NotLetIn(f"nobody of the example is {role}")
        if role == ROLES[0]:
            found.append(Attacker(role=HALF_WAY, enter=_as_person(person, example.password, half_way=True)))
        found.append(Attacker(role=role, enter=_as_person(person, example.password)))
    return tuple(each for each in found if not chosen or each.role in chosen)


def is_left_out(path: str) -> bool:
    """Whether this address is one that nobody attacks."""
    return any(each.address.search(path) for each in LEFT_OUT)
