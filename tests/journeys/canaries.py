"""Two hundred patients who cannot be mistaken for anything else, their orders received through the use cases, in a pharmacy whose people can sign in."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from compounding.config.secret_key import kept_in
from compounding.config.site_file import example_site
from compounding.credentials import one_time_codes
from compounding.credentials.one_time_codes import SECONDS_OF_A_STEP
from compounding.credentials.vault import Vault
from compounding.demo import walk
from compounding.demo.accounts import give_accounts
from compounding.demo.crew import Pharmacy, open_pharmacy
from compounding.demo.walk import Wish
from compounding.domain.order_as_sent import PatientAsSent
from compounding.domain.order_parts import Evidence, Source
from compounding.domain.stages import State
from compounding.reference import ReferenceData
from compounding.storage import accounts, orders
from compounding.storage.engine import open_database
from compounding.storage.migrating import upgrade
from compounding.storage.tables import register
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from compounding.workflow import receiving
from compounding.workflow.signing_in import about

COUNT = 200
DATABASE = "records.db"
GIVEN, FAMILY, GREEK_GIVEN, GREEK_FAMILY = "Qwivrel", "Zantbok", "Κουιβρ", "Ζαντμπ"
IDENTIFIER, STREET, TOWN, ALLERGY = "QZPHNV", "Xylquorn", "Vexhollow", "Plomvask"
STEMS = (GIVEN, FAMILY, GREEK_GIVEN, GREEK_FAMILY, IDENTIFIER, STREET, TOWN, ALLERGY)
"""What every name, identifier, address and allergy of a canary holds, and no other text in the world."""
NUMBER = re.compile(rb"59174\d{5}")
"""A prescription number of a canary: the register begins so high that no other number of the program, no time and no version looks like one."""
_NUMBERS_BEGIN = 5_917_300_000
_BORN, _DAYS_APART = date(1921, 2, 3), 16
_SYLLABLES = ("ba", "dé", "fi", "gö", "lu", "mañ", "né", "pi", "rå", "sü", "tè", "vo", "wç", "ža", "čo")
_TAKES = timedelta(minutes=45)
_WAYS = {0: State.DISPENSED, 1: State.RELEASED, 2: State.PLANNED, 3: State.LABELLED, 4: State.PLANNED, 5: State.ASSESSED, 6: State.WEIGHED, 7: State.DISPENSED}
"""The canaries whose ointment is on its way, or was handed out; every order beyond them waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A patient, and what the program gave them: keys, prescription number, and the preparation's key and lot number where there is one."""

    name: str
    born_on: date
    identifier: str
    address: str
    telephone: str
    reference: str
    order_id: str = ""
    patient_id: str = ""
    number: str = ""
    preparation_id: str = ""
    lot_number: str = ""


