"""A favourite and the order form: what of a form is kept, and what of a favourite is filled in. Neither says anything of a patient."""

from flask_wtf import FlaskForm

from compounding.domain.built_directions import Moment
from compounding.domain.favourites import ClinicalPart
from compounding.domain.numbers import plain_number
from compounding.storage.favourites import StoredFavourite
from compounding.web.acting import the_house
from compounding.web.acts import ActForm
from compounding.web.confirming import add_error
from compounding.web.fields import ChoiceField, HiddenField, TextField, offer
from compounding.web.new_order_form import NewOrderForm
from compounding.web.visitors import the_visitor
from compounding.workflow.favourites import favourites_of


class FavouriteForm(FlaskForm):  # type: ignore[misc]
    """Under which name the clinical part is kept, and from which one an order starts."""

    favourite_name = TextField("Name of the favourite", description="Not a patient's. One of the same name is replaced.")
    favourite = ChoiceField("Start from one of your favourites", validate_choice=False)
    favourite_key = HiddenField()

    def offer_own(self) -> None:
        """Offer the person's own."""
        self.mine = own_favourites()
        self.favourite.choices = [*offer(**{"": "Choose a favourite"}), *offer(**{each.id: each.name for each in self.mine})]


class RemoveForm(ActForm):
    """Which favourite is removed; `seen` is its version."""

    favourite_id = HiddenField()

    def validate(self, extra_validators: object = None) -> bool:
        """One is named."""
        super().validate(extra_validators)
        if not self.favourite_id.data:
            add_error(self.favourite_id, "Choose the favourite that is to be removed.")
        return not self.errors


def own_favourites() -> tuple[StoredFavourite, ...]:
    """The favourites of whoever is signed in."""
    return favourites_of(the_house(), the_visitor().person.id)


def part_of(form: NewOrderForm) -> ClinicalPart:
    """The clinical part of a valid form. Notes and diagnosis stay with their patient."""
    repeats, days = form.repeats.data, form.course_days.data
    return ClinicalPart(
        percent=form.percent.data, basis=form.basis.data or "", base=form.base.data or "", amount_g=form.amount.data, place=form.place.text,
        how_much=form.how_much.data or "", each_g=form.each_g.data, moments=tuple(each for each in Moment if each in (form.moments.data or ())),
        course_days=int(days) if days is not None else None, directions=form.directions.text, repeats=int(repeats) if repeats is not None else None,
        supply_days=form.supply_days.data, why_compounded=form.why_compounded.text,
    )  # fmt: skip


def told_of(part: ClinicalPart) -> dict[str, object]:
    """The same as the form's fields would have been typed."""
    numbers = {"percent": part.percent, "amount": part.amount_g, "each_g": part.each_g, "supply_days": part.supply_days}
    return {
        **{name: plain_number(value) if value is not None else "" for name, value in numbers.items()},
        "basis": part.basis, "base": part.base, "place": part.place, "how_much": part.how_much, "moments": [each.value for each in part.moments],
        "course_days": "" if part.course_days is None else part.course_days, "directions": part.directions,
        "repeats": "" if part.repeats is None else part.repeats, "why_compounded": part.why_compounded,
    }  # fmt: skip
