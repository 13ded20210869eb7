"""docs/access.md: who may open which page, made from the access table and the profiles' tables of duties."""

from compounding.domain.people import Duty, Role
from compounding.reference import load
from compounding.web import create_app
from compounding.web.access_table import TABLE, Door
from tests.web.matrix import Answer, promised, routes

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
    profiles = load().profiles
    first, *others = sorted(profiles)
    who_may = profiles[first].who_may
    titles = ("route", "opened by", "names", *(role.value for role in Role))
    lines = ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]
    for route in routes(app):
        entry = route.entry
        cells = [_MARKS[promised(entry, role, who_may)] for role in Role]
        opened_by = _opened_by(route.endpoint)
        marks = [name for name, is_so in (("trial", entry.in_trial), ("stays in view", entry.while_locked)) if is_so]
        names = (entry.of.value if entry.of is not None else "") + (f" ({', '.join(marks)})" if marks else "")
        lines.append(f"| `{route.method} {route.rule}` | {opened_by} | {names.strip()} | " + " | ".join(cells) + " |")
    same = [other for other in others if all(_row(profiles[other].who_may, each) == _row(who_may, each) for each in TABLE)]
    differs = [other for other in others if other not in same]
    told = f"Profile {first}" + (f"; {', '.join(same)} opens the same pages to the same roles" if same else "")
    if differs:
        raise ValueError(f"the profiles {differs} differ from {first}: give each a table of its own")
    return "\n".join([_HEAD, f"{told}.", "", *lines, ""])


def _opened_by(endpoint: str) -> str:
    entry = TABLE[endpoint]
    if entry.door is not None:
        return {Door.ANYONE: "anyone", Door.TRIAL: "trial only", Door.HALF_WAY: "half-way in", Door.SIGNED_IN: "signed in"}[entry.door]
    duties: tuple[Duty, ...] = tuple(dict.fromkeys((*entry.duties, *entry.own)))
    return ", ".join(each.value for each in duties)


def _row(who_may: object, endpoint: str) -> tuple[Answer, ...]:
    return tuple(promised(TABLE[endpoint], role, who_may) for role in Role)  # type: ignore[arg-type]
