"""The example's orders and preparations: one for every state that there is, each with the reason it stands there."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from compounding.demo import walk
from compounding.demo.crew import Pharmacy, examine, receive
from compounding.demo.walk import PATH, Wish
from compounding.domain.order_parts import Spoken
from compounding.domain.stages import State
from compounding.workflow import bench_steps, deciding, ending
from compounding.workflow.bench_steps import OfPreparation
from compounding.workflow.deciding import AskPrescriber, OfOrder, RecordAnswer, TransferOut
from compounding.workflow.receiving import Standing

ZINC = "zinc oxide ointment 20 %"
_NAMES = (
    "Ana", "Ben", "Cleo", "Dora", "Eli", "Fay", "Gus", "Hana", "Ivo", "Jo", "Kim", "Lea", "Max", "Nia", "Odo", "Pia", "Quin", "Ria", "Sol", "Tea", "Uma", "Vic",
    "Wyn", "Xia", "Yan", "Zed",
)  # fmt: skip


COUNT = 27
"""How many orders and preparations the example shows."""


def tell(pharmacy: Pharmacy) -> Iterator[tuple[str, State]]:
    """Make the example, one order at a time; gives the number people call each by, and the state it was brought to."""
    names = iter(_NAMES)

    def wish(**also: object) -> Wish:
        plain = Wish(patient=f"{next(names)} Example", born_on=date(1961, 4, 2))
        return replace(plain, **also)  # type: ignore[arg-type]

    yield from _orders(pharmacy, wish)
    for state in PATH:
        at = walk.brought_to(pharmacy, walk.accepted(pharmacy, wish(base=ZINC if state is State.MADE else "white petrolatum")), state)
        yield at.number, at.state
    yield from _ends(pharmacy, wish)
    yield from _at_the_bench(pharmacy, wish)
    _deliver(pharmacy)


def _orders(pharmacy: Pharmacy, wish: Callable[..., Wish]) -> Iterator[tuple[str, State]]:
    crew, house = pharmacy.crew, pharmacy.house
    yield _told(walk.receive(pharmacy, wish()))
    yield _told(walk.enter(pharmacy, wish()))
    yield _told(walk.screen(pharmacy, walk.receive(pharmacy, wish())))
    allergic = wish(base=ZINC, allergies=("Zinc oxide: rash from a diaper cream",))
    waiting = walk.screen(pharmacy, walk.receive(pharmacy, allergic))
    question = "The record says zinc allergy. May we prepare the same strength and amount in white petrolatum?"
    asked = AskPrescriber(order_id=waiting.id, version=waiting.version, question=question, asks_for_petrolatum=True)
    yield _told(deciding.ask_prescriber(house, pharmacy.act(crew.pharmacist), asked))
    yield _told(_steered(pharmacy, replace(allergic, patient="Zoe Example")))
    refused = walk.screen(pharmacy, walk.receive(pharmacy, wish(allergies=("Sodium thiosulfate: hives",))))
    yield _told(deciding.refuse(house, pharmacy.act(crew.pharmacist, reason="allergic to the active ingredient"), _of(refused)))
    cancelled = walk.receive(pharmacy, wish())
    yield _told(deciding.cancel(house, pharmacy.act(crew.pharmacist, reason="the prescriber withdrew it"), _of(cancelled)))
    ended = walk.accepted(pharmacy, wish(repeats=3))
    yield _told(deciding.discontinue(house, pharmacy.act(crew.pharmacist, reason="the prescriber ended the treatment"), _of(ended)))
    moved = walk.accepted(pharmacy, wish(repeats=2))
    to = TransferOut(order_id=moved.id, version=moved.version, pharmacy="Other Example Pharmacy", spoken=_spoken(pharmacy, "Kay Example, pharmacist"))
    yield _told(deciding.transfer_out(house, pharmacy.act(crew.pharmacist, reason="the patient moved"), to))
    last = walk.accepted(pharmacy, wish(repeats=0))
    walk.brought_to(pharmacy, last, State.DISPENSED)
    yield last.number, State.FILLED


def _steered(pharmacy: Pharmacy, wish: Wish) -> Standing:
    """A zinc-allergic patient whose order asked for zinc: the prescriber agrees to petrolatum, and the order is accepted with it."""
    crew, house = pharmacy.crew, pharmacy.house
    at = walk.screen(pharmacy, walk.receive(pharmacy, wish))
    asked = AskPrescriber(order_id=at.id, version=at.version, question="May we use white petrolatum instead?", asks_for_petrolatum=True)
    at = deciding.ask_prescriber(house, pharmacy.act(crew.pharmacist), asked)
    answer = RecordAnswer(
        order_id=at.id, version=at.version, by="Dr Laura Chen", on=pharmacy.today, words="Yes, use white petrolatum.", agrees_to_petrolatum=True,
        spoken=_spoken(pharmacy, "Dr Laura Chen"),
    )  # fmt: skip
    at = deciding.record_answer(house, pharmacy.act(crew.pharmacist), answer)
    return walk.accept(pharmacy, walk.screen(pharmacy, at))


def _ends(pharmacy: Pharmacy, wish: Callable[..., Wish]) -> Iterator[tuple[str, State]]:
    crew, house = pharmacy.crew, pharmacy.house
    short = walk.brought_to(pharmacy, walk.accepted(pharmacy, wish()), State.WITNESSED)
    yield _told(walk.make(pharmacy, short, net_g=Decimal(50)))
    decided = walk.make(pharmacy, walk.brought_to(pharmacy, walk.accepted(pharmacy, wish()), State.WITNESSED), net_g=Decimal(50))
    act = pharmacy.act(crew.pharmacist, reason="transfer loss; handed out as a part fill of 50 g")
    yield _told(walk.label(pharmacy, bench_steps.decide_on_hold(house, act, _prepared(decided))))
    returned = walk.brought_to(pharmacy, walk.accepted(pharmacy, wish()), State.DISPENSED)
    yield _told(ending.take_back_preparation(house, pharmacy.act(crew.pharmacist, reason="the patient brought it back unopened"), _prepared(returned)))
    scrapped = walk.brought_to(pharmacy, walk.accepted(pharmacy, wish()), State.WITNESSED)
    yield _told(ending.scrap_preparation(house, pharmacy.act(crew.pharmacist, reason="the jar fell"), _prepared(scrapped)))
    recalled = walk.brought_to(pharmacy, walk.accepted(pharmacy, wish()), State.RELEASED)
    yield _told(ending.recall_preparation(house, pharmacy.act(crew.designated, reason="example of a recall"), _prepared(recalled)))


def _at_the_bench(pharmacy: Pharmacy, wish: Callable[..., Wish]) -> Iterator[tuple[str, State]]:
    """Half done, as a technician leaves them: the area is to be cleaned, the first line is to be weighed, the finished preparation is to be recorded."""
    for state, most in ((State.RECALCULATED, 1), (State.RECALCULATED, None), (State.WITNESSED, None)):
        at = walk.brought_to(pharmacy, walk.accepted(pharmacy, wish()), state)
        yield _told(walk.tick(pharmacy, at, most=most))


def _deliver(pharmacy: Pharmacy) -> None:
    """Two deliveries in quarantine: one whose certificate nobody has reviewed, one that only waits for its release."""
    house, crew, clock, picture, today = pharmacy.house, pharmacy.crew, pharmacy.clock, pharmacy.picture, pharmacy.today
    receive(house, crew, clock, picture, "white-petrolatum", today=today, number="EX-ARRIVED")
    examine(house, crew, clock, picture, receive(house, crew, clock, picture, "mineral-oil", today=today, number="EX-TESTED"))


def _spoken(pharmacy: Pharmacy, by: str) -> Spoken:
    return Spoken(by=by, callback_number="+1 604 555 0123", read_back=True, at=pharmacy.clock.now(), received_by="Pat Example")


def _of(order: Standing) -> OfOrder:
    return OfOrder(order_id=order.id, version=order.version)


def _prepared(at: Standing) -> OfPreparation:
    return OfPreparation(preparation_id=at.id, version=at.version)


def _told(at: Standing) -> tuple[str, State]:
    return at.number, at.state
