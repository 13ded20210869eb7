"""The labels of a morning for one print run: what they were set from, oldest first, told on the chain of readings in the name of the operator."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from compounding.domain.errors import WorkflowRefused
from compounding.domain.hand_over_parts import LabelStatus
from compounding.domain.label_content import LabelContent
from compounding.domain.request_checks import check_act_time, check_request
from compounding.domain.site import Site
from compounding.storage import documents, orders, paper_proofs, papers, people, preparations
from compounding.storage.engine import Database
from compounding.storage.papers import Paper
from compounding.storage.trail import Told
from compounding.storage.transaction import Transaction, transaction
from compounding.workflow.founding import PROGRAM
from compounding.workflow.operators import OPERATOR

_IN_FORCE = frozenset({LabelStatus.AWAITING_CHECK, LabelStatus.VALID})


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchWanted:
    """The labels made on that day at the site (today where none is named), or those of these preparation numbers."""

    on: date | None = None
    lot_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLabel:
    """One label and the number of its preparation."""

    lot_number: str
    content: LabelContent


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is printed, what is left out and why, and the settings that say on what."""

    labels: tuple[BatchLabel, ...]
    left_out: tuple[str, ...]
    settings: Site


def labels_for(database: Database, site_id: str, wanted: BatchWanted, *, at: datetime) -> Batch:
    """The newest label of each preparation that still counts. Raises StorageError `SITE_UNKNOWN`, WorkflowRefused `NO_LABELS`, `LOT_NOT_HERE`."""
    check_act_time(at)
    check_request(wanted)
    with transaction(database, site_id=site_id, by=PROGRAM, role="", at=at) as opened:
        settings, _ = people.current_settings(opened.connection, site_id)
        opened.name = OPERATOR
        found, left_out = [], []
        for label in _newest(opened, wanted, settings, at):
            record, _ = preparations.of(opened, label.preparation_id, lock=False)
            behind = paper_proofs.content_of(opened, label.id)
            status = papers.status(opened, label.id)
            if status not in _IN_FORCE or behind is None:
                left_out.append(f"{record.lot_number}: its label {'is ' + status.value if behind is not None else 'was made before contents were kept'}")
                continue
            order, _ = orders.of(opened, record.order_id, lock=False)
            told = {"patient": (None, order.patient_id), "label": (None, f"revision {label.revision}")}
            opened.tell_read(Told(action="print batch", subject="preparation", subject_id=record.id, changed=told))
            found.append(BatchLabel(lot_number=record.lot_number, content=documents.read(LabelContent, behind.document)))
        if not found:
            raise WorkflowRefused("NO_LABELS", "there is no label to print" + (f"; left out: {'; '.join(left_out)}" if left_out else " of that day"))
        return Batch(labels=tuple(found), left_out=tuple(left_out), settings=settings)


def _newest(opened: Transaction, wanted: BatchWanted, settings: Site, at: datetime) -> Iterator[Paper]:
    if wanted.lot_numbers:
        for lot_number in dict.fromkeys(wanted.lot_numbers):
            label = papers.newest_label(opened, lot_number)
            if label is None:
                raise WorkflowRefused("LOT_NOT_HERE", f"no preparation {lot_number} has a label here; nothing was printed")
            yield label
        return
    day = wanted.on or at.astimezone(settings.time_zone).date()
    begin = datetime.combine(day, time(), settings.time_zone)
    yield from papers.labels_made(opened, begin, datetime.combine(day + timedelta(days=1), time(), settings.time_zone))
