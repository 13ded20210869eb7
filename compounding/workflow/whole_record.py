"""The whole record of one preparation for reading, printing and export: its lots, its papers, and every signature held against the text it was given for."""

from dataclasses import dataclass
from datetime import datetime

from compounding.domain.errors import LevigateError
from compounding.domain.ingredient_lots import IngredientLot
from compounding.domain.paper_kinds import LABEL
from compounding.domain.people import Duty, Signature
from compounding.storage import lots, orders, paper_proofs, papers, patients, people, preparations, signatures
from compounding.storage.paper_proofs import Copy, Incident
from compounding.workflow.reading import Of, PreparationSeen
from compounding.workflow.reading_budget import tell_reading
from compounding.workflow.use_case import Work, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureHeld:
    """A signature, and whether the text that was kept with it still has the hash it was given for; `problem` says in words why it has not."""

    signature: Signature
    is_intact: bool
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperBrief:
    """A stored paper: which one, of what bytes, for a label how it stands, its numbered copies, and the finished content (JSON) it was set from, if kept."""

    kind: str
    revision: int
    sha256: str
    made_at: datetime
    status: str = ""
    copies: tuple[Copy, ...] = ()
    stock: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeRecord:
    """Everything of one preparation. `names` are the people of the pharmacy by their keys."""

    seen: PreparationSeen
    patient_id: str
    patient_name: str
    order_number: str
    lots: tuple[IngredientLot, ...]
    papers: tuple[PaperBrief, ...]
    signatures: tuple[SignatureHeld, ...]
    names: tuple[tuple[str, str], ...]
    stopped_papers: tuple[Incident, ...] = ()
    label_stock: str = ""


@use_case
def read_whole_record(work: Work, request: Of) -> WholeRecord:
    """Read everything of a preparation."""
    work.may(Duty.READ_RECORDS)
    record, version = preparations.of(work.opened, request.id, lock=False)
    order, _ = orders.of(work.opened, record.order_id, lock=False)
    patient = patients.of(work.opened, order.patient_id)
    used = dict.fromkeys((*record.lot_ids, *(each.lot_id for each in record.weighings)))
    tell_reading(work, "preparation", record.id, {"patient": (None, order.patient_id)})
    return WholeRecord(
        seen=PreparationSeen(version=version, record=record), patient_id=patient.id, patient_name=patient.profile.name, order_number=order.rx_number,
        lots=tuple(lots.of(work.opened, each, lock=False)[0] for each in used),
        papers=tuple(_brief(work, each) for each in papers.of_preparation(work.opened, record.id)),
        signatures=tuple(_held(work, each) for each in signatures.of(work.opened, "preparation", record.id)),
        names=tuple((each.id, each.name) for each in people.people_of(work.opened.connection, work.opened.site_id)),
        stopped_papers=tuple(paper_proofs.incidents_of(work.opened, record.id)), label_stock=work.site.label_stock,
    )  # fmt: skip


def _brief(work: Work, paper: papers.Paper) -> PaperBrief:
    status = papers.status(work.opened, paper.id).value if paper.kind == LABEL else ""
    behind = paper_proofs.content_of(work.opened, paper.id)
    return PaperBrief(
        kind=paper.kind, revision=paper.revision, sha256=paper.sha256, made_at=paper.made_at, status=status,
        copies=tuple(paper_proofs.copies_of(work.opened, paper.id)), stock=behind.stock if behind is not None else "",
        content=behind.document if behind is not None else "",
    )  # fmt: skip


def _held(work: Work, signed: Signature) -> SignatureHeld:
    try:
        signatures.verify(work.opened, signed)
    except LevigateError as fault:
        return SignatureHeld(signature=signed, is_intact=False, problem=fault.message)
    return SignatureHeld(signature=signed, is_intact=True)
