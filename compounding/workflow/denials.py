"""What was refused to somebody is told on the chain of readings: who tried what, and why it was not done. The refused transaction itself leaves nothing."""

from datetime import datetime

from compounding.storage import people
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from compounding.workflow.use_case import House


def tell_denied(house: House, *, by: str, at: datetime, code: str, what: str, subject_id: str) -> None:
    """Tell it."""
    with transaction(house.database, site_id=house.site_id, by=by, role="", at=at) as opened:
        opened.name = people.person_of(opened, by)[0].name
        opened.tell_read(Told(action="denied", subject=what, subject_id=subject_id, changed={"code": (None, code)}))
