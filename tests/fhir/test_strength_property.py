"""The law of strengths: whatever way a line states it, the strength read is the strength stated, or the order is held."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.medication import read_medication
from compounding.domain.numbers import plain_number
from compounding.domain.order_as_sent import MedicationAsSent
from compounding.domain.patients import CodedText
from compounding.domain.reasons import Severity
from compounding.reference import load

DATA = load()
STRENGTHS = st.decimals("0.5", "99", places=2) | st.decimals("0.5", "99", places=1) | st.integers(1, 99).map(Decimal)
DRUGS = st.sampled_from(["sodium thiosulfate", "Sodium Thiosulfate Pentahydrate", "thiosulfate de sodium", "tiosulfato de sodio", "Natriumthiosulfat"])
BASES = st.sampled_from(
    [("in", "white petrolatum"), ("in", "Vaseline"), ("in", "zinc oxide ointment 20 %"), ("in", "zinc oxide ointment"), ("in", "20% zinc oxide ointment"), ("dans", "vaseline"), ("in", "zinc oxide paste 25%")]
)  # fmt: skip
FORMS = st.sampled_from(
    ["{drug} {s}% {join} {base}", "{drug} {s} % w/w {join} {base}", "{s}% {drug} {join} {base}", "{drug}, {s} %, {join} {base}", "{drug} ({s}%) {join} {base}", "{base} with {drug} {s}%", "{drug} {mg} mg/g {join} {base}", "{drug} ointment {s} percent {join} {base}", "{s} % w/w {drug} ointment {join} {base}", "{drug} {join} {base} {s}%", "{drug} {s}g/100g {join} {base}", "{drug} .{s}% {join} {base}", "{drug} {s},5% {join} {base}", "{drug} 1:{s} {join} {base}"]
)  # fmt: skip


@given(FORMS, DRUGS, BASES, STRENGTHS, st.booleans())
def test_property_the_strength_read_is_the_strength_stated_or_the_order_is_held(
    form: str, drug: str, base: tuple[str, str], strength: Decimal, comma: bool
) -> None:
    stated = plain_number(strength)
    text = form.format(drug=drug, s=stated, mg=plain_number(strength * 10), join=base[0], base=base[1])
    reading = read_medication(MedicationAsSent(names=(CodedText(text=text),)), DATA.vocabulary, DATA.codes, decimal_comma=comma)
    if reading.percent is None or any(each.severity is not Severity.WARNING for each in reading.reasons):
        return
    # A comma is read as a decimal sign where the order's language writes it so, or the wording itself is French, Spanish or German.
    assert ",5%" not in form or comma or not drug.lower().startswith("sodium")
    assert reading.percent == (Decimal(f"{stated}.5") if ",5%" in form else strength), text


@given(DRUGS, BASES, STRENGTHS, STRENGTHS)
def test_property_two_different_strengths_of_the_drug_never_become_one(drug: str, base: tuple[str, str], first: Decimal, second: Decimal) -> None:
    texts = (f"{drug} {plain_number(first)}% {base[0]} {base[1]}", f"{drug} {plain_number(second)}%")
    sent = MedicationAsSent(names=tuple(CodedText(text=text) for text in texts))
    reading = read_medication(sent, DATA.vocabulary, DATA.codes, decimal_comma=False)
    assert reading.percent == (first if first == second else None)
