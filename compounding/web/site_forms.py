"""The forms by which the designated person changes the pharmacy's settings: one for each part, filled with what stands, and signed."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from wtforms.fields import SelectChoice  # type: ignore[import-untyped]

from compounding.domain.site import Balance, Band, Site, Tolerances
from compounding.domain.typed_quantities import DAYS, GRAMS, PERCENT, Asked
from compounding.reference import ReferenceData
from compounding.web.fields import AnswerField, ChoiceField, QuantitiesField, QuantityField, TextField, offer
from compounding.web.first_run_form import ZONES
from compounding.web.site_form import SettingsForm
from compounding.web.site_paper_forms import CodesForm, LabelsForm

if TYPE_CHECKING:
    pass

_MASS, _SHARE = Asked(unit=GRAMS), Asked(unit=PERCENT, zero=True)
_COUNT, _COUNT_OR_NONE = Asked(unit=DAYS, whole=True), Asked(unit=DAYS, whole=True, zero=True)


class PaperForm(SettingsForm):
    """Name, address, telephone and time zone."""

    paths: Mapping[str, str] = {each: each for each in ("name", "address", "telephone", "time_zone")}

    name = TextField("Name")
    address = TextField("Address")
    telephone = TextField("Telephone")
    time_zone = ChoiceField("Time zone", choices=offer())

    def begin(self, settings: Site, data: ReferenceData) -> None:  # noqa: ARG002 - only other parts need the data.
        first = ZONES.get(settings.jurisdiction, ())
        # The profiles are of places in America and the Pacific; the whole world's list would weigh more than the rest of the page.
        near = sorted(each for each in available_timezones() if each.startswith(("America/", "Pacific/")))
        every = dict.fromkeys((*first, settings.time_zone.key, *near))
        self.time_zone.choices = [SelectChoice(each, each) for each in every]

    def fill(self, settings: Site) -> None:
        self.name.data, self.address.data, self.telephone.data = settings.name, settings.address, settings.telephone
        self.time_zone.data = settings.time_zone.key

    def applied(self, settings: Site) -> Site:
        zone = ZoneInfo(self.time_zone.data)
        return replace(settings, name=self.name.text, address=self.address.text, telephone=self.telephone.text, time_zone=zone)


class BalanceForm(SettingsForm):
    """The balance."""

    paths: Mapping[str, str] = {
        "balance_name": "balance.name", "readability_g": "balance.readability_g", "minimum_weighable_g": "balance.minimum_weighable_g",
    }  # fmt: skip

    balance_name = TextField("Balance")
    readability_g = QuantityField("Readability", asks=_MASS)
    minimum_weighable_g = QuantityField("Minimum weight", asks=_MASS)

    def fill(self, settings: Site) -> None:
        balance = settings.balance
        self.balance_name.data, self.readability_g.data, self.minimum_weighable_g.data = balance.name, balance.readability_g, balance.minimum_weighable_g

    def applied(self, settings: Site) -> Site:
        balance = Balance(
            name=self.balance_name.text, readability_g=_told(self.readability_g), minimum_weighable_g=_told(self.minimum_weighable_g)
        )  # fmt: skip
        return replace(settings, balance=balance)


class AmountsForm(SettingsForm):
    """How much is prepared at a time, in what, from what."""

    paths: Mapping[str, str] = {
        each: each for each in (
            "smallest_amount_g", "largest_amount_g", "overage_percent", "correct_lots_above_percent", "container_sizes_g", "default_zinc_product",
        )
    }  # fmt: skip
    optional = frozenset({"container_sizes_g", "default_zinc_product"})

    smallest_amount_g = QuantityField("Smallest amount prepared", asks=_MASS)
    largest_amount_g = QuantityField("Largest amount prepared", asks=_MASS)
    overage_percent = QuantityField("Overage", asks=_SHARE)
    correct_lots_above_percent = QuantityField("Correct for assay and water above", asks=_SHARE)
    container_sizes_g = QuantitiesField("Containers in stock", asks=_MASS)
    default_zinc_product = ChoiceField("Zinc oxide product", choices=offer())

    def begin(self, settings: Site, data: ReferenceData) -> None:  # noqa: ARG002 - only other parts need the settings.
        products = sorted((each for each in data.formulary.substances.values() if each.zinc_oxide_percent), key=lambda each: each.name)
        self.default_zinc_product.choices = [SelectChoice("", "None: such an order is held"), *(SelectChoice(each.id, each.name) for each in products)]

    def fill(self, settings: Site) -> None:
        for name in ("smallest_amount_g", "largest_amount_g", "overage_percent", "correct_lots_above_percent", "default_zinc_product"):
            self[name].data = getattr(settings, name)
        self.container_sizes_g.data = "\n".join(str(each) for each in settings.container_sizes_g)

    def applied(self, settings: Site) -> Site:
        return replace(
            settings, smallest_amount_g=_told(self.smallest_amount_g), largest_amount_g=_told(self.largest_amount_g),
            overage_percent=_told(self.overage_percent), correct_lots_above_percent=_told(self.correct_lots_above_percent),
            container_sizes_g=tuple(sorted(set(self.container_sizes_g.numbers))), default_zinc_product=self.default_zinc_product.data or "",
        )  # fmt: skip


class TolerancesForm(SettingsForm):
    """How far a preparation may be from its plan."""

    paths: Mapping[str, str] = {
        "weighing_percent": "tolerances.weighing_percent", "strength_lowest": "tolerances.strength.lowest", "strength_highest": "tolerances.strength.highest",
        "process_yield_lowest": "tolerances.process_yield.lowest", "process_yield_highest": "tolerances.process_yield.highest",
        "net_weight_lowest": "tolerances.net_weight.lowest", "net_weight_highest": "tolerances.net_weight.highest",
    }  # fmt: skip

    weighing_percent = QuantityField("One weighing", asks=_SHARE)
    strength_lowest = QuantityField("Strength, lowest", asks=_SHARE)
    strength_highest = QuantityField("Strength, highest", asks=_SHARE)
    process_yield_lowest = QuantityField("Yield, lowest", asks=_SHARE)
    process_yield_highest = QuantityField("Yield, highest", asks=_SHARE)
    net_weight_lowest = QuantityField("Net weight, lowest", asks=_SHARE)
    net_weight_highest = QuantityField("Net weight, highest", asks=_SHARE)

    def fill(self, settings: Site) -> None:
        self.weighing_percent.data = settings.tolerances.weighing_percent
        for name in ("strength", "process_yield", "net_weight"):
            band: Band = getattr(settings.tolerances, name)
            self[f"{name}_lowest"].data, self[f"{name}_highest"].data = band.lowest, band.highest

    def applied(self, settings: Site) -> Site:
        bands = [Band(lowest=_told(self[f"{each}_lowest"]), highest=_told(self[f"{each}_highest"])) for each in ("strength", "process_yield", "net_weight")]
        tolerances = Tolerances(weighing_percent=_told(self.weighing_percent), strength=bands[0], process_yield=bands[1], net_weight=bands[2])
        return replace(settings, tolerances=tolerances)


class DaysForm(SettingsForm):
    """Limits in days."""

    paths: Mapping[str, str] = {each: each for each in ("house_limit_days", "undated_lot_days", "refill_early_days")}
    optional = frozenset({"house_limit_days"})

    house_limit_days = QuantityField("Beyond-use limit of the house", asks=_COUNT)
    undated_lot_days = QuantityField("Lots without an expiry", asks=_COUNT)
    refill_early_days = QuantityField("Refills may be early by", asks=_COUNT_OR_NONE)

    def fill(self, settings: Site) -> None:
        for name in self.paths:
            days = getattr(settings, name)
            self[name].data = None if days is None else Decimal(days)

    def applied(self, settings: Site) -> Site:
        limit = self.house_limit_days.data
        return replace(
            settings, house_limit_days=None if limit is None else int(limit), undated_lot_days=int(_told(self.undated_lot_days)),
            refill_early_days=int(_told(self.refill_early_days)),
        )  # fmt: skip


class PeopleForm(SettingsForm):
    """Whether one pharmacist works alone."""

    paths: Mapping[str, str] = {"sole_practitioner": "sole_practitioner"}

    sole_practitioner = AnswerField("One pharmacist works here alone", choices=offer(no="No, there is a second person", yes="Yes"))

    def fill(self, settings: Site) -> None:
        self.sole_practitioner.data = "yes" if settings.sole_practitioner else "no"

    def applied(self, settings: Site) -> Site:
        return replace(settings, sole_practitioner=self.sole_practitioner.data == "yes")


FORMS: Mapping[str, type[SettingsForm]] = {
    "paper": PaperForm, "labels": LabelsForm, "codes": CodesForm,
    "balance": BalanceForm, "amounts": AmountsForm, "tolerances": TolerancesForm, "days": DaysForm,
    "people": PeopleForm,
}  # fmt: skip
"""The form of each part of the page."""


def _told(field: Any) -> Decimal:
    number: Decimal | None = field.data
    if number is None:
        raise LookupError("a number is asked for only after the form was found to be whole")
    return number
