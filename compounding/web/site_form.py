"""One part of the pharmacy's settings as a form: filled with what stands, changed with a reason, and signed."""

from collections.abc import Mapping

from compounding.domain.people import Duty
from compounding.domain.site import Site
from compounding.reference import ReferenceData
from compounding.web.confirming import add_error
from compounding.web.fields import HiddenField, LinesField
from compounding.web.signing_acts import SignedForm


class SettingsForm(SignedForm):
    """One part of the settings. `paths` says which setting each field stands for; what may be left empty is in `optional`."""

    duty = Duty.KEEP_PEOPLE
    paths: Mapping[str, str] = {}
    optional: frozenset[str] = frozenset()

    seen = HiddenField()
    part = HiddenField()
    reason = LinesField("Why do you change this?", description="It stays with the change.")

    def begin(self, settings: Site, data: ReferenceData) -> None:
        """Make ready what depends on the pharmacy: the answers of lists."""

    def fill(self, settings: Site) -> None:
        """Put what stands into the fields."""
        raise NotImplementedError

    def applied(self, settings: Site) -> Site:
        """The settings with what was entered. Asked for only after the form was found to be whole."""
        raise NotImplementedError

    def validate(self, extra_validators: object = None) -> bool:
        """Whether everything is told and can be read. Whether it may be so is for the use case to say."""
        super().validate(extra_validators)
        for name in self.paths:
            field = self[name]
            is_empty = field.data is None or (isinstance(field.data, str) and not field.data.strip())
            if is_empty and not field.errors and name not in self.optional:
                add_error(field, f"{field.label.text}: enter it.")
        if not self.reason.text:
            add_error(self.reason, "Write why.")
        return not self.errors
