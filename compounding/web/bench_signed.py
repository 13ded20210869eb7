"""What a second person signs at the bench, blind: the recalculation before the first weighing, and what the witness sees before anything is mixed."""

from decimal import Decimal

from flask import request
from werkzeug import Response

from compounding.domain.compounding_record import record_sha256
from compounding.domain.errors import LevigateError, WorkflowRefused
from compounding.domain.numbers import format_number
from compounding.domain.record_checks import drug_lines
from compounding.domain.record_parts import WitnessReading
from compounding.domain.scanned_codes import read_code
from compounding.domain.stages import State
from compounding.storage.errors import Conflict
from compounding.web import acts
from compounding.web.acting import do
from compounding.web.bench_forms import RecalculationForm, WitnessForm, recalculation_form, witness_form
from compounding.web.bench_room import STEP, at_bench, blueprint, called, lines_of, photo_of, set_out, since, today
from compounding.web.confirming import add_error
from compounding.web.signing_acts import sign
from compounding.web.visitors import new_key
from compounding.workflow import bench_steps
from compounding.workflow.at_the_bench import AtBench, CodeSeen, recognise_lot

_WAY = ["GET", "POST"]


@blueprint.route("/preparations/<key:preparation_id>/bench/recalculation", methods=_WAY)
def recalculate(preparation_id: str) -> Response:
    """The second person's own figures; nothing of the sheet's is on this page, and an answer says only whether they differ."""
    seen = at_bench(preparation_id)
    form = recalculation_form(lines_of(seen))
    if request.method == "POST":
        now = seen
        done = sign(
            form, bench_steps.recalculate_figures, lambda: _figures(form, now), check=acts.same_version(form.seen.data, now.version, called(now)),
        )  # fmt: skip
        if done is not None and done.state is State.RECALCULATED:
            return acts.go_on(STEP, preparation_id)
        if done is not None:
            form.refusal = WorkflowRefused(
                "FIGURES_DIFFER", "your figures and the sheet's differ, and that is kept; work yours out once more, or ask who planned it to look again"
            )
            form.key.data = new_key()
        seen = at_bench(preparation_id)
    return _page("bench/recalculation.html", form, seen, State.ASSESSED, given=_given(seen))


def _figures(form: RecalculationForm, seen: AtBench) -> bench_steps.Recalculate:
    is_sole = bool(form.as_sole.data) and seen.record.sole_practitioner_allowed
    evidence = (photo_of(form.photo, form.photo_sha256),) if is_sole else ()
    return bench_steps.Recalculate(
        preparation_id=seen.record.id, version=seen.version, masses_g=tuple(_there(each.data) for each in form.figures), batch_g=_there(form.batch.data),
        as_sole_practitioner=is_sole, evidence=evidence,
    )  # fmt: skip


def _given(seen: AtBench) -> list[tuple[str, str]]:
    """What a second person works from: the order, the formula, the certificates and the balance, and no weight."""
    sheet, formula, percent = seen.record.sheet, seen.formula, format_number
    rows = [
        ("Amount ordered", f"{percent(sheet.amount_g)} g"), ("Strength", f"{percent(sheet.percent)} % w/w as pentahydrate"),
        ("Overage", f"{percent(seen.overage_percent)} % of the amount ordered"), ("Levigating agent", f"{percent(formula.levigating_percent)} % of the batch"),
        ("Base", "as much as makes up the batch (q.s.)"), ("Round each weight to", f"{percent(seen.balance.readability_g)} g, the balance's step"),
    ]  # fmt: skip
    for number, line in enumerate(sheet.lines):
        lot, told = line.lot, [f"lot {seen.lots[number].number}"]
        if lot is not None and lot.assay_percent is not None:
            as_what = f", as {lot.assay_as.value.replace('_', ' ')}" if lot.assay_as is not None else ""
            told.append(
                f"assay {percent(lot.assay_percent)} % on the {lot.assay_basis.value.replace('_', ' ') if lot.assay_basis else 'stated'} basis{as_what}"
            )
        if lot is not None and lot.water_percent is not None:
            told.append(f"water {percent(lot.water_percent)} %")
        if len(sheet.lines_of(line.component)) > 1 and lot is not None and lot.on_hand_g is not None:
            told.append(f"{percent(lot.on_hand_g)} g in stock when it was planned; lots are used up in this order")
        rows.append((line.name, "; ".join(told)))
    return [*rows, ("A certificate counts", f"where it differs by more than {percent(seen.correct_lots_above_percent)} %")]


@blueprint.route("/preparations/<key:preparation_id>/bench/witness", methods=_WAY)
def witness(preparation_id: str) -> Response:
    """What the witness sees of each weighing of the drug; what was written down is not on this page."""
    seen = at_bench(preparation_id)
    names = lines_of(seen)
    form = witness_form([(number, names[number]) for number in drug_lines(seen.record.sheet)])
    if request.method == "POST":
        now = seen
        done = sign(
            form, bench_steps.witness_weighing, lambda: _readings(form, now), check=acts.same_version(form.seen.data, now.version, called(now)),
        )  # fmt: skip
        if done is not None:
            return acts.go_on(STEP, preparation_id)
        seen = at_bench(preparation_id)
    return _page("bench/witness.html", form, seen, State.WEIGHED)


def _readings(form: WitnessForm, seen: AtBench) -> bench_steps.Witness:
    is_sole = bool(form.as_sole.data) and seen.record.sole_practitioner_allowed
    found = []
    for line, container, code, mass, photo, kept in form.readings:
        try:
            lot_id = do(recognise_lot, CodeSeen(preparation_id=seen.record.id, code=read_code(code.data or "", on=today()))).lot_id
        except LevigateError as refusal:
            add_error(code, refusal.message[0].upper() + refusal.message[1:] + ".")
            raise
        digest = photo_of(photo, kept) if is_sole else ""
        found.append(WitnessReading(line=line, container=container.text, lot_id=lot_id, mass_g=_there(mass.data), from_evidence=digest))
    return bench_steps.Witness(
        preparation_id=seen.record.id, version=seen.version, readings=tuple(found), as_sole_practitioner=is_sole,
        evidence=tuple(each.from_evidence for each in found if each.from_evidence),
    )  # fmt: skip


def _page(template: str, form: RecalculationForm | WitnessForm, seen: AtBench, when: State, **also: object) -> Response:
    told = set_out(seen)
    came = since(form, told)
    form.seen.data, form.done.data = str(seen.version), str(told.done)
    return acts.page(
        template, form, seen=seen, told=told, came=came, can=seen.record.state is when, fingerprint=record_sha256(seen.record)[:12],
        is_stale=isinstance(form.refusal, Conflict), **also,
    )  # fmt: skip


def _there(value: Decimal | None) -> Decimal:
    """A value that `validate` found to be there."""
    if value is None:
        raise LookupError("this is asked for only after the form was found to be whole")
    return value
