"""What the outcome page shows of one order: values as the result gives them, in the order a pharmacist reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compounding.domain.formulary import Formulary
from compounding.pipeline import Planned, Prepared, Status
from compounding.result import planned_of, result_of
from compounding.web import words
from compounding.web.present import drug_in_it

Rows = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One reason or warning: the sentence big, its code, place and source small, and what to do about it."""

    message: str
    code: str
    where: str
    source: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AllergyReading:
    """One finding beside the text it was found in."""

    text: str
    matched: str
    verdict: str
    why: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One formula worked out: in one half of the comparison, or alone."""

    heading: str
    zinc: str
    facts: Rows
    weights: list[Mapping[str, str]]
    total: Mapping[str, str]
    derivations: list[tuple[str, list[Mapping[str, str]]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomePage:
    """The whole page. `ordered` is worked out for what was asked; `offered` and `request_for_consent` only where the base may not be used."""

    status: str
    heading: str
    patient: str
    about: str
    reasons: list[Told]
    next_steps: list[str]
    warnings: list[Told]
    order: Rows
    zinc: str
    allergies: list[AllergyReading]
    ordered: Side | None
    offered: Side | None
    choice: Rows
    request_for_consent: str
    papers: tuple[str, ...]

    @property
    def title(self) -> str:
        """The page's name, without the patient's: it stays in the browser's history."""
        return {"ready": "Ready", "held": "Held", "refused": "Refused", "invalid": "Not readable"}[self.status]


def outcome_page(prepared: Prepared, formulary: Formulary) -> OutcomePage:
    """Set out a prepared order."""
    result = result_of(prepared, formulary)
    echo: Mapping[str, str] = result["order"] or {}
    steer = result.get("steer")
    reasons = [_told(each, has_request=bool(steer)) for each in result["reasons"]]
    return OutcomePage(
        status=prepared.status.value,
        heading=_heading(prepared, len(reasons)),
        patient=_named(echo),
        about=f"Born {echo['born_on']}. Order of {echo['ordered_on']}, reference {echo['order_ref']}." if echo else "",
        reasons=reasons,
        next_steps=list(dict.fromkeys(each.next_step for each in reasons)),
        warnings=[_told(each, has_request=False) for each in result["warnings"]],
        order=[(words.ECHO[name], value) for name, value in echo.items() if name in words.ECHO],
        zinc=words.ZINC[result["zinc"]["reading"]],
        allergies=[_allergy(each) for each in result["zinc"]["findings"]],
        ordered=_side(prepared.planned, formulary) if prepared.planned is not None else None,
        offered=_side(prepared.steer, formulary) if prepared.steer is not None and steer else None,
        choice=_choice(result["formula"], formulary),
        request_for_consent=steer["request_for_consent"] if steer else "",
        papers=tuple(name.removesuffix(".pdf") for name in ("label.pdf", "leaflet.pdf", "worksheet.pdf") if name in result["files"]),
    )


def _named(echo: Mapping[str, str]) -> str:
    if not echo:
        return "The order file"
    return echo["patient"] if echo["patient"] != "not stated" else "Patient not stated"


def _heading(prepared: Prepared, count: int) -> str:
    if prepared.status is Status.HELD:
        return "One reason stands against preparing it" if count == 1 else f"{count} reasons stand against preparing it"
    return {
        Status.READY: "Label, leaflet and worksheet are ready to open",
        Status.REFUSED: "This is not an order that may be compounded here",
        Status.INVALID: "The file cannot be read as an order",
    }[prepared.status]


def _told(each: Mapping[str, str], *, has_request: bool) -> Told:
    step = words.next_step(each["code"], each["severity"], has_request=has_request)
    return Told(message=each["message"], code=each["code"], where=words.where(each["where"]), source=each["source"], next_step=step)


def _allergy(found: Mapping[str, str]) -> AllergyReading:
    verdict = words.EFFECT[found["effect"]].format(allergen=words.allergen(found["allergen"]))
    return AllergyReading(text=found["text"], matched=found["matched"], verdict=verdict, why=found["why"], where=words.where(found["source"]))


def _side(planned: Planned, formulary: Formulary) -> Side:
    worked_out = planned_of(planned)
    totals: Mapping[str, Any] = worked_out["totals"]
    beyond_use: Mapping[str, Any] = worked_out["beyond_use_date"]
    base = formulary.substances[planned.formula.base].name
    zinc = "Does not contain zinc"
    if formulary.contains_zinc(planned.formula):
        zinc = f"CONTAINS ZINC OXIDE: {totals['zinc_oxide_percent']} % w/w of the finished ointment"
    proposed = ", proposed" if beyond_use["proposed"] else ""
    return Side(
        heading=base,
        zinc=zinc,
        facts=[
            ("Formula", f"{planned.formula.name} ({planned.formula.id}, version {planned.formula.version})"),
            ("Amount", f"{totals['amount_g']} g"),
            ("Sodium thiosulfate in it", drug_in_it(planned.sheet)),
            ("Beyond-use date", f"{beyond_use['date']}{proposed}"),
            ("Rule behind it", beyond_use["rule"]),
        ],
        weights=[{"component": line["name"], "exact": line["exact"], "to_weigh": line["to_weigh"], "unit": line["unit"]} for line in worked_out["weighing"]],
        total={"to_weigh": totals["to_weigh_g"], "unit": "g"},
        derivations=[
            *((line["name"], [_step(step) for step in line["derivation"]]) for line in worked_out["weighing"]),
            ("Totals", [_step(step) for step in totals["derivation"]]),
        ],
    )


def _step(step: Mapping[str, str]) -> Mapping[str, str]:
    return {**step, "formula": f"{step['formula']} (source: {step['source']})", "value": f"{step['value']} {step['unit']}"}


def _choice(formula: Mapping[str, Any] | None, formulary: Formulary) -> Rows:
    if formula is None:
        return []
    left_out = [(f"Not chosen: {formulary.formulas[each['id']].name}", each["why"]) for each in formula["excluded"]]
    return [("Formula", f"{formula['name']} ({formula['id']}, version {formula['version']})"), ("Why", formula["why"]), *left_out]
