"""Lists hold each order once and in order, a page at a time; a search takes what is sought literally; and every one of them is told as a reading."""

from dataclasses import replace
from datetime import date

import pytest

from compounding.demo import walk
from compounding.demo.crew import Pharmacy, open_pharmacy
from compounding.domain.audit import Chain
from compounding.domain.order_parts import Source
from compounding.domain.people import Role
from compounding.domain.site import Site
from compounding.domain.stages import State
from compounding.reference import ReferenceData
from compounding.storage import lots
from compounding.storage.transaction import transaction
from compounding.workflow import deciding, ending, listing, receiving
from compounding.workflow.listing import Find, ListOrders, ReadTrail, Search
from tests.workflow import counter
from tests.workflow.conftest import AT
from tests.workflow.counter import PLAIN, typed
from tests.workflow.seeing import refused
from tests.workflow.test_reading import readings

NAMES = ("Ada Test", "Ada Tester", "Ben Percent%", "Under_score Ann", "O'Brien Ada")


@pytest.fixture
def full(shop_on_each: Pharmacy) -> Pharmacy:
    """A pharmacy with an order of each of these names, all received at the same moment but one."""
    for name in NAMES:
        counter.on_paper(shop_on_each, typed(shop_on_each, replace(PLAIN, patient=name), identifier=f"REF-{name}"))
    return shop_on_each


def listed(shop: Pharmacy, **asked: object) -> listing.OrdersListed:
    return listing.list_orders(shop.house, shop.act(shop.crew.pharmacist), ListOrders(**asked))  # type: ignore[arg-type]


def found(shop: Pharmacy, by: Search, sought: str, born_on: date | None = None) -> listing.Found:
    return listing.find(shop.house, shop.act(shop.crew.pharmacist), Find(by=by, sought=sought, born_on=born_on))


@pytest.mark.parametrize("is_newest_first", [True, False])
def test_pages_hold_every_order_once_and_in_order(full: Pharmacy, monkeypatch: pytest.MonkeyPatch, is_newest_first: bool) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    seen, after = [], None
    for _ in range(3):
        page = listed(full, is_newest_first=is_newest_first, after=after)
        seen += [(each.record.received_at, each.record.id) for each in page.orders]
        after = page.next
    assert after is None
    assert len(set(seen)) == len(NAMES)
    assert seen == sorted(seen, reverse=is_newest_first)


def test_a_list_holds_only_the_states_asked_for(full: Pharmacy) -> None:
    first = listed(full).orders[0].record
    deciding.cancel(full.house, full.act(full.crew.pharmacist, reason="withdrawn by the prescriber"), deciding.OfOrder(order_id=first.id, version=1))
    assert {each.record.state for each in listed(full).orders} == {State.RECEIVED}
    assert [each.record.id for each in listed(full, states=(State.CANCELLED,)).orders] == [first.id]
    assert len(listed(full, states=()).orders) == len(NAMES)


def test_a_list_is_told_with_every_patient_on_it_and_no_name(full: Pharmacy) -> None:
    before = len(readings(full.house))
    page = listed(full)
    (told,) = readings(full.house)[before:]
    assert set(told["changed"]["patients"][1].split()) == {each.record.patient_id for each in page.orders}
    assert not any(name in str(told) for name in NAMES)


@pytest.mark.parametrize(("sought", "names"), [
    ("ada", ["Ada Test", "Ada Tester"]), ("ADA TESTE", ["Ada Tester"]), ("%%%", []), ("___", []), ("Ben Percent%", ["Ben Percent%"]), ("Ben%", []),
    ("Under_", ["Under_score Ann"]), ("Under.", []), ("Un__r_s", []), ("' OR '1'='1", []), ("OR OR OR", []), ("o'brien", ["O'Brien Ada"]), ("test", []),
])  # fmt: skip
def test_a_name_is_found_by_how_it_begins_and_literally(full: Pharmacy, sought: str, names: list[str]) -> None:
    if sum(each.isalpha() for each in sought) < listing.LETTERS:
        assert refused(full.house, lambda: found(full, Search.NAME, sought)) == "SEARCH_TOO_SHORT"
    else:
        assert [each.name for each in found(full, Search.NAME, sought).patients] == names


