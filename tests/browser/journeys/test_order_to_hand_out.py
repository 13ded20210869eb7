"""An order from its entry to the patient's hand, each step by the person whose step it is, read and done on the real pages."""

from decimal import Decimal

import pytest

from compounding.demo.crew import PICTURE
from compounding.domain.stages import State
from tests.browser.journeys import people
from tests.browser.journeys.people import Bench

pytestmark = pytest.mark.browser


def _handed_out(bench: Bench, order_id: str) -> str:
    """Everything after the acceptance; gives the key of the preparation."""
    page = bench.as_("pharmacist")
    key = people.plan(bench, order_id)
    people.assess(bench, key)
    assert "recalculates" in people.at_bench(bench, key, "technician").locator("h1").inner_text()
    people.recalculate(bench, key)
    people.weigh_all(bench, key)
    assert "witnesses the weighing" in people.at_bench(bench, key, "technician").locator("h1").inner_text()
    people.witness(bench, key)
    people.make(bench, key)
    assert people.label(bench, key).startswith(b"%PDF")
    people.final_check(bench, key)
    second = bench.as_("second")
    assert "Ready to hand out" in people.at_bench(bench, key, "second").locator("main").inner_text(), second.url
    people.hand_out(bench, key)
    assert not people.refusals(page), people.refusals(page)
    return key


def _check_record(bench: Bench, key: str) -> None:
    record, crew = bench.record(key), bench.staffed.people
    assert record.state is State.DISPENSED
    assert record.sheet.amount_g == Decimal(60)
    assert {each.by for each in record.weighings} == {crew["technician"]}
    assert all(each.is_scanned for each in record.weighings)
    assert [each.mass_g for each in record.weighings] == [line.to_weigh_g for line in record.sheet.lines]
    for signed in (record.recalculation, record.witness):
        assert signed is not None
        assert signed.signature.person_id == crew["second"]


def test_a_prescribers_order_in_petrolatum_reaches_the_patient(bench: Bench) -> None:
    order_id = people.order(bench)
    assert "Nora New" in bench.as_("prescriber").locator("main").inner_text()
    people.review(bench, order_id)
    assert "petrolatum" in bench.as_("pharmacist").locator("main").inner_text().casefold()
    _check_record(bench, _handed_out(bench, order_id))


FAXED = {
    "source": "fax", "picture": {"name": "fax.png", "mimeType": "image/png", "buffer": PICTURE}, "base": "zinc_ointment", "ordered_on": "2026-11-22",
    "prescriber_name": "Dr Laura Chen", "prescriber_licence": "EX-10234", "directions": "Apply a thin layer to the left elbow 2 times a day.",
    "place": None, "how_much": None, "moments": None, "asked_by": "Pat Example",
}  # fmt: skip


def test_a_faxed_order_in_zinc_oxide_reaches_a_patient_who_is_not_allergic(bench: Bench) -> None:
    order_id = people.order(bench, "pharmacist", **FAXED)
    people.review(bench, order_id)
    assert "zinc" in bench.as_("pharmacist").locator("main").inner_text().casefold()
    key = _handed_out(bench, order_id)
    _check_record(bench, key)
    assert "zinc" in people.on_label(bench, key).base.casefold()
