"""Everything a Master Formulation Record on paper says, gathered once: one version of a formula, what was decided about it, and the pharmacy it is used at."""

from dataclasses import dataclass
from datetime import date

from compounding.domain.formulary import Formulary
from compounding.domain.formulary_versions import Retirement, TextVersion, VersionApproval, VersionState
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.label_content import Field
from compounding.domain.people import Signature
from compounding.domain.phrases import PhraseCatalogue
from compounding.domain.risk_assessment import RiskAssessment
from compounding.domain.site import Attestation, JurisdictionProfile, Site
from compounding.domain.weighing_sheet import WeighingSheet

NOT_STATED = "Not stated"
"""What stands where nobody stated something; beside it is room to write it in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaFacts:
    """One version of a formula as it stands at one pharmacy on the day `printed_on`.

    `approval` is the one that counts on that day, `approvals`, `attestations` and `retirements` are all of this version, the first one first, and `signatures`
    those under them, each with the decision it was given for ("approval", "attestation", "retirement"). `in_force` is the version that new records use.
    `sheet` is the formula's worked batch as the calculation core works it out for nominal material, without overage; where it refuses, `sheet` is None and
    `not_worked_out` says why. `phrases` are the label's texts in the staff's language.
    """

    formula: MasterFormulationRecord
    version: TextVersion
    state: VersionState
    in_force: TextVersion | None
    formulary: Formulary
    phrases: PhraseCatalogue
    site: Site
    profile: JurisdictionProfile
    approval: VersionApproval | None
    approvals: tuple[VersionApproval, ...]
    attestations: tuple[Attestation, ...]
    retirements: tuple[Retirement, ...]
    signatures: tuple[tuple[str, Signature], ...]
    sheet: WeighingSheet | None
    not_worked_out: str
    printed_on: date

    @property
    def risk(self) -> RiskAssessment | None:
        """The risk assessment of the approval that counts."""
        return self.approval.risk if self.approval is not None else None

    @property
    def attestation(self) -> Attestation | None:
        """The latest statement that no water enters, by the day it is printed on."""
        return max((each for each in self.attestations if each.on <= self.printed_on), key=lambda each: each.on, default=None)

    def called(self, substance: str) -> str:
        """A substance's name by its id."""
        return self.formulary.substances[substance].name


def field(name: str, value: str) -> Field:
    """The named value; where there is none, the name says so and a line to write on stands below it."""
    return Field(name=name, value=value) if value else Field(name=f"{name}. {NOT_STATED}:", value="")
