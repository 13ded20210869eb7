"""The Master Formulation Record: how a preparation is made, checked to be whole before it can be used (USP <795>, NAPRA)."""

from dataclasses import dataclass
from decimal import Decimal

from compounding.domain.errors import ReferenceDataError
from compounding.domain.substances import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureStep:
    """One step in the order it is done; `sign` says whose initials it needs."""

    text: str
    sign: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityTest:
    """One check of the finished preparation and what passes it."""

    name: str
    accept: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Where a part of the formula comes from, and how far that was checked."""

    text: str
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A worked batch the formula carries, so that a machine can check the formula every time it is read. Masses in grams."""

    batch_g: Decimal
    percent: Decimal
    parts_g: dict[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterFormulationRecord:
    """One version of one formula. Percentages are w/w of the finished preparation; the base makes up the rest (q.s.).

    `sha256` is the fingerprint of the file it was read from: an approval names it, so that a changed text is no longer approved.
    """

    id: str
    version: str
    sha256: str
    name: str
    dosage_form: str
    active: str
    strength_from_percent: Decimal
    strength_to_percent: Decimal
    strength_basis: str
    levigating_agent: str
    levigating_percent: Decimal
    base: str
    equipment: tuple[str, ...]
    procedure: tuple[ProcedureStep, ...]
    highest_temperature_celsius: Decimal
    description: str
    quality_tests: tuple[QualityTest, ...]
    packaging: str
    storage: str
    beyond_use_class: str
    napra_level: str
    napra_reasons: tuple[str, ...]
    references: tuple[Reference, ...]
    example: Example

    def __post_init__(self) -> None:
        parts = {
            "name": self.name, "dosage form": self.dosage_form, "equipment": self.equipment, "procedure": self.procedure,
            "description": self.description, "quality tests": self.quality_tests, "packaging": self.packaging, "storage": self.storage,
            "beyond-use class": self.beyond_use_class, "NAPRA level": self.napra_level, "NAPRA reasons": self.napra_reasons, "references": self.references,
        }  # fmt: skip
        for name, value in parts.items():
            if not value:
                raise ReferenceDataError("FORMULA_INCOMPLETE", f"{self.id} {self.version} has no {name}")
        if not 0 < self.strength_from_percent <= self.strength_to_percent:
            raise ReferenceDataError("FORMULA_STRENGTH", f"{self.id} states its strengths in the wrong order")
        if self.levigating_percent <= 0 or self.strength_to_percent + self.levigating_percent >= 100:
            raise ReferenceDataError("FORMULA_OVER_100", f"{self.id} leaves no room for its base within 100 %")
        # The pentahydrate melts in its own water at about 48 °C, so no step may come near it (clinical rule 15).
        if self.highest_temperature_celsius > 40:
            raise ReferenceDataError("FORMULA_TOO_HOT", f"{self.id} allows more than 40 °C")
        self._check_example()

    def _check_example(self) -> None:
        example = self.example
        planned = {
            self.active: example.batch_g * example.percent / 100,
            self.levigating_agent: example.batch_g * self.levigating_percent / 100,
        }
        planned[self.base] = example.batch_g - sum(planned.values())
        if planned != example.parts_g or sum(example.parts_g.values()) != example.batch_g:
            raise ReferenceDataError("FORMULA_EXAMPLE", f"the worked example of {self.id} does not add up to its batch")

    def makes(self, percent: Decimal) -> bool:
        """Whether the strength (percent w/w, as the formula's basis) lies inside what this formula may be made at."""
        return self.strength_from_percent <= percent <= self.strength_to_percent
