"""A paper of a preparation is set from finished content, read back, and kept with that content; one that says something else is stopped and told of."""

from dataclasses import dataclass, replace
from typing import Any, TypeVar

from compounding import checked_paper
from compounding.domain.errors import ReferenceDataError, WorkflowRefused
from compounding.domain.hand_over_parts import PrintedFacts
from compounding.domain.label_content import LabelContent, LeafletContent, WorksheetContent
from compounding.domain.paper_differences import PaperDiffers
from compounding.domain.paper_kinds import LABEL, LARGE_PRINT, LEAFLET, WORKSHEET
from compounding.domain.reasons import CODES, reason
from compounding.storage import contents, documents, paper_proofs, papers
from compounding.storage.papers import Paper
from compounding.storage.trail import Told
from compounding.storage.transaction import Transaction
from compounding.workflow.examining import Held
from compounding.workflow.use_case import RefusedAndTold, Work

Content = LabelContent | LeafletContent | WorksheetContent
CONTENTS: dict[str, Any] = {LABEL: LabelContent, LEAFLET: LeafletContent, LARGE_PRINT: LeafletContent, WORKSHEET: WorksheetContent}
"""What each kind of paper is set from."""
C = TypeVar("C", bound=LabelContent | LeafletContent | WorksheetContent)


class PaperStopped(RefusedAndTold):
    """`PAPER_DIFFERS`: what was set was not kept as a paper; its bytes and every difference are on record as an incident."""

    def __init__(self, preparation_id: str, differs: PaperDiffers) -> None:
        super().__init__(differs.code, differs.message)
        self._preparation_id, self._differs = preparation_id, differs

    def record(self, opened: Transaction) -> None:
        """Keep the bytes and the differences, and tell it."""
        stopped = self._differs.stopped
        incident = paper_proofs.add_incident(opened, self._preparation_id, stopped, self._differs.pdf)
        fields = ", ".join(dict.fromkeys(each.field for each in stopped.differences))
        told = {stopped.kind: (None, f"stopped, incident {incident.id}, sha256 {incident.sha256}"), "fields": (None, fields)}
        opened.tell(Told(action="stop paper", subject="preparation", subject_id=self._preparation_id, changed=told))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """On which labels, and from which place of a sheet on; the site's own stock where none is named."""

    stock: str = ""
    start: int = 1


USUAL_PLACE = Place()


def set_paper(work: Work, preparation_id: str, kind: str, content: Content, place: Place = USUAL_PLACE) -> bytes:
    """The bytes of one paper, read back. Raises Held where the text cannot be set, PaperStopped, WorkflowRefused `LABEL_PLACE`."""
    import labels

    try:
        if isinstance(content, LabelContent):
            return checked_paper.label_pdf(content, work.site, stock=place.stock, start=place.start)
        if isinstance(content, LeafletContent):
            return checked_paper.leaflet_pdf(content, work.site, large_print=kind == LARGE_PRINT)
        return checked_paper.worksheet_pdf(content, work.site)
    except PaperDiffers as differs:
        raise PaperStopped(preparation_id, differs) from differs
    except (labels.InvalidStock, ReferenceDataError) as fault:
        raise WorkflowRefused("LABEL_PLACE", f"the label cannot be printed there: {fault.message}") from fault
    except labels.PaperError as refusal:
        if refusal.code not in CODES:
            # A label without a code or a stock that cannot be is a fault of this program, and must not look like a doubt about the order.
            raise
        raise Held([reason(refusal.code, detail=refusal.message)]) from refusal


def keep_paper(
    work: Work, preparation_id: str, kind: str, content: Content, pdf: bytes, *, token: str, facts: PrintedFacts | None = None, place: Place = USUAL_PLACE
) -> Paper:
    """Keep the bytes as the next revision of that kind, and the content they were set from."""
    revision = papers.last_revision(work.opened, preparation_id, kind) + 1
    language = content.language if kind != WORKSHEET else "en"
    kept = papers.add(work.opened, preparation_id, kind, pdf, revision=revision, token=token, language=language, facts=facts)
    document = documents.write(CONTENTS[kind], content)
    paper_proofs.keep_content(work.opened, kept.id, document, stock=(place.stock or work.site.label_stock) if kind == LABEL else work.site.sheet_paper)
    return kept


def numbered_copy(work: Work, paper: Paper, place: Place, *, number: int, reason: str) -> str:
    """The sha256 of a copy that carries its number on every page. What was printed before contents were kept is sent again as it is."""
    stored = paper_proofs.content_of(work.opened, paper.id)
    if stored is None:
        contents.of(work.opened, paper.sha256)
        return paper.sha256
    content: Content = documents.read(CONTENTS[paper.kind], stored.document)
    pdf = set_paper(work, paper.preparation_id, paper.kind, _marked(work, content, number), place)
    return paper_proofs.add_copy(work.opened, paper.id, pdf, number=number, stock=place.stock or stored.stock, reason=reason)


def _marked(work: Work, content: C, number: int) -> C:
    # The shipped words: a copy says so even where every text of the pharmacy has been retired meanwhile.
    mark = work.house.data.phrases[content.language].say("reprint_copy", count=str(number))
    marked = replace(content, draft_marks=(*content.draft_marks, mark))
    if isinstance(marked, LabelContent) and marked.translation is not None:
        return replace(marked, translation=_marked(work, marked.translation, number))
    return marked
