"""Whether spoken words may count: who heard them, and when (clinical rule 2)."""

from datetime import timedelta

from compounding.domain.errors import WorkflowRefused
from compounding.domain.order_parts import Spoken
from compounding.domain.patients import folded
from compounding.workflow.use_case import Work

_HEARD_WITHIN = timedelta(days=30)


def check_spoken(work: Work, spoken: Spoken | None) -> None:
    """Raises WorkflowRefused `NOT_THE_HEARER`, `DATE_AHEAD` or `SPOKEN_LONG_AGO`: whoever heard it writes it down, soon, and nobody for somebody else."""
    if spoken is None:
        return
    if folded(spoken.received_by) != folded(work.person.name):
        raise WorkflowRefused("NOT_THE_HEARER", f"what was spoken is recorded by whoever heard it: that was {spoken.received_by}, and not {work.person.name}")
    if spoken.at > work.act.at:
        raise WorkflowRefused("DATE_AHEAD", "this cannot have been spoken at a time that is still to come")
    if work.act.at - spoken.at > _HEARD_WITHIN:
        raise WorkflowRefused("SPOKEN_LONG_AGO", f"this was spoken more than {_HEARD_WITHIN.days} days ago; call back and hear it again")
