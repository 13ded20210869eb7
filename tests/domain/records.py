"""A compounding record at every state, built only by the functions a pharmacy's steps call, from a real weighing sheet."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from compounding.config.site_file import example_site
from compounding.domain.beyond_use import BeyondUse
from compounding.domain.calculation import calculate
from compounding.domain.clinical_assessment import ClinicalAssessment, LesionState, Pregnancy, Told
from compounding.domain.compounding_record import CompoundingRecord, record_sha256
from compounding.domain.dispensing import PatientIdentity, dispense, handed_out
from compounding.domain.finishing import finish
from compounding.domain.hand_over_parts import Counselling, CounsellingWay, FinalCheck, HandOut, LabelStatus, PrintedFacts, Release, SignedCounselling
from compounding.domain.hydrates import molar_masses
from compounding.domain.jar import by_substance
from compounding.domain.people import Duty, Role, Signature
from compounding.domain.preparing import Provenance, RecordNumbers, assess, plan, recalculate, weigh, witness
from compounding.domain.procedure_steps import tick
from compounding.domain.record_changes import labelled
from compounding.domain.record_parts import Figures, FinishReport, QualityResult, Weighing, WitnessReading
from compounding.domain.site import Tolerances
from compounding.domain.stages import State
from compounding.domain.substances import Lot
from compounding.domain.verification import released, verify
from compounding.reference import load
from tests.factories import GOLDEN_LOT

DATA = load()
SITE = example_site()
FORMULA = DATA.formulary.formulas["sodium-thiosulfate-in-petrolatum"]
MASSES = molar_masses(DATA.formulary.substances)
DAY = date(2026, 11, 22)
START = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
PLANNER, SECOND, WEIGHER, CHECKER = "pharmacist-1", "technician-2", "technician-3", "pharmacist-4"
EVIDENCE = "e" * 64
SHEET = calculate(
    FORMULA, amount_g=Decimal(60), percent=Decimal(25), substances=DATA.formulary.substances, balance=SITE.balance, overage_percent=Decimal(0),
    lots=by_substance((GOLDEN_LOT, Lot(substance="mineral-oil", number="MO-1"), Lot(substance="white-petrolatum", number="WP-1"))),
)  # fmt: skip
LOT_IDS = ("lot-drug", "lot-oil", "lot-base")
AGREEING = Figures(masses_g=tuple(line.to_weigh_g for line in SHEET.lines), batch_g=SHEET.batch_g)
BEYOND_USE = BeyondUse(on=date(2026, 12, 21), rule="30 days from 2026-11-22", proposed=True)
PATIENT = PatientIdentity(name="Ada Example", identifiers=frozenset({"1970-02-03", "RX-1001"}))
CODE = "L-0001 RX-1001"
FINE = ClinicalAssessment(
    profile_reviewed_on=DAY, profile_reviewed_where="PharmaNet", age_years=56, pregnancy_or_breast_feeding=Pregnancy.NOT_APPLICABLE,
    lesion=LesionState.INTACT, body_site="right elbow", oxygen_or_smoking=Told(yes=False), other_wound_products=Told(yes=False),
    earlier_reaction=Told(yes=False), prescriber_contacted=False, proceed=True,
)  # fmt: skip
OFFERED = Counselling(is_offered=True, is_accepted=True, by=CHECKER, way=CounsellingWay.IN_PERSON)


def minute(number: int) -> datetime:
    """So many minutes after the day's work began, in UTC."""
    return START + timedelta(minutes=number)


def sign(
    record: CompoundingRecord, *, adding: object, duty: Duty, by: str, at: datetime, evidence: tuple[str, ...] = (), sole: bool = False, supervised_by: str = ""
) -> Signature:
    """A signature under exactly this."""
    return Signature(
        duty=duty, person_id=by, name=by.title(), role=Role.PHARMACIST, licence="12345", at=at, of_sha256=record_sha256(record, adding), evidence=evidence,
        as_sole_practitioner=sole, supervised_by=supervised_by,
    )  # fmt: skip


