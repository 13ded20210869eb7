"""What is signed about a patient and a preparation: each page shows the record it binds to, asks for the password once more, and refuses an older record."""

from dataclasses import dataclass

from flask import Blueprint, request
from werkzeug import Response

from compounding.domain.compounding_record import CompoundingRecord, record_sha256
from compounding.domain.errors import WorkflowRefused
from compounding.domain.hand_over_parts import Discrepancy
from compounding.domain.order_record import OrderRecord
from compounding.domain.patients import PatientProfile
from compounding.domain.record_parts import FinishReport
from compounding.domain.screening.assessments import fingerprint
from compounding.domain.stages import Action, Subject, transition
from compounding.storage.errors import NotFound
from compounding.web import final_check, next_acts, words
from compounding.web.access import refuse
from compounding.web.acting import do
from compounding.web.acts import go_on, page, same_version
from compounding.web.signing_acts import sign
from compounding.web.signing_forms import AllergyForm, ClinicalForm, CorrectionForm, FinalCheckForm
from compounding.web.visitors import the_visitor
from compounding.workflow import allergies, bench_steps, reading, releasing
from compounding.workflow.failed_check import read_failed_check
from compounding.workflow.open_checks import read_open_checks
from compounding.workflow.signed import EntrySeen, OneEntry, read_entry_to_assess

blueprint = Blueprint("signing", __name__)

