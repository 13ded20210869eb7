"""A formula worked out at one bench: what to weigh, until when it may be used, and what is still unapproved, assumed or proposed about it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from compounding.checked_paper import check_paper
from compounding.domain.allergy_gate import refusals
from compounding.domain.base_wish import BaseConsent, BaseWish
from compounding.domain.beyond_use import BeyondUse, beyond_use_date
from compounding.domain.calculation import calculate
from compounding.domain.dosing import fitting_grams
from compounding.domain.errors import LevigateError, ReferenceDataError
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.numbers import format_number
from compounding.domain.orders import MedicationOrder, supply_end
from compounding.domain.paper_facts import Numbers
from compounding.domain.patients import AllergyEntry, ContactAnswer
from compounding.domain.reasons import CODES, Reason, reason
from compounding.domain.screening.assessments import SignedForPatient
from compounding.domain.selection import Gate
from compounding.domain.site import JurisdictionProfile, Site, second_language
from compounding.domain.substances import Lot
from compounding.domain.weighing_sheet import WeighingSheet
from compounding.reference import ReferenceData

REVIEW_EVERY = timedelta(days=366)
"""A formula is reviewed within a year of its approval (NAPRA; clinical rule 19)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Where and when an order is prepared, and what a person added to it. `on` is the compounding date, `today` the real one."""

    site: Site
    profile: JurisdictionProfile
    lots: tuple[Lot, ...]
    on: date
    today: date
    site_was_named: bool = True
    language: str | None = None
    base: BaseWish | None = None
    allergies: tuple[AllergyEntry, ...] = ()
    contact: ContactAnswer | None = None
    signed: SignedForPatient | None = None
    consent: BaseConsent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One formula worked out for an order: what to weigh, and until when it may be used.

    `against` is what the allergy gate has against this jar. With anything in it the sheet is for comparison only (contract of `prepare`: what was asked beside
    what is offered), and `cleared_sheet` refuses to hand it on.
    """

    formula: MasterFormulationRecord
    sheet: WeighingSheet
    beyond_use: BeyondUse
    against: tuple[Reason, ...]

    @property
    def cleared_sheet(self) -> WeighingSheet:
        """The sheet that paper may be made from. Raises LevigateError where the gate refuses the jar."""
        if self.against:
            raise LevigateError("GATE_REFUSED", f"the allergy gate refuses this jar ({', '.join(dict.fromkeys(each.code for each in self.against))})")
        return self.sheet


def check_site(site: Site, data: ReferenceData) -> None:
    """Raises ReferenceDataError for a site that names what is not there: found at start-up, not with the first order that needs it."""
    if site.jurisdiction not in data.profiles:
        raise ReferenceDataError("JURISDICTION_UNKNOWN", f'there is no profile "{site.jurisdiction}"; known are {", ".join(sorted(data.profiles))}')
    products = {substance.id for substance in data.formulary.substances.values() if substance.zinc_oxide_percent}
    if site.default_zinc_product and site.default_zinc_product not in products:
        raise ReferenceDataError("SITE_ZINC_PRODUCT", f'"{site.default_zinc_product}" is no zinc oxide product here; known are {", ".join(sorted(products))}')
    check_paper(site)
    if site.second_label_language and site.second_label_language not in data.phrases:
        known = ", ".join(sorted(data.phrases))
        raise ReferenceDataError("SITE_LANGUAGE", f'there are no label texts in "{site.second_label_language}"; second_label_language is one of {known}')


def house_warnings(bench: Bench) -> list[Reason]:
    """What every order of this bench must say aloud."""
    found = []
    if not bench.site_was_named or bench.site.is_example:
        found.append(reason("EXAMPLE_PHARMACY"))
    if bench.on != bench.today:
        found.append(reason("DATE_NOT_TODAY"))
    if bench.profile.overdue(bench.on):
        found.append(reason("REVIEW_OVERDUE", detail=bench.profile.name))
    return found


def plan(
    formula: MasterFormulationRecord, order: MedicationOrder, bench: Bench, data: ReferenceData, lots: Mapping[str, Sequence[Lot]], *, gate: Gate
) -> tuple[Planned | None, list[Reason]]:
    """The formula worked out for the order, or None with the reason why this bench cannot make it. The gate is asked again, of exactly this formula."""
    against = refusals(gate(formula))
    try:
        sheet = calculate(
            formula, amount_g=order.amount_g, percent=order.percent, substances=data.formulary.substances, lots=lots, balance=bench.site.balance,
            overage_percent=bench.site.overage_percent, correct_above_percent=bench.site.correct_lots_above_percent,
        )  # fmt: skip
    except LevigateError as refusal:
        code = refusal.code if refusal.code in CODES else "CANNOT_WEIGH"
        return None, [reason(code, detail=refusal.message)]
    attested = bench.site.attested(formula.id, formula.version, formula.sha256, on=bench.on) is not None
    beyond_use = beyond_use_date(
        compounded_on=bench.on,
        limit=bench.profile.nonaqueous_attested if attested else bench.profile.not_attested,
        rule=bench.profile.attested_rule if attested else bench.profile.not_attested_rule,
        proposed=not attested,
        day_one=bench.profile.compounding_date_is_day_one,
        house_limit_days=bench.site.house_limit_days,
        expiries=tuple((line.name, line.lot.expires_on) for line in sheet.lines if line.lot is not None and line.lot.expires_on is not None),
    )
    return Planned(formula=formula, sheet=sheet, beyond_use=beyond_use, against=against), []


