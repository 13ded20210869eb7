"""The part of a form by which somebody signs: the password once more, with a code where the signature reaches further; and the supervisor's beside it."""

from typing import Any

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput
from wtforms import PasswordField  # type: ignore[import-untyped]
from wtforms.fields import SelectChoice  # type: ignore[import-untyped]

from compounding.domain.assurance import Assurance, Level, level_of_signing
from compounding.domain.people import Duty, Person, Role, WhoMay
from compounding.web import passkey_challenges, renewing, request_lines
from compounding.web.access import the_who_may
from compounding.web.fields import ChoiceField, HiddenField, TextField
from compounding.web.records import the_records
from compounding.web.unlocking import said, seconds_to_wait
from compounding.web.visitors import door, new_key, the_visitor
from compounding.workflow.signed import needs_supervisor, supervisors, time_zone_of
from compounding.workflow.signing_in import SignInRefused, confirm
from compounding.workflow.signing_in_by_passkey import confirm_by_passkey

_LAST = ("reason", "supervisor", "supervisor_password", "supervisor_code", "password", "code")
_TOO_MANY, _REFUSED = 429, 422


class CodeField(TextField):
    """A one-time or recovery code: read, and never written back into a page."""

    def _value(self) -> str:
        return ""


class SigningForm(FlaskForm):  # type: ignore[misc]
    """Fields that every signed form ends with. `duty` is what is signed, `level` what has to be shown; `confirmed()` is called after `validate()`.

    Where the person has the duty only under supervision, who supervises is chosen and gives the own password beside. After `confirmed()` gave None,
    `status` and `headers` say how the page answers.
    """

    duty: Duty | None = None
    level = Level.AGAIN

    key = HiddenField()
    password = PasswordField("Your password", widget=GovPasswordInput(), description="It stands for your signature.")
    code = CodeField("Code of your authenticator app", description="Six digits; a recovery code works too.")
    passkey = HiddenField()
    """What the passkey answered; the script fills it in, and the page leaves it empty."""
    supervisor = ChoiceField("Who supervises you", validate_choice=False)
    supervisor_password = PasswordField("Supervisor's password", widget=GovPasswordInput(), description="The supervisor enters it and signs with you.")
    supervisor_code = CodeField("Code of the supervisor's authenticator app")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.status, self.headers = _REFUSED, dict[str, str]()
        if self.duty is not None:
            self.level = level_of_signing(self.duty)
        self._could_supervise = _who_could_supervise(self.duty)
        self.supervisor.choices = [SelectChoice("", "Choose a person"), *(SelectChoice(each.id, _named(each)) for each in self._could_supervise or ())]
        self.key.data = self.key.data or new_key()
        # What stands last on the page is made first, in the class that all of them inherit; errors are listed in the order of the page.
        for name in _LAST:
            if name in self._fields:
                self._fields[name] = self._fields.pop(name)

    @property
    def is_supervised(self) -> bool:
        """Whether somebody has to supervise."""
        return self._could_supervise is not None

    @property
    def needs_code(self) -> bool:
        """Whether a code is asked for beside the password."""
        return self.level is Level.FULL

    @property
    def supervisor_id(self) -> str:
        """The person id of who supervises, for the act; empty where nobody has to."""
        return str(self.supervisor.data or "") if self.is_supervised else ""

    @property
    def signs_as(self) -> str:
        """Who signs, as the signature will print it."""
        person = the_visitor().person
        return _printed(person, _role_of(person, self.duty))

    def confirmed(self) -> tuple[Assurance, ...] | None:
        """What was shown, or None with the error beside the field. Nothing is tried before everything that is needed was entered."""
        self._check_own()
        if self.is_supervised:
            self._check_beside()
        if self.errors:
            return None
        own = self._proof_by_passkey() if self.passkey.data else self._proof(the_visitor().person.id, self.password, self.code)
        if own is not None:
            renewing.shown_again()
        if own is None or not self.is_supervised:
            return None if own is None else (own,)
        beside = self._proof(self.supervisor_id, self.supervisor_password, self.supervisor_code)
        return None if beside is None else (own, beside)

    def _check_own(self) -> None:
        if self.passkey.data:
            return
        if not self.password.data:
            add_error(self.password, "Enter your password to sign.")
        if self.needs_code and not self.code.text:
            add_error(self.code, "Enter the code of your authenticator app to sign.")

    def _check_beside(self) -> None:
        if self.supervisor_id not in {each.id for each in self._could_supervise or ()}:
            add_error(self.supervisor, "Choose who supervises you and signs with you.")
        if not self.supervisor_password.data:
            add_error(self.supervisor_password, "The supervisor must enter their password.")
        if self.needs_code and not self.supervisor_code.text:
            add_error(self.supervisor_code, "The supervisor must enter the code of their authenticator app.")

    def _proof(self, person_id: str, password: PasswordField, code: CodeField) -> Assurance | None:
        try:
            return confirm(door(the_visitor().site_id), person_id, password=password.data, code=code.text if self.needs_code else "")
        except SignInRefused as refusal:
            self._refused(password, refusal)
            return None

    def _proof_by_passkey(self) -> Assurance | None:
        asked, answer, who = passkey_challenges.take(), self.passkey.data, the_visitor()
        # It counts once: a form that comes back asks for a new answer.
        self.passkey.data = ""
        if asked is None:
            add_error(self.password, "The passkey took too long; use it again, or enter your password.")
            return None
        try:
            return confirm_by_passkey(door(who.site_id), who.person.id, asked.party, challenge=asked.challenge, answer=answer)
        except SignInRefused as refusal:
            self._refused(self.password, refusal)
            return None

    def _refused(self, field: PasswordField, refusal: SignInRefused) -> None:
        add_error(field, said(refusal))
        if refusal.until is not None:
            self.status, self.headers = _TOO_MANY, {"Retry-After": str(seconds_to_wait(refusal))}
        request_lines.refused(self.status, refusal.code)


def add_error(field: Any, sentence: str) -> None:
    """Put a sentence beside a field."""
    field.errors = [*field.errors, sentence]


def _who_could_supervise(duty: Duty | None) -> tuple[Person, ...] | None:
    """Those who could, or None where the person needs nobody."""
    who = the_visitor()
    who_may = the_who_may(who.site_id)
    if duty is None or not needs_supervisor(who_may, who.person, duty):
        return None
    house = the_records().house(who.site_id)
    today = the_records().clock().astimezone(time_zone_of(house)).date()
    return supervisors(house, who_may, who.person, duty, on=today)


def _role_of(person: Person, duty: Duty | None) -> str:
    who_may: WhoMay = the_who_may(the_visitor().site_id)
    asked: tuple[Role, ...] = (*who_may.alone[duty], *who_may.supervised[duty]) if duty is not None else ()
    return next((role.value for role in asked if role in person.roles), ", ".join(sorted(person.roles)))


def _printed(person: Person, role: str) -> str:
    return ", ".join(each for each in (person.name, role, f"licence {person.licence}" if person.licence else "") if each)


def _named(person: Person) -> str:
    return f"{person.name}, licence {person.licence}" if person.licence else person.name