def test_a_short_name_needs_the_date_of_birth(full: Pharmacy) -> None:
    assert refused(full.house, lambda: found(full, Search.NAME, "ad")) == "SEARCH_TOO_SHORT"
    assert [each.name for each in found(full, Search.NAME, "ad", PLAIN.born_on).patients] == ["Ada Test", "Ada Tester"]
    assert found(full, Search.NAME, "ad", date(1999, 1, 1)).patients == ()
    assert refused(full.house, lambda: found(full, Search.LOT, "ada", PLAIN.born_on)) == "SEARCH_DAY"
    assert refused(full.house, lambda: found(full, Search.LOT, "  ")) == "SEARCH_EMPTY"
    assert refused(full.house, lambda: found(full, Search.NAME, "ada\x00")) == "TEXT_NOT_ALLOWED"


def test_numbers_are_found_exactly(full: Pharmacy) -> None:
    first = listed(full).orders[0].record
    assert [each.record.id for each in found(full, Search.PRESCRIPTION, first.rx_number).orders] == [first.id]
    for other in (first.rx_number[:-1], f"{first.rx_number}0", "%", "_" * len(first.rx_number), f"{first.rx_number}' --"):
        assert found(full, Search.PRESCRIPTION, other).orders == ()
        assert found(full, Search.LOT, other).orders == ()
        assert found(full, Search.IDENTIFIER, other).patients == ()


def test_a_search_says_when_there_is_more(full: Pharmacy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 1)
    answer = found(full, Search.NAME, "ada")
    assert (len(answer.patients), answer.has_more) == (1, True)


def test_a_search_is_told_with_whom_it_found_and_not_with_what_was_typed(full: Pharmacy) -> None:
    before = len(readings(full.house))
    answer = found(full, Search.NAME, "ada tester")
    (told,) = readings(full.house)[before:]
    assert told["changed"]["patients"] == [None, answer.patients[0].id]
    assert "tester" not in str(told).lower()  # Three letters of hexadecimal, such as "ada", may stand in any key.


def test_anything_finds_each_thing_by_its_own_number_exactly_and_a_name_by_its_beginning(full: Pharmacy) -> None:
    first = listed(full).orders[0].record
    one = found(full, Search.ANYTHING, f" {first.rx_number} ")
    assert one.exact == (("order", first.id),)
    assert [each.record.id for each in one.orders] == [first.id]
    names = found(full, Search.ANYTHING, "ada")
    assert ([each.name for each in names.patients], names.exact, names.orders) == (["Ada Test", "Ada Tester"], (), ())
    for odd in ("ad", "%", "_", "' OR '1'='1", first.rx_number[:-1], f"{first.rx_number} x y z"):
        assert found(full, Search.ANYTHING, odd) == listing.Found()
    assert refused(full.house, lambda: found(full, Search.ANYTHING, " ")) == "SEARCH_EMPTY"
    assert refused(full.house, lambda: found(full, Search.ANYTHING, "ada", PLAIN.born_on)) == "SEARCH_DAY"


