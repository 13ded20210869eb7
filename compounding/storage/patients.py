"""Patients, and what is known of their allergies in the order it became known; nothing of it is ever changed or removed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select

from compounding.domain.patients import AllergyEntry, ContactAnswer, PatientProfile, folded, folded_identifier
from compounding.domain.screening.assessments import Assessment, Refutation, Signature
from compounding.storage import documents
from compounding.storage.tables import allergy_record, patient
from compounding.storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAgain:
    """The patient was asked again and named nothing new (clinical rules 3 and 10)."""

    by: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """What a pharmacist signed under that number of the record counts no more; it stays in view."""

    number: int
    why: str
    signed: Signature


Told = AllergyEntry | ContactAnswer | Assessment | Refutation | AskedAgain | Withdrawal
_KINDS: dict[str, type[Told]] = {
    "entry": AllergyEntry, "contact": ContactAnswer, "assessment": Assessment, "refutation": Refutation, "asked again": AskedAgain,
    "withdrawal": Withdrawal,
}  # fmt: skip
_NAMES = {kind: name for name, kind in _KINDS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One part of an allergy record: its number, what it says, from which order it came, who recorded it and when."""

    number: int
    told: Told
    order_id: str | None
    by: str
    at: datetime

    @property
    def entry(self) -> AllergyEntry | None:
        """The allergy entry, named by its place in this record; None for any other part.

        The sender's own name for it may come twice. Under this one, what is signed beside the entry never covers the same words told again.
        """
        return replace(self.told, identity=f"record part {self.number}") if isinstance(self.told, AllergyEntry) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPatient:
    """A patient on record."""

    id: str
    version: int
    profile: PatientProfile


def candidates(opened: Transaction, profile: PatientProfile) -> tuple[StoredPatient, ...]:
    """Everyone on record with this name and date of birth."""
    t = patient.c
    query = select(patient).where(t.site_id == opened.site_id, t.name_folded == folded(profile.name), t.born_on == profile.born_on).order_by(t.id)
    return tuple(_patient(row) for row in opened.connection.execute(query))


def with_identifier(opened: Transaction, identifier: str) -> tuple[StoredPatient, ...]:
    """Everyone on record with this identifier, however it is written; nobody for an identifier that says nothing."""
    wanted, t = folded_identifier(identifier), patient.c
    if not wanted:
        return ()
    query = select(t.id, t.identifier).where(t.site_id == opened.site_id, t.identifier != "").order_by(t.id)
    return tuple(of(opened, row.id) for row in opened.connection.execute(query).all() if folded_identifier(row.identifier) == wanted)


def add(opened: Transaction, profile: PatientProfile) -> StoredPatient:
    """A new patient."""
    key = opened.new_id()
    opened.insert(patient, id=key, version=1, created_at=opened.at, **_columns(profile))
    return StoredPatient(id=key, version=1, profile=profile)


def of(opened: Transaction, patient_id: str, *, lock: bool = False) -> StoredPatient:
    """A patient by key. With `lock` the allergy record does not grow before this transaction ends. Raises NotFound."""
    return _patient(opened.row(patient, "patient", lock=lock, id=patient_id))


def change(opened: Transaction, stored: StoredPatient, profile: PatientProfile) -> None:
    """Change address, telephone and the like. Raises Conflict."""
    opened.change(patient, stored.id, version=stored.version, what="this patient's record", **_columns(profile))


def record(opened: Transaction, patient_id: str) -> tuple[Recorded, ...]:
    """The whole allergy record of a patient, oldest first."""
    t = allergy_record.c
    query = select(allergy_record).where(t.site_id == opened.site_id, t.patient_id == patient_id).order_by(t.number)
    return tuple(
        Recorded(number=row.number, told=documents.read(_KINDS[row.kind], row.document), order_id=row.order_id, by=row.recorded_by, at=row.recorded_at)
        for row in opened.connection.execute(query)
    )


def add_to_record(opened: Transaction, stored: StoredPatient, told: tuple[Told, ...], *, order_id: str | None = None) -> Iterator[int]:
    """Add to a patient's allergy record; gives the number of each part. The caller holds the patient's row locked."""
    last = max((each.number for each in record(opened, stored.id)), default=0)
    for number, each in enumerate(told, start=last + 1):
        kind = type(each)
        opened.insert(
            allergy_record, id=opened.new_id(), patient_id=stored.id, number=number, kind=_NAMES[kind], document=documents.write(kind, each),
            recorded_at=opened.at, recorded_by=opened.by, order_id=order_id,
        )  # fmt: skip
        yield number


def _columns(profile: PatientProfile) -> dict[str, object]:
    return {
        "name": profile.name, "name_folded": folded(profile.name), "born_on": profile.born_on, "identifier": profile.identifier, "address": profile.address,
        "telephone": profile.telephone, "language": profile.language or "",
    }  # fmt: skip


def _patient(row: Row[Any]) -> StoredPatient:
    profile = PatientProfile(
        name=row.name, born_on=row.born_on, identifier=row.identifier, address=row.address, telephone=row.telephone, language=row.language or None,
    )  # fmt: skip
    return StoredPatient(id=row.id, version=row.version, profile=profile)
