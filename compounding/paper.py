"""From a worked-out order to its papers: the facts they share, gathered once, and the PDFs set from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from compounding.checked_paper import label_pdf, leaflet_pdf, worksheet_pdf
from compounding.domain.allergy_gate import AllergyGate
from compounding.domain.beyond_use import BeyondUse
from compounding.domain.clinical_assessment import ClinicalAssessment
from compounding.domain.compose_label import compose_label
from compounding.domain.compose_leaflet import compose_leaflet
from compounding.domain.compose_worksheet import compose_worksheet
from compounding.domain.label_content import WorksheetContent
from compounding.domain.orders import MedicationOrder
from compounding.domain.paper_differences import PaperDiffers
from compounding.domain.paper_facts import Numbers, PaperFacts
from compounding.domain.reasons import CODES, Reason, Severity, reason
from compounding.domain.selection import FormulationChoice
from compounding.domain.site import second_language
from compounding.domain.weighing_sheet import WeighingSheet
from compounding.planning import Bench
from compounding.reference import ReferenceData


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What paper is made for: an order that the gate let through, its sheet and date, and what must be said beside it.

    `clinical` is the signed clinical assessment that counts, None where there is none.
    """

    order: MedicationOrder
    gate: AllergyGate
    choice: FormulationChoice
    sheet: WeighingSheet
    beyond_use: BeyondUse
    language: str
    numbers: Numbers
    draft_phrases: tuple[str, ...]
    reasons: Sequence[Reason]
    dispensed_on: date
    amount_g: Decimal
    repeats_left: int
    prescriber_attested: bool = False
    clinical: ClinicalAssessment | None = None


def facts_of(made: Made, bench: Bench, data: ReferenceData) -> PaperFacts:
    """Everything the papers say, on the label in the site's second language too. Raises LevigateError `GATE_REFUSED` for a jar this patient may not have."""
    second = second_language(bench.site, made.language)
    return PaperFacts(
        order=made.order,
        screening=made.gate.screening,
        choice=made.choice,
        sheet=made.sheet,
        beyond_use=made.beyond_use,
        formulary=data.formulary,
        evidence=data.evidence,
        site=bench.site,
        profile=bench.profile,
        phrases=data.phrases[made.language],
        staff_phrases=data.phrases["en"],
        numbers=made.numbers,
        compounded_on=bench.on,
        dispensed_on=made.dispensed_on,
        draft_phrases=made.draft_phrases,
        warnings=tuple(dict.fromkeys(each for each in made.reasons if each.severity is Severity.WARNING)),
        holds=made.gate.holds(made.choice.formula),
        assessments=made.gate.assessments,
        amount_g=made.amount_g,
        repeats_left=made.repeats_left,
        prescriber_attested=made.prescriber_attested,
        clinical=made.clinical,
        second_phrases=data.phrases[second] if second else None,
    )


def set_papers(facts: PaperFacts, *, worksheet: WorksheetContent | None = None) -> tuple[dict[str, bytes] | None, list[Reason]]:
    """The three papers, each read back, or the reason why one of them cannot be set or does not say what it should.

    `worksheet` is one that is filled in already; without it the boxes are empty.
    """
    # Imported here, since setting paper is slow to load and most orders are not ready.
    import labels

    site = facts.site
    try:
        return {
            "worksheet.pdf": worksheet_pdf(worksheet or compose_worksheet(facts), site),
            "label.pdf": label_pdf(compose_label(facts), site),
            "leaflet.pdf": leaflet_pdf(compose_leaflet(facts), site),
        }, []
    except PaperDiffers as differs:
        return None, [reason(differs.code, detail=differs.message)]
    except labels.PaperError as refusal:
        if refusal.code not in CODES:
            # A label without a code or a stock that cannot be is a fault of this program, and must not look like a doubt about the order.
            raise
        return None, [reason(refusal.code, detail=refusal.message)]