def test_a_lot_of_ours_is_the_preparation_and_a_lot_of_an_ingredient_lists_what_took_from_it(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    at = counter.onwards(shop, walk.plan(shop, counter.accepted(shop, typed(shop))), State.LABELLED)
    order = listed(shop).orders[0].record
    assert found(shop, Search.ANYTHING, at.number).exact == (("preparation", at.id),)
    of_base = walk.record_of(shop, at.id).lot_ids[0]
    with transaction(shop.house.database, site_id=shop.house.site_id, by="test", role="", at=AT) as opened:
        lot, _ = lots.of(opened, of_base, lock=False)
    took = found(shop, Search.ANYTHING, lot.number)
    assert lot.id in {each.id for each in took.lots}
    assert ([each.record.id for each in took.orders], took.exact) == ([order.id], ())


def test_the_scanned_code_of_a_label_is_that_preparation_and_only_as_a_whole(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    at = counter.onwards(shop, walk.plan(shop, counter.accepted(shop, typed(shop))), State.LABELLED)
    code = walk.on_label(shop, at.id).code
    answer = found(shop, Search.ANYTHING, code)
    assert (answer.exact, answer.label, len(answer.orders)) == ((("preparation", at.id),), "", 1)
    lot, number, token, digest = code.split()
    assert found(shop, Search.ANYTHING, f"{lot} {number}").exact == (("preparation", at.id),)
    for other in (
        f"{lot} {number} {token}x",
        f"{lot} {number} {token}",
        f"{lot} {number} {digest}",
        f"{lot} {number} {token} {digest[::-1]}",
        f"{lot} {number[:-1]} {token}",
        f"x{lot} {number} {token}",
        token,
        f"{lot} {token}",
    ):
        assert found(shop, Search.ANYTHING, other).exact == ()
    ending.scrap_preparation(shop.house, shop.act(shop.crew.pharmacist, reason="fell on the floor"), counter.of_preparation(at))
    assert found(shop, Search.ANYTHING, code).label == "void"


def test_own_orders_are_those_entered_by_that_account(full: Pharmacy) -> None:
    chen, reyes = (counter.hire(full, name, Role.PRESCRIBER) for name in ("Dr Laura Chen", "Dr Omar Reyes"))
    request = receiving.ReceiveTyped(sent=typed(full, replace(PLAIN, patient="Own Patient"), prescriber_licence="EX-09999"), source=Source.ENTERED)
    at = receiving.receive_typed(full.house, full.act(chen), request)
    mine = listing.list_own_orders(full.house, full.act(chen), ListOrders(states=()))
    assert [each.record.id for each in mine.orders] == [at.id]
    assert listing.list_own_orders(full.house, full.act(reyes), ListOrders(states=())).orders == ()


@pytest.mark.parametrize("role", Role)
def test_who_may_list_search_and_read_the_trail_is_the_profiles_table(shop: Pharmacy, role: Role) -> None:
    who, reads, audits = counter.hire(shop, "Some One", role), role is not Role.PRESCRIBER, role in {Role.AUDITOR, Role.DESIGNATED_PERSON}
    asked = (
        (listing.list_orders, ListOrders(), reads), (listing.list_own_orders, ListOrders(), not reads), (listing.find, Find(by=Search.LOT, sought="x"), reads),
        (listing.read_trail, ReadTrail(), audits),
    )  # fmt: skip
    for use_case, request, may in asked:
        if may:
            use_case(shop.house, shop.act(who), request)  # type: ignore[operator]
        else:
            assert refused(shop.house, lambda u=use_case, r=request: u(shop.house, shop.act(who), r)) == "ROLE_NOT_ALLOWED"  # type: ignore[misc]


def test_the_trail_is_read_backwards_and_filtered_literally(full: Pharmacy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 3)
    act = full.act(full.crew.designated)
    first = listing.read_trail(full.house, act, ReadTrail())
    numbers = [each.seq for each in first.entries]
    assert numbers == sorted(numbers, reverse=True)
    assert first.next == numbers[-1]
    then = listing.read_trail(full.house, act, ReadTrail(before=first.next))
    assert [each.seq for each in then.entries] == [numbers[-1] - 1, numbers[-1] - 2, numbers[-1] - 3]
    order = listed(full).orders[0].record.id
    about = listing.read_trail(full.house, act, ReadTrail(subject_id=order, person_id=full.crew.technician)).entries
    assert len(about) == 1
    assert "receive order" in about[0].body
    for odd in ("%", "_", "' OR '1'='1"):
        assert listing.read_trail(full.house, act, ReadTrail(subject_id=odd)).entries == ()
    assert refused(full.house, lambda: listing.read_trail(full.house, act, ReadTrail(before=0))) == "PAGE_UNKNOWN"
    assert readings(full.house)[-1]["subject_id"] == Chain.CHANGES.value


def test_another_pharmacys_orders_patients_and_trail_are_in_no_list(full: Pharmacy, site: Site, data: ReferenceData) -> None:
    other = open_pharmacy(full.house.database, replace(site, id="other-pharmacy"), data, at=AT)
    theirs = listed(full).orders[0].record
    assert listed(other, states=()).orders == ()
    for by, sought in ((Search.NAME, "ada"), (Search.PRESCRIPTION, theirs.rx_number), (Search.IDENTIFIER, "x")):
        assert found(other, by, sought) == listing.Found()
    act = other.act(other.crew.designated)
    assert listing.read_trail(other.house, act, ReadTrail(subject_id=theirs.id)).entries == ()
