"""Who works in a pharmacy, what each may do and sign, and what a signature records (clinical rules 17 and 18).

Which role may do what is a table of the jurisdiction profile, never a condition in code; here is only how it is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from compounding.domain.errors import LevigateError


class Role(StrEnum):
    """What a person is by training and law. A person may hold several."""

    PRESCRIBER = "prescriber"
    ASSISTANT = "assistant"
    TECHNICIAN = "technician"
    REGULATED_TECHNICIAN = "regulated technician"
    INTERN = "intern"
    PHARMACIST = "pharmacist"
    DESIGNATED_PERSON = "designated person"
    AUDITOR = "auditor"


class Duty(StrEnum):
    """What a profile lets roles do; where it is signed, also the meaning of the signature."""

    ENTER_ORDERS = "enter own orders"
    RECEIVE_ORDERS = "receive orders"
    ASK_ALLERGIES = "ask about allergies"
    DECIDE_ORDERS = "decide on an order"
    ASSESS_ALLERGIES = "allergy assessment"
    ASSESS_CLINICALLY = "clinical assessment"
    RECALCULATE = "second person's recalculation"
    WEIGH = "weigh and prepare"
    WITNESS_WEIGHING = "witness of the drug weighing"
    PRINT_PAPER = "print label and leaflet"
    DECIDE_HOLDS = "decide on a hold"
    FINAL_CHECK = "final check"
    COUNSEL = "counselling"
    HAND_OUT = "hand out"
    KEEP_STOCK = "keep stock"
    RELEASE_LOTS = "release an ingredient lot"
    KEEP_FORMULARY = "keep the formulary"
    KEEP_PEOPLE = "keep people and settings"
    RECALL = "recall"
    READ_RECORDS = "read records"
    READ_AUDIT = "read the audit trail"


class NotAllowed(LevigateError):
    """The person may not do this: wrong role, licence expired, or the same person twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person of one site. `licence` is the registration number; empty for roles that need none."""

    id: str
    name: str
    roles: frozenset[Role]
    licence: str = ""
    licence_expires_on: date | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """An act of signing: who, as what, when (UTC), meaning what, for exactly which content (sha256 of the record as it was signed).

    `supervised_by` and `supervisor_name` are filled where the profile lets a role act only under supervision, with the supervisor's person id and name;
    `licence_expires_on` is the licence's last day as it was on record; `evidence` are the sha256 of photos or printouts kept with it;
    `as_sole_practitioner` says that no second person was there and that the substitute of clinical rule 17 was used; `confirmed_by` says what the signer showed
    at that moment to be who they are, `supervisor_confirmed_by` what the supervisor did.
    """

    duty: Duty
    person_id: str
    name: str
    role: Role
    licence: str
    at: datetime
    of_sha256: str
    licence_expires_on: date | None = None
    supervised_by: str = ""
    supervisor_name: str = ""
    evidence: tuple[str, ...] = ()
    as_sole_practitioner: bool = False
    confirmed_by: str = ""
    supervisor_confirmed_by: str = ""

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("a signature is dated in UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoMay:
    """A profile's table: for each duty the roles that may do it, in order of preference, and those that may do it under supervision."""

    alone: Mapping[Duty, tuple[Role, ...]]
    supervised: Mapping[Duty, tuple[Role, ...]]

    def role_for(self, person: Person, duty: Duty, *, on: date, supervisor: Person | None = None) -> Role:
        """The role in which the person may do it. Who supervises must hold the role the table prefers, and be allowed to do it alone.

        Raises NotAllowed `PERSON_INACTIVE`, `LICENCE_EXPIRED`, `LICENCE_MISSING`, `ROLE_NOT_ALLOWED`, `SUPERVISOR_NEEDED`.
        """
        if not person.is_active:
            raise NotAllowed("PERSON_INACTIVE", f"{person.name} is no longer active here")
        role = next((role for role in self.alone[duty] if role in person.roles), None)
        if role is None:
            role = next((role for role in self.supervised[duty] if role in person.roles), None)
            if role is None:
                allowed = ", ".join((*self.alone[duty], *(f"{each} under supervision" for each in self.supervised[duty])))
                raise NotAllowed("ROLE_NOT_ALLOWED", f'"{duty.value}" is for {allowed}; {person.name} is {", ".join(sorted(person.roles)) or "without a role"}')
            if supervisor is None or supervisor.id == person.id or self.alone[duty][0] not in supervisor.roles:
                raise NotAllowed("SUPERVISOR_NEEDED", f'"{duty.value}" by {role.value} {person.name} needs a supervising {self.alone[duty][0].value}')
            self.role_for(supervisor, duty, on=on)
        check_licence(person, role, on=on)
        return role


LICENSED = frozenset({Role.PRESCRIBER, Role.REGULATED_TECHNICIAN, Role.INTERN, Role.PHARMACIST, Role.DESIGNATED_PERSON})
"""The roles that stand on a public register (clinical rule 18: licence number and expiry of every signer are stored)."""


def check_licence(person: Person, role: Role, *, on: date) -> None:
    """Raises NotAllowed `LICENCE_MISSING` or `LICENCE_EXPIRED` where the role needs a licence and the person's does not stand."""
    if role not in LICENSED:
        return
    if not person.licence.strip() or person.licence_expires_on is None:
        raise NotAllowed("LICENCE_MISSING", f"no licence number with its expiry is on record for {person.name}")
    if person.licence_expires_on < on:
        raise NotAllowed("LICENCE_EXPIRED", f"the licence of {person.name} expired on {person.licence_expires_on.isoformat()}")
