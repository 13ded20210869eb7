"""One order through all stages, in one sequence: receive, screen, choose, calculate, date, compose, print. Every door uses this and nothing else.

`examine` and `work_out` are its first parts, for a door that stops between the stages and goes on another day; `prepare_order` runs all of it at once.

No storage and no clock: the day, the site, the lots and the reference data are arguments. The allergy gate is asked again at every stage that could let a
changed jar through: at the choice, on the finished weighing sheet, and before paper is set.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from compounding.domain import jar as jars
from compounding.domain.allergy_gate import AllergyGate
from compounding.domain.base_wish import IS_ZINC
from compounding.domain.errors import LevigateError
from compounding.domain.numbers import writes_decimal_comma
from compounding.domain.order_as_sent import OrderAsSent
from compounding.domain.orders import OrderRules, Receipt, receive
from compounding.domain.paper_facts import PaperFacts
from compounding.domain.reasons import Reason, Severity, blocks, reason
from compounding.domain.screening.assessments import Assessment
from compounding.domain.screening.screen import Screening, screen
from compounding.domain.screening.settling import check_signed
from compounding.domain.selection import FormulationChoice, choose
from compounding.domain.site import second_language
from compounding.fhir import read_order
from compounding.paper import Made, facts_of, set_papers
from compounding.planning import Bench, Planned, draft_phrases, house_warnings, material_warnings, numbers, plan
from compounding.reference import ReferenceData

__all__ = ["Bench", "Examined", "Planned", "Prepared", "Status", "WorkedOut", "examine", "prepare_file", "prepare_order", "work_out"]


class Status(StrEnum):
    """What became of an order; the members stand in order of precedence."""

    INVALID = "invalid"
    REFUSED = "refused"
    HELD = "held"
    READY = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Everything that came of one order. `papers` holds label, leaflet and worksheet as PDF bytes, and only where the order is ready."""

    status: Status
    reasons: tuple[Reason, ...]
    bench: Bench | None = None
    receipt: Receipt | None = None
    screening: Screening | None = None
    assessments: tuple[Assessment, ...] = ()
    choice: FormulationChoice | None = None
    planned: Planned | None = None
    steer: Planned | None = None
    facts: PaperFacts | None = None
    papers: Mapping[str, bytes] | None = None


