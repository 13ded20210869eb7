"""docs/access.md: who may open which page, made from the access table and the profiles' tables of duties."""

from compounding.domain.people import Duty, Role, WhoMay
from compounding.reference import load
from compounding.web import create_app
from compounding.web.access_table import TABLE, Door
from tests.web.matrix import Answer, Route, promised, routes

_MARKS = {Answer.OPEN: "yes", Answer.OWN: "own", Answer.FORBIDDEN: "-", Answer.SIGN_IN: "-", Answer.ABSENT: "-"}
_HEAD = """# Who may open which page

Made by `make readme` from `compounding/web/access_table.py` and the profiles' tables of duties; a test makes it again and compares, and another walks every route as
every role on own and foreign objects (`tests/web/test_access_matrix.py`).

- "yes": the page opens; what may be done there is asked again by the use case. "own": only for what this person entered; everything else is not there. "-": refused (403), and told
  on the chain of readings.
- Whoever is not signed in is sent to sign in, except where the table says "anyone". Whoever is half-way through signing in is nobody yet.
- An address that names something of another pharmacy answers as if it did not exist (404), for everyone.
- A locked session (15 minutes without a sign of life) opens only what is marked "stays in view", for reading.
- "trial" pages work without signing in while no pharmacy is set up, and where they say "trial only" never afterwards.
"""


def access_page() -> str:
    """The whole page."""
    app = create_app({"SECRET_KEY": "only-for-documents" * 3, "PLAIN_HTTP_ON_LOOPBACK": True})
    every, profiles = list(routes(app)), load().profiles
    first, *others = sorted(profiles)
    parts = [_HEAD, f"## Profile {first}", "", *_table(every, profiles[first].who_may)]
    for other in others:
        differ = [each for each in every if _row(profiles[other].who_may, each.endpoint) != _row(profiles[first].who_may, each.endpoint)]
        parts += ["", f"## Profile {other}", "", f"As {first}, but for these:" if differ else f"As {first}.", ""]
        parts += _table(differ, profiles[other].who_may) if differ else []
    return "\n".join([*parts, ""])


def _table(shown: list[Route], who_may: WhoMay) -> list[str]:
    titles = ("route", "opened by", "names", *(role.value for role in Role))
    lines = ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]
    for route in shown:
        entry = route.entry
        marks = [name for name, is_so in (("trial", entry.in_trial), ("stays in view", entry.while_locked)) if is_so]
        names = " ".join(each for each in (entry.of.value if entry.of is not None else "", f"({', '.join(marks)})" if marks else "") if each)
        cells = [_MARKS[each] for each in _row(who_may, route.endpoint)]
        lines.append(f"| `{route.method} {route.rule}` | {_opened_by(route.endpoint)} | {names} | " + " | ".join(cells) + " |")
    return lines


def _opened_by(endpoint: str) -> str:
    entry = TABLE[endpoint]
    if entry.door is not None:
        return {Door.ANYONE: "anyone", Door.TRIAL: "trial only", Door.HALF_WAY: "half-way in", Door.SIGNED_IN: "signed in"}[entry.door]
    duties: tuple[Duty, ...] = tuple(dict.fromkeys((*entry.duties, *entry.own)))
    return ", ".join(each.value for each in duties)


def _row(who_may: WhoMay, endpoint: str) -> tuple[Answer, ...]:
    return tuple(promised(TABLE[endpoint], role, who_may) for role in Role)
