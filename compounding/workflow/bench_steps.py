"""Stage 5 at the bench: assessment, a second person's recalculation, weighing, witness, finish, and what is done where a limit is passed."""

from dataclasses import dataclass
from decimal import Decimal

from compounding.domain.assurance import Level
from compounding.domain.clinical_assessment import ClinicalAssessment, check_known
from compounding.domain.compounding_record import CompoundingRecord, record_sha256, signed_text
from compounding.domain.errors import WorkflowRefused
from compounding.domain.finishing import decide, finish, rework
from compounding.domain.hand_over_parts import LabelStatus
from compounding.domain.hydrates import molar_masses
from compounding.domain.people import Duty, Signature
from compounding.domain.preparing import assess, assessing, recalculate, weigh, witness
from compounding.domain.record_changes import NewWords, correct
from compounding.domain.record_parts import Figures, FinishReport, QualityResult, Weighing, WitnessReading
from compounding.domain.stages import Action, State
from compounding.storage import contents, documents, people, preparations, signatures
from compounding.workflow.benches import OnBench, formula_pinned, keep, on_bench
from compounding.workflow.evidence import check_fresh_evidence
from compounding.workflow.label_status import supersede
from compounding.workflow.receiving import Standing
from compounding.workflow.stock import take
from compounding.workflow.use_case import Work, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Assess:
    """The pharmacist's clinical assessment of this fill."""

    preparation_id: str
    version: int
    assessment: ClinicalAssessment


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalculate:
    """A second person's own figures in grams, entered without seeing the sheet's: each line in its order, and the batch.

    In a sole practice the same person enters them again, ten minutes later or more, with a photo or printout (its sha256).
    """

    preparation_id: str
    version: int
    masses_g: tuple[Decimal, ...]
    batch_g: Decimal
    as_sole_practitioner: bool = False
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Weigh:
    """One line of the sheet (counted from 0) weighed: grams as the balance shows them, and the lot whose code was scanned or typed."""

    preparation_id: str
    version: int
    line: int
    mass_g: Decimal
    lot_id: str
    is_scanned: bool
    balance_checked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """What the witness saw of every weighing of the drug, before mixing."""

    preparation_id: str
    version: int
    readings: tuple[WitnessReading, ...]
    as_sole_practitioner: bool = False
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """The finished preparation, once every signed step of the procedure is ticked: quality tests, temperature (°C), grams obtained and in each container."""

    preparation_id: str
    version: int
    quality: tuple[QualityResult, ...]
    highest_temperature_celsius: Decimal
    obtained_g: Decimal
    net_g: tuple[Decimal, ...]
    container: str
    deviations: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfPreparation:
    """A step that needs nothing but the preparation as it was seen; its reason stands in the act.

    `evidence` and `as_sole_practitioner` are for a signature where no second person is there.
    """

    preparation_id: str
    version: int
    as_sole_practitioner: bool = False
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectWords:
    """Words of a finished record to correct; None leaves a part as it is, `quality` pairs a test's name with its result in words."""

    preparation_id: str
    version: int
    container: str | None = None
    deviations: str | None = None
    quality: tuple[tuple[str, str], ...] = ()


@use_case
def assess_clinically(work: Work, request: Assess) -> Standing:
    """Sign the clinical assessment, the first or a later one. One that stands against the preparation is kept with its reason, and scraps it."""
    work.may(Duty.ASSESS_CLINICALLY)
    found = on_bench(work, request.preparation_id, version=request.version)
    check_known(request.assessment, born_on=found.patient.profile.born_on, on=work.today)
    signature = work.sign(Duty.ASSESS_CLINICALLY, of_sha256=record_sha256(found.record, request.assessment))
    after = assess(found.record, request.assessment, signature)
    signatures.add(work.opened, "preparation", after.id, signature, text=signed_text(found.record, request.assessment))
    reason = ""
    if not request.assessment.proceed:
        reason = request.assessment.why.strip()
        supersede(work, after.id, reason, LabelStatus.VOID)
    earlier = found.record.assessments[-1].assessment if found.record.assessments else None
    before = documents.write(ClinicalAssessment, earlier) if earlier is not None else None
    changed = {"clinical assessment": (before, documents.write(ClinicalAssessment, request.assessment))}
    return keep(work, assessing(found.record, request.assessment), found.record, after, version=request.version, changed=changed, reason=reason)


