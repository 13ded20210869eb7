"""Every route, as every kind of person, on what is theirs and on what is not: the program does exactly what the access table says."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounding.domain.people import Role
from compounding.domain.sessions import Stage
from compounding.web.access_table import TABLE, Door, Thing
from tests.web.matrix import Answer, Route, promised, routes
from tests.web.staffed import ELSEWHERE, HERE, OTHER, Staffed, Template, add_more

OF_ROLE = {
    Role.PRESCRIBER: "prescriber", Role.ASSISTANT: "assistant", Role.TECHNICIAN: "technician", Role.REGULATED_TECHNICIAN: "regulated", Role.INTERN: "intern",
    Role.PHARMACIST: "pharmacist", Role.DESIGNATED_PERSON: "only designated", Role.AUDITOR: "auditor",
}  # fmt: skip
"""One person of each role and of no other."""
ABSENT = "01a203fd-0000-7000-8000-000000000000"
MORE = {"kind": "label", "revision": "1", "number": "1", "name": "label", "filename": "levigate.css"}
"""What an address names beside the thing the table is about."""


@pytest.fixture(scope="module")
def walked(staffed_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    """A pharmacy without the check of the forms' tokens, which another test makes on every route: here it is about who may."""
    with _opened(staffed_template, tmp_path_factory.mktemp("matrix")) as opened:
        opened.app.config["WTF_CSRF_ENABLED"] = False
        yield opened


@contextmanager
def _opened(template: Template, folder: Path) -> Iterator[Staffed]:
    opened = template.open(folder)
    add_more(opened)
    yield opened
    opened.records.database.close()


def test_every_route_has_an_entry_and_every_entry_a_route(staffed: Staffed) -> None:
    assert {each.endpoint for each in staffed.app.url_map.iter_rules()} == set(TABLE)


def test_a_route_without_an_entry_is_closed_to_everyone(staffed: Staffed) -> None:
    del staffed.app.extensions["levigate.access_table"]["help.index"]
    for who in ("", "pharmacist", "designated"):
        assert staffed.client(who).get("/help").status_code == 403


def test_the_walk_meets_every_kind_of_answer(walked: Staffed) -> None:
    who_may = walked.records.data.profiles["ca-bc"].who_may
    promises = {promised(each.entry, role, who_may) for each in routes(walked.app) for role in (*Role, None)}
    assert promises == set(Answer)


@pytest.mark.parametrize("role", [*Role, None], ids=lambda role: role.value if role else "nobody")
def test_every_route_answers_every_role_as_the_table_says(walked: Staffed, role: Role | None) -> None:
    who_may = walked.records.data.profiles["ca-bc"].who_may
    wrong = []
    for route in routes(walked.app):
        expected = promised(route.entry, role, who_may)
        for whose in ("", *(("other ", "absent") if route.entry.of is not None else ())):
            # What is not there is not there for whoever might have seen it, and closed to whoever might not.
            wanted = Answer.ABSENT if whose and expected in {Answer.OPEN, Answer.OWN} and not _is_door(route) else expected
            wanted = Answer.OPEN if wanted is Answer.OWN else wanted
            found = _answer(_ask(walked, OF_ROLE[role] if role else "", route, whose), route)
            if found is not wanted:
                wrong.append(f"{route.method} {route.rule} on {whose or 'own'}: {found.value}, and the table says {wanted.value}")
    assert wrong == []


OF_ONES_OWN = {"orders.show": "/orders/{}", "prescribing.answer": "/my-orders/{}/answer", "prescribing.withdraw": "/my-orders/{}/withdraw"}
"""The pages that are open for what is one's own."""


@pytest.mark.parametrize("route_of", OF_ONES_OWN)
def test_what_is_open_for_own_things_only_is_not_there_for_anybody_elses(walked: Staffed, route_of: str) -> None:
    assert {name for name, entry in TABLE.items() if entry.own} == set(OF_ONES_OWN)
    for who, order, expected in (
        ("prescriber", "own order", 200), ("second prescriber", "own order", 404), ("prescriber", "order", 404), ("prescriber", "planned order", 404),
    ):  # fmt: skip
        answer = walked.client(who).get(OF_ONES_OWN[route_of].format(walked.things[order]))
        assert answer.status_code == expected, (who, order)


