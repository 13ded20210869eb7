"""The lists of orders: what waits for somebody, kept fresh without a reload, and a prescriber's own orders; their addresses are in `orders.py`."""

from datetime import timedelta

from flask import Response, abort, current_app, render_template, request, url_for

from compounding.domain.people import Duty, WhoMay
from compounding.domain.work_stages import OPEN_STAGES, REFILL
from compounding.storage.lists import After, OrderBrief
from compounding.storage.work_items import Place
from compounding.web import record_words, setting_up, work_words
from compounding.web.access import has_duty, is_offered, the_who_may
from compounding.web.acting import do, the_house
from compounding.web.acts import place_of
from compounding.web.keys_in_addresses import read, written
from compounding.web.pharmacy import current_pharmacy
from compounding.web.records import the_records
from compounding.web.visitors import the_visitor
from compounding.workflow.listing import OPEN_STATES, ORDER_STATES, ListOrders, list_own_orders
from compounding.workflow.work_list import EVERY, OPEN, OVER, ListWork, WorkListed, WorkRow, is_still, list_work

_SORTS = {"oldest": False, "newest": True}
_SORT_WORDS = {"oldest": "Waiting longest first", "newest": "Waiting shortest first"}
_SHOWN = {
    "mine": OPEN, "open": OPEN, **{work_words.slug(each.name): (each.name,) for each in OPEN_STAGES}, "over": OVER,
    **{work_words.slug(each): (each,) for each in OVER}, "all": EVERY,
}  # fmt: skip
_TITLES = {"mine": "For you", "open": "All open", "over": "Over", "all": "All orders", **{work_words.slug(each): work_words.title(each) for each in EVERY}}
_FILTERS = {"open": OPEN_STATES, "all": ORDER_STATES, **{work_words.slug(each.value): (each,) for each in ORDER_STATES}}
_FILTER_WORDS = {"open": "All open", "all": "All", **{work_words.slug(each.value): record_words.state(each) for each in ORDER_STATES}}
_OWN_SORT_WORDS = {"oldest": "Oldest first", "newest": "Newest first"}
_LONGEST_MARK = 64
_AT_WORK = timedelta(minutes=30)
"""Who did something with a preparation this short a time ago is shown as at work on it."""
FIRST_STEPS = "site.setting_up"
"""The page that leads a new pharmacy to its first order, where there is one."""


def work_list() -> str:
    """What there is to do, and who does it."""
    shown, sort, of = _asked()
    asked = _listing(shown, sort, of)
    told = _told(do(list_work, asked), shown, sort, of, is_first=asked.after is None)
    return render_template("orders/work_list.html", title=_TITLES[shown], missing=setting_up.missing(), **told)


def work_rows() -> Response:
    """The list alone, for the page to replace its own; nothing where it is still the one with that mark. Asking shows nobody sitting there."""
    shown, sort, of = _asked()
    asked, mark = _listing(shown, sort, of), request.args.get("mark", "")[:_LONGEST_MARK]
    if mark and is_still(the_house(), the_visitor().person, asked, at=the_records().clock(), mark=mark):
        return Response(status=204)
    told = _told(do(list_work, asked), shown, sort, of, is_first=asked.after is None)
    return Response(render_template("orders/_work.html", **told), mimetype="text/html")


def my_orders() -> str:
    """The orders this prescriber entered."""
    shown, sort = request.args.get("state", ""), request.args.get("sort", "")
    # What is not in the list of filters and orders is none of ours: the page's own takes its place, and the page says which one it shows.
    shown, sort = shown if shown in _FILTERS else "all", sort if sort in _SORTS else "newest"
    of = f"{the_visitor().site_id} own {shown} {sort}"
    after = _read(of)
    found = do(list_own_orders, ListOrders(states=_FILTERS[shown], is_newest_first=_SORTS[sort], after=after))
    return render_template(
        "orders/list.html", rows=[_own_row(each) for each in found.orders], shown=shown, sort=sort, filters=_FILTER_WORDS, sorts=_OWN_SORT_WORDS,
        next=written(found.next, of=of) if found.next is not None else "", is_first=after is None,
    )  # fmt: skip


def _asked() -> tuple[str, str, str]:
    shown, sort = request.args.get("state", ""), request.args.get("sort", "")
    shown = shown if shown in _SHOWN else "open"
    # What is over is looked for from its end.
    standard = "newest" if shown == "all" or _SHOWN[shown][0] in OVER else "oldest"
    sort = sort if sort in _SORTS else standard
    return shown, sort, f"{the_visitor().site_id} work {the_visitor().person.id} {shown} {sort}"


def _listing(shown: str, sort: str, of: str) -> ListWork:
    after = _read(of)
    place = None
    if after is not None:
        # The place of an item has one part more than that of an order: its rank stands before the key.
        rank, _, key = after.id.partition(" ")
        place = Place(rank=int(rank), since=after.received_at, id=key)
    return ListWork(stages=_SHOWN[shown], is_mine=shown == "mine", is_newest_first=_SORTS[sort], after=place)


