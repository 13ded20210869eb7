"""What may be asked of a run by environment: which tools, which roles, how deep and for how long."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOLS = ("bandit", "wapiti", "sqlmap")
_LANES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One run. `minutes` bounds each of wapiti's modules for each role; `lanes` is how many instances are attacked side by side."""

    scanners: Path
    build: Path
    tools: tuple[str, ...]
    roles: tuple[str, ...]
    level: int
    risk: int
    minutes: int
    lanes: int
    everything_for_each_role: bool


def from_environment() -> Settings:
    """The settings of this run. Raises ValueError for a tool that is not known or a number that is none."""
    chosen = _names("LEVIGATE_SECURITY_TOOLS") or TOOLS
    if unknown := set(chosen) - set(TOOLS):
        raise ValueError(f"LEVIGATE_SECURITY_TOOLS names {', '.join(sorted(unknown))}; there are {', '.join(TOOLS)}.")
    return Settings(
        scanners=ROOT / os.environ.get("LEVIGATE_SCANNERS", ".venv-security") / "bin",
        build=ROOT / "build" / "security",
        tools=chosen,
        roles=_names("LEVIGATE_SECURITY_ROLES"),
        level=_number("LEVIGATE_SECURITY_LEVEL", 3),
        risk=_number("LEVIGATE_SECURITY_RISK", 2),
        minutes=_number("LEVIGATE_SECURITY_MINUTES", 1),
        lanes=_number("LEVIGATE_SECURITY_LANES", _LANES),
        everything_for_each_role=os.environ.get("LEVIGATE_SECURITY_EACH", "") == "1",
    )


def _names(variable: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in os.environ.get(variable, "").split(",") if name.strip())


def _number(variable: str, otherwise: int) -> int:
    given = os.environ.get(variable, "")
    if not given:
        return otherwise
    if not given.isdecimal() or not int(given):
        raise ValueError(f"{variable} must be a whole number above zero.")
    return int(given)
