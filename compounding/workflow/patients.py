"""Who the patient of an order is: found on record, told apart from another of the same name, or new; and how what is known of them is changed."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from compounding.domain.assurance import Level
from compounding.domain.errors import WorkflowRefused
from compounding.domain.patients import PatientProfile, folded, folded_identifier
from compounding.domain.people import Duty
from compounding.domain.record_texts import has_words
from compounding.storage import orders, patients
from compounding.storage.errors import Conflict, NotFound
from compounding.storage.patients import StoredPatient
from compounding.workflow.allergies import send_back_orders
from compounding.workflow.use_case import Work, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePatient:
    """A patient's details as they are from now on. What is None stays as it was."""

    patient_id: str
    version: int
    name: str | None = None
    born_on: date | None = None
    identifier: str | None = None
    address: str | None = None
    telephone: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientKept:
    """A patient on record, with the version for the next change, and how many orders must be screened again."""

    patient_id: str
    version: int
    sent_back: int


@use_case
def change_patient(work: Work, request: ChangePatient) -> PatientKept:
    """Change a patient's details. Name and date of birth are a pharmacist's to change; they and an identifier on record with a reason and the password again.

    Raises WorkflowRefused `IDENTITY_CHANGED` unless two of name, date of birth and identifier stay as they were, `PATIENT_AMBIGUOUS` for what makes two
    patients alike, `PATIENT_NOT_GIVEN`, `NOTHING_CHANGED`; and Conflict.
    """
    work.may(Duty.RECEIVE_ORDERS)
    stored = patients.of(work.opened, request.patient_id, lock=True)
    if stored.version != request.version:
        raise Conflict("this patient's record")
    given: dict[str, Any] = {each.name: getattr(request, each.name) for each in fields(request)[2:] if getattr(request, each.name) is not None}
    given = {name: " ".join(told.split()) if isinstance(told, str) else told for name, told in given.items()}
    after = replace(stored.profile, **given)
    after = replace(after, language=after.language or None)
    apart = [each for each in ("name", "born_on", "identifier") if getattr(after, each) != getattr(stored.profile, each)]
    is_renamed = bool({"name", "born_on"} & set(apart))
    if is_renamed:
        work.may(Duty.DECIDE_ORDERS)
    if is_renamed or (stored.profile.identifier and "identifier" in apart):
        # By each of them the next order finds its patient, with this one's allergies.
        work.confirmed(Level.AGAIN)
        work.reason()
    if not has_words(after.name) or after.born_on > work.today:
        raise WorkflowRefused("PATIENT_NOT_GIVEN", "a patient has a name, and a date of birth that is not still to come")
    if len(apart) > 1 or (apart and apart != ["identifier"] and not folded_identifier(after.identifier)):
        raise WorkflowRefused("IDENTITY_CHANGED", "of name, date of birth and identifier two must be known and stay as they were; record the identifier first")
    others = [each for each in patients.with_identifier(work.opened, after.identifier) if each.id != stored.id]
    if is_renamed:
        others += [each for each in patients.candidates(work.opened, after) if each.id != stored.id]
    if others:
        raise WorkflowRefused("PATIENT_AMBIGUOUS", "another patient on record has this identifier, or this name and date of birth; find out who is who first")
    return _changed(work, stored, after, is_renamed=is_renamed)


def _changed(work: Work, stored: StoredPatient, after: PatientProfile, *, is_renamed: bool) -> PatientKept:
    told = _told(stored.profile, after)
    if not told:
        raise WorkflowRefused("NOTHING_CHANGED", "the patient's record reads like this already")
    patients.change(work.opened, stored, after)
    work.tell("change patient", "patient", stored.id, told)
    # An order that names the patient otherwise must not go on unseen.
    count = send_back_orders(work, stored.id, why="the patient's name or date of birth was changed") if is_renamed else 0
    return PatientKept(patient_id=stored.id, version=stored.version + 1, sent_back=count)


def patient_of(work: Work, profile: PatientProfile, *, patient_id: str, is_another_person: bool) -> StoredPatient:
    """The patient an order is for, locked: the one that was chosen, the one on record, or a new one. An order's newer contact details are kept.

    Two records of one person hide an allergy, and one record of two people invents one: wherever both are possible, a person has to say. Raises
    WorkflowRefused `OTHER_PATIENT`, `PATIENT_AMBIGUOUS`, and `REASON_NEEDED` where another person of the same name is told of without a reason.
    """
    same_identifier = patients.with_identifier(work.opened, profile.identifier)
    known = patients.candidates(work.opened, profile)
    if patient_id:
        return with_contact(work, _chosen(work, profile, patient_id, same_identifier), profile)
    strangers = [each for each in same_identifier if not is_named_like(each.profile, profile)]
    if strangers:
        why = "another name" if folded(strangers[0].profile.name) != folded(profile.name) else "another date of birth"
        raise WorkflowRefused("PATIENT_AMBIGUOUS", f"a patient with this identifier is on record under {why}; correct the record or the order first")
    if is_another_person:
        return _homonym(work, profile, known, same_identifier)
    if len(same_identifier) == 1:
        return with_contact(work, patients.of(work.opened, same_identifier[0].id, lock=True), profile)
    if known:
        differs = profile.identifier and all(each.profile.identifier for each in known) and not same_identifier
        why = "but with another identifier" if differs else "and only that is known to agree" if len(known) == 1 else "more than once"
        question = "choose the record, or say that this is another person"
        raise WorkflowRefused("PATIENT_AMBIGUOUS", f"a patient of this name and date of birth is on record, {why}; {question}")
    return _added(work, profile)


