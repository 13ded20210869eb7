"""The example pharmacy on the morning of a day: founded, staffed, its texts approved, its shelves filled."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from compounding.domain.assurance import Assurance, Factor
from compounding.domain.errors import LevigateError
from compounding.domain.formulary_versions import Kind
from compounding.domain.people import Person, Role
from compounding.domain.risk_assessment import RiskAssessment
from compounding.domain.site import Site
from compounding.domain.substances import AssayAs, AssayBasis
from compounding.reference import ReferenceData
from compounding.reference.site_texts import shipped_texts
from compounding.storage import people
from compounding.storage.engine import Database
from compounding.workflow import formulary, lot_flags, lots
from compounding.workflow.files import keep_file
from compounding.workflow.founding import found
from compounding.workflow.lots import CertificateTold, Delivery, IdentityTested, LotKept, LotTold, OneLot, ReviewedCertificate
from compounding.workflow.people import NewPerson, add_person
from compounding.workflow.use_case import Act, House

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8ffffff7f0009fb03fd05e1d8dd0000000049454e44ae426082"
)
"""A picture of one white point: it stands for the photograph of a paper order, a printout or a certificate."""
EXAMPLE = "Example only"
PRESCRIBER, PRESCRIBER_LICENCE = "Dr Mona Example", "EX-10240"
"""The prescriber who enters orders by an account of their own."""
_SHELF = ("sodium-thiosulfate-pentahydrate", "mineral-oil", "white-petrolatum", "zinc-oxide-ointment-20")


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """The keys of the people who work in the example pharmacy."""

    designated: str
    pharmacist: str
    second: str
    technician: str
    assistant: str
    prescriber: str
    auditor: str
    intern: str
    regulated: str


class Clock:
    """The day's work, one act a second after another, so that every run of the example tells the same story."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """The next second."""
        self._at += timedelta(seconds=1)
        return self._at

    def wait(self, minutes: int) -> None:
        """Let some minutes pass."""
        self._at += timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pharmacy:
    """The example pharmacy at work: `lots` are the keys of its ingredient lots by substance, `picture` the key of a kept picture."""

    house: House
    crew: Crew
    clock: Clock
    today: date
    lots: dict[str, str]
    picture: str

    def act(self, who: str, *, reason: str = "", key: str = "") -> Act:
        """This person acts, a second after whoever acted last."""
        return example_act(who, self.clock.now(), reason=reason, key=key)


def example_act(by: str, at: datetime, *, reason: str = "", key: str = "", supervisor: str = "") -> Act:
    """An act of example data: nobody signed in for it, every signature says so, and only an example pharmacy takes it."""
    shown = tuple(Assurance(person_id=each, factors=frozenset({Factor.EXAMPLE}), at=at) for each in (by, supervisor) if each)
    return Act(by=by, at=at, reason=reason, key=key, supervisor=supervisor, shown=shown)


def open_pharmacy(database: Database, settings: Site, data: ReferenceData, *, at: datetime) -> Pharmacy:
    """Found the pharmacy in an empty database. Raises LevigateError `SITE_EXISTS` where it was founded before."""
    with database.reading() as connection:
        if settings.id in people.site_ids(connection):
            raise LevigateError("SITE_EXISTS", f"the pharmacy {settings.id} stands in this database already; give the example an empty one")
    clock, today = Clock(at), at.astimezone(settings.time_zone).date()
    until = today + timedelta(days=300)
    first = Person(
        id="designated-person", name="Dana Example, designated person", roles=frozenset({Role.DESIGNATED_PERSON, Role.PHARMACIST}), licence="EX-00001",
        licence_expires_on=until,
    )  # fmt: skip
    house = found(database, settings=replace(settings, approvals=(), attestations=()), first=first, at=clock.now(), data=data)

    def hire(name: str, role: Role, licence: str = "") -> str:
        asked = NewPerson(name=name, roles=(role,), licence=licence, licence_expires_on=until if licence else None)
        return add_person(house, example_act(first.id, clock.now()), asked).person_id

    crew = Crew(
        designated=first.id, pharmacist=hire("Pat Example", Role.PHARMACIST, "EX-00002"), second=hire("Sam Example", Role.PHARMACIST, "EX-00003"),
        technician=hire("Toni Example", Role.TECHNICIAN), assistant=hire("Alex Example", Role.ASSISTANT),
        prescriber=hire(PRESCRIBER, Role.PRESCRIBER, PRESCRIBER_LICENCE), auditor=hire("Noa Example", Role.AUDITOR),
        intern=hire("Ines Example", Role.INTERN, "EX-00006"), regulated=hire("Remy Example", Role.REGULATED_TECHNICIAN, "EX-00007"),
    )  # fmt: skip
    approve(house, first.id, clock, today)
    # An order rests on a picture that the person who types it has brought, so everyone at the counter keeps it.
    picture = keep_file(house, example_act(first.id, clock.now()), PICTURE, "image/png").sha256
    for each in (crew.pharmacist, crew.second, crew.technician, crew.assistant, crew.intern, crew.regulated):
        keep_file(house, example_act(each, clock.now()), PICTURE, "image/png")
    shelf = {name: stock(house, crew, clock, picture, name, today=today) for name in _SHELF}
    return Pharmacy(house=house, crew=crew, clock=clock, today=today, lots=shelf, picture=picture)


