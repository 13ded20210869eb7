"""What is done at the bench on the page of the step itself: a step ticked, a line weighed from a lot in hand, the finished preparation recorded."""

from decimal import Decimal
from typing import Any

from flask import redirect, render_template, request, url_for
from itsdangerous import BadData
from werkzeug import Response

from compounding.domain.actual_weights import BenchReport, Reconciliation, reconcile
from compounding.domain.errors import LevigateError, WorkflowRefused
from compounding.domain.hydrates import molar_masses
from compounding.domain.numbers import writes_decimal_comma
from compounding.domain.people import Duty
from compounding.domain.scanned_codes import read_code
from compounding.domain.typed_quantities import GRAMS, Asked
from compounding.domain.weighing_window import Verdict, Window, window
from compounding.storage.errors import NotFound
from compounding.web import acts, bench_forms
from compounding.web.acting import do, the_house
from compounding.web.bench_room import STEP, at_bench, balance_was_checked, blueprint, called, set_out, signer, step_page, today
from compounding.web.confirming import add_error
from compounding.web.fields import PAGE_LANGUAGE
from compounding.workflow import bench_steps, procedure
from compounding.workflow.at_the_bench import AtBench, CodeAtHand, LotAtHand, take_lot_in_hand

_WAY = ["GET", "POST"]
_ASKS = Asked(unit=GRAMS)
_LARGEST_NUMBER = 1_000


@blueprint.route("/preparations/<key:preparation_id>/bench/tick", methods=_WAY)
def tick(preparation_id: str) -> Response:
    """Tick a step of the procedure that was just done."""
    seen = at_bench(preparation_id)
    if request.method == "GET":
        return _back(preparation_id)
    number = _number(request.form.get("step"))
    duty = next((each.duty for each in [set_out(seen).station] if each is not None and each.number == number), Duty.WEIGH)
    form = bench_forms.form_for(bench_forms.TickFields, duty)
    done = bench_forms.done(
        form, procedure.tick_step, lambda: procedure.TickStep(preparation_id=preparation_id, version=seen.version, step=number),
        check=acts.same_version(form.seen.data, seen.version, called(seen)),
    )  # fmt: skip
    return acts.go_on(STEP, preparation_id) if done is not None else step_page(at_bench(preparation_id), form)


@blueprint.route("/preparations/<key:preparation_id>/bench/weigh", methods=_WAY)
def weigh(preparation_id: str) -> Response:
    """The balance, the lot in hand, the weight: three answers of one weighing, the last of which is kept."""
    seen = at_bench(preparation_id)
    if request.method == "GET":
        return _back(preparation_id)
    form = bench_forms.form_for(bench_forms.WeighFields, Duty.WEIGH)
    part, form.status = form.part.data, 422
    try:
        acts.same_version(form.seen.data, seen.version, called(seen))()
        _check_balance(form, seen)
        found = _in_hand(form, seen) if part in {"lot", "mass"} else None
    except LevigateError as refusal:
        if isinstance(refusal, NotFound):
            raise
        acts.keep_refusal(form, acts.as_it_came(form, bench_steps.weigh_line, refusal))
        form.part.data = "lot" if form.balance.data == "yes" or balance_was_checked(seen) else "balance"
        return step_page(at_bench(preparation_id), form)
    if part != "mass" or found is None:
        form.part.data, form.status = ("mass", 200) if found is not None else ("lot", 200)
        if form.mass.raw_data:
            form.mass.raw_data = None
        return step_page(seen, form, found=found)
    return _weighed(form, seen, found)


def _check_balance(form: Any, seen: AtBench) -> None:
    if form.balance.data != "yes" and not balance_was_checked(seen):
        raise WorkflowRefused("BALANCE_NOT_CHECKED", "check the balance and say so before the first weighing of this preparation")


def _in_hand(form: Any, seen: AtBench) -> LotAtHand:
    if not form.container_code.text:
        add_error(form.container_code, "Scan the code of the container, or type its lot number.")
        raise WorkflowRefused("LOT_CODE_NEEDED", "the container at hand has not been scanned")
    asked = CodeAtHand(preparation_id=seen.record.id, line=_number(form.line.data), code=read_code(form.container_code.data or "", on=today()))
    return do(take_lot_in_hand, asked)