@pytest.mark.parametrize("who", ["disabled", "signed out", "expired", "half-way", "activating", "forged", "other pharmacy's token"])
def test_whoever_has_no_session_that_counts_is_nobody(staffed_template: Template, tmp_path: Path, who: str) -> None:
    who_may = staffed_template.data.profiles["ca-bc"].who_may
    with _opened(staffed_template, tmp_path) as staffed:
        staffed.app.config["WTF_CSRF_ENABLED"] = False
        wrong = []
        for route in routes(staffed.app):
            client = _stranger(staffed, who)
            half_way = who in {"half-way", "activating"}
            found, wanted = _answer(_send(client, staffed, route, ""), route), promised(route.entry, None, who_may, half_way=half_way)
            if found is not wanted and not (half_way and {found, wanted} == {Answer.OPEN, Answer.SIGN_IN} and route.entry.door is Door.HALF_WAY):
                wrong.append(f"{route.method} {route.rule}: {found.value}, and the table says {wanted.value}")
    assert wrong == []


def test_a_pharmacist_of_another_pharmacy_finds_nothing_of_this_one(walked: Staffed) -> None:
    wrong = []
    for route in routes(walked.app):
        if route.entry.of is None or _is_door(route):
            continue
        client = walked.app.test_client()
        walked.sign_in(client, walked.other.crew.designated, site_id=OTHER)
        found = _answer(_send(client, walked, route, ""), route)
        if found not in {Answer.ABSENT, Answer.FORBIDDEN}:
            wrong.append(f"{route.method} {route.rule}: {found.value}")
    assert wrong == []


def test_what_is_absent_and_what_is_foreign_cannot_be_told_apart(walked: Staffed) -> None:
    for route in routes(walked.app):
        if route.entry.of is None or _is_door(route):
            continue
        answers = [_ask(walked, who, route, whose) for who in ("pharmacist", "only designated") for whose in ("other ", "absent")]
        for foreign, absent in (answers[:2], answers[2:]):
            assert foreign.status_code == absent.status_code, route.rule
            assert _without_incident(foreign) == _without_incident(absent), route.rule


def test_a_locked_session_reads_what_stays_in_view_and_nothing_else(staffed_template: Template, tmp_path: Path) -> None:
    who_may = staffed_template.data.profiles["ca-bc"].who_may
    with _opened(staffed_template, tmp_path) as staffed:
        staffed.app.config["WTF_CSRF_ENABLED"] = False
        wrong = []
        for route in routes(staffed.app):
            client = staffed.app.test_client()
            staffed.sign_in(client, staffed.people["pharmacist"], site_id=staffed.house.site_id, stage=Stage.LOCKED)
            wanted = promised(route.entry, Role.PHARMACIST, who_may)
            if wanted in {Answer.OPEN, Answer.OWN} and route.entry.door is not Door.ANYONE and not (route.entry.while_locked and route.method == "GET"):
                wanted = Answer.SIGN_IN
            found = _answer(_send(client, staffed, route, ""), route)
            if found is not wanted:
                wrong.append(f"{route.method} {route.rule}: {found.value}, and the table says {wanted.value}")
    assert wrong == []


def test_no_route_changes_anything_without_the_forms_token(staffed: Staffed) -> None:
    add_more(staffed)
    who_may = staffed.records.data.profiles["ca-bc"].who_may
    met = 0
    for route in routes(staffed.app):
        if route.method == "GET":
            continue
        for role, who in OF_ROLE.items():
            if promised(route.entry, role, who_may) in {Answer.OPEN, Answer.OWN}:
                answer = _ask(staffed, who, route, "")
                assert answer.status_code == 400, route.rule
                assert "FORM_NOT_ACCEPTED" in answer.get_data(as_text=True), route.rule
                met += 1
                break
    assert met > 20


def _is_door(route: Route) -> bool:
    """Pages whose address names one's own thing, and that say so in their own way."""
    return route.entry.door is not None and route.entry.of is not Thing.PASSKEY


