"""What can be done next with an order or a preparation, by the one table of states: the links that its page offers to whoever may open them."""

from dataclasses import dataclass, replace

from flask import current_app

from compounding.domain.stages import Action, State, Subject, transition
from compounding.web.access import is_offered
from compounding.web.acts import place_of

_ORDER = (
    (Action.SCREEN, "review.page", "Review the order"),
    (Action.ACCEPT, "review.page", "Review the order"),
    (Action.RECORD_ANSWER, "review.answer", "Record the prescriber's answer"),
    (Action.RECORD_ANSWER, "prescribing.answer", "Answer the pharmacy's question"),
    (Action.ASK_PRESCRIBER, "review.ask", "Ask the prescriber"),
    (Action.ADAPT_BASE, "review.adapt", "Change the base to petrolatum"),
    (Action.REFUSE, "review.refuse", "Refuse the order"),
    (Action.CANCEL, "review.cancel", "Cancel the order"),
    (Action.CANCEL, "prescribing.withdraw", "Withdraw the order"),
    (Action.DISCONTINUE, "review.discontinue", "Discontinue the order"),
    (Action.TRANSFER_OUT, "review.transfer_out", "Transfer the order to another pharmacy"),
)
_PREPARATION = (
    (Action.ASSESS, "signing.assess_clinically", "Sign the clinical assessment"),
    (Action.DECIDE, "bench.hold", "Decide on the hold"),
    (Action.RECALCULATE, "bench.step", "Go on at the bench"),
    (Action.WEIGH, "bench.step", "Go on at the bench"),
    (Action.WITNESS, "bench.step", "Go on at the bench"),
    (Action.MAKE, "bench.step", "Go on at the bench"),
    (Action.PRINT_LABEL, "handing.print_label", "Print label and leaflet"),
    (Action.RELEASE, "signing.check_finally", "Check finally"),
    (Action.HAND_OUT, "handing.hand_out", "Hand out"),
    (Action.COUNSEL, "handing.counsel", "Record counselling"),
    (Action.REASSESS, "signing.assess_clinically", "Assess clinically again"),
    (Action.REPRINT, "handing.reprint", "Print a paper again"),
    (Action.VOID_LABEL, "handing.void_label", "Withdraw the label"),
    (Action.CORRECT_RECORD, "signing.correct_record", "Correct the record"),
    (Action.REWORK, "bench.rework", "Begin again (rework)"),
    (Action.SCRAP, "bench.scrap", "Scrap the preparation"),
    (Action.TAKE_BACK, "handing.take_back", "Take it back"),
    (Action.RECALL, "handing.recall", "Recall it"),
)
_AWAY = frozenset({
    Action.REFUSE, Action.CANCEL, Action.DISCONTINUE, Action.TRANSFER_OUT, Action.REPRINT, Action.VOID_LABEL, Action.CORRECT_RECORD, Action.REWORK,
    Action.SCRAP, Action.TAKE_BACK, Action.RECALL,
})  # fmt: skip
"""What leads off the way: offered as a link, and never as the button of a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAct:
    """One thing to do: its words and the address of its page; `is_way_on` where it brings the jar nearer to the patient."""

    text: str
    href: str
    is_way_on: bool = True


def of_order(order_id: str, state: State, *, is_fillable: bool = False) -> list[NextAct]:
    """What can be done with an order; `is_fillable` where no preparation of it stands at the bench."""
    first = _offered("review.plan", "Plan a fill", order_id) if state is State.ACCEPTED and is_fillable else []
    return [*first, *_following(Subject.ORDER, state, order_id)]


def of_preparation(preparation_id: str, state: State) -> list[NextAct]:
    """What can be done with a preparation."""
    return _following(Subject.PREPARATION, state, preparation_id)


def _following(subject: Subject, state: State, key: str) -> list[NextAct]:
    found: dict[str, NextAct] = {}
    for action, endpoint, text in _ORDER if subject is Subject.ORDER else _PREPARATION:
        if state in transition(subject, action).before and text not in found:
            for each in _offered(endpoint, text, key):
                found[text] = replace(each, is_way_on=action not in _AWAY)
    return list(found.values())


def _offered(endpoint: str, text: str, key: str) -> list[NextAct]:
    if endpoint not in current_app.view_functions or not is_offered(endpoint):
        return []
    return [NextAct(text=text, href=place_of(endpoint, key))]
