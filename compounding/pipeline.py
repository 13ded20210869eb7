"""One order through all stages, in one sequence: receive, screen, choose, calculate, date, compose, print. Every door uses this and nothing else.

No storage and no clock: the day, the site, the lots and the reference data are arguments. The allergy gate is asked again at every stage that could let a
changed jar through: at the choice, on the finished weighing sheet, and before paper is set.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from compounding.domain import jar as jars
from compounding.domain.allergy_gate import AllergyGate
from compounding.domain.base_wish import IS_ZINC
from compounding.domain.compose_label import compose_label
from compounding.domain.compose_leaflet import compose_leaflet
from compounding.domain.compose_worksheet import compose_worksheet
from compounding.domain.errors import LevigateError
from compounding.domain.numbers import writes_decimal_comma
from compounding.domain.order_as_sent import OrderAsSent
from compounding.domain.orders import OrderRules, Receipt, receive
from compounding.domain.paper_facts import PaperFacts
from compounding.domain.reasons import CODES, Reason, Severity, blocks, reason
from compounding.domain.screening.assessments import Assessment
from compounding.domain.screening.screen import Screening, screen
from compounding.domain.screening.settling import check_signed
from compounding.domain.selection import FormulationChoice, choose
from compounding.fhir import read_order
from compounding.planning import Bench, Planned, draft_phrases, house_warnings, material_warnings, numbers, plan
from compounding.reference import ReferenceData

__all__ = ["Bench", "Planned", "Prepared", "Status", "prepare_file", "prepare_order"]


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


def prepare_order(sent: OrderAsSent, bench: Bench, data: ReferenceData, *, already: tuple[Reason, ...] = (), identity: bytes) -> Prepared:
    """One order through all stages. `identity` is what the numbers of the preparation are made from until a register gives them."""
    language, doubts = _language(sent, bench, data)
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
    receipt = receive(sent, rules, base_flag=bench.base)
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
    lots = jars.by_substance(bench.lots)
    reasons.extend(jars.check_lots(bench.lots, data.formulary))
    gate = AllergyGate(
        screening=screening, formulary=data.formulary, lots=lots, lexicon=data.lexicon, on=bench.on,
        assessments=signed.assessments if signed is not None else (),
    )  # fmt: skip
    if receipt.order is None:
        reasons.extend(_gate_without_order(gate, receipt, data))
        return _finished(reasons, bench=bench, receipt=receipt, gate=gate)
    order = receipt.order

    choice, problems = choose(order, data.formulary, bench.site, gate)
    reasons.extend(problems)
    if choice is None:
        reasons.extend(_gate_without_order(gate, receipt, data))
        return _finished(reasons, bench=bench, receipt=receipt, gate=gate)
    reasons.extend(choice.gate)
    reasons.extend(_alternatives(choice.gate, data))
    planned, faults = plan(choice.formula, order, bench, data, lots, gate=gate)
    reasons.extend(faults)
    steer = plan(choice.steer, order, bench, data, lots, gate=gate)[0] if choice.steer is not None else None
    if planned is None:
        return _finished(reasons, bench=bench, receipt=receipt, gate=gate, choice=choice, steer=steer)
    reasons.extend(material_warnings(planned, bench, order, data, language))
    # The gate once more, on the formula and lots that the finished sheet really names.
    reasons.extend(gate(data.formulary.formulas[planned.sheet.formula_id]))
    facts = None
    papers = None
    if not blocks(tuple(reasons)):
        facts = PaperFacts(
            order=order,
            screening=screening,
            choice=choice,
            sheet=planned.cleared_sheet,
            beyond_use=planned.beyond_use,
            formulary=data.formulary,
            evidence=data.evidence,
            site=bench.site,
            profile=bench.profile,
            phrases=data.phrases[language],
            staff_phrases=data.phrases["en"],
            numbers=numbers(identity, bench, planned),
            compounded_on=bench.on,
            dispensed_on=bench.on,
            draft_phrases=draft_phrases(reasons, planned),
            warnings=tuple(dict.fromkeys(each for each in reasons if each.severity is Severity.WARNING)),
            holds=gate.holds(choice.formula),
            assessments=gate.assessments,
        )
        papers, faults = _print(facts)
        reasons.extend(faults)
        # Nothing leaves while any door's gate objects, and a jar with zinc never leaves for a patient who may not have it.
        reasons.extend(gate(facts.formula))
    return _finished(reasons, bench=bench, receipt=receipt, gate=gate, choice=choice, planned=planned, steer=steer, facts=facts, papers=papers)


def _status(reasons: tuple[Reason, ...]) -> Status:
    severities = {each.severity for each in reasons}
    for severity, status in ((Severity.INVALID, Status.INVALID), (Severity.REFUSED, Status.REFUSED), (Severity.HELD, Status.HELD)):
        if severity in severities:
            return status
    return Status.READY


def _finished(
    found: list[Reason],
    *,
    bench: Bench,
    receipt: Receipt,
    gate: AllergyGate,
    choice: FormulationChoice | None = None,
    planned: Planned | None = None,
    steer: Planned | None = None,
    facts: PaperFacts | None = None,
    papers: Mapping[str, bytes] | None = None,
) -> Prepared:
    order = list(Severity)
    reasons = tuple(sorted(dict.fromkeys(found), key=lambda each: order.index(each.severity)))
    status = _status(reasons)
    if status is Status.REFUSED:
        # What this service may not compound needs no answers about its details.
        reasons = tuple(each for each in reasons if each.severity is not Severity.HELD)
    if status is Status.READY and papers is None:
        # Reached only by a fault of this program: an order with no reason against it and no paper is not ready, and not silently so.
        raise LevigateError("NO_PAPER", "an order without a reason against it produced no paper")
    return Prepared(
        status=status, reasons=reasons, bench=bench, receipt=receipt, screening=gate.screening, assessments=gate.assessments, choice=choice, planned=planned,
        steer=steer if status is Status.HELD else None,
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
    return wanted or "en", []


def _print(facts: PaperFacts) -> tuple[dict[str, bytes] | None, list[Reason]]:
    """The three papers, or the reason why one of them cannot be set. Imported here, since setting paper is slow to load and most orders are not ready."""
    import labels

    try:
        return {
            "worksheet.pdf": labels.render_worksheet(compose_worksheet(facts)),
            "label.pdf": labels.render_label(compose_label(facts)),
            "leaflet.pdf": labels.render_leaflet(compose_leaflet(facts)),
        }, []
    except labels.PaperError as refusal:
        if refusal.code not in CODES:
            # A label without a code or a stock that cannot be is a fault of this program, and must not look like a doubt about the order.
            raise
        return None, [reason(refusal.code, detail=refusal.message)]