def patient_entered(work: Work, profile: PatientProfile, *, patient_id: str, is_another_person: bool) -> StoredPatient:
    """The patient of an order that its prescriber enters, locked, without a word of who is on record here.

    The patient may be known by orders this prescriber may not read: then the order goes to that record and its allergies, and nothing of the record changes;
    the pharmacist who accepts it sees both. Only among patients of their own orders does a prescriber choose or tell apart. Raises NotFound, and
    WorkflowRefused `OTHER_PATIENT`, `ASK_THE_PHARMACY`, and what `patient_of` raises of a patient of their own.
    """
    if patient_id and not orders.is_own_patient(work.opened, patient_id, person_id=work.person.id):
        raise NotFound("patient")
    known = {each.id: each for each in (*patients.with_identifier(work.opened, profile.identifier), *patients.candidates(work.opened, profile))}
    own = [each for each in known if orders.is_own_patient(work.opened, each, person_id=work.person.id)]
    # Somebody who says "another person" of nobody of theirs is refused whoever is on record, or the refusal itself would tell.
    if patient_id or (len(own) == len(known) and (own or not is_another_person)):
        return patient_of(work, profile, patient_id=patient_id, is_another_person=is_another_person)
    fits = [each for each in known.values() if is_named_like(each.profile, profile)]
    is_contradicted = bool(profile.identifier) and any(
        folded_identifier(each.profile.identifier) not in {"", folded_identifier(profile.identifier)} for each in fits
    )
    if len(fits) != len(known) or len(fits) != 1 or is_contradicted or is_another_person:
        raise WorkflowRefused("ASK_THE_PHARMACY", "this order cannot be entered here as it stands; telephone the pharmacy, which receives it from you")
    return patients.of(work.opened, fits[0].id, lock=True)


def is_named_like(one: PatientProfile, other: PatientProfile) -> bool:
    """Whether name and date of birth agree."""
    return (folded(one.name), one.born_on) == (folded(other.name), other.born_on)


def check_same(stored: PatientProfile, told: PatientProfile) -> None:
    """Raises WorkflowRefused `OTHER_PATIENT` where name, date of birth or identifier contradict the record."""
    if not is_named_like(stored, told):
        raise WorkflowRefused("OTHER_PATIENT", "the order names another patient than the record")
    if told.identifier and stored.identifier and folded_identifier(told.identifier) != folded_identifier(stored.identifier):
        raise WorkflowRefused("OTHER_PATIENT", "the order gives another identifier of the patient than the record")


def with_contact(work: Work, stored: StoredPatient, told: PatientProfile) -> StoredPatient:
    """The patient with the contact details of a later order; what the order does not say stays, and an identifier or language on record as well."""
    now = stored.profile
    after = replace(
        now, identifier=now.identifier or _worded(told.identifier), address=_worded(told.address) or now.address,
        telephone=_worded(told.telephone) or now.telephone, language=now.language or told.language,
    )  # fmt: skip
    changed = _told(now, after)
    if not changed:
        return stored
    patients.change(work.opened, stored, after)
    work.tell("change patient", "patient", stored.id, changed, reason="an order brought newer details")
    return StoredPatient(id=stored.id, version=stored.version + 1, profile=after)


def _chosen(work: Work, profile: PatientProfile, patient_id: str, same_identifier: tuple[StoredPatient, ...]) -> StoredPatient:
    stored = patients.of(work.opened, patient_id, lock=True)
    check_same(stored.profile, profile)
    if any(each.id != stored.id for each in same_identifier):
        raise WorkflowRefused("OTHER_PATIENT", "the identifier on the order is that of another patient on record than the one that was chosen")
    return stored


def _homonym(work: Work, profile: PatientProfile, known: tuple[StoredPatient, ...], same_identifier: tuple[StoredPatient, ...]) -> StoredPatient:
    work.reason()
    if same_identifier:
        raise WorkflowRefused("PATIENT_AMBIGUOUS", "the patient on record has the same identifier as well; two people cannot share it")
    if not known:
        raise WorkflowRefused("NO_SUCH_NAMESAKE", "nobody of this name and date of birth is on record, so there is nobody to tell this patient from")
    stored = _added(work, profile)
    work.tell("another person of the same name and birth date", "patient", stored.id, {"beside": (None, ", ".join(each.id for each in known))})
    return stored


def _added(work: Work, profile: PatientProfile) -> StoredPatient:
    stored = patients.add(work.opened, profile)
    work.tell("new patient", "patient", stored.id, {"name": (None, profile.name), "born_on": (None, profile.born_on.isoformat())})
    return stored


def _told(before: PatientProfile, after: PatientProfile) -> Mapping[str, tuple[str | None, str | None]]:
    """What differs, old and new."""
    pairs = {each.name: (getattr(before, each.name), getattr(after, each.name)) for each in fields(before)}
    return {name: (_text(old), _text(new)) for name, (old, new) in pairs.items() if old != new}


def _worded(text: str) -> str:
    """The text, or nothing where it says nothing: a dash never takes the place of a telephone number."""
    return text if has_words(text) else ""


def _text(value: object) -> str | None:
    return str(value) if value else None
