"""Coming in and being allowed: failed sign-ins, new passwords, who may do what, and forms that are sent twice."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounding.demo import walk
from compounding.demo.walk import Wish
from compounding.domain.stages import State
from tests.web.abuse.cases import Case, Outcome, Reaction
from tests.web.abuse.world import World, encoded
from tests.web.access.browsing import give_password
from tests.web.staffed import PASSWORD, Staffed

KNOWN, UNKNOWN = "pat example", "nobody at all"
_WRONG = "not the password of anybody"


def login(world: World, case: Case) -> Iterator[Outcome]:
    """From a browser that nobody used before, while no failure counts any more."""
    staffed, told = world.second, case.value
    staffed.clock.wait(minutes=16)
    client, times, names = staffed.client(), told.get("times", 1), told["user"]
    with world.typing(names if len(names) > 8 else "", "sign-in"):
        page = client.get("/sign-in").text
        answers = [
            give_one(client, page, {"known": KNOWN, "unknown": UNKNOWN, "many": f"somebody {number}"}.get(names, names), told["password"]) for number in range(times)
        ]  # fmt: skip
    if times > 1:
        yield _throttled(staffed, client, answers)
    else:
        reference = give_one(client, page, KNOWN, _WRONG)
        yield _uniform(answers[0], reference, names, told["password"])


def give_one(client: FlaskClient, page: str, name: str, password: str) -> TestResponse:
    """One attempt, by the form that is open."""
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert token is not None
    fields = {"csrf_token": token[1], "site": "example-pharmacy", "name": name, "password": password}
    return client.post("/sign-in", data=encoded(fields), content_type="application/x-www-form-urlencoded")


def _throttled(staffed: Staffed, client: FlaskClient, answers: list[TestResponse]) -> Outcome:
    statuses = [each.status_code for each in answers]
    first = statuses.index(429) if 429 in statuses else -1
    wrong = [] if set(statuses) <= {401, 429} and first > 0 else [f"answers {sorted(set(statuses))}"]
    wrong += [] if set(statuses[first:]) == {429} else ["answered again before the wait was over"]
    wrong += [] if answers[-1].headers.get("Retry-After", "").isdigit() else ["does not say how long to wait"]
    wrong += [] if len({_told(each) for each in answers[:first]}) == 1 else ["told failures apart"]
    staffed.clock.wait(minutes=15, seconds=1)
    wrong += [] if give_password(client).status_code == 200 else ["the owner stays locked out"]
    return Outcome(place="sign-in many times", reaction=Reaction.WRONG if wrong else Reaction.THROTTLED, status=429, note="; ".join(wrong))


def _uniform(answer: TestResponse, reference: TestResponse, name: str, password: str) -> Outcome:
    if not password or not name.strip():
        is_same = answer.status_code == 422
        return Outcome(place="sign-in", reaction=Reaction.UNIFORM if is_same else Reaction.WRONG, status=answer.status_code, note="an empty field")
    is_same = (answer.status_code, _told(answer)) == (401, _told(reference)) and "levigate-session" not in str(answer.headers.getlist("Set-Cookie"))
    return Outcome(
        place="sign-in", reaction=Reaction.UNIFORM if is_same else Reaction.WRONG, status=answer.status_code, note="" if is_same else _told(answer)[:80]
    )


def _told(answer: TestResponse) -> str:
    """What a refusal says, without the name that was typed."""
    found = re.search(r'(?s)class="govuk-error-summary.*?</div>\s*</div>', answer.text)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else answer.text[:200]


def new_password(world: World, case: Case) -> Iterator[Outcome]:
    """On the page of one's own password; one that is taken signs in, and nothing shorter or otherwise written does."""
    staffed, told = world.second, case.value
    text, written = (told, told) if isinstance(told, str) else (told["chosen"], told["then"])
    now = world.staffed.app.extensions.setdefault("password", [PASSWORD])
    staffed.clock.wait(minutes=16)
    client = staffed.client("second")
    with world.typing(text, "a new password"):
        page = client.get("/account/password").text
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
        assert token is not None
        fields = {"csrf_token": token[1], "new_password": text, "again": text, "password": now[0]}
        answer = client.post("/account/password", data=encoded(fields), content_type="application/x-www-form-urlencoded")
        if answer.status_code == 422 and 'href="#new_password"' in answer.text:
            yield Outcome(place="/account/password", reaction=Reaction.FIELD_ERROR, status=422)
        elif answer.status_code != 303:
            yield Outcome(place="/account/password", reaction=Reaction.REFUSED if answer.status_code < 500 else Reaction.WRONG, status=answer.status_code)
        else:
            now[0] = text
            page = staffed.client().get("/sign-in").text
            statuses = [_first_step(staffed, each) for each in (text[:-1], written)]
            is_whole = statuses == [401, 200]
            yield Outcome(place="/account/password", reaction=Reaction.ACCEPTED if is_whole else Reaction.WRONG, status=303, note=str(statuses))


