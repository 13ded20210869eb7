"""What a change of an ingredient lot does to the preparations that hold it: nothing goes on, and a recall reaches every one of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest

from compounding.demo import crew, walk
from compounding.demo.crew import Pharmacy
from compounding.demo.walk import PATH
from compounding.domain.errors import LevigateError
from compounding.domain.hand_over_parts import LabelStatus
from compounding.domain.ingredient_lots import IngredientLot
from compounding.domain.label_codes import read_label_code
from compounding.domain.stages import State
from compounding.domain.stock_ledger import EntryKind
from compounding.storage import lots as stored
from compounding.storage.transaction import transaction
from compounding.workflow import bench_steps, ending, label_status, lot_flags, lots, stock
from compounding.workflow.lots import LotKept, OneLot
from compounding.workflow.receiving import Standing
from tests.workflow.counter import IN_ZINC, PLAIN, of_preparation, preparation_at
from tests.workflow.seeing import entries
from tests.workflow.steps import Pharmacy as Steps

DRUG = "sodium-thiosulfate-pentahydrate"
OIL = "mineral-oil"
STEPS: dict[State, Callable[[Pharmacy, Standing], Any]] = {
    State.RECALCULATED: walk.weigh, State.WEIGHED: walk.witness, State.WITNESSED: walk.make, State.MADE: walk.label, State.LABELLED: walk.check,
    State.RELEASED: walk.hand_out,
}  # fmt: skip
"""The step that leads on from each state."""


def code_of(doing: Callable[[], object]) -> str:
    with pytest.raises(LevigateError) as refusal:
        doing()
    return refusal.value.code


def lot_of(shop: Pharmacy, lot_id: str) -> tuple[IngredientLot, int]:
    with transaction(shop.house.database, site_id=shop.house.site_id, by="x", role="", at=shop.clock.now()) as opened:
        return stored.of(opened, lot_id)


def one(shop: Pharmacy, lot_id: str) -> OneLot:
    return OneLot(lot_id=lot_id, version=lot_of(shop, lot_id)[1])


def recall(shop: Pharmacy, lot_id: str, reason: str = "supplier's letter") -> lot_flags.Recalled:
    return lot_flags.recall_lot(shop.house, shop.act(shop.crew.pharmacist, reason=reason), one(shop, lot_id))


def quarantine(shop: Pharmacy, lot_id: str) -> LotKept:
    return lot_flags.quarantine_lot(shop.house, shop.act(shop.crew.technician, reason="the seal is broken"), one(shop, lot_id))


def corrected(shop: Pharmacy, lot_id: str, *, certificate: dict[str, Any] | None = None, **told: Any) -> LotKept:
    """The lot with some of its words corrected."""
    lot, version = lot_of(shop, lot_id)
    assert lot.certificate is not None
    paper = lots.CertificateTold(
        file_sha256=lot.certificate.file_sha256, form=lot.certificate.form, assay_percent=lot.certificate.assay_percent,
        assay_basis=lot.certificate.assay_basis, assay_as=lot.certificate.assay_as, water_percent=lot.certificate.water_percent,
    )  # fmt: skip
    before = lots.LotTold(
        number=lot.number, supplier=lot.supplier, received_on=lot.received_on, supplier_licence=lot.supplier_licence, expires_on=lot.expires_on,
        retest_on=lot.retest_on, certificate=replace(paper, **(certificate or {})), ingredients=lot.ingredients,
    )  # fmt: skip
    request = lots.Correction(lot_id=lot_id, version=version, told=replace(before, **told), opened_on=lot.opened_on)
    return lots.correct_lot(shop.house, shop.act(shop.crew.technician, reason="the label was misread"), request)


def released_again(shop: Pharmacy, kept: LotKept, *, is_reviewed: bool = True) -> LotKept:
    """The lot out of quarantine again, its certificate read anew where it changed."""
    if not is_reviewed:
        asked = lots.ReviewedCertificate(lot_id=kept.lot_id, version=kept.version, file_sha256=shop.picture)
        kept = lots.review_certificate(shop.house, shop.act(shop.crew.second), asked)
    return lot_flags.release_lot(shop.house, shop.act(shop.crew.pharmacist), OneLot(lot_id=kept.lot_id, version=kept.version))


def scanned(shop: Pharmacy, token: str) -> LabelStatus:
    return label_status.scan_label(shop.house, shop.act(shop.crew.technician), label_status.Scan(token=token)).status


def token_of(shop: Pharmacy, preparation_id: str) -> str:
    read = read_label_code(walk.on_label(shop, preparation_id).code)
    assert read is not None
    return read.token


@pytest.mark.parametrize("state", STEPS)
def test_a_lot_in_quarantine_stops_whatever_holds_it_from_weighing_to_the_hand_out(shop: Pharmacy, state: State) -> None:
    at = walk.brought_to(shop, walk.accepted(shop, PLAIN), state)
    kept = quarantine(shop, shop.lots[OIL])
    assert kept.preparations == (at.id,)
    step = STEPS[state]
    assert code_of(lambda: step(shop, at)) == "LOT_IN_QUARANTINE"
    released_again(shop, kept)
    step(shop, at)


@pytest.mark.parametrize("state", [State.PLANNED, State.ASSESSED])
def test_before_anything_is_weighed_a_stopped_lot_stops_nothing_but_the_weighing(shop: Pharmacy, state: State) -> None:
    at = walk.brought_to(shop, walk.accepted(shop, PLAIN), state)
    quarantine(shop, shop.lots[OIL])
    at = walk.assess(shop, at) if state is State.PLANNED else at
    at = walk.recalculate(shop, at)
    # The oil is on another line than the one that is weighed first.
    assert code_of(lambda: walk.weigh(shop, at)) == "LOT_IN_QUARANTINE"


def test_a_stopped_preparation_can_be_ended(shop: Pharmacy) -> None:
    for number, end in enumerate((ending.scrap_preparation, ending.recall_preparation)):
        at = walk.brought_to(shop, walk.accepted(shop, replace(PLAIN, patient=f"Ada {number}")), State.RELEASED)
        kept = quarantine(shop, shop.lots[OIL])
        end(shop.house, shop.act(shop.crew.pharmacist, reason="not to be used"), of_preparation(at))
        released_again(shop, kept)
    at = walk.brought_to(shop, walk.accepted(shop, PLAIN), State.DISPENSED)
    quarantine(shop, shop.lots[OIL])
    back = ending.take_back_preparation(shop.house, shop.act(shop.crew.pharmacist, reason="brought back"), of_preparation(at))
    assert back.state is State.RETURNED


def test_a_recalled_lot_recalls_what_was_made_of_it_and_its_labels(shop: Pharmacy) -> None:
    jars = [walk.brought_to(shop, walk.accepted(shop, replace(PLAIN, patient=f"Ada {number}")), state) for number, state in enumerate(PATH[3:])]
    tokens = [token_of(shop, each.id) for each in jars if each.state in {State.LABELLED, State.RELEASED, State.DISPENSED}]
    told = recall(shop, shop.lots[DRUG])
    assert set(told.preparations) == set(told.recalled) == {each.id for each in jars}
    assert {preparation_at(shop, each.id).state for each in jars} == {State.RECALLED}
    assert {scanned(shop, each) for each in tokens} == {LabelStatus.RECALLED}
    lot, _ = lot_of(shop, shop.lots[DRUG])
    rows = [each for each in entries(shop.house) if each["subject_id"] in told.recalled and each["action"] == "recall"]
    assert len(rows) == len(jars)
    assert {each["reason"] for each in rows} == {f"ingredient lot {lot.number} of {lot.supplier} recalled: supplier's letter"}
    assert code_of(lambda: walk.hand_out(shop, preparation_at(shop, jars[4].id))) in {"NOT_NOW", "LOT_RECALLED"}


def test_what_was_only_planned_with_a_recalled_lot_stays_and_is_stopped_at_weighing(shop: Pharmacy) -> None:
    jars = [walk.brought_to(shop, walk.accepted(shop, replace(PLAIN, patient=f"Ada {number}")), state) for number, state in enumerate(PATH[:3])]
    in_zinc = walk.brought_to(shop, walk.accepted(shop, replace(IN_ZINC, patient="Bo Test")), State.PLANNED)
    begun = walk.weigh(shop, walk.brought_to(shop, walk.accepted(shop, PLAIN), State.RECALCULATED), lines=1)
    told = recall(shop, shop.lots["white-petrolatum"])
    assert (told.preparations, told.recalled) == ((), ())
    assert set(told.planned_with) == {*(each.id for each in jars), begun.id}
    assert in_zinc.id not in told.planned_with
    assert code_of(lambda: walk.weigh(shop, jars[2])) == "LOT_RECALLED"
    assert preparation_at(shop, begun.id).state is State.RECALCULATED


def test_a_preparation_that_is_over_stays_as_it_ended(shop: Pharmacy) -> None:
    at = walk.brought_to(shop, walk.accepted(shop, PLAIN), State.MADE)
    ending.scrap_preparation(shop.house, shop.act(shop.crew.pharmacist, reason="dropped"), of_preparation(at))
    told = recall(shop, shop.lots[DRUG])
    assert (told.preparations, told.recalled, told.planned_with) == ((at.id,), (), ())
    assert preparation_at(shop, at.id).state is State.SCRAPPED


def test_what_took_from_a_lot_before_a_rework_is_named_and_stopped(shop: Pharmacy) -> None:
    at = walk.brought_to(shop, walk.accepted(shop, PLAIN), State.MADE)
    at = bench_steps.rework_preparation(shop.house, shop.act(shop.crew.pharmacist, reason="too soft"), of_preparation(at))
    told = recall(shop, shop.lots[DRUG])
    assert (told.preparations, told.recalled, told.planned_with) == ((at.id,), (), (at.id,))


def test_a_recall_reaches_what_was_made_of_another_delivery_of_the_same_lot(shop: Pharmacy) -> None:
    first, _ = lot_of(shop, shop.lots[OIL])
    at = walk.brought_to(shop, walk.accepted(shop, PLAIN), State.DISPENSED)
    earlier = replace(shop, today=shop.today - timedelta(days=1))
    sibling = crew.stock(shop.house, shop.crew, shop.clock, shop.picture, OIL, today=earlier.today, number=first.number)
    told = recall(shop, sibling)
    assert (told.quarantined, told.recalled) == ((first.id,), (at.id,))
    assert preparation_at(shop, at.id).state is State.RECALLED


def test_on_each_database_a_recall_ends_what_was_handed_out(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    at = walk.brought_to(shop, walk.accepted(shop, PLAIN), State.DISPENSED)
    planned = walk.plan(shop, walk.accepted(shop, replace(PLAIN, patient="Bo Test")))
    told = recall(shop, shop.lots[DRUG])
    assert (told.recalled, told.planned_with) == ((at.id,), (planned.id,))
    assert preparation_at(shop, at.id).state is State.RECALLED


@pytest.mark.parametrize("state", STEPS)
def test_an_expiry_corrected_to_before_the_beyond_use_date_stops_the_preparation(shop: Pharmacy, state: State) -> None:
    at = walk.brought_to(shop, walk.accepted(shop, PLAIN), state)
    until = walk.record_of(shop, at.id).beyond_use.on
    released_again(shop, corrected(shop, shop.lots[OIL], expires_on=until - timedelta(days=1)))
    assert code_of(lambda: STEPS[state](shop, at)) == "LOT_EXPIRY_SHORTENED"
    released_again(shop, corrected(shop, shop.lots[OIL], expires_on=until))
    STEPS[state](shop, at)


def test_a_certificate_corrected_after_the_plan_stops_what_was_weighed_by_it(shop: Pharmacy) -> None:
    at = walk.brought_to(shop, walk.accepted(shop, PLAIN), State.RELEASED)
    token = token_of(shop, at.id)
    kept = corrected(shop, shop.lots[DRUG], certificate={"assay_percent": Decimal("99.1")})
    assert kept.preparations == (at.id,)
    released_again(shop, kept, is_reviewed=False)
    assert code_of(lambda: walk.hand_out(shop, at)) == "LOT_CORRECTED"
    assert scanned(shop, token) is LabelStatus.VOID


def test_a_certificate_corrected_to_outside_the_monograph_stops_the_hand_out(shop: Pharmacy) -> None:
    at = walk.brought_to(shop, walk.accepted(shop, PLAIN), State.RELEASED)
    kept = corrected(shop, shop.lots[DRUG], certificate={"assay_percent": Decimal(80)})
    assert code_of(lambda: released_again(shop, kept, is_reviewed=False)) == "LOT_UNSUITABLE"
    assert code_of(lambda: walk.hand_out(shop, at)) == "LOT_IN_QUARANTINE"


def test_a_lot_that_is_used_up_stops_nothing(shop: Pharmacy) -> None:
    at = walk.brought_to(shop, walk.accepted(shop, PLAIN), State.RELEASED)
    with transaction(shop.house.database, site_id=shop.house.site_id, by="x", role="", at=shop.clock.now()) as opened:
        last = stored.last_entry(opened, shop.lots[DRUG])
    assert last is not None
    empty = stock.StockChange(lot_id=shop.lots[DRUG], after_entry=last.number, kind=EntryKind.COUNTED, amount_g=Decimal(0))
    assert stock.book_stock(shop.house, shop.act(shop.crew.technician, reason="used up"), empty).left_g == 0
    walk.hand_out(shop, at)


def test_a_label_scans_as_valid_only_while_its_lots_stand(shop: Pharmacy) -> None:
    at = walk.brought_to(shop, walk.accepted(shop, PLAIN), State.RELEASED)
    token = token_of(shop, at.id)
    assert scanned(shop, token) is LabelStatus.VALID
    kept = quarantine(shop, shop.lots[DRUG])
    assert scanned(shop, token) is LabelStatus.VOID
    released_again(shop, kept)
    assert scanned(shop, token) is LabelStatus.VALID
    walk.hand_out(shop, at)
    assert scanned(shop, token) is LabelStatus.VALID


@pytest.mark.parametrize("bad", ["\ud800", "a\x00b", "\u202eab", "a\nb", "\x1b[2J", "x" * 61])
@pytest.mark.parametrize("field", ["number", "supplier", "supplier_licence", "ingredients", "method"])
def test_a_text_of_a_lot_holds_no_half_nor_hidden_character(shop: Pharmacy, field: str, bad: str) -> None:
    if field == "method":
        asked = lots.IdentityTested(lot_id=shop.lots[OIL], version=lot_of(shop, shop.lots[OIL])[1], method=bad, passed=True)
        assert code_of(lambda: lots.test_identity(shop.house, shop.act(shop.crew.technician), asked)) in {"LOT_NOT_VALID", "TEXT_NOT_ALLOWED"}
    else:
        assert code_of(lambda: corrected(shop, shop.lots[OIL], **{field: (bad * 4,) if field == "ingredients" else bad})) in {
            "LOT_NOT_VALID",
            "TEXT_NOT_ALLOWED",
        }


def test_a_name_that_is_half_a_character_is_refused_on_each_database(pharmacy: Steps) -> None:
    half = "\ud800"
    for use_case, request in (
        (lots.open_container, OneLot(lot_id=half, version=1)), (label_status.scan_label, label_status.Scan(token=half)),
        (stock.see_lots, stock.LotsWanted(substance=half)),
    ):  # fmt: skip
        code = code_of(lambda use_case=use_case, request=request: pharmacy.do(use_case, pharmacy.staff.pharmacist, request))
        assert code == "TEXT_NOT_ALLOWED"


def test_stock_is_booked_only_for_a_preparation_that_is_here(pharmacy: Steps) -> None:
    kept = pharmacy.received()
    for kind in (EntryKind.SPILLED, EntryKind.COUNTED, EntryKind.DESTROYED):
        asked = stock.StockChange(lot_id=kept.lot_id, after_entry=1, kind=kind, amount_g=Decimal(1), for_preparation="no-such")
        assert code_of(lambda asked=asked: pharmacy.do(stock.book_stock, pharmacy.staff.pharmacist, asked)) == "NOT_FOUND"


def overwritten(shop: Pharmacy, table: str, key: str, column: str, value: object) -> None:
    """A column of a row as somebody with the database file in hand would change it."""
    with shop.house.database.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        raw.execute("PRAGMA query_only = OFF")
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)).fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (value, key))  # noqa: S608 - the names are this file's own.
        raw.commit()
        raw.execute("PRAGMA foreign_keys = ON")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("in_quarantine", 1), ("recalled", "by somebody"), ("expires_on", "2031-01-31"), ("expires_on", None), ("number", "OTHER"), ("supplier", "Other"),
        ("received_on", "2026-01-01"), ("substance", "white-petrolatum"),
    ],
)  # fmt: skip
def test_a_lot_whose_row_and_document_differ_is_not_used(shop: Pharmacy, column: str, value: object) -> None:
    order = walk.accepted(shop, PLAIN)
    overwritten(shop, "ingredient_lot", shop.lots[OIL], column, value)
    assert code_of(lambda: lot_of(shop, shop.lots[OIL])) == "RECORD_DAMAGED"
    if column != "substance":
        assert code_of(lambda: walk.plan(shop, order)) == "RECORD_DAMAGED"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", "released"),
        ("lot_number", "20261122-999"),
        ("fill", 2),
        ("beyond_use_on", "2030-01-01"),
        ("compounded_on", "2026-01-01"),
        ("settings_revision", 2),
    ],
)
def test_a_preparation_whose_row_and_document_differ_goes_no_further(shop: Pharmacy, column: str, value: object) -> None:
    at = walk.brought_to(shop, walk.accepted(shop, PLAIN), State.ASSESSED)
    overwritten(shop, "preparation", at.id, column, value)
    assert code_of(lambda: walk.recalculate(shop, at)) == "RECORD_DAMAGED"


def test_the_document_of_another_preparation_is_not_taken_for_this_one(shop: Pharmacy) -> None:
    first = walk.brought_to(shop, walk.accepted(shop, PLAIN), State.RELEASED)
    second = walk.brought_to(shop, walk.accepted(shop, replace(PLAIN, patient="Bo Test")), State.RELEASED)
    token = token_of(shop, second.id)
    with shop.house.database.engine.connect() as connection:
        document = connection.exec_driver_sql("SELECT document FROM preparation WHERE id = ?", (first.id,)).scalar_one()
    overwritten(shop, "preparation", second.id, "document", document)
    assert code_of(lambda: scanned(shop, token)) == "RECORD_DAMAGED"
    told = recall(shop, shop.lots[DRUG])
    assert (told.recalled, told.unreadable) == ((first.id,), (second.id,))
    assert scanned(shop, token) is LabelStatus.RECALLED


def test_a_recall_in_the_midst_of_weighing_reaches_everything_that_took_from_the_lot(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    jars = [walk.brought_to(shop, walk.accepted(shop, replace(PLAIN, patient=f"Ada {number}")), State.RECALCULATED) for number in range(4)]
    start = Barrier(len(jars) + 1)

    def weigh(at: Standing) -> str:
        start.wait()
        try:
            return walk.weigh(shop, at).state.value
        except LevigateError as refusal:
            return refusal.code

    def recalled() -> lot_flags.Recalled:
        request = one(shop, shop.lots[DRUG])
        start.wait()
        return lot_flags.recall_lot(shop.house, shop.act(shop.crew.pharmacist, reason="supplier's letter"), request)

    with ThreadPoolExecutor(len(jars) + 1) as threads:
        weighed = [threads.submit(weigh, each) for each in jars]
        told = threads.submit(recalled).result()
    assert {each.result() for each in weighed} <= {"weighed", "LOT_RECALLED", "CONFLICT", "NOT_NOW"}
    with transaction(shop.house.database, site_id=shop.house.site_id, by="x", role="", at=shop.clock.now()) as opened:
        took = stored.preparations_with(opened, shop.lots[DRUG])
    assert set(took) == set(told.recalled)
    for each in jars:
        assert preparation_at(shop, each.id).state is (State.RECALLED if each.id in took else State.RECALCULATED)
