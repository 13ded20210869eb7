"""The record of an order: which parts each state needs, what counts as consent, and that nothing is accepted that was not screened as it stands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.demo.walk import Wish, sent
from compounding.domain.base_wish import BaseWish
from compounding.domain.errors import LevigateError, WorkflowRefused
from compounding.domain.order_parts import (
    Acceptance,
    Adaptation,
    Answer,
    Enquiry,
    Evidence,
    ScreeningSnapshot,
    Source,
    Spoken,
    Transfer,
    check_evidence,
)
from compounding.domain.order_record import OrderRecord, accepted, adapted, answered, asked, corrected, ended, filled, screened, sent_back
from compounding.domain.stages import STATES, Action, IllegalTransition, State, Subject
from compounding.storage import documents

TODAY = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
SENT = sent(Wish(patient="Ada Test", born_on=date(1960, 1, 1)), today=TODAY)
SPOKEN = Spoken(by="Dr Laura Chen", callback_number="+1 604 555 0123", read_back=True, at=AT, received_by="Pat Example")
TRANSFER = Transfer(pharmacy="Other Pharmacy", their_number="77", fills_made=1, last_filled_on=date(2026, 10, 1), spoken=SPOKEN)
RECEIVED = OrderRecord(
    id="order-1", rx_number="100001", patient_id="patient-1", state=State.RECEIVED, source=Source.ENTERED, sent=SENT, original_sha256="a" * 64,
    evidence=Evidence(), received_by="dr", received_at=AT,
)  # fmt: skip
SNAPSHOT = ScreeningSnapshot(
    by="pat", at=AT, lexicon_sha256="b" * 64, record_number=1, zinc="not_zinc", findings=("No known allergies",), codes=("PRESCRIBER_UNVERIFIED",)
)
ACCEPTANCE = Acceptance(
    by="pat", licence="EX-2", at=AT, formula_id="f", formula_version="1", formula_sha256="c" * 64, why="as ordered", excluded=(),
    prescriber_authenticated="number known", settled=(), interval_days=30,
)  # fmt: skip
ADAPTATION = Adaptation(
    by="Pat", licence="EX-2", at=AT, rationale="zinc allergy", patient_consented_on=TODAY, prescriber_notified_on=TODAY
)  # fmt: skip
YES = Answer(
    by="Dr Laura Chen", on=TODAY, words="Yes.", agrees_to_petrolatum=True, spoken=SPOKEN, document_sha256="", recorded_by="Pat", recorded_at=AT
)  # fmt: skip
NO = replace(YES, words="No.", agrees_to_petrolatum=False)
FOR_PETROLATUM = Enquiry(question="May we use petrolatum?", asks_for_petrolatum=True, asked_by="pat", asked_at=AT)
OF_ELSE = Enquiry(question="Which finger?", asks_for_petrolatum=False, asked_by="pat", asked_at=AT)


def code_of(doing: Callable[[], object]) -> str:
    with pytest.raises(LevigateError) as refusal:
        doing()
    return refusal.value.code


def at_every_state() -> dict[State, OrderRecord]:
    """The order at each of its states, brought there by its own functions."""
    seen = screened(RECEIVED, SNAPSHOT)
    agreed = accepted(seen, ACCEPTANCE)
    return {
        State.RECEIVED: RECEIVED, State.SCREENED: seen, State.AWAITING_PRESCRIBER: asked(seen, FOR_PETROLATUM), State.ACCEPTED: agreed,
        State.FILLED: filled(agreed), State.REFUSED: ended(seen, Action.REFUSE, "why"), State.CANCELLED: ended(RECEIVED, Action.CANCEL, "why"),
        State.DISCONTINUED: ended(agreed, Action.DISCONTINUE, "why"), State.TRANSFERRED: ended(agreed, Action.TRANSFER_OUT, "why"),
    }  # fmt: skip


def test_an_order_can_be_brought_to_every_state_of_the_table() -> None:
    found = at_every_state()
    assert set(found) == set(STATES[Subject.ORDER])
    assert all(record.state is state for state, record in found.items())


@pytest.mark.parametrize("state", STATES[Subject.ORDER])
def test_an_order_reads_back_from_its_stored_text_as_it_was(state: State) -> None:
    record = replace(at_every_state()[state], source=Source.TRANSFER, evidence=Evidence(transfer=TRANSFER, images=("d" * 64,)), adaptation=ADAPTATION)
    record = replace(record, enquiries=(replace(OF_ELSE, answer=NO), *record.enquiries), corrections=("misread",))
    assert documents.read(OrderRecord, documents.write(OrderRecord, record)) == record


@pytest.mark.parametrize(
    ("state", "missing"),
    [
        *((state, "screening") for state in (State.SCREENED, State.ACCEPTED, State.FILLED, State.DISCONTINUED, State.TRANSFERRED)),
        *((state, "acceptance") for state in (State.ACCEPTED, State.FILLED, State.DISCONTINUED, State.TRANSFERRED)),
    ],
)
def test_an_order_without_a_part_of_its_state_cannot_exist(state: State, missing: str) -> None:
    record = at_every_state()[state]
    assert code_of(lambda: replace(record, **{missing: None})) == "ORDER_INCOMPLETE"


@pytest.mark.parametrize("state", [State.REFUSED, State.CANCELLED, State.DISCONTINUED, State.TRANSFERRED])
def test_an_ended_order_says_why(state: State) -> None:
    record = at_every_state()[state]
    assert code_of(lambda: replace(record, ended_because="  ")) == "ORDER_INCOMPLETE"


def test_an_order_awaits_its_prescriber_exactly_while_a_question_is_open() -> None:
    waiting = at_every_state()[State.AWAITING_PRESCRIBER]
    assert code_of(lambda: replace(waiting, enquiries=())) == "ORDER_INCOMPLETE"
    assert code_of(lambda: replace(RECEIVED, enquiries=(OF_ELSE,))) == "ORDER_INCOMPLETE"


def test_an_instant_without_a_time_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="time zone"):
        replace(RECEIVED, received_at=AT.replace(tzinfo=None))


# Evidence


@pytest.mark.parametrize("source", [Source.FAX, Source.PAPER, Source.PHONE, Source.TRANSFER])
def test_a_transcribed_order_without_its_evidence_is_refused(source: Source) -> None:
    assert code_of(lambda: check_evidence(source, Evidence())) == "EVIDENCE_MISSING"
    assert code_of(lambda: replace(RECEIVED, source=source)) == "EVIDENCE_MISSING"


@pytest.mark.parametrize(
    ("source", "evidence"),
    [
        (Source.FILE, Evidence()), (Source.ENTERED, Evidence()), (Source.FAX, Evidence(images=("a" * 64,))), (Source.PAPER, Evidence(images=("a" * 64,))),
        (Source.PHONE, Evidence(spoken=SPOKEN)), (Source.TRANSFER, Evidence(transfer=TRANSFER)),
    ],
)  # fmt: skip
def test_each_way_of_coming_has_its_own_evidence(source: Source, evidence: Evidence) -> None:
    record = replace(RECEIVED, source=source, evidence=evidence)
    assert record.is_transcribed is (source not in {Source.FILE, Source.ENTERED})
    assert record.fills_made_elsewhere == (1 if source is Source.TRANSFER else 0)


@pytest.mark.parametrize(
    ("source", "evidence"),
    [(Source.FAX, Evidence(spoken=SPOKEN)), (Source.PHONE, Evidence(images=("a" * 64,))), (Source.TRANSFER, Evidence(spoken=SPOKEN))],
)
def test_evidence_of_another_way_does_not_stand_in(source: Source, evidence: Evidence) -> None:
    assert code_of(lambda: check_evidence(source, evidence)) == "EVIDENCE_MISSING"


def test_spoken_words_count_only_when_read_back() -> None:
    assert code_of(lambda: replace(SPOKEN, read_back=False)) == "NOT_READ_BACK"


@pytest.mark.parametrize("field", ["by", "callback_number", "received_by"])
@pytest.mark.parametrize("text", ["", "  ", "x" * 1001])
def test_spoken_words_name_speaker_number_and_hearer(field: str, text: str) -> None:
    assert code_of(lambda: replace(SPOKEN, **{field: text})) == "NOT_STATED"


@pytest.mark.parametrize(("fills", "last"), [(-1, None), (0, TODAY), (1, None)])
def test_a_transfer_states_fills_and_the_day_of_the_last_or_neither(fills: int, last: date | None) -> None:
    assert code_of(lambda: replace(TRANSFER, fills_made=fills, last_filled_on=last)) == "TRANSFER_FILLS"


def test_an_answer_needs_a_document_or_spoken_words() -> None:
    assert code_of(lambda: replace(YES, spoken=None)) == "EVIDENCE_MISSING"
    assert replace(YES, spoken=None, document_sha256="a" * 64).spoken is None


@pytest.mark.parametrize(
    ("part", "field"),
    [(YES, "by"), (YES, "words"), (OF_ELSE, "question"), (ADAPTATION, "by"), (ADAPTATION, "licence"), (ADAPTATION, "rationale"),
     (ACCEPTANCE, "prescriber_authenticated"), (TRANSFER, "pharmacy"), (TRANSFER, "their_number")],
)  # fmt: skip
def test_every_part_says_what_it_must(part: object, field: str) -> None:
    assert code_of(lambda: replace(part, **{field: " "})) == "NOT_STATED"  # type: ignore[type-var]


@pytest.mark.parametrize("days", [0, -1, 367])
def test_one_fill_lasts_a_day_to_a_year(days: int) -> None:
    assert code_of(lambda: replace(ACCEPTANCE, interval_days=days)) == "INTERVAL_OUT_OF_RANGE"


# Consent


def test_without_an_answer_there_is_no_consent() -> None:
    assert RECEIVED.consent is None
    assert asked(RECEIVED, FOR_PETROLATUM).consent is None


def test_a_yes_to_petrolatum_is_a_consent_to_petrolatum_by_its_prescriber() -> None:
    consent = answered(asked(RECEIVED, FOR_PETROLATUM), YES).consent
    assert consent is not None
    assert (consent.base, consent.by, consent.on) == (BaseWish.PETROLATUM, "Dr Laura Chen", TODAY)
    assert "read back" in consent.in_words
    written = answered(asked(RECEIVED, FOR_PETROLATUM), replace(YES, spoken=None, document_sha256="a" * 64)).consent
    assert written is not None
    assert "in writing" in written.in_words


def test_a_yes_to_another_question_is_no_consent_to_petrolatum() -> None:
    assert code_of(lambda: answered(asked(RECEIVED, OF_ELSE), YES)) == "CONSENT_NOT_ASKED"


def test_a_no_is_no_consent() -> None:
    assert answered(asked(RECEIVED, FOR_PETROLATUM), NO).consent is None


def test_the_latest_answer_counts() -> None:
    after_yes = answered(asked(answered(asked(RECEIVED, FOR_PETROLATUM), YES), FOR_PETROLATUM), NO)
    assert after_yes.consent is None
    after_no = answered(asked(answered(asked(RECEIVED, FOR_PETROLATUM), NO), FOR_PETROLATUM), YES)
    assert after_no.consent is not None


def test_an_answer_to_another_question_leaves_a_consent_standing() -> None:
    assert answered(asked(answered(asked(RECEIVED, FOR_PETROLATUM), YES), OF_ELSE), NO).consent is not None


def test_an_adaptation_is_a_consent_that_names_the_pharmacist_and_the_rationale() -> None:
    consent = adapted(RECEIVED, ADAPTATION).consent
    assert consent is not None
    assert consent.base is BaseWish.PETROLATUM
    assert "EX-2" in consent.by
    assert "zinc allergy" in consent.in_words


def test_the_prescribers_no_after_an_adaptation_ends_it() -> None:
    assert answered(asked(adapted(RECEIVED, ADAPTATION), FOR_PETROLATUM), NO).consent is None


def test_an_order_that_was_transferred_in_is_not_adapted() -> None:
    transferred = replace(RECEIVED, source=Source.TRANSFER, evidence=Evidence(transfer=TRANSFER))
    assert code_of(lambda: adapted(transferred, ADAPTATION)) == "ADAPTATION_NOT_ALLOWED"


def test_an_order_is_not_adapted_after_the_prescribers_no() -> None:
    assert code_of(lambda: adapted(answered(asked(RECEIVED, FOR_PETROLATUM), NO), ADAPTATION)) == "ADAPTATION_NOT_ALLOWED"
    assert adapted(answered(asked(RECEIVED, OF_ELSE), NO), ADAPTATION).adaptation == ADAPTATION


# What screening and acceptance rest on


def test_a_correction_keeps_the_reason_closes_an_open_question_and_needs_a_new_screening() -> None:
    waiting = asked(answered(asked(RECEIVED, OF_ELSE), NO), FOR_PETROLATUM)
    after = corrected(waiting, replace(SENT, repeats=3), "misread", original_sha256="e" * 64)
    assert (after.state, after.sent.repeats, after.corrections, after.original_sha256) == (State.RECEIVED, 3, ("misread",), "e" * 64)
    assert (after.screening, after.is_asking, len(after.enquiries)) == (None, False, 1)


def test_what_was_accepted_no_longer_stands_once_an_order_is_sent_back() -> None:
    after = sent_back(at_every_state()[State.ACCEPTED])
    assert (after.state, after.screening, after.acceptance) == (State.RECEIVED, None, None)


def test_an_open_question_is_withdrawn_with_its_order() -> None:
    assert not ended(asked(RECEIVED, OF_ELSE), Action.CANCEL, "why").is_asking


STEPS: dict[str, Callable[[OrderRecord], OrderRecord]] = {
    "screen": lambda record: screened(record, replace(SNAPSHOT, at=AT + timedelta(minutes=len(record.corrections)))),
    "send back": sent_back,
    "correct": lambda record: corrected(record, replace(SENT, repeats=len(record.corrections) % 5), "misread"),
    "ask": lambda record: asked(record, FOR_PETROLATUM),
    "ask else": lambda record: asked(record, OF_ELSE),
    "yes": lambda record: answered(record, YES),
    "no": lambda record: answered(record, NO),
    "adapt": lambda record: adapted(record, ADAPTATION),
    "accept": lambda record: accepted(record, ACCEPTANCE),
    "cancel": lambda record: ended(record, Action.CANCEL, "why"),
    "refuse": lambda record: ended(record, Action.REFUSE, "why"),
    "discontinue": lambda record: ended(record, Action.DISCONTINUE, "why"),
    "transfer": lambda record: ended(record, Action.TRANSFER_OUT, "why"),
    "fill": filled,
}
CHANGES_WHAT_IS_SCREENED = frozenset({"correct", "ask", "ask else", "yes", "no", "adapt", "send back"})


@given(steps=st.lists(st.sampled_from([*STEPS, "screen", "accept", "screen", "accept"]), max_size=25), is_transfer=st.booleans())
def test_no_path_leads_to_an_accepted_order_that_was_not_screened_as_it_stands(steps: list[str], is_transfer: bool) -> None:
    record = replace(RECEIVED, source=Source.TRANSFER, evidence=Evidence(transfer=TRANSFER)) if is_transfer else RECEIVED
    screened_since_change, was_accepted = False, False
    for name in steps:
        try:
            after = STEPS[name](record)
        except (WorkflowRefused, IllegalTransition):
            continue
        record = after
        if name == "screen":
            screened_since_change = True
        elif name in CHANGES_WHAT_IS_SCREENED:
            screened_since_change, was_accepted = False, False
        elif name == "accept":
            was_accepted = True
        if record.state in {State.ACCEPTED, State.FILLED, State.DISCONTINUED, State.TRANSFERRED}:
            assert screened_since_change
            assert was_accepted
        if record.state in {State.RECEIVED, State.AWAITING_PRESCRIBER}:
            assert (record.screening, record.acceptance) == (None, None)
        if is_transfer:
            assert record.adaptation is None
        assert documents.read(OrderRecord, documents.write(OrderRecord, record)) == record


@pytest.mark.parametrize("state", [State.FILLED, State.REFUSED, State.CANCELLED, State.DISCONTINUED, State.TRANSFERRED])
@pytest.mark.parametrize("step", STEPS)
def test_nothing_more_is_done_with_an_order_that_is_over(state: State, step: str) -> None:
    record = at_every_state()[state]
    assert code_of(lambda: STEPS[step](record)) == "NOT_NOW"
