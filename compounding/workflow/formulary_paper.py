"""A Master Formulation Record as a PDF: set from exactly the text that is kept, read back, and sent; it is not kept, since the text is."""

from dataclasses import dataclass
from decimal import Decimal

from compounding.checked_paper import formula_pdf
from compounding.domain.calculation import calculate
from compounding.domain.compose_formula import compose_formula
from compounding.domain.errors import LevigateError, ReferenceDataError, WorkflowRefused
from compounding.domain.formula_facts import FormulaFacts
from compounding.domain.formulary_versions import Kind, TextVersion
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.people import Duty
from compounding.domain.weighing_sheet import WeighingSheet
from compounding.storage import signatures, texts
from compounding.storage.errors import NotFound
from compounding.workflow.formulary import OneVersion
from compounding.workflow.formulary_in_force import formula_of, phrases_of
from compounding.workflow.use_case import Work, use_case

_STAFF_LANGUAGE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaPaper:
    """The PDF, as hexadecimal, and the formula's id and version."""

    hexadecimal: str
    name: str

    @property
    def data(self) -> bytes:
        """The bytes."""
        return bytes.fromhex(self.hexadecimal)


@use_case
def print_formula(work: Work, request: OneVersion) -> FormulaPaper:
    """The record of one formula version on paper, as it stands today.

    Raises NotAllowed, NotFound, PaperDiffers (nothing is recorded of it: no preparation is meant), and WorkflowRefused `FORMULA_NOT_PRINTED` for a text that
    this program no longer reads or that does not fit on paper.
    """
    import labels

    work.may_one_of(Duty.READ_RECORDS, Duty.KEEP_FORMULARY)
    version = next((each for each in work.history.versions if each.key == (Kind.FORMULA, request.id, request.version)), None)
    if version is None or request.kind is not Kind.FORMULA:
        raise NotFound(f"formula as {request.id} {request.version}")
    try:
        pdf = formula_pdf(compose_formula(_facts(work, version)), work.site)
    except (labels.PaperError, ReferenceDataError) as refusal:
        raise WorkflowRefused("FORMULA_NOT_PRINTED", f"this formula cannot be printed: {refusal.message}") from refusal
    return FormulaPaper(hexadecimal=pdf.hex(), name=f"{version.id}-{version.version}")


def _facts(work: Work, version: TextVersion) -> FormulaFacts:
    formula, history = formula_of(version), work.history
    sheet, why = _worked_out(work, formula)
    spoken = history.in_force(Kind.PHRASES, f"phrases-{_STAFF_LANGUAGE}", work.today)
    return FormulaFacts(
        formula=formula, version=version, state=history.state(version, work.today), in_force=history.in_force(Kind.FORMULA, version.id, work.today),
        formulary=work.house.data.formulary,
        phrases=phrases_of(spoken) if spoken is not None else work.house.data.phrases[_STAFF_LANGUAGE],
        site=work.site, profile=work.profile, approval=history.approval_of(version, work.today),
        approvals=tuple(each for each in history.approvals if (each.kind, each.id, each.version, each.sha256) == (*version.key, version.sha256)),
        attestations=tuple(
            each for each in texts.attestations(work.opened.connection, work.house.site_id)
            if (each.formula, each.version, each.sha256) == (version.id, version.version, version.sha256)
        ),
        retirements=tuple(each for each in history.retirements if (each.kind, each.id, each.version) == version.key),
        signatures=signatures.of_decisions(work.opened, Kind.FORMULA.value, version.id, version.version),
        sheet=sheet, not_worked_out=why, printed_on=work.today,
    )  # fmt: skip


def _worked_out(work: Work, formula: MasterFormulationRecord) -> tuple[WeighingSheet | None, str]:
    """The formula's own batch on this pharmacy's balance, or why it cannot be weighed there."""
    try:
        return calculate(
            formula, amount_g=formula.example.batch_g, percent=formula.example.percent, substances=work.house.data.formulary.substances, lots={},
            balance=work.site.balance, overage_percent=Decimal(0),
        ), ""  # fmt: skip
    except LevigateError as refusal:
        return None, refusal.message
