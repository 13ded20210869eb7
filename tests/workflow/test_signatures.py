"""Whatever signs or corrects is done by who shows afresh who they are, or not at all; and every signature still has the text that was signed."""

import ast
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import compounding.workflow
from compounding.demo import walk
from compounding.demo.crew import Pharmacy
from compounding.demo.walk import Wish
from compounding.domain.assurance import FRESH_FOR, Assurance, Factor
from compounding.domain.formulary_versions import Kind
from compounding.domain.hand_over_parts import CounsellingWay
from compounding.domain.people import NotAllowed, Role
from compounding.domain.stages import State
from compounding.storage import people as stored_people
from compounding.storage import signatures
from compounding.storage.lots import of as lot_at
from compounding.storage.transaction import transaction
from compounding.workflow import accounts, allergies, bench_steps, deciding, formulary, lots, own_orders, patients, people, reading, receiving
from compounding.workflow.bench_steps import CorrectWords, OfPreparation
from compounding.workflow.counselling import RecordCounselling, record_counselling
from compounding.workflow.signed import AllSignatures, SignaturesHeld, hold_signatures
from compounding.workflow.use_case import Act, House, UseCase
from tests.workflow.seeing import counts
from tests.workflow.steps import FORMULA, RISK, own_text

ASKS = frozenset({"sign", "confirmed"})


def signing_use_cases() -> set[str]:
    """The names of the use cases from which a signature or a confirmation is reached, by reading the source of the workflow."""
    functions: dict[str, tuple[bool, set[str]]] = {}
    for path in Path(compounding.workflow.__path__[0]).glob("*.py"):
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(each, ast.FunctionDef) and path.name != "use_case.py":
                is_use_case = any(isinstance(mark, ast.Name) and mark.id == "use_case" for mark in each.decorator_list)
                called = [call.func for call in ast.walk(each) if isinstance(call, ast.Call)]
                names = {name.id for name in called if isinstance(name, ast.Name)}
                names |= {
                    f".{name.attr}" for name in called if isinstance(name, ast.Attribute) and isinstance(name.value, ast.Name) and name.value.id == "work"
                }
                known = functions.get(each.name, (False, set()))
                functions[each.name] = (is_use_case or known[0], names | known[1])
    reaching = {f".{name}" for name in ASKS}
    while True:
        more = {name for name, (_, called) in functions.items() if called & reaching} - reaching
        if not more:
            return {name for name in reaching if functions.get(name, (False, set()))[0]}
        reaching |= more


class Spy:
    """Tries every use case that signs, before it is done, with what must not count; and remembers which were tried."""

    def __init__(self, meant: set[str], call: Callable[[UseCase[Any, Any], House, Act, Any], Any]) -> None:
        self.meant, self.call, self.tried = meant, call, set[str]()

    def __call__(self, use_case: UseCase[Any, Any], house: House, act: Act, request: Any) -> Any:
        # Only another name or date of birth is a correction of who the patient is; an address is none.
        is_plain = isinstance(request, patients.ChangePatient) and request.name is None and request.born_on is None
        if use_case.name in self.meant and use_case.name not in self.tried and not is_plain:
            self.tried.add(use_case.name)
            before = counts(house.database)
            for shown in self.forged(act):
                with pytest.raises(NotAllowed) as refusal:
                    self.call(use_case, house, replace(act, shown=shown), request)
                assert refusal.value.code == "CONFIRM_WITH_PASSWORD", use_case.name
                assert counts(house.database) == before, use_case.name
        return self.call(use_case, house, act, request)

    @staticmethod
    def forged(act: Act) -> Iterator[tuple[Assurance, ...]]:
        yield ()
        yield (Assurance(person_id="somebody-else", factors=frozenset({Factor.PASSWORD, Factor.ONE_TIME_CODE}), at=act.at),)
        yield (Assurance(person_id=act.by, factors=frozenset({Factor.PASSKEY}), at=act.at - FRESH_FOR - timedelta(seconds=1)),)
        yield (Assurance(person_id=act.by, factors=frozenset({Factor.PASSKEY}), at=act.at + timedelta(seconds=1)),)
        yield (Assurance(person_id=act.by, factors=frozenset({Factor.ONE_TIME_CODE}), at=act.at),)


def wish(name: str) -> Wish:
    return Wish(patient=f"{name} Example", born_on=date(1961, 4, 2))


def everything_that_is_signed(shop: Pharmacy) -> None:
    """One act of every use case that signs or corrects."""
    _at_the_bench(shop)
    _of_a_patient(shop)
    _of_the_house(shop)


