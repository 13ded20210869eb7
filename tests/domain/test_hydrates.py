"""The chemical form is part of a mass: a factor is applied once, and two forms never add up."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.errors import LevigateError, ReferenceDataError
from compounding.domain.hydrates import Form, LotComposition, MolarMasses, Thiosulfate, molar_masses
from compounding.reference import ReferenceData

MASSES = MolarMasses(anhydrous=Fraction("158.11"), pentahydrate=Fraction("248.18"))
GRAMS = st.fractions(min_value=Fraction(1, 1000), max_value=1000)


def test_the_molar_masses_lead_from_one_form_to_the_other() -> None:
    assert MASSES.of(Form.ANHYDROUS) == Fraction("158.11")
    assert MASSES.of(Form.PENTAHYDRATE) == Fraction("248.18")
    assert MASSES.ratio(Form.PENTAHYDRATE, Form.ANHYDROUS) == Fraction(15811, 24818)
    assert MASSES.ratio(Form.ANHYDROUS, Form.PENTAHYDRATE) == Fraction(24818, 15811)
    assert MASSES.ratio(Form.ANHYDROUS, Form.ANHYDROUS) == 1


def test_molar_masses_have_no_unit_of_their_own() -> None:
    assert MolarMasses(anhydrous=Fraction(1, 2), pentahydrate=Fraction(1)).ratio(Form.ANHYDROUS, Form.PENTAHYDRATE) == 2


@pytest.mark.parametrize(("anhydrous", "pentahydrate"), [(0, 248), (-158, 248), (248, 158), (158, 158)])
def test_molar_masses_in_the_wrong_order_are_refused(anhydrous: int, pentahydrate: int) -> None:
    with pytest.raises(ReferenceDataError) as refusal:
        MolarMasses(anhydrous=Fraction(anhydrous), pentahydrate=Fraction(pentahydrate))
    assert refusal.value.code == "MOLECULAR_WEIGHT_MISSING"
    assert refusal.value.message == "the molar masses of sodium thiosulfate are missing or in the wrong order"


@given(GRAMS, st.sampled_from(Form), st.sampled_from(Form))
def test_property_a_factor_is_applied_once_however_often_it_is_asked_for(grams: Fraction, form: Form, other: Form) -> None:
    mass = Thiosulfate(grams, form)
    counted = mass.counted_as(other, MASSES)
    assert counted.form is other
    assert counted.grams == grams * MASSES.of(other) / MASSES.of(form)
    assert counted.counted_as(other, MASSES) == counted
    assert counted.counted_as(form, MASSES) == mass


@given(GRAMS, GRAMS, st.sampled_from(Form))
def test_property_masses_of_one_form_add_up(one: Fraction, more: Fraction, form: Form) -> None:
    total = Thiosulfate(one, form) + Thiosulfate(more, form)
    assert total == Thiosulfate(one + more, form)
    assert total - Thiosulfate(more, form) == Thiosulfate(one, form)


@pytest.mark.parametrize(("form", "other"), [(Form.ANHYDROUS, Form.PENTAHYDRATE), (Form.PENTAHYDRATE, Form.ANHYDROUS)])
def test_masses_of_two_forms_never_add_up_and_are_never_equal(form: Form, other: Form) -> None:
    one, more = Thiosulfate(Fraction(5), form), Thiosulfate(Fraction(5), other)
    assert one != more
    for combine in (lambda: one + more, lambda: one - more):
        with pytest.raises(LevigateError) as refusal:
            combine()
        assert refusal.value.code == "basis_conflict"
        assert refusal.value.message == f"a mass as {form} and a mass as {other} do not add up"


@given(GRAMS, st.fractions(min_value=Fraction(1, 2), max_value=1), st.sampled_from(Form))
def test_property_the_mass_of_a_lot_holds_what_was_needed(grams: Fraction, fraction: Fraction, form: Form) -> None:
    lot, needed = LotComposition(anhydrous_fraction=fraction), Thiosulfate(grams, form)
    held = lot.held_in(lot.mass_holding(needed, MASSES))
    assert held.form is Form.ANHYDROUS
    assert held.counted_as(form, MASSES) == needed


def test_the_reference_data_holds_both_molar_masses(data: ReferenceData) -> None:
    assert molar_masses(data.formulary.substances) == MASSES


@pytest.mark.parametrize("form", ["anhydrous", "pentahydrate"])
def test_a_missing_molar_mass_stops_the_program(data: ReferenceData, form: str) -> None:
    substances = {key: replace(each, drug_form="") if each.drug_form == form else each for key, each in data.formulary.substances.items()}
    with pytest.raises(ReferenceDataError) as refusal:
        molar_masses(substances)
    assert refusal.value.code == "MOLECULAR_WEIGHT_MISSING"
    assert refusal.value.message == "the reference data lacks a molecular weight of sodium thiosulfate"
