"""The forms of one's own account: each ends with showing once more who one is, and no secret is ever filled in again."""

from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput
from wtforms import HiddenField, PasswordField  # type: ignore[import-untyped]
from wtforms.validators import InputRequired, Length  # type: ignore[import-untyped]

from compounding.domain.assurance import Level
from compounding.web.confirming import CodeField, SigningForm
from compounding.web.fields import TextField


class ConfirmForm(SigningForm):
    """Nothing but showing once more who one is."""

    level = Level.AGAIN


class FullConfirmForm(SigningForm):
    """As above, with the second factor."""

    level = Level.FULL


class PasswordForm(SigningForm):
    """Another password."""

    new_password = PasswordField("New password", widget=GovPasswordInput(), validators=[InputRequired("Choose a new password.")])
    again = PasswordField("New password again", widget=GovPasswordInput(), validators=[InputRequired("Enter the new password once more.")])

    def is_same_twice(self) -> bool:
        """Whether both are the same; where not, the second one has the error."""
        if self.new_password.data == self.again.data:
            return True
        self.again.errors = [*self.again.errors, "The two new passwords are not the same. Enter both again."]
        return False


class NewAppForm(FullConfirmForm):
    """Another authenticator app: its first code, and the old factor."""

    new_code = CodeField("Code of the new app", description="The six digits that it shows now.", validators=[InputRequired("Enter the code of the new app.")])


class PasskeyForm(FullConfirmForm):
    """A passkey that the browser made."""

    name = TextField(
        "A name for it", description="So that you know it again, such as: work telephone.", validators=[Length(max=60, message="At most 60 characters.")]
    )
    new_passkey = HiddenField()
    """What the browser made; the script fills it in."""
