"""How the labels of a preparation stand: only the newest one that passed the final check is valid, and a recall outweighs everything."""

from dataclasses import dataclass

from compounding.domain.hand_over_parts import LabelStatus
from compounding.domain.people import Duty
from compounding.storage import papers
from compounding.storage.papers import LABEL
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
    """What a label's code answers. Raises NotFound for a token that no label here carries."""
    work.may(Duty.READ_RECORDS)
    return Scanned(status=papers.status(work.opened, papers.by_token(work.opened, request.token).id))


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
