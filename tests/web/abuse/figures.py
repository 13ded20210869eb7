"""Amounts, strengths and days: refused beside their field, or read as exactly the number that was typed."""

import html
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from tests.web.abuse.cases import Case, Outcome, Reaction
from tests.web.abuse.world import World, is_beside
from tests.web.signed_forms import ASSESSMENT

CALCULATORS = {
    "quantity_g": ("/calculators/days-supply", {"g_per_day": "2.4"}, "dispensed_g"),
    "strength_percent": ("/calculators/hydrate-strength", {"from_form": "pentahydrate", "to_form": "anhydrous"}, "percent"),
    "date": ("/calculators/beyond-use-date", {"limit_days": "30", "day_count": "elapsed"}, "compounded"),
}
ORDER_FIELDS = {"quantity_g": ("amount",), "strength_percent": ("percent",), "date": ("born_on", "ordered_on", "asked_on", "compounded_on")}
CHECKED = {"quantity_g": ("amount",), "strength_percent": ("strength",), "date": ("beyond_use_date",)}
ASSESSED = {"quantity_g": ("weight",), "strength_percent": (), "date": ("profile_reviewed_on", "weighed_on")}


_turns = iter(range(1_000_000))


def figure(world: World, case: Case) -> Iterator[Outcome]:
    """In the typed order, tried out and kept; in its correction; on signed forms; in a calculator."""
    kind, text = case.kind, case.text
    # A day of the calendar is wrong only where nobody can be born on it.
    fields = ("born_on",) if kind == "date" and _is_day(text) else ORDER_FIELDS[kind]
    correct = f"/orders/{world.staffed.things['order']}/correct"
    turn = next(_turns)
    for number, name in enumerate(fields):
        # Cases of our own take turns with the fields of an order.
        if not case.id.startswith("X") and len(fields) > 1 and number != turn % len(fields):
            continue
        yield _tried(world, "trial", "/prepare", {**world.typed, name: text}, name, text)
        yield _kept(world, name, text)
        if name != "compounded_on":
            yield _tried(world, "pharmacist", correct, {**world.typed, name: text, "version": "1", "reason": "x"}, name, text)
    if kind == "date" and _is_day(text):
        yield _tried(world, "auditor", "/search", {"by": "name", "sought": "quill", "born_on": text}, "born_on", text)
        return
    things = world.staffed.things
    if not case.id.startswith("X") and turn % 3:
        return
    for name in CHECKED[kind]:
        yield _signed(world, "second", f"/preparations/{things['labelled preparation']}/final-check", {name: text}, name, text)
    for name in ASSESSED[kind]:
        yield _signed(world, "pharmacist", f"/preparations/{things['planned preparation']}/assess", {**ASSESSMENT, name: text}, name, text)
    path, others, name = CALCULATORS[kind]
    with world.typing(text, path):
        answer = world.client("trial").get(path, query_string={**others, name: text})
    yield _said(path, answer.status_code, answer.text, name, text)
    if kind == "date":
        yield _tried(world, "designated", "/people/add", {"name": "N", "roles": "auditor", "licence_expires_on": text}, "licence_expires_on", text)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None


def _tried(world: World, who: str, path: str, fields: dict[str, str], name: str, text: str) -> Outcome:
    with world.typing(text, f"{path} {name}"):
        answer = world.post(who, path, fields)
    return _said(f"{path[:40]} {name}", answer.status_code, answer.text, name, text)


def _signed(world: World, who: str, path: str, fields: dict[str, str], name: str, text: str) -> Outcome:
    """On a form that is signed, beside the version that its page shows; nobody signs."""
    found = re.search(r'name="seen"[^>]*value="([^"]*)"', world.client(who).get(path).text)
    assert found is not None
    return _tried(world, who, path, {**fields, "seen": found[1]}, name, text)


def _said(place: str, status: int, page: str, name: str, text: str) -> Outcome:
    if status == 422 and is_beside(page, name):
        found = re.search(rf'id="{name}"[^>]*? value="([^"]*)"', page)
        is_kept = (found is not None and html.unescape(found[1]) == text.replace("\x00", "\ufffd")) or (found is not None and html.unescape(found[1]) == text)
        return Outcome(
            place=place, reaction=Reaction.FIELD_ERROR if is_kept else Reaction.WRONG, status=status, note="" if is_kept else "typed text was changed"
        )
    if status in {200, 422}:
        # Nothing stands against the field: what it was read as shows the order that is kept.
        return Outcome(place=place, reaction=Reaction.READ, status=status, value=_plain(text))
    return Outcome(place=place, reaction=Reaction.REFUSED, status=status)


def _plain(text: str) -> Decimal | None:
    """The number these pages may read: digits, perhaps with a point, a sign of percent and blanks around."""
    found = re.fullmatch(r"\s*([0-9]*\.?[0-9]+)\s*%?\s*", text.translate({0xFF10 + digit: str(digit) for digit in range(10)}))
    return Decimal(found[1]) if found else None


def _kept(world: World, name: str, text: str) -> Outcome:
    place = f"order kept: {name}"
    with world.typing(text, place):
        answer = world.keep(**{name: text})
    if answer.status_code != 303:
        return _said(place, answer.status_code, answer.text, name, text)
    if name in {"asked_on", "compounded_on"}:
        return Outcome(place=place, reaction=Reaction.WRONG, status=303, note="kept")
    sent = world.seen(answer.headers["Location"]).record.sent
    if name == "amount":
        return Outcome(place=place, reaction=Reaction.READ, status=303, value=sent.quantity.value if sent.quantity is not None else None)
    if name == "percent":
        strengths = [each.strength for each in sent.medication.ingredients if each.strength is not None]
        return Outcome(place=place, reaction=Reaction.READ, status=303, value=strengths[0].numerator.value if strengths else None)
    told = sent.patient.birth_date if name == "born_on" else sent.authored_on
    return Outcome(place=place, reaction=Reaction.STORED if told == text.strip() else Reaction.WRONG, status=303, note=f"kept as {told}")
