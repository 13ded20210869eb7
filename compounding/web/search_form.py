"""The form by which records are looked for: by which number or name, what it is, and for a name the date of birth."""

from flask_wtf import FlaskForm

from compounding.domain.errors import LevigateError
from compounding.web.fields import AnswerField, DayField, TextField, offer
from compounding.workflow.listing import LETTERS, Find, Search

_BY = {"anything": Search.ANYTHING, "prescription": Search.PRESCRIPTION, "lot": Search.LOT, "name": Search.NAME, "identifier": Search.IDENTIFIER}

ANYTHING = "anything"
"""What is searched by where nobody chose, as from the box in the header."""


class SearchForm(FlaskForm):  # type: ignore[misc]
    """What is sought is taken literally, whatever characters it holds."""

    by = AnswerField("Search by", choices=offer(**{key: each.value[:1].upper() + each.value[1:] for key, each in _BY.items()}), default=ANYTHING)
    sought = TextField(
        "What to search for", description=f"A number or a scanned code exactly as it stands; of a name its beginning, at least {LETTERS} letters."
    )
    born_on = DayField("Date of birth", description="With a name, to find fewer. YYYY-MM-DD.", is_past=True)

    def asked(self) -> Find:
        """What is asked of the records."""
        return Find(by=_BY[self.by.data or ANYTHING], sought=self.sought.data or "", born_on=self.born_on.data)

    def refuse(self, refusal: LevigateError) -> None:
        """Put a refusal beside the field it is about."""
        field = self.born_on if refusal.code == "SEARCH_DAY" else self.sought
        field.errors = [*field.errors, refusal.message[:1].upper() + refusal.message[1:] + "."]
