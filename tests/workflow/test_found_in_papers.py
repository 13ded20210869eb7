"""What a label says of a jar when something changed after its release, and what may still be printed of it."""

import hashlib
from dataclasses import replace

import pytest

from compounding.demo import walk
from compounding.demo.crew import Pharmacy
from compounding.domain.errors import ReferenceDataError
from compounding.domain.hand_over_parts import LabelStatus
from compounding.domain.stages import State
from compounding.storage import paper_proofs
from compounding.storage import papers as stored
from compounding.storage.transaction import transaction
from compounding.workflow import deciding, ending, formulary, label_status, papers, reading, use_case
from compounding.workflow.receiving import Standing
from tests.workflow.counter import (
    IN_ZINC,
    PLAIN,
    again,
    days_later,
    of_order,
    of_preparation,
    order_at,
    preparation_at,
    told_allergy,
    told_nothing_new,
)
from tests.workflow.seeing import entries
from tests.workflow.test_found_in_lots import STEPS, code_of, scanned, token_of

PETROLATUM = "sodium-thiosulfate-in-petrolatum"


def reprint(shop: Pharmacy, at: Standing, kind: str) -> papers.Reprinted:
    asked = papers.Reprint(preparation_id=at.id, version=preparation_at(shop, at.id).version, kind=kind, revision=1)
    return papers.reprint(shop.house, shop.act(shop.crew.technician, reason="the printer jammed"), asked)


def retire(shop: Pharmacy, *names: str) -> None:
    """Every version of these texts is retired; of all of them where none is named."""
    for each in formulary.history(shop.house, shop.act(shop.crew.designated), formulary.AllVersions()).versions:
        if each.state == "approved" and (each.id in names or not names):
            asked = formulary.Exactly(kind=each.kind, id=each.id, version=each.version, sha256=each.sha256)
            formulary.retire_text(shop.house, shop.act(shop.crew.designated, reason="found harmful"), asked)


def test_a_zinc_allergy_told_after_release_voids_the_scan_and_stops_the_label_and_nothing_else(shop: Pharmacy) -> None:
    order = walk.accepted(shop, IN_ZINC)
    at = walk.brought_to(shop, order, State.RELEASED)
    token = token_of(shop, at.id)
    assert scanned(shop, token) is LabelStatus.VALID
    told_allergy(shop, order.id, "Zinc oxide: anaphylaxis")
    assert scanned(shop, token) is LabelStatus.VOID
    assert code_of(lambda: reprint(shop, at, "label")) == "ORDER_NOT_ACCEPTED"
    assert reprint(shop, at, "leaflet").reprint == reprint(shop, at, "worksheet").reprint == 1


def test_a_label_of_a_jar_handed_out_is_void_once_the_patient_reacts_to_it(shop: Pharmacy) -> None:
    order = walk.accepted(shop, replace(IN_ZINC, repeats=0))
    at = walk.brought_to(shop, order, State.DISPENSED)
    token = token_of(shop, at.id)
    assert order_at(shop, order.id).state is State.FILLED
    assert scanned(shop, token) is LabelStatus.VALID
    reprint(shop, at, "label")
    told_allergy(shop, order.id, "Zinc oxide: anaphylaxis")
    assert scanned(shop, token) is LabelStatus.VOID
    assert code_of(lambda: reprint(shop, at, "label")) == "SCREENING_OUT_OF_DATE"