_PREPARATION = "records.preparation"
_WAY = ["GET", "POST"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A preparation as a page shows it: with the version, and the fingerprint of the record as it is seen."""

    record: CompoundingRecord
    version: int

    @property
    def fingerprint(self) -> str:
        """The first digits of what a signature is bound to, before what it adds."""
        return record_sha256(self.record)[:12]

    def can(self, *actions: Action) -> bool:
        """Whether one of these follows on the record's state."""
        return any(self.record.state in transition(Subject.PREPARATION, each).before for each in actions)


@blueprint.route("/patients/<patient_id>/allergies/<int:number>/assess", methods=_WAY)
def assess_allergy(patient_id: str, number: int) -> Response:
    """An assessment of one finding beside the untouched entry, or a refutation of the entry."""
    seen, form = _entry(patient_id, number), AllergyForm()
    form.offer_findings(seen.findings)
    if request.method == "POST":
        done = _sign_allergy(form, seen, patient_id)
        if done is not None:
            return go_on("records.patient", patient_id)
        seen = _entry(patient_id, number)
    form.seen.data = str(seen.record_number)
    told = [(words.EFFECT[each.effect.value].format(allergen=words.allergen(each.allergen)), each.why, each.matched) for each in seen.findings]
    return page("signing/allergy.html", form, seen=seen, findings=told, fingerprint=fingerprint(seen.entry)[:12])


def _sign_allergy(form: AllergyForm, seen: EntrySeen, patient_id: str) -> allergies.AllergiesOnRecord | None:
    check = same_version(form.seen.data, seen.record_number, "the patient's allergy record")

    def refutation() -> allergies.RefuteAllergy:
        return allergies.RefuteAllergy(patient_id=patient_id, entry_number=seen.number, why=form.why.text, record_number=seen.record_number)

    def assessment() -> allergies.AssessAllergy:
        return allergies.AssessAllergy(
            patient_id=patient_id, entry_number=seen.number, allergen=form.chosen.allergen, matched=form.chosen.matched, asked=form.asked.text,
            reaction=form.reaction.text, stands_against=form.conclusion.data == "stands", why=form.why.text, prescriber_told=form.prescriber_told.data == "yes",
            record_number=seen.record_number,
        )  # fmt: skip

    if form.is_refutation:
        return sign(form, allergies.refute_allergy, refutation, check=check)
    return sign(form, allergies.assess_allergy, assessment, check=check)


@blueprint.route("/preparations/<preparation_id>/assess", methods=_WAY)
def assess_clinically(preparation_id: str) -> Response:
    """The clinical assessment of a fill, the first or a later one."""
    seen, form = _preparation(preparation_id), ClinicalForm()
    if request.method == "POST":
        now = seen
        done = sign(
            form, bench_steps.assess_clinically,
            lambda: bench_steps.Assess(preparation_id=preparation_id, version=now.version, assessment=form.assessment),
            check=same_version(form.seen.data, now.version, f"preparation {now.record.lot_number}"),
        )  # fmt: skip
        if done is not None:
            return go_on(_PREPARATION, preparation_id)
        seen = _preparation(preparation_id)
    form.seen.data = str(seen.version)
    patient, order = _patient_of(seen.record)
    return page(
        "signing/clinical.html", form, seen=seen, patient=patient, directions=" ".join(each for told in order.sent.directions for each in told.texts),
        can=seen.can(Action.ASSESS, Action.REASSESS),
    )  # fmt: skip


@blueprint.route("/preparations/<preparation_id>/final-check", methods=_WAY)
def check_finally(preparation_id: str) -> Response:
    """The final check, blind: nothing of the record that the checker is to read from the container is on this page."""
    seen, form = _preparation(preparation_id), FinalCheckForm()
    if request.method == "POST":
        now = seen
        done = sign(
            form, releasing.check_finally, lambda: form.check(preparation_id, now.version), reason=form.reason.text,
            check=same_version(form.seen.data, now.version, "this preparation"),
        )  # fmt: skip
        if done is not None and not done.discrepancies:
            return go_on(_PREPARATION, preparation_id)
        if done is not None:
            form.status = 200
            return _disagreement(form, preparation_id, done.discrepancies)
        seen = _preparation(preparation_id)
    form.seen.data = str(seen.version)
    asked = do(read_open_checks, reading.Of(id=preparation_id)).asked
    return page("signing/final_check.html", form, seen=seen, can=seen.can(Action.RELEASE), lines=final_check.lines(asked))


@blueprint.route("/preparations/<preparation_id>/correct", methods=_WAY)
def correct_record(preparation_id: str) -> Response:
    """Words of a finished record, corrected with a reason; label and release are withdrawn."""
    seen = _preparation(preparation_id)
    report = _report(seen)
    if report is None:
        return page("signing/correct.html", None, seen=seen, can=False, report=None)
    form = CorrectionForm.for_report(report)
    if request.method == "POST":
        now, known = seen, report
        done = sign(
            form, bench_steps.correct_record, lambda: form.new_words(preparation_id, now.version, known), reason=form.reason.text,
            check=same_version(form.seen.data, now.version, f"preparation {now.record.lot_number}"),
        )  # fmt: skip
        if done is not None:
            return go_on(_PREPARATION, preparation_id)
        seen = _preparation(preparation_id)
        report = _report(seen)
    form.seen.data = str(seen.version)
    return page("signing/correct.html", form, seen=seen, can=report is not None, report=report)


def _disagreement(form: FinalCheckForm, preparation_id: str, found: tuple[Discrepancy, ...]) -> Response:
    """Once the check is signed it is blind no longer: each discrepancy beside what label and record say, and what can be done."""
    seen = _preparation(preparation_id)
    told = final_check.sides(found, form, do(read_failed_check, reading.Of(id=preparation_id)))
    return page("signing/discrepancies.html", form, sides=told, seen=seen, acts=next_acts.of_preparation(preparation_id, seen.record.state))


def _report(seen: Shown) -> FinishReport | None:
    return seen.record.finish.report if seen.record.finish is not None and seen.can(Action.CORRECT_RECORD) else None


def _preparation(preparation_id: str) -> Shown:
    found = do(reading.read_preparation, reading.Of(id=preparation_id))
    return Shown(record=found.record, version=found.version)


def _patient_of(record: CompoundingRecord) -> tuple[PatientProfile, OrderRecord]:
    order = do(reading.read_order_record, reading.Of(id=record.order_id)).record
    return do(reading.read_patient, reading.Of(id=order.patient_id)).profile, order


def _entry(patient_id: str, number: int) -> EntrySeen:
    try:
        return do(read_entry_to_assess, OneEntry(patient_id=patient_id, number=number))
    except WorkflowRefused:
        refuse(the_visitor(), NotFound("allergy entry"))
