"""The formulary: every version of every formula and of the patients' texts, what was decided about it, and the designated person's signed decisions."""

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug import Response

from compounding.domain.formulary_versions import Kind, VersionState, version_order
from compounding.web import formulary_writing
from compounding.web.acting import do
from compounding.web.acts import page, same_version
from compounding.web.formulary_forms import ApproveForm, ApproveFormulaForm, DecisionForm
from compounding.web.formulary_shown import Shown, of_one_id, read, shown
from compounding.web.licences import today_at, zone_of
from compounding.web.signing_acts import sign
from compounding.web.visitors import the_visitor
from compounding.workflow import formulary
from compounding.workflow.formulary import AllVersions, ApprovalAsked, Exactly, OneVersion, VersionStands
from compounding.workflow.formulary_paper import print_formula
from compounding.workflow.signed import OfText, signatures_of_text

blueprint = Blueprint("formulary", __name__, url_prefix="/formulary")

_ONE = "/<kind>/<text_id>/<version>"
_WAY = ["GET", "POST"]
Doing = Callable[[str, Callable[[], None]], VersionStands | None]
"""Signs a decision, given its reason and the check of what was seen; None where something stands against it."""
_SOON = timedelta(days=60)
"""So long before its day a review is said to be due soon, as licences are."""

# Before the pages of one version: "propose" is none.
blueprint.add_url_rule("/propose", view_func=formulary_writing.propose, methods=_WAY)
blueprint.add_url_rule(f"{_ONE}/text", view_func=formulary_writing.export)
blueprint.add_url_rule(f"{_ONE}/compare", view_func=formulary_writing.compare)


@blueprint.get("")
def index() -> Response:
    """Every version: those in force, those that wait, and those that are over."""
    known, today = do(formulary.history, AllVersions()), today_at(zone_of(the_visitor().site_id))
    versions = [Shown(stands=each, decided=of_one_id(known, each)) for each in known.versions]
    versions.sort(key=lambda each: (each.stands.kind.value, each.stands.id, version_order(each.stands.version)))
    in_force = [each for each in versions if each.stands.in_force]
    over = [each for each in versions if each.stands.state is VersionState.RETIRED]
    waiting = [each for each in versions if each not in in_force and each not in over]
    return page("formulary/index.html", in_force=in_force, waiting=waiting, over=over, today=today, soon=today + _SOON)


@blueprint.get(_ONE)
def show(kind: str, text_id: str, version: str) -> Response:
    """One version as a person reads it, with its fingerprint, its decisions with their signatures, and its exact text."""
    seen = shown(kind, text_id, version)
    text = _text_of(seen)
    signed = do(signatures_of_text, OfText(kind=seen.stands.kind.value, id=seen.stands.id, version=seen.stands.version))
    return page("formulary/show.html", seen=seen, text=text, told=read(seen, text), other=seen.other_in_force, signed=signed)


@blueprint.get(f"{_ONE}/record.pdf")
def paper(kind: str, text_id: str, version: str) -> Response:
    """The Master Formulation Record as a PDF; texts for patients are none."""
    seen = shown(kind, text_id, version)
    if seen.stands.kind is not Kind.FORMULA:
        abort(404)
    found = do(print_formula, OneVersion(kind=seen.stands.kind, id=seen.stands.id, version=seen.stands.version))
    response = Response(found.data, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{found.name}.pdf"'
    return response


@blueprint.route(f"{_ONE}/approve", methods=_WAY)
def approve(kind: str, text_id: str, version: str) -> Response:
    """Approve exactly this text; a formula with its risk assessment."""
    seen = shown(kind, text_id, version)
    form = ApproveFormulaForm() if seen.stands.kind is Kind.FORMULA else ApproveForm()
    if isinstance(form, ApproveFormulaForm) and request.method == "GET":
        form.begin(the_visitor().person.name, today_at(zone_of(the_visitor().site_id)))
    meaning = f"approval of {seen.name} for use at this pharmacy"
    return _decide(
        seen, form, meaning, "formulary/approve.html", can=seen.can_be_approved,
        doing=lambda reason, check: sign(
            form, formulary.approve_text, lambda: ApprovalAsked(of=_meant(seen, form), risk=form.risk), reason=reason, check=check
        ),
    )  # fmt: skip


@blueprint.route(f"{_ONE}/attest", methods=_WAY)
def attest(kind: str, text_id: str, version: str) -> Response:
    """State that no water enters the formula."""
    seen, form = shown(kind, text_id, version), DecisionForm()
    meaning = f"attestation that no water enters {seen.name}"
    return _decide(
        seen, form, meaning, "formulary/attest.html", can=seen.can_be_attested,
        doing=lambda reason, check: sign(form, formulary.attest_nonaqueous, lambda: _meant(seen, form), reason=reason, check=check),
    )  # fmt: skip


@blueprint.route(f"{_ONE}/retire", methods=_WAY)
def retire(kind: str, text_id: str, version: str) -> Response:
    """End a version today."""
    seen, form = shown(kind, text_id, version), DecisionForm()
    meaning = f"retirement of {seen.name}, which nothing is begun by any more"
    return _decide(
        seen, form, meaning, "formulary/retire.html", can=seen.can_be_approved,
        doing=lambda reason, check: sign(form, formulary.retire_text, lambda: _meant(seen, form), reason=reason, check=check),
    )  # fmt: skip


def _decide(seen: Shown, form: DecisionForm, meaning: str, template: str, *, can: bool, doing: Doing) -> Response:
    """The page of a decision, and the decision itself where it was sent."""
    stands = seen.stands
    if request.method == "POST":
        done = doing(form.reason.text, same_version(form.sha256.data, stands.sha256, f"the text of {seen.name} as it was shown"))
        if done is not None:
            return redirect(url_for("formulary.show", kind=stands.kind.value, text_id=stands.id, version=stands.version), 303)
        seen = shown(stands.kind.value, stands.id, stands.version)
    form.sha256.data = seen.stands.sha256
    told = read(seen, _text_of(seen)) if template == "formulary/approve.html" else None
    return page(template, form, seen=seen, can=can, meaning=meaning, told=told)


def _text_of(seen: Shown) -> str:
    return do(formulary.export_text, OneVersion(kind=seen.stands.kind, id=seen.stands.id, version=seen.stands.version)).text


def _meant(seen: Shown, form: DecisionForm) -> Exactly:
    """What the person saw, by the fingerprint that stood on the page; the use case holds it against the text that is kept."""
    exactly = seen.exactly
    return Exactly(kind=exactly.kind, id=exactly.id, version=exactly.version, sha256=form.sha256.data or "")
