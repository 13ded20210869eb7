"""Anybody does anything at any moment: no path skips a stage, the zinc gate or the second person, and what was refused leaves nothing.

The test keeps its own account of what was told, weighed and handed out, and holds the database against it after every step.
"""

import json
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

from compounding.demo import walk
from compounding.demo.crew import example_act
from compounding.demo.walk import Wish
from compounding.domain import audit
from compounding.domain.audit import Chain, ChainName, Entry, Head
from compounding.domain.clinical_assessment import ClinicalAssessment, LesionState, Pregnancy, age_on
from compounding.domain.clinical_assessment import Told as ToldYesOrNo
from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.errors import LevigateError
from compounding.domain.formulary_versions import Kind
from compounding.domain.hand_over_parts import CounsellingWay, PrintedFacts
from compounding.domain.order_parts import Evidence, Source, Spoken
from compounding.domain.record_parts import QualityResult, WitnessReading
from compounding.domain.site import Site
from compounding.domain.stages import TRANSITIONS
from compounding.domain.stock_ledger import EntryKind
from compounding.reference import ReferenceData
from compounding.storage import documents, trail
from compounding.storage.tables import APPEND_ONLY, audit_entry, metadata, stock_entry
from compounding.workflow import (
    allergies,
    bench_steps,
    counselling,
    deciding,
    ending,
    formulary,
    lot_flags,
    papers,
    planning_fills,
    procedure,
    receiving,
    releasing,
    stock,
)
from compounding.workflow.bench_steps import OfPreparation
from compounding.workflow.deciding import OfOrder
from compounding.workflow.lots import OneLot
from compounding.workflow.use_case import UseCase
from tests.conftest import EXAMPLES
from tests.workflow.running import Template, Ticking, opened_on_postgresql, opened_on_sqlite

ZINC_BASE = "zinc oxide ointment 20 %"
PETROLATUM = "white petrolatum"
TEXTS = {
    "No known allergies": False, "Penicillin: hives": False, "Zinc oxide: rash from a diaper cream": True, "Allergic to zinc": True, "Calamine lotion: rash": True,
    "Latex gloves: itching": False,
}  # fmt: skip
"""What patients tell, and whether it names zinc: decided here by reading it, and not by asking the program."""
NAMES = ("Ana", "Ben", "Cleo")
BORN_ON = date(1961, 4, 2)
WHY = "for the test of everything"
END = {"scrapped", "returned", "recalled", "dispensed"}
RECALLABLE = {str(before) for each in TRANSITIONS for before in each.before if (str(each.subject), str(each.action)) == ("preparation", "recall")}
OPEN_ORDER = {"screened", "accepted"}
LEGAL = {
    (str(each.subject), str(each.action), str(before) if before else None, str(each.after or before))
    for each in TRANSITIONS for before in (each.before or (None,))
}  # fmt: skip
GOALS = ("planned", "assessed", "recalculated", "weighed", "witnessed", "made", "labelled", "released", "dispensed")
WHICH = st.integers(0, 3)
"""Which preparation, counted from the newest."""
REACHED: Counter[str] = Counter()
"""How many runs reached each state: shown with -s, as is what was refused."""
CODES: Counter[str] = Counter()
DONE: Counter[str] = Counter()


@dataclass
class Said:
    """One part of a patient's allergy record, as it was told."""

    number: int
    text: str
    key: tuple[str, str, date]
    is_refuted: bool = False
    is_signed: bool = False


@dataclass
class Patient:
    """A patient as the test knows them."""

    name: str
    said: list[Said] = field(default_factory=list)
    parts: int = 0

    @property
    def has_zinc_allergy(self) -> bool:
        """Whether something that names zinc stands unrefuted."""
        return any(TEXTS[each.text] and not each.is_refuted for each in self.said)


@dataclass
class Order:
    """An order as the test knows it."""

    id: str
    patient: str
    version: int
    state: str
    wish: Wish
    handed_out: dict[int, Decimal] = field(default_factory=dict)
    was_asked: bool = False
    ordered_g: dict[int, Decimal] = field(default_factory=dict)
    identifier: str = ""
    entries: set[tuple[str, str, date]] = field(default_factory=set)


@dataclass
class Preparation:
    """A preparation as the test knows it: what was done to it, in order, and by whom."""

    id: str
    order: str
    version: int
    state: str
    holds_zinc: bool
    planned_by: str
    done: list[tuple[str, str]] = field(default_factory=list)
    weighed: list[tuple[int, str, Decimal, str]] = field(default_factory=list)
    was_dispensed: bool = False
    took_from: set[str] = field(default_factory=set)
    ticked: dict[int, str] = field(default_factory=dict)
    counselled: list[tuple[str, date]] = field(default_factory=list)


@dataclass
class Lot:
    """An ingredient lot as the test knows it."""

    id: str
    version: int
    left_ug: int
    is_barred: bool = False
    is_recalled: bool = False


