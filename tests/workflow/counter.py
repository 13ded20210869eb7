"""What the tests of orders and fills do over and over at the example pharmacy's counter: orders typed, people hired, days that pass."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from compounding.demo import walk
from compounding.demo.crew import PICTURE, Clock, Pharmacy, example_act
from compounding.demo.walk import Wish
from compounding.domain.built_directions import Moment
from compounding.domain.favourites import ClinicalPart
from compounding.domain.order_as_sent import OrderAsSent
from compounding.domain.order_parts import Evidence, Source, Spoken
from compounding.domain.order_record import OrderRecord
from compounding.domain.patients import AllergyEntry, CodedText
from compounding.domain.people import Role
from compounding.domain.stages import State
from compounding.workflow import allergies, deciding, reading, receiving
from compounding.workflow.bench_steps import OfPreparation
from compounding.workflow.deciding import OfOrder
from compounding.workflow.files import keep_file
from compounding.workflow.people import NewPerson, add_person
from compounding.workflow.receiving import ReceiveTyped, Standing
from compounding.workflow.releasing import Checked, GivenOut
from compounding.workflow.use_case import Act
from tests.labels.reading import pages

ZINC = "zinc oxide ointment 20 %"
ZINC_RASH = ("Zinc oxide: rash from a diaper cream",)
PLAIN = Wish(patient="Ada Test", born_on=date(1960, 1, 1))
IN_ZINC = replace(PLAIN, base=ZINC)
ALLERGIC_IN_ZINC = replace(PLAIN, base=ZINC, allergies=ZINC_RASH)
ELBOWS = ClinicalPart(
    percent=Decimal("12.5"), basis="pentahydrate", base="petrolatum", amount_g=Decimal(60), place="both elbows", how_much="thin_layer", each_g=None,
    moments=(Moment.MORNING,), course_days=None, directions="", repeats=1, supply_days=Decimal(30), why_compounded="",
)  # fmt: skip


def typed(shop: Pharmacy, wish: Wish = PLAIN, **also: Any) -> OrderAsSent:
    """The words of an order, with some of them changed."""
    return replace(walk.sent(wish, today=shop.today), **also)


def on_paper(shop: Pharmacy, sent: OrderAsSent, *, by: str = "", patient_id: str = "") -> Standing:
    """An order received on paper."""
    asked = ReceiveTyped(sent=sent, source=Source.PAPER, evidence=Evidence(images=(shop.picture,)), patient_id=patient_id)
    return receiving.receive_typed(shop.house, shop.act(by or shop.crew.technician), asked)


def accepted(shop: Pharmacy, sent: OrderAsSent, **also: Any) -> Standing:
    """An order received, screened and accepted."""
    return accept(shop, walk.screen(shop, on_paper(shop, sent)), **also)


def accept(shop: Pharmacy, at: Standing, *, by: str = "", **also: Any) -> Standing:
    """An order accepted by a pharmacist."""
    asked = deciding.Accept(order_id=at.id, version=at.version, prescriber_authenticated="number known, licence looked up")
    return deciding.accept(shop.house, shop.act(by or shop.crew.pharmacist), replace(asked, **also))


def of_order(at: Standing) -> OfOrder:
    return OfOrder(order_id=at.id, version=at.version)


def of_preparation(at: Standing | Checked | GivenOut, **also: Any) -> OfPreparation:
    return replace(OfPreparation(preparation_id=at.id, version=at.version), **also)


def order(shop: Pharmacy, order_id: str) -> OrderRecord:
    """The order as a pharmacist reads it."""
    return reading.read_order_record(shop.house, shop.act(shop.crew.pharmacist), reading.Of(id=order_id)).record


def order_at(shop: Pharmacy, order_id: str) -> Standing:
    """How an order stands now."""
    seen = reading.read_order_record(shop.house, shop.act(shop.crew.pharmacist), reading.Of(id=order_id))
    return receiving.standing(seen.record, seen.version)


def preparation_at(shop: Pharmacy, preparation_id: str) -> Standing:
    """How a preparation stands now."""
    seen = reading.read_preparation(shop.house, shop.act(shop.crew.pharmacist), reading.Of(id=preparation_id))
    return Standing(id=preparation_id, number=seen.record.lot_number, version=seen.version, state=seen.record.state)


def spoken(shop: Pharmacy, by: str = "Dr Laura Chen") -> Spoken:
    return Spoken(by=by, callback_number="+1 604 555 0123", read_back=True, at=shop.clock.now(), received_by="Pat Example")


def entry(text: str, on: date) -> AllergyEntry:
    """One entry of an allergy record."""
    return AllergyEntry(what=CodedText(text=text, where="example.allergies"), asked_by="Dr Laura Chen", asked_on=on, where="example.allergies")


def told_nothing_new(shop: Pharmacy, order_id: str) -> None:
    """The patient of an order is asked about allergies again."""
    asked = allergies.RecordAllergies(patient_id=order(shop, order_id).patient_id, texts=(), asked_on=shop.today, nothing_new=True)
    allergies.record_allergies(shop.house, shop.act(shop.crew.technician), asked)


def told_allergy(shop: Pharmacy, order_id: str, text: str) -> None:
    """The patient of an order names an allergy."""
    asked = allergies.RecordAllergies(patient_id=order(shop, order_id).patient_id, texts=(text,), asked_on=shop.today)
    allergies.record_allergies(shop.house, shop.act(shop.crew.technician), asked)


def beside(act: Act, supervisor: str) -> Act:
    """The same act with somebody beside who supervises it, and shows who they are as well."""
    return example_act(act.by, act.at, reason=act.reason, key=act.key, supervisor=supervisor)


def again(shop: Pharmacy, order_id: str, **also: Any) -> Standing:
    """An order that went back to screening, screened and accepted anew."""
    return accept(shop, walk.screen(shop, order_at(shop, order_id)), **also)


def photo(shop: Pharmacy, number: int, *, by: str = "") -> str:
    """A new picture, kept now: another one for each number."""
    return keep_file(shop.house, shop.act(by or shop.crew.pharmacist), PICTURE + bytes([number]), "image/png").sha256


def days_later(shop: Pharmacy, days: int) -> Pharmacy:
    """The same pharmacy on another day, at the same hour."""
    later = replace(shop, clock=Clock(shop.clock.now() + timedelta(days=days)), today=shop.today + timedelta(days=days))
    keep_file(later.house, later.act(later.crew.technician), PICTURE, "image/png")
    return later


def onwards(shop: Pharmacy, at: Standing, until: State = State.DISPENSED) -> Standing:
    """A preparation brought on from where it stands to a state further along the path."""
    steps: tuple[Callable[[Pharmacy, Standing], Standing | Checked | GivenOut], ...] = (
        walk.assess, walk.recalculate, walk.weigh, walk.witness, walk.make, walk.label, walk.check, walk.hand_out,
    )  # fmt: skip
    begin, end = walk.PATH.index(at.state), walk.PATH.index(until)
    for step in steps[begin:end]:
        done = step(shop, at)
        at = Standing(id=done.id, number=done.number, version=done.version, state=done.state)
    return at


def filled_once(shop: Pharmacy, at: Standing) -> Standing:
    """A fill of an accepted order, handed out."""
    return walk.brought_to(shop, at, State.DISPENSED)


def short_jar(shop: Pharmacy, at: Standing, *, net_g: str) -> Standing:
    """A preparation of an accepted order that came out short and lies on hold."""
    return walk.make(shop, walk.brought_to(shop, at, State.WITNESSED), net_g=Decimal(net_g))


def hire(shop: Pharmacy, name: str, role: Role, *, licence: str = "EX-09999", until: date | None = None) -> str:
    """Somebody new."""
    licence = licence if role in {Role.INTERN, Role.REGULATED_TECHNICIAN, Role.PRESCRIBER, Role.PHARMACIST, Role.DESIGNATED_PERSON} else ""
    expires = (until or shop.today + timedelta(days=300)) if licence else None
    return add_person(shop.house, shop.act(shop.crew.designated), NewPerson(name=name, roles=(role,), licence=licence, licence_expires_on=expires)).person_id


def text_of(shop: Pharmacy, preparation_id: str, kind: str, *, revision: int = 1) -> str:
    """The text of a stored paper without white space, read by a program that had no part in making it."""
    asked = reading.OfPaper(preparation_id=preparation_id, kind=kind, revision=revision)
    return "".join(pages(reading.read_paper(shop.house, shop.act(shop.crew.pharmacist), asked).data))
