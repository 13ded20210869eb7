"""The one table of who may open which page: route by route, with the duties that open it, what the address names, and whether only one's own.

Which roles have a duty is the jurisdiction profile's table; `docs/access.md` is made from both. A route without an entry is refused, and fails the tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

from compounding.domain.people import Duty


class Door(Enum):
    """Who passes without any duty."""

    ANYONE = "anyone"
    TRIAL = "anyone at this machine, while no pharmacy is set up"
    HALF_WAY = "whoever is half-way through signing in"
    SIGNED_IN = "everyone who is signed in"


class Thing(StrEnum):
    """What an address names. Another pharmacy's does not exist for anybody here."""

    ORDER = "order"
    PATIENT = "patient"
    PREPARATION = "preparation"
    PERSON = "person"
    TEXT = "formula or text"
    PASSKEY = "passkey"
    LOT = "lot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One route. `duties` open it for everything of the pharmacy, `own` only for what is the person's own; one of them is enough.

    `in_trial` opens it to anyone while no pharmacy is set up; `while_locked` leaves the page in view when the session waited too long (reading only).
    """

    door: Door | None = None
    duties: tuple[Duty, ...] = ()
    own: tuple[Duty, ...] = ()
    of: Thing | None = None
    in_trial: bool = False
    while_locked: bool = False

    def __post_init__(self) -> None:
        if (self.door is None) == (not self.duties and not self.own):
            raise ValueError("a route is opened by a door or by duties")


_ANYONE = Entry(door=Door.ANYONE)
_SIGNED_IN = Entry(door=Door.SIGNED_IN)
_HALF_WAY = Entry(door=Door.HALF_WAY)
_TRIAL = Entry(door=Door.TRIAL)
_ORDERS = (Duty.RECEIVE_ORDERS, Duty.ENTER_ORDERS)
_READ = (Duty.READ_RECORDS,)
_PEOPLE = (Duty.KEEP_PEOPLE,)
_FORMULARY = (Duty.KEEP_FORMULARY,)
_DECIDE = (Duty.DECIDE_ORDERS,)


def _of(thing: Thing, *duties: Duty, own: tuple[Duty, ...] = (), while_locked: bool = False) -> Entry:
    return Entry(duties=duties, own=own, of=thing, while_locked=while_locked)


TABLE: Mapping[str, Entry] = {
    # Nothing of a patient and nothing of the pharmacy.
    "static": _ANYONE,
    "health.healthz": _ANYONE,
    "help.index": _ANYONE,
    "evidence.index": _ANYONE,
    "calculators.index": _ANYONE,
    "calculators.page": _ANYONE,
    "dosing.page": _ANYONE,
    # Signing in.
    "access.sign_in": _ANYONE,
    "access.second_step": _HALF_WAY,
    "access.passkey_options": _ANYONE,
    "access.passkey_sign_in": _ANYONE,
    "access.unlock": _ANYONE,
    "access.switch": _ANYONE,
    "access.lock": _SIGNED_IN,
    "access.sign_out": _ANYONE,
    "access.still_there": _SIGNED_IN,
    "access.activate": _ANYONE,
    "access.choose": _HALF_WAY,
    "access.first_run": _TRIAL,
    "access.home": _SIGNED_IN,
    # One's own account.
    "account.index": _SIGNED_IN,
    "account.password": _SIGNED_IN,
    "account.recovery": _SIGNED_IN,
    "account.second_factor": _SIGNED_IN,
    "account.passkey_options": _SIGNED_IN,
    "account.add_passkey": _SIGNED_IN,
    "account.remove_passkey": Entry(door=Door.SIGNED_IN, of=Thing.PASSKEY),
    "account.end_sessions": _SIGNED_IN,
    # People.
    "people.index": Entry(duties=(*_PEOPLE, Duty.READ_AUDIT)),
    "people.add": Entry(duties=_PEOPLE),
    "people.change": _of(Thing.PERSON, *_PEOPLE),
    "people.open_account": _of(Thing.PERSON, *_PEOPLE),
    "people.renew": _of(Thing.PERSON, *_PEOPLE),
    # Orders: tried out, kept, read.
    "prepare.order_form": Entry(duties=_ORDERS, in_trial=True),
    "prepare.outcome": Entry(duties=_ORDERS, in_trial=True),
    "prepare.request_for_consent": Entry(duties=_ORDERS, in_trial=True),
    # Papers outside the records exist only to try the program out: a pharmacy's papers belong to a preparation.
    "prepare.paper": _TRIAL,
    "allergy_reading.page": Entry(duties=(*_ORDERS, Duty.ASK_ALLERGIES), in_trial=True),
    "allergy_reading.part": Entry(duties=(*_ORDERS, Duty.ASK_ALLERGIES), in_trial=True),
    "orders.receive": Entry(duties=_ORDERS),
    "orders.work_list": Entry(duties=_READ),
    "orders.work_rows": Entry(duties=_READ),
    "orders.my_orders": Entry(duties=(Duty.ENTER_ORDERS,)),
    "orders.show": _of(Thing.ORDER, *_READ, own=(Duty.ENTER_ORDERS,)),
    "orders.correct": _of(Thing.ORDER, Duty.RECEIVE_ORDERS),
    "records.search": Entry(duties=_READ),
    "records.patient": _of(Thing.PATIENT, *_READ),
    "records.preparation": _of(Thing.PREPARATION, *_READ, while_locked=True),
    "records.export": _of(Thing.PREPARATION, *_READ),
    "records.paper": _of(Thing.PREPARATION, *_READ),
    "records.paper_copy": _of(Thing.PREPARATION, *_READ),
    "records.audit": Entry(duties=(Duty.READ_AUDIT,)),
    # What is signed.
    "signing.assess_allergy": _of(Thing.PATIENT, Duty.ASSESS_ALLERGIES),
    "signing.assess_clinically": _of(Thing.PREPARATION, Duty.ASSESS_CLINICALLY),
    "signing.check_finally": _of(Thing.PREPARATION, Duty.FINAL_CHECK),
    "signing.correct_record": _of(Thing.PREPARATION, Duty.FINAL_CHECK),
    # The formulary.
    "formulary.index": Entry(duties=(*_FORMULARY, *_READ)),
    "formulary.show": _of(Thing.TEXT, *_FORMULARY, *_READ),
    "formulary.approve": _of(Thing.TEXT, *_FORMULARY),
    "formulary.attest": _of(Thing.TEXT, *_FORMULARY),
    "formulary.retire": _of(Thing.TEXT, *_FORMULARY),
    # A prescriber's own pages.
    "prescribing.new_order": Entry(duties=_ORDERS),
    "prescribing.worked_out": Entry(duties=_ORDERS),
    "prescribing.send_order": Entry(duties=_ORDERS),
    "prescribing.questions": Entry(duties=(Duty.ENTER_ORDERS,)),
    "prescribing.favourites": Entry(duties=(Duty.ENTER_ORDERS,)),
    "prescribing.answer": _of(Thing.ORDER, own=(Duty.ENTER_ORDERS,)),
    "prescribing.withdraw": _of(Thing.ORDER, own=(Duty.ENTER_ORDERS,)),
    # An order under review.
    "review.page": _of(Thing.ORDER, *_DECIDE),
    "review.screen": _of(Thing.ORDER, *_DECIDE),
    "review.ask": _of(Thing.ORDER, *_DECIDE),
    "review.answer": _of(Thing.ORDER, *_DECIDE),
    "review.adapt": _of(Thing.ORDER, *_DECIDE),
    "review.refuse": _of(Thing.ORDER, *_DECIDE),
    "review.cancel": _of(Thing.ORDER, *_DECIDE),
    "review.discontinue": _of(Thing.ORDER, *_DECIDE),
    "review.transfer_out": _of(Thing.ORDER, *_DECIDE),
    "review.plan": _of(Thing.ORDER, *_DECIDE),
    # What is told of a patient.
    "patient_acts.ask": _of(Thing.PATIENT, Duty.ASK_ALLERGIES),
    "patient_acts.contact": _of(Thing.PATIENT, Duty.ASK_ALLERGIES),
    "patient_acts.withdraw": _of(Thing.PATIENT, Duty.ASSESS_ALLERGIES),
    "patient_acts.change": _of(Thing.PATIENT, Duty.RECEIVE_ORDERS),
    # A preparation at the bench.
    "bench.step": _of(Thing.PREPARATION, *_READ, while_locked=True),
    "bench.tick": _of(Thing.PREPARATION, Duty.WEIGH, Duty.RECALCULATE, Duty.WITNESS_WEIGHING, Duty.ASSESS_CLINICALLY),
    "bench.weigh": _of(Thing.PREPARATION, Duty.WEIGH),
    "bench.tolerance": Entry(duties=(Duty.WEIGH,)),
    "bench.make": _of(Thing.PREPARATION, Duty.WEIGH),
    "bench.recalculate": _of(Thing.PREPARATION, Duty.RECALCULATE),
    "bench.witness": _of(Thing.PREPARATION, Duty.WITNESS_WEIGHING),
    "bench.hold": _of(Thing.PREPARATION, Duty.DECIDE_HOLDS),
    "bench.rework": _of(Thing.PREPARATION, Duty.FINAL_CHECK),
    "bench.scrap": _of(Thing.PREPARATION, Duty.FINAL_CHECK),
    # From the label to the patient.
    "handing.print_label": _of(Thing.PREPARATION, Duty.PRINT_PAPER),
    "handing.reprint": _of(Thing.PREPARATION, Duty.PRINT_PAPER),
    "handing.void_label": _of(Thing.PREPARATION, Duty.PRINT_PAPER),
    "handing.counsel": _of(Thing.PREPARATION, Duty.COUNSEL),
    "handing.hand_out": _of(Thing.PREPARATION, Duty.HAND_OUT),
    "handing.take_back": _of(Thing.PREPARATION, Duty.HAND_OUT),
    "handing.recall": _of(Thing.PREPARATION, Duty.RECALL),
    # Ingredient lots.
    "stock.index": Entry(duties=(*_READ, Duty.KEEP_STOCK)),
    "stock.show": _of(Thing.LOT, *_READ, Duty.KEEP_STOCK),
    "stock.certificate": _of(Thing.LOT, *_READ, Duty.KEEP_STOCK),
    "stock.receive": Entry(duties=(Duty.KEEP_STOCK,)),
    "stock.correct": _of(Thing.LOT, Duty.KEEP_STOCK),
    "stock.review_certificate": _of(Thing.LOT, Duty.RELEASE_LOTS),
    "stock.identity_test": _of(Thing.LOT, Duty.KEEP_STOCK),
    "stock.release": _of(Thing.LOT, Duty.RELEASE_LOTS),
    "stock.quarantine": _of(Thing.LOT, Duty.KEEP_STOCK, Duty.RELEASE_LOTS, Duty.RECALL, Duty.WEIGH),
    "stock.open_container": _of(Thing.LOT, Duty.KEEP_STOCK, Duty.WEIGH),
    "stock.book": _of(Thing.LOT, Duty.KEEP_STOCK, Duty.WEIGH),
    "stock.recall": _of(Thing.LOT, Duty.RECALL),
    "stock.recalled": _of(Thing.LOT, Duty.RECALL, *_READ),
    # The pharmacy itself.
    "site.index": Entry(duties=(*_PEOPLE, Duty.READ_AUDIT)),
    "site.change": Entry(duties=_PEOPLE),
    "site.calibration": Entry(duties=(*_PEOPLE, Duty.READ_AUDIT)),
    "site.setting_up": Entry(duties=(*_PEOPLE, *_READ)),
    "formulary.propose": Entry(duties=_FORMULARY),
    "formulary.export": _of(Thing.TEXT, *_FORMULARY, *_READ),
    "formulary.compare": _of(Thing.TEXT, *_FORMULARY, *_READ),
    "formulary.paper": _of(Thing.TEXT, *_FORMULARY, *_READ),
}
"""By endpoint, for every method the route takes."""