@dataclass(slots=True, kw_only=True)
class Somebody:
    """Who signs in; every code is told once, as the program takes it."""

    name: str
    seed: str
    told: int = field(default=0)

    def code(self) -> str:
        """A one-time code that counts now and was not told before: the step before, this one or the next."""
        now = int(datetime.now(UTC).timestamp()) // SECONDS_OF_A_STEP
        self.told = max(self.told + 1, now - 1)
        assert self.told <= now + 1, "nobody signs in more than three times in half a minute"
        return one_time_codes.code_at(self.seed, datetime.fromtimestamp(self.told * SECONDS_OF_A_STEP, UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """The folder with database and secret, to be copied for each journey; who is in it, and the password of its people."""

    folder: Path
    canaries: tuple[Canary, ...]
    seeds: dict[str, tuple[str, str]]
    password: str
    today: date

    def people(self) -> dict[str, Somebody]:
        """The people, by what they are in the crew, with no code told yet."""
        return {role: Somebody(name=name, seed=seed) for role, (name, seed) in self.seeds.items()}


def canary(number: int) -> Canary:
    """The canary of that number; those from COUNT on stand in no record yet."""
    code = _SYLLABLES[number // len(_SYLLABLES) % len(_SYLLABLES)] + _SYLLABLES[number % len(_SYLLABLES)]
    name = f"{GIVEN}{code} O'{FAMILY}{code}" if number % 3 == 0 else f"{GIVEN}{code} {FAMILY}{code}"
    if number == 3:
        name = f"<script>{GIVEN}()</script> {FAMILY}{code}"
    if number == 1:
        name = f"{GREEK_GIVEN}έλια {GREEK_FAMILY}όκου"
    return Canary(
        name=name, born_on=_BORN + timedelta(days=_DAYS_APART * number), identifier=f"{IDENTIFIER}-{number:03d}",
        address=f"{number} {STREET} Crescent, {TOWN} BC", telephone=f"+1 778 913 {2000 + number}",
        reference=f"{IDENTIFIER}-ORDER-{number:03d}",
    )  # fmt: skip


def plant(folder: Path, data: ReferenceData) -> Planted:
    """Make the pharmacy on the present day, and receive the orders of every canary."""
    site, now = example_site(), datetime.now(UTC)
    began = now - _TAKES
    if began.astimezone(site.time_zone).date() != now.astimezone(site.time_zone).date():
        # The whole story lies on one day of the pharmacy's calendar.
        began = (now.astimezone(site.time_zone) - timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0).astimezone(UTC)
    database = open_database(str(folder / DATABASE))
    try:
        upgrade(database)
        pharmacy = open_pharmacy(database, site, data, at=began)
        _begin_high(pharmacy)
        canaries = tuple(_received(pharmacy, number) for number in range(COUNT))
        vault = Vault(kept_in(folder))
        welcome = give_accounts(pharmacy, vault, at=pharmacy.clock.now())
        seeds = _seeds(pharmacy, vault)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        database.close()
    return Planted(folder=folder, canaries=canaries, seeds=seeds, password=welcome.password, today=now.astimezone(site.time_zone).date())


def _begin_high(pharmacy: Pharmacy) -> None:
    """Let the register of prescription numbers stand where a very old pharmacy's would."""
    with transaction(pharmacy.house.database, site_id=pharmacy.house.site_id, by="test", role="", at=pharmacy.clock.now()) as opened:
        opened.connection.execute(insert(register).values(site_id=pharmacy.house.site_id, name="rx", last=_NUMBERS_BEGIN))
        opened.tell(Told(action="begin register", subject="register", subject_id="rx"))


def _received(pharmacy: Pharmacy, number: int) -> Canary:
    who, state = canary(number), _WAYS.get(number)
    # An allergy nobody can read holds an order, so it goes with those that only wait.
    allergies = ("No known allergies",) if state is not None or number % 2 else (f"a rash from {ALLERGY} cream",)
    words = walk.sent(Wish(patient=who.name, born_on=who.born_on, allergies=allergies), today=pharmacy.today)
    told = PatientAsSent(
        name=who.name, birth_date=who.born_on.isoformat(), identifier=who.identifier, address=who.address, telephone=who.telephone, where="example.patient"
    )
    asked = receiving.ReceiveTyped(
        sent=replace(words, identifier=who.reference, patient=told), source=Source.PAPER, evidence=Evidence(images=(pharmacy.picture,))
    )
    order = receiving.receive_typed(pharmacy.house, pharmacy.act(pharmacy.crew.technician), asked)
    with transaction(pharmacy.house.database, site_id=pharmacy.house.site_id, by="test", role="", at=pharmacy.clock.now()) as opened:
        patient_id = orders.of(opened, order.id, lock=False)[0].patient_id
    who = replace(who, order_id=order.id, patient_id=patient_id, number=order.number)
    if state is None:
        return who
    at = walk.brought_to(pharmacy, walk.accept(pharmacy, walk.screen(pharmacy, order)), state)
    return replace(who, preparation_id=at.id, lot_number=walk.record_of(pharmacy, at.id).lot_number)


def _seeds(pharmacy: Pharmacy, vault: Vault) -> dict[str, tuple[str, str]]:
    site_id, crew = pharmacy.house.site_id, pharmacy.crew
    with pharmacy.house.database.reading() as connection:
        every = accounts.every(connection, site_id)
    found = {}
    for role in ("designated", "pharmacist", "second", "technician", "prescriber", "auditor"):
        each = every[getattr(crew, role)]
        assert each.second_factor is not None
        found[role] = (each.sign_in_name, vault.open(each.second_factor, about=about(site_id, each.id)))
    return found
