"""Deciding on an order: accepted only as it was screened and with every doubt answered, steered to petrolatum only with consent, and ended only with a reason."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from compounding.demo import walk
from compounding.demo.crew import Pharmacy, open_pharmacy
from compounding.domain.base_wish import BaseWish
from compounding.domain.people import NotAllowed, Role
from compounding.domain.site import Site
from compounding.domain.stages import State
from compounding.reference import ReferenceData
from compounding.storage import preparations
from compounding.storage.engine import Database
from compounding.storage.transaction import transaction
from compounding.workflow import allergies, deciding, reading
from compounding.workflow.deciding import AdaptBase, AskPrescriber, RecordAnswer, ScreenAgain, TransferOut
from compounding.workflow.examining import Held
from compounding.workflow.papers import PrintLabel, print_label
from compounding.workflow.receiving import Standing
from tests.labels.reading import pages, squeezed
from tests.workflow import counter
from tests.workflow.conftest import AT
from tests.workflow.counter import ALLERGIC_IN_ZINC, IN_ZINC, PLAIN, accept, of_order, on_paper, order, order_at, typed
from tests.workflow.seeing import entries, refused, told_by

ANOTHER_LEXICON = "9" * 64
CHILD = replace(PLAIN, born_on=date(2012, 5, 1))


def screened(shop: Pharmacy, wish: walk.Wish = PLAIN, **also: object) -> Standing:
    return walk.screen(shop, on_paper(shop, typed(shop, wish, **also)))


def held(doing: Callable[[], object]) -> tuple[str, ...]:
    with pytest.raises(Held) as refusal:
        doing()
    assert refusal.value.code == refusal.value.reasons[0].code
    return tuple(each.code for each in refusal.value.reasons)


def with_lexicon(shop: Pharmacy, sha256: str) -> Pharmacy:
    """The same pharmacy with a program that reads allergies by another lexicon."""
    return replace(shop, house=replace(shop.house, data=replace(shop.house.data, lexicon_sha256=sha256)))


def ask(shop: Pharmacy, at: Standing, *, asks_for_petrolatum: bool = True, by: str = "") -> Standing:
    asked = AskPrescriber(order_id=at.id, version=at.version, question="May we use white petrolatum?", asks_for_petrolatum=asks_for_petrolatum)
    return deciding.ask_prescriber(shop.house, shop.act(by or shop.crew.pharmacist), asked)


def answer(shop: Pharmacy, at: Standing, *, agrees: bool, **also: object) -> Standing:
    told = RecordAnswer(
        order_id=at.id, version=at.version, by="Dr Laura Chen", on=shop.today, words="Yes." if agrees else "No.", agrees_to_petrolatum=agrees,
        spoken=counter.spoken(shop),
    )  # fmt: skip
    return deciding.record_answer(shop.house, shop.act(shop.crew.pharmacist), replace(told, **also))  # type: ignore[arg-type]


def adapt(shop: Pharmacy, at: Standing, *, by: str = "", reason: str = "zinc allergy; same strength and amount", **days: date) -> Standing:
    asked = replace(AdaptBase(order_id=at.id, version=at.version, patient_consented_on=shop.today, prescriber_notified_on=shop.today), **days)
    return deciding.adapt_base(shop.house, shop.act(by or shop.crew.pharmacist, reason=reason), asked)


# Accepting


def test_an_accepted_order_names_its_formula_and_how_the_prescriber_was_authenticated(shop_on_each: Pharmacy) -> None:
    at = counter.accepted(shop_on_each, typed(shop_on_each))
    agreed = order(shop_on_each, at.id).acceptance
    assert agreed is not None
    formula = shop_on_each.house.data.formulary.formulas["sodium-thiosulfate-in-petrolatum"]
    assert (agreed.formula_id, agreed.formula_version, agreed.formula_sha256) == (formula.id, formula.version, formula.sha256)
    assert (agreed.by, agreed.licence, agreed.prescriber_authenticated) == (shop_on_each.crew.pharmacist, "EX-00002", "number known, licence looked up")


def test_an_order_that_was_not_screened_is_not_accepted(shop: Pharmacy) -> None:
    at = on_paper(shop, typed(shop))
    assert refused(shop.house, lambda: accept(shop, at)) == "SCREENING_OUT_OF_DATE"


def test_a_new_entry_puts_a_screening_out_of_date(shop: Pharmacy) -> None:
    at = screened(shop)
    counter.told_allergy(shop, at.id, "Penicillin: hives")
    back = order_at(shop, at.id)
    assert back.state is State.RECEIVED
    assert refused(shop.house, lambda: accept(shop, back)) == "SCREENING_OUT_OF_DATE"
    assert refused(shop.house, lambda: accept(shop, at)) in {"SCREENING_OUT_OF_DATE", "CONFLICT"}


def test_another_lexicon_puts_a_screening_out_of_date(shop: Pharmacy) -> None:
    at = screened(shop)
    newer = with_lexicon(shop, ANOTHER_LEXICON)
    assert refused(newer.house, lambda: accept(newer, at)) == "SCREENING_OUT_OF_DATE"
    assert accept(shop, at).state is State.ACCEPTED


def test_a_zinc_allergy_stops_a_zinc_base(shop_on_each: Pharmacy) -> None:
    at = screened(shop_on_each, ALLERGIC_IN_ZINC)
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in held(lambda: accept(shop_on_each, at))
    assert order_at(shop_on_each, at.id).state is State.SCREENED


@pytest.mark.parametrize("code", ["ZINC_ALLERGY_IN_ZINC_BASE", "ALLERGY_NOT_ASKED", "PRESCRIBER_UNVERIFIED", "ORDER_EXPIRED", "ANYTHING"])
def test_a_pharmacists_words_settle_no_allergy_and_nothing_else_that_has_a_step_of_its_own(shop: Pharmacy, code: str) -> None:
    at = screened(shop, ALLERGIC_IN_ZINC)
    assert refused(shop.house, lambda: accept(shop, at, settled=((code, "I know better"),))) == "NOT_FOR_AN_ANSWER"


def test_an_empty_answer_settles_nothing(shop: Pharmacy) -> None:
    at = screened(shop, CHILD)
    assert refused(shop.house, lambda: accept(shop, at, settled=(("CLINICAL_REVIEW_NEEDED", "  "),))) == "NOT_FOR_AN_ANSWER"


def test_an_answer_to_the_clinical_review_leaves_an_allergy_standing(shop: Pharmacy) -> None:
    at = screened(shop, replace(ALLERGIC_IN_ZINC, born_on=CHILD.born_on))
    codes = held(lambda: accept(shop, at, settled=(("CLINICAL_REVIEW_NEEDED", "reviewed with the prescriber"),)))
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in codes
    assert "CLINICAL_REVIEW_NEEDED" not in codes


def test_an_order_for_somebody_under_18_needs_a_review_and_is_accepted_with_its_answer(shop_on_each: Pharmacy) -> None:
    at = screened(shop_on_each, CHILD)
    assert held(lambda: accept(shop_on_each, at)) == ("CLINICAL_REVIEW_NEEDED",)
    accept(shop_on_each, at, settled=(("CLINICAL_REVIEW_NEEDED", " reviewed with Dr Chen "),))
    agreed = order(shop_on_each, at.id).acceptance
    assert agreed is not None
    assert [(each.code, each.answer) for each in agreed.settled] == [("CLINICAL_REVIEW_NEEDED", "reviewed with Dr Chen")]
    assert "14 years" in agreed.settled[0].message


@pytest.mark.parametrize("told", ["", "   "])
def test_acceptance_says_how_the_prescriber_was_authenticated(shop: Pharmacy, told: str) -> None:
    at = screened(shop)
    assert refused(shop.house, lambda: accept(shop, at, prescriber_authenticated=told)) == "NOT_STATED"


@pytest.mark.parametrize("days", [0, 367])
def test_the_interval_between_fills_is_a_day_to_a_year(shop: Pharmacy, days: int) -> None:
    at = screened(shop)
    assert refused(shop.house, lambda: accept(shop, at, interval_days=days)) == "INTERVAL_OUT_OF_RANGE"


def test_an_order_is_accepted_once(shop: Pharmacy) -> None:
    at = counter.accepted(shop, typed(shop))
    assert refused(shop.house, lambda: accept(shop, at)) == "NOT_NOW"


# Steering to petrolatum


def text_of(shop: Pharmacy, preparation_id: str, kind: str) -> str:
    asked = reading.OfPaper(preparation_id=preparation_id, kind=kind, revision=1)
    return "".join(pages(reading.read_paper(shop.house, shop.act(shop.crew.pharmacist), asked).data))


def test_with_the_prescribers_yes_a_zinc_order_is_made_in_petrolatum_and_says_so(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    waiting = ask(shop, screened(shop, ALLERGIC_IN_ZINC))
    assert waiting.state is State.AWAITING_PRESCRIBER
    at = walk.screen(shop, answer(shop, waiting, agrees=True))
    assert "BASE_CHANGED_WITH_CONSENT" in (order(shop, at.id).screening or pytest.fail("not screened")).codes
    at = accept(shop, at)
    record = order(shop, at.id)
    assert record.acceptance is not None
    assert record.acceptance.formula_id == "sodium-thiosulfate-in-petrolatum"
    assert record.sent.medication.names[1].text == counter.ZINC
    made = walk.brought_to(shop, at, State.LABELLED)
    worksheet = text_of(shop, made.id, "worksheet")
    assert squeezed("agreed by Dr Laura Chen on 2026-11-22") in worksheet
    assert squeezed("The base was changed from what the order says") in worksheet
    assert squeezed("ointment in white petrolatum") in text_of(shop, made.id, "label")


def test_with_the_prescribers_no_the_zinc_order_stays_held(shop: Pharmacy) -> None:
    at = walk.screen(shop, answer(shop, ask(shop, screened(shop, ALLERGIC_IN_ZINC)), agrees=False))
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in held(lambda: accept(shop, at))
    assert refused(shop.house, lambda: adapt(shop, at)) == "ADAPTATION_NOT_ALLOWED"


def test_a_yes_to_another_question_changes_no_base(shop: Pharmacy) -> None:
    waiting = ask(shop, screened(shop, ALLERGIC_IN_ZINC), asks_for_petrolatum=False)
    assert refused(shop.house, lambda: answer(shop, waiting, agrees=True)) == "CONSENT_NOT_ASKED"


def test_an_answer_needs_its_evidence_and_a_day_that_has_come(shop: Pharmacy) -> None:
    waiting = ask(shop, screened(shop))
    assert refused(shop.house, lambda: answer(shop, waiting, agrees=True, spoken=None)) == "EVIDENCE_MISSING"
    assert refused(shop.house, lambda: answer(shop, waiting, agrees=True, spoken=None, document_sha256="f" * 64)) == "NOT_FOUND"
    assert refused(shop.house, lambda: answer(shop, waiting, agrees=True, on=shop.today + timedelta(days=1))) == "DATE_AHEAD"
    answer(shop, waiting, agrees=True, spoken=None, document_sha256=shop.picture)
    consent = order(shop, waiting.id).consent
    assert consent is not None
    assert consent.base is BaseWish.PETROLATUM


def test_nothing_else_is_decided_while_the_prescriber_is_asked(shop: Pharmacy) -> None:
    waiting = ask(shop, screened(shop))
    assert refused(shop.house, lambda: walk.screen(shop, waiting)) == "NOT_NOW"
    assert refused(shop.house, lambda: adapt(shop, waiting)) == "NOT_NOW"
    assert refused(shop.house, lambda: ask(shop, waiting)) == "NOT_NOW"
    assert refused(shop.house, lambda: accept(shop, waiting)) == "SCREENING_OUT_OF_DATE"


# Adapting


def test_a_pharmacist_in_british_columbia_may_adapt_the_base(shop: Pharmacy) -> None:
    at = accept(shop, walk.screen(shop, adapt(shop, screened(shop, ALLERGIC_IN_ZINC))))
    record = order(shop, at.id)
    assert record.acceptance is not None
    assert record.acceptance.formula_id == "sodium-thiosulfate-in-petrolatum"
    assert record.adaptation is not None
    assert (record.adaptation.licence, record.adaptation.rationale) == ("EX-00002", "zinc allergy; same strength and amount")


def test_an_adaptation_needs_a_rationale_and_days_that_have_come(shop: Pharmacy) -> None:
    at = screened(shop, ALLERGIC_IN_ZINC)
    tomorrow = shop.today + timedelta(days=1)
    assert refused(shop.house, lambda: adapt(shop, at, reason="")) == "REASON_NEEDED"
    assert refused(shop.house, lambda: adapt(shop, at, patient_consented_on=tomorrow)) == "DATE_AHEAD"
    assert refused(shop.house, lambda: adapt(shop, at, prescriber_notified_on=tomorrow)) == "DATE_AHEAD"


def test_nobody_agreed_to_another_base_before_the_order_was_written(shop: Pharmacy) -> None:
    at = screened(shop, ALLERGIC_IN_ZINC)
    written = shop.today - timedelta(days=1)
    before = written - timedelta(days=1)
    assert refused(shop.house, lambda: adapt(shop, at, patient_consented_on=before)) == "DATE_BEFORE_ORDER"
    assert refused(shop.house, lambda: adapt(shop, at, prescriber_notified_on=before)) == "DATE_BEFORE_ORDER"
    asked = deciding.ask_prescriber(
        shop.house, shop.act(shop.crew.pharmacist), AskPrescriber(order_id=at.id, version=at.version, question="Petrolatum?", asks_for_petrolatum=True)
    )
    told = RecordAnswer(
        order_id=at.id, version=asked.version, by="Dr Laura Chen", on=before, words="Yes.", agrees_to_petrolatum=True, document_sha256=shop.picture
    )
    assert refused(shop.house, lambda: deciding.record_answer(shop.house, shop.act(shop.crew.pharmacist), told)) == "DATE_BEFORE_ORDER"
    assert deciding.record_answer(shop.house, shop.act(shop.crew.pharmacist), replace(told, on=written)).version > asked.version


def test_in_the_united_states_only_the_prescriber_changes_the_base(database: Database, site: Site, data: ReferenceData) -> None:
    shop = open_pharmacy(database, replace(site, jurisdiction="us"), data, at=AT)
    at = screened(shop, ALLERGIC_IN_ZINC)
    assert refused(shop.house, lambda: adapt(shop, at)) == "ADAPTATION_NOT_ALLOWED"
    at = walk.screen(shop, answer(shop, ask(shop, at), agrees=True))
    assert accept(shop, at).state is State.ACCEPTED


# Ending


def transfer_out(shop: Pharmacy, at: Standing, *, reason: str = "the patient moved") -> Standing:
    asked = TransferOut(order_id=at.id, version=at.version, pharmacy="Other Pharmacy", spoken=counter.spoken(shop, "Kay Example"))
    return deciding.transfer_out(shop.house, shop.act(shop.crew.pharmacist, reason=reason), asked)


def ending(name: str) -> Callable[..., Standing]:
    if name == "transfer_out":
        return transfer_out

    def end(shop: Pharmacy, at: Standing, *, reason: str = "as the prescriber wished") -> Standing:
        done: Standing = getattr(deciding, name)(shop.house, shop.act(shop.crew.pharmacist, reason=reason), of_order(at))
        return done

    return end


ENDS = {"refuse": State.REFUSED, "cancel": State.CANCELLED, "discontinue": State.DISCONTINUED, "transfer_out": State.TRANSFERRED}


def before(shop: Pharmacy, name: str) -> Standing:
    """An order that may be ended in that way."""
    return screened(shop) if name == "refuse" else counter.accepted(shop, typed(shop))


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize("reason", ["", "  ", "no"])
def test_an_order_is_ended_only_with_a_reason(shop: Pharmacy, name: str, reason: str) -> None:
    at = before(shop, name)
    assert refused(shop.house, lambda: ending(name)(shop, at, reason=reason)) == "REASON_NEEDED"


@pytest.mark.parametrize("name", ENDS)
def test_an_ended_order_says_why_and_the_trail_does_too(shop_on_each: Pharmacy, name: str) -> None:
    shop = shop_on_each
    at = before(shop, name)
    done = ending(name)(shop, at, reason="a good reason")
    assert done.state is ENDS[name]
    assert order(shop, at.id).ended_because.startswith("a good reason")
    assert entries(shop.house)[-1]["reason"] == "a good reason"


@pytest.mark.parametrize("name", ENDS)
def test_an_order_is_not_ended_while_a_preparation_of_it_stands_open(shop: Pharmacy, name: str) -> None:
    at = counter.accepted(shop, typed(shop))
    walk.plan(shop, at)
    if name == "refuse":
        # Only an order that went back to screening can be refused while a jar of it stands at the bench.
        counter.told_nothing_new(shop, at.id)
    at = order_at(shop, at.id)
    assert refused(shop.house, lambda: ending(name)(shop, at)) == "PREPARATION_OPEN"


@pytest.mark.parametrize("name", ENDS)
def test_an_ended_order_can_do_nothing_more(shop: Pharmacy, name: str) -> None:
    at = ending(name)(shop, before(shop, name))
    steps: tuple[Callable[[], object], ...] = (
        lambda: walk.screen(shop, at), lambda: ask(shop, at), lambda: adapt(shop, at), *((lambda end=end: ending(end)(shop, at)) for end in ENDS),
    )  # fmt: skip
    assert {refused(shop.house, step) for step in steps} == {"NOT_NOW"}
    assert refused(shop.house, lambda: walk.plan(shop, at)) == "ORDER_NOT_ACCEPTED"
    # For an order that lost its screening the screening is asked about first; either way it is not accepted.
    assert refused(shop.house, lambda: accept(shop, at)) in {"NOT_NOW", "SCREENING_OUT_OF_DATE"}
    counter.told_allergy(shop, at.id, "Zinc oxide: rash")
    assert order_at(shop, at.id).state is ENDS[name]


def test_a_transfer_says_how_many_fills_were_made_here_a_balance_not_being_one(shop: Pharmacy) -> None:
    at = counter.accepted(shop, typed(shop, replace(PLAIN, repeats=2)))
    counter.onwards(shop, walk.plan(shop, at, amount_g=Decimal(40)))
    counter.told_nothing_new(shop, at.id)
    counter.onwards(shop, walk.plan(shop, counter.again(shop, at.id), is_balance=True))
    with transaction(shop.house.database, site_id=shop.house.site_id, by="reader", role="", at=shop.clock.now()) as opened:
        assert [str(each.amount_g) for each in preparations.handed_out(opened, at.id)] == ["40", "20"]
    transfer_out(shop, order_at(shop, at.id))
    assert "1 fills made here" in order(shop, at.id).ended_because


# Screening again


def test_another_lexicon_sends_every_screened_and_accepted_order_back(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    names = ("Ana A", "Ben B", "Cleo C", "Dora D")
    received = on_paper(shop, typed(shop, replace(PLAIN, patient=names[0])))
    seen = screened(shop, replace(PLAIN, patient=names[1]))
    agreed = counter.accepted(shop, typed(shop, replace(PLAIN, patient=names[2])))
    over = ending("cancel")(shop, screened(shop, replace(PLAIN, patient=names[3])))
    newer = with_lexicon(shop, ANOTHER_LEXICON)
    act = newer.act(shop.crew.pharmacist)
    told = told_by(newer.house, act, lambda: deciding.screen_again(newer.house, act, ScreenAgain()))
    assert sorted(each["subject_id"] for each in told) == sorted([seen.id, agreed.id])
    assert {each["reason"] for each in told} == {"the lexicon changed"}
    states = [order_at(shop, each.id).state for each in (received, seen, agreed, over)]
    assert states == [State.RECEIVED, State.RECEIVED, State.RECEIVED, State.CANCELLED]
    assert counter.again(newer, agreed.id).state is State.ACCEPTED


def test_with_the_same_lexicon_nothing_is_sent_back_and_that_is_told(shop: Pharmacy) -> None:
    at = counter.accepted(shop, typed(shop))
    assert deciding.screen_again(shop.house, shop.act(shop.crew.pharmacist), ScreenAgain()).count == 0
    assert entries(shop.house)[-1]["subject"] == "site"
    assert order_at(shop, at.id).state is State.ACCEPTED


def test_an_intern_decides_only_beside_a_pharmacist(shop: Pharmacy) -> None:
    intern = counter.hire(shop, "Ira Intern", Role.INTERN)
    at = on_paper(shop, typed(shop))
    act = shop.act(intern)
    assert refused(shop.house, lambda: deciding.screen(shop.house, act, of_order(at))) == "SUPERVISOR_NEEDED"
    for supervisor in (intern, shop.crew.technician):
        with pytest.raises(NotAllowed):
            deciding.screen(shop.house, counter.beside(act, supervisor), of_order(at))
    assert deciding.screen(shop.house, counter.beside(act, shop.crew.pharmacist), of_order(at)).state is State.SCREENED


def test_a_signed_assessment_and_not_a_word_at_the_counter_opens_a_zinc_base(shop: Pharmacy) -> None:
    at = screened(shop, replace(IN_ZINC, allergies=("Desitin: rash",)))
    assert held(lambda: accept(shop, at))
    patient = order(shop, at.id).patient_id
    refuting = allergies.RefuteAllergy(patient_id=patient, entry_number=1, why="another child of the same name; the parent was asked")
    allergies.refute_allergy(shop.house, shop.act(shop.crew.pharmacist), refuting)
    back = order_at(shop, at.id)
    assert back.state is State.RECEIVED
    stopped = held(lambda: accept(shop, walk.screen(shop, back)))
    # What is refuted leaves a record in which nobody has said what the patient is allergic to.
    assert "ZINC_ALLERGY_IN_ZINC_BASE" not in stopped


def test_a_label_is_not_printed_for_an_order_that_was_sent_back(shop: Pharmacy) -> None:
    made = walk.brought_to(shop, counter.accepted(shop, typed(shop)), State.MADE)
    counter.told_nothing_new(shop, walk.record_of(shop, made.id).order_id)
    assert (
        refused(shop.house, lambda: print_label(shop.house, shop.act(shop.crew.technician), PrintLabel(preparation_id=made.id, version=made.version)))
        == "ORDER_NOT_ACCEPTED"
    )