def _first_step(staffed: Staffed, password: str) -> int:
    """How the first step of signing in answers to that password."""
    client = staffed.client()
    return give_one(client, client.get("/sign-in").text, "sam example", password).status_code


def idempotency_key(world: World, case: Case) -> Iterator[Outcome]:
    """Sent again with the same key: the same answer for the same words, none for others."""
    first = world.order_fields(key=f"reused {case.id}")
    same = case.value in {"same key, same body", "same key twice"}
    again = first if same else {**first, "amount": "30", "directions": "Apply somewhere else."}
    before = world.orders()
    answer = world.post("technician", "/orders", first)
    assert answer.status_code == 303, answer.text
    repeated = world.post("technician", "/orders", again)
    count = world.orders() - before
    if same:
        is_one = repeated.headers.get("Location") == answer.headers["Location"] and count == 1
        yield Outcome(place="/orders", reaction=Reaction.ONE_ORDER if is_one else Reaction.WRONG, status=repeated.status_code)
        return
    amount = world.seen(answer.headers["Location"]).record.sent.quantity
    is_kept = amount is not None and str(amount.value) == first["amount"] and count == 1
    yield Outcome(place="/orders", reaction=Reaction.REFUSED if is_kept else Reaction.WRONG, status=repeated.status_code, note=f"{count} orders")


def authorisation(world: World, case: Case) -> Iterator[Outcome]:
    """Somebody asks for what is not theirs."""
    things = world.staffed.things
    if case.value == "verify_own_preparation":
        yield from _verify_own(world)
        return
    other_patient, elsewhere = things["other patient"], things["other dispensed preparation"]
    asked: dict[str, tuple[str, str, dict[str, str] | None]] = {
        "other_site_order": ("pharmacist", f"/orders/{things['other order']}", None),
        "other_site_patient": ("auditor", f"/patients/{other_patient}", None),
        "other_site_preparation": ("auditor", f"/preparations/{elsewhere}", None),
        "other_site_label": ("auditor", f"/preparations/{elsewhere}/papers/label/1.pdf", None),
        "other_site_person": ("designated", f"/people/{world.staffed.other.crew.technician}", {"name": "Mine now", "roles": "auditor"}),
        "other_prescriber_order": ("second prescriber", f"/orders/{things['own order']}", None),
        "technician_final_check": ("technician", f"/preparations/{things['labelled preparation']}/final-check", {"amount": "60"}),
        "assistant_formulary": ("assistant", "/formulary/formula/sodium-thiosulfate-in-petrolatum/1/retire", {"reason": "x"}),
        "auditor_changes_person": ("auditor", f"/people/{world.staffed.people['technician']}", {"name": "Changed"}),
        "auditor_keeps_order": ("auditor", "/orders", world.order_fields()),
        "prescriber_reads_audit": ("prescriber", "/audit", None),
        "intern_keeps_people": ("intern", "/people/add", {"name": "New", "roles": "pharmacist"}),
        "other_passkey": ("pharmacist", f"/account/passkeys/{things['passkey technician']}/remove", {"password": PASSWORD}),
        "role_in_the_form": ("assistant", "/people/add", {"name": "New", "roles": "pharmacist", "role": "designated person", "by": "designated-person"}),
    }
    who, path, fields = asked[case.value]
    before = world.denials()
    answer = world.client(who).get(path) if fields is None else world.post(who, path, fields)
    yield _denied(world, path, answer.status_code, before)


def _denied(world: World, path: str, status: int, before: int) -> Outcome:
    is_told = world.denials() > before
    is_denied = status in {403, 404} and is_told
    note = "" if is_told else "not on the trail"
    return Outcome(place=path[:60], reaction=Reaction.DENIED if is_denied else Reaction.WRONG, status=status, note=note)


def _verify_own(world: World) -> Iterator[Outcome]:
    """A pharmacist prepares in place of the technician, and then opens the final check of the same jar."""
    plain = world.staffed.pharmacy
    alone = replace(plain, crew=replace(plain.crew, technician=plain.crew.pharmacist))
    order = walk.accepted(plain, Wish(patient="Otto Own", born_on=date(1961, 4, 2)))
    at = walk.brought_to(alone, order, State.LABELLED)
    told, path = walk.on_label(plain, at.id), f"/preparations/{at.id}/final-check"
    page = world.client("pharmacist").get(path).text
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', page)
    assert seen is not None
    figures: dict[str, Any] = {
        "seen": seen[1], "strength": str(told.strength_percent), "amount": str(told.amount_g), "patient_name": told.patient_name,
        "second_identifier": told.second_identifier, "beyond_use_date": told.beyond_use_date.isoformat(), "lot_number": told.lot_number, "base": told.base,
        "scanned_code": told.code, "password": PASSWORD, "code": world.staffed.code(),
    }  # fmt: skip
    before = world.denials()
    answer = world.post("pharmacist", path, figures)
    yield _denied(world, "final check of one's own preparation", answer.status_code, before)
    assert walk.record_of(plain, at.id).state is State.LABELLED
