"""A version of the formulary as its pages show it: what was decided about it, and its text as a person reads it instead of TOML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import abort

from compounding.domain.errors import ReferenceDataError
from compounding.domain.formulary_versions import Kind, Retirement, VersionApproval, VersionState
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.numbers import format_number
from compounding.domain.phrases import Phrase
from compounding.domain.site import Attestation, JurisdictionProfile, Site
from compounding.domain.substances import Substance
from compounding.reference.site_texts import read_formula_text, read_phrases_text
from compounding.storage.errors import NotFound
from compounding.web.access import refuse
from compounding.web.acting import do
from compounding.web.languages import language_name
from compounding.web.pharmacy import current_pharmacy
from compounding.web.records import the_records
from compounding.web.visitors import the_visitor
from compounding.workflow import formulary
from compounding.workflow.formulary import AllVersions, Decided, Exactly, VersionStands

_PLACE = re.compile(r"(\{[a-z_]+\})")
_STANDS_IN = {
    "allergies": "no known allergies, asked 2026-11-20", "amount": "60", "base": "white petrolatum", "citation": "the article", "count": "2",
    "date": "2027-05-21", "directions": "Apply a thin layer to the left elbow 2 times a day", "ingredients": "mineral oil, white petrolatum",
    "lot": "20261122-001", "milligrams": "250", "name": "a name", "number": "a number", "page": "1", "pages": "2", "percent": "25",
    "reference": "the sender's number", "version": "1",
}  # fmt: skip
"""What stands in for the facts of a preparation while its texts are read; the page marks each of them."""


def called(kind: Kind, text_id: str) -> str:
    """What people call a formula or the texts of a language; a formula that this program does not ship is called by its id."""
    if kind is Kind.PHRASES:
        return f"Texts for patients: {language_name(text_id)}"
    formula = the_records().data.formulary.formulas.get(text_id)
    return formula.name if formula is not None else text_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A version with everything that was decided about it."""

    stands: VersionStands
    decided: Decided

    @property
    def name(self) -> str:
        """How people call it: id and version."""
        return f"{self.stands.id} {self.stands.version}"

    @property
    def called(self) -> str:
        """What it is, in words."""
        return called(self.stands.kind, self.stands.id)

    @property
    def approvals(self) -> tuple[VersionApproval, ...]:
        """Its approvals, the first one first."""
        return tuple(each for each in self.decided.approvals if (each.kind, each.version) == (self.stands.kind, self.stands.version))

    @property
    def attestations(self) -> tuple[Attestation, ...]:
        """Its nonaqueous attestations."""
        return tuple(each for each in self.decided.attestations if self.stands.kind is Kind.FORMULA and each.version == self.stands.version)

    @property
    def retirements(self) -> tuple[Retirement, ...]:
        """Its retirement."""
        return tuple(each for each in self.decided.retirements if (each.kind, each.version) == (self.stands.kind, self.stands.version))

    @property
    def review_due(self) -> date | None:
        """By when the last risk assessment is to be done again."""
        risks = [each.risk for each in self.approvals if each.risk is not None]
        return risks[-1].next_review_on if risks else None

    @property
    def exactly(self) -> Exactly:
        """The version with its fingerprint, as decisions name it."""
        return Exactly(kind=self.stands.kind, id=self.stands.id, version=self.stands.version, sha256=self.stands.sha256)

    @property
    def others(self) -> tuple[VersionStands, ...]:
        """The other versions of the same formula or text."""
        return tuple(each for each in self.decided.versions if each.kind is self.stands.kind and each.version != self.stands.version)

    @property
    def other_in_force(self) -> VersionStands | None:
        """The version that is in force in its place."""
        return next((each for each in self.others if each.in_force), None)

    @property
    def can_be_approved(self) -> bool:
        """Whether it is not retired."""
        return self.stands.state is not VersionState.RETIRED

    @property
    def can_be_attested(self) -> bool:
        """Whether it is an approved formula."""
        return self.stands.kind is Kind.FORMULA and self.stands.state is VersionState.APPROVED


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaRead:
    """A formula as it is read: rows of names and values, and the limits of the place."""

    formula: MasterFormulationRecord
    ingredients: tuple[tuple[str, str, str], ...]
    example: tuple[tuple[str, str], ...]
    limits: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseRead:
    """A sentence as a patient reads it: parts that are said to stand in for a fact, and parts that stand so on the paper."""

    parts: tuple[tuple[str, bool], ...]
    purpose: str
    is_safety: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PhrasesRead:
    """The texts of one language, as they go on the label and on the leaflet."""

    language: str
    label: tuple[PhraseRead, ...]
    leaflet: tuple[PhraseRead, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRead:
    """A text read for a person; `problem` says why it cannot be, where this program no longer reads it."""

    formula: FormulaRead | None = None
    phrases: PhrasesRead | None = None
    problem: str = ""


def shown(kind: str, text_id: str, version: str) -> Shown:
    """The version of an address, which is not there for anybody where this pharmacy has none such."""
    if kind not in {each.value for each in Kind}:
        abort(404)
    known = do(formulary.history, AllVersions(id=text_id))
    found = next((each for each in known.versions if (each.kind.value, each.id, each.version) == (kind, text_id, version)), None)
    if found is None:
        refuse(the_visitor(), NotFound("formula or text"))
    return Shown(stands=found, decided=known)


def of_one_id(known: Decided, version: VersionStands) -> Decided:
    """What was decided about the texts of this version's id."""
    return Decided(
        versions=tuple(each for each in known.versions if each.id == version.id), approvals=tuple(each for each in known.approvals if each.id == version.id),
        retirements=tuple(each for each in known.retirements if each.id == version.id),
        attestations=tuple(each for each in known.attestations if each.formula == version.id),
    )  # fmt: skip


def read(seen: Shown, text: str) -> TextRead:
    """The text of a version as a person reads it."""
    site = current_pharmacy().site
    data = the_records().data
    try:
        if seen.stands.kind is Kind.FORMULA:
            formula = read_formula_text(text, seen.name)
            return TextRead(formula=_formula(formula, data.formulary.substances, data.profiles[site.jurisdiction]))
        catalogue = read_phrases_text(text, seen.name)
    except ReferenceDataError as fault:
        return TextRead(problem=fault.message)
    values = _values(site, data.profiles[site.jurisdiction])
    return TextRead(
        phrases=PhrasesRead(
            language=catalogue.language, label=tuple(_phrase(each, values) for each in catalogue.phrases if each.is_for_label),
            leaflet=tuple(_phrase(each, values) for each in catalogue.phrases if each.is_for_leaflet),
        )
    )  # fmt: skip


def _formula(formula: MasterFormulationRecord, substances: Mapping[str, Substance], profile: JurisdictionProfile) -> FormulaRead:
    def named(identifier: str) -> str:
        return substances[identifier].name if identifier in substances else identifier

    strengths = f"{format_number(formula.strength_from_percent)} to {format_number(formula.strength_to_percent)} % w/w, as {formula.strength_basis}"
    return FormulaRead(
        formula=formula,
        ingredients=(
            (named(formula.active), "active ingredient", strengths),
            (named(formula.levigating_agent), "levigating agent", f"{format_number(formula.levigating_percent)} % w/w"),
            (named(formula.base), "base", "to 100 %"),
        ),
        example=tuple((named(name), f"{format_number(grams)} g") for name, grams in formula.example.parts_g.items()),
        limits=(
            ("Once attested that no water enters", f"{profile.nonaqueous_attested}. {profile.attested_rule}"),
            ("Until then", f"{profile.not_attested}. {profile.not_attested_rule}"),
        ),
    )  # fmt: skip


def _values(site: Site, profile: JurisdictionProfile) -> Mapping[str, str]:
    return {
        **_STANDS_IN, "pharmacy": site.name, "address": site.address, "telephone": site.telephone, "emergency_number": profile.emergency_number,
        "poison_centre": profile.poison_centres,
    }  # fmt: skip


def _phrase(phrase: Phrase, values: Mapping[str, str]) -> PhraseRead:
    parts = ((values.get(part[1:-1], part[1:-1].replace("_", " ")), True) if _PLACE.fullmatch(part) else (part, False) for part in _PLACE.split(phrase.text))
    return PhraseRead(parts=tuple(each for each in parts if each[0]), purpose=phrase.purpose.partition(":")[2].strip(), is_safety=phrase.safety)