class Machine(RuleBasedStateMachine):
    """The pharmacy on one day and the days after."""

    orders = Bundle("orders")

    def __init__(self, template: Template, folder: Path) -> None:
        super().__init__()
        self.template = template
        self.pharmacy = template.copy(folder)
        self.house = self.pharmacy.house
        crew, more = self.pharmacy.crew, template.more
        self.roles = {
            crew.designated: {"designated", "pharmacist"}, crew.pharmacist: {"pharmacist"}, crew.second: {"pharmacist"}, crew.technician: {"technician"},
            crew.assistant: {"assistant"}, more["regulated"]: {"regulated"}, more["intern"]: {"intern"}, more["auditor"]: {"auditor"},
        }  # fmt: skip
        self.everybody = list(self.roles)
        self.patients: dict[str, Patient] = {}
        self.known: dict[str, str] = {}
        self.model_orders: dict[str, Order] = {}
        self.model_preparations: dict[str, Preparation] = {}
        self.model_lots: dict[str, Lot] = {}
        self.reached: set[str] = set()
        self.seen = self.look()
        for row in self.seen["ingredient_lot"]:
            self.model_lots[row["id"]] = Lot(id=row["id"], version=row["version"], left_ug=1000 * 10**6)

    def teardown(self) -> None:
        with self.house.database.reading() as connection:
            assert trail.verify(connection, ChainName(self.house.site_id, Chain.CHANGES)) == ()
        self.template.drop(self.pharmacy)
        REACHED.update(self.reached)
        REACHED["runs"] += 1

    # What is seen from outside.

    def look(self) -> dict[str, Any]:
        """Everything that may change: whole rows of what is changed, counts of what is only added to."""
        seen: dict[str, Any] = {}
        with self.house.database.reading() as connection:
            for table in metadata.sorted_tables:
                if table.name in APPEND_ONLY:
                    seen[table.name] = connection.execute(select(func.count()).select_from(table)).scalar_one()
                else:
                    found = connection.execute(select(table).order_by(*table.primary_key)).mappings()
                    seen[table.name] = [dict(row) for row in found]
        # Reading is written down in a chain of its own; these tests are about the chain of changes.
        seen["audit_head"] = [row for row in seen["audit_head"] if row["chain"] == Chain.CHANGES.value]
        del seen["audit_entry"]
        return seen

    def head(self) -> Head:
        """The head of the chain of changes as it was last seen."""
        return Head(self.seen["audit_head"][0]["seq"], self.seen["audit_head"][0]["hash"])

    def told_since(self, head: Head) -> list[dict[str, Any]]:
        """The audit entries after a head, each held against the one before."""
        t = audit_entry.c
        query = select(t.seq, t.body, t.hash).where(t.site_id == self.house.site_id, t.chain == Chain.CHANGES.value, t.seq > head.seq).order_by(t.seq)
        with self.house.database.reading() as connection:
            found = [Entry(row.seq, row.body.encode(), row.hash) for row in connection.execute(query)]
        assert list(audit.faults(found, after=head)) == []
        return [json.loads(each.body) for each in found]

    @property
    def now(self) -> date:
        """The day it is at the pharmacy."""
        clock = self.pharmacy.clock
        assert isinstance(clock, Ticking)
        return clock._now.astimezone(ZoneInfo("America/Vancouver")).date()

    # One act of one person.

    def do(self, use_case: UseCase[Any, Any], who: str, request: Any, *, may: str = "", reason: str = WHY) -> Any:
        """Let somebody do something. None where it was refused, and then nothing at all may have changed."""
        act = example_act(who, self.pharmacy.clock.now(), reason=reason)
        head = self.head()
        try:
            answer = use_case(self.house, act, request)
        except LevigateError as refused:
            refusal: LevigateError | None = refused
        else:
            refusal = None
        if refusal is not None:
            assert self.look() == self.seen, f"{use_case.name} was refused ({refusal.code}) and left something behind"
            CODES[refusal.code] += 1
            return None
        if may:
            assert self.roles[who] & set(may.split()), f"{use_case.name} by {self.roles[who]}"
        told = self.told_since(head)
        assert told, f"{use_case.name} left no audit entry"
        assert {each["by"] for each in told} == {who}
        for each in told:
            if each["subject"] in {"order", "preparation"} and "state" in each["changed"]:
                before, after = each["changed"]["state"]
                assert (each["subject"], each["action"], before, after) in LEGAL, each
        self.seen = self.look()
        self.told = told
        DONE[use_case.name] += 1
        return answer

    def settle(self) -> None:
        """The database against the test's own account."""
        found_orders = {row["id"]: row for row in self.seen["medication_order"]}
        assert found_orders.keys() == self.model_orders.keys()
        for order in self.model_orders.values():
            row = found_orders[order.id]
            assert (row["state"], json.loads(row["document"])["state"], row["version"]) == (order.state, order.state, order.version)
            self.reached.add(order.state)
        found = {row["id"]: row for row in self.seen["preparation"]}
        assert found.keys() == self.model_preparations.keys()
        for each in self.model_preparations.values():
            row = found[each.id]
            document = json.loads(row["document"])
            assert (row["state"], document["state"], row["version"]) == (each.state, each.state, each.version)
            if document["dispensing"] is not None:
                assert each.was_dispensed
                self._check_dispensed(each, document)
            self.reached.add(each.state)
        self._check_amounts()
        self._check_ledgers()

    def _check_dispensed(self, each: Preparation, document: dict[str, Any]) -> None:
        """Every signature is there and by the right person, in the record and in what this test saw people do since the last rework."""
        done = each.done
        last_rework = max((number for number, (what, _) in enumerate(done) if what == "rework"), default=-1)
        since = done[last_rework + 1 :]
        did: dict[str, list[str]] = {}
        for what, who in since:
            did.setdefault(what, []).append(who)
        assert any(what == "assess" for what, _ in done)
        assert document["assessment"]["signature"]["person_id"] == next(who for what, who in done if what == "assess")
        assert document["recalculation"]["signature"]["person_id"] == did["recalculate"][-1] != each.planned_by == document["planned_by"]
        lines = document["sheet"]["lines"]
        assert sorted(line for line, *_ in each.weighed) == list(range(len(lines)))
        assert [(it["line"], it["lot_id"], Decimal(it["mass_g"]), it["by"]) for it in document["weighings"]] == each.weighed
        drug = {who for line, _, _, who in each.weighed if lines[line]["composition"] is not None}
        assert document["witness"]["signature"]["person_id"] == did["witness"][-1]
        assert did["witness"][-1] not in drug
        assert document["finish"] is not None
        assert document["label"] is not None
        assert document["release"]["signature"]["person_id"] == did["release"][-1]
        assert did["release"][-1] not in {who for *_, who in each.weighed}
        stages = [what for what, _ in since if what in {"recalculate", "witness", "make", "label", "release", "hand out"}]
        assert [what for number, what in enumerate(stages) if what not in stages[:number]] == ["recalculate", "witness", "make", "label", "release", "hand out"]

    def _check_amounts(self) -> None:
        for order in self.model_orders.values():
            assert len(order.handed_out) <= 1 + order.wish.repeats
            for fill, grams in order.handed_out.items():
                assert grams <= order.ordered_g[fill], f"{grams} g handed out of fill {fill}, {order.ordered_g[fill]} g ordered"

    def _check_ledgers(self) -> None:
        t = stock_entry.c
        with self.house.database.reading() as connection:
            found = connection.execute(select(t.lot_id, t.number, t.change_ug, t.balance_ug).order_by(t.lot_id, t.number)).all()
        sums: Counter[str] = Counter()
        for row in found:
            sums[row.lot_id] += row.change_ug
            assert row.balance_ug == sums[row.lot_id] >= 0
        assert {each.id: each.left_ug for each in self.model_lots.values()} == dict(sums)

    # The model's own account of what follows from what.

    def grew(self, patient: str, *, but: str = "") -> None:
        """The allergy record grew: what was screened before must be screened again."""
        for order in self.model_orders.values():
            if order.patient == patient and order.state in OPEN_ORDER and order.id != but:
                order.state, order.version = "received", order.version + 1

    def tell(self, patient: str, texts: tuple[str, ...], *, by: str, on: date) -> None:
        """Entries were told: each stands, whatever was told or refuted before."""
        them = self.patients[patient]
        for text in texts:
            them.parts += 1
            them.said.append(Said(number=them.parts, text=text, key=(text, by, on)))

    def tell_by_order(self, order: Order, texts: tuple[str, ...]) -> bool:
        """An order's entries; says whether any was new. What stands already in the same words is not, nor what this order said before; what was signed for is."""
        on = self.now - timedelta(days=1)
        said = self.patients[order.patient].said
        known = {each.key for each in said if not each.is_signed} | (order.entries & {each.key for each in said})
        keys = {text: (text, "Dr Laura Chen", on) for text in texts}
        fresh = tuple(text for text, key in keys.items() if key not in known)
        order.entries = set(keys.values())
        self.tell(order.patient, fresh, by="Dr Laura Chen", on=on)
        return bool(fresh)

    def moved(self, thing: Order | Preparation, answer: Any, *states: str) -> None:
        """A step was taken: one version further, in one of these states."""
        thing.version += 1
        thing.state = answer.state.value
        assert answer.version == thing.version
        assert thing.state in states

    def record(self, preparation_id: str) -> CompoundingRecord:
        """The record as anyone may read it."""
        row = next(row for row in self.seen["preparation"] if row["id"] == preparation_id)
        return documents.read(CompoundingRecord, row["document"])

    def some(self, which: int) -> Preparation:
        """A preparation, the newest one for 0."""
        newest_first = list(reversed(self.model_preparations.values()))
        return newest_first[which % len(newest_first)]

    def version_for(self, thing: Order | Preparation, *, is_stale: bool) -> int:
        """The version of a screen: the one in force, or an older one."""
        return thing.version - 1 if is_stale else thing.version

    def gate(self, each: Preparation) -> None:
        """What holds zinc is neither released nor handed out to a patient of whom a zinc allergy is known."""
        patient = self.patients[self.model_orders[each.order].patient]
        assert not (each.holds_zinc and patient.has_zinc_allergy), f"{each.state} with a zinc base to a patient with a zinc allergy"
        for line, lot_id, _, _ in each.weighed:
            assert not self.model_lots[lot_id].is_barred, f"{each.state}, and the lot of line {line + 1} is recalled or in quarantine"

    # What people do.

    @initialize(
        target=orders, zinc=st.booleans(), repeats=st.integers(0, 1), goal=st.sampled_from(("nowhere", *GOALS, *GOALS[-4:])),
        who=st.randoms(use_true_random=False),
    )  # fmt: skip
    def first_order(self, *, zinc: bool, repeats: int, goal: str, who: Any) -> Any:
        """The day begins with an order that has come so far already, since what is worth seeing happens beside a jar."""
        order = self._receive("Ana", zinc=zinc, texts=("No known allergies",), repeats=repeats, who=self.pharmacy.crew.technician)
        if goal != "nowhere":
            self._carry_on(order, goal, who)
        return order

    @rule(
        target=orders, name=st.sampled_from(NAMES), zinc=st.booleans(), texts=st.sampled_from([("No known allergies",)] * 4 + [(text,) for text in TEXTS]),
        repeats=st.integers(0, 2), who=st.integers(0, 7),
    )  # fmt: skip
    def receive(self, name: str, *, zinc: bool, texts: tuple[str, ...], repeats: int, who: int) -> Any:
        """An order comes in."""
        return self._receive(name, zinc=zinc, texts=texts, repeats=repeats, who=self.everybody[who])

    def _receive(self, name: str, *, zinc: bool, texts: tuple[str, ...], repeats: int, who: str) -> Any:
        if len(self.model_orders) >= 6:
            return multiple()
        wish = Wish(patient=f"{name} Example", born_on=BORN_ON, base=ZINC_BASE if zinc else PETROLATUM, allergies=texts, repeats=repeats)
        identifier = f"EX-{len(self.model_orders) + 1}"
        sent = replace(walk.sent(wish, today=self.now), identifier=identifier)
        asked = receiving.ReceiveTyped(
            sent=sent, source=Source.PAPER, evidence=Evidence(images=(self.pharmacy.picture,)), patient_id=self.known.get(name, "")
        )  # fmt: skip
        answer = self.do(receiving.receive_typed, who, asked, may="pharmacist intern regulated technician assistant")
        if answer is None:
            return multiple()
        if name not in self.known:
            self.known[name] = next(row["id"] for row in self.seen["patient"] if row["name"] == wish.patient)
            self.patients[self.known[name]] = Patient(name=wish.patient)
        patient = self.known[name]
        order = Order(id=answer.id, patient=patient, version=1, state="received", wish=wish, identifier=identifier)
        self.model_orders[order.id] = order
        assert (answer.version, answer.state.value) == (1, "received")
        if self.tell_by_order(order, texts):
            self.grew(patient, but=order.id)
        self.settle()
        return order.id

    @rule(order=orders, who=st.integers(0, 7))
    def receive_again(self, order: str, who: int) -> None:
        """The same paper is transcribed once more, and nobody says that it is a second order: it is on record already."""
        before = self.model_orders[order]
        if before.state == "cancelled":
            return
        document = next(json.loads(row["document"]) for row in self.seen["medication_order"] if row["id"] == order)
        on = date.fromisoformat(document["sent"]["authored_on"]) + timedelta(days=1)
        sent = replace(walk.sent(before.wish, today=on), identifier=before.identifier)
        asked = receiving.ReceiveTyped(sent=sent, source=Source.PAPER, evidence=Evidence(images=(self.pharmacy.picture,)), patient_id=before.patient)
        assert self.do(receiving.receive_typed, self.everybody[who], asked) is None, "one order was received twice"

    @rule(order=orders, goal=st.sampled_from(GOALS), who=st.randoms(use_true_random=False))
    def carry_on(self, order: str, goal: str, who: Any) -> None:
        """Somebody who may takes the next right step, and so on until a preparation stands where it should; who it is is left to chance."""
        self._carry_on(order, goal, who)

    @rule(order=orders, goal=st.sampled_from(GOALS[-4:]), who=st.randoms(use_true_random=False))
    def carry_on_to_the_end(self, order: str, goal: str, who: Any) -> None:
        """As before, and further."""
        self._carry_on(order, goal, who)

    @rule(order=orders, goal=st.sampled_from(GOALS[3:]), who=st.randoms(use_true_random=False))
    def something_happens(self, order: str, goal: str, who: Any) -> None:
        """A preparation comes so far, and then a pharmacist does what is seldom done by chance."""
        what = who.choice(["assess", "against", "rework", "void", "scrap", "take back", "recall", "recall its lot", "cancel"])
        self._carry_on(order, goal, who)
        at = next((each for each in reversed(self.model_preparations.values()) if each.order == order), None)
        pharmacist = self._one_of(who, "pharmacist")
        if at is None or what == "cancel":
            self._of_order("cancel", self.model_orders[order], pharmacist)
        elif what in {"assess", "against"}:
            self._assess(at, pharmacist, proceed=what == "assess")
        elif what == "recall its lot":
            for lot_id in sorted(at.took_from)[:1]:
                self._flag_lot(self.model_lots[lot_id], pharmacist, "recall")
        else:
            self._with_reason(what, at, pharmacist)

    def _carry_on(self, order_id: str, goal: str, who: Any) -> None:
        tries = 0
        for _ in range(40):
            at = [each for each in self.model_preparations.values() if each.order == order_id]
            if at and at[-1].state == goal and goal != "dispensed":
                break
            dispensed = sum(1 for each in at if each.was_dispensed)
            # A person who may not is followed by another one.
            tries = 0 if self._next_step(self.model_orders[order_id], who) else tries + 1
            done = sum(1 for each in self.model_preparations.values() if each.order == order_id and each.was_dispensed)
            if tries == 4 or done > dispensed:
                break

    def _one_of(self, who: Any, *roles: str) -> str:
        return str(who.choice([person for person in self.everybody if self.roles[person] & set(roles)]))

    def _next_step(self, order: Order, who: Any) -> bool:
        pharmacist = self._one_of(who, "pharmacist")
        open_ones = [each for each in self.model_preparations.values() if each.order == order.id and each.state not in END]
        if order.state == "received":
            return self._of_order("screen", order, pharmacist)
        if order.state == "screened":
            # Asked once: where the prescriber's answer does not help, somebody else must think of something.
            if self._accept(order, pharmacist) or order.was_asked:
                return order.state == "accepted"
            order.was_asked = True
            return self._ask(order, pharmacist, for_petrolatum=True)
        if order.state == "awaiting prescriber":
            return self._answer(order, pharmacist, yes=True)
        if order.state != "accepted":
            return False
        if not open_ones:
            if self._plan(order, pharmacist, early=True) or self._plan(order, pharmacist, early=True, balance=True):
                return True
            return self._ask_again(order, self._one_of(who, "pharmacist", "technician"))
        at = open_ones[0]
        bench = ("pharmacist", "regulated", "technician", "intern")
        return {
            "planned": lambda: self._assess(at, pharmacist),
            "assessed": lambda: self._recalculate(at, self._one_of(who, *bench), wrong=False),
            "recalculated": lambda: self._tick_due(at, who) or self._weigh(at, self._one_of(who, "technician", "intern"), line=len(at.weighed)),
            "weighed": lambda: self._witness(at, self._one_of(who, *bench)),
            "witnessed": lambda: self._tick_due(at, who) or self._make(at, self._one_of(who, *bench), how=who.choice(["good", "good", "good", "short"])),
            "on hold": lambda: self._with_reason("decide", at, pharmacist) or self._with_reason("scrap", at, pharmacist),
            "made": lambda: self._label(at, self._one_of(who, "pharmacist", "assistant")),
            "labelled": lambda: self._check(at, self._one_of(who, "pharmacist", "regulated"), wrong=who.choice(["", "", "", "", "", "", "amount_g"])),
            "released": lambda: self._counsel(at, self.pharmacy.crew.pharmacist) and self._hand_out(at, self._one_of(who, "pharmacist", "technician"), wrong=""),
        }[at.state]()  # fmt: skip

    # Orders.

    @rule(order=orders, what=st.sampled_from(["screen", "refuse", "cancel", "discontinue"]), who=st.integers(0, 7), stale=st.integers(0, 4))
    def of_order(self, order: str, what: str, who: int, stale: int) -> None:
        """Anybody tries one of the plain steps of an order; now and then from an old screen."""
        if what != "screen" and stale % 2:
            return
        self._of_order(what, self.model_orders[order], self.everybody[who], is_stale=stale == 4)

    def _of_order(self, what: str, order: Order, who: str, *, is_stale: bool = False) -> bool:
        step = {"screen": deciding.screen, "refuse": deciding.refuse, "cancel": deciding.cancel, "discontinue": deciding.discontinue}[what]
        becomes = {"screen": "screened", "refuse": "refused", "cancel": "cancelled", "discontinue": "discontinued"}[what]
        answer = self.do(step, who, OfOrder(order_id=order.id, version=self.version_for(order, is_stale=is_stale)), may="pharmacist")
        return self._settled(order, answer, becomes, is_stale=is_stale)

    def _settled(self, thing: Order | Preparation, answer: Any, *states: str, is_stale: bool = False) -> bool:
        if answer is None:
            return False
        assert not is_stale, "a step from an old screen was taken"
        self.moved(thing, answer, *states)
        self.settle()
        return True

    @rule(order=orders, who=st.integers(0, 7))
    def accept(self, order: str, who: int) -> None:
        """Anybody tries to accept."""
        self._accept(self.model_orders[order], self.everybody[who])

    def _accept(self, order: Order, who: str) -> bool:
        asked = deciding.Accept(order_id=order.id, version=order.version, prescriber_authenticated="telephone number known")
        return self._settled(order, self.do(deciding.accept, who, asked, may="pharmacist"), "accepted")

    @rule(order=orders, who=st.integers(0, 7), for_petrolatum=st.booleans())
    def ask_prescriber(self, order: str, who: int, *, for_petrolatum: bool) -> None:
        """Anybody tries to ask the prescriber."""
        self._ask(self.model_orders[order], self.everybody[who], for_petrolatum=for_petrolatum)

    def _ask(self, order: Order, who: str, *, for_petrolatum: bool) -> bool:
        asked = deciding.AskPrescriber(order_id=order.id, version=order.version, question="May we?", asks_for_petrolatum=for_petrolatum)
        return self._settled(order, self.do(deciding.ask_prescriber, who, asked, may="pharmacist"), "awaiting prescriber")

    @rule(order=orders, who=st.integers(0, 7), yes=st.booleans())
    def answer(self, order: str, who: int, *, yes: bool) -> None:
        """The prescriber answers to anybody."""
        self._answer(self.model_orders[order], self.everybody[who], yes=yes)

    def _answer(self, order: Order, who: str, *, yes: bool) -> bool:
        heard_by = next(row["name"] for row in self.seen["person"] if row["id"] == who)
        spoken = Spoken(by="Dr Laura Chen", callback_number="+1 604 555 0123", read_back=True, at=self.pharmacy.clock.now(), received_by=heard_by)
        asked = deciding.RecordAnswer(
            order_id=order.id, version=order.version, by="Dr Laura Chen", on=self.now, words="Yes." if yes else "No.", agrees_to_petrolatum=yes, spoken=spoken
        )  # fmt: skip
        return self._settled(order, self.do(deciding.record_answer, who, asked, may="pharmacist"), "received")

    @rule(order=orders, who=st.integers(0, 7))
    def adapt(self, order: str, who: int) -> None:
        """Anybody tries to adapt the base."""
        at = self.model_orders[order]
        asked = deciding.AdaptBase(order_id=at.id, version=at.version, patient_consented_on=self.now, prescriber_notified_on=self.now)
        self._settled(at, self.do(deciding.adapt_base, self.everybody[who], asked, may="pharmacist"), "received")

    @rule(
        order=orders, who=st.integers(0, 7), texts=st.sampled_from([(), ("No known allergies",), ("Allergic to zinc",)]), amount=st.sampled_from(["60", "40"])
    )
    def correct_order(self, order: str, who: int, texts: tuple[str, ...], amount: str) -> None:
        """Anybody tries to read the order anew: another amount, and entries of the allergy record that were not there or are there no more."""
        at = self.model_orders[order]
        wish = replace(at.wish, allergies=texts, amount_g=amount)
        asked = receiving.CorrectOrder(order_id=at.id, version=at.version, sent=replace(walk.sent(wish, today=self.now), identifier=at.identifier))
        answer = self.do(receiving.correct_order, self.everybody[who], asked, may="pharmacist intern regulated technician assistant")
        if answer is None:
            return
        open_ones = [each for each in self.model_preparations.values() if each.order == at.id and each.state not in END]
        assert not open_ones, "an order was read anew while a preparation by its old words stood at the bench"
        at.wish = wish
        if self.tell_by_order(at, texts):
            self.grew(at.patient, but=at.id)
        self._settled(at, answer, "received")

    # Allergies, at any moment.

    @rule(order=orders, who=st.integers(0, 7), text=st.sampled_from(sorted(TEXTS)))
    def tell_allergy(self, order: str, who: int, text: str) -> None:
        """The patient tells somebody of an allergy, whatever stands at the bench."""
        patient, person = self.model_orders[order].patient, self.everybody[who]
        asked = allergies.RecordAllergies(patient_id=patient, texts=(text,), asked_on=self.now)
        may = "pharmacist intern regulated technician assistant"
        if self.do(allergies.record_allergies, person, asked, may=may) is None:
            return
        self.tell(patient, (text,), by=person, on=self.now)
        self.grew(patient)
        self.settle()

    def _ask_again(self, order: Order, who: str) -> bool:
        asked = allergies.RecordAllergies(patient_id=order.patient, texts=(), asked_on=self.now, nothing_new=True)
        if self.do(allergies.record_allergies, who, asked) is None:
            return False
        self.patients[order.patient].parts += 1
        self.grew(order.patient)
        self.settle()
        return True

    @rule(order=orders, who=st.integers(0, 7), entry=st.integers(1, 6), refute=st.booleans())
    def sign_beside_allergy(self, order: str, who: int, entry: int, *, refute: bool) -> None:
        """Somebody tries to refute an entry, or to assess it: no assessment clears a zinc allergy."""
        patient = self.model_orders[order].patient
        of = [each for each in self.patients[patient].said if each.number == entry]
        asked: Any = allergies.RefuteAllergy(patient_id=patient, entry_number=entry, why="tested, and it was not so")
        step: UseCase[Any, Any] = allergies.refute_allergy
        if not refute:
            step = allergies.assess_allergy
            asked = allergies.AssessAllergy(
                patient_id=patient, entry_number=entry, allergen="zinc", matched=of[0].text if of else "zinc", asked="the patient", reaction="none",
                stands_against=False, why="it was something else", prescriber_told=True,
            )  # fmt: skip
        if self.do(step, self.everybody[who], asked, may="pharmacist") is None:
            return
        assert of
        self.patients[patient].parts += 1
        # What is signed is signed beside this entry: the same words told again stand.
        of[0].is_signed = True
        of[0].is_refuted = of[0].is_refuted or refute
        self.grew(patient)
        self.settle()

    # At the bench.

    def _plan(self, order: Order, who: str, *, early: bool, amount: Decimal | None = None, balance: bool = False) -> bool:
        asked = planning_fills.PlanFill(
            order_id=order.id, version=order.version, amount_g=amount, is_balance=balance, early_reason="the patient travels" if early else ""
        )  # fmt: skip
        answer = self.do(planning_fills.plan_fill, who, asked, may="pharmacist")
        if answer is None:
            return False
        assert order.state == "accepted"
        assert not [each for each in self.model_preparations.values() if each.order == order.id and each.state not in END]
        order.version += 1
        record = self.record(answer.id)
        zinc_lots = {self.pharmacy.lots["zinc-oxide-ointment-20"], self.template.more["second zinc-oxide-ointment-20"]}
        made = Preparation(
            id=answer.id, order=order.id, version=1, state="planned", holds_zinc=bool(zinc_lots & set(record.lot_ids)), planned_by=who
        )  # fmt: skip
        assert answer.state.value == "planned"
        self.model_preparations[made.id] = made
        order.ordered_g.setdefault(record.fill, Decimal(order.wish.amount_g))
        self.settle()
        return True

    @rule(
        order=orders, who=st.integers(0, 7), early=st.booleans(), balance=st.booleans(),
        amount=st.sampled_from([None, None, Decimal(20), Decimal(60), Decimal(61)]),
    )  # fmt: skip
    def plan(self, order: str, who: int, *, early: bool, balance: bool, amount: Decimal | None) -> None:
        """Anybody tries to plan a fill: whole, a part, a balance, too much."""
        self._plan(self.model_orders[order], self.everybody[who], early=early, amount=amount, balance=balance)

    def _assess(self, at: Preparation, who: str, *, proceed: bool = True) -> bool:
        none = ToldYesOrNo(yes=False)
        told = ClinicalAssessment(
            profile_reviewed_on=self.now, profile_reviewed_where="PharmaNet", age_years=age_on(BORN_ON, self.now), pregnancy_or_breast_feeding=Pregnancy.NOT_APPLICABLE,
            lesion=LesionState.INTACT, body_site="fingers of both hands", oxygen_or_smoking=none, other_wound_products=none, earlier_reaction=none,
            prescriber_contacted=False, proceed=proceed, why="" if proceed else "an open, infected sore",
        )  # fmt: skip
        asked = bench_steps.Assess(preparation_id=at.id, version=at.version, assessment=told)
        # The first one brings it on, a later one leaves it where it stands, and one against it scraps it.
        state = "scrapped" if not proceed else "assessed" if at.state == "planned" else at.state
        if not self._settled(at, self.do(bench_steps.assess_clinically, who, asked, may="pharmacist"), state):
            return False
        at.done.append(("assess" if proceed else "assess against", who))
        return True

    def _tick_due(self, at: Preparation, who: Any) -> bool:
        """The next step of the procedure that is due is ticked, by whoever it names; False where none is due."""
        signs = self.signs(at)
        step = next((number for number in signs if number not in at.ticked), None)
        if step is None or (at.state != "witnessed" and step >= min(number for number, sign in signs.items() if sign == "witness")):
            return False
        since = {what: by for what, by in at.done if what in {"recalculate", "witness"}}
        names = {"second person": since.get("recalculate", ""), "witness": since.get("witness", "")}
        return self._tick(at, names.get(signs[step]) or self._one_of(who, "pharmacist", "technician", "regulated"), step=step)

    def signs(self, at: Preparation) -> dict[int, str]:
        """The steps of the procedure that somebody signs for, and who."""
        formula = self.house.data.formulary.formulas[self.record(at.id).formula_id]
        return {number: step.sign for number, step in enumerate(formula.procedure) if step.sign}

    def _tick(self, at: Preparation, who: str, *, step: int) -> bool:
        asked = procedure.TickStep(preparation_id=at.id, version=at.version, step=step)
        before = at.state
        if not self._settled(at, self.do(procedure.tick_step, who, asked, may="pharmacist intern regulated technician"), before):
            return False
        signs = self.signs(at)
        assert step not in at.ticked, "a step was ticked twice"
        assert all(number in at.ticked for number in signs if number < step), "a step was ticked before one that comes before it"
        assert before == "witnessed" or step < min(number for number, sign in signs.items() if sign == "witness")
        assert before not in END
        at.ticked[step] = who
        return True

    def _recalculate(self, at: Preparation, who: str, *, wrong: bool) -> bool:
        sheet = self.record(at.id).sheet
        masses = [line.to_weigh_g for line in sheet.lines]
        masses[0] += Decimal("0.01") if wrong else 0
        asked = bench_steps.Recalculate(preparation_id=at.id, version=at.version, masses_g=tuple(masses), batch_g=sheet.batch_g)
        answer = self.do(bench_steps.recalculate_figures, who, asked, may="pharmacist intern regulated technician")
        if not self._settled(at, answer, "assessed" if wrong else "recalculated"):
            return False
        at.done.append(("disagree" if wrong else "recalculate", who))
        return True

    def _weigh(self, at: Preparation, who: str, *, line: int, factor: Decimal = Decimal(1), wrong_lot: bool = False) -> bool:
        record = self.record(at.id)
        if line >= len(record.sheet.lines):
            return False
        mass = (record.sheet.lines[line].to_weigh_g * factor).quantize(Decimal("0.01"))
        lot_id = record.lot_ids[line] if not wrong_lot else next(each for each in self.model_lots if each != record.lot_ids[line])
        asked = bench_steps.Weigh(
            preparation_id=at.id, version=at.version, line=line, mass_g=mass, lot_id=lot_id, is_scanned=True, balance_checked=True
        )  # fmt: skip
        answer = self.do(bench_steps.weigh_line, who, asked, may="pharmacist intern regulated technician")
        if answer is None:
            return False
        assert not wrong_lot
        assert not self.model_lots[lot_id].is_barred
        assert at.state == "recalculated"
        at.weighed.append((line, lot_id, mass, who))
        at.took_from.add(lot_id)
        self.model_lots[lot_id].left_ug -= int(mass * 10**6)
        return self._settled(at, answer, "weighed" if len(at.weighed) == len(record.sheet.lines) else "recalculated")

    def _witness(self, at: Preparation, who: str, *, wrong: bool = False) -> bool:
        record = self.record(at.id)
        seen = tuple(
            WitnessReading(line=each.line, container="500 g jar", lot_id=each.lot_id, mass_g=each.mass_g + (1 if wrong else 0))
            for each in record.weighings if record.sheet.lines[each.line].composition is not None
        )  # fmt: skip
        asked = bench_steps.Witness(preparation_id=at.id, version=at.version, readings=seen)
        if not self._settled(at, self.do(bench_steps.witness_weighing, who, asked, may="pharmacist intern regulated technician"), "witnessed"):
            return False
        assert not wrong
        at.done.append(("witness", who))
        return True

    def _make(self, at: Preparation, who: str, *, how: str) -> bool:
        record = self.record(at.id)
        formula = self.house.data.formulary.formulas[record.formula_id]
        weighed = sum((mass for *_, mass, _ in at.weighed), start=Decimal(0))
        net = {"short": record.sheet.amount_g * Decimal("0.8"), "all": weighed}.get(how, record.sheet.amount_g - Decimal("0.3"))
        asked = bench_steps.Make(
            preparation_id=at.id, version=at.version,
            quality=tuple(QualityResult(name=test.name, result="as described", is_passed=how != "failed") for test in formula.quality_tests),
            highest_temperature_celsius=Decimal(23), obtained_g=max(weighed - Decimal("0.1"), Decimal(1)), net_g=(net,), container="60 g jar", deviations="none",
        )  # fmt: skip
        states = ("on hold",) if how in {"short", "failed"} else ("made", "on hold")
        if not self._settled(at, self.do(bench_steps.make, who, asked, may="pharmacist intern regulated technician"), *states):
            return False
        assert set(self.signs(at)) <= set(at.ticked), "made with steps of the procedure that nobody ticked"
        at.done.append(("make", who))
        return True

    def _with_reason(self, what: str, at: Preparation, who: str, *, is_stale: bool = False) -> bool:
        step, may, state = {
            "decide": (bench_steps.decide_on_hold, "pharmacist", "made"), "rework": (bench_steps.rework_preparation, "pharmacist regulated", "assessed"),
            "void": (papers.void_printed_label, "pharmacist regulated technician assistant", "made"),
            "scrap": (ending.scrap_preparation, "pharmacist regulated", "scrapped"),
            "take back": (ending.take_back_preparation, "pharmacist regulated technician", "returned"),
            "recall": (ending.recall_preparation, "pharmacist designated", "recalled"),
        }[what]  # fmt: skip
        asked = OfPreparation(preparation_id=at.id, version=self.version_for(at, is_stale=is_stale))
        if not self._settled(at, self.do(step, who, asked, may=may), state, is_stale=is_stale):
            return False
        at.done.append((what, who))
        if what == "decide":
            assert who not in {weigher for *_, weigher in at.weighed}
        if what == "rework":
            at.weighed.clear()
            signs = self.signs(at)
            witnessed = min(number for number, sign in signs.items() if sign == "witness")
            at.ticked = {number: by for number, by in at.ticked.items() if number < witnessed and signs[number] != "second person"}
        return True

    def _label(self, at: Preparation, who: str) -> bool:
        asked = papers.PrintLabel(preparation_id=at.id, version=at.version)
        if not self._settled(at, self.do(papers.print_label, who, asked, may="pharmacist regulated technician assistant"), "labelled"):
            return False
        self.gate(at)
        at.done.append(("label", who))
        return True

    def _on_label(self, at: Preparation) -> PrintedFacts | None:
        record = self.record(at.id)
        return walk.on_label(self.pharmacy, at.id) if record.label is not None else None

    def _check(self, at: Preparation, who: str, *, wrong: str) -> bool:
        told = self._on_label(at)
        if told is None:
            return False
        asked = releasing.Check(
            preparation_id=at.id, version=at.version, strength_percent=told.strength_percent, amount_g=told.amount_g, patient_name=told.patient_name,
            second_identifier=told.second_identifier, beyond_use_date=told.beyond_use_date, lot_number=told.lot_number, base=told.base,
            scanned_code=told.code,
        )  # fmt: skip
        others: dict[str, Any] = {
            "strength_percent": Decimal(10), "amount_g": told.amount_g + 1, "patient_name": "Somebody Else", "second_identifier": "1",
            "beyond_use_date": told.beyond_use_date + timedelta(days=1), "lot_number": "20261122-999", "base": "something else", "scanned_code": "XX",
        }  # fmt: skip
        if wrong:
            asked = replace(asked, **{wrong: others[wrong]})
        answer = self.do(releasing.check_finally, who, asked, may="pharmacist regulated")
        if not self._settled(at, answer, "on hold", *([] if wrong else ["released"])):
            return False
        if at.state == "released":
            self.gate(at)
            at.done.append(("release", who))
        else:
            assert answer.discrepancies
        return True

    def _counsel(self, at: Preparation, who: str) -> bool:
        asked = counselling.RecordCounselling(
            preparation_id=at.id, version=at.version, is_accepted=False, way=CounsellingWay.IN_PERSON, words="declined: used it before"
        )  # fmt: skip
        if not self._settled(at, self.do(counselling.record_counselling, who, asked, may="pharmacist"), "released"):
            return False
        at.counselled.append((who, self.now))
        return True

    def _hand_out(self, at: Preparation, who: str, *, wrong: str) -> bool:
        told = self._on_label(at)
        if told is None:
            return False
        asked = releasing.GiveOut(
            preparation_id=at.id, version=at.version, scanned_code=told.code, patient_name=told.patient_name, second_identifier=told.second_identifier,
            receiver="the patient", document_languages=("en",), counselling_offered=True, counselling_accepted=False,
            counselling_by=self.pharmacy.crew.pharmacist, counselling_way=CounsellingWay.IN_PERSON,
        )  # fmt: skip
        others: dict[str, Any] = {
            "scanned_code": "XX", "patient_name": "Somebody Else", "second_identifier": "1", "receiver": " ", "counselling_offered": False,
            "counselling_by": self.pharmacy.crew.technician,
        }  # fmt: skip
        if wrong:
            asked = replace(asked, **{wrong: others[wrong]})
        answer = self.do(releasing.hand_out, who, asked, may="pharmacist regulated technician")
        if answer is None:
            return False
        assert not wrong, f"handed out with a wrong {wrong}"
        assert who == asked.counselling_by or (asked.counselling_by, self.now) in at.counselled, "handed out, and nobody signed for counselling today"
        assert self.record(at.id).beyond_use.on >= self.now
        assert at.state == "released"
        self.gate(at)
        assert not at.was_dispensed
        at.was_dispensed = True
        at.done.append(("hand out", who))
        order = self.model_orders[at.order]
        fill = self.record(at.id).fill
        order.handed_out[fill] = order.handed_out.get(fill, Decimal(0)) + answer.amount_g
        whole = [number for number, grams in order.handed_out.items() if grams == order.ordered_g[number]]
        if len(whole) == 1 + order.wish.repeats:
            order.state, order.version = "filled", order.version + 1
        assert answer.order_state.value == order.state
        assert answer.fills_left == 1 + order.wish.repeats - len(order.handed_out)
        return self._settled(at, answer, "dispensed")

    @precondition(lambda self: self.model_preparations)
    @rule(at=WHICH, who=st.integers(0, 7), what=st.sampled_from(["assess", "against", "right", "wrong", "label", "witness", "wrong witness"]))
    def at_the_bench(self, at: int, who: int, what: str) -> None:
        """Anybody tries a step at the bench, whether it is time for it or not."""
        it, person = self.some(at), self.everybody[who]
        if what in {"assess", "against"}:
            self._assess(it, person, proceed=what == "assess")
        elif what == "label":
            self._label(it, person)
        elif "witness" in what:
            self._witness(it, person, wrong=what != "witness")
        else:
            self._recalculate(it, person, wrong=what == "wrong")

    @precondition(lambda self: self.model_preparations)
    @rule(at=WHICH, who=st.integers(0, 7), step=st.integers(0, 10), is_next=st.booleans())
    def tick(self, at: int, who: int, step: int, *, is_next: bool) -> None:
        """Anybody ticks a step of the procedure: the next one, or any."""
        it = self.some(at)
        left = [number for number in self.signs(it) if number not in it.ticked]
        self._tick(it, self.everybody[who], step=left[0] if is_next and left else step)

    @precondition(lambda self: self.model_preparations)
    @rule(at=WHICH, who=st.integers(0, 7))
    def counsel(self, at: int, who: int) -> None:
        """Anybody signs for counselling."""
        self._counsel(self.some(at), self.everybody[who])

    @precondition(lambda self: self.model_preparations)
    @rule(at=WHICH, who=st.integers(0, 7), line=st.integers(0, 3), wrong_lot=st.booleans(), factor=st.sampled_from([1, 1, 1, 2, Decimal("1.1")]))
    def weigh(self, at: int, who: int, line: int, *, wrong_lot: bool, factor: Decimal) -> None:
        """Anybody weighs any line: the right lot or another, the right weight or another."""
        self._weigh(self.some(at), self.everybody[who], line=line, factor=Decimal(factor), wrong_lot=wrong_lot)

    @precondition(lambda self: self.model_preparations)
    @rule(at=WHICH, how=st.sampled_from(["good", "all"]))
    def weigh_everything_twice_over(self, at: int, how: str) -> None:
        """Twice as much as planned, in the right proportion, and with `all` everything packed into the jar."""
        it, crew = self.some(at), self.pharmacy.crew
        if it.state == "recalculated" and not it.weighed:
            for line in range(len(self.record(it.id).sheet.lines)):
                self._weigh(it, crew.technician, line=line, factor=Decimal(2))
            if self._witness(it, crew.pharmacist) and self._make(it, crew.technician, how=how):
                self._with_reason("decide", it, crew.second)

    @precondition(lambda self: self.model_preparations)
    @rule(at=WHICH, who=st.integers(0, 7), how=st.sampled_from(["good", "short", "all", "failed"]))
    def make(self, at: int, who: int, how: str) -> None:
        """Anybody reports the finish: good, a short jar, everything there was, a failed test."""
        self._make(self.some(at), self.everybody[who], how=how)

    @precondition(lambda self: self.model_preparations)
    @rule(
        at=WHICH, who=st.integers(0, 7), stale=st.integers(0, 3),
        what=st.sampled_from(["decide", "decide", "rework", "void", "void", "scrap", "take back", "recall"]),
    )  # fmt: skip
    def with_a_reason(self, at: int, who: int, what: str, stale: int) -> None:
        """Anybody decides, reworks, voids, scraps, takes back, recalls."""
        self._with_reason(what, self.some(at), self.everybody[who], is_stale=stale == 3)

    @precondition(lambda self: self.model_preparations)
    @rule(at=WHICH, who=st.integers(0, 7), words=st.sampled_from(["a glass jar", "a tube"]))
    def correct_record(self, at: int, who: int, words: str) -> None:
        """Anybody corrects the words of a record."""
        it = self.some(at)
        asked = bench_steps.CorrectWords(preparation_id=it.id, version=it.version, container=words)
        self._settled(it, self.do(bench_steps.correct_record, self.everybody[who], asked, may="pharmacist regulated"), "made")

    @precondition(lambda self: self.model_preparations)
    @rule(at=WHICH, who=st.integers(0, 7), kind=st.sampled_from(["label", "leaflet", "worksheet"]), revision=st.integers(1, 2))
    def reprint(self, at: int, who: int, kind: str, revision: int) -> None:
        """Anybody prints a stored paper again; nothing of the record changes by it."""
        it = self.some(at)
        asked = papers.Reprint(preparation_id=it.id, version=it.version, kind=kind, revision=revision)
        if self.do(papers.reprint, self.everybody[who], asked, may="pharmacist regulated technician assistant") is not None:
            assert it.state in {"labelled", "released", "dispensed"}
            self.settle()

    @precondition(lambda self: self.model_preparations)
    @rule(
        at=WHICH,
        who=st.integers(0, 7),
        wrong=st.sampled_from(
            ["", "", "strength_percent", "amount_g", "patient_name", "second_identifier", "beyond_use_date", "lot_number", "base", "scanned_code"]
        ),
    )
    def check(self, at: int, who: int, wrong: str) -> None:
        """Anybody does the final check, and reads something wrong or not."""
        self._check(self.some(at), self.everybody[who], wrong=wrong)

    @precondition(lambda self: self.model_preparations)
    @rule(
        at=WHICH,
        who=st.integers(0, 7),
        wrong=st.sampled_from(["", "", "scanned_code", "patient_name", "second_identifier", "receiver", "counselling_offered", "counselling_by"]),
    )
    def hand_out(self, at: int, who: int, wrong: str) -> None:
        """Anybody hands out, to whoever stands there."""
        self._hand_out(self.some(at), self.everybody[who], wrong=wrong)

    # Lots, texts, time.

    @rule(lot=st.integers(0, 7), who=st.integers(0, 7), what=st.sampled_from(["quarantine", "release", "release", "recall"]), often=st.integers(0, 2))
    def flag_lot(self, lot: int, who: int, what: str, often: int) -> None:
        """Anybody puts a lot into quarantine, releases it, or recalls it."""
        it = sorted(self.model_lots.values(), key=lambda each: each.id)[lot]
        if often and what == "recall":
            return
        self._flag_lot(it, self.everybody[who], what)

    def _flag_lot(self, it: Lot, who: str, what: str) -> None:
        step: UseCase[Any, Any]
        step, may = {
            "quarantine": (lot_flags.quarantine_lot, "pharmacist regulated technician designated intern"),
            "release": (lot_flags.release_lot, "pharmacist regulated designated"), "recall": (lot_flags.recall_lot, "pharmacist designated"),
        }[what]  # fmt: skip
        answer = self.do(step, who, OneLot(lot_id=it.id, version=it.version), may=may)
        if answer is None:
            return
        it.version += 1
        it.is_barred = what != "release"
        assert not (it.is_recalled and what == "release")
        it.is_recalled = it.is_recalled or what == "recall"
        if what == "recall":
            self._recall_what_took_from(it, answer)
        self.settle()

    def _recall_what_took_from(self, lot: Lot, answer: lot_flags.Recalled) -> None:
        """Whatever took from a recalled lot, at the bench, on the shelf or with the patient, is recalled with it."""
        took = [each for each in self.model_preparations.values() if lot.id in each.took_from]
        assert set(answer.preparations) == {each.id for each in took}
        meant = [each for each in took if each.state in RECALLABLE]
        assert set(answer.recalled) == {each.id for each in meant}
        for each in meant:
            each.state, each.version = "recalled", each.version + 1

    @rule(lot=st.integers(0, 7), who=st.integers(0, 7), grams=st.sampled_from([1, 5, 950]))
    def spill(self, lot: int, who: int, grams: int) -> None:
        """Somebody spills some of a lot, or nearly all."""
        it = sorted(self.model_lots.values(), key=lambda each: each.id)[lot]
        with self.house.database.reading() as connection:
            last = connection.execute(select(func.max(stock_entry.c.number)).where(stock_entry.c.lot_id == it.id)).scalar_one()
        asked = stock.StockChange(lot_id=it.id, after_entry=last, kind=EntryKind.SPILLED, amount_g=Decimal(grams))
        if self.do(stock.book_stock, self.everybody[who], asked, may="pharmacist regulated technician intern") is not None:
            it.left_ug -= grams * 10**6
            self.settle()

    @rule(who=st.integers(0, 7), number=st.integers(0, 1), often=st.integers(0, 3))
    def retire_formula(self, who: int, number: int, often: int) -> None:
        """Somebody tries to retire a formula."""
        if often:
            return
        formula = sorted(self.house.data.formulary.formulas.values(), key=lambda each: each.id)[number]
        asked = formulary.Exactly(kind=Kind.FORMULA, id=formula.id, version=formula.version, sha256=formula.sha256)
        if self.do(formulary.retire_text, self.everybody[who], asked, may="designated") is not None:
            self.settle()

    @rule(days=st.sampled_from([1, 1, 25, 60]), often=st.integers(0, 2))
    def days_pass(self, days: int, often: int) -> None:
        """Time passes."""
        if not often:
            self.pharmacy.clock.wait(days * 24 * 60)


