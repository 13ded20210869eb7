"""An order on record through the one pipeline: with the site's settings, the formulas in force, the patient's whole allergy record, and what was agreed to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from compounding.domain.errors import WorkflowRefused
from compounding.domain.order_as_sent import OrderAsSent
from compounding.domain.order_record import OrderRecord
from compounding.domain.patients import AllergyEntry, ContactAnswer
from compounding.domain.reasons import Reason, Severity
from compounding.domain.screening.assessments import Assessment, Refutation, SignedForPatient
from compounding.domain.substances import Lot
from compounding.pipeline import Bench, Examined, examine
from compounding.reference import ReferenceData
from compounding.storage import patients
from compounding.storage.patients import AskedAgain, Recorded, StoredPatient, Withdrawal
from compounding.workflow.use_case import Work


class Held(WorkflowRefused):
    """Something stands against the step; `reasons` says all of it, the code and the sentence say the first."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(reasons[0].code, reasons[0].message)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllergyRecord:
    """A patient's allergy record, sorted by what each part is. `number` is the number of its last part."""

    parts: tuple[Recorded, ...]

    @property
    def number(self) -> int:
        return max((each.number for each in self.parts), default=0)

    def entries_beside(self, sent: tuple[AllergyEntry, ...]) -> tuple[AllergyEntry, ...]:
        """The entries that an order's own words do not repeat. One that a correction took out of the order still counts until it is refuted."""
        return tuple(each.entry for each in self.parts if each.entry is not None and each.told not in sent)

    def entries_of(self, sent: tuple[AllergyEntry, ...]) -> tuple[AllergyEntry, ...]:
        """An order's own entries, each under its name in this record, and as often as the record holds it."""
        found = [each.entry for entry in dict.fromkeys(sent) for each in self.parts if each.entry is not None and each.told == entry]
        recorded = [each.told for each in self.parts]
        return (*found, *(entry for entry in sent if entry not in recorded))

    @property
    def signed_numbers(self) -> frozenset[int]:
        """The numbers of the assessments and refutations that nobody has withdrawn."""
        withdrawn = {each.told.number for each in self.parts if isinstance(each.told, Withdrawal)}
        return frozenset(each.number for each in self.parts if isinstance(each.told, Assessment | Refutation) and each.number not in withdrawn)

    def is_signed_for(self, part: Recorded) -> bool:
        """Whether something that counts was signed beside this entry."""
        entry = part.entry
        signed = [each.told.of for each in self.parts if each.number in self.signed_numbers and isinstance(each.told, Assessment | Refutation)]
        return entry is not None and any(of.is_of(entry) for of in signed)

    @property
    def contact(self) -> ContactAnswer | None:
        """The last answer to the contact question; a rash that was ever told stays told."""
        answers = [each.told for each in self.parts if isinstance(each.told, ContactAnswer)]
        return next((each for each in answers if each.had_a_rash), answers[-1] if answers else None)

    def signed_for(self, patient: StoredPatient) -> SignedForPatient | None:
        """What pharmacists signed beside the record."""
        counting = [each.told for each in self.parts if each.number in self.signed_numbers]
        assessments = tuple(each for each in counting if isinstance(each, Assessment))
        refutations = tuple(each for each in counting if isinstance(each, Refutation))
        if not assessments and not refutations:
            return None
        return SignedForPatient(patient_name=patient.profile.name, born_on=patient.profile.born_on, assessments=assessments, refutations=refutations)

    @property
    def asked_on(self) -> date | None:
        """The last day on which the patient is known to have been asked."""
        days = [
            each.told.on if isinstance(each.told, AskedAgain) else each.told.asked_on
            for each in self.parts if isinstance(each.told, AllergyEntry | ContactAnswer | AskedAgain)
        ]  # fmt: skip
        return max((day for day in days if day is not None), default=None)


def allergy_record(work: Work, patient_id: str) -> AllergyRecord:
    """The allergy record as it stands."""
    return AllergyRecord(parts=patients.record(work.opened, patient_id))


def as_on_record(record: OrderRecord, allergies: AllergyRecord) -> OrderAsSent:
    """The order's words, its allergy entries as the patient's record names them: what was signed beside one of them counts for no other."""
    return replace(record.sent, allergies=allergies.entries_of(record.sent.allergies))


def bench_for(
    work: Work, record: OrderRecord, patient: StoredPatient, allergies: AllergyRecord, *, lots: tuple[Lot, ...] = (), on: date | None = None
) -> Bench:
    """Where this order is worked out: the compounding date is today unless the record says another day."""
    return Bench(
        site=work.site, profile=work.profile, lots=lots, on=on or work.today, today=work.today, site_was_named=True,
        allergies=allergies.entries_beside(record.sent.allergies), contact=allergies.contact, signed=allergies.signed_for(patient), consent=record.consent,
    )  # fmt: skip


def examined(
    work: Work, record: OrderRecord, patient: StoredPatient, allergies: AllergyRecord, *, lots: tuple[Lot, ...] = (), on: date | None = None,
    data: ReferenceData | None = None,
) -> Examined:  # fmt: skip
    """The order received, screened and chosen anew from its stored words; with `data` by other texts than those in force."""
    bench = bench_for(work, record, patient, allergies, lots=lots, on=on)
    return examine(as_on_record(record, allergies), bench, work.data if data is None else data, already=record.reading)


def blocking(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """What stops the order, gravest first, each once."""
    order = list(Severity)
    return tuple(sorted(dict.fromkeys(each for each in reasons if each.severity is not Severity.WARNING), key=lambda each: order.index(each.severity)))
