"""What is to be done about each preparation when an ingredient lot is recalled: where its jar is, by its own record (clinical rule 23)."""

from collections.abc import Collection
from enum import StrEnum

from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.stages import State


class RecallTask(StrEnum):
    """Where the jar is. The value is the word a work list shows; the members stand in the order in which they are done."""

    WITH_PATIENT = "with the patient"
    UNREADABLE = "its record cannot be read"
    ON_SHELF = "in the pharmacy"
    AT_BENCH = "at the bench"
    ONLY_PLANNED = "planned, nothing weighed"
    RETURNED = "came back"
    SCRAPPED = "scrapped"
    HOLDS_NOTHING = "begun anew without it"


WHAT_TO_DO = {
    RecallTask.WITH_PATIENT: "Call the patient: stop using it, and bring it back. Ask whether the skin reacted, tell the prescriber, and take it back here.",
    RecallTask.UNREADABLE: "Look for this jar by hand, and for whom it was made; its labels no longer count. Have the records verified.",
    RecallTask.ON_SHELF: "Find the jar, mark it as recalled, and keep it apart until it is destroyed. It must not be handed out.",
    RecallTask.AT_BENCH: "Stop the work, mark what was weighed as recalled, and keep it apart until it is destroyed.",
    RecallTask.ONLY_PLANNED: "Nothing was taken for it. Scrap the plan, and plan the fill anew with another lot.",
    RecallTask.RETURNED: "The jar came back before. See that it was destroyed, and ask the patient whether the skin reacted.",
    RecallTask.SCRAPPED: "See that what was scrapped was destroyed.",
    RecallTask.HOLDS_NOTHING: "What was weighed of it was thrown away: see that it was destroyed. If the plan still names the lot, scrap it and plan anew.",
}
"""The sentence of each task, to whoever does it."""


def task_of(record: CompoundingRecord, lot_ids: Collection[str], *, took: bool) -> RecallTask:
    """What is to be done about a preparation that names any of these lots; `took` says that the ledger has it taking from one of them."""
    ended = {each.after for each in record.endings}
    if record.dispensing is not None:
        return RecallTask.RETURNED if State.RETURNED in ended else RecallTask.WITH_PATIENT
    if State.SCRAPPED in ended:
        return RecallTask.SCRAPPED
    if not any(each.lot_id in lot_ids for each in record.weighings):
        # What was weighed and thrown away in a rework is not in it any more, and nothing can be weighed of the lot again.
        return RecallTask.HOLDS_NOTHING if took else RecallTask.ONLY_PLANNED
    return RecallTask.ON_SHELF if record.finish is not None else RecallTask.AT_BENCH
