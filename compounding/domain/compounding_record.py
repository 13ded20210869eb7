"""What is the record of one preparation, and which parts must it have in each state? One that skips a stage or a signature cannot exist.

The functions that add to it are in `preparing`, `finishing` and `record_changes`; every one of them makes a new record (clinical rules 17, 18 and 20).
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from compounding.domain.beyond_use import BeyondUse
from compounding.domain.canonical_text import canonical_text
from compounding.domain.errors import WorkflowRefused
from compounding.domain.hand_over_parts import Dispensing, Release, SignedCounselling
from compounding.domain.people import Duty, Signature
from compounding.domain.record_checks import (
    check_finish,
    check_holds,
    check_in_order,
    check_steps,
    check_weighing,
    check_witness,
    differing,
    finish_problems,
    inconsistent,
)
from compounding.domain.record_parts import (
    AgreedRecalculation,
    Correction,
    Disagreement,
    DiscardedAttempt,
    Ending,
    Finish,
    Hold,
    PrintedLabel,
    SignedAssessment,
    StepDone,
    Weighing,
    WithdrawnLabel,
    Witnessing,
)
from compounding.domain.record_signing import check_signatures, instants
from compounding.domain.second_person import hands, is_sha256
from compounding.domain.stages import Action, State, Subject, check_transition
from compounding.domain.weighing_sheet import WeighingSheet

_PATH = {
    State.PLANNED: 0, State.ASSESSED: 1, State.RECALCULATED: 2, State.WEIGHED: 3, State.WITNESSED: 4, State.ON_HOLD: 5, State.MADE: 5, State.LABELLED: 6,
    State.RELEASED: 7, State.DISPENSED: 8,
}  # fmt: skip
"""How far along the path a state is: on hold and made hold the same parts, since a decision lies between them."""

_ENDED_BY = {State.SCRAPPED: Action.SCRAP, State.RECALLED: Action.RECALL, State.RETURNED: Action.TAKE_BACK}

_NET_WEIGHT = frozenset({"NET_WEIGHT_OUT_OF_LIMIT", "NET_WEIGHT_TEST_FAILED"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CompoundingRecord:
    """One preparation: one fill of one order. `lot_ids` are the ingredient lots, one for each line of the sheet; `planned_at` is in UTC.

    Raises WorkflowRefused `RECORD_INCOMPLETE` where a part of its state is missing or one of a later state is there, `RECORD_INCONSISTENT` where its parts
    contradict one another, `RECORD_OUT_OF_ORDER`, and `SECOND_PERSON_NEEDED`, `SOLE_PRACTITIONER_TOO_SOON` or `SOLE_PRACTITIONER_EVIDENCE` for a signature
    of the wrong person.
    """

    id: str
    order_id: str
    fill: int
    rx_number: str
    lot_number: str
    formula_id: str
    formula_version: str
    formula_sha256: str
    phrases_version: str
    phrases_sha256: str
    phrases_language: str
    lexicon_sha256: str
    site_revision: int
    sole_practitioner_allowed: bool
    compounded_on: date
    sheet: WeighingSheet
    beyond_use: BeyondUse
    lot_ids: tuple[str, ...]
    planned_by: str
    planned_at: datetime
    state: State
    planned_supervised_by: str = ""
    assessment: SignedAssessment | None = None
    disagreements: tuple[Disagreement, ...] = ()
    recalculation: AgreedRecalculation | None = None
    weighings: tuple[Weighing, ...] = ()
    witness: Witnessing | None = None
    finish: Finish | None = None
    holds: tuple[Hold, ...] = ()
    label: PrintedLabel | None = None
    withdrawn_labels: tuple[WithdrawnLabel, ...] = ()
    corrections: tuple[Correction, ...] = ()
    release: Release | None = None
    withdrawn_releases: tuple[Release, ...] = ()
    dispensing: Dispensing | None = None
    discarded: tuple[DiscardedAttempt, ...] = ()
    endings: tuple[Ending, ...] = ()
    reassessments: tuple[SignedAssessment, ...] = ()
    counsellings: tuple[SignedCounselling, ...] = ()
    steps: tuple[StepDone, ...] = ()

    def __post_init__(self) -> None:
        _check_plan(self)
        _check_endings(self)
        _check_parts(self)
        _check_contents(self)
        check_signatures(self)
        check_in_order(instants(self))
        check_in_order(("a clinical assessment", each.signature.at) for each in self.assessments)

    @property
    def reached(self) -> State:
        """The state on the path: where the preparation stood before it was scrapped, recalled or returned."""
        return self.endings[0].before if self.endings else self.state

    @property
    def assessments(self) -> tuple[SignedAssessment, ...]:
        """Every clinical assessment of this fill, the first one first; the last one counts."""
        return (*((self.assessment,) if self.assessment is not None else ()), *self.reassessments)

    @property
    def amount_to_label_g(self) -> Decimal:
        """The amount the label states, in grams: what was ordered, or what is really in the container where that lies outside the limit (clinical rule 20)."""
        if self.finish is None or not _NET_WEIGHT & {each.code for each in finish_problems(self.finish)}:
            return self.sheet.amount_g
        return sum(self.finish.report.net_g, start=Decimal(0))

    @property
    def weighed_by(self) -> frozenset[str]:
        """Everybody who weighed something that is in this preparation, or supervised it."""
        return frozenset().union(*(hands(each.by, each.supervised_by) for each in self.weighings))

    @property
    def planners(self) -> frozenset[str]:
        """Who planned it, or supervised that."""
        return hands(self.planned_by, self.planned_supervised_by)


def signed_text(record: CompoundingRecord, adding: object = None) -> bytes:
    """The bytes of exactly what is signed: the record as it stands, together with what the signature adds to it."""
    return f"{canonical_text(record)}+{canonical_text(adding)}".encode("utf-8", "surrogatepass")


def record_sha256(record: CompoundingRecord, adding: object = None) -> str:
    """The fingerprint of what is signed."""
    return hashlib.sha256(signed_text(record, adding)).hexdigest()


def check_signed(record: CompoundingRecord, signature: Signature, *, adding: object, duty: Duty) -> None:
    """Raises WorkflowRefused `SIGNED_SOMETHING_ELSE` for a signature of another duty, or of a record or an entry that reads otherwise now."""
    if signature.duty is not duty or signature.of_sha256 != record_sha256(record, adding):
        raise WorkflowRefused("SIGNED_SOMETHING_ELSE", f'this signature is not for "{duty.value}" of the record as it now stands; read it again and sign anew')


def state_after(record: CompoundingRecord, action: Action) -> State:
    """The state the action leads to. Raises IllegalTransition `NOT_NOW`."""
    return check_transition(Subject.PREPARATION, action, record.state).after or record.state


def given(words: str, what: str) -> str:
    """The words, trimmed. Raises WorkflowRefused `REASON_MISSING` where there are none."""
    if not words.strip():
        raise WorkflowRefused("REASON_MISSING", f"{what} needs a reason in words")
    return words.strip()


def _check_plan(record: CompoundingRecord) -> None:
    named = {
        "an id": record.id, "an order": record.order_id, "a prescription number": record.rx_number, "a lot number": record.lot_number,
        "who planned it": record.planned_by, "phrases": record.phrases_version, "a language": record.phrases_language,
    }  # fmt: skip
    for what, text in named.items():
        if not text.strip():
            raise WorkflowRefused("RECORD_INCOMPLETE", f"a compounding record needs {what}")
    for sha256 in (record.formula_sha256, record.phrases_sha256, record.lexicon_sha256):
        if not is_sha256(sha256):
            raise WorkflowRefused("RECORD_INCOMPLETE", "a compounding record needs the sha256 of formula, phrases and lexicon")
    if record.fill < 1:
        raise WorkflowRefused("RECORD_INCOMPLETE", "the first fill of an order is number 1")
    lines = record.sheet.lines
    if len(record.lot_ids) != len(lines) or any(line.lot is None or not lot_id.strip() for line, lot_id in zip(lines, record.lot_ids, strict=True)):
        raise WorkflowRefused("LOT_NOT_NAMED", "every line of the sheet needs its ingredient lot, so that a recall finds it")
    if (record.formula_id, record.formula_version) != (record.sheet.formula_id, record.sheet.formula_version):
        raise inconsistent("its weighing sheet is of another formula")
    if record.beyond_use.on < record.compounded_on:
        raise inconsistent("its beyond-use date lies before the compounding date")


def _check_endings(record: CompoundingRecord) -> None:
    state = record.reached
    if state not in _PATH:
        raise WorkflowRefused("RECORD_INCOMPLETE", f"a preparation that is {state.value} must say how it came to be")
    for ending in record.endings:
        if ending.before is not state or ending.after not in _ENDED_BY or not ending.reason.strip() or not ending.by.strip():
            raise WorkflowRefused("RECORD_INCOMPLETE", f"a preparation that is {record.state.value} needs every step there, with reason and person")
        check_transition(Subject.PREPARATION, _ENDED_BY[ending.after], state)
        state = ending.after
    if state is not record.state:
        raise WorkflowRefused("RECORD_INCOMPLETE", f"a preparation that is {record.state.value} cannot have ended as {state.value}")


def _check_parts(record: CompoundingRecord) -> None:
    """Each part is there exactly when the path has come so far."""
    reached = _PATH[record.reached]
    weighed = tuple(sorted(each.line for each in record.weighings))
    every_line = weighed == tuple(range(len(record.sheet.lines)))
    assessed = record.assessment is not None and record.assessment.assessment.proceed
    parts = (
        ("clinical assessment", assessed, 1), ("recalculation by a second person", record.recalculation is not None, 2),
        ("weighing of every line", every_line, 3), ("witnessed drug weighing", record.witness is not None, 4), ("finish", record.finish is not None, 5),
        ("label", record.label is not None, 6), ("release", record.release is not None, 7), ("hand-out", record.dispensing is not None, 8),
    )  # fmt: skip
    for name, is_there, needed_from in parts:
        if is_there != (reached >= needed_from):
            raise WorkflowRefused("RECORD_INCOMPLETE", f"a preparation that is {record.reached.value} must have {'no' if is_there else 'its'} {name}")
    if len(set(weighed)) != len(weighed):
        raise WorkflowRefused("ALREADY_WEIGHED", "a line of the sheet is weighed once; to weigh it again, rework")
    if (record.weighings and reached < _PATH[State.RECALCULATED]) or (record.holds and record.finish is None):
        raise WorkflowRefused("RECORD_INCOMPLETE", f"a preparation that is {record.reached.value} can have no weighing or hold yet")


def _check_assessments(record: CompoundingRecord) -> None:
    """One that stands against the preparation is the last, and has ended it, signed and with its own reason (clinical rule 17)."""
    against = [number for number, each in enumerate(record.assessments, 1) if not each.assessment.proceed]
    if record.reassessments and record.assessment is None:
        raise WorkflowRefused("RECORD_INCOMPLETE", "a preparation is assessed again only after its first clinical assessment")
    if not against:
        return
    last = record.assessments[-1]
    why = last.assessment.why.strip()
    if against != [len(record.assessments)] or not any(each.after is State.SCRAPPED and each.reason == why for each in record.endings[:1]):
        raise WorkflowRefused("CLINICAL_ASSESSMENT_AGAINST", "the clinical assessment stands against preparing this")


def _check_contents(record: CompoundingRecord) -> None:
    _check_assessments(record)
    check_steps(record.steps, is_witnessed=record.witness is not None)
    if record.recalculation is not None and differing(record.sheet, record.recalculation.figures) != ((), False):
        raise inconsistent("its recalculation does not agree with its sheet")
    for weighing in record.weighings:
        check_weighing(record.sheet, record.lot_ids, weighing)
    if record.witness is not None:
        check_witness(record.sheet, record.weighings, record.witness)
    if record.finish is not None:
        check_finish(record.sheet, record.weighings, record.finish)
        check_holds(record.finish, record.holds, is_on_hold=record.reached is State.ON_HOLD)
    revisions = [each.label.revision for each in record.withdrawn_labels] + ([record.label.revision] if record.label is not None else [])
    if revisions != sorted(set(revisions)) or any(each < 1 for each in revisions):
        raise inconsistent("a revision of its label is used twice")
    if record.label is not None:
        for part in (record.release, record.dispensing):
            if part is not None and (part.label_sha256, part.label_revision) != (record.label.sha256, record.label.revision):
                raise inconsistent("what was released or handed out is not the label in force")
    if record.release is not None:
        check = record.release.check
        read = (check.strength_percent, check.amount_g, check.beyond_use_date, check.lot_number)
        if read != (record.sheet.percent, record.amount_to_label_g, record.beyond_use.on, record.lot_number):
            raise inconsistent("its final check read other figures than the record's")
