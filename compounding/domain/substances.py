"""What goes into a preparation: substances whose chemical form is part of their identity, and the lots they come from."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from compounding.domain.errors import ReferenceDataError


class Status(StrEnum):
    """How far a fact has been checked. An UNVERIFIED one must be approved by a designated person before anything rests on it."""

    VERIFIED = "verified"
    SECONDARY = "verified in a secondary source"
    COMPUTED = "computed"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One statement about a substance with its source; never without one."""

    name: str
    value: str
    source: str
    status: Status

    def __post_init__(self) -> None:
        if not self.value.strip() or not self.source.strip():
            raise ReferenceDataError("FACT_WITHOUT_SOURCE", f'the fact "{self.name}" has no value or no source')


@dataclass(frozen=True, slots=True, kw_only=True)
class Substance:
    """An ingredient as the pharmacopoeia knows it.

    `molecular_weight` is in g/mol; `drug_form` is "pentahydrate" or "anhydrous" for sodium thiosulfate and empty for a base;
    `zinc_oxide_percent` is the share of zinc oxide in a base product; `holds` names the allergens (lexicon ids) the nominal material contains; `may_hold` and
    `may_list` name what products of that name are known to hold besides: allergens by id, other ingredients by name.
    """

    id: str
    name: str
    role: str
    drug_form: str = ""
    molecular_weight: Decimal | None = None
    unii: str = ""
    cas: str = ""
    names: tuple[str, ...] = ()
    zinc_oxide_percent: Decimal = Decimal(0)
    ingredients: tuple[str, ...] = ()
    holds: frozenset[str] = frozenset()
    may_hold: frozenset[str] = frozenset()
    may_list: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()

    def __post_init__(self) -> None:
        if self.zinc_oxide_percent > 0 and "zinc" not in self.holds:
            raise ReferenceDataError("ZINC_NOT_DECLARED", f"{self.id} has zinc oxide but does not declare zinc as an allergen")
        if not self.facts:
            raise ReferenceDataError("FACT_WITHOUT_SOURCE", f"{self.id} states no fact with a source")


class AssayBasis(StrEnum):
    """What the certificate's assay refers to: the dried substance, or the substance as it is in the drum."""

    DRIED = "dried"
    AS_IS = "as_is"


class AssayAs(StrEnum):
    """The molecule the assay is expressed as."""

    ANHYDROUS = "anhydrous"
    AS_STOCK = "as_stock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """One lot of an ingredient, as its certificate and label state it.

    Percentages are of the substance (w/w). For sodium thiosulfate the form, the assay and its basis are chosen from the certificate, never guessed:
    `assay_as` says whether a dried assay is expressed as anhydrous (USP) or as the hydrate itself. `on_hand_g` is what is left of the lot, in grams;
    None where nobody counts it.
    """

    substance: str
    number: str
    supplier: str = ""
    form: str = ""
    assay_percent: Decimal | None = None
    assay_basis: AssayBasis | None = None
    assay_as: AssayAs | None = None
    water_percent: Decimal | None = None
    expires_on: date | None = None
    ingredients: tuple[str, ...] | None = None
    on_hand_g: Decimal | None = None
