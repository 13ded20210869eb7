"""What is done at the bench where a limit was passed or something went wrong: a hold decided on, a preparation begun again, or thrown away."""

from typing import Any

from flask import request
from werkzeug import Response

from compounding.domain.compounding_record import CompoundingRecord, record_sha256
from compounding.domain.errors import WorkflowRefused
from compounding.domain.numbers import format_number
from compounding.domain.record_checks import check_decidable
from compounding.domain.stages import Action, Subject, transition
from compounding.web import acts
from compounding.web.bench_forms import HoldForm, ReworkForm, ScrapForm
from compounding.web.bench_room import STEP, at_bench, blueprint, called, photo_of, set_out, since
from compounding.web.signing_acts import sign
from compounding.workflow import bench_steps, ending
from compounding.workflow.at_the_bench import AtBench

_WAY = ["GET", "POST"]


@blueprint.route("/preparations/<key:preparation_id>/hold", methods=_WAY)
def hold(preparation_id: str) -> Response:
    """Every reason of a hold, and a pharmacist's signed decision where it may be decided."""
    seen, form = at_bench(preparation_id), HoldForm()
    if request.method == "POST":
        now = seen

        def asked() -> bench_steps.OfPreparation:
            is_sole = bool(form.as_sole.data) and now.record.sole_practitioner_allowed
            evidence = (photo_of(form.photo, form.photo_sha256),) if is_sole else ()
            return bench_steps.OfPreparation(preparation_id=preparation_id, version=now.version, as_sole_practitioner=is_sole, evidence=evidence)

        done = sign(form, bench_steps.decide_on_hold, asked, reason=form.reason.text, check=acts.same_version(form.seen.data, now.version, called(now)))
        if done is not None:
            return acts.go_on(STEP, preparation_id)
        seen = at_bench(preparation_id)
    reasons = seen.record.holds[-1].reasons if seen.record.holds else ()
    return _page("bench/hold.html", form, seen, Action.DECIDE, reasons=reasons, fixed=_fixed(seen.record), finish=seen.record.finish, fingerprint=_mark(seen))


def _fixed(record: CompoundingRecord) -> str:
    """Why a hold cannot be decided on; empty where it can, or where nothing is held."""
    try:
        if record.holds:
            check_decidable(record.holds[-1])
    except WorkflowRefused as refusal:
        return refusal.message
    return ""


@blueprint.route("/preparations/<key:preparation_id>/rework", methods=_WAY)
def rework(preparation_id: str) -> Response:
    """Begin again: what was weighed is thrown away, and a new recalculation comes first."""
    seen, form = at_bench(preparation_id), ReworkForm()
    if request.method == "POST":
        now = seen
        done = sign(
            form, bench_steps.rework_preparation, lambda: bench_steps.OfPreparation(preparation_id=preparation_id, version=now.version),
            reason=form.reason.text, check=acts.same_version(form.seen.data, now.version, called(now)),
        )  # fmt: skip
        if done is not None:
            return acts.go_on(STEP, preparation_id)
        seen = at_bench(preparation_id)
    return _page("bench/rework.html", form, seen, Action.REWORK, lost=_thrown_away(seen), fingerprint=_mark(seen))


@blueprint.route("/preparations/<key:preparation_id>/scrap", methods=_WAY)
def scrap(preparation_id: str) -> Response:
    """Throw a preparation away, with a reason."""
    seen, form = at_bench(preparation_id), ScrapForm()
    if request.method == "POST":
        now = seen
        done = acts.act(
            form, ending.scrap_preparation, lambda: bench_steps.OfPreparation(preparation_id=preparation_id, version=now.version),
            reason=form.reason.text, check=acts.same_version(form.seen.data, now.version, called(now)),
        )  # fmt: skip
        if done is not None:
            return acts.go_on("records.preparation", preparation_id)
        seen = at_bench(preparation_id)
    return _page("bench/scrap.html", form, seen, Action.SCRAP, lost=_thrown_away(seen))


def _thrown_away(seen: AtBench) -> list[str]:
    """What goes with it, in words."""
    record, lots = seen.record, {each.id: each.number for each in seen.lots}
    told = [
        f"{format_number(each.mass_g)} g of {record.sheet.lines[each.line].name}, lot {lots.get(each.lot_id, each.lot_id)}" for each in record.weighings
    ]  # fmt: skip
    if record.finish is not None:
        net = ", ".join(f"{format_number(each)} g" for each in record.finish.report.net_g)
        told.append(f"the finished preparation: {format_number(record.finish.report.obtained_g)} g, filled as {net}")
    if record.label is not None:
        told.append(f"the label, revision {record.label.revision}: it no longer counts")
    return told


def _mark(seen: AtBench) -> str:
    return record_sha256(seen.record)[:12]


def _page(template: str, form: Any, seen: AtBench, action: Action, **also: object) -> Response:
    told = set_out(seen)
    came = since(form, told)
    form.seen.data, form.done.data = str(seen.version), str(told.done)
    can = seen.record.state in transition(Subject.PREPARATION, action).before
    return acts.page(template, form, seen=seen, told=told, came=came, can=can, **also)
