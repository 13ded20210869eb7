"""Is a photo or printout new, and whose is it? What stands in for a second person was taken for this step and for nothing else (clinical rule 18)."""

from datetime import UTC, datetime, timedelta

from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.errors import WorkflowRefused
from compounding.domain.order_record import OrderRecord
from compounding.storage import contents
from compounding.workflow.use_case import Work

OWN_FOR = timedelta(hours=12)
"""How long a file counts as brought by whoever kept it: as long as a session lasts at most."""
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def check_own_evidence(work: Work, *digests: str) -> None:
    """Whether each file (its sha256) that an order is to rest on was kept by this very person lately, or stands for nothing yet.

    One sheet may hold the orders of two patients: whoever has it keeps it (again) and names it for both. A number alone proves nothing, or one patient's letter
    could be tied to another's record. Raises NotFound, and WorkflowRefused `EVIDENCE_NOT_YOURS`.
    """
    for digest in dict.fromkeys(digests):
        contents.check_there(work.opened, digest)
        is_own = contents.was_kept_by(work.opened, digest, person_id=work.person.id, since=work.act.at - OWN_FOR)
        if not is_own and contents.is_used(work.opened, digest, since=_EVER):
            raise WorkflowRefused("EVIDENCE_NOT_YOURS", "this file was kept for another record; choose the picture or letter of this order itself")


def check_fresh_evidence(work: Work, record: CompoundingRecord, order: OrderRecord, evidence: tuple[str, ...]) -> None:
    """Whether each file (its sha256) was kept since the step began that this signature is about, and stands for nothing else yet.

    The same bytes kept again are the old file. Raises NotFound, and WorkflowRefused `EVIDENCE_NOT_NEW`.
    """
    since = _since(record)
    for digest in dict.fromkeys(evidence):
        is_of_the_order = digest in {order.original_sha256, *order.evidence.images}
        if is_of_the_order or contents.kept_at(work.opened, digest) <= since or contents.is_used(work.opened, digest, since=since):
            raise WorkflowRefused("EVIDENCE_NOT_NEW", "this photo or printout was kept before, or stands for something else; take a new one of what is signed")


def _since(record: CompoundingRecord) -> datetime:
    """When the work began that the next signature is about: the last signed step before it."""
    if record.witness is not None:
        return record.witness.signature.at
    if record.recalculation is not None:
        return record.recalculation.signature.at
    return max((record.planned_at, *(each.at for each in record.discarded)))
