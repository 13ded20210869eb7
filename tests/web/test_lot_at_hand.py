"""A lot number that two containers bear says not which of them is at hand: the program asks for the ingredient (clinical rules 17 and 22)."""

import pytest

from compounding.demo import crew
from compounding.workflow.receiving import Standing
from tests.web.staffed import Staffed
from tests.web.test_bench import at_desk, bench, hidden_of, lot_number, ready_to_weigh, record, scanned


@pytest.fixture(autouse=True)
def _empty_desks() -> None:
    from tests.web.test_bench import _DESKS

    _DESKS.clear()


def shelved(staffed: Staffed) -> tuple[Standing, str]:
    """A preparation to be weighed, and the number of its first line's lot, which a zinc ointment on the shelf bears as well."""
    at, shop = ready_to_weigh(staffed), staffed.pharmacy
    number = lot_number(staffed, at, 0)
    crew.stock(shop.house, shop.crew, shop.clock, shop.picture, "zinc-oxide-ointment-20", today=shop.today, number=number)
    return at, number


@pytest.mark.parametrize("typed", ["{number}", "(10){number}", "{number} Example Supplies"])
def test_a_number_that_another_container_bears_too_is_not_enough(staffed: Staffed, typed: str) -> None:
    at, number = shelved(staffed)
    client = at_desk(staffed, "technician")
    page = client.post(bench(at, "/weigh"), data=hidden_of(client.get(bench(at)).text, "weigh")).text
    answer = client.post(bench(at, "/weigh"), data={**hidden_of(page, "weigh"), "container_code": typed.format(number=number)})
    assert answer.status_code == 422
    assert f"Zinc oxide ointment 20 % from Example Supplies has the lot number {number} too" in answer.text
    assert record(staffed, at).weighings == ()


def test_the_number_with_the_ingredient_read_on_the_container_is_enough(staffed: Staffed) -> None:
    at, number = shelved(staffed)
    assert scanned(staffed, at, 0, code=f"{number} sodium thiosulfate pentahydrate")["part"] == "mass"


def test_the_number_with_another_ingredient_is_another_container(staffed: Staffed) -> None:
    at, number = shelved(staffed)
    client = at_desk(staffed, "technician")
    page = client.post(bench(at, "/weigh"), data=hidden_of(client.get(bench(at)).text, "weigh")).text
    answer = client.post(bench(at, "/weigh"), data={**hidden_of(page, "weigh"), "container_code": f"{number} Zinc oxide ointment 20 %"})
    assert answer.status_code == 422
    assert record(staffed, at).weighings == ()
