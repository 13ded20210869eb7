"""A paper that was read back and says something else than the record is stopped: nothing of it is kept as a paper, and an incident shows both sides."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import labels
from compounding.demo import walk
from compounding.demo.crew import Pharmacy
from compounding.domain.label_content import LabelContent
from compounding.domain.stages import State
from compounding.storage import paper_proofs
from compounding.storage import papers as stored
from compounding.storage.transaction import transaction
from compounding.workflow import papers, worksheets
from compounding.workflow.bench_steps import OfPreparation
from compounding.workflow.reading import Of
from compounding.workflow.receiving import Standing
from compounding.workflow.setting_papers import PaperStopped
from compounding.workflow.whole_record import read_whole_record
from tests.workflow.counter import PLAIN
from tests.workflow.seeing import entries


def spoilt(monkeypatch: pytest.MonkeyPatch, paper: str, change: Callable[[Any], Any]) -> None:
    """From now on the printing of that paper sets something else than it was given."""
    whole = getattr(labels, f"render_{paper}")
    monkeypatch.setattr(labels, f"render_{paper}", lambda content, **how: whole(change(content), **how))


def another_lot(content: LabelContent) -> LabelContent:
    return replace(content, number_line=content.number_line[:-1] + ("1" if content.number_line[-1] != "1" else "2"))


def at_bench(shop: Pharmacy, state: State = State.MADE) -> Standing:
    return walk.brought_to(shop, walk.accepted(shop, PLAIN), state)


def printed(shop: Pharmacy, at: Standing) -> Standing:
    asked = papers.PrintLabel(preparation_id=at.id, version=at.version)
    return papers.print_label(shop.house, shop.act(shop.crew.technician), asked)


def kept_of(shop: Pharmacy, at: Standing) -> tuple[list[stored.Paper], list[paper_proofs.Incident]]:
    with transaction(shop.house.database, site_id=shop.house.site_id, by="reader", role="", at=shop.clock.now()) as opened:
        return list(stored.of_preparation(opened, at.id)), list(paper_proofs.incidents_of(opened, at.id))


def test_a_label_with_another_number_is_stopped_and_leaves_an_incident_with_both_sides(shop_on_each: Pharmacy, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = shop_on_each
    at = at_bench(shop)
    spoilt(monkeypatch, "label", another_lot)
    with pytest.raises(PaperStopped) as refusal:
        printed(shop, at)
    assert refusal.value.code == "PAPER_DIFFERS"
    record = walk.record_of(shop, at.id)
    assert (record.state, record.label) == (State.MADE, None)
    sent, (incident,) = kept_of(shop, at)
    assert sent == []
    assert incident.stopped.kind == "label"
    assert any(record.lot_number in each.expected and record.lot_number not in each.found for each in incident.stopped.differences)
    assert incident.by == shop.crew.technician
    (told,) = [each for each in entries(shop.house) if each["action"] == "stop paper"]
    assert incident.id in told["changed"]["label"][1]
    assert record.lot_number not in refusal.value.message


@pytest.mark.parametrize("paper", ["leaflet", "worksheet"])
def test_whichever_paper_differs_none_of_them_is_kept(shop: Pharmacy, monkeypatch: pytest.MonkeyPatch, paper: str) -> None:
    at = at_bench(shop)
    spoilt(monkeypatch, paper, lambda content: replace(content, heading=content.heading + " x"))
    with pytest.raises(PaperStopped):
        printed(shop, at)
    sent, (incident,) = kept_of(shop, at)
    assert (sent, incident.stopped.kind) == ([], paper)


def test_a_copy_and_a_worksheet_are_read_back_too(shop: Pharmacy, monkeypatch: pytest.MonkeyPatch) -> None:
    at = at_bench(shop, State.LABELLED)
    spoilt(monkeypatch, "label", another_lot)
    spoilt(monkeypatch, "worksheet", lambda content: replace(content, title=content.title, notes=(*content.notes, "Weigh twice as much.")))
    again = papers.Reprint(preparation_id=at.id, version=at.version, kind="label", revision=1)
    with pytest.raises(PaperStopped):
        papers.reprint(shop.house, shop.act(shop.crew.technician, reason="the printer jammed"), again)
    with pytest.raises(PaperStopped):
        worksheets.print_worksheet(shop.house, shop.act(shop.crew.technician), OfPreparation(preparation_id=at.id, version=at.version))
    assert [each.stopped.kind for each in kept_of(shop, at)[1]] == ["label", "worksheet"]


def test_whoever_reads_the_record_sees_what_was_stopped(shop: Pharmacy, monkeypatch: pytest.MonkeyPatch) -> None:
    at = at_bench(shop)
    spoilt(monkeypatch, "label", another_lot)
    with pytest.raises(PaperStopped):
        printed(shop, at)
    whole = read_whole_record(shop.house, shop.act(shop.crew.pharmacist), Of(id=at.id))
    assert [each.stopped.kind for each in whole.stopped_papers] == ["label"]
    monkeypatch.undo()
    assert printed(shop, at).state is State.LABELLED