@use_case
def recalculate_figures(work: Work, request: Recalculate) -> Standing:
    """Enter own figures. Where they agree the preparation goes on; where not, that is kept, and nothing says what the sheet's figures are."""
    work.may(Duty.RECALCULATE)
    found = on_bench(work, request.preparation_id, version=request.version)
    contents.check_there(work.opened, *request.evidence)
    check_fresh_evidence(work, found.record, found.order, request.evidence)
    figures = Figures(masses_g=request.masses_g, batch_g=request.batch_g)
    signature = work.sign(
        Duty.RECALCULATE, of_sha256=record_sha256(found.record, figures), evidence=request.evidence, as_sole_practitioner=request.as_sole_practitioner
    )
    after = recalculate(found.record, figures, signature)
    agrees = after.state is State.RECALCULATED
    if agrees:
        signatures.add(work.opened, "preparation", after.id, signature, text=signed_text(found.record, figures))
    changed = {"figures": (None, documents.write(Figures, figures))}
    return keep(work, Action.RECALCULATE if agrees else Action.DISAGREE, found.record, after, version=request.version, changed=changed)


@use_case
def weigh_line(work: Work, request: Weigh) -> Standing:
    """Weigh one line; what it took is taken from its lot in the same step. Raises LotRefused for a lot that may no longer be used, and StockRefused."""
    work.may(Duty.WEIGH)
    found = on_bench(work, request.preparation_id, version=request.version)
    record = found.record
    if work.today != record.compounded_on:
        day = record.compounded_on.isoformat()
        raise WorkflowRefused("ANOTHER_DAY", f"this was planned for {day}; scrap it and plan it for today, since its dates would be wrong")
    if not request.balance_checked:
        raise WorkflowRefused("BALANCE_NOT_CHECKED", "check the balance and say so before the first weighing of the day")
    settings = people.settings_at(work.opened.connection, work.house.site_id, record.site_revision)
    done = Weighing(
        line=request.line, mass_g=request.mass_g, lot_id=request.lot_id, is_scanned=request.is_scanned, balance=settings.balance.name,
        balance_checked_on=work.today, by=work.person.id, at=work.act.at,
        supervised_by=work.supervised_by(Duty.WEIGH),
    )  # fmt: skip
    after = weigh(record, done)
    take(work, request.lot_id, request.mass_g, after.id)
    preparations.add_weighing(work.opened, after, done)
    action = Action.FINISH_WEIGHING if after.state is State.WEIGHED else Action.WEIGH
    line = record.sheet.lines[request.line]
    lot_number = line.lot.number if line.lot is not None else ""
    read = "scanned" if done.is_scanned else "typed"
    told = f"{done.mass_g} g of lot {lot_number}, to weigh {line.to_weigh_g} g, code {read}, {done.balance}"
    changed = {f"line {request.line + 1}, {line.name}": (None, told)}
    return keep(work, action, record, after, version=request.version, changed=changed)


@use_case
def witness_weighing(work: Work, request: Witness) -> Standing:
    """Witness container, lot and balance reading of the drug, before anything is mixed."""
    work.may(Duty.WITNESS_WEIGHING)
    found = on_bench(work, request.preparation_id, version=request.version)
    contents.check_there(work.opened, *request.evidence, *(each.from_evidence for each in request.readings if each.from_evidence))
    check_fresh_evidence(work, found.record, found.order, (*request.evidence, *(each.from_evidence for each in request.readings if each.from_evidence)))
    signature = work.sign(
        Duty.WITNESS_WEIGHING, of_sha256=record_sha256(found.record, request.readings), evidence=request.evidence,
        as_sole_practitioner=request.as_sole_practitioner,
    )  # fmt: skip
    after = witness(found.record, request.readings, signature)
    signatures.add(work.opened, "preparation", after.id, signature, text=signed_text(found.record, request.readings))
    told = "; ".join(f"line {each.line + 1}: {each.container}, lot {each.lot_id}, {each.mass_g} g" for each in request.readings)
    return keep(work, Action.WITNESS, found.record, after, version=request.version, changed={"witnessed": (None, told)})


