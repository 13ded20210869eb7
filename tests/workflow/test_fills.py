"""Fills of an order: how many and when, part fills and their balances, from which lots and texts, and until when what is made may be used."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from compounding.demo import crew as crews
from compounding.demo import walk
from compounding.demo.crew import Pharmacy
from compounding.domain.errors import LevigateError
from compounding.domain.formulary_versions import Kind
from compounding.domain.order_parts import Evidence, Source, Transfer
from compounding.domain.risk_assessment import RiskAssessment
from compounding.domain.site import Site
from compounding.domain.stages import State
from compounding.reference.site_texts import fingerprint_of
from compounding.storage import lots as stored_lots
from compounding.storage import people as stored_people
from compounding.storage import preparations
from compounding.storage.transaction import transaction
from compounding.workflow import bench_steps, formulary, lot_flags, lots, receiving
from compounding.workflow.examining import Held
from compounding.workflow.formulary import ApprovalAsked, Exactly, Proposal
from compounding.workflow.lots import OneLot
from compounding.workflow.people import NewSettings, change_settings
from compounding.workflow.receiving import ReceiveTyped, Standing
from tests.workflow import counter
from tests.workflow.counter import PLAIN, again, days_later, of_preparation, onwards, order_at, typed
from tests.workflow.seeing import refused

DRUG, OIL, BASE = "sodium-thiosulfate-pentahydrate", "mineral-oil", "white-petrolatum"
PETROLATUM = "sodium-thiosulfate-in-petrolatum"


def handed(shop: Pharmacy, at: Standing, **asked: object) -> Standing:
    return onwards(shop, walk.plan(shop, at, **asked))


def next_day(shop: Pharmacy, at: Standing, days: int) -> tuple[Pharmacy, Standing]:
    """The order on a later day, asked about, screened and accepted again."""
    later = days_later(shop, days)
    counter.told_nothing_new(later, at.id)
    return later, again(later, at.id)


def held(doing: Callable[[], object]) -> tuple[str, ...]:
    with pytest.raises(Held) as refusal:
        doing()
    return tuple(each.code for each in refusal.value.reasons)


# How many, and when


def test_an_order_is_filled_as_often_as_it_says(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    at = counter.accepted(shop, typed(shop, replace(PLAIN, repeats=1)))
    assert handed(shop, at).state is State.DISPENSED
    assert order_at(shop, at.id).state is State.ACCEPTED
    later, at = next_day(shop, at, 30)
    handed(later, at)
    filled = order_at(later, at.id)
    assert filled.state is State.FILLED
    assert refused(later.house, lambda: walk.plan(later, filled)) == "ORDER_NOT_ACCEPTED"


def test_a_refill_before_its_day_needs_a_reason(shop: Pharmacy) -> None:
    """30 days of supply and the site's 7 days before them: due on day 23."""
    at = counter.accepted(shop, typed(shop))
    handed(shop, at)
    early, at = next_day(shop, at, 22)
    assert refused(early.house, lambda: walk.plan(early, at)) == "TOO_EARLY"
    assert walk.plan(early, at, early_reason="travels for two months").state is State.PLANNED


def test_a_refill_on_its_day_needs_none(shop: Pharmacy) -> None:
    at = counter.accepted(shop, typed(shop))
    handed(shop, at)
    due, at = next_day(shop, at, 23)
    assert walk.plan(due, at).state is State.PLANNED


def test_where_the_order_has_no_supply_the_pharmacists_interval_counts(shop: Pharmacy) -> None:
    at = counter.accepted(shop, typed(shop, supply_days=None), interval_days=20)
    handed(shop, at)
    early = days_later(shop, 12)
    counter.told_nothing_new(early, at.id)
    at = again(early, at.id, interval_days=20)
    assert refused(early.house, lambda: walk.plan(early, at)) == "TOO_EARLY"
    due = days_later(early, 1)
    assert walk.plan(due, at).state is State.PLANNED


@pytest.mark.parametrize("supply_days", [Decimal(0), Decimal(-1), Decimal("0.5"), Decimal(732)])
def test_an_order_that_supplies_no_days_or_too_many_is_not_received(shop: Pharmacy, supply_days: Decimal) -> None:
    assert refused(shop.house, lambda: counter.on_paper(shop, typed(shop, supply_days=supply_days))) == "SUPPLY_DAYS_OUT_OF_RANGE"


