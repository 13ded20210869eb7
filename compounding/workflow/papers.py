"""Stage 6: label, leaflet and worksheet are set once, kept as they are, and sent again as the same bytes (clinical rules 25 to 27 and 29)."""

import secrets
from dataclasses import dataclass

from compounding.domain.allergy_gate import refusals
from compounding.domain.compose_label import compose_label
from compounding.domain.compose_leaflet import compose_leaflet
from compounding.domain.errors import WorkflowRefused
from compounding.domain.hand_over_parts import LabelStatus, PrintedFacts
from compounding.domain.label_elements import missing_elements
from compounding.domain.paper_kinds import LABEL, LARGE_PRINT, LEAFLET, WORKSHEET
from compounding.domain.people import Duty
from compounding.domain.record_changes import labelled, void_label
from compounding.domain.stages import Action, Subject, check_transition
from compounding.storage import contents, papers
from compounding.workflow.bench_steps import OfPreparation
from compounding.workflow.benches import check_stands, examined_with_its_lots, keep, load_preparation, on_bench
from compounding.workflow.examining import Held
from compounding.workflow.label_status import supersede
from compounding.workflow.paper_contents import facts_of_record, worksheet_of
from compounding.workflow.receiving import Standing
from compounding.workflow.setting_papers import USUAL_PLACE, Content, Place, keep_paper, numbered_copy, set_paper
from compounding.workflow.use_case import Work, use_case

_TOKEN_LETTERS = "2345679CFGHJKNPQRVWX"  # noqa: S105 - no vowel and no look-alike, so that it spells nothing and is read aloud without a slip.
_TOKEN_LENGTH = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintLabel:
    """The papers of a finished preparation, its labels at that place, and the leaflet in large print too where somebody asks for it."""

    preparation_id: str
    version: int
    place: Place = USUAL_PLACE
    large_print: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprint:
    """A stored paper to print once more, a label at that place; the reason stands in the act."""

    preparation_id: str
    version: int
    kind: str
    revision: int
    place: Place = USUAL_PLACE


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprinted:
    """Which bytes to send, and the number of the reprint that stands on them."""

    sha256: str
    reprint: int


@use_case
def print_label(work: Work, request: PrintLabel) -> Standing:
    """Set, read back and keep label, leaflet (also in large print where asked) and worksheet of a finished preparation.

    Raises Held where the gate refuses the jar, or the text does not fit, WorkflowRefused `LABEL_ELEMENT_MISSING` where the label lacks what the place
    asks of it, and PaperStopped where a paper that was read back says anything else than its content.
    """
    work.may(Duty.PRINT_PAPER)
    found = on_bench(work, request.preparation_id, version=request.version)
    check_transition(Subject.PREPARATION, Action.PRINT_LABEL, found.record.state)
    facts = facts_of_record(work, found, token="".join(secrets.choice(_TOKEN_LETTERS) for _ in range(_TOKEN_LENGTH)))
    label = compose_label(facts)
    missing = missing_elements(label, facts)
    if missing:
        raise WorkflowRefused("LABEL_ELEMENT_MISSING", f"the label lacks what {facts.profile.name} asks of it: {', '.join(missing)}; complete the settings")
    leaflet = compose_leaflet(facts)
    large: dict[str, Content] = {LARGE_PRINT: leaflet} if request.large_print else {}
    what: dict[str, Content] = {LABEL: label, LEAFLET: leaflet, **large, WORKSHEET: worksheet_of(work, found.record, facts)}
    made = {kind: set_paper(work, found.record.id, kind, content, request.place) for kind, content in what.items()}
    record = found.record
    revision = papers.last_revision(work.opened, record.id, LABEL) + 1
    printed = PrintedFacts(
        label_sha256=contents.keep(work.opened, made[LABEL], media_type="application/pdf"), label_revision=revision,
        strength_percent=facts.sheet.percent, amount_g=facts.amount_g, patient_name=facts.order.patient.name, second_identifier=facts.numbers.rx_number,
        beyond_use_date=facts.beyond_use.on, lot_number=facts.numbers.lot, base=facts.base, code=label.code,
    )  # fmt: skip
    sent = {}
    for kind, content in what.items():
        sent[kind] = keep_paper(
            work, record.id, kind, content, made[kind], token=facts.numbers.token if kind == LABEL else work.opened.new_id(),
            facts=printed if kind == LABEL else None, place=request.place,
        )  # fmt: skip
    after = labelled(record, sha256=printed.label_sha256, revision=revision, by=work.person.id, at=work.act.at)
    told = {kind: (None, f"revision {paper.revision}, sha256 {paper.sha256}") for kind, paper in sent.items()}
    changed = {**told, "label amount": (None, f"{facts.amount_g} g")}
    return keep(work, Action.PRINT_LABEL, record, after, version=request.version, changed=changed)


@use_case
def reprint(work: Work, request: Reprint) -> Reprinted:
    """Print a stored paper once more: the same content, with the copy's number on every page, and a reason. A label is asked what it was asked when it was
    printed; the other papers are not.

    Raises WorkflowRefused `LABEL_NOT_VALID` for a label that no longer counts, and what `check_stands` raises; Held where the gate refuses the jar now;
    StorageError `CONTENT_DAMAGED` where the file is not the one that was kept; PaperStopped.
    """
    work.may(Duty.PRINT_PAPER)
    reason = work.reason()
    found = load_preparation(work, request.preparation_id, version=request.version)
    check_transition(Subject.PREPARATION, Action.REPRINT, found.record.state)
    paper = papers.of_revision(work.opened, request.preparation_id, request.kind, request.revision)
    if paper.kind == LABEL:
        if papers.status(work.opened, paper.id) not in {LabelStatus.AWAITING_CHECK, LabelStatus.VALID}:
            raise WorkflowRefused("LABEL_NOT_VALID", "this label no longer counts; print a new one")
        check_stands(work, found, lock=True)
        _, verdict = examined_with_its_lots(work, found, on=work.today)
        if refusals(verdict):
            raise Held(refusals(verdict))
    number = work.opened.next_number(f"reprint {paper.id}")
    digest = numbered_copy(work, paper, request.place, number=number, reason=reason)
    told = f"revision {paper.revision}, reprint {number}, sha256 {digest}"
    work.tell(Action.REPRINT, "preparation", request.preparation_id, {paper.kind: (None, told)})
    return Reprinted(sha256=digest, reprint=number)


@use_case
def void_printed_label(work: Work, request: OfPreparation) -> Standing:
    """Withdraw a label, released or not; a new one needs a new final check."""
    work.may(Duty.PRINT_PAPER)
    reason = work.reason()
    found = load_preparation(work, request.preparation_id, version=request.version)
    after = void_label(found.record, reason, by=work.person.id, at=work.act.at)
    supersede(work, after.id, reason, LabelStatus.VOID)
    return keep(work, Action.VOID_LABEL, found.record, after, version=request.version)