def material_warnings(planned: Planned, bench: Bench, order: MedicationOrder, data: ReferenceData, language: str) -> list[Reason]:
    """What is assumed or not yet approved of the materials, the formula and the texts."""
    formula, found = planned.formula, []
    nominal = [line.name for line in planned.sheet.lines if line.lot is None]
    if nominal:
        found.append(reason("NOMINAL_MATERIALS", detail=", ".join(nominal)))
    if bench.site.approved(formula.id, formula.version, formula.sha256, on=bench.on) is None:
        found.append(reason("FORMULA_NOT_APPROVED"))
    spoken = (each for each in (language, second_language(bench.site, language)) if each)
    if any(bench.site.approved(f"phrases-{each}", data.phrases[each].version, data.phrase_hashes[each], on=bench.on) is None for each in spoken):
        found.append(reason("PHRASES_NOT_APPROVED"))
    if planned.beyond_use.on == bench.on:
        found.append(reason("BEYOND_USE_TOO_SHORT", detail=planned.beyond_use.rule))
    if planned.beyond_use.proposed:
        found.append(reason("NONAQUEOUS_NOT_ATTESTED"))
    found.extend(
        reason("LOT_NOT_CORRECTED", detail=f"lot {line.lot.number} ({_why_not_corrected(line.lot)})")
        for line in planned.sheet.lines
        if line.lot is not None and line.corrected is False
    )
    undated = [line.name for line in planned.sheet.lines if line.lot is not None and line.lot.expires_on is None]
    if undated:
        found.append(reason("LOT_EXPIRY_NOT_GIVEN", detail=", ".join(undated)))
    approval = bench.site.approved(formula.id, formula.version, formula.sha256, on=bench.on)
    if approval is not None and bench.on - approval.on > REVIEW_EVERY:
        found.append(reason("APPROVAL_REVIEW_DUE", detail=formula.name))
    if order.supply_days is not None and 0 < order.supply_days <= 3660:
        ends = supply_end(bench.on, order.supply_days)
        if planned.beyond_use.on < ends:
            days = f"the supply is for {order.supply_days.normalize():f} days, to {ends.isoformat()}"
            usable = (planned.beyond_use.on - bench.on).days + 1
            fits = fitting_grams(order.amount_g, supply_days=order.supply_days, usable_days=usable, readability_g=bench.site.balance.readability_g)
            part = f"used evenly, {format_number(fits)} g of the {format_number(order.amount_g)} g can be used up to that day"
            detail = f"{days}, and it must be discarded after {planned.beyond_use.on.isoformat()}; {part}"
            found.append(reason("BEYOND_USE_BEFORE_COURSE_END", detail=detail))
    return found


def _why_not_corrected(lot: Lot) -> str:
    missing = [name for name, value in (("assay", lot.assay_percent), ("water", lot.water_percent)) if value is None]
    return f"its certificate's {' and '.join(missing)} not given" if missing else "the site leaves so small a correction out"


def draft_phrases(reasons: list[Reason], planned: Planned) -> tuple[str, ...]:
    """The draft marks, most important first. The label of `prepare` is never checked, so its mark is always there (contract)."""
    codes = {each.code for each in reasons}
    marks = ["draft_not_checked"]
    if codes & {"FORMULA_NOT_APPROVED", "PHRASES_NOT_APPROVED"}:
        marks.append("draft_not_approved")
    if "EXAMPLE_PHARMACY" in codes:
        marks.append("draft_example_pharmacy")
    if "DATE_NOT_TODAY" in codes:
        marks.append("draft_backdated")
    if planned.beyond_use.proposed:
        marks.append("draft_date_proposed")
    return tuple(marks)


def numbers(identity: bytes, bench: Bench, planned: Planned) -> Numbers:
    """The pharmacy's numbers, so that the same preparation keeps its numbers and two different ones never share a lot.

    The prescription's is made from the order's bytes; the preparation's also from its formula, what is weighed and until when it may be used.
    They hold no vowel and no look-alike character, so that they spell nothing and are read aloud without a slip.
    """
    lots = repr(sorted((lot.substance, lot.number) for lot in bench.lots))
    weighed = repr([(line.component, str(line.to_weigh_g)) for line in planned.sheet.lines])
    order = (identity, bench.on.isoformat().encode(), bench.site.id.encode())
    jar = (lots.encode(), planned.formula.sha256.encode(), weighed.encode(), planned.beyond_use.on.isoformat().encode())
    rx, lot = _letters(order), _letters((*order, *jar))
    return Numbers(rx_number=f"{rx[:4]}-{rx[4:8]}", lot=f"{bench.on:%Y%m%d}-{lot[:5]}")


def _letters(parts: tuple[bytes, ...]) -> str:
    alphabet = "2345679CFGHJKNPQRVWX"
    return "".join(alphabet[byte % len(alphabet)] for byte in hashlib.sha256(b"\0".join(parts)).digest())
