"""How a signed form becomes an act: as one that is not signed (`acts.py`), with what the person shows anew between the check and the act."""

from collections.abc import Callable
from typing import TypeVar

from compounding.domain.assurance import Assurance
from compounding.domain.errors import LevigateError
from compounding.web.acting import do
from compounding.web.acts import as_it_came, keep_refusal
from compounding.web.confirming import SigningForm, add_error
from compounding.web.problems import is_of_a_page
from compounding.workflow.use_case import UseCase

Q = TypeVar("Q")
A = TypeVar("A")

_CONFIRM = {"CONFIRM_WITH_PASSWORD", "CONFIRM_WITH_SECOND_FACTOR"}


class SignedForm(SigningForm):
    """A form whose act is signed. `seen` is the version, or the fingerprint, of what the person saw; `refusal` what stood against the act."""

    refusal: LevigateError | None = None


def sign(form: SignedForm, use_case: UseCase[Q, A], ask: Callable[[], Q], *, reason: str = "", check: Callable[[], None] | None = None) -> A | None:
    """Do what the form asks as a signed act; None where something stands against it, with the reason on the form.

    `check` is asked before the password, so that no one-time code is used up for a record that changed meanwhile. Raises NotFound and faults.
    """
    is_whole = form.validate()
    try:
        if check is not None:
            check()
        asked = ask() if is_whole else None
    except LevigateError as refusal:
        if is_of_a_page(refusal):
            raise
        keep_refusal(form, as_it_came(form, use_case, refusal))
        return None
    shown = form.confirmed() if is_whole else None
    return _done(form, use_case, asked, reason, shown) if asked is not None and shown is not None else None


def _done(form: SignedForm, use_case: UseCase[Q, A], asked: Q, reason: str, shown: tuple[Assurance, ...]) -> A | None:
    try:
        return do(use_case, asked, reason=reason, key=form.key.data or "", supervisor=form.supervisor_id, shown=shown)
    except LevigateError as refusal:
        if is_of_a_page(refusal):
            raise
        if refusal.code in _CONFIRM:
            add_error(form.password, refusal.message[0].upper() + refusal.message[1:] + ".")
        keep_refusal(form, refusal)
        return None
