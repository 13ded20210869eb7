"""The people of a site and its settings: somebody always remains who may keep them, and what was fixed at the beginning stays."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compounding.domain.errors import LevigateError
from compounding.domain.people import Role
from compounding.domain.site import Attestation, Balance, Site
from compounding.storage import people as stored
from compounding.workflow import people
from tests.conftest import TODAY
from tests.workflow.conftest import DESIGNATED, EXPIRES
from tests.workflow.seeing import entries, refused
from tests.workflow.steps import FORMULA, Pharmacy

DANA: dict[str, Any] = {
    "person_id": DESIGNATED.id,
    "version": 1,
    "name": DESIGNATED.name,
    "roles": (Role.DESIGNATED_PERSON,),
    "licence": "BC-00001",
    "licence_expires_on": EXPIRES,
}


def changing(pharmacy: Pharmacy, by: str = DESIGNATED.id, **changed: Any) -> Any:
    return pharmacy.do(people.change_person, by, people.PersonAsNow(**{**DANA, **changed}))


def second(pharmacy: Pharmacy) -> str:
    """Another designated person."""
    request = people.NewPerson(name="Dora Deputy", roles=(Role.DESIGNATED_PERSON,), licence="BC-00009", licence_expires_on=EXPIRES)
    return str(pharmacy.do(people.add_person, pharmacy.staff.designated, request).person_id)


@pytest.mark.parametrize(
    "change",
    [{"is_active": False}, {"roles": (Role.PHARMACIST,)}, {"licence_expires_on": date(2026, 11, 21)}],
    ids=["inactive", "another role", "an expired licence"],
)
def test_the_last_designated_person_remains(pharmacy: Pharmacy, change: dict[str, Any]) -> None:
    assert refused(pharmacy.house, lambda: changing(pharmacy, **change)) == "LAST_DESIGNATED_PERSON"
    # Another role is the deputy's to give: nobody gives themselves one.
    assert changing(pharmacy, second(pharmacy), **change).version == 2


def test_a_licence_that_ends_today_still_keeps_the_house(pharmacy: Pharmacy) -> None:
    assert changing(pharmacy, licence_expires_on=TODAY).version == 2


def test_a_designated_person_who_left_or_whose_licence_ended_is_not_the_other_one(pharmacy: Pharmacy) -> None:
    other = second(pharmacy)
    deputy: dict[str, Any] = {"person_id": other, "name": "Dora Deputy", "licence": "BC-00009"}
    changing(pharmacy, **deputy, licence_expires_on=date(2026, 11, 1))
    assert refused(pharmacy.house, lambda: changing(pharmacy, is_active=False)) == "LAST_DESIGNATED_PERSON"
    changing(pharmacy, **{**deputy, "version": 2}, is_active=False)
    assert refused(pharmacy.house, lambda: changing(pharmacy, is_active=False)) == "LAST_DESIGNATED_PERSON"


def test_two_designated_persons_cannot_end_each_other_at_the_same_moment(pharmacy: Pharmacy) -> None:
    other = second(pharmacy)
    ends = {
        DESIGNATED.id: people.PersonAsNow(**{**DANA, "person_id": other, "name": "Dora Deputy", "licence": "BC-00009", "is_active": False}),
        other: people.PersonAsNow(**{**DANA, "is_active": False}),
    }

    def end(by: str) -> str:
        try:
            pharmacy.do(people.change_person, by, ends[by])
        except LevigateError as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(2) as threads:
        told = list(threads.map(end, ends))
    assert told.count("done") == 1
    assert set(told) <= {"done", "LAST_DESIGNATED_PERSON", "PERSON_INACTIVE"}
    with pharmacy.house.database.reading() as connection:
        active = [each for each in stored.people_of(connection, pharmacy.house.site_id) if each.is_active and Role.DESIGNATED_PERSON in each.roles]
    assert len(active) == 1


@pytest.mark.parametrize(
    "told",
    [
        {"name": ""}, {"name": " Nora"}, {"name": "No\u200bra"}, {"roles": ()}, {"roles": (Role.PHARMACIST,)}, {"roles": (Role.PHARMACIST,), "licence": "X"},
        {"licence": "A\u200b1"}, {"name": "N" * 61},
    ],
)  # fmt: skip
def test_a_person_who_cannot_be_on_record_is_refused(pharmacy: Pharmacy, told: dict[str, Any]) -> None:
    request = people.NewPerson(**{"name": "Nora New", "roles": (Role.ASSISTANT,), **told})
    assert refused(pharmacy.house, lambda: pharmacy.do(people.add_person, pharmacy.staff.designated, request)) == "PERSON_NOT_VALID"
    assert refused(pharmacy.house, lambda: changing(pharmacy, **{**told, "licence": told.get("licence", ""), "licence_expires_on": None})) == "PERSON_NOT_VALID"


def test_a_name_stands_on_one_line(pharmacy: Pharmacy) -> None:
    request = people.NewPerson(name="No\nra", roles=(Role.ASSISTANT,))
    assert refused(pharmacy.house, lambda: pharmacy.do(people.add_person, pharmacy.staff.designated, request)) == "TEXT_NOT_ALLOWED"


def test_what_a_person_may_changes_with_their_record_at_once(pharmacy: Pharmacy) -> None:
    toni = pharmacy.staff.technician
    new = people.PersonAsNow(person_id=toni, version=1, name="Toni Technician", roles=(Role.TECHNICIAN,), is_active=False)
    pharmacy.do(people.change_person, pharmacy.staff.designated, new)
    assert refused(pharmacy.house, pharmacy.received) == "PERSON_INACTIVE"
    assert entries(pharmacy.house)[-1]["changed"] == {"is_active": [True, False]}
    assert refused(pharmacy.house, lambda: pharmacy.do(people.change_person, pharmacy.staff.designated, new)) == "CONFLICT"
    same = replace(new, version=2)
    assert refused(pharmacy.house, lambda: pharmacy.do(people.change_person, pharmacy.staff.designated, same)) == "NOTHING_CHANGED"


ATTESTED = Attestation(formula=FORMULA, version="1", sha256="0" * 64, by="A", on=TODAY, reason="B")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": "other"}, "SETTINGS_FIXED"),
        ({"jurisdiction": "us"}, "SETTINGS_FIXED"),
        ({"attestations": (ATTESTED,)}, "SETTINGS_APPROVALS"),
        ({"default_zinc_product": "toothpaste"}, "SITE_ZINC_PRODUCT"),
        ({"house_limit_days": 400}, "SITE_LIMITS"),
        ({"balance": Balance(name="B", readability_g=Decimal(3), minimum_weighable_g=Decimal(4))}, "SITE_BALANCE"),
        ({}, "NOTHING_CHANGED"),
    ],
)
def test_settings_that_cannot_be_are_refused(pharmacy: Pharmacy, settings: Site, change: dict[str, Any], code: str) -> None:
    request = people.NewSettings(settings=replace(settings, **change), revision=1)
    assert refused(pharmacy.house, lambda: pharmacy.do(people.change_settings, pharmacy.staff.designated, request)) == code


def test_a_change_of_settings_is_a_new_revision_and_tells_only_what_changed(pharmacy: Pharmacy, settings: Site) -> None:
    new = replace(settings, undated_lot_days=180, container_sizes_g=settings.container_sizes_g[:2])
    request = people.NewSettings(settings=new, revision=1)
    assert pharmacy.do(people.change_settings, pharmacy.staff.designated, request, reason="the pharmacy's new rule").revision == 2
    last = entries(pharmacy.house)[-1]
    assert last["changed"] == {"undated_lot_days": [365, 180], "container_sizes_g": ['["15","30","60","120"]', '["15","30"]']}
    assert last["reason"] == "the pharmacy's new rule"
    with pharmacy.house.database.reading() as connection:
        assert stored.current_settings(connection, pharmacy.house.site_id) == (new, 2)