def _stranger(staffed: Staffed, who: str) -> FlaskClient:
    client = staffed.app.test_client()
    site_id = staffed.house.site_id
    if who in {"half-way", "activating"}:
        staffed.sign_in(client, staffed.people["pharmacist"], site_id=site_id, stage=Stage.PASSWORD_GIVEN if who == "half-way" else Stage.ACTIVATING)
        return client
    token = staffed.sign_in(client, staffed.people["disabled" if who == "disabled" else "pharmacist"], site_id=site_id)
    if who == "signed out":
        from compounding.credentials import tokens
        from compounding.storage import sessions

        with staffed.records.database.writing() as connection:
            assert sessions.end(connection, site_id, at=staffed.clock(), because="signed out", session_id=tokens.digest(token)) == 1
    elif who == "expired":
        staffed.clock.wait(hours=12)
    elif who == "forged":
        client.set_cookie("levigate-session", f"{site_id}:{token[:-1]}{'A' if token[-1] != 'A' else 'B'}", domain="localhost")
    elif who == "other pharmacy's token":
        client.set_cookie("levigate-session", f"{OTHER}:{token}", domain="localhost")
    return client


def _ask(staffed: Staffed, who: str, route: Route, whose: str) -> TestResponse:
    return _send(staffed.client(who), staffed, route, whose, who)


def _send(client: FlaskClient, staffed: Staffed, route: Route, whose: str, who: str = "") -> TestResponse:
    return client.open(_address(staffed, route, whose, who), method=route.method)


def _named(whose: str, key: str, who: str) -> str:
    # Of passkeys everyone has one: what is somebody's own is theirs alone.
    return f"passkey {who or 'pharmacist'}" if key == "passkey" and not whose else whose + key


def _address(staffed: Staffed, route: Route, whose: str, who: str) -> str:
    things = staffed.things
    keys = {
        Thing.ORDER: "own order" if route.entry.own and not whose else "order", Thing.PATIENT: "patient",
        Thing.PREPARATION: "labelled preparation", Thing.PERSON: "person", Thing.PASSKEY: "passkey", Thing.LOT: "lot",
    }  # fmt: skip
    told = dict(MORE)
    if route.entry.of is Thing.TEXT:
        told |= {"kind": "formula", "text_id": "sodium-thiosulfate-in-petrolatum", "version": {"": HERE, "other ": ELSEWHERE, "absent": "99"}[whose]}
    elif route.entry.of is not None:
        key = ABSENT if whose == "absent" else things[_named(whose, keys[route.entry.of], who)]
        named = {f"{route.entry.of.value}_id", "id"} & route.arguments
        told |= dict.fromkeys(named, key)
    if route.endpoint == "calculators.page":
        told["name"] = "potency"
    address = route.rule
    for name in route.arguments:
        start = next(each for each in _placeholders(address) if each.rstrip(">").rpartition(":")[2].lstrip("<") == name)
        address = address.replace(start, told[name])
    return address


def _placeholders(rule: str) -> list[str]:
    return [f"<{each.partition('>')[0]}>" for each in rule.split("<")[1:]]


def _answer(response: TestResponse, route: Route) -> Answer:
    location = response.headers.get("Location", "")
    asks = {"/sign-in", "/unlock", "/activate/choose", "/sign-in/code"} | ({"/home"} if route.entry.door is Door.HALF_WAY else set())
    is_asked = response.status_code == 401 or (response.status_code == 303 and location.partition("?")[0] in asks)
    if is_asked and (route.entry.door is Door.ANYONE or (route.endpoint == "access.lock" and location == "/unlock")):
        # The pages that ask who it is answer so when they are told nothing; signing out and locking end there.
        return Answer.OPEN
    if is_asked:
        return Answer.SIGN_IN
    if response.status_code >= 500:
        raise AssertionError(f"{response.request.path}: {response.status_code}")
    return {403: Answer.FORBIDDEN, 404: Answer.ABSENT}.get(response.status_code, Answer.OPEN)


def _without_incident(response: TestResponse) -> str:
    # What was asked for stands in the page's own forms, and beside the number and the tokens it is all that may differ.
    told = response.get_data(as_text=True).replace(response.request.path, "")
    return re.sub(r"\b[0-9a-f]{4}-[0-9a-f]{4}\b|(csrf_token\" value|data-token)=\"[^\"]*\"", "", told)
