"""What an examiner found at the hand-out, each fault with the rule that now holds there."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from compounding.demo import walk
from compounding.demo.crew import Pharmacy
from compounding.demo.walk import Wish
from compounding.domain.errors import LevigateError
from compounding.domain.hand_over_parts import CounsellingWay
from compounding.domain.order_parts import Evidence, Source
from compounding.domain.people import Duty
from compounding.domain.stages import State
from compounding.storage import signatures
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from compounding.workflow import receiving
from compounding.workflow.counselling import RecordCounselling, record_counselling
from compounding.workflow.receiving import Standing
from tests.workflow.seeing import entries

DAY = 24 * 60
"""A day in minutes."""
ADULT = Wish(patient="Ann Example", born_on=date(1961, 4, 2))


def code_of(doing: Callable[[], object]) -> str:
    """The code of a refusal."""
    with pytest.raises(LevigateError) as refusal:
        doing()
    return refusal.value.code


@pytest.fixture
def released(shop: Pharmacy) -> Standing:
    """A released preparation."""
    return walk.brought_to(shop, walk.accepted(shop, ADULT), State.RELEASED)


def advised(shop: Pharmacy, at: Standing, *, accepted: bool = True, by: str = "", words: str = "showed how thin a layer is") -> Standing:
    """Counselling by the pharmacist before the hand-out."""
    asked = RecordCounselling(preparation_id=at.id, version=at.version, is_accepted=accepted, way=CounsellingWay.IN_PERSON, words=words)
    return record_counselling(shop.house, shop.act(by or shop.crew.pharmacist), asked)


# ---- how long it lasts, and what still counts ----


def ordered(shop: Pharmacy, **told: object) -> Standing:
    """A preparation of an order that says something else, released."""
    sent = replace(walk.sent(ADULT, today=shop.today), **told)  # type: ignore[arg-type]
    asked = receiving.ReceiveTyped(sent=sent, source=Source.PAPER, evidence=Evidence(images=(shop.picture,)))
    order = receiving.receive_typed(shop.house, shop.act(shop.crew.technician), asked)
    return walk.brought_to(shop, walk.accept(shop, walk.screen(shop, order)), State.RELEASED)


def usable_days(shop: Pharmacy) -> int:
    """How many days a preparation of today can be used, today included."""
    planned = walk.plan(shop, walk.accepted(shop, replace(ADULT, patient="Ben Example")))
    return (walk.record_of(shop, planned.id).beyond_use.on - shop.today).days + 1


def test_a_supply_that_outlasts_the_beyond_use_date_is_a_pharmacists_decision_with_a_reason(shop: Pharmacy) -> None:
    released = ordered(shop, supply_days=Decimal(usable_days(shop) + 1))
    assert code_of(lambda: walk.hand_out(shop, released)) == "BEYOND_USE_TOO_SHORT_FOR_SUPPLY"
    at = advised(shop, released)
    reason = "the patient will discard what is left"
    assert code_of(lambda: walk.hand_out(shop, at, by=shop.crew.technician, reason=reason)) == "BEYOND_USE_TOO_SHORT_FOR_SUPPLY"
    done = walk.hand_out(shop, at, reason=reason)
    assert done.state is State.DISPENSED
    record = walk.record_of(shop, done.id)
    assert record.dispensing is not None
    assert record.dispensing.short_supply_reason == reason
    told = [each for each in entries(shop.house) if each["action"] == "hand out"][-1]
    assert told["changed"]["supply beyond the beyond-use date"] == [None, reason]


def test_a_supply_that_ends_with_the_beyond_use_date_needs_no_reason(shop: Pharmacy) -> None:
    assert walk.hand_out(shop, ordered(shop, supply_days=Decimal(usable_days(shop)))).state is State.DISPENSED


def test_an_assessment_that_is_too_old_is_made_again(shop: Pharmacy, released: Standing) -> None:
    shop.clock.wait(DAY * 31)
    assert code_of(lambda: walk.hand_out(shop, released, reason="waited for the patient")) == "ASSESSMENT_OUT_OF_DATE"


def test_nothing_is_handed_out_after_the_last_day_of_its_order(shop: Pharmacy) -> None:
    here = ordered(shop, authored_on=(shop.today - timedelta(days=729)).isoformat())
    shop.clock.wait(DAY * 3)
    assert code_of(lambda: walk.hand_out(shop, here, reason="late")) == "ORDER_EXPIRED"


def test_an_allergy_answer_of_more_than_a_year_ago_is_asked_again_at_the_hand_out(shop: Pharmacy) -> None:
    (entry,) = walk.sent(ADULT, today=shop.today).allergies
    here = ordered(shop, allergies=(replace(entry, asked_on=shop.today - timedelta(days=355)),))
    shop.clock.wait(DAY * 20)
    assert code_of(lambda: walk.hand_out(shop, here)) == "ALLERGY_NOT_ASKED"


# ---- counselling ----


def test_counselling_is_signed_by_the_pharmacist_who_hands_out(shop: Pharmacy, released: Standing) -> None:
    walk.hand_out(shop, released)
    record = walk.record_of(shop, released.id)
    assert record.dispensing is not None
    signature = record.dispensing.counselling.signature
    assert (signature.duty, signature.person_id) == (Duty.COUNSEL, shop.crew.pharmacist)
    with transaction(shop.house.database, site_id=shop.house.site_id, by="reader", role="", at=shop.clock.now()) as opened:
        assert signature in signatures.of(opened, "preparation", released.id)


def test_nobody_hands_out_on_counselling_that_no_pharmacist_signed(shop: Pharmacy, released: Standing) -> None:
    assert code_of(lambda: walk.hand_out(shop, released, by=shop.crew.technician)) == "COUNSELLING_NOT_SIGNED"
    at = advised(shop, released, accepted=False, words="declined: has used it before")
    # What the technician tells is not what the pharmacist signed; nor may another pharmacist be named.
    assert code_of(lambda: walk.hand_out(shop, at, by=shop.crew.technician)) == "COUNSELLING_NOT_SIGNED"
    assert code_of(lambda: walk.hand_out(shop, at, by=shop.crew.technician, counselling_accepted=False, counselling_by=shop.crew.second)) == (
        "COUNSELLING_NOT_SIGNED"
    )
    done = walk.hand_out(shop, at, by=shop.crew.technician, counselling_accepted=False)
    assert done.state is State.DISPENSED
    told = [each for each in entries(shop.house) if each["action"] in {"record counselling", "hand out"}]
    assert [each["by"] for each in told] == [shop.crew.pharmacist, shop.crew.technician]


def test_counselling_of_yesterday_does_not_count_today(shop: Pharmacy, released: Standing) -> None:
    at = advised(shop, released)
    shop.clock.wait(DAY)
    assert code_of(lambda: walk.hand_out(shop, at, by=shop.crew.technician, reason="late")) == "COUNSELLING_NOT_SIGNED"


def test_only_who_may_counsel_signs_for_it_and_in_words(shop: Pharmacy, released: Standing) -> None:
    assert code_of(lambda: advised(shop, released, by=shop.crew.technician)) == "ROLE_NOT_ALLOWED"
    assert code_of(lambda: advised(shop, released, words=" ")) == "COUNSELLING_WORDS_MISSING"
    assert code_of(lambda: walk.hand_out(shop, released, by=shop.crew.technician, counselling_by=shop.crew.technician)) == "ROLE_NOT_ALLOWED"
    assert code_of(lambda: walk.hand_out(shop, released, counselling_offered=False, counselling_accepted=False)) == "COUNSELLING_NOT_OFFERED"


# ---- what goes along, and what is told of it ----


@pytest.mark.parametrize("languages", [("en", "fr"), ("xx",), ("EN",), (" ",)])
def test_a_leaflet_goes_along_only_in_a_language_it_was_printed_in(shop: Pharmacy, released: Standing, languages: tuple[str, ...]) -> None:
    assert code_of(lambda: walk.hand_out(shop, released, document_languages=languages)) == "LEAFLET_NOT_PRINTED"


def test_the_audit_trail_tells_how_it_was_handed_out(shop: Pharmacy, released: Standing) -> None:
    facts = walk.on_label(shop, released.id)
    walk.hand_out(shop, released)
    changed = [each for each in entries(shop.house) if each["action"] == "hand out"][-1]["changed"]
    assert changed["scanned code"] == [None, facts.code]
    assert changed["patient's name told"] == [None, "Ann Example"]
    assert changed["second identifier told"] == [None, facts.second_identifier]
    assert changed["leaflet languages"] == [None, "en"]
    assert changed["label"][1].startswith("revision 1, sha256 ")


# ---- what was signed ----


def test_the_text_under_every_signature_of_a_preparation_can_be_read_back(shop: Pharmacy, released: Standing) -> None:
    walk.hand_out(shop, released)
    with transaction(shop.house.database, site_id=shop.house.site_id, by="reader", role="", at=shop.clock.now()) as opened:
        signed = signatures.of(opened, "preparation", released.id)
        assert [each.duty for each in signed] == [
            Duty.ASSESS_CLINICALLY, Duty.RECALCULATE, Duty.WITNESS_WEIGHING, Duty.FINAL_CHECK, Duty.COUNSEL,
        ]  # fmt: skip
        for each in signed:
            text = signatures.verify(opened, each)
            assert text.startswith("CompoundingRecord(")
            assert hashlib.sha256(text.encode()).hexdigest() == each.of_sha256
        with pytest.raises(LevigateError, match="SIGNED_TEXT_DIFFERS"):
            signatures.add(opened, "preparation", released.id, signed[0], text=b"another text")
        with pytest.raises(LevigateError, match="NOT_FOUND"):
            signatures.verify(opened, replace(signed[0], of_sha256="0" * 64))
        opened.tell(Told(action="try", subject="preparation", subject_id=released.id))
