"""Somebody who works alone shows a photo or printout for every signature that a second person would give: a new one each time, and of nothing else."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compounding.demo import walk
from compounding.demo.crew import PICTURE, Pharmacy, open_pharmacy
from compounding.domain.record_parts import WitnessReading
from compounding.domain.site import Site
from compounding.domain.stages import State
from compounding.reference import ReferenceData
from compounding.storage import migrating
from compounding.storage.engine import open_database
from compounding.workflow import bench_steps, releasing
from compounding.workflow.files import keep_file
from compounding.workflow.receiving import Standing
from tests.workflow.conftest import AT
from tests.workflow.counter import PLAIN, photo, preparation_at
from tests.workflow.test_found_in_lots import code_of


@pytest.fixture
def sole(tmp_path: Path, site: Site, data: ReferenceData) -> Iterator[Pharmacy]:
    """A pharmacy where one person may do everything."""
    database = open_database(str(tmp_path / "sole.db"))
    migrating.upgrade(database)
    yield open_pharmacy(database, replace(site, sole_practitioner=True), data, at=AT)
    database.close()


def recalculate(shop: Pharmacy, at: Standing, *evidence: str) -> Standing:
    sheet = walk.record_of(shop, at.id).sheet
    asked = bench_steps.Recalculate(
        preparation_id=at.id, version=at.version, masses_g=tuple(line.to_weigh_g for line in sheet.lines), batch_g=sheet.batch_g, as_sole_practitioner=True,
        evidence=evidence,
    )  # fmt: skip
    return bench_steps.recalculate_figures(shop.house, shop.act(shop.crew.pharmacist), asked)


def witness(shop: Pharmacy, at: Standing, *evidence: str, read_from: str = "") -> Standing:
    record = walk.record_of(shop, at.id)
    seen = tuple(
        WitnessReading(line=each.line, container="500 g jar", lot_id=each.lot_id, mass_g=each.mass_g, from_evidence=read_from or evidence[0])
        for each in record.weighings if record.sheet.lines[each.line].composition is not None
    )  # fmt: skip
    asked = bench_steps.Witness(preparation_id=at.id, version=at.version, readings=seen, as_sole_practitioner=True, evidence=evidence)
    return bench_steps.witness_weighing(shop.house, shop.act(shop.crew.pharmacist), asked)


def check(shop: Pharmacy, at: Standing, *evidence: str) -> Any:
    told = walk.on_label(shop, at.id)
    asked = releasing.Check(
        preparation_id=at.id, version=at.version, strength_percent=told.strength_percent, amount_g=told.amount_g, patient_name=told.patient_name,
        second_identifier=told.second_identifier, beyond_use_date=told.beyond_use_date, lot_number=told.lot_number, base=told.base, scanned_code=told.code,
        as_sole_practitioner=True, evidence=evidence,
    )  # fmt: skip
    return releasing.check_finally(shop.house, shop.act(shop.crew.second), asked)


def assessed(shop: Pharmacy) -> Standing:
    return walk.brought_to(shop, walk.accepted(shop, PLAIN), State.ASSESSED)


def waited(shop: Pharmacy) -> None:
    shop.clock.wait(11)


def test_a_picture_that_stands_for_an_order_and_for_certificates_is_no_evidence(sole: Pharmacy) -> None:
    at = assessed(sole)
    waited(sole)
    assert code_of(lambda: recalculate(sole, at, sole.picture)) == "EVIDENCE_NOT_NEW"
    keep_file(sole.house, sole.act(sole.crew.pharmacist), PICTURE, "image/png")
    assert code_of(lambda: recalculate(sole, at, sole.picture)) == "EVIDENCE_NOT_NEW"
    new = photo(sole, 1)
    assert code_of(lambda: recalculate(sole, at, new, sole.picture)) == "EVIDENCE_NOT_NEW"
    assert recalculate(sole, at, new).state is State.RECALCULATED


def test_a_picture_kept_before_the_plan_is_no_evidence(sole: Pharmacy) -> None:
    early = photo(sole, 1)
    at = assessed(sole)
    waited(sole)
    assert code_of(lambda: recalculate(sole, at, early)) == "EVIDENCE_NOT_NEW"


def test_a_file_that_was_never_kept_is_no_evidence(sole: Pharmacy) -> None:
    at = assessed(sole)
    waited(sole)
    assert code_of(lambda: recalculate(sole, at, "0" * 64)) == "NOT_FOUND"


def test_every_signature_needs_a_picture_of_its_own(sole: Pharmacy) -> None:
    at = assessed(sole)
    waited(sole)
    first = photo(sole, 1)
    at = walk.weigh(sole, recalculate(sole, at, first))
    waited(sole)
    assert code_of(lambda: witness(sole, at, first)) == "EVIDENCE_NOT_NEW"
    second = photo(sole, 2)
    assert code_of(lambda: witness(sole, at, second, read_from=first)) == "EVIDENCE_NOT_NEW"
    at = walk.label(sole, walk.make(sole, witness(sole, at, second)))
    waited(sole)
    for used in (first, second):
        assert code_of(lambda used=used: check(sole, at, used)) == "EVIDENCE_NOT_NEW"
    assert check(sole, at, photo(sole, 3)).state is State.RELEASED


def test_what_was_printed_or_signed_for_another_preparation_is_no_evidence(sole: Pharmacy) -> None:
    at = assessed(sole)
    other = walk.brought_to(sole, walk.accepted(sole, replace(PLAIN, patient="Bo Test")), State.LABELLED)
    waited(sole)
    printed = walk.on_label(sole, other.id).label_sha256
    assert code_of(lambda: recalculate(sole, at, printed)) == "EVIDENCE_NOT_NEW"
    released = check(sole, other, photo(sole, 4))
    assert released.state is State.RELEASED
    used = photo(sole, 4)
    assert code_of(lambda: recalculate(sole, preparation_at(sole, at.id), used)) == "EVIDENCE_NOT_NEW"


def test_a_hold_is_decided_on_with_a_new_picture(sole: Pharmacy) -> None:
    at = walk.brought_to(sole, walk.accepted(sole, PLAIN), State.WITNESSED)
    early = photo(sole, 5)
    assert early
    at = walk.make(sole, at, net_g=walk.record_of(sole, at.id).sheet.amount_g - 5)
    assert at.state is State.ON_HOLD
    waited(sole)

    def decide(evidence: str) -> Callable[[], Standing]:
        asked = bench_steps.OfPreparation(preparation_id=at.id, version=at.version, as_sole_practitioner=True, evidence=(evidence,))
        return lambda: bench_steps.decide_on_hold(sole.house, sole.act(sole.crew.pharmacist, reason="the patient takes less"), asked)

    assert code_of(decide(sole.picture)) == "EVIDENCE_NOT_NEW"
    assert decide(photo(sole, 6))().state is State.MADE
