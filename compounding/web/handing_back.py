"""What comes back, and what is called back: a container taken back is never handed out again, and a recall says what has to be done now."""

from flask import request
from werkzeug import Response

from compounding.domain.stages import Action
from compounding.web import handing_words
from compounding.web.acting import do
from compounding.web.acts import go_on, page, same_version
from compounding.web.handing import PREPARATION, WAY, blueprint, called, can
from compounding.web.handing_forms import RecallForm, TakeBackForm
from compounding.web.signing_acts import sign
from compounding.workflow.bench_steps import OfPreparation
from compounding.workflow.ending import recall_preparation, take_back_preparation
from compounding.workflow.reading import Of
from compounding.workflow.whole_record import read_whole_record


@blueprint.route("/preparations/<key:preparation_id>/take-back", methods=WAY)
def take_back(preparation_id: str) -> Response:
    """A container that was handed out is here again."""
    whole, form = do(read_whole_record, Of(id=preparation_id)), TakeBackForm()
    if request.method == "POST":
        version = whole.seen.version
        done = sign(
            form, take_back_preparation, lambda: OfPreparation(preparation_id=preparation_id, version=version), reason=form.reason.text,
            check=same_version(form.seen.data, version, called(whole)),
        )  # fmt: skip
        if done is not None:
            return go_on(PREPARATION, preparation_id)
        whole = do(read_whole_record, Of(id=preparation_id))
    form.seen.data = str(whole.seen.version)
    return page("handing/take_back.html", form, whole=whole, can=can(whole, Action.TAKE_BACK))


@blueprint.route("/preparations/<key:preparation_id>/recall", methods=WAY)
def recall(preparation_id: str) -> Response:
    """Recall one preparation; afterwards the same page says what has to be done."""
    whole, form = do(read_whole_record, Of(id=preparation_id)), RecallForm()
    if request.method == "POST":
        version = whole.seen.version
        done = sign(
            form, recall_preparation, lambda: OfPreparation(preparation_id=preparation_id, version=version), reason=form.reason.text,
            check=same_version(form.seen.data, version, called(whole)),
        )  # fmt: skip
        if done is not None:
            return go_on("handing.recall", preparation_id)
        whole = do(read_whole_record, Of(id=preparation_id))
    form.seen.data = str(whole.seen.version)
    record = whole.seen.record
    return page(
        "handing/recall.html", form, whole=whole, can=can(whole, Action.RECALL), follows=handing_words.RECALL_FOLLOWS[record.dispensing is not None],
    )  # fmt: skip
