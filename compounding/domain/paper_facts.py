"""Everything the three papers say, gathered once, so that label, leaflet and worksheet cannot disagree.

`printed` in a result is this value in the paper's own words: what stands there must stand on the paper.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from compounding.domain.beyond_use import BeyondUse
from compounding.domain.clinical_assessment import ClinicalAssessment
from compounding.domain.errors import LevigateError
from compounding.domain.evidence import Evidence
from compounding.domain.formulary import Formulary
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.label_warnings import Found, Place, warnings_at
from compounding.domain.numbers import format_number, rounded
from compounding.domain.orders import MedicationOrder
from compounding.domain.phrases import PhraseCatalogue
from compounding.domain.reasons import Reason
from compounding.domain.screening.assessments import Assessment
from compounding.domain.screening.gate import zinc_settled
from compounding.domain.screening.screen import Screening
from compounding.domain.screening.statements import Effect, ZincReading
from compounding.domain.selection import FormulationChoice
from compounding.domain.site import JurisdictionProfile, Site
from compounding.domain.weighing_sheet import WeighingSheet

# What each base is called on paper, by the ids of the phrase catalogue.
_FORM_PHRASES = {"white-petrolatum": ("dosage_form_petrolatum", "white_petrolatum"), "zinc-oxide-ointment-20": ("dosage_form_zinc", "zinc_oxide_ointment")}
_INGREDIENT_PHRASES = {"white-petrolatum": "white_petrolatum", "mineral-oil": "mineral_oil", "zinc-oxide-ointment-20": "zinc_oxide_ointment"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The pharmacy's own numbers: the prescription's and the preparation's (lot).

    `token` is what a scan of this very label answers to, beside the numbers; empty on paper that no record stands behind. It stands in the label's code alone.
    """

    rx_number: str
    lot: str
    token: str = ""

    @property
    def code(self) -> str:
        """What the worksheet's code holds: never the token, so that a worksheet is not taken for the label (the label's code: `compose_label`)."""
        return f"{self.lot} {self.rx_number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFacts:
    """One preparation as it goes to paper. `phrases` speak the patient's language, `staff_phrases` the staff's.

    `draft_phrases` names the marks by their phrase ids, most important first. `amount_g` is what the container holds by its label, which for a short one is
    less than was ordered; `repeats_left` what may still be dispensed after this; `prescriber_attested` that a pharmacist checked source and licence.
    `clinical` is the signed clinical assessment that counts, None where nobody assessed the patient: then the paper says what is said to whom nobody asked.
    `second_phrases` speak the other language of a bilingual label.
    """

    order: MedicationOrder
    screening: Screening
    choice: FormulationChoice
    sheet: WeighingSheet
    beyond_use: BeyondUse
    formulary: Formulary
    evidence: Evidence
    site: Site
    profile: JurisdictionProfile
    phrases: PhraseCatalogue
    staff_phrases: PhraseCatalogue
    numbers: Numbers
    compounded_on: date
    dispensed_on: date
    draft_phrases: tuple[str, ...]
    warnings: tuple[Reason, ...]
    holds: frozenset[str]
    assessments: tuple[Assessment, ...] = ()
    amount_g: Decimal
    repeats_left: int
    prescriber_attested: bool = False
    clinical: ClinicalAssessment | None = None
    second_phrases: PhraseCatalogue | None = None

    def __post_init__(self) -> None:
        """The last door before paper: whatever went before, these facts never become a label."""
        if "zinc" in self.holds and self.zinc is not ZincReading.NOT_ZINC:
            raise LevigateError("GATE_REFUSED", "a jar with zinc cannot be printed for a patient who may not have zinc")
        if self.formulary.holds(self.formula) - self.holds:
            raise LevigateError("GATE_REFUSED", "the jar on paper lacks an allergen that its formula brings in")
        if self.second_phrases is not None and self.second_phrases.language == self.phrases.language:
            raise LevigateError("LANGUAGE_TWICE", "a bilingual label speaks two languages, and these facts name one of them twice")
        if self.sheet.formula_id != self.formula.id:
            raise LevigateError("GATE_REFUSED", "the weighing sheet is of another formula than the paper")

    @property
    def zinc(self) -> ZincReading:
        """What the record says of zinc, the doubts settled that a pharmacist signed for."""
        return zinc_settled(self.screening, self.assessments)

    @property
    def formula(self) -> MasterFormulationRecord:
        """The Master Formulation Record in use."""
        return self.choice.formula

    @property
    def contains_zinc(self) -> bool:
        """Whether zinc is in the jar, by what actually goes in and not by what was asked for."""
        return "zinc" in self.holds

    def number(self, value: Decimal) -> str:
        """A number in the paper's language."""
        return format_number(value, decimal_comma=self.phrases.language in self.profile.decimal_comma_languages)

    def say(self, phrase: str, **values: str) -> str:
        """A finished phrase in the paper's language."""
        return self.phrases.say(phrase, **values)

    @property
    def percent(self) -> str:
        return self.number(self.sheet.percent)

    @property
    def milligrams_per_gram(self) -> str:
        return self.number(self.sheet.percent * 10)

    @property
    def strength(self) -> str:
        return self.say("strength_as_pentahydrate", percent=self.percent)

    @property
    def dosage_form(self) -> str:
        return self.say(_FORM_PHRASES[self.formula.base][0])

    @property
    def base(self) -> str:
        return self.say(_FORM_PHRASES[self.formula.base][1])

    @property
    def drug_line(self) -> str:
        """Drug, strength, basis and form, as they head the label."""
        return f"{self.say('drug_name')} {self.strength} {self.dosage_form}"

    @property
    def found(self) -> Found:
        """What decides which warnings are said."""
        told = self.clinical
        return Found(
            contains_zinc=self.contains_zinc, skin=told.lesion if told is not None else None,
            oxygen_or_smoking=told.oxygen_or_smoking.yes if told is not None else None,
            other_products=told.other_wound_products.yes if told is not None else None, sulfite=self.speaks_of_sulfite,
        )  # fmt: skip

    @property
    def speaks_of_sulfite(self) -> bool:
        """Whether the allergy record names sulfite. A signed assessment lets the jar be made and takes no warning off; a denial or refutation does."""
        findings = (finding for read in self.screening.entries for finding in read.reading.findings)
        return any(finding.allergen == "sulfite" and finding.effect is not Effect.CLEARED for finding in findings)

    def told_at(self, place: Place) -> tuple[str, ...]:
        """The warnings of one place, finished, in their order."""
        return tuple(" ".join(self._warning(phrase) for phrase in phrases) for phrases in warnings_at(place, self.found))

    def _warning(self, phrase_id: str) -> str:
        # The share of zinc oxide printed is the one actually weighed, to a tenth: the declared limits of the product itself are wider (18.5 to 21.5 %).
        values = {
            "percent": self.number(rounded(self.sheet.zinc_oxide_percent, 1)), "poison_centre": self.profile.poison_centres,
            "emergency_number": self.profile.emergency_number, "date": self.beyond_use.on.isoformat(), "telephone": self.site.telephone,
        }  # fmt: skip
        return self.say(phrase_id, **{name: values[name] for name in self.phrases.phrase(phrase_id).placeholders})

    @property
    def zinc_statement(self) -> str:
        """Whether there is zinc in the jar, and how much."""
        return " ".join(self.told_at(Place.LABEL_CRITICAL))

    @property
    def other_ingredients(self) -> str:
        names = [_INGREDIENT_PHRASES[part] for part in (self.formula.base, self.formula.levigating_agent)]
        return self.say("other_ingredients", ingredients=", ".join(self.say(name) for name in names))

    @property
    def directions(self) -> str:
        return self.order.directions

    @property
    def warnings_on_label(self) -> tuple[str, ...]:
        """The warnings below the critical lines, in their order; nobody can deselect one."""
        return self.told_at(Place.LABEL)

    @property
    def in_second_language(self) -> "PaperFacts | None":
        """The same facts told in the second language of a bilingual label, or None. The prescriber's own words stay as they were written."""
        return replace(self, phrases=self.second_phrases, second_phrases=None) if self.second_phrases is not None else None

    @property
    def draft_marks(self) -> tuple[str, ...]:
        return tuple(self.say(phrase) for phrase in self.draft_phrases)

    @property
    def staff_draft_marks(self) -> tuple[str, ...]:
        """The same marks in the staff's language, for the worksheet."""
        return tuple(self.staff_phrases.say(phrase) for phrase in self.draft_phrases)

    @property
    def component_lots(self) -> tuple[str, ...]:
        """The lot number of each component as the worksheet shows it; empty where the box is left to write in."""
        return tuple(f"{line.lot.number}" for line in self.sheet.lines if line.lot is not None)

    @property
    def component_amounts(self) -> tuple[str, ...]:
        """The mass to weigh of each component as the worksheet shows it. The worksheet speaks the staff's language."""
        return tuple(f"{format_number(line.to_weigh_g)} g" for line in self.sheet.lines)

    def printed(self) -> Mapping[str, str | list[str]]:
        """The strings as they stand on paper, by the names of the contract."""
        return {
            "patient_name": self.order.patient.name,
            "prescriber_name": self.order.prescriber_name,
            "pharmacy_name": self.site.name,
            "pharmacy_address": self.site.address,
            "pharmacy_telephone": self.site.telephone,
            "rx_number": self.numbers.rx_number,
            "order_ref": self.order.order_ref,
            "date_dispensed": self.dispensed_on.isoformat(),
            "date_compounded": self.compounded_on.isoformat(),
            "drug_name": self.say("drug_name"),
            "strength": self.strength.partition(" (")[0],
            "strength_basis": self.strength.partition(" (")[2].removesuffix(")"),
            "base": self.base,
            "zinc_statement": self.zinc_statement,
            "dosage_form": self.dosage_form,
            "directions": self.directions,
            "quantity": f"{self.number(self.amount_g)} g",
            "repeats": str(self.repeats_left),
            "storage": self.say("store_short"),
            "warnings": list(self.warnings_on_label),
            "bud": self.beyond_use.on.isoformat(),
            "lot": self.numbers.lot,
            "component_lots": list(self.component_lots),
            "component_amounts": list(self.component_amounts),
        }
