"""How a page does something: one use case, in the name of whoever is signed in, at this moment; and what was refused is told on the audit trail."""

from typing import TypeVar

from compounding.domain.assurance import Assurance
from compounding.domain.errors import LevigateError, WorkflowRefused
from compounding.domain.people import NotAllowed
from compounding.domain.reading_budget import TooManyPages
from compounding.storage.errors import NotFound
from compounding.web.access import refuse
from compounding.web.problems_beside import tell
from compounding.web.records import the_records
from compounding.web.visitors import the_visitor
from compounding.workflow.use_case import Act, House, UseCase

Q = TypeVar("Q")
A = TypeVar("A")

NOT_BY_THEM = "SECOND_PERSON_NEEDED"
"""The refusal of somebody who may do this, but not here: what was done by the same hands is checked by others."""


def the_house() -> House:
    """The pharmacy of the person who is signed in."""
    return the_records().house(the_visitor().site_id)


def do(use_case: UseCase[Q, A], asked: Q, *, reason: str = "", key: str = "", supervisor: str = "", shown: tuple[Assurance, ...] = ()) -> A:
    """Run a use case as the person who is signed in. Raises what refuses it; a person who may not, or asks for what is not there, is told of."""
    by, house = the_visitor().person.id, the_house()
    act = Act(by=by, at=the_records().clock(), reason=reason, key=key, supervisor=supervisor, shown=shown)
    try:
        return _done(use_case, house, act, asked)
    except (NotAllowed, NotFound, TooManyPages) as refusal:
        refuse(the_visitor(), refusal)
    except WorkflowRefused as refusal:
        if refusal.code == NOT_BY_THEM:
            refuse(the_visitor(), refusal)
        raise


def _done(use_case: UseCase[Q, A], house: House, act: Act, asked: Q) -> A:
    try:
        return use_case(house, act, asked)
    except LevigateError as refusal:
        # The page may show it beside a form, where no error page would leave its line.
        tell(refusal)
        raise
