"""What is on record, to be read: a patient, a preparation with everything that was recorded of it, its papers and its export, the search, the audit trail."""

import json

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request
from werkzeug import Response as PlainResponse

from compounding.domain.audit import Chain
from compounding.domain.errors import LevigateError, WorkflowRefused
from compounding.web import next_acts, record_words
from compounding.web.access import is_offered
from compounding.web.acting import do
from compounding.web.acts import place_of
from compounding.web.export import exported
from compounding.web.keys_in_addresses import keys_for
from compounding.web.patient_page import parts_of
from compounding.web.pharmacy import current_pharmacy
from compounding.web.preparation_page import preparation_page
from compounding.web.records import current_records, the_records
from compounding.web.search_form import SearchForm
from compounding.web.trail_words import line_of
from compounding.workflow.listing import ListRefused, ReadTrail, find, read_trail
from compounding.workflow.reading import Of, OfPaper, read_paper, read_patient
from compounding.workflow.whole_record import read_whole_record

blueprint = Blueprint("records", __name__)
keys_for(blueprint)

_LONGEST_KEY = 100
_MOST = 1_000_000
_PAGES = {"order": "orders.show", "preparation": "records.preparation", "patient": "records.patient"}
LOT_PAGE = "stock.lot"
"""The page of an ingredient lot, where there is one."""


@blueprint.app_context_processor
def search_box() -> dict[str, object]:
    """Where the box in the header sends what is sought; empty for whoever reads no records. The address is the rule's own, as in the menu."""
    is_there = current_records() is not None and is_offered("records.search")
    return {"search_at": request.script_root + next(current_app.url_map.iter_rules("records.search")).rule if is_there else ""}


@blueprint.route("/search", methods=["GET", "POST"])
def search() -> PlainResponse | str | tuple[str, int]:
    """Look for an order, a preparation or a patient. What is sought is sent as a form, so that it stands in no address.

    What carries exactly the number or the code that was sought is opened at once; several things are listed.
    """
    form = SearchForm(formdata=None) if request.method == "GET" else SearchForm()
    found, status = None, 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                found, status = do(find, form.asked()), 200
            except (ListRefused, WorkflowRefused) as refusal:
                form.refuse(refusal)
    if found is not None and len(found.exact) == 1 and not found.lots and not found.label:
        ((kind, key),) = found.exact
        return redirect(place_of(_PAGES[kind], key), 303)
    lots = [(each, place_of(LOT_PAGE, each.id)) for each in found.lots] if found is not None else []
    return render_template("records/search.html", form=form, found=found, lots=lots, words=record_words), status


@blueprint.get("/patients/<key:patient_id>")
def patient(patient_id: str) -> str:
    """One patient: the details, the allergy record with what was signed beside it, and every order."""
    seen, zone = do(read_patient, Of(id=patient_id)), current_pharmacy().site.time_zone
    names = dict(seen.names)
    return render_template(
        "records/patient.html", seen=seen, profile=seen.profile, patient_id=patient_id, age=seen.profile.age_on(current_pharmacy().today),
        parts=parts_of(seen.allergies), words=record_words, who=lambda key: names.get(key, key), local=lambda at: record_words.local(at, zone),
    )  # fmt: skip


@blueprint.get("/preparations/<key:preparation_id>")
def preparation(preparation_id: str) -> str:
    """The whole record of one preparation."""
    whole = do(read_whole_record, Of(id=preparation_id))
    return render_template(
        "records/preparation.html", page=preparation_page(whole, current_pharmacy().site.time_zone), whole=whole,
        acts=next_acts.of_preparation(preparation_id, whole.seen.record.state),
    )  # fmt: skip


@blueprint.get("/preparations/<key:preparation_id>/record.json")
def export(preparation_id: str) -> Response:
    """The whole record as a file, with every signature."""
    whole = do(read_whole_record, Of(id=preparation_id))
    told = exported(whole, site=current_pharmacy().site.name, at=the_records().clock())
    response = Response(json.dumps(told, ensure_ascii=False, indent=1), content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="record-{whole.seen.record.lot_number}.json"'
    return response


@blueprint.get("/preparations/<key:preparation_id>/papers/<any(label, leaflet, 'large-print', worksheet):kind>/<int:revision>.pdf")
def paper(preparation_id: str, kind: str, revision: int) -> Response:
    """A paper as it was printed, byte for byte. The file's name holds our own number only: it stays in the list of downloads."""
    if not 1 <= revision <= _MOST:
        abort(404)
    found = do(read_paper, OfPaper(preparation_id=preparation_id, kind=kind, revision=revision))
    response = Response(found.data, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{kind}-{found.lot_number}-{revision}.pdf"'
    return response


@blueprint.get("/preparations/<key:preparation_id>/papers/<any(label, leaflet, 'large-print', worksheet):kind>/<int:revision>/copies/<int:number>.pdf")
def paper_copy(preparation_id: str, kind: str, revision: int, number: int) -> Response:
    """A numbered copy of a paper, byte for byte."""
    if not (1 <= revision <= _MOST and 1 <= number <= _MOST):
        abort(404)
    found = do(read_paper, OfPaper(preparation_id=preparation_id, kind=kind, revision=revision, copy=number))
    response = Response(found.data, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{kind}-{found.lot_number}-{revision}-copy-{number}.pdf"'
    return response


@blueprint.get("/audit")
def audit() -> str:
    """The audit trail of changes, or that of readings."""
    chain = Chain.READS if request.args.get("chain") == Chain.READS.value else Chain.CHANGES
    told = request.args.get("before", "")
    if told and not (told.isascii() and told.isdigit() and len(told) < 18):
        abort(422)
    subject, person = (request.args.get(name, "").strip() for name in ("subject", "person"))
    if any(len(each) > _LONGEST_KEY or not each.isprintable() or not each.isascii() for each in (subject, person)):
        abort(422)
    try:
        seen = do(read_trail, ReadTrail(chain=chain, before=int(told) if told else None, subject_id=subject, person_id=person))
    except LevigateError as refusal:
        if refusal.code == "PAGE_UNKNOWN":
            abort(422)
        raise
    zone, names = current_pharmacy().site.time_zone, dict(seen.people)
    return render_template(
        "records/audit.html", lines=[line_of(each, zone, names) for each in seen.entries], next=seen.next, chain=chain, subject=subject, person=person,
        people=seen.people, is_first=not told,
    )  # fmt: skip
