"""What a recall of an ingredient lot touches, before and after: every jar with its patient and what is to be done about it (clinical rules 22 and 23).

It names patients, so it is told on the chain of readings with every one of them.
"""

from dataclasses import dataclass
from datetime import date

from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.ingredient_lots import IngredientLot
from compounding.domain.people import Duty
from compounding.domain.recall_tasks import WHAT_TO_DO, RecallTask, task_of
from compounding.domain.stages import State
from compounding.storage import jars, lots, preparations
from compounding.storage.documents import UnreadableDocument
from compounding.storage.errors import StorageError
from compounding.storage.jars import JarOwner
from compounding.storage.ledger_told import SUBJECT
from compounding.storage.trail import Told
from compounding.workflow.lot_reading import OfLot
from compounding.workflow.use_case import Work, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchedJar:
    """One preparation that a recall touches: whose it is, how it stands, how many containers there are (0: none yet), when it was handed out, what to do."""

    preparation_id: str
    lot_number: str
    state: State
    owner: JarOwner | None
    containers: int
    handed_out_on: date | None
    task: RecallTask
    what_to_do: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallSeen:
    """A lot with what its recall touches: other deliveries of it (they stop too), those of other suppliers under its number (a person judges), and jars."""

    lot: IngredientLot
    version: int
    same: tuple[IngredientLot, ...]
    of_other_suppliers: tuple[IngredientLot, ...]
    jars: tuple[TouchedJar, ...]

    @property
    def patients(self) -> int:
        """How many patients have a jar of it in their hands."""
        return len({each.owner.patient_id for each in self.jars if each.task is RecallTask.WITH_PATIENT and each.owner is not None})


@use_case
def read_recall(work: Work, request: OfLot) -> RecallSeen:
    """What a recall of this lot touches, or touched. Raises NotAllowed, NotFound."""
    work.may_one_of(Duty.RECALL, Duty.READ_RECORDS)
    lot, version = lots.of(work.opened, request.lot_id, lock=False)
    others = [each for each, _ in lots.deliveries(work.opened, lot) if each.id != lot.id]
    same = tuple(each for each in others if lots.plain(each.supplier) == lots.plain(lot.supplier))
    meant = (lot.id, *(each.id for each in same))
    took = lots.preparations_with(work.opened, *meant)
    every = sorted({*took, *preparations.planned_with(work.opened, *meant)})
    owners = jars.owners(work.opened, every)
    found = [_jar(work, each, meant, took=each in took, owner=owners.get(each)) for each in every]
    order = list(RecallTask)
    found.sort(key=lambda each: (order.index(each.task), each.lot_number, each.preparation_id))
    seen = " ".join(dict.fromkeys(each.patient_id for each in owners.values())) or None
    work.opened.tell_read(Told(action="read", subject=SUBJECT, subject_id=lot.id, changed={"patients": (None, seen)}))
    return RecallSeen(lot=lot, version=version, same=same, of_other_suppliers=tuple(each for each in others if each not in same), jars=tuple(found))


def _jar(work: Work, preparation_id: str, meant: tuple[str, ...], *, took: bool, owner: JarOwner | None) -> TouchedJar:
    record: CompoundingRecord | None
    try:
        record = preparations.of(work.opened, preparation_id, lock=False)[0]
    except (StorageError, UnreadableDocument):
        # A record that cannot be read hides no jar: its row still names it.
        record = None
    brief = jars.briefs(work.opened, (preparation_id,))[0]
    task = task_of(record, meant, took=took) if record is not None else RecallTask.UNREADABLE
    return TouchedJar(
        preparation_id=preparation_id, lot_number=brief.lot_number, state=brief.state, owner=owner,
        containers=len(record.finish.report.net_g) if record is not None and record.finish is not None else 0,
        handed_out_on=record.dispensing.on if record is not None and record.dispensing is not None else None, task=task, what_to_do=WHAT_TO_DO[task],
    )  # fmt: skip