def test_where_nobody_says_how_long_a_fill_lasts_a_refill_needs_a_reason(shop: Pharmacy) -> None:
    at = counter.accepted(shop, typed(shop, supply_days=None))
    handed(shop, at)
    later, at = next_day(shop, at, 40)
    assert refused(later.house, lambda: walk.plan(later, at)) == "INTERVAL_NOT_KNOWN"
    assert walk.plan(later, at, early_reason="the jar is empty").state is State.PLANNED


def test_allergies_are_asked_again_before_a_refill(shop: Pharmacy) -> None:
    at = counter.accepted(shop, typed(shop))
    handed(shop, at)
    later = days_later(shop, 40)
    at = order_at(later, at.id)
    assert refused(later.house, lambda: walk.plan(later, at)) == "ALLERGIES_NOT_ASKED_AGAIN"


def test_fills_that_another_pharmacy_made_count(shop: Pharmacy) -> None:
    told = Transfer(
        pharmacy="Other Pharmacy", their_number="77", fills_made=2, last_filled_on=shop.today - timedelta(days=60), spoken=counter.spoken(shop, "Kay Example")
    )  # fmt: skip
    asked = ReceiveTyped(sent=typed(shop, authored_on="2026-08-01"), source=Source.TRANSFER, evidence=Evidence(transfer=told))
    at = receiving.receive_typed(shop.house, shop.act(shop.crew.pharmacist), asked)
    at = counter.accept(shop, walk.screen(shop, at))
    counter.told_nothing_new(shop, at.id)
    at = again(shop, at.id)
    assert refused(shop.house, lambda: walk.plan(shop, at)) == "NO_FILLS_LEFT"


def test_the_last_day_of_an_order_is_the_day_before_two_years_are_over(shop: Pharmacy) -> None:
    at = counter.accepted(shop, typed(shop, authored_on="2024-11-23"))
    assert walk.plan(shop, at).state is State.PLANNED


def test_the_day_after_an_order_is_refused_and_what_was_planned_is_not_handed_out(shop: Pharmacy) -> None:
    at = counter.accepted(shop, typed(shop, authored_on="2024-11-23"))
    other = counter.accepted(shop, typed(shop, replace(PLAIN, patient="Ben Other"), authored_on="2024-11-23"))
    made = onwards(shop, walk.plan(shop, at), State.RELEASED)
    after = days_later(shop, 1)
    assert refused(after.house, lambda: walk.plan(after, other)) == "ORDER_EXPIRED"
    with pytest.raises(LevigateError) as refusal:
        walk.hand_out(after, made)
    assert refusal.value.code == "ORDER_EXPIRED"
    assert walk.hand_out(shop, made).state is State.DISPENSED


def test_an_end_that_the_prescriber_set_comes_first(shop: Pharmacy) -> None:
    at = counter.accepted(shop, typed(shop, valid_until=shop.today.isoformat()))
    after = days_later(shop, 1)
    assert refused(after.house, lambda: walk.plan(after, at)) == "ORDER_EXPIRED"
    assert walk.plan(shop, at).state is State.PLANNED


