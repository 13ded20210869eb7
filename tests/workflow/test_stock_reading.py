"""The shelf and one lot are read by whoever handles stock or reads records; only where patients are named is the reading told."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from compounding.demo import crew, walk
from compounding.demo.crew import Pharmacy
from compounding.domain.errors import LevigateError
from compounding.domain.lot_states import LotState
from compounding.domain.people import Role
from compounding.domain.recall_tasks import RecallTask
from compounding.domain.stages import State
from compounding.domain.stock_ledger import EntryKind
from compounding.domain.substances import AssayAs, AssayBasis
from compounding.workflow import lot_flags, lot_reading, lots, recall_reading, stock, stock_listing
from compounding.workflow.lot_reading import LotSeen, OfLot, ToReadBack
from compounding.workflow.lots import CertificateTold, LotTold, OneLot
from compounding.workflow.recall_reading import RecallSeen
from compounding.workflow.stock_listing import ListLots, LotsListed, Shown
from tests.workflow import counter
from tests.workflow.counter import PLAIN, typed
from tests.workflow.seeing import refused
from tests.workflow.steps import Pharmacy as Steps
from tests.workflow.test_reading import readings

DRUG, OIL, ZINC = "sodium-thiosulfate-pentahydrate", "mineral-oil", "zinc-oxide-ointment-20"


def listed(shop: Pharmacy, **asked: Any) -> LotsListed:
    return stock_listing.list_lots(shop.house, shop.act(shop.crew.technician), ListLots(**asked))


def seen(shop: Pharmacy, lot_id: str) -> LotSeen:
    return lot_reading.read_lot(shop.house, shop.act(shop.crew.technician), OfLot(lot_id=lot_id))


def recall_of(shop: Pharmacy, lot_id: str) -> RecallSeen:
    return recall_reading.read_recall(shop.house, shop.act(shop.crew.pharmacist), OfLot(lot_id=lot_id))


def another(shop: Pharmacy, substance: str, number: str, **how: Any) -> str:
    """A further lot, released."""
    return crew.stock(shop.house, shop.crew, shop.clock, shop.picture, substance, today=shop.today, number=number, **how)


def used_up(shop: Pharmacy, lot_id: str) -> None:
    asked = stock.StockChange(lot_id=lot_id, after_entry=1, kind=EntryKind.DESTROYED, amount_g=Decimal(1000))
    stock.book_stock(shop.house, shop.act(shop.crew.technician, reason="contaminated"), asked)


def told(shop: Pharmacy, **otherwise: Any) -> LotTold:
    paper = CertificateTold(
        file_sha256=shop.picture, form="pentahydrate", assay_percent=Decimal("99.6"), assay_basis=AssayBasis.DRIED, assay_as=AssayAs.ANHYDROUS,
        water_percent=Decimal("36.1"),
    )  # fmt: skip
    words: dict[str, Any] = {"number": "N-1", "supplier": "Example", "received_on": shop.today, "expires_on": date(2028, 1, 31), "certificate": paper}
    return LotTold(**{**words, **otherwise})


# The shelf


def test_pages_hold_every_lot_once_by_ingredient_and_the_first_to_use_up_first(shop_on_each: Pharmacy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock_listing, "PAGE", 2)
    soon = another(shop_on_each, OIL, "MO-2", days=100)
    found: list[str] = []
    after = ""
    for _ in range(3):
        page = listed(shop_on_each, after_id=after)
        found += [each.lot.id for each in page.lots]
        after = page.next_id
    assert after == ""
    assert found == [soon, *(shop_on_each.lots[each] for each in (OIL, DRUG, "white-petrolatum", ZINC))]


def test_a_page_goes_on_after_a_lot_that_the_list_no_longer_holds(shop: Pharmacy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock_listing, "PAGE", 1)
    first = listed(shop)
    assert first.next_id == shop.lots[OIL]
    used_up(shop, shop.lots[OIL])
    assert [each.lot.id for each in listed(shop, after_id=first.next_id).lots] == [shop.lots[DRUG]]


def test_a_page_after_a_lot_of_another_pharmacy_is_not_there(shop: Pharmacy) -> None:
    assert refused(shop.house, lambda: listed(shop, after_id="01a203fd-0000-7000-8000-000000000000")) == "NOT_FOUND"


def test_each_filter_holds_the_lots_it_names(shop: Pharmacy) -> None:
    soon, gone = another(shop, OIL, "MO-2", days=30), another(shop, OIL, "MO-3")
    used_up(shop, gone)
    lot_flags.quarantine_lot(shop.house, shop.act(shop.crew.technician, reason="seal broken"), OneLot(lot_id=shop.lots[ZINC], version=4))
    fresh = lots.receive_lot(shop.house, shop.act(shop.crew.technician), lots.Delivery(substance=DRUG, amount_g=Decimal(10), told=told(shop))).lot_id

    def of(shown: Shown) -> set[str]:
        return {each.lot.id for each in listed(shop, shown=shown).lots}

    shelf = set(shop.lots.values())
    assert of(Shown.IN_STOCK) == {*shelf, soon, fresh}
    assert of(Shown.RELEASED) == {*shelf, soon} - {shop.lots[ZINC]}
    assert of(Shown.QUARANTINE) == {fresh}
    assert of(Shown.STOPPED) == {shop.lots[ZINC]}
    assert of(Shown.ENDING) == {soon}
    assert of(Shown.USED_UP) == {gone}
    assert of(Shown.ALL) == {*shelf, soon, gone, fresh}


def test_what_ends_soon_stands_on_the_first_page_whatever_the_filter(shop: Pharmacy) -> None:
    soon = another(shop, OIL, "MO-2", days=30)
    assert [each.lot.id for each in listed(shop, shown=Shown.USED_UP).ending] == [soon]
    assert listed(shop, after_id=shop.lots[OIL]).ending == ()
    assert listed(shop, substance=DRUG).ending == ()


def test_a_lot_number_is_found_however_its_blanks_and_capitals_are_written(shop: Pharmacy) -> None:
    lot = another(shop, OIL, "MO 2-b")
    for number in ("MO 2-b", "mo2-B", lot):
        assert [each.lot.id for each in listed(shop, number=number, shown=Shown.ALL).lots] == [lot]
    assert listed(shop, number="MO 2").lots == ()


def test_an_empty_shelf_is_told_from_an_empty_filter(shop: Pharmacy, pharmacy: Steps) -> None:
    assert not listed(shop, shown=Shown.USED_UP).is_empty
    assert pharmacy.do(stock_listing.list_lots, pharmacy.staff.technician, ListLots()).is_empty


@pytest.mark.parametrize("role", Role)
def test_the_shelf_and_a_lot_are_read_by_all_but_prescribers(shop: Pharmacy, role: Role) -> None:
    who = counter.hire(shop, f"Person as {role.value}", role)
    reads = (
        lambda: stock_listing.list_lots(shop.house, shop.act(who), ListLots()),
        lambda: lot_reading.read_lot(shop.house, shop.act(who), OfLot(lot_id=shop.lots[DRUG])),
        lambda: lot_reading.read_certificate(shop.house, shop.act(who), OfLot(lot_id=shop.lots[DRUG])),
        lambda: recall_reading.read_recall(shop.house, shop.act(who), OfLot(lot_id=shop.lots[DRUG])),
    )
    for read in reads:
        if role is Role.PRESCRIBER:
            assert refused(shop.house, read) == "ROLE_NOT_ALLOWED"
        else:
            assert read() is not None


def test_looking_at_the_shelf_is_no_reading_of_a_patient(shop: Pharmacy) -> None:
    walk.weigh(shop, counter.onwards(shop, walk.plan(shop, counter.accepted(shop, typed(shop, PLAIN))), State.RECALCULATED))
    before = len(readings(shop.house))
    listed(shop)
    assert seen(shop, shop.lots[DRUG]).took
    lot_reading.read_certificate(shop.house, shop.act(shop.crew.technician), OfLot(lot_id=shop.lots[DRUG]))
    assert len(readings(shop.house)) == before


# One lot


def test_a_lot_tells_its_ledger_its_preparations_and_what_a_gram_holds(shop: Pharmacy) -> None:
    at = counter.onwards(shop, walk.plan(shop, counter.accepted(shop, typed(shop, PLAIN))), State.WEIGHED)
    planned = walk.plan(shop, counter.accepted(shop, typed(shop, crew_wish())))
    found = seen(shop, shop.lots[DRUG])
    assert found.standing.state is LotState.RELEASED
    assert [each.kind for each in found.ledger] == [EntryKind.RECEIVED, EntryKind.WEIGHED]
    assert found.standing.left_g == Decimal(1000) - walk.record_of(shop, at.id).weighings[0].mass_g
    assert [each.id for each in found.took] == [at.id]
    assert [each.id for each in found.planned] == [planned.id]
    assert found.read_back.content is not None
    assert found.read_back.content.is_corrected
    assert [each.name for each in found.signatures] == ["Pat Example"]
    assert found.against == ()


def crew_wish() -> walk.Wish:
    return walk.Wish(patient="Second Example", born_on=date(1950, 5, 5))


def test_the_fingerprint_shown_before_a_release_is_the_one_that_is_signed(shop: Pharmacy) -> None:
    lot_flags.quarantine_lot(shop.house, shop.act(shop.crew.technician, reason="seal broken"), OneLot(lot_id=shop.lots[DRUG], version=4))
    shown = seen(shop, shop.lots[DRUG])
    assert [each.code for each in shown.against] == ["LOT_IN_QUARANTINE"]
    assert shown.before_release == ()
    lot_flags.release_lot(shop.house, shop.act(shop.crew.pharmacist), OneLot(lot_id=shop.lots[DRUG], version=5))
    now = seen(shop, shop.lots[DRUG])
    assert now.signatures[-1].of_sha256 == shown.release_sha256
    assert now.release_sha256 == ""


def test_a_lot_without_certificate_holds_nobody_knows_what(shop: Pharmacy) -> None:
    kept = lots.receive_lot(shop.house, shop.act(shop.crew.technician), lots.Delivery(substance=DRUG, amount_g=Decimal(1), told=told(shop, certificate=None)))
    found = seen(shop, kept.lot_id)
    assert (found.read_back.content, found.read_back.refused, found.release_sha256) == (None, (), "")
    assert refused(shop.house, lambda: lot_reading.read_certificate(shop.house, shop.act(shop.crew.technician), OfLot(lot_id=kept.lot_id))) == "NOT_FOUND"


def test_a_certificate_comes_back_byte_for_byte(shop: Pharmacy) -> None:
    found = lot_reading.read_certificate(shop.house, shop.act(shop.crew.auditor), OfLot(lot_id=shop.lots[DRUG]))
    assert found.data == crew.PICTURE


# What is read back before anything is recorded


def read_back(shop: Pharmacy, words: LotTold, substance: str = DRUG) -> lot_reading.ReadBack:
    return lot_reading.read_back(shop.house, shop.act(shop.crew.technician), ToReadBack(substance=substance, told=words))


def test_what_is_read_back_is_what_the_recorded_lot_then_says(shop: Pharmacy) -> None:
    before = read_back(shop, told(shop))
    kept = lots.receive_lot(shop.house, shop.act(shop.crew.technician), lots.Delivery(substance=DRUG, amount_g=Decimal(1), told=told(shop)))
    assert seen(shop, kept.lot_id).read_back == before
    assert before.content is not None


@pytest.mark.parametrize(("substance", "paper", "says"), [
    (DRUG, {"assay_as": AssayAs.AS_STOCK}, "cannot be expressed as the pentahydrate"), (DRUG, {"form": ""}, "must say pentahydrate or anhydrous"),
    (DRUG, {"assay_basis": None}, "needs a basis"), (DRUG, {"assay_as": None}, "whether it is expressed as anhydrous or as the pentahydrate"),
    (DRUG, {"water_percent": Decimal("3.6")}, "holds 32 to 37 % water"), (DRUG, {"form": "anhydrous"}, "cannot hold 36.1 % water"),
    (DRUG, {"assay_percent": Decimal("64.5")}, "lies outside the monograph"),
    ("sodium-thiosulfate-anhydrous", {}, "is one of the pentahydrate"), (OIL, {}, "is one of sodium thiosulfate"),
])  # fmt: skip
def test_a_certificate_that_cannot_be_true_is_said_so_and_gives_no_content(shop: Pharmacy, substance: str, paper: dict[str, Any], says: str) -> None:
    words = told(shop)
    assert words.certificate is not None
    found = read_back(shop, replace(words, certificate=replace(words.certificate, **paper)), substance)
    assert found.content is None
    assert [says in each for each in found.refused] == [True]


def test_reading_back_records_nothing_and_is_for_who_keeps_stock(shop: Pharmacy) -> None:
    with pytest.raises(LevigateError) as fault:
        read_back(shop, told(shop), "chalk")
    assert fault.value.code == "NOT_FOUND"
    asked = ToReadBack(substance=DRUG, told=told(shop))
    assert refused(shop.house, lambda: lot_reading.read_back(shop.house, shop.act(shop.crew.assistant), asked)) == "ROLE_NOT_ALLOWED"


# A recall


def test_a_recall_names_every_jar_with_its_patient_beforehand_and_afterwards(shop: Pharmacy) -> None:
    handed = counter.onwards(shop, walk.plan(shop, counter.accepted(shop, typed(shop, PLAIN))), State.DISPENSED)
    labelled = counter.onwards(shop, walk.plan(shop, counter.accepted(shop, typed(shop, crew_wish()))), State.LABELLED)
    planned = walk.plan(shop, counter.accepted(shop, typed(shop, walk.Wish(patient="Third Example", born_on=date(1951, 5, 5)))))
    expected = [(handed.id, RecallTask.WITH_PATIENT), (labelled.id, RecallTask.ON_SHELF), (planned.id, RecallTask.ONLY_PLANNED)]
    before = recall_of(shop, shop.lots[DRUG])
    assert [(each.preparation_id, each.task) for each in before.jars] == expected
    assert before.patients == 1
    assert before.jars[0].owner is not None
    assert (before.jars[0].owner.name, before.jars[0].owner.telephone) == (PLAIN.patient, "+1 604 555 0199")
    assert before.jars[0].handed_out_on == shop.today
    lot_flags.recall_lot(shop.house, shop.act(shop.crew.pharmacist, reason="supplier's letter"), OneLot(lot_id=shop.lots[DRUG], version=before.version))
    after = recall_of(shop, shop.lots[DRUG])
    assert [(each.preparation_id, each.task) for each in after.jars] == expected
    assert [each.state for each in after.jars] == [State.RECALLED, State.RECALLED, State.PLANNED]


def test_whoever_reads_a_recall_is_told_with_every_patient_on_it(shop: Pharmacy) -> None:
    at = counter.onwards(shop, walk.plan(shop, counter.accepted(shop, typed(shop, PLAIN))), State.WEIGHED)
    before = len(readings(shop.house))
    found = recall_of(shop, shop.lots[DRUG])
    (entry,) = readings(shop.house)[before:]
    assert found.jars[0].owner is not None
    assert entry["changed"]["patients"][1] == found.jars[0].owner.patient_id
    assert PLAIN.patient not in str(entry)
    assert found.jars[0].preparation_id == at.id


def test_a_record_that_cannot_be_read_hides_no_jar_and_no_patient(shop: Pharmacy) -> None:
    at = counter.onwards(shop, walk.plan(shop, counter.accepted(shop, typed(shop, PLAIN))), State.MADE)
    with shop.house.database.writing() as connection:
        connection.execute(text("UPDATE preparation SET document = '{}', version = version + 1 WHERE id = :id"), {"id": at.id})
    (jar,) = recall_of(shop, shop.lots[DRUG]).jars
    assert (jar.preparation_id, jar.task) == (at.id, RecallTask.UNREADABLE)
    assert jar.owner is not None
    assert jar.owner.name == PLAIN.patient


def test_deliveries_of_the_same_supplier_stop_too_and_those_of_others_are_named(shop: Pharmacy) -> None:
    first = another(shop, OIL, "SAME-1")
    same = lots.receive_lot(
        shop.house, shop.act(shop.crew.technician),
        lots.Delivery(substance=OIL, amount_g=Decimal(1), told=LotTold(number="same-1", supplier="example supplies", received_on=shop.today)),
    )  # fmt: skip
    other = lots.receive_lot(
        shop.house, shop.act(shop.crew.technician),
        lots.Delivery(substance=OIL, amount_g=Decimal(1), told=LotTold(number="SAME-1", supplier="Somebody else", received_on=shop.today)),
    )  # fmt: skip
    found = recall_of(shop, first)
    assert [each.id for each in found.same] == [same.lot_id]
    assert [each.id for each in found.of_other_suppliers] == [other.lot_id]
