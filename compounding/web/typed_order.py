"""From the forms to the values the pipeline takes: words stay words, and nothing is decided here."""

import json
from decimal import Decimal

from compounding.domain.order_as_sent import DirectionsAsSent, IngredientAsSent, MedicationAsSent, OrderAsSent, PatientAsSent, QuantityAsSent, RatioAsSent
from compounding.domain.patients import AllergyEntry, CodedText, ContactAnswer
from compounding.domain.units import Unit
from compounding.pipeline import Bench, Prepared, prepare_file, prepare_order
from compounding.web.pharmacy import Pharmacy
from compounding.web.prepare_form import AskedForm, FileForm, OrderForm

WHERE = "form"
"""Where a reason arises in a typed order starts with this; in a file it starts with the resource's name."""

DRUG_WORDS = {"pentahydrate": "sodium thiosulfate pentahydrate", "anhydrous": "sodium thiosulfate anhydrous"}
BASE_WORDS = {
    "petrolatum": "white petrolatum",
    "zinc_ointment": "zinc oxide ointment 20 %",
    "zinc": "zinc oxide",
    "choice": "pharmacist's choice",
}


def prepare(form: AskedForm, house: Pharmacy) -> Prepared:
    """The order of a valid form through the one pipeline, whichever way it came."""
    bench = bench_of(form, house)
    if isinstance(form, FileForm):
        return prepare_file(form.content, bench, house.data)
    return prepare_order(order_of(form), bench, house.data, identity=identity_of(form))


def bench_of(form: AskedForm, house: Pharmacy) -> Bench:
    """Where and when it is prepared. Beside a file, answers about allergies fill gaps; a typed order carries them itself."""
    return house.bench(
        on=form.compounded_on.data,
        language=form.language.data if form.language.data in house.data.phrases else None,
        allergies=allergies_of(form) if isinstance(form, FileForm) else (),
        contact=contact_of(form),
    )


def order_of(form: OrderForm) -> OrderAsSent:
    """The typed order as it was typed."""
    repeats = form.repeats.data
    return OrderAsSent(
        identifier=form.order_ref.text,
        medication=_medication(form),
        patient=PatientAsSent(name=form.patient_name.text, birth_date=_iso(form.born_on.data), address=form.patient_address.text, where=f"{WHERE}.patient"),
        prescriber_name=form.prescriber_name.text,
        prescriber_licence=form.prescriber_licence.text,
        authored_on=_iso(form.ordered_on.data),
        quantity=_grams(form.amount.data, f"{WHERE}.amount") if form.amount.data is not None else None,
        repeats=int(repeats) if repeats is not None else None,
        supply_days=form.supply_days.data,
        directions=(DirectionsAsSent(texts=(form.directions.text,), where=f"{WHERE}.directions"),) if form.directions.text else (),
        allergies=allergies_of(form),
        notes=form.notes.lines,
        where=WHERE,
    )


def allergies_of(form: AskedForm) -> tuple[AllergyEntry, ...]:
    """One entry for each line, or the answer that none are known; each with its asker and day."""
    texts = {"none": ("No known allergies",), "listed": form.allergies_list.lines}.get(form.allergies.data or "", ())
    where = f"{WHERE}.allergies"
    return tuple(AllergyEntry(what=CodedText(text=text, where=where), asked_by=form.asked_by.text, asked_on=form.asked_on.data, where=where) for text in texts)


def contact_of(form: AskedForm) -> ContactAnswer | None:
    """The answer to the contact question, or None where it was not asked."""
    if form.contact.data not in {"yes", "no"} or form.asked_on.data is None:
        return None
    return ContactAnswer(had_a_rash=form.contact.data == "yes", asked_by=form.asked_by.text, asked_on=form.asked_on.data, details=form.contact_details.text)


def identity_of(form: OrderForm) -> bytes:
    """The typed order in one canonical form, so that label, leaflet and worksheet of the same order carry the same numbers."""
    # The compounding date goes into the numbers by itself, so that leaving it to be today's gives the same ones.
    left_out = {"csrf_token", "compounded_on"}
    told = {field.name: field.text if hasattr(field, "text") else str(field.data or "") for field in form if field.name not in left_out}
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


def _medication(form: OrderForm) -> MedicationAsSent:
    drug = CodedText(text=DRUG_WORDS.get(form.basis.data or "", "sodium thiosulfate"), where=f"{WHERE}.strength")
    base = BASE_WORDS.get(form.base.data or "")
    strength = None
    if form.percent.data is not None:
        strength = RatioAsSent(numerator=_grams(form.percent.data, drug.where), denominator=_grams(Decimal(100), drug.where))
    return MedicationAsSent(
        names=(drug, *((CodedText(text=base, where=f"{WHERE}.base"),) if base else ())),
        ingredients=(IngredientAsSent(item=drug, is_active=True, strength=strength),),
        where=f"{WHERE}.medication",
    )


def _grams(value: Decimal, where: str) -> QuantityAsSent:
    return QuantityAsSent(value=value, unit=Unit.GRAM.value, where=where)


def _iso(day: object) -> str:
    return str(day) if day is not None else ""
