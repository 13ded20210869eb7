"""The record of one preparation as a page shows it: part by part in the order of the work, every value as it was recorded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.ingredient_lots import IngredientLot
from compounding.domain.numbers import format_number
from compounding.domain.record_parts import Weighing
from compounding.domain.weighing_sheet import WeighingSheet, shown
from compounding.web import record_words
from compounding.web.languages import language_name
from compounding.web.present import drug_in_it
from compounding.web.record_words import Rows
from compounding.workflow.whole_record import WholeRecord

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the record: named values, or a table with its heads; nothing in either says so in a sentence."""

    heading: str
    rows: Rows
    heads: Cells = ()
    table: tuple[Cells, ...] = ()
    empty: str = "Nothing recorded yet."


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A signature in named values, and what is wrong with the text it was given for."""

    meaning: str
    rows: Rows
    is_intact: bool
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparationPage:
    """The whole page."""

    number: str
    state: str
    facts: Rows
    weights: list[Mapping[str, str]]
    total: Mapping[str, str]
    derivations: list[tuple[str, list[Mapping[str, str]]]]
    parts: list[Part]
    signatures: list[Signed]
    papers: list[Mapping[str, Any]]


def preparation_page(whole: WholeRecord, zone: tzinfo) -> PreparationPage:
    """Set out a record."""
    record, names = whole.seen.record, dict(whole.names)

    def who(key: str) -> str:
        return names.get(key, key)

    def at(when: object) -> Rows:
        return record_words.told(when, who, zone)

    sheet = record.sheet
    return PreparationPage(
        number=record.lot_number, state=record_words.state(record.state), facts=_facts(whole, who, zone),
        weights=[{"component": each.name, "exact": shown(each.exact_g), "to_weigh": format_number(each.to_weigh_g), "unit": "g"} for each in sheet.lines],
        total={"to_weigh": format_number(sheet.batch_g), "unit": "g"}, derivations=_derivations(sheet),
        parts=[
            Part(heading="Clinical assessment", rows=[row for each in record.assessments for row in at(each)]),
            Part(heading="Second person's recalculation", rows=[*at(record.recalculation), *at(record.disagreements)]),
            _lots(whole), _weighed(record, whole.lots, who, zone),
            Part(heading="Witnessed weighing", rows=at(record.witness)),
            Part(
                heading="Procedure", rows=[], heads=("Step", "Text", "Done by", "Time"),
                table=tuple((str(each.step + 1), each.text, who(each.by), record_words.local(each.at, zone)) for each in record.steps),
            ),
            Part(heading="Finished preparation", rows=at(record.finish)), Part(heading="Holds", rows=at(record.holds), empty="It was never on hold."),
            Part(heading="Label in force", rows=at(record.label), empty="No label is in force."),
            Part(heading="Withdrawn labels", rows=at(record.withdrawn_labels), empty="None."),
            Part(heading="Final check", rows=[*at(record.release), *at(record.withdrawn_releases)], empty="It was not released."),
            Part(heading="Counselling", rows=at(record.counsellings)), Part(heading="Hand-out", rows=at(record.dispensing), empty="It was not handed out."),
            Part(heading="Corrections", rows=at(record.corrections), empty="Nothing was corrected."),
            Part(heading="Discarded attempts", rows=at(record.discarded), empty="None."),
            Part(heading="How it ended", rows=at(record.endings), empty="It was neither scrapped, recalled nor returned."),
        ],
        signatures=[
            Signed(meaning=each.signature.duty.value, rows=record_words.signature_rows(each.signature, zone), is_intact=each.is_intact, problem=each.problem)
            for each in whole.signatures
        ],
        papers=[
            {"kind": each.kind, "revision": str(each.revision), "at": record_words.local(each.made_at, zone), "status": each.status, "sha256": each.sha256,
             "copies": [str(copy.number) for copy in each.copies]}
            for each in whole.papers
        ],
    )  # fmt: skip


def _facts(whole: WholeRecord, who: Callable[[str], str], zone: tzinfo) -> Rows:
    record, sheet = whole.seen.record, whole.seen.record.sheet
    beyond_use = f"{record.beyond_use.on.isoformat()}{', proposed' if record.beyond_use.proposed else ''}"
    return [
        ("Lot number", record.lot_number), ("State", record_words.state(record.state)), ("Fill", str(record.fill)), ("Patient", whole.patient_name),
        ("Prescription number", whole.order_number), ("Formula", f"{record.formula_id}, version {record.formula_version}"),
        ("Strength", f"{format_number(sheet.percent)} % w/w as pentahydrate"), ("Amount ordered", f"{format_number(sheet.amount_g)} g"),
        ("Batch", f"{format_number(sheet.batch_g)} g"),
        ("Sodium thiosulfate in it", drug_in_it(sheet)),
        ("Zinc oxide", f"{shown(sheet.zinc_oxide_percent)} % w/w" if sheet.zinc_oxide_percent else "none"),
        ("Compounding date", record.compounded_on.isoformat()), ("Beyond-use date", beyond_use), ("Planned by", who(record.planned_by)),
        ("Planned at", record_words.local(record.planned_at, zone)), ("Language of label and leaflet", language_name(record.phrases_language)),
        ("Settings, revision", str(record.site_revision)), ("Formula (sha256)", record.formula_sha256), ("Lexicon (sha256)", record.lexicon_sha256),
    ]  # fmt: skip


def _derivations(sheet: WeighingSheet) -> list[tuple[str, list[Mapping[str, str]]]]:
    named = [(each.name, each.derivation) for each in sheet.lines] + [("Totals", sheet.totals)]
    return [(name, [{**step.told, "value": f"{step.value} {step.unit}"} for step in steps]) for name, steps in named]


def _lots(whole: WholeRecord) -> Part:
    record = whole.seen.record
    named = {lot: line.name for lot, line in zip(record.lot_ids, record.sheet.lines, strict=True)}
    heads = ("Ingredient", "Lot", "Supplier", "Received", "Expires", "Stands")
    table = tuple((
        named.get(each.id, each.substance), each.number, each.supplier, each.received_on.isoformat(),
        each.expires_on.isoformat() if each.expires_on is not None else "not given",
        f"recalled: {each.recalled}" if each.recalled else "in quarantine" if each.in_quarantine else "released",
    ) for each in whole.lots)  # fmt: skip
    return Part(heading="Ingredient lots", rows=[], heads=heads, table=table)


def _weighed(record: CompoundingRecord, lots: tuple[IngredientLot, ...], who: Callable[[str], str], zone: tzinfo) -> Part:
    numbers = {each.id: each.number for each in lots}

    def cells(done: Weighing) -> Cells:
        beside = f", supervised by {who(done.supervised_by)}" if done.supervised_by else ""
        line = record.sheet.lines[done.line]
        return (
            line.name, f"{format_number(line.to_weigh_g)} g", f"{format_number(done.mass_g)} g", numbers.get(done.lot_id, done.lot_id),
            "scanned" if done.is_scanned else "typed", f"{done.balance}, checked {done.balance_checked_on.isoformat()}", who(done.by) + beside,
            record_words.local(done.at, zone),
        )  # fmt: skip

    heads = ("Component", "To weigh", "Weighed", "Lot", "Code", "Balance", "By", "Time")
    return Part(heading="Weights", rows=[], heads=heads, table=tuple(cells(each) for each in record.weighings))
