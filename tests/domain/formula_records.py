"""The facts of a Master Formulation Record, as it ships and as a pharmacy approved it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from compounding.config.site_file import example_site
from compounding.domain.calculation import calculate
from compounding.domain.formula_facts import FormulaFacts
from compounding.domain.formulary_versions import Kind, VersionApproval, VersionState
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.people import Duty, Role, Signature
from compounding.domain.risk_assessment import RiskAssessment
from compounding.domain.site import Attestation
from compounding.domain.weighing_sheet import WeighingSheet
from compounding.reference import load
from compounding.reference.site_texts import read_formula_text, shipped_texts

PETROLATUM, ZINC = "sodium-thiosulfate-in-petrolatum", "sodium-thiosulfate-in-zinc-oxide-ointment"
SHIPPED = {version.id: version for version in shipped_texts() if version.kind is Kind.FORMULA}
ON = date(2026, 11, 22)
RISK = RiskAssessment(
    napra_level="A", level_reasons="one patient's ointment, moderate", hazards="the powder dusts and irritates", safety_data_link="https://example.org/sds/1",
    safety_data_on=date(2026, 3, 1), protective_equipment="gloves, mask and goggles", ventilation="ordinary room air", cross_contact="tools of their own, for zinc",
    reviewed_by="Dana Designated", reviewed_on=ON, next_review_on=date(2027, 11, 20),
)  # fmt: skip


def as_shipped(formula_id: str = PETROLATUM) -> FormulaFacts:
    """A formula that nobody has decided anything about, at a pharmacy that is no example."""
    data, site, version = load(), replace(example_site(), is_example=False), SHIPPED[formula_id]
    formula = read_formula_text(version.text, version.id)
    return FormulaFacts(
        formula=formula, version=version, state=VersionState.PROPOSED, in_force=None, formulary=data.formulary, phrases=data.phrases["en"], site=site,
        profile=data.profiles[site.jurisdiction], approval=None, approvals=(), attestations=(), retirements=(), signatures=(), sheet=worked_out(formula), not_worked_out="",
        printed_on=ON,
    )  # fmt: skip


def worked_out(formula: MasterFormulationRecord) -> WeighingSheet:
    """The formula's own batch by the calculation core."""
    return calculate(
        formula, amount_g=formula.example.batch_g, percent=formula.example.percent, substances=load().formulary.substances, lots={},
        balance=example_site().balance, overage_percent=Decimal(0),
    )  # fmt: skip


def as_approved(formula_id: str = PETROLATUM) -> FormulaFacts:
    """The same formula, approved and attested nonaqueous, both signed."""
    facts = as_shipped(formula_id)
    version = facts.version
    approval = VersionApproval(
        kind=Kind.FORMULA, id=version.id, version=version.version, sha256=version.sha256, by="Dana Designated", on=ON, reason="read line by line", risk=RISK
    )
    attestation = Attestation(formula=version.id, version=version.version, sha256=version.sha256, by="Dana Designated", on=ON, reason="nothing brings water")
    return replace(
        facts, state=VersionState.APPROVED, in_force=version, approval=approval, approvals=(approval,), attestations=(attestation,),
        signatures=(("approval", signed(facts, minute=1)), ("attestation", signed(facts, minute=2))),
    )  # fmt: skip


def signed(facts: FormulaFacts, *, minute: int) -> Signature:
    """The designated person's signature under the text."""
    return Signature(
        duty=Duty.KEEP_FORMULARY, person_id="dana", name="Dana Designated", role=Role.DESIGNATED_PERSON, licence="BC-00001",
        at=datetime(2026, 11, 22, 18, minute, tzinfo=UTC), of_sha256=facts.version.sha256, licence_expires_on=date(2027, 6, 30),
        confirmed_by="password and one-time code",
    )  # fmt: skip
