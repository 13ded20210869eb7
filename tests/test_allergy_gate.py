"""The one gate of every door: asked again at choice, at calculation and before paper, and shut whenever something is wrong with it."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding import prepare, reference
from compounding.domain.allergy_gate import AllergyGate, refusals
from compounding.domain.errors import LevigateError, ReferenceDataError
from compounding.domain.jar import by_substance
from compounding.domain.patients import AllergyEntry, AllergyVerification, CodedText, Coding
from compounding.domain.screening.assessments import Assessment, Conclusion, EntrySigned, Signature
from compounding.domain.screening.lexicon import Lexicon, lexicon_of
from compounding.domain.screening.screen import screen
from compounding.domain.screening.statements import ZincReading
from compounding.domain.substances import Lot
from compounding.pipeline import Bench, Status, prepare_file
from compounding.planning import plan
from compounding.reference import ReferenceData, load
from tests.conftest import TODAY
from tests.fhir.orders import NONE_KNOWN, PETROLATUM_ORDER, ZINC_ORDER, allergy, as_bytes, order

WORDS = (
    "Zinc oxide",
    "Desitin",
    "zinc?",
    "xyzzy",
    "some cream",
    "Penicillin",
    "No known allergies",
    "Vaseline",
    "lanolin",
    "sulfites",
    "thiosulfate",
    "",
    "n/a",
)
ENTRIES = st.lists(
    st.builds(
        lambda text, state, by: AllergyEntry(what=CodedText(text=text), verification=state, asked_by=by, asked_on=TODAY, where="test"),
        st.sampled_from(WORDS),
        st.sampled_from((AllergyVerification.NOT_GIVEN, AllergyVerification.CONFIRMED, AllergyVerification.REFUTED)),
        st.sampled_from(("N. Nurse", "")),
    ),
    max_size=3,
).map(tuple)
LOTS = st.sampled_from(
    (
        {},
        {"white-petrolatum": Lot(substance="white-petrolatum", number="P", ingredients=("white petrolatum", "zinc oxide"))},
        {"mineral-oil": Lot(substance="mineral-oil", number="M", ingredients=("mineral oil", "zinc stearate"))},
        {"zinc-oxide-ointment-20": Lot(substance="zinc-oxide-ointment-20", number="Z", ingredients=("white petrolatum",))},
    )
)


def gate_of(entries: tuple[AllergyEntry, ...], lots: dict[str, Lot], data: ReferenceData, *signed: Assessment) -> AllergyGate:
    screening = screen(entries, data.lexicon, talk=data.talk, on=TODAY)
    return AllergyGate(screening=screening, formulary=data.formulary, lots=by_substance(lots.values()), lexicon=data.lexicon, on=TODAY, assessments=signed)


def assessed(entry: AllergyEntry, allergen: str, matched: str) -> Assessment:
    return Assessment(
        of=EntrySigned.of(entry), allergen=allergen, matched=matched, asked="the patient", reaction="none", conclusion=Conclusion.DOES_NOT_STAND_AGAINST,
        why="used since without trouble", prescriber_told=True, signed=Signature(by="Pat Pharmacist", licence="BC-1", on=TODAY),
    )  # fmt: skip


@given(entries=ENTRIES, lots=LOTS, formula_id=st.sampled_from(sorted(load().formulary.formulas)), everything_is_signed=st.booleans())
def test_a_plan_asked_for_directly_carries_the_gates_refusal_and_hands_on_no_sheet(
    entries: tuple[AllergyEntry, ...], lots: dict[str, Lot], formula_id: str, everything_is_signed: bool, site: Any
) -> None:
    data = load()
    formula = data.formulary.formulas[formula_id]
    signed: tuple[Assessment, ...] = ()
    if everything_is_signed:
        read = screen(entries, data.lexicon, talk=data.talk, on=TODAY).entries
        signed = tuple(assessed(each.entry, finding.allergen, finding.matched) for each in read for finding in each.reading.findings)
    gate = gate_of(entries, lots, data, *signed)
    bench = Bench(site=site, profile=data.profiles["ca-bc"], lots=tuple(lots.values()), on=TODAY, today=TODAY)
    receipt = prepare_file(as_bytes(order(PETROLATUM_ORDER, allergies=[NONE_KNOWN])), bench, data).receipt
    assert receipt is not None
    assert receipt.order is not None
    planned, _ = plan(formula, receipt.order, bench, data, by_substance(lots.values()), gate=gate)
    assert planned is not None
    assert planned.against == refusals(gate(formula))
    if planned.against:
        with pytest.raises(LevigateError, match="GATE_REFUSED"):
            _ = planned.cleared_sheet
    else:
        assert planned.cleared_sheet is planned.sheet
    if gate.screening.zinc is ZincReading.ZINC and "zinc" in gate.holds(formula):
        assert "ZINC_ALLERGY_IN_ZINC_BASE" in {each.code for each in planned.against}


def test_paper_facts_of_a_zinc_jar_cannot_exist_for_a_patient_who_may_not_have_zinc(data: ReferenceData, bench: Bench) -> None:
    facts = prepare_file(as_bytes(order(ZINC_ORDER, allergies=[NONE_KNOWN])), bench, data).facts
    assert facts is not None
    for text in ("Zinc oxide", "xyzzy", ""):
        entry = AllergyEntry(what=CodedText(text=text), asked_by="N. Nurse", asked_on=TODAY)
        with pytest.raises(LevigateError, match="GATE_REFUSED"):
            replace(facts, screening=screen((entry,), data.lexicon, talk=data.talk, on=TODAY))
    with pytest.raises(LevigateError, match="GATE_REFUSED"):
        replace(facts, holds=facts.holds - {"zinc"})
    with pytest.raises(LevigateError, match="GATE_REFUSED"):
        replace(facts, sheet=replace(facts.sheet, formula_id="sodium-thiosulfate-in-petrolatum"))


def test_every_stage_asks_the_gate_again(data: ReferenceData, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = AllergyGate.__call__

    def counted(self: AllergyGate, formula: Any) -> Any:
        asked.append(formula.id)
        return real(self, formula)

    monkeypatch.setattr(AllergyGate, "__call__", counted)
    content = as_bytes(order(ZINC_ORDER, allergies=[NONE_KNOWN]))
    assert prepare_file(content, bench, data).status is Status.READY
    # At the choice, at the calculation, on the finished sheet, and after paper was set.
    assert asked.count("sodium-thiosulfate-in-zinc-oxide-ointment") >= 4


@pytest.mark.parametrize("turn", [1, 2, 3, 4, 5])
def test_a_gate_that_shuts_at_any_later_stage_holds_the_order(data: ReferenceData, bench: Bench, monkeypatch: pytest.MonkeyPatch, turn: int) -> None:
    asked = []
    real = AllergyGate._jar

    def late(self: AllergyGate, formula: Any) -> Any:
        asked.append(formula.id)
        filled = real(self, formula)
        return replace(filled, holds=filled.holds | {"zinc"}) if len(asked) >= turn else filled

    monkeypatch.setattr(AllergyGate, "_jar", late)
    content = as_bytes(order(PETROLATUM_ORDER, allergies=[allergy("Zinc oxide")]))
    refused = ""
    try:
        found = prepare_file(content, bench, data)
    except LevigateError as refusal:
        refused = refusal.code
    if refused:
        # Between the last question and the paper: the facts themselves refuse to exist.
        assert refused == "GATE_REFUSED"
        return
    assert found.status is Status.HELD
    assert found.papers is None


class Broken(RuntimeError):
    """A fault put in on purpose."""


def _raise(*_: object, **__: object) -> Any:
    raise Broken("Jane Doe, zinc allergy")


@pytest.mark.parametrize(
    "place",
    ["compounding.domain.screening.entries.read_statement", "compounding.domain.screening.gate.zinc_settled", "compounding.domain.jar.fill", "compounding.pipeline.screen"],
)  # fmt: skip
def test_a_fault_inside_the_gate_makes_nothing_ready(data: ReferenceData, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    path = tmp_path / "order.json"
    path.write_bytes(as_bytes(order(PETROLATUM_ORDER, allergies=[NONE_KNOWN])))
    monkeypatch.setattr(place, _raise)
    with pytest.raises(Broken):
        prepare_file(path.read_bytes(), bench, data)
    ((_, prepared),) = prepare.prepare_files([path], tmp_path / "out", bench, data, progress=lambda each: each)
    assert prepared is None
    assert not (tmp_path / "out" / "order").exists()


def _empty() -> Lexicon:
    return lexicon_of(names={}, look_alikes=(), zinc_stems=(), compound_ends={}, codes={})


@pytest.mark.parametrize("base", [ZINC_ORDER, PETROLATUM_ORDER])
@pytest.mark.parametrize("record", [[NONE_KNOWN], [allergy("Zinc oxide")], [allergy("Penicillin")], []])
def test_a_lexicon_that_knows_nothing_clears_nobody(data: ReferenceData, bench: Bench, base: str, record: list[dict[str, Any]]) -> None:
    found = prepare_file(as_bytes(order(base, allergies=record)), bench, replace(data, lexicon=_empty()))
    assert found.status is Status.HELD
    assert found.papers is None


@pytest.mark.parametrize("content", ["", "allergens = 5", "[[allergens]]\nid = 'zinc'", "\x00", "allergens = [", "[[allergens]]\n[[words]]"])
def test_allergens_that_cannot_be_read_stop_the_program(content: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = reference._parsed

    def damaged(file: Any) -> Any:
        if file.name != "allergens.toml":
            return real(file)
        try:
            return tomllib.loads(content), ""
        except tomllib.TOMLDecodeError as fault:
            raise ReferenceDataError("DATA_NOT_TOML", "allergens.toml is not readable TOML") from fault

    monkeypatch.setattr(reference, "_parsed", damaged)
    with pytest.raises((ReferenceDataError, ValueError)):
        load.__wrapped__()


@pytest.mark.parametrize("gone", ["zinc", "petrolatum", "thiosulfate", "mineral_oil"])
def test_a_lexicon_without_an_allergen_of_these_preparations_stops_the_program(gone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = reference._parsed

    def without(file: Any) -> Any:
        parsed, sha256 = real(file)
        if file.name == "allergens.toml":
            parsed = {**parsed, "allergens": [each for each in parsed["allergens"] if each["id"] != gone], "compounds": {}}
        return parsed, sha256

    monkeypatch.setattr(reference, "_parsed", without)
    with pytest.raises(ReferenceDataError, match="DATA_CONTRADICTS"):
        load.__wrapped__()


@pytest.mark.parametrize(
    ("words", "code"), [("thiosulfate", "THIOSULFATE_ALLERGY"), ("Vaseline", "PETROLATUM_ALLERGY"), ("Zinc oxide", "ZINC_ALLERGY_IN_ZINC_BASE")]
)
def test_the_gate_itself_takes_no_assessment_of_an_allergy(data: ReferenceData, words: str, code: str) -> None:
    entry = AllergyEntry(what=CodedText(text=words), asked_by="N. Nurse", asked_on=TODAY)
    (finding,) = gate_of((entry,), {}, data).screening.findings
    signed = assessed(entry, finding.allergen, finding.matched)
    formula = data.formulary.formulas["sodium-thiosulfate-in-zinc-oxide-ointment"]
    assert code in {each.code for each in refusals(gate_of((entry,), {}, data, signed)(formula))}


def test_an_entry_that_names_zinc_and_clears_it_elsewhere_is_refuted_and_not_assessed(data: ReferenceData) -> None:
    contradiction = CodedText(text="Zinc oxide", codings=(Coding(display="tolerates zinc oxide"),))
    entry = AllergyEntry(what=contradiction, asked_by="N. Nurse", asked_on=TODAY)
    screening = gate_of((entry,), {}, data).screening
    assert screening.zinc is ZincReading.UNCLEAR
    signed = [assessed(entry, finding.allergen, finding.matched) for finding in screening.findings]
    formula = data.formulary.formulas["sodium-thiosulfate-in-zinc-oxide-ointment"]
    assert "ZINC_ALLERGY_UNCLEAR" in {each.code for each in refusals(gate_of((entry,), {}, data, *signed)(formula))}
