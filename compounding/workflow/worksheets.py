"""The worksheet of a preparation at any stage: blank where nothing is recorded yet, filled in where it is; kept like every paper."""

from dataclasses import dataclass

from compounding.domain.paper_kinds import WORKSHEET
from compounding.domain.people import Duty
from compounding.workflow.bench_steps import OfPreparation
from compounding.workflow.benches import on_bench
from compounding.workflow.paper_contents import facts_of_record, worksheet_of
from compounding.workflow.setting_papers import keep_paper, set_paper
from compounding.workflow.use_case import Work, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksheetKept:
    """The worksheet that was printed: its revision and the sha256 of its bytes."""

    revision: int
    sha256: str


@use_case
def print_worksheet(work: Work, request: OfPreparation) -> WorksheetKept:
    """Print the worksheet as the record stands now; a new revision each time. The gate is asked, as before every paper. Raises as `print_label`."""
    work.may(Duty.PRINT_PAPER)
    found = on_bench(work, request.preparation_id, version=request.version)
    content = worksheet_of(work, found.record, facts_of_record(work, found, token=""))
    kept = keep_paper(work, found.record.id, WORKSHEET, content, set_paper(work, found.record.id, WORKSHEET, content), token=work.opened.new_id())
    work.tell("print worksheet", "preparation", found.record.id, {WORKSHEET: (None, f"revision {kept.revision}, sha256 {kept.sha256}")})
    return WorksheetKept(revision=kept.revision, sha256=kept.sha256)
