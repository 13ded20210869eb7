"""How an order came that the pharmacy types in: the picture of the paper or the fax, or who spoke on the telephone and that it was read back."""

import re
from datetime import UTC, datetime
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput
from wtforms import BooleanField  # type: ignore[import-untyped]

from compounding.domain.errors import LevigateError, WorkflowRefused
from compounding.domain.order_parts import Evidence, Source, Spoken
from compounding.domain.people import Duty
from compounding.web import keeping, kept_files
from compounding.web.access import has_duty, the_who_may
from compounding.web.confirming import add_error
from compounding.web.fields import DayField, TextField, offer
from compounding.web.pharmacy import current_pharmacy
from compounding.web.problems import status_of
from compounding.web.visitors import new_key, the_visitor

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
_PHONE = "phone"


class SendForm(keeping.KeepForm):
    """What is asked beside a new order. A call is offered to whoever may take one down: what was heard is decided on by whoever heard it."""

    spoken_by = TextField("Who spoke?")
    callback_number = TextField("Number to call back")
    spoken_on = DayField("Day of the call", description="YYYY-MM-DD", is_past=True)
    spoken_at = TextField("Time of the call", description="On the pharmacy's clock, for example 14:05")
    read_back = BooleanField("I read the order back to the speaker", widget=GovCheckboxInput())

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        who = the_visitor()
        self.is_pharmacy = keeping.is_pharmacy(who.person)
        self.takes_calls = self.is_pharmacy and has_duty(who.person, Duty.DECIDE_ORDERS, the_who_may(who.site_id))
        if self.takes_calls:
            self.source.choices = [*self.source.choices, *offer(phone="By telephone")]
        self.key.data = self.key.data or new_key()

    def take_picture(self) -> None:
        """Keep a picture that was chosen just now, so that no refusal of the form loses it; what is wrong with it stands beside the field."""
        if self.is_pharmacy and kept_files.is_chosen(self.picture.data):
            try:
                keeping.picture_of(self)
            except LevigateError as refusal:
                # What is wrong with it is said beside the field already; a fault has a page of its own.
                if status_of(refusal) not in keeping.BESIDE_THE_FORM:
                    raise
            # It is read once: what was kept goes on by its number.
            self.picture.data = None

    def came(self) -> tuple[Source, Evidence]:
        """How it came, with its evidence. Raises WorkflowRefused, with the error beside the field."""
        if not self.is_pharmacy:
            return Source.ENTERED, Evidence()
        if self.source.data == _PHONE and self.takes_calls:
            return Source.PHONE, Evidence(spoken=self._spoken())
        source = keeping.source_of(self)
        if self.picture.errors:
            raise WorkflowRefused("EVIDENCE_MISSING", "choose the picture of the original: a typed order is kept with what it was typed from")
        return source, Evidence(images=(keeping.picture_of(self),))

    def _spoken(self) -> Spoken:
        at = _CLOCK.fullmatch(self.spoken_at.text)
        for field, is_there, asks in (
            (self.spoken_by, self.spoken_by.text, "Write who spoke."), (self.callback_number, self.callback_number.text, "Write the number to call back."),
            (self.spoken_on, self.spoken_on.data, "Write the day of the call."), (self.spoken_at, at, "Write the time of the call, for example 14:05."),
            (self.read_back, self.read_back.data, "Read the order back to the speaker before you take it down, and say so."),
        ):  # fmt: skip
            if not is_there and not field.errors:
                add_error(field, asks)
        if at is None or self.spoken_on.data is None or self.errors:
            raise WorkflowRefused("EVIDENCE_MISSING", "write down who spoke, the number to call back, when it was, and that it was read back")
        day = self.spoken_on.data
        when = datetime(day.year, day.month, day.day, int(at[1]), int(at[2]), tzinfo=current_pharmacy().site.time_zone)
        return Spoken(
            by=self.spoken_by.text, callback_number=self.callback_number.text, read_back=bool(self.read_back.data), at=when.astimezone(UTC),
            received_by=the_visitor().person.name,
        )  # fmt: skip

    def carried(self) -> list[tuple[str, str]]:
        """What the next page carries on: how it came, and whom it is for."""
        told = (self.source, self.picture_sha256, self.patient_id, self.spoken_by, self.callback_number, self.spoken_on, self.spoken_at, self.key)
        given = [(each.name, str(each.data)) for each in told if each.data]
        return [*given, *([(self.read_back.name, "y")] if self.read_back.data else [])]
