"""Proposing a version of the pharmacy's own, downloading a text, and two versions side by side."""

from flask import abort, redirect, request, url_for
from werkzeug import Response

from compounding.domain.formulary_versions import Kind
from compounding.reference.text_faults import Fault, faults
from compounding.web import formulary_shown
from compounding.web.acting import do
from compounding.web.acts import act, page
from compounding.web.formulary_forms import ProposeForm
from compounding.workflow import formulary
from compounding.workflow.formulary import AllVersions, OneVersion, Proposal, TwoVersions
from compounding.workflow.formulary_reading import begin_version, compare_side_by_side


def propose() -> Response:
    """Keep a new version as a proposal; a text that is not whole comes back with every fault and its line."""
    form = ProposeForm()
    found: tuple[Fault, ...] = ()
    if request.method == "POST":
        form.take_file()
        kind = Kind(form.kind.data) if form.kind.data in set(Kind) else None
        found = faults(kind, form.text.text) if kind is not None and form.text.text and not form.problem_of_file else ()
        form.faults = tuple(each.sentence for each in found)
        kept = act(form, formulary.propose_text, lambda: Proposal(kind=Kind(form.kind.data), text=form.text.text + "\n"))
        if kept is not None:
            return redirect(url_for("formulary.show", kind=kept.kind.value, text_id=kept.id, version=kept.version), 303)
    elif request.args.get("of"):
        _begin_with(form, request.args["of"])
    return page("formulary/propose.html", form, faults=found, lines=(form.text.data or "").splitlines(), known=_every_version())


def export(kind: str, text_id: str, version: str) -> Response:
    """A version's exact text as a file."""
    seen = formulary_shown.shown(kind, text_id, version)
    told = do(formulary.export_text, OneVersion(kind=seen.stands.kind, id=seen.stands.id, version=seen.stands.version))
    response = Response(told.text.encode(), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{told.file_name}"'
    return response


def compare(kind: str, text_id: str, version: str) -> Response:
    """This version beside another one, which the form names; at first the one in force, or any other."""
    seen = formulary_shown.shown(kind, text_id, version)
    wanted = request.args.get("with", "")
    others = seen.others
    chosen = next((each for each in others if each.version == wanted), None)
    if wanted and chosen is None:
        abort(404)
    other = chosen or seen.other_in_force or next(iter(others), None)
    stands = seen.stands
    places = (
        do(compare_side_by_side, TwoVersions(kind=stands.kind, id=stands.id, old=other.version, new=stands.version)).places if other is not None else ()
    )  # fmt: skip
    return page("formulary/compare.html", seen=seen, other=other, others=others, places=places)


def _begin_with(form: ProposeForm, told: str) -> None:
    """Fill the form with the text of a version that the list offers, under the pharmacy's next number."""
    found = next((each for each in do(formulary.history, AllVersions()).versions if f"{each.id} {each.version}" == told), None)
    if found is None:
        abort(404)
    draft = do(begin_version, OneVersion(kind=found.kind, id=found.id, version=found.version))
    form.kind.data, form.text.data = found.kind.value, draft.text


def _every_version() -> tuple[str, ...]:
    return tuple(f"{each.id} {each.version}" for each in do(formulary.history, AllVersions()).versions)