def _weighed(form: Any, seen: AtBench, found: LotAtHand) -> Response:
    told = set_out(seen)
    is_outside = form.mass.data is not None and told.window is not None and told.window.verdict(form.mass.data) is not Verdict.WITHIN
    if is_outside and form.asked_about.data != str(form.mass.data):
        # A weight outside the limit is kept as it was weighed; it is only asked about once, while it can still be mended.
        form.asked_about.data = str(form.mass.data)
        return step_page(seen, form, found=found, verdict=_verdict(told.window, form.mass.data))
    mass = form.mass.data
    done = bench_forms.done(
        form, bench_steps.weigh_line, lambda: bench_steps.Weigh(
            preparation_id=seen.record.id, version=seen.version, line=_number(form.line.data), mass_g=mass, lot_id=found.lot_id,
            is_scanned=found.is_element_string or form.is_burst.data == "yes", balance_checked=True,
        ),
        check=lambda: _need_mass(form),
    )  # fmt: skip
    return acts.go_on(STEP, seen.record.id) if done is not None else step_page(at_bench(seen.record.id), form, found=found)


def _need_mass(form: Any) -> None:
    if form.mass.data is None and not form.mass.errors:
        add_error(form.mass, "What the balance shows: enter it.")
        raise WorkflowRefused("NO_WEIGHT", "the weight is needed as the balance shows it")


@blueprint.post("/bench/tolerance")
def tolerance() -> Response:
    """How a reading lies to its target, for the script that shows it while a person types: by the window this program wrote into the page."""
    verdict = None
    try:
        target, percent, readability = (Decimal(each) for each in signer().loads(request.form.get("window", "")))
        asked = _ASKS.read(request.form.get("mass", ""), decimal_comma=writes_decimal_comma(PAGE_LANGUAGE))
        verdict = _verdict(window(target, weighing_percent=percent, readability_g=readability), asked)
    except (BadData, LevigateError):
        # Nothing that can be judged yet; the whole form says why once it is sent.
        pass
    return Response(render_template("bench/_tolerance.html", verdict=verdict), mimetype="text/html")


def _verdict(told: Window | None, mass: Decimal) -> dict[str, Any] | None:
    return None if told is None else {"window": told, "mass": mass, "word": told.verdict(mass).value, "off": told.off_g(mass)}


@blueprint.route("/preparations/<key:preparation_id>/bench/finish", methods=_WAY)
def make(preparation_id: str) -> Response:
    """Record the finished preparation; before that, what its yield is and which limit it would pass."""
    seen = at_bench(preparation_id)
    if request.method == "GET":
        return _back(preparation_id)
    form = bench_forms.make_form(seen.formula.quality_tests)
    form.status = 422
    if form.part.data == "preview":
        is_whole = form.validate()
        form.status = 200 if form.need_everything() and is_whole else 422
        return step_page(seen, form, preview=_preview(form, seen) if form.status == 200 else None)

    def asked() -> bench_steps.Make:
        return bench_steps.Make(
            preparation_id=preparation_id, version=seen.version, quality=form.quality(), highest_temperature_celsius=form.temperature.data,
            obtained_g=form.obtained.data, net_g=form.net.numbers, container=form.container.text, deviations=form.deviations.text,
        )  # fmt: skip

    def check() -> None:
        acts.same_version(form.seen.data, seen.version, called(seen))()
        if not form.need_everything():
            raise WorkflowRefused("FINISH_INCOMPLETE", "everything on this page is answered before it is recorded")

    done = bench_forms.done(form, bench_steps.make, asked, check=check)
    return acts.go_on(STEP, preparation_id) if done is not None else step_page(at_bench(preparation_id), form)


def _preview(form: Any, seen: AtBench) -> Reconciliation | None:
    weighed = {each.line: each.mass_g for each in seen.record.weighings}
    report = BenchReport(weighed_g=[weighed[line] for line in sorted(weighed)], obtained_g=form.obtained.data, net_g=form.net.numbers)
    try:
        return reconcile(
            seen.record.sheet, report, masses=molar_masses(the_house().data.formulary.substances), tolerances=seen.tolerances,
            readability_g=seen.balance.readability_g,
        )  # fmt: skip
    except LevigateError as refusal:
        acts.keep_refusal(form, refusal)
        return None


def _number(text: str | None) -> int:
    """A number that a page of ours wrote; anything else names nothing."""
    return min(int(text), _LARGEST_NUMBER) if text and text.isascii() and text.isdecimal() and len(text) < 5 else _LARGEST_NUMBER


def _back(preparation_id: str) -> Response:
    return redirect(url_for(STEP, preparation_id=preparation_id), 303)
