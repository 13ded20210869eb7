"""How a decision on an order is done from a form: by a pharmacist as they are signed in, by whoever needs one beside them with both passwords."""

from collections.abc import Callable
from typing import Any, TypeVar

from compounding.domain.errors import LevigateError
from compounding.domain.people import Duty
from compounding.web.acting import do
from compounding.web.acts import keep_refusal
from compounding.web.fields import HiddenField
from compounding.web.problems import is_of_a_page
from compounding.web.signing_acts import SignedForm, sign
from compounding.workflow.use_case import UseCase

Q = TypeVar("Q")
A = TypeVar("A")

_LONGEST_VERSION = 9


class DecisionForm(SignedForm):
    """A form that decides on an order. Its passwords are asked for only where the person needs a pharmacist beside them."""

    duty = Duty.DECIDE_ORDERS
    page_order: tuple[str, ...] = ()
    """The fields as they stand on the page, where that is not the order in which the classes name them; errors are listed in it."""

    seen = HiddenField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        signing = ("supervisor", "supervisor_password", "supervisor_code", "password", "code")
        for name in (*self.page_order, *(each for each in signing if self.page_order)):
            self._fields[name] = self._fields.pop(name)

    @property
    def version(self) -> int:
        """The version of the order that the person saw; what is no version is an older one."""
        told = self.seen.data or ""
        return int(told) if told.isascii() and told.isdigit() and len(told) <= _LONGEST_VERSION else 0


def decide(form: DecisionForm, use_case: UseCase[Q, A], ask: Callable[[], Q], *, reason: str = "") -> A | None:
    """Do what the form asks; None where something stands against it, with the reason on the form. Raises NotFound and faults.

    The version that was seen goes with the request itself, so that a button that is pressed twice is one request with one answer.
    """
    if form.is_supervised:
        return sign(form, use_case, ask, reason=reason)
    is_whole = form.validate()
    try:
        return do(use_case, ask(), reason=reason, key=form.key.data or "") if is_whole else None
    except LevigateError as refusal:
        if is_of_a_page(refusal):
            raise
        keep_refusal(form, refusal)
        return None
