"""The forms by which people come in. A password or a code is never filled in again."""

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovTextInput
from wtforms import PasswordField, StringField  # type: ignore[import-untyped]
from wtforms.validators import DataRequired, InputRequired  # type: ignore[import-untyped]

from compounding.web.fields import ChoiceField, TextField, offer


class CodeField(StringField):  # type: ignore[misc]
    """A code that counts once; it is not shown again."""

    widget = GovTextInput()

    def _value(self) -> str:
        return ""


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Who it is, and at which pharmacy where the database holds several."""

    site = ChoiceField("Pharmacy", choices=(), validators=[DataRequired("Choose your pharmacy.")])
    name = TextField("Sign-in name", validators=[InputRequired("Enter your sign-in name.")])
    password = PasswordField("Password", widget=GovPasswordInput(), validators=[InputRequired("Enter your password.")])

    def offer_sites(self, sites: tuple[tuple[str, str], ...], *, last: str = "") -> None:
        """Let a pharmacy be chosen, where there is a choice; `last` is the one this browser was at before."""
        self.site.choices = offer(**(dict(sites) if len(sites) == 1 else {"": "Choose", **dict(sites)}))
        if len(sites) == 1:
            self.site.data = sites[0][0]
        elif not self.is_submitted() and last in dict(sites):
            self.site.data = last

    @property
    def asks_site(self) -> bool:
        """Whether there is more than one pharmacy."""
        return len(self.site.choices) > 1


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The second step."""

    code = CodeField("Code", description="The six digits of your authenticator app, or one of your recovery codes.", validators=[
        InputRequired("Enter the code of your authenticator app, or a recovery code."),
    ])  # fmt: skip


class UnlockForm(FlaskForm):  # type: ignore[misc]
    """The password of somebody who is known already."""

    password = PasswordField("Password", widget=GovPasswordInput(), validators=[InputRequired("Enter your password.")])


class ActivationForm(FlaskForm):  # type: ignore[misc]
    """The code from the designated person."""

    site = ChoiceField("Pharmacy", choices=(), validators=[DataRequired("Choose your pharmacy.")])
    name = TextField("Sign-in name", validators=[InputRequired("Enter your sign-in name.")])
    activation_code = CodeField("Activation code", description="Six groups of five signs, from the designated person.", validators=[
        InputRequired("Enter your activation code."),
    ])  # fmt: skip

    offer_sites = SignInForm.offer_sites
    asks_site = SignInForm.asks_site


class ChooseForm(FlaskForm):  # type: ignore[misc]
    """A password and a second factor."""

    new_password = PasswordField("New password", widget=GovPasswordInput(), validators=[InputRequired("Choose a password.")])
    again = PasswordField("New password again", widget=GovPasswordInput(), validators=[InputRequired("Enter the same password once more.")])
    code = CodeField("Code", description="The six digits that the app shows now.", validators=[InputRequired("Enter the code that your app shows.")])