def test_a_second_preparation_is_not_planned_while_one_stands_open(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    at = counter.accepted(shop, typed(shop))
    walk.plan(shop, at)
    seen = order_at(shop, at.id)
    assert refused(shop.house, lambda: walk.plan(shop, seen)) == "PREPARATION_OPEN"
    assert refused(shop.house, lambda: walk.plan(shop, at)) in {"PREPARATION_OPEN", "CONFLICT"}


def test_an_order_that_is_not_accepted_is_not_filled(shop: Pharmacy) -> None:
    at = walk.screen(shop, counter.on_paper(shop, typed(shop)))
    assert refused(shop.house, lambda: walk.plan(shop, at)) == "ORDER_NOT_ACCEPTED"


# Part fills


def test_a_short_jar_leaves_a_balance_and_the_balance_completes_the_order(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    at = counter.accepted(shop, typed(shop, replace(PLAIN, repeats=0)))
    short = counter.short_jar(shop, at, net_g="50")
    assert short.state is State.ON_HOLD
    act = shop.act(shop.crew.pharmacist, reason="transfer loss; a part fill of 50 g")
    made = onwards(shop, bench_steps.decide_on_hold(shop.house, act, of_preparation(short)), State.RELEASED)
    given = walk.hand_out(shop, made)
    assert (given.amount_g, given.fills_left, given.balance_owing_g, given.order_state) == (Decimal(50), 0, Decimal(10), State.ACCEPTED)
    later, at = next_day(shop, at, 1)
    assert refused(later.house, lambda: walk.plan(later, at)) == "NO_FILLS_LEFT"
    assert refused(later.house, lambda: walk.plan(later, at, is_balance=True, amount_g=Decimal(11))) == "FILL_AMOUNT"
    rest = walk.plan(later, at, is_balance=True)
    record = walk.record_of(later, rest.id)
    assert (record.fill, record.sheet.amount_g) == (1, Decimal(10))
    given = walk.hand_out(later, onwards(later, rest, State.RELEASED))
    assert (given.amount_g, given.balance_owing_g, given.order_state) == (Decimal(10), Decimal(0), State.FILLED)


def test_without_anything_owing_there_is_no_balance(shop: Pharmacy) -> None:
    at = counter.accepted(shop, typed(shop))
    assert refused(shop.house, lambda: walk.plan(shop, at, is_balance=True)) == "NOTHING_OWING"


@pytest.mark.parametrize("amount", ["0", "-1", "60.01"])
def test_a_fill_is_at_most_what_was_ordered(shop: Pharmacy, amount: str) -> None:
    at = counter.accepted(shop, typed(shop))
    assert refused(shop.house, lambda: walk.plan(shop, at, amount_g=Decimal(amount))) == "FILL_AMOUNT"


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_a_fill_of_what_is_no_number_is_refused(shop: Pharmacy, amount: str) -> None:
    at = counter.accepted(shop, typed(shop))
    assert refused(shop.house, lambda: walk.plan(shop, at, amount_g=Decimal(amount))) == "NUMBER_NOT_ALLOWED"


def test_a_part_fill_is_in_grams_whatever_unit_the_order_is_in(shop: Pharmacy) -> None:
    """0.05 g of an order of 0.05 kg is not the whole of it."""
    quantity = replace(typed(shop).quantity or pytest.fail("no quantity"), value=Decimal("0.05"), unit="kg", code="kg")
    at = counter.accepted(shop, typed(shop, quantity=quantity))
    assert "QUANTITY_OUT_OF_RANGE" in held(lambda: walk.plan(shop, at, amount_g=Decimal("0.05")))
    assert walk.record_of(shop, walk.plan(shop, at, amount_g=Decimal(20)).id).sheet.amount_g == Decimal(20)


# Lots


def stocked(shop: Pharmacy, substance: str, number: str, *, days: int, grams: str = "1000") -> str:
    return crews.stock(shop.house, shop.crew, shop.clock, shop.picture, substance, today=shop.today, grams=grams, number=number, days=days)


def version_of(shop: Pharmacy, lot_id: str) -> int:
    with transaction(shop.house.database, site_id=shop.house.site_id, by="reader", role="", at=shop.clock.now()) as opened:
        return stored_lots.of(opened, lot_id, lock=False)[1]


def withdraw(shop: Pharmacy, lot_id: str, how: str) -> None:
    act = shop.act(shop.crew.pharmacist, reason="a letter from the supplier")
    one = OneLot(lot_id=lot_id, version=version_of(shop, lot_id))
    lot_flags.quarantine_lot(shop.house, act, one) if how == "quarantine" else lot_flags.recall_lot(shop.house, act, one)


def test_the_lot_that_expires_first_is_taken_and_only_as_many_lots_as_needed(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    first = stocked(shop, BASE, "FIRST", days=200)
    stocked(shop, BASE, "LATER", days=300)
    at = counter.accepted(shop, typed(shop))
    record = walk.record_of(shop, walk.plan(shop, at).id)
    assert record.lot_ids == (shop.lots[DRUG], shop.lots[OIL], first)


def test_a_second_lot_is_taken_where_the_first_does_not_hold_enough(shop: Pharmacy) -> None:
    first = stocked(shop, BASE, "FIRST", days=200, grams="10")
    at = counter.accepted(shop, typed(shop))
    record = walk.record_of(shop, walk.plan(shop, at).id)
    assert record.lot_ids == (shop.lots[DRUG], shop.lots[OIL], first, shop.lots[BASE])
    assert record.sheet.lines[2].to_weigh_g <= 10


def test_a_lot_that_a_person_names_is_taken(shop: Pharmacy) -> None:
    stocked(shop, BASE, "FIRST", days=200)
    at = counter.accepted(shop, typed(shop))
    record = walk.record_of(shop, walk.plan(shop, at, lot_ids=(shop.lots[BASE],)).id)
    assert record.lot_ids[2] == shop.lots[BASE]


@pytest.mark.parametrize(("how", "code"), [("quarantine", "LOT_IN_QUARANTINE"), ("recall", "LOT_RECALLED")])
def test_a_lot_in_quarantine_or_recalled_is_neither_suggested_nor_named(shop: Pharmacy, how: str, code: str) -> None:
    at = counter.accepted(shop, typed(shop))
    withdraw(shop, shop.lots[DRUG], how)
    assert held(lambda: walk.plan(shop, at)) == ("NOMINAL_MATERIALS",)
    assert refused(shop.house, lambda: walk.plan(shop, at, lot_ids=(shop.lots[DRUG],))) == code


def test_an_expired_lot_is_neither_suggested_nor_named(shop: Pharmacy) -> None:
    short = stocked(shop, BASE, "SHORT", days=5)
    later = days_later(shop, 6)
    at = counter.accepted(later, typed(later))
    assert refused(later.house, lambda: walk.plan(later, at, lot_ids=(short,))) == "LOT_EXPIRED"
    assert short not in walk.record_of(later, walk.plan(later, at).id).lot_ids


def test_without_lots_nothing_is_planned_and_no_number_is_used_up(shop: Pharmacy) -> None:
    at = counter.accepted(shop, typed(shop))
    for lot in (shop.lots[OIL], shop.lots[BASE]):
        withdraw(shop, lot, "quarantine")
    assert refused(shop.house, lambda: walk.plan(shop, at)) == "NOMINAL_MATERIALS"
    stocked(shop, OIL, "NEW-OIL", days=400)
    stocked(shop, BASE, "NEW-BASE", days=400)
    assert walk.plan(shop, at).number == "20261122-001"


# Until when


def test_the_beyond_use_date_is_six_months_where_nothing_ends_before(shop: Pharmacy) -> None:
    record = walk.record_of(shop, walk.plan(shop, counter.accepted(shop, typed(shop))).id)
    assert (record.beyond_use.on, record.beyond_use.proposed) == (date(2027, 5, 21), False)


def test_the_beyond_use_date_is_never_later_than_a_lots_expiry(shop: Pharmacy) -> None:
    stocked(shop, BASE, "SHORT", days=40)
    record = walk.record_of(shop, walk.plan(shop, counter.accepted(shop, typed(shop))).id)
    assert record.beyond_use.on == shop.today + timedelta(days=40)
    assert "expiry" in record.beyond_use.rule


def test_a_lot_without_an_expiry_counts_until_the_sites_limit_from_its_receipt(shop: Pharmacy) -> None:
    # The shelf's own lots were received twenty days ago.
    undated_days = 120
    settings = current(shop)
    change_settings(
        shop.house, shop.act(shop.crew.designated, reason="a stricter limit"),
        NewSettings(settings=replace(settings, undated_lot_days=undated_days), revision=revision_of(shop)),
    )  # fmt: skip
    told = lots.LotTold(
        number="UNDATED", supplier="Example Supplies", received_on=shop.today - timedelta(days=20), supplier_licence="EX-SUP-1",
        certificate=lots.CertificateTold(file_sha256=shop.picture), ingredients=("white petrolatum",),
    )  # fmt: skip
    act = shop.act
    kept = lots.receive_lot(shop.house, act(shop.crew.technician), lots.Delivery(substance=BASE, amount_g=Decimal(500), told=told))
    kept = lots.review_certificate(
        shop.house, act(shop.crew.second), lots.ReviewedCertificate(lot_id=kept.lot_id, version=kept.version, file_sha256=shop.picture)
    )  # fmt: skip
    tested = lots.IdentityTested(lot_id=kept.lot_id, version=kept.version, method="appearance", passed=True)
    kept = lots.test_identity(shop.house, act(shop.crew.second), tested)
    lot_flags.release_lot(shop.house, act(shop.crew.pharmacist), OneLot(lot_id=kept.lot_id, version=kept.version))
    record = walk.record_of(shop, walk.plan(shop, counter.accepted(shop, typed(shop)), lot_ids=(kept.lot_id,)).id)
    assert record.beyond_use.on == shop.today + timedelta(days=undated_days - 20)


# Texts and settings


def current(shop: Pharmacy) -> Site:
    with shop.house.database.reading() as connection:
        return stored_people.current_settings(connection, shop.house.site_id)[0]


def revision_of(shop: Pharmacy) -> int:
    with shop.house.database.reading() as connection:
        return stored_people.current_settings(connection, shop.house.site_id)[1]


SHIPPED_VERSION = {Kind.FORMULA: "1", Kind.PHRASES: "2"}


def exported(shop: Pharmacy, kind: Kind, identifier: str) -> str:
    asked = formulary.OneVersion(kind=kind, id=identifier, version=SHIPPED_VERSION[kind])
    return formulary.export_text(shop.house, shop.act(shop.crew.designated), asked).text


def risk(shop: Pharmacy) -> RiskAssessment:
    return RiskAssessment(
        napra_level="A", level_reasons="moderate", hazards="dust", safety_data_link="paper: sheet 1", safety_data_on=shop.today, protective_equipment="gloves",
        ventilation="room", cross_contact="own tools", reviewed_by="Dana", reviewed_on=shop.today, next_review_on=shop.today + timedelta(days=300),
    )  # fmt: skip


def new_version(shop: Pharmacy, kind: Kind, identifier: str, *changes: tuple[str, str]) -> Exactly:
    """The next version, of the pharmacy's own, approved."""
    text = exported(shop, kind, identifier)
    last = SHIPPED_VERSION[kind]
    for before, after in ((f'version = "{last}"', f'version = "{int(last) + 1}-{shop.house.site_id}"'), *changes):
        assert before in text
        text = text.replace(before, after, 1)
    made = formulary.propose_text(shop.house, shop.act(shop.crew.designated), Proposal(kind=kind, text=text))
    exactly = Exactly(kind=kind, id=identifier, version=made.version, sha256=fingerprint_of(text))
    asked = ApprovalAsked(of=exactly, risk=risk(shop) if kind is Kind.FORMULA else None)
    formulary.approve_text(shop.house, shop.act(shop.crew.designated, reason="read and approved"), asked)
    return exactly


def retire(shop: Pharmacy, kind: Kind, identifier: str) -> None:
    of = Exactly(kind=kind, id=identifier, version=SHIPPED_VERSION[kind], sha256=fingerprint_of(exported(shop, kind, identifier)))
    formulary.retire_text(shop.house, shop.act(shop.crew.designated, reason="no longer used"), of)


def test_a_formula_that_was_retired_since_the_acceptance_is_not_planned(shop: Pharmacy) -> None:
    at = counter.accepted(shop, typed(shop))
    retire(shop, Kind.FORMULA, PETROLATUM)
    assert refused(shop.house, lambda: walk.plan(shop, at)) == "FORMULA_CHANGED"


def test_a_formula_with_a_newer_version_since_the_acceptance_is_not_planned(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    at = counter.accepted(shop, typed(shop))
    new = new_version(shop, Kind.FORMULA, PETROLATUM)
    assert refused(shop.house, lambda: walk.plan(shop, at)) == "FORMULA_CHANGED"
    counter.told_nothing_new(shop, at.id)
    record = walk.record_of(shop, walk.plan(shop, again(shop, at.id)).id)
    assert (record.formula_version, record.formula_sha256) == (new.version, new.sha256)


def test_without_approved_phrases_nothing_is_planned(shop: Pharmacy) -> None:
    at = counter.accepted(shop, typed(shop))
    retire(shop, Kind.PHRASES, "phrases-en")
    assert "PHRASES_NOT_APPROVED" in held(lambda: walk.plan(shop, at))


def test_a_record_keeps_its_formula_phrases_lexicon_and_settings_whatever_changes_later(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    made = walk.plan(shop, counter.accepted(shop, typed(shop)))
    planned = walk.record_of(shop, made.id)
    made = onwards(shop, made, State.MADE)
    new_version(shop, Kind.FORMULA, PETROLATUM)
    new_version(shop, Kind.PHRASES, "phrases-en", ('text = "For the skin only."', 'text = "Only for the skin."'))
    settings = replace(current(shop), name="Renamed Pharmacy")
    change_settings(shop.house, shop.act(shop.crew.designated, reason="a new name"), NewSettings(settings=settings, revision=revision_of(shop)))
    made = walk.label(shop, made)
    record = walk.record_of(shop, made.id)
    for part in ("formula_version", "formula_sha256", "phrases_version", "phrases_sha256", "lexicon_sha256", "site_revision"):
        assert getattr(record, part) == getattr(planned, part), part
    text = counter.text_of(shop, made.id, "label")
    assert "Fortheskinonly." in text
    assert "Onlyfortheskin." not in text
    assert "RenamedPharmacy" not in text
    assert "ExamplePharmacy" in text
    assert walk.hand_out(shop, onwards(shop, made, State.RELEASED)).state is State.DISPENSED


def test_what_was_handed_out_is_counted_by_fill_and_day(shop: Pharmacy) -> None:
    at = counter.accepted(shop, typed(shop))
    handed(shop, at)
    with transaction(shop.house.database, site_id=shop.house.site_id, by="reader", role="", at=shop.clock.now()) as opened:
        assert [(each.fill, each.amount_g, each.on) for each in preparations.handed_out(opened, at.id)] == [(1, Decimal(60), shop.today)]