def planned(*, sole_practitioner_allowed: bool = False) -> CompoundingRecord:
    provenance = Provenance(
        formula_sha256=FORMULA.sha256, phrases_version="1", phrases_sha256="b" * 64, phrases_language="en", lexicon_sha256="c" * 64, site_revision=3,
        sole_practitioner_allowed=sole_practitioner_allowed,
    )  # fmt: skip
    numbers = RecordNumbers(id="record-1", order_id="order-1", fill=1, rx_number="RX-1001", lot_number="L-0001")
    return plan(numbers, provenance=provenance, sheet=SHEET, lot_ids=LOT_IDS, beyond_use=BEYOND_USE, compounded_on=DAY, by=PLANNER, at=START)


def assessed(record: CompoundingRecord, assessment: ClinicalAssessment = FINE, *, by: str = PLANNER) -> CompoundingRecord:
    return assess(record, assessment, sign(record, adding=assessment, duty=Duty.ASSESS_CLINICALLY, by=by, at=minute(1)))


def recalculated(record: CompoundingRecord, figures: Figures = AGREEING, *, by: str = SECOND, at: int = 20, **how: object) -> CompoundingRecord:
    return recalculate(record, figures, sign(record, adding=figures, duty=Duty.RECALCULATE, by=by, at=minute(at), **how))  # type: ignore[arg-type]


def weighing(line: int, *, mass_g: Decimal | None = None, by: str = WEIGHER, at: int = 30) -> Weighing:
    return Weighing(
        line=line, mass_g=SHEET.lines[line].to_weigh_g if mass_g is None else mass_g, lot_id=LOT_IDS[line], is_scanned=True, balance="Balance 1",
        balance_checked_on=DAY, by=by, at=minute(at),
    )  # fmt: skip


def weighed(record: CompoundingRecord, *masses_g: str, by: str = WEIGHER) -> CompoundingRecord:
    for line in range(len(SHEET.lines)):
        record = weigh(record, weighing(line, mass_g=Decimal(masses_g[line]) if masses_g else None, by=by))
    return record


def readings(record: CompoundingRecord, *, from_evidence: str = "") -> tuple[WitnessReading, ...]:
    drug = next(each for each in record.weighings if each.line == 0)
    return (WitnessReading(line=0, container="500 g jar, white label", lot_id=drug.lot_id, mass_g=drug.mass_g, from_evidence=from_evidence),)


def witnessed(record: CompoundingRecord, *, by: str = SECOND, at: int = 45, seen: tuple[WitnessReading, ...] | None = None, **how: object) -> CompoundingRecord:
    seen = readings(record) if seen is None else seen
    return witness(record, seen, sign(record, adding=seen, duty=Duty.WITNESS_WEIGHING, by=by, at=minute(at), **how))  # type: ignore[arg-type]


REPORT = FinishReport(
    quality=tuple(QualityResult(name=test.name, result="as described", is_passed=True) for test in FORMULA.quality_tests),
    highest_temperature_celsius=Decimal("24.5"), obtained_g=Decimal("59.6"), net_g=(Decimal("59.5"),), container="60 g tube", deviations="none", by=WEIGHER,
    at=minute(55),
)  # fmt: skip
SHORT = replace(REPORT, net_g=(Decimal(50),))
"""A short jar: 50 g of the 60 g ordered."""


def failing(name: str, report: FinishReport = REPORT) -> FinishReport:
    """The report with one quality test not passed."""
    return replace(report, quality=tuple(replace(each, is_passed=False) if each.name == name else each for each in report.quality))