@pytest.fixture(scope="module")
def on_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, site: Site, data: ReferenceData) -> Template:
    """An opened pharmacy in a file."""
    return opened_on_sqlite(sqlite_template, tmp_path_factory.mktemp("opened"), site, data)


@pytest.fixture(scope="module")
def on_postgresql(postgresql_address: str, site: Site, data: ReferenceData) -> Template:
    """An opened pharmacy on a server."""
    return opened_on_postgresql(postgresql_address, site, data)


def _run(template: Template, folder: Path, *, runs: int) -> None:
    REACHED.clear()
    CODES.clear()
    DONE.clear()
    run_state_machine_as_test(lambda: Machine(template, folder), settings=hypothesis_settings(max_examples=max(runs, 2), stateful_step_count=30))
    sys.stdout.write(f"\n{dict(REACHED.most_common())}\nrefused: {dict(CODES.most_common())}\ndone: {dict(DONE.most_common())}\n")


@pytest.mark.hypothesis
def test_on_sqlite_no_path_skips_a_stage_the_zinc_gate_or_the_second_person(on_sqlite: Template, tmp_path: Path) -> None:
    _run(on_sqlite, tmp_path, runs=EXAMPLES // 4)
    assert REACHED["dispensed"]


@pytest.mark.hypothesis
def test_on_postgresql_no_path_skips_a_stage_the_zinc_gate_or_the_second_person(on_postgresql: Template, tmp_path: Path) -> None:
    _run(on_postgresql, tmp_path, runs=EXAMPLES // 25)
