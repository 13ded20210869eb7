"""What came of one order, as `result.json` says it (contract of `prepare`), and as the browser shows it."""

from typing import Any

from compounding.domain.formulary import Formulary
from compounding.domain.numbers import plain_number
from compounding.domain.reasons import Reason, Severity
from compounding.domain.screening.assessments import OPEN, EntrySigned, assessment_of
from compounding.domain.screening.screen import ReadEntry
from compounding.domain.screening.statements import ZincReading
from compounding.domain.weighing_sheet import WeighingLine, shown
from compounding.pipeline import Planned, Prepared

Json = dict[str, Any]


def result_of(prepared: Prepared, formulary: Formulary) -> Json:
    """The result of one order. Every figure is a string, so that no reader of the JSON rounds it."""
    reasons = [each for each in prepared.reasons if each.severity is not Severity.WARNING]
    result: Json = {
        "status": prepared.status.value,
        "reasons": [_reason(each) for each in reasons],
        "warnings": [_reason(each) for each in prepared.reasons if each.severity is Severity.WARNING],
        "zinc": _zinc(prepared),
        "order": dict(prepared.receipt.echo) if prepared.receipt is not None else None,
        "formula": _formula(prepared, formulary),
        "weighing": [],
        "totals": {},
        "beyond_use_date": None,
        "files": sorted(prepared.papers) if prepared.papers is not None else [],
        "printed": dict(prepared.facts.printed()) if prepared.facts is not None else None,
    }
    if prepared.planned is not None:
        result.update(planned_of(prepared.planned))
    if prepared.steer is not None and prepared.planned is not None:
        result["steer"] = _steer(prepared, prepared.steer)
    return result


def planned_of(planned: Planned) -> Json:
    """The weighing, totals and beyond-use date of one formula worked out for the order."""
    sheet = planned.sheet
    return {
        "weighing": [_line(line) for line in sheet.lines],
        "totals": {
            "amount_g": plain_number(sheet.amount_g),
            "batch_g": plain_number(sheet.batch_g),
            "to_weigh_g": plain_number(sum((line.to_weigh_g for line in sheet.lines), start=sheet.batch_g * 0)),
            "as_pentahydrate_g": shown(sheet.as_pentahydrate_g),
            "as_anhydrous_g": shown(sheet.as_anhydrous_g),
            "zinc_oxide_percent": shown(sheet.zinc_oxide_percent),
            "derivation": [step.told for step in sheet.totals],
        },
        "beyond_use_date": {
            "date": planned.beyond_use.on.isoformat(),
            "rule": planned.beyond_use.rule,
            "proposed": planned.beyond_use.proposed,
            "capped_by": planned.beyond_use.capped_by,
        },
    }


def _reason(each: Reason) -> Json:
    return {"code": each.code, "severity": each.severity.value, "message": each.message, "where": each.where, "source": each.source}


def _zinc(prepared: Prepared) -> Json:
    if prepared.screening is None:
        return {"reading": ZincReading.NOT_ASKED.value, "findings": [], "entries": []}
    return {
        "reading": prepared.screening.zinc.value,
        "findings": [each.told for each in prepared.screening.findings],
        "entries": [_entry(each, prepared) for each in prepared.screening.entries],
    }


def _entry(read: ReadEntry, prepared: Prepared) -> Json:
    """One entry as it was recorded, its reading, what a pharmacist may assess of it, and what was signed beside it (clinical rule 9)."""
    entry, signed = read.entry, EntrySigned.of(read.entry)
    assessments = {
        finding: assessment_of(finding, entry, prepared.assessments, on=prepared.screening.on) if prepared.screening is not None else None
        for finding in read.reading.findings
        if finding.effect in OPEN
    }
    return {
        "entry": signed.name,
        "text": signed.text,
        "sha256": signed.sha256,
        "verification": entry.verification.value,
        "clinical_status": entry.clinical_status,
        "zinc": read.reading.zinc.value,
        "to_assess": [{"allergen": finding.allergen, "matched": finding.matched} for finding, settled in assessments.items() if settled is None],
        "assessed": [settled.in_words for settled in assessments.values() if settled is not None],
        "refuted": read.refutation.in_words if read.refutation is not None else None,
    }


def _formula(prepared: Prepared, formulary: Formulary) -> Json | None:
    choice = prepared.choice
    if choice is None:
        return None
    return {
        "id": choice.formula.id,
        "version": choice.formula.version,
        "sha256": choice.formula.sha256,
        "name": choice.formula.name,
        "base": formulary.substances[choice.formula.base].name,
        "why": choice.why,
        "excluded": [{"id": each.formula.id, "version": each.formula.version, "why": each.why} for each in choice.excluded],
    }


def _line(line: WeighingLine) -> Json:
    return {
        "component": line.component,
        "name": line.name,
        "exact": shown(line.exact_g),
        "to_weigh": plain_number(line.to_weigh_g),
        "unit": "g",
        "lot": line.lot.number if line.lot is not None else None,
        "derivation": [step.told for step in line.derivation],
    }


def _steer(prepared: Prepared, steer: Planned) -> Json:
    """The same strength and amount in petrolatum, beside what was asked, and the request for consent ready to send (clinical rule 6)."""
    return {
        "formula": {"id": steer.formula.id, "version": steer.formula.version, "name": steer.formula.name},
        **planned_of(steer),
        "request_for_consent": request_for_consent(prepared, steer),
    }


def request_for_consent(prepared: Prepared, steer: Planned) -> str:
    """The words to send to the prescriber. The base is theirs to change, so nothing is prepared before the answer."""
    receipt, planned, bench = prepared.receipt, prepared.planned, prepared.bench
    if receipt is None or planned is None or bench is None:
        return ""
    against = next(each.message for each in prepared.reasons if each.code in {"ZINC_ALLERGY_IN_ZINC_BASE", "ZINC_ALLERGY_UNCLEAR"})
    percent, amount = plain_number(steer.sheet.percent), plain_number(steer.sheet.amount_g)
    reference = receipt.echo["order_ref"]
    lines = [
        f"To: {receipt.echo['prescriber']}",
        f"From: {bench.site.name}, {bench.site.address}, {bench.site.telephone}, {bench.on.isoformat()}",
        f"About: {receipt.echo['patient']}, born {receipt.echo['born_on']}, your order of {receipt.echo['ordered_on']} (reference {reference})",
        "",
        f"You ordered sodium thiosulfate {percent} % w/w, {amount} g, in {receipt.echo['base']}.",
        against,
        "We have prepared nothing.",
        f"May we prepare the same strength and amount in white petrolatum instead ({steer.formula.name})? It holds no zinc.",
        "Directions, repeats and amount would stay as you wrote them.",
        "If the record is wrong, tell us who found so, when and why: an entry is only refuted, never passed over.",
        "",
        "[ ] Yes, use white petrolatum.   [ ] No, please call us.   Name, licence, signature, date:",
    ]
    return "\n".join(lines)