def ticked(record: CompoundingRecord) -> CompoundingRecord:
    """Every signed step that is not ticked yet, by the person it names."""
    for number, step in enumerate(FORMULA.procedure):
        if step.sign and number not in {each.step for each in record.steps}:
            signed = {"second person": record.recalculation, "witness": record.witness}.get(step.sign)
            record = tick(record, number, formula=FORMULA, by=signed.signature.person_id if signed is not None else WEIGHER, at=minute(50))
    return record


def finished(record: CompoundingRecord, report: FinishReport = REPORT) -> CompoundingRecord:
    if record.state is State.WITNESSED:
        record = ticked(record)
    return finish(record, report, formula=FORMULA, masses=MASSES, tolerances=Tolerances(), readability_g=SITE.balance.readability_g)


def with_label(record: CompoundingRecord, *, revision: int = 1, at: int = 60) -> CompoundingRecord:
    return labelled(record, sha256=f"{revision:064x}", revision=revision, by=CHECKER, at=minute(at))


def printed_facts(record: CompoundingRecord) -> PrintedFacts:
    assert record.label is not None
    return PrintedFacts(
        label_sha256=record.label.sha256, label_revision=record.label.revision, strength_percent=SHEET.percent, amount_g=record.amount_to_label_g,
        patient_name=PATIENT.name, second_identifier="RX-1001", beyond_use_date=BEYOND_USE.on, lot_number="L-0001", base="white petrolatum", code=CODE,
    )  # fmt: skip


def final_check(record: CompoundingRecord) -> FinalCheck:
    return FinalCheck(
        strength_percent=SHEET.percent, amount_g=record.amount_to_label_g, patient_name="ada  example", second_identifier="rx-1001",
        beyond_use_date=BEYOND_USE.on, lot_number="L-0001", base="White petrolatum", scanned_code=CODE,
    )  # fmt: skip


def release_of(record: CompoundingRecord, *, by: str = CHECKER, at: int = 70, **how: object) -> Release:
    check = final_check(record)
    signature = sign(record, adding=check, duty=Duty.FINAL_CHECK, by=by, at=minute(at), **how)  # type: ignore[arg-type]
    found = verify(record, check, printed=printed_facts(record), verdict=(), signature=signature)
    assert isinstance(found, Release), found
    return found


HAND_OUT = HandOut(
    scanned_code=CODE, patient_name="Ada Example", second_identifier="1970-02-03", receiver="the patient", document_languages=("en",), by=CHECKER, at=minute(90)
)


def counselled(record: CompoundingRecord, counselling: Counselling = OFFERED, *, words: str = "", at: int = 85) -> SignedCounselling:
    """Counselling, signed by who offered it."""
    signature = sign(record, adding=(counselling, words), duty=Duty.COUNSEL, by=counselling.by, at=minute(at))
    return SignedCounselling(counselling=counselling, words=words, on=DAY, signature=signature)


def given_out(record: CompoundingRecord) -> CompoundingRecord:
    assert record.release is not None
    done = dispense(
        record, record.release, hand_out=HAND_OUT, counselling=counselled(record), patient=PATIENT, verdict=(), label_status=LabelStatus.VALID, on=DAY
    )  # fmt: skip
    return handed_out(record, done)


def path() -> dict[State, CompoundingRecord]:
    """The record at each state of the straight path, and on hold."""
    found = {State.PLANNED: planned()}
    found[State.ASSESSED] = assessed(found[State.PLANNED])
    found[State.RECALCULATED] = recalculated(found[State.ASSESSED])
    found[State.WEIGHED] = weighed(found[State.RECALCULATED])
    found[State.WITNESSED] = witnessed(found[State.WEIGHED])
    found[State.ON_HOLD] = finished(found[State.WITNESSED], SHORT)
    found[State.MADE] = finished(found[State.WITNESSED])
    found[State.LABELLED] = with_label(found[State.MADE])
    found[State.RELEASED] = released(found[State.LABELLED], release_of(found[State.LABELLED]))
    found[State.DISPENSED] = given_out(found[State.RELEASED])
    return found