@use_case
def make(work: Work, request: Make) -> Standing:
    """Record the finished preparation. Outside a limit it is on hold, with every reason."""
    work.may(Duty.WEIGH)
    found = on_bench(work, request.preparation_id, version=request.version)
    record = found.record
    settings = people.settings_at(work.opened.connection, work.house.site_id, record.site_revision)
    report = FinishReport(
        quality=request.quality,
        highest_temperature_celsius=request.highest_temperature_celsius, obtained_g=request.obtained_g, net_g=request.net_g, container=request.container,
        deviations=request.deviations, by=work.person.id, at=work.act.at, supervised_by=work.supervised_by(Duty.WEIGH),
    )  # fmt: skip
    after = finish(
        record, report, formula=formula_pinned(work, record), masses=molar_masses(work.data.formulary.substances), tolerances=settings.tolerances,
        readability_g=settings.balance.readability_g,
    )  # fmt: skip
    held = after.state is State.ON_HOLD
    changed = {"finish": (None, documents.write(FinishReport, report))}
    told = "; ".join(f"{each.code}: {each.message}" for hold in after.holds for each in hold.reasons)
    return keep(work, Action.HOLD if held else Action.MAKE, record, after, version=request.version, changed=changed, reason=told if held else "")


@use_case
def decide_on_hold(work: Work, request: OfPreparation) -> Standing:
    """A pharmacist's signed decision to go on in spite of a hold, where that may be decided at all."""
    work.may(Duty.DECIDE_HOLDS)
    reason = work.reason()
    found = on_bench(work, request.preparation_id, version=request.version)
    signature = _signed_alone(work, Duty.DECIDE_HOLDS, found, reason, request)
    after = decide(found.record, reason, signature)
    signatures.add(work.opened, "preparation", after.id, signature, text=signed_text(found.record, reason))
    held = ", ".join(each.code for each in after.holds[-1].reasons)
    return keep(work, Action.DECIDE, found.record, after, version=request.version, changed={"hold": (held, f"decided by {signature.name}")})


@use_case
def rework_preparation(work: Work, request: OfPreparation) -> Standing:
    """Throw away what was made and begin again with a new recalculation; a label that was printed no longer counts.

    Signed work is discarded by it, so it needs the password again: raises NotAllowed `CONFIRM_WITH_PASSWORD`.
    """
    work.may(Duty.FINAL_CHECK)
    work.confirmed(Level.AGAIN)
    reason = work.reason()
    found = on_bench(work, request.preparation_id, version=request.version)
    after = rework(found.record, reason, by=work.person.id, at=work.act.at)
    supersede(work, after.id, reason)
    return keep(work, Action.REWORK, found.record, after, version=request.version, changed={"discarded": (_attempt_told(found.record), None)})


@use_case
def correct_record(work: Work, request: CorrectWords) -> Standing:
    """Correct words of a finished record, signed; label and release are withdrawn, and the old words stay in view."""
    work.may(Duty.FINAL_CHECK)
    reason = work.reason()
    found = on_bench(work, request.preparation_id, version=request.version)
    if len({name for name, _ in request.quality}) != len(request.quality):
        raise WorkflowRefused("NOTHING_TO_CORRECT", "a quality test is named twice")
    words = NewWords(container=request.container, deviations=request.deviations, quality=dict(request.quality))
    signature = work.sign(Duty.FINAL_CHECK, of_sha256=record_sha256(found.record, (words.told, reason)))
    after = correct(found.record, words, reason, signature)
    signatures.add(work.opened, "preparation", after.id, signature, text=signed_text(found.record, (words.told, reason)))
    supersede(work, after.id, reason)
    changed = {each.field: (each.before, each.after) for each in after.corrections[-1].changes}
    return keep(work, Action.CORRECT_RECORD, found.record, after, version=request.version, changed=changed)


def _signed_alone(work: Work, duty: Duty, found: OnBench, reason: str, request: OfPreparation) -> Signature:
    contents.check_there(work.opened, *request.evidence)
    check_fresh_evidence(work, found.record, found.order, request.evidence)
    digest = record_sha256(found.record, reason)
    return work.sign(duty, of_sha256=digest, evidence=request.evidence, as_sole_practitioner=request.as_sole_practitioner)


def _attempt_told(record: CompoundingRecord) -> str:
    """What a rework throws away, in words."""
    weighed = "; ".join(f"{record.sheet.lines[each.line].name} {each.mass_g} g of lot {each.lot_id}" for each in record.weighings) or "nothing"
    parts = [f"weighed: {weighed}"]
    if record.witness is not None:
        parts.append(f"witnessed by {record.witness.signature.name}")
    if record.finish is not None:
        parts.append(f"finished: {record.finish.report.obtained_g} g obtained, {', '.join(str(each) for each in record.finish.report.net_g)} g filled")
    parts.extend(f"held: {', '.join(each.code for each in hold.reasons)}" for hold in record.holds)
    if record.label is not None:
        parts.append(f"label revision {record.label.revision}")
    return ". ".join(parts)
