"""The allergy check runs on what the chosen lots really list: every allergen by name, in the words of any label, and nothing unreviewed gets in."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.patients import ContactAnswer
from compounding.domain.substances import Lot
from compounding.pipeline import Bench, Prepared, Status, prepare_file
from compounding.reference import ReferenceData
from tests.conftest import TODAY
from tests.factories import with_lots
from tests.fhir.orders import PETROLATUM_ORDER, ZINC_ORDER, allergy, as_bytes, order

ANSWER = ContactAnswer(had_a_rash=False, asked_by="N. Nurse", asked_on=TODAY)
NOMINAL = ("zinc oxide", "mineral oil", "white petrolatum", "white wax")


def zinc_lot(*more: str) -> Lot:
    return Lot(substance="zinc-oxide-ointment-20", number="Z-1", expires_on=date(2028, 1, 1), ingredients=(*NOMINAL, *more))


def prepared(record: str, bench: Bench, data: ReferenceData, *lots: Lot, base: str = ZINC_ORDER) -> Prepared:
    return prepare_file(as_bytes(order(base, allergies=[allergy(record)])), replace(with_lots(bench, *lots), contact=ANSWER), data)


def held(found: Prepared) -> set[str]:
    return {each.code for each in found.reasons if each.severity.value == "held"}


LISTED = [
    ("lanolin", "Lanolin", "BASE_INGREDIENT_ALLERGY"), ("wool fat", "wool wax alcohols", "BASE_INGREDIENT_ALLERGY"), ("lanolin alcohol", "wool alcohols", "BASE_INGREDIENT_ALLERGY"),
    ("cera alba", "beeswax", "BASE_INGREDIENT_ALLERGY"), ("corn starch", "starch", "BASE_INGREDIENT_ALLERGY"), ("corn starch", "corn", "BASE_INGREDIENT_ALLERGY"),
    ("parfum", "fragrance", "BASE_INGREDIENT_ALLERGY"), ("Myroxylon pereirae", "balsam of Peru", "BASE_INGREDIENT_ALLERGY"), ("arachis oil", "peanut", "BASE_INGREDIENT_ALLERGY"),
    ("methylparaben", "parabens", "BASE_INGREDIENT_ALLERGY"), ("cod liver oil", "fish", "BASE_INGREDIENT_ALLERGY"), ("cod liver oil", "seafood", "BASE_INGREDIENT_ALLERGY"),
    ("castor oil", "castor oil", "BASE_INGREDIENT_ALLERGY"), ("cetostearyl alcohol", "cetyl alcohol", "BASE_INGREDIENT_ALLERGY"), ("soybean oil", "soy", "BASE_INGREDIENT_ALLERGY"),
    ("tocopheryl acetate", "vitamin E", "BASE_INGREDIENT_ALLERGY"), ("sodium metabisulfite", "sulfites", "SULFITE_SENSITIVITY"), ("white petrolatum", "Vaseline", "PETROLATUM_ALLERGY"),
    ("white petrolatum", "white soft paraffin", "PETROLATUM_ALLERGY"), ("liquid paraffin", "mineral oil", "PETROLATUM_ALLERGY"), ("white wax", "thiosulfate", "THIOSULFATE_ALLERGY"),
]  # fmt: skip


@pytest.mark.parametrize(("listed", "record", "code"), LISTED)
def test_an_allergen_on_the_lots_own_list_holds(data: ReferenceData, bench: Bench, listed: str, record: str, code: str) -> None:
    assert code in held(prepared(record, bench, data, zinc_lot(listed)))


@pytest.mark.parametrize("record", ["Lanolin", "fragrance", "balsam of Peru", "peanut", "parabens", "fish", "castor oil", "cetyl alcohol", "soy", "starch"])
def test_a_zinc_product_whose_list_nobody_gave_cannot_be_cleared_of_it(data: ReferenceData, bench: Bench, record: str) -> None:
    assert "BASE_INGREDIENTS_NOT_KNOWN" in held(prepared(record, bench, data))
    assert "BASE_INGREDIENTS_NOT_KNOWN" in held(prepared(record, bench, data, replace(zinc_lot(), ingredients=())))
    assert prepared(record, bench, data, zinc_lot()).status is Status.READY


@pytest.mark.parametrize("record", ["Penicillin", "nickel", "salicylic acid", "sulfa", "gold sodium thiosulfate", "shellfish"])
def test_an_allergy_to_what_is_in_no_jar_here_stops_nothing(data: ReferenceData, bench: Bench, record: str) -> None:
    assert prepared(record, bench, data).status is Status.READY
    assert prepared(record, bench, data, zinc_lot("cetostearyl alcohol")).status is Status.READY
    assert prepared(record, bench, data, base=PETROLATUM_ORDER).status is Status.READY


@pytest.mark.parametrize("record", ["Vaseline", "white soft paraffin", "mineral oil", "petrolatum"])
@pytest.mark.parametrize("base", [ZINC_ORDER, PETROLATUM_ORDER])
def test_a_petrolatum_allergy_removes_both_bases_and_names_what_else_was_published(data: ReferenceData, bench: Bench, record: str, base: str) -> None:
    found = prepared(record, bench, data, base=base)
    assert "PETROLATUM_ALLERGY" in held(found)
    assert found.steer is None
    named = [each for each in found.reasons if each.code == "ALTERNATIVE_NEEDS_FORMULA"]
    assert len(named) == len(data.alternatives) > 0
    assert all(each.source for each in named)


def test_no_alternative_is_named_where_petrolatum_can_be_had(data: ReferenceData, bench: Bench) -> None:
    assert "ALTERNATIVE_NEEDS_FORMULA" not in {each.code for each in prepared("Zinc oxide", bench, data).reasons}


@pytest.mark.parametrize("listed", ["hydrocortisone", "lidocaine", "nystatin", "salicylic acid", "penicillin", "honey", "xyloquat 7", "colour E999"])
@pytest.mark.parametrize("substance", ["white-petrolatum", "mineral-oil", "zinc-oxide-ointment-20"])
def test_a_lot_that_lists_a_medicine_or_something_unknown_is_no_base(data: ReferenceData, bench: Bench, listed: str, substance: str) -> None:
    lot = Lot(substance=substance, number="L", expires_on=date(2028, 1, 1), ingredients=(listed,))
    base = ZINC_ORDER if "zinc" in substance else PETROLATUM_ORDER
    assert "LOT_UNSUITABLE" in held(prepared("Penicillin", bench, data, lot, base=base))


def test_petrolatum_may_list_its_stabiliser_and_only_who_reacts_to_it_is_held(data: ReferenceData, bench: Bench) -> None:
    lot = Lot(substance="white-petrolatum", number="W", expires_on=date(2028, 1, 1), ingredients=("white petrolatum", "BHT"))
    assert prepared("Penicillin", bench, data, lot, base=PETROLATUM_ORDER).status is Status.READY
    assert "BASE_INGREDIENT_ALLERGY" in held(prepared("BHT", bench, data, lot, base=PETROLATUM_ORDER))


@pytest.mark.parametrize("listed", ["water", "Aqua", "eau purifiée", "glycerol", "Wasser", "glicerina", "purified water"])
def test_a_base_that_lists_water_never_gets_the_limit_of_one_without(data: ReferenceData, bench: Bench, listed: str) -> None:
    for substance, base in (("white-petrolatum", PETROLATUM_ORDER), ("zinc-oxide-ointment-20", ZINC_ORDER)):
        lot = Lot(substance=substance, number="L", expires_on=date(2028, 1, 1), ingredients=(listed,))
        found = prepared("Penicillin", bench, data, lot, base=base)
        assert "LOT_UNSUITABLE" in held(found)
        assert found.papers is None


def test_no_excipient_that_a_lot_may_list_is_an_allergen_with_an_id_of_its_own(data: ReferenceData) -> None:
    names = data.formulary.ingredient_names
    by_name = {words: meaning.allergen for words, meaning in data.lexicon.phrases.items()}
    for words in names.stabilisers | names.excipients:
        assert by_name.get(words, "known_other") == "known_other", words


@given(st.sampled_from(("cod liver oil", "castor oil", "cetostearyl alcohol")), st.text(max_size=12))
def test_a_word_alike_is_alike_whatever_stands_around_it(name: str, around: str) -> None:
    from compounding.reference import load

    assert load().formulary.ingredient_names.alike(f"{around} {name} {around}", name)
