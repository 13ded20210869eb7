"""One order on its way: each function takes it one step further, as the person whose step it is would, by the use case of that step."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from compounding.demo.crew import PICTURE, PRESCRIBER, PRESCRIBER_LICENCE, Pharmacy
from compounding.domain.clinical_assessment import ClinicalAssessment, LesionState, Pregnancy, Told, age_on
from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.hand_over_parts import CounsellingWay, PrintedFacts
from compounding.domain.order_as_sent import DirectionsAsSent, IngredientAsSent, MedicationAsSent, OrderAsSent, PatientAsSent, QuantityAsSent, RatioAsSent
from compounding.domain.order_parts import Evidence, Source
from compounding.domain.paper_kinds import LABEL
from compounding.domain.patients import AllergyEntry, CodedText
from compounding.domain.procedure_steps import SECOND_PERSON, WITNESS, is_before_weighing
from compounding.domain.record_parts import QualityResult, WitnessReading
from compounding.domain.stages import State
from compounding.storage import papers
from compounding.storage.transaction import transaction
from compounding.workflow import bench_steps, deciding, planning_fills, procedure, reading, receiving, releasing
from compounding.workflow.files import keep_file
from compounding.workflow.papers import PrintLabel, print_label
from compounding.workflow.receiving import Standing
from compounding.workflow.releasing import Checked, GivenOut

_WHERE = "example"
PATH = (
    State.PLANNED, State.ASSESSED, State.RECALCULATED, State.WEIGHED, State.WITNESSED, State.MADE, State.LABELLED, State.RELEASED, State.DISPENSED,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an example order says."""

    patient: str
    born_on: date
    base: str = "white petrolatum"
    amount_g: str = "60"
    allergies: tuple[str, ...] = ("No known allergies",)
    repeats: int = 1
    percent: str = "25"


def sent(wish: Wish, *, today: date) -> OrderAsSent:
    """The order in the words of its prescriber, written yesterday."""
    drug = CodedText(text="sodium thiosulfate pentahydrate", where=f"{_WHERE}.strength")
    strength = RatioAsSent(numerator=_grams(wish.percent), denominator=_grams("100"))
    yesterday = today - timedelta(days=1)
    return OrderAsSent(
        identifier=f"EX-{wish.patient.split()[0].upper()}",
        medication=MedicationAsSent(
            names=(drug, CodedText(text=wish.base, where=f"{_WHERE}.base")), ingredients=(IngredientAsSent(item=drug, is_active=True, strength=strength),),
            where=f"{_WHERE}.medication",
        ),
        patient=PatientAsSent(
            name=wish.patient, birth_date=wish.born_on.isoformat(), address="12 Cedar Street, Vancouver BC", telephone="+1 604 555 0199",
            where=f"{_WHERE}.patient",
        ),
        prescriber_name="Dr Laura Chen", prescriber_licence="EX-10234", authored_on=yesterday.isoformat(),
        quantity=_grams(wish.amount_g), repeats=wish.repeats, supply_days=Decimal(30),
        directions=(
            DirectionsAsSent(texts=("Apply a thin layer to the hard spots on the fingers in the morning and in the evening.",), where=f"{_WHERE}.directions"),
        ),
        allergies=tuple(
            AllergyEntry(what=CodedText(text=text, where=f"{_WHERE}.allergies"), asked_by="Dr Laura Chen", asked_on=yesterday, where=f"{_WHERE}.allergies")
            for text in wish.allergies
        ),
        where=_WHERE,
    )  # fmt: skip


def _grams(amount: str) -> QuantityAsSent:
    return QuantityAsSent(value=Decimal(amount), unit="g", where=f"{_WHERE}.amount")


def receive(pharmacy: Pharmacy, wish: Wish) -> Standing:
    """An order on paper, transcribed by the person who kept its picture."""
    picture = keep_file(pharmacy.house, pharmacy.act(pharmacy.crew.technician), PICTURE, "image/png").sha256
    asked = receiving.ReceiveTyped(sent=sent(wish, today=pharmacy.today), source=Source.PAPER, evidence=Evidence(images=(picture,)))
    return receiving.receive_typed(pharmacy.house, pharmacy.act(pharmacy.crew.technician), asked)


def enter(pharmacy: Pharmacy, wish: Wish) -> Standing:
    """An order that its prescriber enters by an account of their own."""
    words = replace(sent(wish, today=pharmacy.today), prescriber_name=PRESCRIBER, prescriber_licence=PRESCRIBER_LICENCE)
    asked = receiving.ReceiveTyped(sent=words, source=Source.ENTERED)
    return receiving.receive_typed(pharmacy.house, pharmacy.act(pharmacy.crew.prescriber), asked)


def screen(pharmacy: Pharmacy, order: Standing) -> Standing:
    """Screened by a pharmacist."""
    return deciding.screen(pharmacy.house, pharmacy.act(pharmacy.crew.pharmacist), deciding.OfOrder(order_id=order.id, version=order.version))