def approve(house: House, by: str, clock: Clock, today: date) -> None:
    """Approve and attest every shipped formula, and the English texts. French and Spanish still await somebody who reads them as their own."""
    risk = RiskAssessment(
        napra_level="A", level_reasons=f"{EXAMPLE}: a moderate preparation in a separate, designated space", hazards=f"{EXAMPLE}: dust irritates eyes, airways",
        safety_data_link="paper: example binder, sheet 1", safety_data_on=today - timedelta(days=30), protective_equipment="gloves, mask, gown, hair cover",
        ventilation="room ventilation; cover the powder while it is ground", cross_contact="zinc oxide is handled with tools of its own",
        reviewed_by="Dana Example", reviewed_on=today, next_review_on=today + timedelta(days=300),
    )  # fmt: skip
    for text in shipped_texts():
        if text.kind is Kind.PHRASES and text.id != "phrases-en":
            continue
        exactly = formulary.Exactly(kind=text.kind, id=text.id, version=text.version, sha256=text.sha256)
        reason = f"{EXAMPLE}: read, and approved to show how it works"
        asked = formulary.ApprovalAsked(of=exactly, risk=risk if text.kind is Kind.FORMULA else None)
        formulary.approve_text(house, example_act(by, clock.now(), reason=reason), asked)
        if text.kind is Kind.FORMULA:
            attested = f"{EXAMPLE}: no water enters; dry mortar, no glycerin, crystal water considered"
            formulary.attest_nonaqueous(house, example_act(by, clock.now(), reason=attested), exactly)


def stock(house: House, crew: Crew, clock: Clock, picture: str, substance: str, *, today: date, grams: str = "1000", number: str = "", days: int = 500) -> str:
    """A delivery received, reviewed, tested and released; gives the key of the lot."""
    kept = receive(house, crew, clock, picture, substance, today=today, grams=grams, number=number, days=days)
    kept = examine(house, crew, clock, picture, kept)
    lot_flags.release_lot(house, example_act(crew.pharmacist, clock.now()), OneLot(lot_id=kept.lot_id, version=kept.version))
    return kept.lot_id


def receive(
    house: House, crew: Crew, clock: Clock, picture: str, substance: str, *, today: date, grams: str = "1000", number: str = "", days: int = 500
) -> LotKept:
    """A delivery as it arrives, in quarantine, with its certificate."""
    is_drug = substance.startswith("sodium-thiosulfate")
    certificate = CertificateTold(
        file_sha256=picture, form="pentahydrate" if is_drug else "", assay_percent=Decimal("99.6") if is_drug else None,
        assay_basis=AssayBasis.DRIED if is_drug else None, assay_as=AssayAs.ANHYDROUS if is_drug else None,
        water_percent=Decimal("36.1") if is_drug else None,
    )  # fmt: skip
    lists = {
        "white-petrolatum": ("white petrolatum",), "mineral-oil": ("mineral oil",),
        "zinc-oxide-ointment-20": ("zinc oxide 20 %", "mineral oil", "white petrolatum", "white wax"),
    }  # fmt: skip
    told = LotTold(
        number=number or f"EX-{hashlib.sha256(substance.encode()).hexdigest()[:6].upper()}", supplier="Example Supplies",
        received_on=today - timedelta(days=20), supplier_licence="EX-SUP-1", expires_on=today + timedelta(days=days), certificate=certificate,
        ingredients=lists.get(substance),
    )  # fmt: skip
    return lots.receive_lot(house, example_act(crew.technician, clock.now()), Delivery(substance=substance, amount_g=Decimal(grams), told=told))


def examine(house: House, crew: Crew, clock: Clock, picture: str, kept: LotKept) -> LotKept:
    """Its certificate reviewed and its identity tested by somebody who did not receive it."""
    kept = lots.review_certificate(
        house, example_act(crew.second, clock.now()), ReviewedCertificate(lot_id=kept.lot_id, version=kept.version, file_sha256=picture)
    )
    tested = IdentityTested(lot_id=kept.lot_id, version=kept.version, method="appearance and certificate", passed=True)
    return lots.test_identity(house, example_act(crew.second, clock.now()), tested)
