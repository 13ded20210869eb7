"""What sqlmap is sent at: every field of every route, and none of them twice."""

import pytest

from compounding.web.acts import ActForm
from compounding.web.confirming import SigningForm
from tools.security.attacks import INHERITED, Route, _doubted, to_attack  # the judgement of a run, which no public call shows without a scanner
from tools.security.client import Page
from tools.security.findings import Outcome
from tools.security.pages import Form
from tools.security.routes import rule_of
from tools.security.surface import IN_PATH

LOT, OTHER = "01a2075a-7dde-711b-bdd5-6b5f0ae68506", "01a2075a-6e3e-75a4-8fc0-0163529388ee"


def form(path: str, *names: str, method: str = "POST") -> Form:
    return Form(page=path, method=method, path=path, fields=tuple((name, "1") for name in names))


def attacked(*targets: Form, done: dict[Route, frozenset[str]] | None = None) -> list[set[str]]:
    chosen = to_attack(targets, {} if done is None else done)
    return [{name for name, _ in target.fields} - known - {"csrf_token"} for target, known in chosen]


def test_a_field_is_attacked_once_on_a_route_whatever_the_id_and_the_form() -> None:
    narrow, wide = form(f"/stock/{LOT}/correct", "csrf_token", "supplier"), form(f"/stock/{OTHER}/correct", "csrf_token", "supplier", "water")
    assert attacked(narrow, wide, narrow) == [{"supplier"}, {"water"}]


def test_the_same_name_on_another_route_or_by_another_method_is_another_field() -> None:
    assert attacked(form("/search", "word"), form("/search", "word", method="GET"), form("/orders/new", "word")) == [{"word"}, {"word"}, {"word"}]


def test_what_every_act_inherits_is_attacked_on_the_first_form_of_each_role() -> None:
    done: dict[Route, frozenset[str]] = {}
    open_lot, book = form(f"/stock/{LOT}/open", "key", "seen"), form(f"/stock/{LOT}/book", "key", "seen", "grams")
    assert attacked(open_lot, book, done=done) == [{"key", "seen"}, {"grams"}]
    assert attacked(form(f"/stock/{LOT}/recall", "key", "reason"), done=done) == [{"key", "reason"}]


def test_the_password_at_the_door_is_attacked_apart_from_the_one_that_signs() -> None:
    assert attacked(form("/sign-in", "name", "password"), form("/account/password", "password")) == [{"name", "password"}, {"password"}]


def test_what_acts_inherit_is_what_their_forms_declare() -> None:
    declared = {name for base in (ActForm, SigningForm) for name in dir(base) if hasattr(getattr(base, name), "field_class")}
    assert declared == INHERITED


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("/formulary/phrases/phrases-en/1/retire", "/formulary/<kind>/<text_id>/<version>/retire"), ("/calculators/units", "/calculators/<name> units"),
        (f"/stock/{LOT}", "/stock/<key:lot_id>"), ("/nowhere/12", "/nowhere/<id>"),
    ],
)  # fmt: skip
def test_an_address_is_known_by_its_rule_and_calculators_by_their_name(path: str, rule: str) -> None:
    assert rule_of(path, "POST" if path.endswith("retire") else "GET") == rule


def test_an_id_in_an_address_is_attacked_once_for_its_rule() -> None:
    assert len(attacked(form(f"/stock/{LOT}", method=IN_PATH), form(f"/stock/{OTHER}", method=IN_PATH))) == 1


class Seen:
    """A browser that is led to one place."""

    def __init__(self, path: str, status: int) -> None:
        self.page = Page(path=path, status=status, mimetype="text/html", text="")

    def get(self, _path: str) -> Page:
        return self.page


@pytest.mark.parametrize(
    ("before", "path", "status", "ended"),
    [
        ("/work", "/work", 200, False), ("/work", "/setting-up", 200, False), ("/work", "/sign-in", 200, True), ("/work", "/unlock", 200, True),
        ("/work", "/home", 401, True), ("/work", "/home", 500, True), ("/sign-in/code", "/sign-in/code", 200, False), ("/sign-in/code", "/sign-in", 200, True),
    ],
)  # fmt: skip
def test_an_attack_counts_only_while_its_session_lasts(before: str, path: str, status: int, ended: bool) -> None:
    judged = _doubted(Outcome(tool="wapiti", role="pharmacist", scope="watching"), Seen(path, status), before)  # type: ignore[arg-type]
    assert bool(judged.untested) is ended
