"""How the labels of a preparation stand: only the newest one that passed the final check is valid, and a recall outweighs everything."""

from dataclasses import dataclass

from compounding.domain.allergy_gate import refusals
from compounding.domain.errors import LevigateError
from compounding.domain.hand_over_parts import LabelStatus
from compounding.domain.paper_kinds import LABEL
from compounding.domain.people import Duty
from compounding.domain.stages import State
from compounding.storage import papers
from compounding.storage.documents import UnreadableDocument
from compounding.storage.errors import StorageError
from compounding.workflow.benches import check_stands, examined_with_its_lots, seen_unlocked
from compounding.workflow.use_case import Work, use_case

_ENDED = frozenset({LabelStatus.VOID, LabelStatus.SUPERSEDED, LabelStatus.RECALLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """The token of a label's code."""

    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """One word about a label: awaiting check, valid, superseded, void or recalled. Nothing of the patient."""

    status: LabelStatus


@use_case
def scan_label(work: Work, request: Scan) -> Scanned:
    """What a label's code answers: valid only while everything that the jar rests on stands, else void. Raises NotFound for a token that no label carries."""
    work.may(Duty.READ_RECORDS)
    label = papers.by_token(work.opened, request.token)
    status = papers.status(work.opened, label.id)
    if status is LabelStatus.VALID and not _is_as_released(work, label.preparation_id):
        status = LabelStatus.VOID
    return Scanned(status=status)


def _is_as_released(work: Work, preparation_id: str) -> bool:
    """Whether the jar could still be handed out, or was and stands as it was: its order, texts and lots, the gate, and its beyond-use date."""
    found = seen_unlocked(work, preparation_id)
    if found.record.state not in {State.RELEASED, State.DISPENSED} or work.today > found.record.beyond_use.on:
        return False
    try:
        check_stands(work, found, lock=False)
        _, verdict = examined_with_its_lots(work, found, on=work.today)
    except (StorageError, UnreadableDocument):
        # What cannot be read says nothing of the jar.
        raise
    except LevigateError:
        return False
    return not refusals(verdict)


def supersede(work: Work, preparation_id: str, reason: str, status: LabelStatus = LabelStatus.SUPERSEDED) -> None:
    """No label that was printed for a preparation counts any more. A recall marks the ended ones too."""
    for each in list(papers.of_preparation(work.opened, preparation_id)):
        if each.kind != LABEL:
            continue
        before = papers.status(work.opened, each.id)
        if before is status or (before in _ENDED and status is not LabelStatus.RECALLED):
            continue
        papers.set_status(work.opened, each.id, status, reason)
        work.tell(f"label {status.value}", "label", each.id, {"status": (before.value, status.value)}, reason=reason)
