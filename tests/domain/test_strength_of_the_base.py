"""A strength that may count the base alone is held: 25 % of the base is 20 % of the whole (clinical rule 4)."""

import pytest

from compounding.domain.order_words import read_text
from compounding.domain.strengths import of_the_base_alone
from compounding.pipeline import Bench, Status, prepare_file
from compounding.reference import load
from tests.fhir.orders import as_bytes, order

DATA = load()

OF_THE_BASE = [
    "25 % of the base in petrolatum", "25 % of petrolatum", "25 % per base", "20 % by weight of base white petrolatum", "25 % w/w of vehicle white petrolatum",
    "250 mg per g of base white petrolatum", "25 % by adding to white petrolatum", "25 % de la base, vaseline blanche", "25 % de la base, vaselina blanca",
    "25 % to white petrolatum", "25 g/100 g white petrolatum", "25 g per 100 g of white petrolatum", "250 mg per g white petrolatum", "25 % in 60 g white petrolatum",
    "25 % of zinc oxide ointment", "20 % of an oleaginous base",
]  # fmt: skip
OF_THE_WHOLE = [
    "sodium thiosulfate 25 % in white petrolatum", "25 % in white petrolatum 60 g", "thiosulfate de sodium 25 % dans la vaseline", "tiosulfato de sodio 25 % en vaselina",
    "pommade a 25 % a base de vaseline", "25 % of sodium thiosulfate in petrolatum", "25 % in a base of petrolatum", "250 mg/g in white petrolatum", "25 % petrolatum",
    "Natriumthiosulfat 25 % in weisser Vaseline ad 60 g", "sodium thiosulfate 25 % topical ointment (white petrolatum base)", "dispense 60 g of petrolatum ointment",
    "25 % of total in petrolatum", "sodium thiosulfate 25 % in zinc oxide ointment 20 %",
]  # fmt: skip


@pytest.mark.parametrize("text", OF_THE_BASE)
def test_a_strength_of_the_base_is_found(text: str) -> None:
    (found,) = of_the_base_alone(read_text(text, DATA.vocabulary).pieces)
    assert found.split()[0] in text


@pytest.mark.parametrize("text", OF_THE_WHOLE)
def test_a_strength_of_the_whole_is_not_doubted(text: str) -> None:
    assert of_the_base_alone(read_text(text, DATA.vocabulary).pieces) == ()


@pytest.mark.parametrize("text", ["sodium thiosulfate 25 % of base in white petrolatum", "sodium thiosulfate 25 g/100 g white petrolatum"])
def test_an_order_for_a_strength_of_the_base_is_held(text: str, bench: Bench) -> None:
    prepared = prepare_file(as_bytes(order(text)), bench, DATA)
    assert prepared.status is Status.HELD
    assert "STRENGTH_UNIT" in {each.code for each in prepared.reasons}


def test_a_strength_as_anhydrous_is_told_as_such_and_nothing_is_weighed(bench: Bench) -> None:
    prepared = prepare_file(as_bytes(order("anhydrous sodium thiosulfate 15.93 % in white petrolatum")), bench, DATA)
    assert "STRENGTH_BASIS" in {each.code for each in prepared.reasons}
    assert prepared.receipt is not None
    assert prepared.receipt.echo["strength"] == "15.93 % w/w sodium thiosulfate, as anhydrous"
    assert prepared.planned is None


def test_a_final_share_of_zinc_oxide_that_was_asked_for_is_not_passed_over(bench: Bench) -> None:
    prepared = prepare_file(as_bytes(order("sodium thiosulfate 25 % in zinc oxide ointment, final zinc oxide 20 %")), bench, DATA)
    assert prepared.status is Status.HELD
    assert any("final" in each.message for each in prepared.reasons)