def accept(pharmacy: Pharmacy, order: Standing) -> Standing:
    """Accepted by a pharmacist."""
    asked = deciding.Accept(order_id=order.id, version=order.version, prescriber_authenticated="licence looked up in the register, telephone number known")
    return deciding.accept(pharmacy.house, pharmacy.act(pharmacy.crew.pharmacist), asked)


def accepted(pharmacy: Pharmacy, wish: Wish) -> Standing:
    """An order received, screened and accepted."""
    return accept(pharmacy, screen(pharmacy, receive(pharmacy, wish)))


def plan(pharmacy: Pharmacy, order: Standing, **asked: object) -> Standing:
    """A fill planned by a pharmacist."""
    request = replace(planning_fills.PlanFill(order_id=order.id, version=order.version), **asked)  # type: ignore[arg-type]
    return planning_fills.plan_fill(pharmacy.house, pharmacy.act(pharmacy.crew.pharmacist), request)


def record_of(pharmacy: Pharmacy, preparation_id: str) -> CompoundingRecord:
    """The record as a person at the bench reads it."""
    return reading.read_preparation(pharmacy.house, pharmacy.act(pharmacy.crew.technician), reading.Of(id=preparation_id)).record


def order_version(pharmacy: Pharmacy, order_id: str) -> int:
    """The version of an order as a person sees it now."""
    return reading.read_order_record(pharmacy.house, pharmacy.act(pharmacy.crew.pharmacist), reading.Of(id=order_id)).version


def age_of_patient(pharmacy: Pharmacy, preparation_id: str) -> int:
    """The patient's age today, by the date of birth on record."""
    order = reading.read_order_record(
        pharmacy.house, pharmacy.act(pharmacy.crew.pharmacist), reading.Of(id=record_of(pharmacy, preparation_id).order_id)
    )  # fmt: skip
    patient = reading.read_patient(pharmacy.house, pharmacy.act(pharmacy.crew.pharmacist), reading.Of(id=order.record.patient_id))
    return age_on(patient.profile.born_on, pharmacy.today)


def assess(pharmacy: Pharmacy, at: Standing, **answers: object) -> Standing:
    """The pharmacist's clinical assessment; `answers` are those that differ from a plain case."""
    fine = ClinicalAssessment(
        profile_reviewed_on=pharmacy.today, profile_reviewed_where="PharmaNet", age_years=age_of_patient(pharmacy, at.id),
        pregnancy_or_breast_feeding=Pregnancy.NOT_APPLICABLE,
        lesion=LesionState.INTACT, body_site="fingers of both hands", oxygen_or_smoking=Told(yes=False), other_wound_products=Told(yes=False),
        earlier_reaction=Told(yes=False), prescriber_contacted=False, proceed=True,
    )  # fmt: skip
    asked = bench_steps.Assess(preparation_id=at.id, version=at.version, assessment=replace(fine, **answers))  # type: ignore[arg-type]
    return bench_steps.assess_clinically(pharmacy.house, pharmacy.act(pharmacy.crew.pharmacist), asked)


def recalculate(pharmacy: Pharmacy, at: Standing) -> Standing:
    """The second pharmacist's own figures, which agree."""
    sheet = record_of(pharmacy, at.id).sheet
    asked = bench_steps.Recalculate(
        preparation_id=at.id, version=at.version, masses_g=tuple(line.to_weigh_g for line in sheet.lines), batch_g=sheet.batch_g
    )  # fmt: skip
    return bench_steps.recalculate_figures(pharmacy.house, pharmacy.act(pharmacy.crew.second), asked)


def tick(pharmacy: Pharmacy, at: Standing, *, most: int | None = None) -> Standing:
    """Every signed step of the procedure whose turn it is, or the first few of them, each ticked by the person it names."""
    record = record_of(pharmacy, at.id)
    formula = pharmacy.house.data.formulary.formulas[record.formula_id]
    done = {each.step for each in record.steps}
    signers = {"preparer": pharmacy.crew.technician, "pharmacist": pharmacy.crew.pharmacist}
    if record.recalculation is not None:
        signers[SECOND_PERSON] = record.recalculation.signature.person_id
    if record.witness is not None:
        signers[WITNESS] = record.witness.signature.person_id
    waiting = [(number, step) for number, step in enumerate(formula.procedure) if step.sign and number not in done]
    for number, step in waiting[:most]:
        if step.sign not in signers or not (record.state is State.WITNESSED or is_before_weighing(formula, number)):
            break
        asked = procedure.TickStep(preparation_id=at.id, version=at.version, step=number)
        at = procedure.tick_step(pharmacy.house, pharmacy.act(signers[step.sign]), asked)
    return at


