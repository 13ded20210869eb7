"""Who attacks and what is left out agree with the program's own roles and routes."""

from pathlib import Path

import pytest

from compounding.domain.people import Role
from tools.security.instance import Example, Person
from tools.security.roles import ANONYMOUS, HALF_WAY, LEFT_OUT, ROLES, LeftOut, NotLetIn, attackers, is_left_out
from tools.security.routes import not_reached, rules, starts
from tools.security.surface import Surface

CREW = tuple(Person(name=role, roles=frozenset({role}), seed="JBSWY3DPEHPK3PXP") for role in ROLES)


def example(*people: Person) -> Example:
    return Example(folder=Path("nowhere"), people=people, password="not a real one")  # noqa: S106 - nobody signs in.


def test_every_role_that_attacks_is_a_role_of_the_program() -> None:
    assert set(ROLES) <= {role.value for role in Role}


def test_strangers_and_people_half_way_in_attack_too() -> None:
    assert [each.role for each in attackers((), example(*CREW))] == [ANONYMOUS, HALF_WAY, *ROLES]


def test_a_role_nobody_of_the_example_has_is_no_silent_gap() -> None:
    with pytest.raises(NotLetIn, match=ROLES[-1]):
        attackers((), example(*CREW[:-1]))


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(ValueError, match="janitor"):
        attackers(("janitor",), example(*CREW))


@pytest.mark.parametrize("left_out", LEFT_OUT, ids=lambda each: each.address.pattern)
def test_what_is_left_out_is_an_address_of_the_program_and_says_why(left_out: LeftOut) -> None:
    assert any(left_out.address.search(rule) for rule, _ in rules())
    assert len(left_out.reason) > 20


def test_pages_of_records_are_not_left_out() -> None:
    assert [rule for rule, _ in rules() if is_left_out(rule)] == sorted(["/account/sessions/end", "/lock", "/sign-out", "/switch"])


def test_reading_begins_at_every_page_that_needs_no_id() -> None:
    assert {"/", "/sign-in", "/account"} <= set(starts())
    assert not [path for path in starts() if "<" in path]


def test_a_route_nobody_was_shown_is_told() -> None:
    nothing = Surface(role=ANONYMOUS, pages=(), repeats=(), targets=(), answered=frozenset(), broken=())
    shown = Surface(role=ANONYMOUS, pages=(), repeats=(), targets=(), answered=frozenset({"/help", "/calculators/potency"}), broken=())
    assert set(not_reached([nothing])) - set(not_reached([shown])) == {"GET /help", "GET /calculators/<name>"}
