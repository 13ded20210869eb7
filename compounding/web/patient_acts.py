"""What is told of a patient: allergies asked about again, the contact question, what was signed withdrawn, details changed."""

from dataclasses import dataclass

from flask import Blueprint, request
from werkzeug import Response

from compounding.domain.errors import LevigateError
from compounding.domain.patients import ContactAnswer
from compounding.domain.screening.assessments import Assessment, Refutation
from compounding.storage.patients import Recorded, Withdrawal
from compounding.web import allergy_reading, prepare
from compounding.web.access import is_offered
from compounding.web.acting import do
from compounding.web.acts import ActForm, act, go_on, keep_refusal, page, place_of
from compounding.web.confirming import add_error
from compounding.web.keys_in_addresses import keys_for
from compounding.web.patient_acts_forms import CONTACT_QUESTION, AllergiesForm, ContactForm, DetailsForm, WithdrawForm
from compounding.web.patient_page import parts_of
from compounding.web.pharmacy import current_pharmacy
from compounding.web.problems import is_of_a_page
from compounding.web.review_forms import the_day
from compounding.web.signing_acts import sign
from compounding.workflow import allergies, patients
from compounding.workflow.reading import Of, PatientSeen, read_patient

blueprint = Blueprint("patient_acts", __name__)
keys_for(blueprint)

_WAY = ["GET", "POST"]
_PATIENT = "records.patient"
_CONFIRM = frozenset({"CONFIRM_WITH_PASSWORD", "CONFIRM_WITH_SECOND_FACTOR"})


@dataclass(frozen=True, slots=True)
class Way:
    """A link to something that can be told of a patient."""

    text: str
    href: str


@blueprint.app_template_global("patient_ways")
def ways(patient_id: str) -> list[Way]:
    """What can be told of a patient by whoever stands here now."""
    told = {"patient_acts.ask": "Ask about allergies", "patient_acts.contact": "Ask the contact question", "patient_acts.change": "Change the details"}
    return [Way(text, place_of(endpoint, patient_id)) for endpoint, text in told.items() if is_offered(endpoint)]


@blueprint.app_template_global("may_sign_beside_allergies")
def may_sign() -> bool:
    """Whether whoever stands here now may sign beside an allergy entry, or withdraw what was signed."""
    return is_offered("patient_acts.withdraw")


@blueprint.route("/patients/<key:patient_id>/allergies/ask", methods=_WAY)
def ask(patient_id: str) -> Response:
    """What the patient says of allergies today; the reading stands beside what is typed."""
    seen, form = _seen(patient_id), AllergiesForm()
    if request.method == "POST" and "look" not in request.form:
        done = act(form, allergies.record_allergies, lambda: allergies.RecordAllergies(
            patient_id=patient_id, texts=form.texts, asked_on=the_day(form.asked_on), nothing_new=form.answer.data == "nothing_new",
        ))  # fmt: skip
        if done is not None:
            return go_on(_PATIENT, patient_id)
        seen = _seen(patient_id)
    return _ask_page("patients/ask.html", form, seen)


@blueprint.route("/patients/<key:patient_id>/contact", methods=_WAY)
def contact(patient_id: str) -> Response:
    """The answer to the contact question; the reading stands beside what is typed."""
    seen, form = _seen(patient_id), ContactForm()
    if request.method == "POST" and "look" not in request.form:
        done = act(form, allergies.record_contact, lambda: allergies.RecordContact(
            patient_id=patient_id, had_a_rash=form.had_a_rash.data == "yes", asked_on=the_day(form.asked_on),
            details=form.contact_details.text,
        ))  # fmt: skip
        if done is not None:
            return go_on(_PATIENT, patient_id)
        seen = _seen(patient_id)
    last = [each.told for each in seen.allergies if isinstance(each.told, ContactAnswer)]
    return _ask_page("patients/contact.html", form, seen, question=CONTACT_QUESTION, last=last[-1] if last else None)


@blueprint.route("/patients/<key:patient_id>/signed/<int:number>/withdraw", methods=_WAY)
def withdraw(patient_id: str, number: int) -> Response:
    """An assessment or a refutation that counts no more; it stays in view."""
    seen, form = _seen(patient_id), WithdrawForm()
    signed = _signed(seen, number)
    if request.method == "POST":
        done = sign(
            form, allergies.withdraw_signed, lambda: allergies.WithdrawSigned(patient_id=patient_id, signed_number=number), reason=form.reason.text
        )  # fmt: skip
        if done is not None:
            return go_on(_PATIENT, patient_id)
        seen = _seen(patient_id)
    form.seen.data = str(number)
    is_withdrawn = any(isinstance(each.told, Withdrawal) and each.told.number == number for each in seen.allergies)
    return page("patients/withdraw.html", form, seen=seen, patient_id=patient_id, signed=signed, is_withdrawn=is_withdrawn)


@blueprint.route("/patients/<key:patient_id>/change", methods=_WAY)
def change(patient_id: str) -> Response:
    """A patient's details as they are from now on."""
    seen, form = _seen(patient_id), DetailsForm()
    form.offer_languages(seen.profile.language or "")
    if request.method == "POST":
        if _changed(form, patient_id):
            return go_on(_PATIENT, patient_id)
        seen = _seen(patient_id)
    else:
        for each in ("name", "born_on", "identifier", "address", "telephone", "language"):
            form[each].data = getattr(seen.profile, each) or ""
    form.seen.data = str(seen.version)
    return page("patients/change.html", form, seen=seen, profile=seen.profile, patient_id=patient_id)


def _seen(patient_id: str) -> PatientSeen:
    return do(read_patient, Of(id=patient_id))


def _ask_page(template: str, form: ActForm, seen: PatientSeen, **told: object) -> Response:
    """The page of a question. The button "Read it" records nothing: the page comes back with the reading."""
    is_look = request.method == "POST" and "look" in request.form
    patient_id = str((request.view_args or {})["patient_id"])
    reading = None
    if request.method == "POST":
        reading = allergy_reading.reading_of(prepare.posted(), current_pharmacy())
    else:
        form["asked_on"].data = current_pharmacy().today
    if is_look:
        form.status = 200
    return page(template, form, seen=seen, profile=seen.profile, patient_id=patient_id, reading=reading, parts=parts_of(seen.allergies), **told)


def _signed(seen: PatientSeen, number: int) -> Recorded | None:
    return next((each for each in seen.allergies if each.number == number and isinstance(each.told, Assessment | Refutation)), None)


def _changed(form: DetailsForm, patient_id: str) -> bool:
    """Whether it was changed. The password is asked for where the use case needs it, and taken wherever it was given."""
    if not form.validate():
        return False
    shown = form.confirmed() if form.password.data or form.passkey.data else ()
    if shown is None:
        return False
    version = form.seen.data or ""
    asked = patients.ChangePatient(
        patient_id=patient_id, version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0, name=form.name.text,
        born_on=form.born_on.data, identifier=form.identifier.text, address=form.address.text, telephone=form.telephone.text, language=form.language.data or "",
    )  # fmt: skip
    try:
        do(patients.change_patient, asked, reason=form.reason.text, key=form.key.data or "", shown=shown)
    except LevigateError as refusal:
        if is_of_a_page(refusal):
            raise
        if refusal.code in _CONFIRM:
            add_error(form.password, "Enter your password: the name, the date of birth or the identifier on record is changed.")
        keep_refusal(form, refusal)
        return False
    return True