def _read(of: str) -> After | None:
    if not request.args.get("after"):
        return None
    try:
        return read(request.args["after"], of=of)
    except ValueError:
        abort(422)


def _told(found: WorkListed, shown: str, sort: str, of: str, *, is_first: bool) -> dict[str, object]:
    """Everything the list's part of the page is drawn from."""
    now, zone, last = the_records().clock(), current_pharmacy().site.time_zone, found.next
    counts = {each.stage: each.items for each in found.counts}
    mine = sum(each.items - each.stopped for each in found.counts if each.stage in found.mine)
    rows = [_row(each) for each in found.rows]
    tabs = [(key, _TITLES[key], count) for key, count in (("mine", mine), ("open", sum(counts.get(each, 0) for each in OPEN))) if key == "open" or found.mine]
    return {
        "rows": rows, "sections": _sections(rows) if shown == "open" else [("", rows)], "shown": shown, "sort": sort, "sorts": _SORT_WORDS,
        "heading": _TITLES[shown], "mark": found.mark, "is_first": is_first, "tabs": tabs, "groups": _groups(counts, shown),
        "made_at": record_words.local(now, zone),
        "next": written(After(received_at=last.since, id=f"{last.rank} {last.id}"), of=of) if last is not None else "",
        "has_orders": found.has_orders, "is_quiet": not any(counts.get(each) for each in OPEN), "patience": work_words.patience(),
        "first_steps": _first_steps(), "words": record_words,
    }  # fmt: skip


def _groups(counts: dict[str, int], shown: str) -> list[tuple[str, list[tuple[str, str, int]]]]:
    """The stages where something stands, under the part of the way they belong to; and the one in view, though nothing stands there."""
    groups = []
    for name, stages in work_words.GROUPS:
        tabs = [(work_words.slug(each), work_words.TITLES[each], counts.get(each, 0)) for each in stages]
        groups.append((name, [each for each in tabs if each[2] or each[0] == shown]))
    return [each for each in groups if each[1]]


def _sections(rows: list[dict[str, object]]) -> list[tuple[str, list[dict[str, object]]]]:
    mine, others = [each for each in rows if each["is_mine"]], [each for each in rows if not each["is_mine"]]
    return [each for each in (("For you", mine), ("For others" if mine else "", others)) if each[1]]


def _first_steps() -> str:
    return url_for(FIRST_STEPS) if FIRST_STEPS in current_app.view_functions and is_offered(FIRST_STEPS) else ""


def _row(each: WorkRow) -> dict[str, object]:
    item, record = each.item, each.item.record
    now, zone, since = the_records().clock(), current_pharmacy().site.time_zone, item.key.place.since
    who_may, stage = the_who_may(the_visitor().site_id), item.key.stage
    is_theirs = item.last_by == the_visitor().person.id
    return {
        "key": item.key.place.id, "order_id": record.id, "number": record.rx_number, "patient": item.patient_name, "born_on": item.born_on.isoformat(),
        "made": item.made, "stage": work_words.title(stage), "blocked": work_words.blocked(item, the_visitor().person.id),
        "medication": record_words.medication(record),
        "age": record_words.age(since, now), "since": record_words.local(since, zone),
        "is_late": each.waits_too_long, "is_mine": each.is_mine, "priority": record.sent.priority if each.is_urgent else "", "passed": each.passed,
        "by": work_words.acts_next(stage, who_may) if not (item.key.is_stopped or each.is_mine) else "", "act": _act(each, who_may),
        "last": "you" if is_theirs else item.last_name,
        "is_at_work": item.made is not None and item.last_at is not None and now - item.last_at <= _AT_WORK,
    }  # fmt: skip


def _act(each: WorkRow, who_may: WhoMay) -> tuple[str, str] | None:
    """The way on, as its word and address, for whoever may take it; what else they may do stands on the item's own page."""
    item, record = each.item, each.item.record
    decides = has_duty(the_visitor().person, Duty.DECIDE_ORDERS, who_may)
    # A preparation that is stopped goes on with its order; a refill is planned by whoever decides on orders.
    stage = record.state.value if item.key.is_stopped else item.key.stage
    if not (each.is_mine or (decides and (item.key.is_stopped or stage == REFILL))) or stage not in work_words.STEPS:
        return None
    endpoint, text = work_words.STEPS[stage]
    key = item.made.id if item.made is not None and not item.key.is_stopped else record.id
    place = place_of(endpoint, key) if endpoint in current_app.view_functions and is_offered(endpoint) else ""
    return (text, place) if place else None


def _own_row(each: OrderBrief) -> dict[str, object]:
    record, now, zone = each.record, the_records().clock(), current_pharmacy().site.time_zone
    return {
        "id": record.id, "number": record.rx_number, "patient": each.patient_name, "born_on": each.born_on.isoformat(),
        "state": record_words.state(record.state), "age": record_words.age(record.received_at, now),
        "received": record_words.local(record.received_at, zone),
        "medication": record_words.medication(record),
    }  # fmt: skip