def weigh(pharmacy: Pharmacy, at: Standing, *, lines: int | None = None) -> Standing:
    """The technician weighs the lines of the sheet, or the first few of them, after what is to be done before."""
    at = tick(pharmacy, at)
    record = record_of(pharmacy, at.id)
    for number, line in enumerate(record.sheet.lines[:lines]):
        asked = bench_steps.Weigh(
            preparation_id=at.id, version=at.version, line=number, mass_g=line.to_weigh_g, lot_id=record.lot_ids[number], is_scanned=True, balance_checked=True
        )  # fmt: skip
        at = bench_steps.weigh_line(pharmacy.house, pharmacy.act(pharmacy.crew.technician), asked)
    return at


def witness(pharmacy: Pharmacy, at: Standing) -> Standing:
    """The second pharmacist sees container, lot and reading of the drug."""
    record = record_of(pharmacy, at.id)
    seen = tuple(
        WitnessReading(line=each.line, container="500 g jar", lot_id=each.lot_id, mass_g=each.mass_g)
        for each in record.weighings if record.sheet.lines[each.line].composition is not None
    )  # fmt: skip
    asked = bench_steps.Witness(preparation_id=at.id, version=at.version, readings=seen)
    return bench_steps.witness_weighing(pharmacy.house, pharmacy.act(pharmacy.crew.second), asked)


def make(pharmacy: Pharmacy, at: Standing, *, net_g: Decimal | None = None) -> Standing:
    """The technician reports the finished preparation; a net weight that is too small puts it on hold."""
    at = tick(pharmacy, at)
    record = record_of(pharmacy, at.id)
    formula = pharmacy.house.data.formulary.formulas[record.formula_id]
    net = record.sheet.amount_g - Decimal("0.3") if net_g is None else net_g
    asked = bench_steps.Make(
        preparation_id=at.id, version=at.version,
        quality=tuple(QualityResult(name=test.name, result="as described", is_passed=True) for test in formula.quality_tests),
        highest_temperature_celsius=Decimal("23.5"), obtained_g=record.sheet.batch_g - Decimal("0.2"), net_g=(net,), container="60 g jar with spatula",
        deviations="none",
    )  # fmt: skip
    return bench_steps.make(pharmacy.house, pharmacy.act(pharmacy.crew.technician), asked)


def label(pharmacy: Pharmacy, at: Standing) -> Standing:
    """Label, leaflet and worksheet are printed."""
    return print_label(pharmacy.house, pharmacy.act(pharmacy.crew.technician), PrintLabel(preparation_id=at.id, version=at.version))


def on_label(pharmacy: Pharmacy, preparation_id: str) -> PrintedFacts:
    """What stands on the label in force, as anyone can read it from the container."""
    record = record_of(pharmacy, preparation_id)
    house = pharmacy.house
    revision = record.label.revision if record.label is not None else 0
    with transaction(house.database, site_id=house.site_id, by="reader", role="", at=pharmacy.clock.now()) as opened:
        facts = papers.of_revision(opened, preparation_id, LABEL, revision).facts
    if facts is None:
        raise LookupError("this label says nothing")
    return facts


def check(pharmacy: Pharmacy, at: Standing) -> Checked:
    """The second pharmacist's final check."""
    told = on_label(pharmacy, at.id)
    asked = releasing.Check(
        preparation_id=at.id, version=at.version, strength_percent=told.strength_percent, amount_g=told.amount_g, patient_name=told.patient_name,
        second_identifier=told.second_identifier, beyond_use_date=told.beyond_use_date, lot_number=told.lot_number, base=told.base, scanned_code=told.code,
    )  # fmt: skip
    return releasing.check_finally(pharmacy.house, pharmacy.act(pharmacy.crew.second), asked)


def hand_out(pharmacy: Pharmacy, at: Standing, *, by: str = "", reason: str = "", **told_otherwise: object) -> GivenOut:
    """The pharmacist hands it to the patient and advises; or somebody else hands it out, or tells something else."""
    told = on_label(pharmacy, at.id)
    asked = releasing.GiveOut(
        preparation_id=at.id, version=at.version, scanned_code=told.code, patient_name=told.patient_name, second_identifier=told.second_identifier,
        receiver="the patient", document_languages=("en",), counselling_offered=True, counselling_accepted=True, counselling_by=pharmacy.crew.pharmacist,
        counselling_way=CounsellingWay.IN_PERSON,
    )  # fmt: skip
    act = pharmacy.act(by or pharmacy.crew.pharmacist, reason=reason)
    return releasing.hand_out(pharmacy.house, act, replace(asked, **told_otherwise))  # type: ignore[arg-type]


def brought_to(pharmacy: Pharmacy, order: Standing, state: State) -> Standing:
    """A preparation of an accepted order, brought along the path to a state."""
    at = plan(pharmacy, order)
    steps: tuple[Callable[[Pharmacy, Standing], Standing | Checked | GivenOut], ...] = (
        assess, recalculate, weigh, witness, make, label, check, hand_out,
    )  # fmt: skip
    for reached, step in zip(PATH[1:], steps, strict=True):
        if at.state is state:
            break
        done = step(pharmacy, at)
        at = Standing(id=done.id, number=done.number, version=done.version, state=reached)
    return at
