"""How a lot is said on a page: its state and dates in words, its papers as named values, and what can be done with it next."""

from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime

from flask import current_app

from compounding.domain.ingredient_lots import Certificate, IngredientLot
from compounding.domain.lot_states import EXPIRES_SOON_DAYS, LotStanding, LotState
from compounding.domain.numbers import format_number
from compounding.domain.people import Duty, Person
from compounding.domain.stock_ledger import EntryKind, StockEntry, grams
from compounding.domain.substances import AssayAs, AssayBasis, Substance
from compounding.web.access import is_offered, table, the_who_may
from compounding.web.acts import place_of
from compounding.web.next_acts import NextAct
from compounding.web.visitors import the_visitor
from compounding.workflow.lot_reading import LotSeen
from compounding.workflow.lots import CertificateTold, LotTold
from compounding.workflow.stock_listing import Shown

Rows = list[tuple[str, str]]

SHOWN = {
    Shown.IN_STOCK: "Everything in stock", Shown.RELEASED: "Released, to be used", Shown.QUARANTINE: "In quarantine, to be checked",
    Shown.STOPPED: "Stopped or recalled", Shown.ENDING: f"Ends within {EXPIRES_SOON_DAYS} days, or has ended", Shown.USED_UP: "Used up", Shown.ALL: "All lots",
}  # fmt: skip
STATES = {
    LotState.RECALLED: "Recalled", LotState.USED_UP: "Used up", LotState.PAST_DATE: "Past its date", LotState.STOPPED: "Stopped",
    LotState.QUARANTINE: "In quarantine", LotState.RELEASED: "Released",
}  # fmt: skip
KINDS = {
    EntryKind.RECEIVED: "Received", EntryKind.WEIGHED: "Weighed", EntryKind.SPILLED: "Spilled", EntryKind.COUNTED: "Counted", EntryKind.DESTROYED: "Destroyed",
}  # fmt: skip
_BASIS = {AssayBasis.DRIED: "of the dried substance", AssayBasis.AS_IS: "of the substance as it is"}
_UNSAID = "the certificate does not say"


def until(each: LotStanding) -> str:
    """Until when a lot may be used, and what that day rests on."""
    lot = each.lot
    if lot.expires_on is not None:
        return f"{each.usable_until.isoformat()} (expiry)"
    return f"{each.usable_until.isoformat()} ({'retest' if each.usable_until == lot.retest_on else 'no expiry: house limit'})"


def row(each: LotStanding) -> dict[str, str]:
    """A lot as a list shows it."""
    return {
        "id": each.lot.id, "number": each.lot.number, "supplier": each.lot.supplier, "left": f"{format_number(each.left_g)} g", "until": until(each),
        "state": STATES[each.state] + (", ends soon" if each.is_ending and each.state in {LotState.RELEASED, LotState.QUARANTINE} else ""),
        "is_good": "yes" if each.state is LotState.RELEASED else "",
    }  # fmt: skip


def told_of(lot: IngredientLot) -> LotTold:
    """What is on record of a lot, as container and papers told it."""
    paper = lot.certificate
    certificate = CertificateTold(**{each.name: getattr(paper, each.name) for each in fields(CertificateTold)}) if paper is not None else None
    told = {each.name: getattr(lot, each.name) for each in fields(LotTold) if each.name != "certificate"}
    return LotTold(**told, certificate=certificate)


def told_rows(told: LotTold, substance: Substance, *, opened_on: date | None) -> Rows:
    """What container and papers say, each under its name."""
    return [
        ("Lot number", told.number), ("Supplier", told.supplier), ("Supplier's licence", told.supplier_licence or "not written down"),
        ("Received on", told.received_on.isoformat()), ("Expiry date", told.expires_on.isoformat() if told.expires_on else "none given"),
        ("Retest date", told.retest_on.isoformat() if told.retest_on else "none given"),
        ("Ingredient list", "; ".join(told.ingredients) if told.ingredients is not None else "not known"),
        ("Container opened on", opened_on.isoformat() if opened_on is not None else "not opened"), *certificate_rows(told.certificate, substance),
    ]  # fmt: skip


def differing(before: Rows, after: Rows) -> list[tuple[str, str, str]]:
    """The values that differ: name, before, after."""
    old, new = dict(before), dict(after)
    every = ((name, old.get(name, "nothing"), new.get(name, "nothing")) for name in dict.fromkeys((*old, *new)))
    return [each for each in every if each[1] != each[2]]


def certificate_rows(paper: CertificateTold | Certificate | None, substance: Substance) -> Rows:
    """What a certificate says; of the drug always form, assay and water, said or not."""
    if paper is None:
        return [("Certificate", "none on record")]
    rows = [("Certificate", f"kept, sha256 {paper.file_sha256[:12]}")]
    if substance.drug_form or paper.form:
        rows.append(("Form on the certificate", paper.form or _UNSAID))
    if substance.drug_form or paper.assay_percent is not None:
        rows.append(("Assay", _assay(paper)))
    if substance.drug_form or paper.water_percent is not None:
        rows.append(("Water", f"{format_number(paper.water_percent)} %" if paper.water_percent is not None else "none stated"))
    return rows


