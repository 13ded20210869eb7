"""How a reviewed order is set out: each allergy entry beside its reading, the formula with what was excluded, and what would be weighed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from compounding.domain.formulary import Formulary
from compounding.domain.screening.assessments import OPEN, assessment_of
from compounding.domain.screening.screen import ReadEntry
from compounding.domain.screening.statements import Effect, ZincReading
from compounding.pipeline import Planned
from compounding.result import planned_of
from compounding.web import words
from compounding.web.outcome_page import Rows, Side
from compounding.web.present import drug_in_it
from compounding.workflow.reviewing import ReviewSeen

_REASON_WORDS = "not stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One finding: the words for it, why, and the assessment that settles it, where there is one."""

    words: str
    why: str
    settled: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRead:
    """One entry of the allergy record beside its reading. `number` is its place in the record, None where it stands in the order's notes or in an answer.

    `is_open` says that a pharmacist may still sign beside it; `grade` is how far it goes for this jar: stops, doubt or goes_on.
    """

    text: str
    said: str
    deciding: tuple[str, ...]
    verdict: str
    grade: str
    findings: tuple[Found, ...]
    number: int | None
    is_open: bool
    refuted: str


def entries_of(seen: ReviewSeen) -> list[EntryRead]:
    """Every entry that the screening read, those that stop or hold the order first."""
    grades = ("stops", "doubt", "goes_on")
    return sorted((_entry(each, seen) for each in seen.worked.examined.gate.screening.entries), key=lambda each: grades.index(each.grade))


def _entry(read: ReadEntry, seen: ReviewSeen) -> EntryRead:
    examined = seen.worked.examined
    gate, choice = examined.gate, examined.choice
    holds = gate.holds(choice.formula) if choice is not None else frozenset()
    settled = {each: assessment_of(each, read.entry, gate.assessments, on=gate.screening.on) for each in read.reading.findings}
    is_open = any(each.effect in OPEN and settled[each] is None for each in read.reading.findings) and not read.is_withdrawn
    stops = any(each.effect is Effect.ALLERGY and each.allergen in holds for each in read.reading.findings) and not read.is_withdrawn
    shown = [each for each in read.reading.findings if each.effect is not Effect.CLEARED or read.reading.zinc is not ZincReading.ZINC]
    entry = read.entry
    asked = f"asked by {entry.asked_by or 'somebody who is not named'}, {entry.asked_on.isoformat() if entry.asked_on else 'on no known day'}"
    told = {"contact question": "The contact question", "note": "The order's notes"}.get(entry.where, "The allergy record")
    return EntryRead(
        text=entry.in_words, said=f"{told}, {asked}" if entry.where != "note" else told, deciding=tuple(dict.fromkeys(each.matched for each in shown)),
        verdict=words.READING[read.reading.zinc.value], grade="stops" if stops else "doubt" if is_open else "goes_on",
        findings=tuple(dict.fromkeys(
            Found(words=words.EFFECT[each.effect.value].format(allergen=words.allergen(each.allergen)), why=each.why,
                  settled=found.in_words if (found := settled[each]) is not None else "")
            for each in shown
        )),
        number=next((each.number for each in seen.allergies.parts if each.entry == entry), None), is_open=is_open,
        refuted=read.refutation.in_words if read.refutation is not None else "",
    )  # fmt: skip


def order_rows(seen: ReviewSeen) -> Rows:
    """What was ordered, in plain words."""
    echo, sent = seen.worked.examined.receipt.echo, seen.record.sent
    repeats = {"0": "none", "1": "1, so it may be filled twice"}.get(echo["repeats"], echo["repeats"])
    supply = f"{sent.supply_days.normalize():f} days" if sent.supply_days else "not stated"
    why = "; ".join((*sent.conditions, *sent.notes))
    return [
        ("Strength", echo["strength"]), ("Base asked for", echo["base"]), ("Amount", echo["amount"]), ("Directions", echo["directions"]),
        ("Repeats", repeats), ("One fill lasts", supply), ("What else the order says", why or _REASON_WORDS),
    ]  # fmt: skip


def validity_rows(seen: ReviewSeen) -> Rows:
    """Until when it is valid, and who vouches for it."""
    record = seen.record
    until = seen.valid_until.isoformat() if seen.valid_until is not None else "not known: the order has no full date"
    licence = record.sent.prescriber_licence or "no licence in the order"
    images, told = len(record.evidence.images), replace(record.evidence, images=()).in_words
    kept = [] if not images else ["a picture of the original is kept" if images == 1 else f"{images} pictures of the original are kept"]
    rows = [
        ("Prescriber", f"{record.sent.prescriber_name or 'not stated'}, {licence}"), ("Order date", record.sent.authored_on or "not stated"),
        ("Valid until", until), ("How it came", record.source.value), ("Evidence", "; ".join((*kept, *([told] if told else []))) or "none needed"),
    ]  # fmt: skip
    return [*rows, *(("Corrected", each) for each in record.corrections)]


def preview_of(planned: Planned, formulary: Formulary) -> Side:
    """What would be weighed, with its derivation."""
    told = planned_of(planned)
    totals, beyond_use, formula = told["totals"], told["beyond_use_date"], planned.formula
    holds_zinc = formulary.contains_zinc(formula)
    lots = [line["lot"] for line in told["weighing"]]
    named = [each if lot is None else f"{each}, lot {lot}" for each, lot in zip((line["name"] for line in told["weighing"]), lots, strict=True)]
    return Side(
        heading=formulary.substances[formula.base].name,
        zinc=f"CONTAINS ZINC OXIDE: {totals['zinc_oxide_percent']} % w/w of the finished ointment" if holds_zinc else "Does not contain zinc",
        facts=[
            ("Sodium thiosulfate in it", drug_in_it(planned.sheet)),
            ("Beyond-use date", f"{beyond_use['date']}{', proposed' if beyond_use['proposed'] else ''}: {beyond_use['rule']}"),
        ],
        weights=[
            {"component": name, "exact": line["exact"], "to_weigh": line["to_weigh"], "unit": line["unit"]}
            for name, line in zip(named, told["weighing"], strict=True)
        ],
        total={"to_weigh": totals["to_weigh_g"], "unit": "g"},
        derivations=[
            *((name, [_step(step) for step in line["derivation"]]) for name, line in zip(named, told["weighing"], strict=True)),
            ("Totals", [_step(step) for step in totals["derivation"]]),
        ],
    )  # fmt: skip


def _step(step: Mapping[str, str]) -> Mapping[str, str]:
    return {**step, "formula": f"{step['formula']} (source: {step['source']})", "value": f"{step['value']} {step['unit']}"}


def ready_question(seen: ReviewSeen) -> str:
    """The sentence that asks for petrolatum; empty where white petrolatum could not be made of this order. It quotes nothing of the patient's record."""
    echo, steer = seen.worked.examined.receipt.echo, seen.worked.steer
    if steer is None:
        return ""
    return (
        f"You ordered {echo['strength']}, {echo['amount']}, in {echo['base']}. The patient's allergy record speaks against zinc, and nothing is prepared. "
        "May we prepare the same strength and amount in white petrolatum instead? It holds no zinc. Directions and repeats stay as you wrote them."
    )
