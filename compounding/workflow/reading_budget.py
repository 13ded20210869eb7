"""Every page of records is told on the chain of readings, and counted there: who has read more than their work needs waits."""

from collections.abc import Mapping
from typing import Any

from compounding.domain.reading_budget import COUNTED_FOR, check_budget
from compounding.storage import lists
from compounding.storage.trail import Told
from compounding.workflow.use_case import Work


def tell_reading(work: Work, subject: str, subject_id: str, changed: Mapping[str, tuple[Any, Any]]) -> None:
    """Tell that this person reads it. Raises TooManyPages where the hour's budget is used up; then nothing was read."""
    at = work.act.at
    pages = work.house.pages_an_hour
    check_budget(lists.read_before(work.opened, work.person.id, pages=pages, since=at - COUNTED_FOR), at=at)
    work.opened.tell_read(Told(action=lists.READ, subject=subject, subject_id=subject_id, changed=changed))
