"""The form by which a pharmacy is set up: itself, its balance, and its designated person."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from flask_wtf import FlaskForm
from wtforms.validators import InputRequired, ValidationError  # type: ignore[import-untyped]

from compounding.credentials import recovery_codes, tokens
from compounding.domain.errors import LevigateError
from compounding.domain.people import Person, Role
from compounding.domain.record_texts import check_text
from compounding.domain.site import Balance, Site
from compounding.domain.typed_quantities import GRAMS, Asked
from compounding.storage.accounts import Account, folded_name
from compounding.web.access_forms import CodeField
from compounding.web.fields import ChoiceField, DayField, QuantityField, TextField, offer
from compounding.workflow.accounts import ACTIVATION_LASTS, AccountRefused

ZONES: Mapping[str, tuple[str, ...]] = {
    "ca-bc": ("America/Vancouver", "America/Creston", "America/Dawson_Creek", "America/Fort_Nelson", "America/Edmonton"),
    "us": (
        "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu",
        "America/Puerto_Rico",
    ),
}  # fmt: skip
"""The time zones that are offered first for each jurisdiction; every other zone of the IANA database is taken as well."""
_SHORTEST_NAME, _LONGEST_NAME = 2, 60
_MASS = Asked(unit=GRAMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A pharmacy that is to be founded, with the activation code of its designated person, which is shown this once."""

    settings: Site
    first: Person
    account: Account
    activation_code: str


def suggested_id(name: str) -> str:
    """A pharmacy's id made of its name: small letters, digits and hyphens; empty where nothing of the name is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")


def _asked(what: str) -> InputRequired:
    return InputRequired(f"Enter {what}.")


class FirstRunForm(FlaskForm):  # type: ignore[misc]
    """Everything a pharmacy begins with."""

    set_up_code = CodeField("Set-up code", description="The program's console shows it where the server was started.", validators=[_asked("the set-up code")])
    name = TextField("Name of the pharmacy", description="As it stands on every label.", validators=[_asked("the pharmacy's name")])
    site_id = TextField("Short name", description="Small letters, digits and hyphens. Left empty, it is made of the name. It never changes.")
    address = TextField("Address", validators=[_asked("the pharmacy's address")])
    telephone = TextField("Telephone", validators=[_asked("the pharmacy's telephone number")])
    jurisdiction = ChoiceField("Whose rules it works by", choices=offer())
    time_zone = TextField("Time zone", description="Such as America/Vancouver.", validators=[_asked("the time zone")])
    balance_name = TextField("Balance", description="Its name, as it stands on worksheets.", validators=[_asked("the balance's name")])
    readability_g = QuantityField("Readability of the balance, in grams", description="The smallest step it shows; it stands on its plate as d.", asks=_MASS)
    minimum_weighable_g = QuantityField("Least mass it weighs, in grams", description="Its minimum weight, from its certificate or your own check.", asks=_MASS)
    smallest_amount_g = QuantityField("Smallest amount prepared, in grams", description="An order for less is held. It can be changed later.", asks=_MASS)
    largest_amount_g = QuantityField("Largest amount prepared, in grams", description="An order for more is held. It can be changed later.", asks=_MASS)
    person_name = TextField(
        "Name of the designated person", description="The pharmacist who answers for formulas, people and settings: most likely you.",
        validators=[_asked("the designated person's name")],
    )  # fmt: skip
    licence = TextField("Licence number", validators=[_asked("the licence number")])
    licence_expires_on = DayField("Licence expires on", description="YYYY-MM-DD, for example 2027-03-31.")
    sign_in_name = TextField("Sign-in name", description="2 to 60 characters; it is typed at every sign-in.", validators=[_asked("a sign-in name")])

    def validate_time_zone(self, field: TextField) -> None:
        """A zone that the IANA database has."""
        try:
            if field.text not in available_timezones():
                raise ZoneInfoNotFoundError
            ZoneInfo(field.text)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValidationError("Choose a time zone such as America/Vancouver.") from None

    def validate_sign_in_name(self, field: TextField) -> None:
        """As accounts are named everywhere."""
        try:
            check_text(field.text, what="a sign-in name", refusal=AccountRefused, code="SIGN_IN_NAME")
        except LevigateError as refusal:
            raise ValidationError(refusal.message[0].upper() + refusal.message[1:] + ".") from refusal
        if not _SHORTEST_NAME <= len(folded_name(field.text)) <= _LONGEST_NAME:
            raise ValidationError(f"A sign-in name has {_SHORTEST_NAME} to {_LONGEST_NAME} characters.")

    def is_complete(self) -> bool:
        """Whether everything is told and can be read; what is missing says so beside its field."""
        self.validate()
        for field in (self.readability_g, self.minimum_weighable_g, self.smallest_amount_g, self.largest_amount_g, self.licence_expires_on):
            if field.data is None and not field.errors:
                field.errors = [f"{field.label.text}: fill it in."]
        if not self.jurisdiction.data and not self.jurisdiction.errors:
            self.jurisdiction.errors = ["Choose whose rules the pharmacy works by."]
        return not self.errors

    def wanted(self, at: datetime) -> Wanted:
        """What was told, ready to be founded."""
        first = Person(
            id=str(uuid4()), name=self.person_name.text, roles=frozenset({Role.DESIGNATED_PERSON, Role.PHARMACIST}), licence=self.licence.text,
            licence_expires_on=self.licence_expires_on.data,
        )  # fmt: skip
        code = tokens.new_activation_code()
        account = Account(
            id=first.id, sign_in_name=folded_name(self.sign_in_name.text), activation=recovery_codes.digest(code), activation_until=at + ACTIVATION_LASTS
        )  # fmt: skip
        balance = Balance(
            name=self.balance_name.text, readability_g=_number(self.readability_g), minimum_weighable_g=_number(self.minimum_weighable_g)
        )  # fmt: skip
        settings = Site(
            id=self.site_id.text or suggested_id(self.name.text), name=self.name.text, address=self.address.text, telephone=self.telephone.text,
            jurisdiction=self.jurisdiction.data, time_zone=ZoneInfo(self.time_zone.text), balance=balance, largest_amount_g=_number(self.largest_amount_g),
            smallest_amount_g=_number(self.smallest_amount_g), overage_percent=Decimal(0),
        )  # fmt: skip
        return Wanted(settings=settings, first=first, account=account, activation_code=code)


def _number(field: QuantityField) -> Decimal:
    if field.data is None:
        raise ValueError("a form that is complete has every number")
    return field.data
