"""What a final check that found something was held against: the label it read, and the record, once the check is signed and blind no longer."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from compounding.domain.hand_over_parts import PrintedFacts
from compounding.domain.paper_kinds import LABEL
from compounding.domain.people import Duty
from compounding.storage import orders, papers, preparations
from compounding.storage.errors import NotFound
from compounding.workflow.reading import Of
from compounding.workflow.reading_budget import tell_reading
from compounding.workflow.use_case import Work, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAgainst:
    """The label that was withdrawn by the check, as it was printed, and the record's own figures (strength in % w/w as pentahydrate, amount in grams)."""

    printed: PrintedFacts
    strength_percent: Decimal
    amount_g: Decimal
    beyond_use_date: date
    lot_number: str


@use_case
def read_failed_check(work: Work, request: Of) -> HeldAgainst:
    """What the last final check was held against, where it found something. Raises NotFound where none did: before it is signed nobody is told."""
    work.may(Duty.READ_RECORDS)
    record, _ = preparations.of(work.opened, request.id, lock=False)
    if not record.holds or record.holds[-1].found_by is None or not record.withdrawn_labels:
        raise NotFound("final check with discrepancies")
    order, _ = orders.of(work.opened, record.order_id, lock=False)
    paper = papers.of_revision(work.opened, record.id, LABEL, record.withdrawn_labels[-1].label.revision)
    if paper.facts is None:
        raise NotFound("content of the label")
    tell_reading(work, "preparation", record.id, {"patient": (None, order.patient_id)})
    return HeldAgainst(
        printed=paper.facts, strength_percent=record.sheet.percent, amount_g=record.amount_to_label_g, beyond_use_date=record.beyond_use.on,
        lot_number=record.lot_number,
    )  # fmt: skip