def _at_the_bench(shop: Pharmacy) -> None:
    crew, house = shop.crew, shop.house
    at = walk.brought_to(shop, walk.accepted(shop, wish("Ann")), State.RELEASED)
    told = RecordCounselling(preparation_id=at.id, version=at.version, is_accepted=True, way=CounsellingWay.IN_PERSON, words="a thin layer")
    at = record_counselling(house, shop.act(crew.pharmacist), told)
    walk.hand_out(shop, at)
    held = walk.make(shop, walk.brought_to(shop, walk.accepted(shop, wish("Bea")), State.WITNESSED), net_g=Decimal(50))
    made = bench_steps.decide_on_hold(house, shop.act(crew.second, reason="transfer loss"), OfPreparation(preparation_id=held.id, version=held.version))
    words = CorrectWords(preparation_id=made.id, version=made.version, container="50 g jar")
    corrected = bench_steps.correct_record(house, shop.act(crew.second, reason="misspelt"), words)
    again = OfPreparation(preparation_id=corrected.id, version=corrected.version)
    bench_steps.rework_preparation(house, shop.act(crew.second, reason="lumps after all"), again)


def _of_a_patient(shop: Pharmacy) -> None:
    crew, house = shop.crew, shop.house
    order = walk.receive(shop, wish("Cat"))
    sent = replace(walk.sent(wish("Cat"), today=shop.today), repeats=4)
    receiving.correct_order(house, shop.act(crew.technician, reason="misread"), receiving.CorrectOrder(order_id=order.id, version=order.version, sent=sent))
    seen = reading.read_order_record(house, shop.act(crew.pharmacist), reading.Of(id=order.id)).record
    asked = allergies.RecordAllergies(patient_id=seen.patient_id, texts=("rash from some cream",), asked_on=shop.today)
    entry = allergies.record_allergies(house, shop.act(crew.technician), asked).number
    found = hold_entry(shop, seen.patient_id, entry)
    assessed = allergies.assess_allergy(house, shop.act(crew.pharmacist), allergies.AssessAllergy(
        patient_id=seen.patient_id, entry_number=entry, allergen=found[0], matched=found[1], asked="patient", reaction="redness", stands_against=False,
        why="a perfume", prescriber_told=False,
    ))  # fmt: skip
    withdrawn = allergies.WithdrawSigned(patient_id=seen.patient_id, signed_number=assessed.number)
    allergies.withdraw_signed(house, shop.act(crew.pharmacist, reason="asked again"), withdrawn)
    refuted = allergies.RefuteAllergy(patient_id=seen.patient_id, entry_number=entry, why="another patient")
    allergies.refute_allergy(house, shop.act(crew.pharmacist), refuted)
    version = reading.read_patient(house, shop.act(crew.pharmacist), reading.Of(id=seen.patient_id)).version
    for told in ({"identifier": "9876 543 217"}, {"name": "Cate Example"}):
        request = patients.ChangePatient(patient_id=seen.patient_id, version=version, **told)  # type: ignore[arg-type]
        version = patients.change_patient(house, shop.act(crew.pharmacist, reason="as the card says"), request).version


def hold_entry(shop: Pharmacy, patient_id: str, number: int) -> tuple[str, str]:
    """The finding of an unclear entry, as the page of the assessment shows it."""
    from compounding.workflow.signed import OneEntry, read_entry_to_assess

    seen = read_entry_to_assess(shop.house, shop.act(shop.crew.pharmacist), OneEntry(patient_id=patient_id, number=number))
    return seen.findings[0].allergen, seen.findings[0].matched


def _of_the_house(shop: Pharmacy) -> None:
    crew, house, day = shop.crew, shop.house, shop.today
    told = lots.LotTold(number="WP-9", supplier="Example Supplies", received_on=day, expires_on=day + timedelta(days=300), ingredients=("white petrolatum",))
    from compounding.demo.crew import stock

    lot = stock(house, crew, shop.clock, shop.picture, "white-petrolatum", today=day, number="WP-8")
    with transaction(house.database, site_id=house.site_id, by="x", role="", at=shop.clock.now()) as opened:
        version = lot_at(opened, lot)[1]
    lots.correct_lot(house, shop.act(crew.technician, reason="misread"), lots.Correction(lot_id=lot, version=version, told=told))
    by = crew.designated
    new = people.add_person(house, shop.act(by), people.NewPerson(name="Nora New", roles=(Role.ASSISTANT,)))
    changed = people.PersonAsNow(person_id=new.person_id, version=1, name="Nora Newer", roles=(Role.ASSISTANT,))
    people.change_person(house, shop.act(by, reason="married"), changed)
    accounts.open_account(house, shop.act(by), accounts.OpenAccount(person_id=new.person_id, sign_in_name="nora"))
    accounts.renew_activation(house, shop.act(by, reason="lost it"), accounts.OfPerson(person_id=new.person_id))
    with house.database.reading() as connection:
        settings, revision = stored_people.current_settings(connection, house.site_id)
    asked = people.NewSettings(settings=replace(settings, telephone="+1 604 555 0199"), revision=revision)
    people.change_settings(house, shop.act(by, reason="a new number"), asked)
    _of_an_order(shop)
    own = f"2-{house.site_id}"
    stands = formulary.propose_text(house, shop.act(by), formulary.Proposal(kind=Kind.FORMULA, text=own_text(own)))
    exactly = formulary.Exactly(kind=Kind.FORMULA, id=FORMULA, version=own, sha256=stands.sha256)
    formulary.approve_text(house, shop.act(by, reason="read"), formulary.ApprovalAsked(of=exactly, risk=RISK))
    formulary.attest_nonaqueous(house, shop.act(by, reason="no water"), exactly)
    formulary.retire_text(house, shop.act(by, reason="replaced"), exactly)


