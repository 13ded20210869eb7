"""From the label to the patient: papers printed and withdrawn, counselling, the hand-out, and what comes back."""

from flask import Blueprint, request
from werkzeug import Response
from wtforms.fields import SelectChoice  # type: ignore[import-untyped]

from compounding.domain.paper_kinds import OF_A_PREPARATION
from compounding.domain.stages import Action, Subject, transition
from compounding.web.acting import do
from compounding.web.acts import go_on, local_time, page, same_version
from compounding.web.handing_forms import PrintForm, ReprintForm, VoidForm
from compounding.web.keys_in_addresses import keys_for
from compounding.web.languages import language_name
from compounding.web.signing_acts import sign
from compounding.workflow.bench_steps import OfPreparation
from compounding.workflow.papers import PrintLabel, Reprint, print_label, reprint, void_printed_label
from compounding.workflow.reading import Of
from compounding.workflow.whole_record import PaperBrief, WholeRecord, read_whole_record

blueprint = Blueprint("handing", __name__)
keys_for(blueprint)
blueprint.add_app_template_global(lambda kind: kind_in_words(kind), "paper_kind")

PREPARATION = "records.preparation"
WAY = ["GET", "POST"]


@blueprint.route("/preparations/<key:preparation_id>/label", methods=WAY, endpoint="print_label")
def label(preparation_id: str) -> Response:
    """Set label, leaflet and worksheet; the same page then holds the files to print."""
    whole, form = _whole(preparation_id), PrintForm()
    form.offer_stock(whole.label_stock)
    form.large_print.data = form.large_print.data or "no"
    if request.method == "POST":
        version = whole.seen.version
        check = same_version(form.seen.data, version, called(whole))
        done = sign(
            form, print_label, lambda: PrintLabel(
                preparation_id=preparation_id, version=version, place=form.place, large_print=form.large_print.data == "yes"
            ), check=check,
        )  # fmt: skip
        if done is not None:
            return go_on("handing.print_label", preparation_id)
        whole = _whole(preparation_id)
    form.seen.data = str(whole.seen.version)
    return page(
        "handing/label.html", form, whole=whole, can=can(whole, Action.PRINT_LABEL), newest=_newest(whole), language=language_name,
    )  # fmt: skip


@blueprint.route("/preparations/<key:preparation_id>/reprint", methods=WAY, endpoint="reprint")
def print_again(preparation_id: str) -> Response:
    """Choose a stored paper and say why; then it is there to print with the number of the copy on every page."""
    whole, form = _whole(preparation_id), ReprintForm()
    form.offer_stock(whole.label_stock)
    form.paper.choices = [SelectChoice(f"{each.kind}-{each.revision}", paper_in_words(each)) for each in reversed(whole.papers)]
    if request.method == "POST":
        version = whole.seen.version
        done = sign(
            form, reprint, lambda: _reprint_asked(form, preparation_id, version), reason=form.reason.text,
            check=same_version(form.seen.data, version, called(whole)),
        )  # fmt: skip
        if done is not None:
            form.status = 200
            chosen = next(each for each in whole.papers if f"{each.kind}-{each.revision}" == form.paper.data)
            return page(
                "handing/reprinted.html", form, whole=whole, paper=chosen, number=done.reprint, sha256=done.sha256, is_marked=done.sha256 != chosen.sha256
            )
        whole = _whole(preparation_id)
    form.seen.data = str(whole.seen.version)
    return page("handing/reprint.html", form, whole=whole, can=can(whole, Action.REPRINT))


@blueprint.route("/preparations/<key:preparation_id>/label/void", methods=WAY)
def void_label(preparation_id: str) -> Response:
    """Withdraw the label in force, with a reason."""
    whole, form = _whole(preparation_id), VoidForm()
    if request.method == "POST":
        version = whole.seen.version
        done = sign(
            form, void_printed_label, lambda: OfPreparation(preparation_id=preparation_id, version=version), reason=form.reason.text,
            check=same_version(form.seen.data, version, called(whole)),
        )  # fmt: skip
        if done is not None:
            return go_on(PREPARATION, preparation_id)
        whole = _whole(preparation_id)
    form.seen.data = str(whole.seen.version)
    return page("handing/void.html", form, whole=whole, can=can(whole, Action.VOID_LABEL))


def can(whole: WholeRecord, action: Action) -> bool:
    """Whether the action follows on the record's state."""
    return whole.seen.record.state in transition(Subject.PREPARATION, action).before


def called(whole: WholeRecord) -> str:
    """The preparation by its number."""
    return f"preparation {whole.seen.record.lot_number}"


def paper_in_words(brief: PaperBrief) -> str:
    """A stored paper in one line."""
    return (
        f"{kind_in_words(brief.kind).capitalize()}, revision {brief.revision}, printed {local_time(brief.made_at)}{f': {brief.status}' if brief.status else ''}"
    )


def kind_in_words(kind: str) -> str:
    """What a paper is called."""
    return {"large-print": "leaflet in large print"}.get(kind, kind)


def _whole(preparation_id: str) -> WholeRecord:
    return do(read_whole_record, Of(id=preparation_id))


def _reprint_asked(form: ReprintForm, preparation_id: str, version: int) -> Reprint:
    kind, _, revision = form.paper.data.rpartition("-")
    return Reprint(preparation_id=preparation_id, version=version, kind=kind, revision=int(revision), place=form.place)


def _newest(whole: WholeRecord) -> list[PaperBrief]:
    """The last revision of each kind, in the order in which they are needed."""
    last = {each.kind: each for each in whole.papers}
    return [last[kind] for kind in OF_A_PREPARATION if kind in last]
