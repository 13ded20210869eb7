"""What people see before and after they sign: who can supervise, the signatures under a thing, an allergy entry as it is read, and whether every text holds."""

from dataclasses import dataclass
from datetime import date, tzinfo

from compounding.domain.errors import WorkflowRefused
from compounding.domain.patients import AllergyEntry, PatientProfile
from compounding.domain.people import Duty, NotAllowed, Person, Signature, WhoMay, check_licence
from compounding.domain.screening.assessments import Assessment, Refutation
from compounding.domain.screening.screen import screen
from compounding.domain.screening.statements import Finding
from compounding.storage import patients, people, signatures
from compounding.storage.signatures import Checked
from compounding.storage.trail import Told
from compounding.workflow.examining import allergy_record
from compounding.workflow.reading_budget import tell_reading
from compounding.workflow.use_case import House, Work, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class OfText:
    """The formula or text whose signatures are asked for: "formula" or "phrases", its id and version."""

    kind: str
    id: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignaturesSeen:
    """Signatures, the first one first, each with the decision it was given for ("approval", "attestation", "retirement")."""

    signatures: tuple[tuple[str, Signature], ...]

    def of(self, decision: str) -> tuple[Signature, ...]:
        """Those of one kind of decision."""
        return tuple(each for name, each in self.signatures if name == decision)


@dataclass(frozen=True, slots=True, kw_only=True)
class OneEntry:
    """One entry of a patient's allergy record."""

    patient_id: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrySeen:
    """The untouched entry, how it is read today, and what was signed beside it that nobody withdrew. `record_number` is the last part of the whole record."""

    profile: PatientProfile
    number: int
    record_number: int
    entry: AllergyEntry
    findings: tuple[Finding, ...]
    signed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AllSignatures:
    """Asks for every signature of the pharmacy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignaturesHeld:
    """Every signature held against its text: how many there are, and those whose text is missing or another one."""

    count: int
    faults: tuple[Checked, ...]


@use_case
def signatures_of_text(work: Work, request: OfText) -> SignaturesSeen:
    """The signatures under a formula or a text. Raises NotAllowed."""
    work.may_one_of(Duty.KEEP_FORMULARY, Duty.READ_RECORDS)
    return SignaturesSeen(signatures=signatures.of_decisions(work.opened, request.kind, request.id, request.version))


@use_case
def read_entry_to_assess(work: Work, request: OneEntry) -> EntrySeen:
    """Read an allergy entry before something is signed beside it. Raises NotFound, WorkflowRefused `NO_SUCH_ENTRY`, and NotAllowed for who only reads."""
    may_begin(work, Duty.ASSESS_ALLERGIES)
    stored = patients.of(work.opened, request.patient_id)
    record = allergy_record(work, stored.id)
    entry = next((each.entry for each in record.parts if each.number == request.number and each.entry is not None), None)
    if entry is None:
        raise WorkflowRefused("NO_SUCH_ENTRY", "the patient's record has no allergy entry of that number")
    signed_for = record.signed_for(stored)
    refutations = signed_for.refutations if signed_for is not None else ()
    seen = screen((entry,), work.data.lexicon, talk=work.data.talk, on=work.today, refutations=refutations)
    beside = tuple(
        each.told.in_words for each in record.parts
        if each.number in record.signed_numbers and isinstance(each.told, Assessment | Refutation) and each.told.of.is_of(entry)
    )  # fmt: skip
    tell_reading(work, "patient", stored.id, {"patient": (None, stored.id)})
    return EntrySeen(
        profile=stored.profile, number=request.number, record_number=record.number, entry=entry, findings=tuple(dict.fromkeys(seen.findings)), signed=beside,
    )  # fmt: skip


@use_case
def hold_signatures(work: Work, _request: AllSignatures) -> SignaturesHeld:
    """Hold every signature against the text that was signed. Raises NotAllowed."""
    work.may(Duty.READ_AUDIT)
    every = tuple(signatures.verify_all(work.opened))
    faults = tuple(each for each in every if each.code)
    work.opened.tell_read(Told(action="verify signatures", subject="signature", subject_id=work.house.site_id, changed={"faults": (None, len(faults))}))
    return SignaturesHeld(count=len(every), faults=faults)


def may_begin(work: Work, duty: Duty) -> None:
    """Whether the person may look at what is signed: whoever does it under supervision looks first, and needs the supervisor for signing. Raises NotAllowed."""
    try:
        work.may(duty)
    except NotAllowed as refusal:
        if refusal.code != "SUPERVISOR_NEEDED":
            raise


def time_zone_of(house: House) -> tzinfo:
    """Where the pharmacy's clocks stand; times beside signatures are told in it."""
    with house.database.reading() as connection:
        return people.current_settings(connection, house.site_id)[0].time_zone


def needs_supervisor(who_may: WhoMay, person: Person, duty: Duty) -> bool:
    """Whether the person has that duty only with somebody who supervises it."""
    return not person.roles & {*who_may.alone[duty]} and bool(person.roles & {*who_may.supervised[duty]})


def supervisors(house: House, who_may: WhoMay, person: Person, duty: Duty, *, on: date) -> tuple[Person, ...]:
    """Who could supervise that person at that duty on that day, by name."""
    with house.database.reading() as connection:
        everyone = people.people_of(connection, house.site_id)
    return tuple(sorted((each for each in everyone if each.id != person.id and _could(who_may, each, duty, on)), key=lambda each: (each.name, each.id)))


def _could(who_may: WhoMay, person: Person, duty: Duty, on: date) -> bool:
    preferred = who_may.alone[duty][0]
    if not person.is_active or preferred not in person.roles:
        return False
    try:
        check_licence(person, preferred, on=on)
    except NotAllowed:
        return False
    return True
