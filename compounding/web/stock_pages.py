"""Ingredient lots: the shelf, and one lot with everything on record of it. What is done with a lot is in the modules that this one brings along."""

import re
from itertools import groupby

from flask import Response, abort, redirect, request, url_for
from werkzeug import Response as AnyResponse

from compounding.domain.lot_states import EXPIRES_SOON_DAYS
from compounding.web import kept_files, stock_acts, stock_recall, stock_receive, stock_words
from compounding.web.acting import do
from compounding.web.acts import local_time, page
from compounding.web.keys_in_addresses import KeyConverter
from compounding.web.stock_blueprint import blueprint
from compounding.workflow.lot_reading import OfLot, read_certificate, read_lot
from compounding.workflow.stock_listing import ListLots, Shown, list_lots

__all__ = ["blueprint", "stock_acts", "stock_recall", "stock_receive"]

_FILTERS = {each.value: each for each in Shown}


@blueprint.get("/stock")
def index() -> AnyResponse:
    """The shelf; a lot number that names one lot goes straight to it."""
    number, after = request.args.get("lot", "").strip(), request.args.get("after", "")
    if after and not re.fullmatch(KeyConverter.regex, after):
        abort(422)
    # What is not in the list of filters is none of ours: the page's own takes its place, and the page says which one it shows.
    standard = Shown.ALL if number else Shown.IN_STOCK
    shown = _FILTERS.get(request.args.get("show", ""), standard)
    found = do(list_lots, ListLots(shown=shown, substance=_ingredient(request.args.get("ingredient", "")), number=number, after_id=after))
    if number and len(found.lots) == 1:
        return redirect(url_for("stock.show", lot_id=found.lots[0].lot.id), 303)
    names = {each.id: each.name for each in found.substances}
    groups = [
        {"name": names.get(key, key), "rows": [stock_words.row(each) for each in rows]}
        for key, rows in groupby(found.lots, key=lambda each: each.lot.substance)
    ]
    ending = [stock_words.row(each) | {"ingredient": names.get(each.lot.substance, each.lot.substance)} for each in found.ending]
    return page(
        "stock/index.html", groups=groups, ending=ending, shown=shown, filters={key.value: text for key, text in stock_words.SHOWN.items()},
        ingredients=found.substances, ingredient=_ingredient(request.args.get("ingredient", "")), number=number, next=found.next_id, is_first=not after,
        is_empty=found.is_empty, may_receive=stock_words.may_alone("stock.receive"), soon_days=EXPIRES_SOON_DAYS,
    )  # fmt: skip


@blueprint.get("/stock/<key:lot_id>")
def show(lot_id: str) -> AnyResponse:
    """One lot: how it stands, what can be done with it, its papers, its ledger, and what was made of it."""
    seen = do(read_lot, OfLot(lot_id=lot_id))
    names = dict(seen.names)
    preparations = {each.id: each.lot_number for each in seen.took}

    def who(key: str) -> str:
        return names.get(key, key)

    return page(
        "stock/show.html", seen=seen, lot=seen.standing.lot, state=stock_words.STATES[seen.standing.state], facts=stock_words.fact_rows(seen),
        ledger=stock_words.ledger_rows(seen.ledger, who, local_time), preparations=preparations, acts=stock_words.next_acts(seen),
        others=stock_words.waits_for_others(seen),
    )  # fmt: skip


@blueprint.get("/stock/<key:lot_id>/certificate")
def certificate(lot_id: str) -> Response:
    """The certificate as it came, byte for byte."""
    found = do(read_certificate, OfLot(lot_id=lot_id))
    return kept_files.answer(found.data, f"certificate-{found.sha256[:12]}")


def _ingredient(asked: str) -> str:
    """An ingredient of a formula here, or none: nothing else is looked for."""
    return asked if asked in stock_receive.ingredients() else ""