def prepare_file(content: bytes, bench: Bench, data: ReferenceData) -> Prepared:
    """One FHIR file through all stages."""
    reading = read_order(content, time_zone=bench.site.time_zone, talk=data.talk)
    if reading.order is None:
        screening = screen(reading.allergies, data.lexicon, talk=data.talk, on=bench.on) if reading.allergies else None
        return Prepared(status=_status(reading.reasons), reasons=reading.reasons, screening=screening)
    return prepare_order(reading.order, bench, data, already=reading.reasons, identity=content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """An order received, screened and with its formula chosen: the first three stages, with everything found against it so far."""

    bench: Bench
    language: str
    receipt: Receipt
    gate: AllergyGate
    choice: FormulationChoice | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedOut:
    """An order with its sheet and date: five stages, nothing printed. `planned` is None where nothing can be weighed."""

    examined: Examined
    planned: Planned | None
    steer: Planned | None
    reasons: tuple[Reason, ...]

    @property
    def is_ready(self) -> bool:
        """Whether nothing stands against it."""
        return self.planned is not None and not blocks(self.reasons)


def examine(sent: OrderAsSent, bench: Bench, data: ReferenceData, *, already: tuple[Reason, ...] = ()) -> Examined:
    """Receive, screen, choose."""
    language, doubts = _language(sent, bench, data)
    doubts.extend(_second_label(sent, bench, language))
    strengths = [formula.strength_from_percent for formula in data.formulary.formulas.values()]
    rules = OrderRules(
        vocabulary=data.vocabulary,
        codes=data.codes,
        profile=bench.profile,
        site=bench.site,
        on=bench.on,
        lowest_percent=min(strengths),
        highest_percent=max(formula.strength_to_percent for formula in data.formulary.formulas.values()),
        decimal_comma=writes_decimal_comma(sent.language or language),
    )
    receipt = receive(sent, rules, base_flag=bench.base, consent=bench.consent)
    reasons = [*already, *receipt.reasons, *doubts, *house_warnings(bench)]
    # What was signed for another patient counts for nobody here.
    signed = bench.signed if bench.signed is not None and bench.signed.is_for(sent.patient.name, sent.patient.birth_date) else None
    screening = screen(
        sent.allergies, data.lexicon, talk=data.talk, on=bench.on, notes=sent.notes, contact=bench.contact, added=bench.allergies,
        of_nobody=sent.allergies_of_nobody, refutations=signed.refutations if signed is not None else (),
    )  # fmt: skip
    reasons.extend(check_signed(bench.signed, screening, is_theirs=signed is not None))
    reasons.extend(_unprintable(sent, receipt, screening))
    reasons.extend(reason("ALLERGY_OF_ANOTHER_PATIENT", detail="it was left out", where=where) for where in sent.allergies_of_others)
    reasons.extend(jars.check_lots(bench.lots, data.formulary))
    gate = AllergyGate(
        screening=screening, formulary=data.formulary, lots=jars.by_substance(bench.lots), lexicon=data.lexicon, on=bench.on,
        assessments=signed.assessments if signed is not None else (),
    )  # fmt: skip
    choice = None
    if receipt.order is not None:
        choice, problems = choose(receipt.order, data.formulary, bench.site, gate)
        reasons.extend(problems)
    if choice is None:
        reasons.extend(_gate_without_order(gate, receipt, data))
    else:
        reasons.extend(choice.gate)
        reasons.extend(_alternatives(choice.gate, data))
    return Examined(bench=bench, language=language, receipt=receipt, gate=gate, choice=choice, reasons=tuple(reasons))


def work_out(examined: Examined, data: ReferenceData) -> WorkedOut:
    """Calculate and date what was chosen."""
    bench, order, choice, gate = examined.bench, examined.receipt.order, examined.choice, examined.gate
    if order is None or choice is None:
        return WorkedOut(examined=examined, planned=None, steer=None, reasons=examined.reasons)
    planned, faults = plan(choice.formula, order, bench, data, gate.lots, gate=gate)
    steer = plan(choice.steer, order, bench, data, gate.lots, gate=gate)[0] if choice.steer is not None else None
    reasons = [*examined.reasons, *faults]
    if planned is not None:
        reasons.extend(material_warnings(planned, bench, order, data, examined.language))
        # The gate once more, on the formula and lots that the finished sheet really names.
        reasons.extend(gate(data.formulary.formulas[planned.sheet.formula_id]))
    return WorkedOut(examined=examined, planned=planned, steer=steer, reasons=tuple(reasons))


def prepare_order(sent: OrderAsSent, bench: Bench, data: ReferenceData, *, already: tuple[Reason, ...] = (), identity: bytes) -> Prepared:
    """One order through all stages. `identity` is what the numbers of the preparation are made from, since no register gives them here."""
    worked = work_out(examine(sent, bench, data, already=already), data)
    examined, planned, reasons = worked.examined, worked.planned, list(worked.reasons)
    facts = None
    papers = None
    if examined.receipt.order is not None and examined.choice is not None and planned is not None and worked.is_ready:
        made = Made(
            order=examined.receipt.order, gate=examined.gate, choice=examined.choice, sheet=planned.cleared_sheet, beyond_use=planned.beyond_use,
            language=examined.language, numbers=numbers(identity, bench, planned), draft_phrases=draft_phrases(reasons, planned), reasons=reasons,
            dispensed_on=bench.on, amount_g=planned.sheet.amount_g, repeats_left=examined.receipt.order.repeats,
        )  # fmt: skip
        facts = facts_of(made, bench, data)
        papers, faults = set_papers(facts)
        reasons.extend(faults)
        # Nothing leaves while any door's gate objects, and a jar with zinc never leaves for a patient who may not have it.
        reasons.extend(examined.gate(facts.formula))
    return _finished(reasons, worked, facts=facts, papers=papers)


def _status(reasons: tuple[Reason, ...]) -> Status:
    severities = {each.severity for each in reasons}
    for severity, status in ((Severity.INVALID, Status.INVALID), (Severity.REFUSED, Status.REFUSED), (Severity.HELD, Status.HELD)):
        if severity in severities:
            return status
    return Status.READY


def _finished(found: list[Reason], worked: WorkedOut, *, facts: PaperFacts | None, papers: Mapping[str, bytes] | None) -> Prepared:
    order, examined = list(Severity), worked.examined
    reasons = tuple(sorted(dict.fromkeys(found), key=lambda each: order.index(each.severity)))
    status = _status(reasons)
    if status is Status.REFUSED:
        # What this service may not compound needs no answers about its details.
        reasons = tuple(each for each in reasons if each.severity is not Severity.HELD)
    if status is Status.READY and papers is None:
        # Reached only by a fault of this program: an order with no reason against it and no paper is not ready, and not silently so.
        raise LevigateError("NO_PAPER", "an order without a reason against it produced no paper")
    return Prepared(
        status=status, reasons=reasons, bench=examined.bench, receipt=examined.receipt, screening=examined.gate.screening,
        assessments=examined.gate.assessments, choice=examined.choice, planned=worked.planned, steer=worked.steer if status is Status.HELD else None,
        facts=facts if status is Status.READY else None, papers=papers if status is Status.READY else None,
    )  # fmt: skip


def _unprintable(sent: OrderAsSent, receipt: Receipt, screening: Screening) -> list[Reason]:
    """The order's own words that no paper can carry: said at once, and not only when everything else has been settled."""
    import labels

    texts = {
        "the patient's name": (sent.patient.name, sent.patient.where),
        "the prescriber's name": (sent.prescriber_name, f"{sent.where}.requester"),
        "the order's identifier": (sent.identifier, f"{sent.where}.identifier"),
        "the directions": (receipt.echo["directions"], f"{sent.where}.dosageInstruction"),
        "the allergy record": (screening.in_words, ""),
    }
    found = []
    for what, (text, where) in texts.items():
        characters = labels.unprintable_characters(" ".join(text.split()))
        if characters:
            found.append(reason("NOT_PRINTABLE", detail=f"{what} holds {', '.join(characters[:5])}", where=where))
    return found


def _gate_without_order(gate: AllergyGate, receipt: Receipt, data: ReferenceData) -> tuple[Reason, ...]:
    """The gate for an order too incomplete to choose a formula: asked of the base that was wished for, so that an allergy shows at once."""
    zinc_wished = receipt.base in IS_ZINC
    wished = [formula for formula in data.formulary.formulas.values() if data.formulary.contains_zinc(formula) is zinc_wished]
    return next(((*gate(formula), *_alternatives(gate(formula), data)) for formula in wished[:1]), ())


def _alternatives(verdict: tuple[Reason, ...], data: ReferenceData) -> tuple[Reason, ...]:
    """Where petrolatum, and with it every base here, is out: what else was published, as information that needs a new formula (clinical rule 31)."""
    if all(each.code != "PETROLATUM_ALLERGY" for each in verdict):
        return ()
    return tuple(reason("ALTERNATIVE_NEEDS_FORMULA", detail=each.in_words, source=each.source) for each in data.alternatives)


def _second_label(sent: OrderAsSent, bench: Bench, language: str) -> list[Reason]:
    """What is said of a bilingual label: its second half carries the prescriber's words as they are (clinical rule 27)."""
    second = second_language(bench.site, language)
    written_in = sent.language.split("-")[0].lower() or "en"
    return [reason("DIRECTIONS_NOT_TRANSLATED", language=second)] if second and second != written_in and sent.directions else []


def _language(sent: OrderAsSent, bench: Bench, data: ReferenceData) -> tuple[str, list[Reason]]:
    """The language of label and leaflet. A patient who reads none of ours is not given another one silently (clinical rule 27)."""
    written_in = sent.language.split("-")[0].lower() or "en"
    if bench.language is not None:
        # The prescriber's words are never translated; where the rest of the paper speaks another language, that is said.
        differs = bench.language != written_in and bool(sent.directions)
        return bench.language, [reason("DIRECTIONS_NOT_TRANSLATED", language=bench.language)] if differs else []
    wanted = sent.patient.language
    if wanted and wanted not in data.phrases:
        return "en", [reason("LANGUAGE_NOT_AVAILABLE", language=wanted[:40], where=sent.patient.where)]
    differs = bool(wanted) and wanted != written_in and bool(sent.directions)
    return wanted or "en", [reason("DIRECTIONS_NOT_TRANSLATED", language=wanted)] if differs else []
