"""Who may do what: roles from the profile's table, licences that stand, and supervision."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.people import LICENSED, Duty, NotAllowed, Person, Role, Signature, WhoMay
from compounding.reference import load
from tests.conftest import TODAY

TABLE = WhoMay(
    alone={duty: (Role.PHARMACIST, Role.TECHNICIAN) if duty is Duty.WEIGH else (Role.PHARMACIST,) for duty in Duty},
    supervised={duty: (Role.INTERN, Role.ASSISTANT) if duty is Duty.WEIGH else () for duty in Duty},
)
PHARMACIST = Person(id="p1", name="Pat Pharmacist", roles=frozenset({Role.PHARMACIST}), licence="BC-55555", licence_expires_on=date(2027, 6, 30))
ASSISTANT = Person(id="p2", name="Alex Assistant", roles=frozenset({Role.ASSISTANT}))
TECHNICIAN = Person(id="p3", name="Toni Technician", roles=frozenset({Role.TECHNICIAN}))


def code_of(person: Person, duty: Duty, *, supervisor: Person | None = None, on: date = TODAY) -> str:
    with pytest.raises(NotAllowed) as refusal:
        TABLE.role_for(person, duty, on=on, supervisor=supervisor)
    assert person.name in refusal.value.message or (supervisor and supervisor.name in refusal.value.message)
    return refusal.value.code


def test_a_person_acts_in_the_role_the_table_prefers() -> None:
    both = replace(PHARMACIST, roles=frozenset({Role.TECHNICIAN, Role.PHARMACIST, Role.ASSISTANT}))
    assert TABLE.role_for(both, Duty.WEIGH, on=TODAY) is Role.PHARMACIST
    assert TABLE.role_for(TECHNICIAN, Duty.WEIGH, on=TODAY) is Role.TECHNICIAN


def test_a_role_that_is_not_in_the_table_is_refused_and_the_allowed_ones_are_named() -> None:
    with pytest.raises(NotAllowed, match="ROLE_NOT_ALLOWED") as refusal:
        TABLE.role_for(replace(PHARMACIST, roles=frozenset({Role.AUDITOR})), Duty.WEIGH, on=TODAY)
    for words in ("weigh and prepare", "pharmacist, technician, intern under supervision", "Pat Pharmacist is auditor"):
        assert words in refusal.value.message
    assert code_of(replace(ASSISTANT, roles=frozenset()), Duty.WEIGH) == "ROLE_NOT_ALLOWED"
    assert code_of(TECHNICIAN, Duty.FINAL_CHECK, supervisor=PHARMACIST) == "ROLE_NOT_ALLOWED"


def test_a_person_who_left_may_do_nothing() -> None:
    assert code_of(replace(PHARMACIST, is_active=False), Duty.WEIGH) == "PERSON_INACTIVE"


def test_a_licence_stands_to_the_end_of_its_last_day_and_no_longer() -> None:
    last = PHARMACIST.licence_expires_on
    assert last is not None
    assert TABLE.role_for(PHARMACIST, Duty.FINAL_CHECK, on=last) is Role.PHARMACIST
    assert code_of(PHARMACIST, Duty.FINAL_CHECK, on=last + timedelta(days=1)) == "LICENCE_EXPIRED"


@pytest.mark.parametrize("change", [{"licence": ""}, {"licence": "  "}, {"licence_expires_on": None}])
def test_a_licence_without_number_or_expiry_is_none(change: dict[str, str | None]) -> None:
    assert code_of(replace(PHARMACIST, **change), Duty.FINAL_CHECK) == "LICENCE_MISSING"


def test_an_expired_pharmacist_is_not_let_through_as_a_technician() -> None:
    expired = replace(PHARMACIST, roles=frozenset({Role.PHARMACIST, Role.TECHNICIAN}), licence_expires_on=date(2026, 1, 1))
    assert code_of(expired, Duty.WEIGH) == "LICENCE_EXPIRED"


def test_a_supervised_role_acts_only_beside_a_supervisor() -> None:
    assert code_of(ASSISTANT, Duty.WEIGH) == "SUPERVISOR_NEEDED"
    assert TABLE.role_for(ASSISTANT, Duty.WEIGH, on=TODAY, supervisor=PHARMACIST) is Role.ASSISTANT


def test_nobody_supervises_themselves() -> None:
    assert code_of(ASSISTANT, Duty.WEIGH, supervisor=ASSISTANT) == "SUPERVISOR_NEEDED"


def test_a_supervisor_holds_the_role_the_table_prefers() -> None:
    """A technician may weigh alone, and still supervises nobody: the refusal asks for a pharmacist."""
    with pytest.raises(NotAllowed, match="SUPERVISOR_NEEDED") as refusal:
        TABLE.role_for(ASSISTANT, Duty.WEIGH, on=TODAY, supervisor=TECHNICIAN)
    assert "needs a supervising pharmacist" in refusal.value.message


@pytest.mark.parametrize(
    ("change", "code"),
    [({"is_active": False}, "PERSON_INACTIVE"), ({"licence": ""}, "LICENCE_MISSING"), ({"licence_expires_on": date(2026, 11, 21)}, "LICENCE_EXPIRED")],
)
def test_a_supervisor_is_active_and_licensed(change: dict[str, object], code: str) -> None:
    assert code_of(ASSISTANT, Duty.WEIGH, supervisor=replace(PHARMACIST, **change)) == code


def test_a_supervised_intern_needs_a_licence_too() -> None:
    intern = Person(id="p4", name="Ines Intern", roles=frozenset({Role.INTERN}))
    assert code_of(intern, Duty.WEIGH, supervisor=PHARMACIST) == "LICENCE_MISSING"


PEOPLE = st.builds(
    Person,
    id=st.sampled_from(["a", "b"]),
    name=st.just("Sam"),
    roles=st.frozensets(st.sampled_from(Role)),
    licence=st.sampled_from(["", "L1"]),
    licence_expires_on=st.sampled_from([None, TODAY - timedelta(days=1), TODAY]),
    is_active=st.booleans(),
)


@given(person=PEOPLE, supervisor=st.none() | PEOPLE, duty=st.sampled_from(Duty), place=st.sampled_from(sorted(load().profiles)))
def test_whoever_may_is_active_listed_licensed_and_where_needed_supervised(person: Person, supervisor: Person | None, duty: Duty, place: str) -> None:
    table = load().profiles[place].who_may
    try:
        role = table.role_for(person, duty, on=TODAY, supervisor=supervisor)
    except NotAllowed:
        stands = person.licence and person.licence_expires_on == TODAY
        assert not (person.is_active and stands and set(table.alone[duty]) & person.roles)
        return
    assert person.is_active
    assert role in person.roles
    assert role in table.alone[duty] + table.supervised[duty]
    if role in LICENSED:
        assert person.licence
        assert person.licence_expires_on == TODAY
    if role not in table.alone[duty]:
        assert supervisor is not None
        assert supervisor.id != person.id
        assert supervisor.is_active
        assert table.alone[duty][0] in supervisor.roles


def test_a_signature_without_a_time_zone_cannot_exist() -> None:
    at = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    signature = Signature(duty=Duty.FINAL_CHECK, person_id="p1", name="Pat Pharmacist", role=Role.PHARMACIST, licence="BC-55555", at=at, of_sha256="0" * 64)
    assert not signature.as_sole_practitioner
    with pytest.raises(ValueError, match="UTC"):
        replace(signature, at=at.replace(tzinfo=None))
