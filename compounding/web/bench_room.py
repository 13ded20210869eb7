"""What the routes of the bench share: the blueprint, the preparation as it stands, and the page of its one next step with whatever was typed."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, current_app, request
from itsdangerous import URLSafeSerializer
from werkzeug import Response

from compounding.domain.bench_guide import Kind
from compounding.domain.numbers import format_number
from compounding.storage.errors import Conflict, SentBefore
from compounding.web import acts, bench_forms
from compounding.web.access import the_who_may
from compounding.web.acting import do
from compounding.web.bench_page import PLACES, BenchPage, bench_page, line_name
from compounding.web.kept_files import LARGEST, LARGEST_REQUEST, kept_of
from compounding.web.keys_in_addresses import keys_for
from compounding.web.pharmacy import current_pharmacy
from compounding.web.records import the_records
from compounding.web.visitors import the_visitor
from compounding.workflow.at_the_bench import AtBench, read_at_bench
from compounding.workflow.reading import Of

blueprint = Blueprint("bench", __name__)
keys_for(blueprint)

STEP = "bench.step"
_PHOTOS = 2
"""How many photos a request may bring beside the first: a witness shows one of each weighing of the drug."""
_WITH_PHOTO = frozenset({"bench.recalculate", "bench.witness", "bench.hold"})
_SALT = "levigate window of a weighing"


@blueprint.url_value_preprocessor
def _let_a_photo_in(endpoint: str | None, values: object) -> None:  # noqa: ARG001 - Flask passes both.
    """Only where a photo stands in for a second person may a request be as large as one; it is said before anything of the request is read."""
    if endpoint in _WITH_PHOTO:
        request.max_content_length = _PHOTOS * LARGEST + LARGEST_REQUEST


def photo_of(field: Any, carried: Any) -> str:
    """The sha256 of the photo or printout that stands in for a second person. Raises LevigateError with the error beside the field."""
    return kept_of(field, carried, what="the picture", missing="a sole practitioner adds a photo or printout, taken now")


@blueprint.app_template_filter("amount")
def amount(value: Decimal) -> str:
    """A number as it is printed everywhere."""
    return format_number(value)


def at_bench(preparation_id: str) -> AtBench:
    """The preparation as it stands, read once more. Raises NotFound."""
    return do(read_at_bench, Of(id=preparation_id))


def set_out(seen: AtBench) -> BenchPage:
    """What the page says to whoever is signed in."""
    who = the_visitor()
    return bench_page(seen, who.person, the_who_may(who.site_id), local=acts.local_time, now=the_records().clock())


def form_of(seen: AtBench) -> Any:
    """An empty form of the next step; None for a step with a page of its own, and for who cannot do it."""
    told = set_out(seen)
    if told.station is None or told.why_not:
        return None
    if told.station.kind is Kind.TICK:
        form = bench_forms.form_for(bench_forms.TickFields, told.station.duty, formdata=None)
        form.step.data = str(told.station.number)
        return form
    if told.station.kind is Kind.WEIGH:
        form = bench_forms.form_for(bench_forms.WeighFields, told.station.duty, formdata=None)
        form.line.data, form.part.data = str(told.station.number), "lot" if balance_was_checked(seen) else "balance"
        return form
    return bench_forms.make_form(seen.formula.quality_tests) if told.station.kind is Kind.MAKE else None


def balance_was_checked(seen: AtBench) -> bool:
    """Whether a weighing on record says that the balance was checked on the day of this preparation."""
    return any(each.balance_checked_on == seen.record.compounded_on for each in seen.record.weighings)


def step_page(seen: AtBench, form: Any, **also: Any) -> Response:
    """The page of the next step. A form that was sent comes back filled in; where the step it was for is over, what was typed stands beside the new one."""
    told = set_out(seen)
    lost: tuple[tuple[str, str], ...] = ()
    came = since(form, told)
    if form is not None and request.method == "POST" and not _fits(form, told):
        refusal, status = form.refusal, form.status
        # What a second click brings again was kept when it came first.
        lost = () if isinstance(refusal, SentBefore) else typed(form)
        form = form_of(seen)
        if form is None:
            response = _render(seen, None, told, came=came, lost=lost, refusal=refusal, **also)
            response.status_code = status
            return response
        form.status, form.refusal = status, refusal
    if form is not None:
        form.seen.data, form.done.data = str(seen.version), str(told.done)
    return _render(seen, form, told, came=came, lost=lost, refusal=None, **also)


def _render(seen: AtBench, form: Any, told: BenchPage, **also: Any) -> Response:
    endpoint, way_on = PLACES.get(told.station.kind, ("", "")) if told.station is not None else ("", "")
    token = signer().dumps([str(told.window.target_g), str(told.window.percent), str(seen.balance.readability_g)]) if told.window is not None else ""
    blank = {"found": None, "verdict": None, "preview": None}
    return acts.page(
        "bench/step.html", form, seen=seen, told=told, way_on=way_on, way_to=acts.place_of(endpoint, seen.record.id) if endpoint else "",
        window_token=token, **(blank | also),
    )  # fmt: skip


def since(form: Any, told: BenchPage) -> tuple[str, ...]:
    """What was done by others since the form was opened; nothing where the version is the one that was seen."""
    if form is None or request.method != "POST" or not isinstance(form.refusal, Conflict):
        return ()
    known = int(form.done.data) if (form.done.data or "").isdecimal() and len(form.done.data) < 4 else told.done
    return tuple(f"{each.text} ({each.told})" for each in [row for row in told.rows if row.state == "done"][known:])


def _fits(form: Any, told: BenchPage) -> bool:
    """Whether the form that was sent is still the one of the next step."""
    if told.station is None or told.why_not:
        return False
    if isinstance(form, bench_forms.MakeFields):
        return told.station.kind is Kind.MAKE
    kind, number = (Kind.TICK, form.step.data) if isinstance(form, bench_forms.TickFields) else (Kind.WEIGH, form.line.data)
    return told.station.kind is kind and str(told.station.number) == number


def typed(form: Any) -> tuple[tuple[str, str], ...]:
    """What somebody typed into a form, field by field, without secrets."""
    shown = (
        each
        for each in form
        if each.name in {"container_code", "mass", "temperature", "obtained", "net", "container", "deviations"} or each.name[:7] == "result_"
    )
    return tuple((each.label.text, str(each.raw_data[0])) for each in shown if each.raw_data and str(each.raw_data[0]).strip())


def signer() -> URLSafeSerializer:
    """What signs the window of a weighing, so that a reading is judged by the settings on record without the record being read at every key."""
    return URLSafeSerializer(str(current_app.secret_key), salt=_SALT)


def lines_of(seen: AtBench) -> tuple[str, ...]:
    """The lines of the sheet by their names."""
    return tuple(line_name(seen, number) for number in range(len(seen.record.sheet.lines)))


def called(seen: AtBench) -> str:
    """The preparation as a refusal names it."""
    return f"preparation {seen.record.lot_number}"


def today() -> date:
    """The day it is at the pharmacy."""
    return current_pharmacy().today