def test_the_gate_itself_stops_a_reprint_where_order_and_lots_stand(shop: Pharmacy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else may slip: the gate's own answer is asked, and its code is told."""
    order = walk.accepted(shop, IN_ZINC)
    at = walk.brought_to(shop, order, State.RELEASED)
    token = token_of(shop, at.id)
    told_allergy(shop, order.id, "Zinc oxide: anaphylaxis")
    for module in (papers, label_status):
        monkeypatch.setattr(module, "check_stands", lambda *_, **__: None)
    assert code_of(lambda: reprint(shop, at, "label")) == "ZINC_ALLERGY_IN_ZINC_BASE"
    assert scanned(shop, token) is LabelStatus.VOID


def test_a_label_is_valid_again_once_the_order_is_screened_and_accepted_anew(shop: Pharmacy) -> None:
    order = walk.accepted(shop, PLAIN)
    at = walk.brought_to(shop, order, State.RELEASED)
    token = token_of(shop, at.id)
    told_allergy(shop, order.id, "Penicillin: rash")
    assert scanned(shop, token) is LabelStatus.VOID
    again(shop, order.id)
    assert scanned(shop, token) is LabelStatus.VALID
    assert reprint(shop, at, "label").reprint == 1
    told_nothing_new(shop, order.id)


def test_a_label_of_an_order_that_was_ended_is_void(shop: Pharmacy) -> None:
    order = walk.accepted(shop, PLAIN)
    at = walk.brought_to(shop, order, State.DISPENSED)
    token = token_of(shop, at.id)
    deciding.discontinue(shop.house, shop.act(shop.crew.pharmacist, reason="the prescriber stops it"), of_order(order_at(shop, order.id)))
    assert scanned(shop, token) is LabelStatus.VOID
    assert code_of(lambda: reprint(shop, at, "label")) == "ORDER_NOT_ACCEPTED"


def test_a_label_is_valid_to_the_beyond_use_date_and_not_after(shop: Pharmacy) -> None:
    at = walk.brought_to(shop, walk.accepted(shop, PLAIN), State.DISPENSED)
    token, until = token_of(shop, at.id), walk.record_of(shop, at.id).beyond_use.on
    left = (until - shop.today).days
    assert scanned(days_later(shop, left), token) is LabelStatus.VALID
    assert scanned(days_later(shop, left + 1), token) is LabelStatus.VOID


def test_a_label_that_came_back_or_was_scrapped_says_so_as_it_is_stored(shop: Pharmacy) -> None:
    at = walk.brought_to(shop, walk.accepted(shop, PLAIN), State.RELEASED)
    token = token_of(shop, at.id)
    ending.recall_preparation(shop.house, shop.act(shop.crew.pharmacist, reason="a crack in the jar"), of_preparation(at))
    assert scanned(shop, token) is LabelStatus.RECALLED


@pytest.mark.parametrize("name", [PETROLATUM, "phrases-en", ""])
@pytest.mark.parametrize("state", [State.PLANNED, State.ASSESSED, *STEPS])
def test_nothing_goes_on_by_a_text_that_is_retired_but_ending_it(shop: Pharmacy, state: State, name: str) -> None:
    at = walk.brought_to(shop, walk.accepted(shop, PLAIN), state)
    token = token_of(shop, at.id) if state is State.RELEASED else ""
    retire(shop, *([name] if name else []))
    step = {State.PLANNED: walk.assess, State.ASSESSED: walk.recalculate, **STEPS}[state]
    assert code_of(lambda: step(shop, at)) == "VERSION_RETIRED"
    if token:
        assert scanned(shop, token) is LabelStatus.VOID
        assert code_of(lambda: reprint(shop, at, "label")) == "VERSION_RETIRED"
    assert ending.scrap_preparation(shop.house, shop.act(shop.crew.pharmacist, reason="retired"), of_preparation(at)).state is State.SCRAPPED


def test_another_text_that_is_retired_stops_nothing(shop: Pharmacy) -> None:
    at = walk.brought_to(shop, walk.accepted(shop, PLAIN), State.MADE)
    retire(shop, *(each for each in shop.house.data.formulary.formulas if each != PETROLATUM))
    at = walk.label(shop, at)
    assert at.state is State.LABELLED


def test_a_record_goes_on_by_its_own_formula_where_no_version_is_in_force_any_more(shop: Pharmacy, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reviews are due: nothing new is begun, and what was begun is finished by the formula it is pinned to."""
    order = walk.accepted(shop, PLAIN)
    at = walk.brought_to(shop, order, State.MADE)

    def empty(*_: object) -> None:
        raise ReferenceDataError("FORMULARY_EMPTY", "no formula is in force; the designated person must approve one")

    monkeypatch.setattr(use_case, "in_force", empty)
    assert code_of(lambda: walk.plan(shop, walk.accepted(shop, replace(PLAIN, patient="Bo Test")))) == "FORMULARY_EMPTY"
    at = walk.label(shop, at)
    done = walk.check(shop, at)
    assert done.state is State.RELEASED
    token = token_of(shop, at.id)
    assert scanned(shop, token) is LabelStatus.VALID
    assert walk.hand_out(shop, preparation_at(shop, at.id)).state is State.DISPENSED


def test_printing_names_the_bytes_of_every_paper(shop: Pharmacy) -> None:
    at = walk.brought_to(shop, walk.accepted(shop, PLAIN), State.LABELLED)
    (row,) = [each for each in entries(shop.house) if each["action"] == "print label"]
    for kind in ("label", "leaflet", "worksheet"):
        asked = reading.OfPaper(preparation_id=at.id, kind=kind, revision=1)
        digest = reading.read_paper(shop.house, shop.act(shop.crew.pharmacist), asked).sha256
        assert row["changed"][kind] == [None, f"revision 1, sha256 {digest}"]


def content_of(shop: Pharmacy, at: Standing, kind: str) -> str:
    with transaction(shop.house.database, site_id=shop.house.site_id, by="reader", role="", at=shop.clock.now()) as opened:
        behind = paper_proofs.content_of(opened, stored.of_revision(opened, at.id, kind, 1).id)
    assert behind is not None
    return behind.document


def test_a_stored_paper_that_is_not_what_was_kept_is_not_sent_again(shop: Pharmacy) -> None:
    at = walk.brought_to(shop, walk.accepted(shop, PLAIN), State.LABELLED)
    digest = hashlib.sha256(content_of(shop, at, "leaflet").encode()).hexdigest()
    with shop.house.database.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        raw.execute("DROP TRIGGER IF EXISTS content_no_update")
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'content'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("UPDATE content SET bytes = X'00' WHERE sha256 = ?", (digest,))
        raw.commit()
    assert code_of(lambda: reprint(shop, at, "leaflet")) == "CONTENT_DAMAGED"
    assert reprint(shop, at, "worksheet").reprint == 1