def _assay(paper: CertificateTold | Certificate) -> str:
    if paper.assay_percent is None:
        return "none stated"
    basis = _BASIS[paper.assay_basis] if paper.assay_basis is not None else f"of what {_UNSAID}"
    as_what = {AssayAs.ANHYDROUS: "as anhydrous sodium thiosulfate", AssayAs.AS_STOCK: f"as the {paper.form or 'form that the certificate names'}"}
    return f"{format_number(paper.assay_percent)} %, {basis}, {as_what[paper.assay_as] if paper.assay_as is not None else f'as what {_UNSAID}'}"


def fact_rows(seen: LotSeen) -> Rows:
    """Everything on record of a lot but its ledger."""
    each, lot, paper = seen.standing, seen.standing.lot, seen.standing.lot.certificate
    test = lot.identity_test
    rows = [
        ("Left", f"{format_number(each.left_g)} g"),
        ("May be used until", until(each)),
        *told_rows(told_of(lot), seen.read_back.substance, opened_on=lot.opened_on),
    ]
    if paper is not None:
        reviewed = f"{paper.reviewed_by}, {paper.reviewed_on.isoformat()}" if paper.reviewed_on is not None else "nobody yet"
        rows.append(("Certificate reviewed by", reviewed))
    tested = f"{'passed' if test.passed else 'FAILED'}: {test.method}, {test.by}, {test.on.isoformat()}" if test is not None else "not tested yet"
    rows.append(("Identity test", tested))
    if lot.quarantine_reason:
        rows.append(("Stopped because", lot.quarantine_reason))
    return [*rows, *([("Recalled because", lot.recalled)] if lot.recalled else [])]


def ledger_rows(entries: tuple[StockEntry, ...], who: Callable[[str], str], local: Callable[[datetime], str]) -> list[dict[str, str]]:
    """The ledger line by line, the last entry first."""
    return [
        {
            "number": str(each.number), "kind": KINDS[each.kind], "change": f"{'+' if each.change_ug > 0 else ''}{format_number(grams(each.change_ug))} g",
            "left": f"{format_number(grams(each.balance_ug))} g", "at": local(each.at), "by": who(each.by), "reason": each.reason,
            "preparation": each.for_preparation,
        }
        for each in reversed(entries)
    ]  # fmt: skip


def next_acts(seen: LotSeen) -> list[NextAct]:
    """What can be done with a lot, the way to its release first; only what this person may do without anybody beside them."""
    lot = seen.standing.lot
    towards = _towards_release(seen)
    wanted = [
        (bool(lot.recalled), "stock.recalled", "What the recall leaves to do"),
        *((True, endpoint, text) for endpoint, text in towards),
        (True, "stock.book", "Book what was spilled, counted or destroyed"),
        (not lot.recalled and lot.opened_on is None, "stock.open_container", "Record that the container was opened"),
        (not lot.in_quarantine, "stock.quarantine", "Stop the lot (quarantine)"),
        (not lot.recalled, "stock.identity_test", "Record another identity test"),
        (not lot.recalled, "stock.correct", "Correct what is on record"),
        (not lot.recalled, "stock.recall", "Recall the lot"),
    ]
    ways = {"stock.recalled", *(endpoint for endpoint, _ in towards)}
    found: dict[str, NextAct] = {}
    for is_wanted, endpoint, text in wanted:
        if is_wanted and endpoint not in found and may_alone(endpoint):
            found[endpoint] = NextAct(text=text, href=place_of(endpoint, lot.id), is_way_on=endpoint in ways)
    return list(found.values())


def waits_for_others(seen: LotSeen) -> list[str]:
    """What has to be done before the lot is released, and by whom, where it is not this person's to do."""
    table_of = the_who_may(the_visitor().site_id)
    waiting = [(endpoint, text) for endpoint, text in _towards_release(seen) if not may_alone(endpoint)]
    return [
        f"{text}: {' or '.join(dict.fromkeys(role.value for duty in table()[endpoint].duties for role in table_of.alone[duty]))}" for endpoint, text in waiting
    ]


def _towards_release(seen: LotSeen) -> list[tuple[str, str]]:
    """What brings a lot out of quarantine, in the order in which it is done: the page, and what it is called."""
    lot, codes = seen.standing.lot, {each.code for each in seen.before_release}
    if lot.recalled:
        return []
    waits, unread = lot.in_quarantine, lot.certificate is not None and not lot.certificate.reviewed_by
    lacking = {"LOT_UNSUITABLE", "LOT_INGREDIENTS_MISSING"} & codes or (lot.certificate is None and "LOT_CERTIFICATE_MISSING" in codes)
    wanted = (
        (unread, "stock.review_certificate", "Review the certificate"),
        (waits and "LOT_NOT_IDENTIFIED" in codes, "stock.identity_test", "Record the identity test"),
        (waits and bool(lacking), "stock.correct", "Correct what is on record"),
        (waits and not codes, "stock.release", "Release the lot"),
    )
    return [(endpoint, text) for is_wanted, endpoint, text in wanted if is_wanted]


def may_alone(endpoint: str) -> bool:
    """Whether the page is offered to this person without a supervisor: these acts ask for nobody who stands beside."""
    return endpoint in current_app.view_functions and is_offered(endpoint) and any(has_alone(each) for each in table()[endpoint].duties)


def has_alone(duty: Duty) -> bool:
    """Whether the person has a duty in their own right."""
    who: Person = the_visitor().person
    return bool(who.roles & {*the_who_may(the_visitor().site_id).alone[duty]})
