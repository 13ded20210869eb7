"""How the work list says its stages: what each is called, what it waits for, and who takes it further by the profile's table."""

from compounding.domain.people import WhoMay
from compounding.domain.stages import State
from compounding.domain.work_stages import OPEN_STAGES, REFILL, URGENT_PATIENCE, stage_of
from compounding.storage.work_items import WorkItem
from compounding.web import record_words

TITLES = {
    State.RECEIVED.value: "To screen", State.SCREENED.value: "To decide", State.AWAITING_PRESCRIBER.value: "Waits for the prescriber",
    State.ACCEPTED.value: "To plan", State.PLANNED.value: "To assess", State.ASSESSED.value: "To recalculate", State.RECALCULATED.value: "To weigh",
    State.WEIGHED.value: "To witness", State.WITNESSED.value: "To make", State.ON_HOLD.value: "On hold", State.MADE.value: "To label",
    State.LABELLED.value: "To check", State.RELEASED.value: "Ready to hand out", State.RETURNED.value: "Taken back", REFILL: "Refills",
}  # fmt: skip
_BLOCKS = {
    State.ACCEPTED.value: "No preparation is planned", State.PLANNED.value: "Waits for the clinical assessment",
    State.ASSESSED.value: "Waits for the second person's recalculation", State.RECALCULATED.value: "Waits to be weighed",
    State.WEIGHED.value: "Waits for the witness of the drug weighing", State.WITNESSED.value: "Waits to be made",
    State.ON_HOLD.value: "A pharmacist decides on the hold", State.MADE.value: "Waits for label and leaflet", State.LABELLED.value: "Waits for the final check",
    State.RELEASED.value: "Waits for the patient", State.RETURNED.value: "Came back, and is never dispensed again: scrap it",
    REFILL: "Handed out; the next fill is planned when the patient asks",
}  # fmt: skip
STEPS = {
    State.RECEIVED.value: ("review.page", "Review"), State.SCREENED.value: ("review.page", "Decide"),
    State.AWAITING_PRESCRIBER.value: ("review.answer", "Record the answer"), State.ACCEPTED.value: ("review.plan", "Plan a fill"),
    State.PLANNED.value: ("signing.assess_clinically", "Assess"), State.ASSESSED.value: ("bench.step", "Recalculate"),
    State.RECALCULATED.value: ("bench.step", "Weigh"), State.WEIGHED.value: ("bench.step", "Witness"), State.WITNESSED.value: ("bench.step", "Make"),
    State.ON_HOLD.value: ("bench.hold", "Decide"), State.MADE.value: ("handing.print_label", "Print label"),
    State.LABELLED.value: ("signing.check_finally", "Check finally"), State.RELEASED.value: ("handing.hand_out", "Hand out"),
    State.RETURNED.value: ("bench.scrap", "Scrap"), REFILL: ("review.plan", "Plan a fill"),
}  # fmt: skip
"""The page where the next step of a stage is done, the first that `next_acts.py` leads to, with one word for the button of a list."""
GROUPS = (
    ("Orders", (State.RECEIVED.value, State.SCREENED.value, State.AWAITING_PRESCRIBER.value, State.ACCEPTED.value)),
    ("At the bench", (State.PLANNED.value, State.ASSESSED.value, State.RECALCULATED.value, State.WEIGHED.value, State.WITNESSED.value, State.ON_HOLD.value)),
    ("To the patient", (State.MADE.value, State.LABELLED.value, State.RELEASED.value, State.RETURNED.value, REFILL)),
)


def slug(name: str) -> str:
    """A stage as an address says it."""
    return name.replace(" ", "-")


def title(name: str) -> str:
    """What a stage is called; an order that is over by its state."""
    return TITLES.get(name) or record_words.state(State(name))


def blocked(item: WorkItem, person_id: str) -> str:
    """What stands between an item and its next step, as it is said to this person."""
    if item.key.is_stopped:
        return f"Stopped: the order is {item.record.state.value}; nothing is done with this preparation until that is settled"
    if item.key.stage == State.WEIGHED.value and item.last_by == person_id:
        return f"{_BLOCKS[item.key.stage]}: a second person, not you"
    return _BLOCKS.get(item.key.stage) or record_words.blocked_by(item.record, ())


def acts_next(name: str, who_may: WhoMay) -> str:
    """Who takes it further."""
    stage = stage_of(name)
    if stage is None or name == REFILL:
        return ""
    roles = [each.value for each in who_may.alone[stage.duty]]
    told = " or ".join((", ".join(roles[:-1]), roles[-1])) if len(roles) > 1 else "".join(roles)
    return f"the prescriber; the answer is recorded by {told}" if stage.state is State.AWAITING_PRESCRIBER else told


def patience() -> list[tuple[str, str]]:
    """Every limit of waiting in words, for the page to say."""
    told = [(TITLES[each.name], _hours(each.patience.total_seconds())) for each in OPEN_STAGES if each.patience is not None]
    return [*told, ("An order that is not routine", _hours(URGENT_PATIENCE.total_seconds()))]


def _hours(seconds: float) -> str:
    hours = int(seconds // 3600)
    return f"{hours} hours" if hours <= 24 else f"{hours // 24} days"
