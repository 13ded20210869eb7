"""The part of a form by which somebody signs: the password once more, with a code where the signature reaches further; and the supervisor's beside it."""

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovTextInput
from wtforms import HiddenField, PasswordField, StringField  # type: ignore[import-untyped]

from compounding.domain.assurance import Assurance, Level
from compounding.web import passkey_challenges
from compounding.web.visitors import door, the_visitor
from compounding.workflow.signing_in import SignInRefused, confirm
from compounding.workflow.signing_in_by_passkey import confirm_by_passkey

SECRET_FIELDS = frozenset({
    "password", "code", "supervisor_password", "supervisor_code", "new_password", "again", "activation_code", "old_password", "passkey", "set_up_code",
})  # fmt: skip
"""What is never carried from one page to the next, and never filled in again."""


class SigningForm(FlaskForm):  # type: ignore[misc]
    """Fields that every signed form ends with. `level` is what the signature needs; `confirmed()` is called after `validate()`."""

    level = Level.AGAIN

    password = PasswordField("Your password", widget=GovPasswordInput(), description="It stands for your signature.")
    code = StringField("Code of your authenticator app", widget=GovTextInput(), description="Six digits; a recovery code works too.")

    passkey = HiddenField()
    """What the passkey answered; the script fills it in, and the page leaves it empty."""

    def confirmed(self) -> tuple[Assurance, ...] | None:
        """What was shown, or None with the error beside the field. A code is asked for only where the level needs one."""
        if self.passkey.data:
            return self._confirmed_by_passkey()
        if not self.password.data:
            self.password.errors = [*self.password.errors, "Enter your password to sign."]
        if self.level is Level.FULL and not (self.code.data or "").strip():
            self.code.errors = [*self.code.errors, "Enter the code of your authenticator app to sign."]
        if self.errors:
            return None
        who = the_visitor()
        try:
            code = self.code.data or "" if self.level is Level.FULL else ""
            return (confirm(door(who.site_id), who.person.id, password=self.password.data, code=code),)
        except SignInRefused as refusal:
            self.password.errors = [*self.password.errors, refusal.message[0].upper() + refusal.message[1:] + "."]
            return None

    def _confirmed_by_passkey(self) -> tuple[Assurance, ...] | None:
        asked, answer, who = passkey_challenges.take(), self.passkey.data, the_visitor()
        # It counts once: a form that comes back asks for a new answer.
        self.passkey.data = ""
        if asked is None:
            self.password.errors = [*self.password.errors, "The passkey took too long; use it again, or enter your password."]
            return None
        try:
            return (confirm_by_passkey(door(who.site_id), who.person.id, asked.party, challenge=asked.challenge, answer=answer),)
        except SignInRefused as refusal:
            self.password.errors = [*self.password.errors, refusal.message[0].upper() + refusal.message[1:] + "."]
            return None
