"""What the pages between the label and the patient say: what a code answers, what is to be done about it, and what follows on what cannot be taken back."""

from dataclasses import dataclass

from compounding.domain.numbers import format_number
from compounding.domain.stages import State
from compounding.web.languages import language_name
from compounding.workflow.at_hand_out import Answer, CounsellingSigned, GivenSeen


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSays:
    """What a code answers at the counter: the kind of panel, its heading, a sentence of why, and what to do next."""

    status: str
    heading: str
    sentence: str
    next: str


ANSWERS = {
    Answer.VALID: CodeSays(
        status="ready", heading="The label is valid", sentence="It passed its final check, and it is not past its date.", next="Go on with the hand-out."
    ),
    Answer.AWAITING_CHECK: CodeSays(
        status="held", heading="The label awaits its final check", sentence="Nobody has released this container yet.",
        next="Keep it here until somebody who weighed nothing has checked it finally.",
    ),
    Answer.SUPERSEDED: CodeSays(
        status="refused", heading="The label is superseded", sentence="This preparation was begun again, or labelled anew: what the label says counts no more.",
        next="Do not hand it out. Take the label off, and look for the container with the label in force.",
    ),
    Answer.VOID: CodeSays(
        status="refused", heading="The label is void", sentence="It was withdrawn, and counts no more.",
        next="Do not hand it out. Print a new label, and have it checked finally.",
    ),
    Answer.RECALLED: CodeSays(
        status="refused", heading="This preparation is recalled", sentence="It must not reach a patient.",
        next="Keep it back, apart from everything else, and tell the designated person.",
    ),
    Answer.PAST_DATE: CodeSays(
        status="refused", heading="This preparation is past its beyond-use date", sentence="It may not be used any more.",
        next="Do not hand it out. Scrap it, and plan the fill anew.",
    ),
    Answer.ANOTHER: CodeSays(
        status="refused", heading="This is another container", sentence="The code belongs to another preparation than the one of this page.",
        next="Put it back, and scan the container of this preparation.",
    ),
    Answer.UNKNOWN: CodeSays(
        status="invalid", heading="No label here carries this code", sentence="The code was read in part, or the label is not of this pharmacy.",
        next="Scan the whole code once more.",
    ),
}  # fmt: skip
"""By answer; only a valid label lets the hand-out go on."""

RECALL_FOLLOWS = {
    True: (
        "It is with the patient. Tell the patient, or whoever took it, to stop using it and to bring it back; tell the prescriber.",
        "Write down whom you reached, when and how. The patient's telephone number stands in the patient's record.",
    ),
    False: ("It has not been handed out. Keep the container apart, marked as recalled, until it is destroyed.",),
}
"""What has to be done after a recall, by whether the container was handed out."""


def counselling(signed: CounsellingSigned) -> str:
    """Counselling that was signed for before, in one line."""
    return f"{signed.name} offered it, signed today: {'accepted' if signed.is_accepted else 'declined'}, {signed.way.value}"


def given(seen: GivenSeen) -> list[tuple[str, str]]:
    """What went along with what was handed out, as named values."""
    answer = "accepted" if seen.is_accepted else "declined"
    return [
        ("Taken by", seen.receiver), ("Handed out by", seen.by), ("Leaflet", ", ".join(language_name(each) for each in seen.languages)),
        ("Counselling", f"offered by {seen.counselled_by}, {seen.way.value}: {answer}"), *([("What was said", seen.words)] if seen.words else []),
    ]  # fmt: skip


def left(seen: GivenSeen) -> list[tuple[str, str]]:
    """What the order still allows, as named values; none where the order can no longer be read."""
    if seen.fills_left is None or seen.balance_owing_g is None:
        return []
    owing = f"{format_number(seen.balance_owing_g)} g" if seen.balance_owing_g else "nothing"
    rows = [("Fills left", str(seen.fills_left)), ("Balance owing", owing)]
    if not seen.fills_left and not seen.balance_owing_g:
        return [*rows, ("Next fill", "none: this was the last one. The prescriber writes a new order")]
    if seen.order_state is not State.ACCEPTED:
        return [*rows, ("Next fill", f"none now: the order is {seen.order_state.value}")]
    due = seen.next_fill_on.isoformat() if seen.next_fill_on is not None else "not known: the order does not say how long a fill lasts"
    return [
        *rows, *([("Next fill is due on", due)] if seen.fills_left else []),
        *([("Order valid until", seen.valid_until.isoformat())] if seen.valid_until is not None else []),
    ]  # fmt: skip
