"""Receiving a delivery, and correcting what is on record of a lot: typed, said back with what it means, and only then recorded."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from flask import request
from werkzeug import Response

from compounding.domain.errors import LevigateError
from compounding.domain.substances import Substance
from compounding.storage.errors import NotFound
from compounding.web import stock_words
from compounding.web.acting import do
from compounding.web.acts import act, go_on, keep_refusal, page, same_version
from compounding.web.lot_fields import answers_of, given, mark_of, typed_again
from compounding.web.pharmacy import current_pharmacy
from compounding.web.signing_acts import sign
from compounding.web.stock_blueprint import WAY, blueprint
from compounding.web.stock_forms import CorrectDrugForm, CorrectForm, ReceiveDrugForm, ReceiveForm
from compounding.workflow.lot_reading import LotSeen, OfLot, ReadBack, ToReadBack, read_back, read_lot
from compounding.workflow.lots import Correction, Delivery, LotTold, correct_lot, receive_lot

_SHOW = "stock.show"


def ingredients() -> Mapping[str, Substance]:
    """The ingredients of the pharmacy's formulas, by id."""
    return current_pharmacy().data.formulary.substances


@blueprint.route("/stock/receive", methods=WAY)
def receive() -> Response:
    """A delivery: first its ingredient, then its container and papers, then everything said back."""
    asked = request.form.get("ingredient", "") if request.method == "POST" else request.args.get("ingredient", "")
    substance = ingredients().get(asked)
    if substance is None:
        answer = page("stock/choose.html", substances=sorted(ingredients().values(), key=lambda each: each.name), is_unknown=request.method == "POST" or asked)
        answer.status_code = 422 if request.method == "POST" or asked else 200
        return answer
    form = ReceiveDrugForm() if substance.drug_form else ReceiveForm()
    form.ingredient.data = substance.id
    if request.method == "GET" or _is_to_change(form):
        return page("stock/receive.html", form, substance=substance)
    back = _said_back(form, substance.id, lambda: form.told)
    if back is None:
        return page("stock/receive.html", form, substance=substance)
    if _is_confirmed(form, form.told):
        done = act(form, receive_lot, lambda: Delivery(substance=substance.id, amount_g=given(form.amount.data), told=form.told))
        return page("stock/receive.html", form, substance=substance) if done is None else go_on(_SHOW, done.lot_id)
    form.read_back.data, form.status = mark_of(form.told.certificate), 200
    rows = [
        ("Ingredient", substance.name),
        ("Amount", f"{form.amount.written(form.amount.data)} g"),
        *stock_words.told_rows(form.told, substance, opened_on=None),
    ]
    return page("stock/read_back_delivery.html", form, substance=substance, back=back, rows=rows, typed=typed_again(form))


@blueprint.route("/stock/<key:lot_id>/correct", methods=WAY)
def correct(lot_id: str) -> Response:
    """A lot as it should read: what changes is said back, and confirmed with the password."""
    seen = do(read_lot, OfLot(lot_id=lot_id))
    lot, substance = seen.standing.lot, seen.read_back.substance
    kind = CorrectDrugForm if substance.drug_form else CorrectForm
    form = kind(data=answers_of(lot)) if request.method == "GET" else kind()
    if request.method == "GET" or _is_to_change(form):
        form.seen.data = form.seen.data or str(seen.standing.version)
        return _correct_page(form, seen)
    check = same_version(form.seen.data, seen.standing.version, lot.called)
    back = _said_back(form, substance.id, lambda: _corrected(form, seen), check)
    if back is None:
        return _correct_page(form, seen, is_stale=form.status == 409)
    told = _corrected(form, seen)
    if _is_confirmed(form, told):
        asked = Correction(lot_id=lot_id, version=seen.standing.version, told=told, opened_on=form.opened_on.data)
        done = sign(form, correct_lot, lambda: asked, reason=form.reason.text, check=check)
        if done is not None:
            return go_on(_SHOW, lot_id)
        if form.refusal is not None and not form.password.errors:
            return _correct_page(form, do_again(lot_id), is_stale=form.status == 409)
    else:
        form.read_back.data, form.status = mark_of(told.certificate), 200
    before = stock_words.told_rows(stock_words.told_of(lot), substance, opened_on=lot.opened_on)
    after = stock_words.told_rows(told, substance, opened_on=form.opened_on.data)
    changes = stock_words.differing(before, after)
    return page("stock/read_back_correction.html", form, seen=seen, lot=lot, substance=substance, back=back, changes=changes, typed=typed_again(form))


def do_again(lot_id: str) -> LotSeen:
    """The lot as it stands after something was refused."""
    return do(read_lot, OfLot(lot_id=lot_id))


def _correct_page(form: CorrectForm, seen: LotSeen, *, is_stale: bool = False) -> Response:
    if is_stale:
        # What is on record now stands on the page: whoever sends it once more has seen it.
        form.seen.data = str(seen.standing.version)
    return page("stock/correct.html", form, seen=seen, lot=seen.standing.lot, substance=seen.read_back.substance, is_stale=is_stale,
                now=stock_words.told_rows(stock_words.told_of(seen.standing.lot), seen.read_back.substance, opened_on=seen.standing.lot.opened_on))  # fmt: skip


def _corrected(form: CorrectForm, seen: LotSeen) -> LotTold:
    """What was typed; of an ingredient that is not the drug, assay and water stay as they are with the same file, since the page does not ask for them."""
    told, before = form.told, seen.standing.lot.certificate
    now = told.certificate
    if now is None or before is None or now.file_sha256 != before.file_sha256 or isinstance(form, CorrectDrugForm):
        return told
    kept = replace(now, assay_percent=before.assay_percent, assay_basis=before.assay_basis, assay_as=before.assay_as, water_percent=before.water_percent)
    return replace(told, certificate=kept)


def _said_back(form: ReceiveForm | CorrectForm, substance_id: str, told: Callable[[], LotTold], check: Callable[[], None] | None = None) -> ReadBack | None:
    """What was typed, with what it means; None where something stands against it, with the reason on the form."""
    is_whole = form.validate()
    try:
        if check is not None:
            check()
        return do(read_back, ToReadBack(substance=substance_id, told=told())) if is_whole else None
    except NotFound:
        raise
    except LevigateError as refusal:
        keep_refusal(form, refusal)
        return None


def _is_to_change(form: ReceiveForm | CorrectForm) -> bool:
    """Whether the page that says it back was left to change what was typed."""
    if request.method != "POST" or _step() != "change":
        return False
    form.status = 200
    return True


def _step() -> str:
    """Which button was pressed: where a page names one beforehand, since a passkey presses none, the button's own stands after it."""
    return next(reversed(request.form.getlist("step")), "")


def _is_confirmed(form: ReceiveForm | CorrectForm, told: LotTold) -> bool:
    """Whether exactly this was said back, and confirmed."""
    return _step() == "confirm" and form.read_back.data == mark_of(told.certificate)
