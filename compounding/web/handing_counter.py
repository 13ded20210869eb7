"""At the counter: counselling that a pharmacist signs, and the hand-out, where the container's code answers before anything else is asked."""

from flask import request
from werkzeug import Response

from compounding.domain.stages import Action, State
from compounding.web import handing_words
from compounding.web.acting import do
from compounding.web.acts import go_on, page, same_version
from compounding.web.handing import PREPARATION, WAY, blueprint
from compounding.web.handing_forms import CounselForm, HandOutForm, ScanForm
from compounding.web.signing import Shown
from compounding.web.signing_acts import sign
from compounding.workflow.at_hand_out import Answer, ContainerSeen, ScannedContainer, look_at_container, read_given_out
from compounding.workflow.counselling import record_counselling
from compounding.workflow.reading import Of, read_preparation
from compounding.workflow.releasing import hand_out as give_out

_GIVEN = frozenset({State.DISPENSED, State.RETURNED})
_LAST_STEP = "hand-out"


@blueprint.route("/preparations/<key:preparation_id>/counsel", methods=WAY)
def counsel(preparation_id: str) -> Response:
    """Counselling that a pharmacist offered, signed before somebody else hands the preparation out."""
    seen, form = _seen(preparation_id), CounselForm()
    if request.method == "POST":
        version = seen.version
        done = sign(
            form, record_counselling, lambda: form.asked(preparation_id, version), check=same_version(form.seen.data, version, _called(seen)),
        )  # fmt: skip
        if done is not None:
            return go_on(PREPARATION, preparation_id)
        seen = _seen(preparation_id)
    form.seen.data = str(seen.version)
    return page("handing/counsel.html", form, seen=seen, can=seen.can(Action.COUNSEL))


@blueprint.route("/preparations/<key:preparation_id>/hand-out", methods=WAY)
def hand_out(preparation_id: str) -> Response:
    """Scan first; then who takes it and what goes along; then what was handed out and what is left. Nothing of the patient is told before it was said."""
    seen = _seen(preparation_id)
    if seen.record.state in _GIVEN:
        # A second click finds what the first one did.
        return go_on("handing.hand_out", preparation_id) if request.method == "POST" else _told(preparation_id, seen)
    if request.method == "GET":
        return page("handing/scan.html", ScanForm(formdata=None), seen=seen, container=None, says=None)
    return _given(preparation_id, seen) if request.form.get("step") == _LAST_STEP else _scanned(preparation_id, seen)


def _scanned(preparation_id: str, seen: Shown) -> Response:
    form = ScanForm()
    if not form.validate():
        return page("handing/scan.html", form, seen=seen, container=None, says=None)
    container = _look(preparation_id, form.scanned_code.text)
    if not _may_go_on(container):
        return _stopped(seen, container, status=200)
    asked = HandOutForm(formdata=None, data={"scanned_code": form.scanned_code.text, "seen": str(seen.version)})
    asked.offer(container)
    asked.status = 200
    return page("handing/hand_out.html", asked, seen=seen, container=container)


def _given(preparation_id: str, seen: Shown) -> Response:
    form, version = HandOutForm(), seen.version
    container = _look(preparation_id, form.scanned_code.data or "")
    if not _may_go_on(container):
        # What was said at the counter is of no use any more: this container stays here.
        return _stopped(seen, container, status=409)
    form.offer(container)
    done = sign(
        form, give_out, lambda: form.asked(preparation_id, version), reason=form.reason.text if container.is_short else "",
        check=same_version(form.seen.data, version, _called(seen)),
    )  # fmt: skip
    if done is not None:
        return go_on("handing.hand_out", preparation_id)
    seen, container = _seen(preparation_id), _look(preparation_id, form.scanned_code.data or "")
    form.offer(container)
    form.seen.data = str(seen.version)
    return page("handing/hand_out.html", form, seen=seen, container=container)


def _stopped(seen: Shown, container: ContainerSeen, *, status: int) -> Response:
    # The field is empty again: a scanner would write the next code behind this one.
    form = ScanForm(formdata=None)
    form.status = status
    return page("handing/scan.html", form, seen=seen, container=container, says=handing_words.ANSWERS[container.answer])


def _told(preparation_id: str, seen: Shown) -> Response:
    given = do(read_given_out, Of(id=preparation_id))
    return page("handing/given.html", None, seen=seen, given=given, along=handing_words.given(given), left=handing_words.left(given))


def _may_go_on(container: ContainerSeen) -> bool:
    return container.answer is Answer.VALID and not container.against


def _look(preparation_id: str, code: str) -> ContainerSeen:
    return do(look_at_container, ScannedContainer(preparation_id=preparation_id, scanned_code=code))


def _seen(preparation_id: str) -> Shown:
    found = do(read_preparation, Of(id=preparation_id))
    return Shown(record=found.record, version=found.version)


def _called(seen: Shown) -> str:
    return f"preparation {seen.record.lot_number}"