def _of_an_order(shop: Pharmacy) -> None:
    """A prescriber's own answer to a question."""
    house, crew = shop.house, shop.crew
    entered = walk.enter(shop, Wish(patient="Una Example", born_on=date(1961, 4, 2)))
    asked = deciding.AskPrescriber(order_id=entered.id, version=entered.version, question="May it be petrolatum instead?")
    waits = deciding.ask_prescriber(house, shop.act(crew.pharmacist), asked)
    answer = own_orders.AnswerAsPrescriber(order_id=entered.id, version=waits.version, words="Yes, it may.")
    own_orders.answer_as_prescriber(house, shop.act(crew.prescriber), answer)


def test_whatever_signs_or_corrects_asks_afresh_who_it_is(shop: Pharmacy, monkeypatch: pytest.MonkeyPatch) -> None:
    meant = signing_use_cases()
    assert {"check_finally", "approve_text", "assess_allergy", "correct_record", "correct_order", "add_person"} <= meant
    call = UseCase.__call__
    spy = Spy(meant, call)
    monkeypatch.setattr(UseCase, "__call__", lambda it, house, act, request: spy(it, house, act, request))
    everything_that_is_signed(shop)
    assert spy.tried == meant, "a use case that signs is not tried here yet"


def held(shop: Pharmacy) -> SignaturesHeld:
    auditor = people.add_person(shop.house, shop.act(shop.crew.designated), people.NewPerson(name="Audrey", roles=(Role.AUDITOR,))).person_id
    return hold_signatures(shop.house, shop.act(auditor), AllSignatures())


def test_every_signature_of_every_kind_still_has_its_text(shop: Pharmacy) -> None:
    everything_that_is_signed(shop)
    found = held(shop)
    assert found.faults == ()
    with transaction(shop.house.database, site_id=shop.house.site_id, by="x", role="", at=shop.clock.now()) as opened:
        subjects = {each.subject for each in signatures.verify_all(opened)}
    assert subjects == {"preparation", "patient", "ingredient lot", "formula", "phrases", "order"}
    assert found.count > 20


@pytest.mark.parametrize("subject", ["patient", "ingredient lot", "formula", "preparation", "order"])
@pytest.mark.parametrize(("how", "code"), [
    ("UPDATE content SET bytes = :other WHERE sha256 = :digest", "CONTENT_DAMAGED"),
    ("DELETE FROM content WHERE sha256 = :digest", "SIGNED_TEXT_MISSING"),
    ("UPDATE signature SET name = 'Somebody Else' WHERE of_sha256 = :digest", "SIGNATURE_DAMAGED"),
    ("UPDATE signature SET document = '{}' WHERE of_sha256 = :digest", "SIGNATURE_DAMAGED"),
])  # fmt: skip
def test_a_text_or_a_signature_that_was_changed_behind_the_program_is_found(
    signed_shop: Pharmacy, tmp_path: Path, subject: str, how: str, code: str
) -> None:  # fmt: skip
    site_id = signed_shop.house.site_id
    with transaction(signed_shop.house.database, site_id=site_id, by="x", role="", at=signed_shop.clock.now()) as opened:
        meant = [each for each in signatures.verify_all(opened) if each.subject == subject][-1]
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('content', 'signature')").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(how, {"digest": meant.of_sha256, **({"other": b"another text"} if ":other" in how else {})})
        connection.commit()
    found = held(signed_shop)
    assert {each.code for each in found.faults} == {code}
    assert {each.of_sha256 for each in found.faults} == {meant.of_sha256}
    assert {each.subject for each in found.faults} == {subject}


@pytest.fixture
def signed_shop(shop: Pharmacy) -> Pharmacy:
    """A pharmacy with a signature of every kind, beside those of its opening."""
    walk.brought_to(shop, walk.accepted(shop, wish("Ann")), State.ASSESSED)
    _of_a_patient(shop)
    _of_an_order(shop)
    return shop
