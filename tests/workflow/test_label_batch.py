"""A morning's labels for one print run: the newest of each preparation that still counts, each told as read by the operator."""

from dataclasses import replace
from datetime import timedelta

import pytest

from compounding.demo import walk
from compounding.demo.crew import Pharmacy
from compounding.domain.errors import WorkflowRefused
from compounding.domain.stages import State
from compounding.workflow.label_batch import Batch, BatchWanted, labels_for
from compounding.workflow.papers import void_printed_label
from compounding.workflow.receiving import Standing
from tests.workflow.counter import IN_ZINC, PLAIN, of_preparation
from tests.workflow.test_reading import readings

OTHER = replace(IN_ZINC, patient="Bea Other")


def labelled(shop: Pharmacy, wish: walk.Wish = PLAIN) -> Standing:
    return walk.brought_to(shop, walk.accepted(shop, wish), State.LABELLED)


def batch(shop: Pharmacy, **wanted: object) -> Batch:
    return labels_for(shop.house.database, shop.house.site_id, BatchWanted(**wanted), at=shop.clock.now())  # type: ignore[arg-type]


def lot(shop: Pharmacy, at: Standing) -> str:
    return walk.record_of(shop, at.id).lot_number


def test_the_labels_of_today_come_in_the_order_they_were_made(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    lots = [lot(shop, labelled(shop)), lot(shop, labelled(shop, OTHER))]
    found = batch(shop)
    assert [each.lot_number for each in found.labels] == lots
    assert all(each.lot_number in each.content.number_line for each in found.labels)
    assert found.left_out == ()


def test_a_withdrawn_label_is_left_out_and_said_and_the_one_after_it_comes(shop: Pharmacy) -> None:
    first, second = labelled(shop), labelled(shop, OTHER)
    voided = void_printed_label(shop.house, shop.act(shop.crew.technician, reason="smudged"), of_preparation(first))
    found = batch(shop)
    assert [each.lot_number for each in found.labels] == [lot(shop, second)]
    assert found.left_out == (f"{lot(shop, first)}: its label is void",)
    walk.label(shop, voided)
    assert len(batch(shop).labels) == 2


def test_named_preparations_come_as_they_are_named(shop: Pharmacy) -> None:
    lots = tuple(lot(shop, labelled(shop, wish)) for wish in (PLAIN, OTHER))
    assert [each.lot_number for each in batch(shop, lot_numbers=lots[::-1]).labels] == list(lots[::-1])
    with pytest.raises(WorkflowRefused) as refusal:
        batch(shop, lot_numbers=(*lots, "no such lot"))
    assert refusal.value.code == "LOT_NOT_HERE"


def test_a_day_without_labels_is_said(shop: Pharmacy) -> None:
    labelled(shop)
    with pytest.raises(WorkflowRefused) as refusal:
        batch(shop, on=shop.today + timedelta(days=1))
    assert refusal.value.code == "NO_LABELS"


def test_every_label_of_a_batch_is_told_as_read(shop: Pharmacy) -> None:
    at = labelled(shop)
    before = len(readings(shop.house))
    batch(shop)
    (told,) = readings(shop.house)[before:]
    assert (told["action"], told["subject_id"]) == ("print batch", at.id)
    assert told["changed"]["label"] == [None, "revision 1"]
