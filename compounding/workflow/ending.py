"""How a preparation leaves the path: scrapped, taken back, or recalled; always with a reason, and whatever its order has become since."""

from collections.abc import Callable
from typing import Any

from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.finishing import recall, scrap, take_back
from compounding.domain.hand_over_parts import LabelStatus
from compounding.domain.people import Duty
from compounding.domain.stages import Action
from compounding.workflow.bench_steps import OfPreparation
from compounding.workflow.benches import keep, load_preparation
from compounding.workflow.label_status import supersede
from compounding.workflow.receiving import Standing
from compounding.workflow.use_case import Work, use_case


@use_case
def scrap_preparation(work: Work, request: OfPreparation) -> Standing:
    """Throw a preparation away. What it took from the lots is gone with it."""
    return _end(work, Action.SCRAP, Duty.FINAL_CHECK, scrap, request, LabelStatus.VOID)


@use_case
def take_back_preparation(work: Work, request: OfPreparation) -> Standing:
    """A container came back; it is never handed out again."""
    return _end(work, Action.TAKE_BACK, Duty.HAND_OUT, take_back, request, LabelStatus.VOID)


@use_case
def recall_preparation(work: Work, request: OfPreparation) -> Standing:
    """Recall one preparation; a scan of its label says so from now on."""
    return _end(work, Action.RECALL, Duty.RECALL, recall, request, LabelStatus.RECALLED)


def _end(work: Work, action: Action, duty: Duty, ending: Callable[..., CompoundingRecord], request: OfPreparation, label: LabelStatus, **also: Any) -> Standing:
    work.may(duty)
    reason = work.reason()
    found = load_preparation(work, request.preparation_id, version=request.version)
    after = ending(found.record, reason, by=work.person.id, at=work.act.at, **also)
    supersede(work, after.id, reason, label)
    return keep(work, action, found.record, after, version=request.version)
