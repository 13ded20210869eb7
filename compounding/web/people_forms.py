"""The forms by which the designated person keeps people: each signed with the password once more, and what opens an account with both factors."""

from wtforms import HiddenField, SelectMultipleField  # type: ignore[import-untyped]
from wtforms.fields import SelectChoice  # type: ignore[import-untyped]
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from compounding.domain.assurance import Level
from compounding.domain.people import Duty, Role, WhoMay
from compounding.web.confirming import SigningForm
from compounding.web.fields import DayField, TextField

# A role is offered by its own name, in the order of the work.
ROLES = tuple(Role)


class ReasonForm(SigningForm):
    """Why, and the password."""

    level = Level.AGAIN
    reason = TextField("Reason", description="It stays on the audit trail.", validators=[InputRequired("Say why in a few words.")])


class RenewForm(ReasonForm):
    """Why an account is opened anew, and both factors."""

    level = Level.FULL


class AccountForm(SigningForm):
    """The name somebody is going to sign in with, and both factors."""

    level = Level.FULL
    sign_in_name = TextField(
        "Sign-in name", description="2 to 60 characters. Capitals make no difference.", validators=[InputRequired("Enter a sign-in name.")]
    )


class PersonForm(SigningForm):
    """Somebody as the record should read."""

    level = Level.AGAIN
    name = TextField("Name", description="As it is printed beside a signature.", validators=[InputRequired("Enter the name.")])
    roles = SelectMultipleField(
        "Roles", choices=[SelectChoice(each.value, each.value) for each in ROLES], validators=[InputRequired("Choose at least one role.")]
    )
    licence = TextField("Licence number", description="On the public register; for roles that stand on one.")
    licence_expires_on = DayField("Last day of the licence", description="Such as 2027-11-30.")

    def chosen(self) -> tuple[Role, ...]:
        """The roles that were ticked."""
        return tuple(each for each in ROLES if each.value in (self.roles.data or ()))


class ChangeForm(PersonForm):
    """The record of somebody who is known; `version` is what was looked at."""

    reason = TextField("Reason", description="It stays on the audit trail.", validators=[InputRequired("Say why in a few words.")])
    version = HiddenField()


class LeaveForm(ReasonForm):
    """Set somebody inactive, or active again."""

    version = HiddenField()


def what_each_may(who_may: WhoMay) -> list[tuple[Role, str]]:
    """Every role with what it may do by the profile's table, in words."""
    told = []
    for role in ROLES:
        alone = [duty.value for duty in Duty if role in who_may.alone[duty]]
        beside = [duty.value for duty in Duty if role in who_may.supervised[duty]]
        parts = [", ".join(alone)] if alone else []
        if beside:
            parts.append(f"under supervision: {', '.join(beside)}")
        words = "; ".join(parts) or "nothing by itself"
        told.append((role, words[0].upper() + words[1:] + "."))
    return told


def as_version(text: str | None) -> int:
    """The version that a hidden field names; 0, which no record has, for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < len("1000000000") else 0
