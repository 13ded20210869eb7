"""Papers: the label says what the record says and carries all that the place asks of it; stored bytes come back equal; only the label in force is valid."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from compounding.demo import crew, walk
from compounding.demo.crew import Pharmacy, open_pharmacy
from compounding.domain.compose_label import compose_label
from compounding.domain.errors import LevigateError
from compounding.domain.hand_over_parts import CounsellingWay, LabelStatus
from compounding.domain.label_content import LabelContent
from compounding.domain.label_elements import missing_elements
from compounding.domain.paper_facts import PaperFacts
from compounding.domain.people import Role
from compounding.domain.site import LabelElement, Site
from compounding.domain.stages import State
from compounding.pipeline import Bench, prepare_order
from compounding.reference import ReferenceData
from compounding.storage import papers as stored
from compounding.storage.engine import Database
from compounding.storage.transaction import transaction
from compounding.workflow import bench_steps, ending, papers, reading, releasing
from compounding.workflow.label_status import Scan, scan_label
from compounding.workflow.papers import Reprint, reprint, void_printed_label
from compounding.workflow.receiving import Standing
from compounding.workflow.setting_papers import Place
from tests.labels.reading import codes, pages, point_sizes, squeezed
from tests.workflow import counter
from tests.workflow.conftest import AT
from tests.workflow.counter import IN_ZINC, PLAIN, of_preparation, onwards, text_of, typed
from tests.workflow.running import signed_act
from tests.workflow.seeing import entries, refused


def made(shop: Pharmacy, until: State = State.MADE, wish: walk.Wish = PLAIN) -> Standing:
    return onwards(shop, walk.plan(shop, counter.accepted(shop, typed(shop, wish))), until)


def paper(shop: Pharmacy, preparation_id: str, kind: str = "label", revision: int = 1) -> reading.PaperSeen:
    asked = reading.OfPaper(preparation_id=preparation_id, kind=kind, revision=revision)
    return reading.read_paper(shop.house, shop.act(shop.crew.pharmacist), asked)


def token_of(shop: Pharmacy, preparation_id: str, revision: int = 1) -> str:
    with transaction(shop.house.database, site_id=shop.house.site_id, by="reader", role="", at=shop.clock.now()) as opened:
        return stored.of_revision(opened, preparation_id, "label", revision).token


def scan(shop: Pharmacy, token: str) -> LabelStatus:
    return scan_label(shop.house, shop.act(shop.crew.assistant), Scan(token=token)).status


# What the label says


def test_the_label_says_what_the_record_says(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    at = made(shop, State.LABELLED)
    record, text = walk.record_of(shop, at.id), text_of(shop, at.id, "label")
    for words in (
        "Ada Test", f"Rx number: {record.rx_number}", f"Lot: {record.lot_number}", f"Do not use after {record.beyond_use.on.isoformat()}.", "Quantity: 60 g.",
        "Repeats: 1.", "Made on 2026-11-22. Dispensed 2026-11-22.", "Sodium thiosulfate 25 % w/w (as pentahydrate)", "Prescriber: Dr Laura Chen.",
        "Apply a thin layer to the hard spots on the fingers in the morning and in the evening.", "Example Pharmacy",
    ):  # fmt: skip
        assert squeezed(words) in text, words
    assert codes(paper(shop, at.id).data, 0) == [walk.on_label(shop, at.id).code]


def test_the_label_of_an_accepted_order_does_not_call_its_prescriber_unverified(shop: Pharmacy) -> None:
    at = made(shop, State.LABELLED)
    for kind in ("label", "worksheet"):
        assert "notverified" not in text_of(shop, at.id, kind)


def test_only_an_example_pharmacy_marks_its_label_as_a_draft(shop: Pharmacy) -> None:
    text = text_of(shop, made(shop, State.LABELLED).id, "label")
    assert squeezed("EXAMPLE PHARMACY: not for dispensing") in text
    assert "DRAFT" not in text
    assert "Proposeddate" not in text


def test_the_label_of_a_real_pharmacy_has_no_mark(database: Database, site: Site, data: ReferenceData, monkeypatch: pytest.MonkeyPatch) -> None:
    # In a real pharmacy nothing is signed as an example: its people show who they are.
    monkeypatch.setattr(crew, "example_act", signed_act)
    shop = open_pharmacy(database, replace(site, is_example=False), data, at=AT)
    text = text_of(shop, made(shop, State.LABELLED).id, "label")
    assert not any(words in text for words in ("EXAMPLE", "DRAFT", "Proposed"))


def test_a_date_that_nobody_attested_is_marked_as_proposed(shop: Pharmacy, monkeypatch: pytest.MonkeyPatch) -> None:
    # What was planned without an attestation keeps its proposed date.
    from compounding.workflow.use_case import Work

    whole = Work.site.func  # type: ignore[attr-defined]
    monkeypatch.setattr(Work, "site", property(lambda work: replace(whole(work), attestations=())))
    at = made(shop, State.LABELLED)
    record, text = walk.record_of(shop, at.id), text_of(shop, at.id, "label")
    assert record.beyond_use.on.isoformat() == "2026-12-21"
    assert squeezed("Proposed date: not confirmed by the designated person") in text


def test_a_short_jar_is_labelled_with_what_is_in_it(shop: Pharmacy) -> None:
    short = counter.short_jar(shop, counter.accepted(shop, typed(shop)), net_g="50")
    act = shop.act(shop.crew.pharmacist, reason="transfer loss; a part fill of 50 g")
    at = walk.label(shop, bench_steps.decide_on_hold(shop.house, act, of_preparation(short)))
    text = text_of(shop, at.id, "label")
    assert squeezed("Quantity: 50 g.") in text
    assert squeezed("60 g") not in text


def test_repeats_left_are_counted_without_the_fill_at_hand(shop: Pharmacy) -> None:
    at = made(shop, State.DISPENSED, replace(PLAIN, repeats=2))
    assert squeezed("Repeats: 2.") in text_of(shop, at.id, "label")
    later = counter.days_later(shop, 25)
    order_id = walk.record_of(shop, at.id).order_id
    counter.told_nothing_new(later, order_id)
    second = onwards(later, walk.plan(later, counter.again(later, order_id)), State.LABELLED)
    assert squeezed("Repeats: 1.") in text_of(later, second.id, "label")


def test_a_label_is_not_printed_before_the_preparation_is_made(shop: Pharmacy) -> None:
    at = made(shop, State.WITNESSED)
    assert refused(shop.house, lambda: walk.label(shop, at)) == "NOT_NOW"


# What the place asks of a label


@pytest.fixture(params=[PLAIN, IN_ZINC], ids=["petrolatum", "zinc"])
def facts(request: pytest.FixtureRequest, bench: Bench, data: ReferenceData) -> PaperFacts:
    prepared = prepare_order(walk.sent(request.param, today=bench.today), bench, data, identity=b"1")
    assert prepared.facts is not None
    return replace(prepared.facts, prescriber_attested=True)


def without(content: LabelContent, words: str) -> LabelContent:
    """The label's text with these words left out wherever they stand."""

    def cut(text: str) -> str:
        return text.replace(words, "")

    return replace(
        content, patient_name=cut(content.patient_name), drug=cut(content.drug), number_line=cut(content.number_line),
        critical=tuple(map(cut, content.critical)), warnings=tuple(map(cut, content.warnings)), details=tuple(map(cut, content.details)),
    )  # fmt: skip


ELEMENTS: dict[LabelElement, Callable[[PaperFacts], tuple[str, ...]]] = {
    LabelElement.PHARMACY_NAME: lambda _: ("Example Pharmacy",),
    LabelElement.PHARMACY_ADDRESS: lambda _: ("1 Main Street, Vancouver BC V6B 1A1",),
    LabelElement.PHARMACY_TELEPHONE: lambda _: ("+1 604 555 0100",),
    LabelElement.PRESCRIPTION_NUMBER: lambda facts: (facts.numbers.rx_number,),
    LabelElement.DISPENSING_DATE: lambda _: ("Dispensed 2026-11-22",),
    LabelElement.PATIENT_NAME: lambda _: ("Ada Test",),
    LabelElement.PRESCRIBER: lambda _: ("Dr Laura Chen", "Prescriber: "),
    LabelElement.DRUG: lambda _: ("Sodium thiosulfate",),
    LabelElement.STRENGTH: lambda _: ("25 % w/w", "(as pentahydrate)"),
    LabelElement.DOSAGE_FORM: lambda _: ("ointment in ",),
    LabelElement.ACTIVE_INGREDIENTS: lambda _: ("250 mg in each gram", "Sodium thiosulfate "),
    LabelElement.QUANTITY: lambda _: ("Quantity: 60 g", "60"),
    LabelElement.DIRECTIONS: lambda facts: (facts.order.directions, "in the evening"),
    LabelElement.ROUTE: lambda _: ("For the skin only.",),
    LabelElement.BEYOND_USE_DATE: lambda facts: (facts.beyond_use.on.isoformat(), "Do not use after"),
    LabelElement.STORAGE: lambda _: ("below 25 °C", "Do not freeze"),
    LabelElement.INTERNAL_NUMBER: lambda facts: (facts.numbers.lot,),
    LabelElement.WARNINGS: lambda facts: facts.warnings_on_label,
    LabelElement.COMPOUNDED_STATEMENT: lambda _: ("Compounded by",),
}


def test_a_composed_label_carries_every_element(facts: PaperFacts, data: ReferenceData) -> None:
    for profile in data.profiles.values():
        assert set(profile.label_elements) == set(LabelElement)
        assert missing_elements(compose_label(facts), replace(facts, profile=profile)) == ()


@pytest.mark.parametrize("element", LabelElement)
def test_a_label_without_an_element_is_noticed(facts: PaperFacts, element: LabelElement) -> None:
    content = compose_label(facts)
    for words in ELEMENTS[element](facts):
        lacking = without(content, words)
        assert lacking != content, words
        assert element in missing_elements(lacking, facts), words


@pytest.mark.parametrize("element", LabelElement)
def test_an_element_that_the_place_does_not_ask_for_is_not_missed(facts: PaperFacts, element: LabelElement) -> None:
    lenient = replace(facts, profile=replace(facts.profile, label_elements=tuple(each for each in LabelElement if each is not element)))
    for words in ELEMENTS[element](facts):
        assert element not in missing_elements(without(compose_label(facts), words), lenient)


@pytest.mark.parametrize(("right", "wrong", "element"), [
    ("Quantity: 60 g", "Quantity: 600 g", LabelElement.QUANTITY), ("Ada Test", "Ada Tester", LabelElement.PATIENT_NAME),
    ("Dispensed 2026-11-22", "Dispensed 2026-11-220", LabelElement.DISPENSING_DATE), ("25 % w/w", "125 % w/w", LabelElement.ACTIVE_INGREDIENTS),
])  # fmt: skip
def test_a_longer_word_or_number_does_not_stand_in(facts: PaperFacts, right: str, wrong: str, element: LabelElement) -> None:
    content = compose_label(facts)
    text = {name: getattr(content, name) for name in ("patient_name", "drug", "critical", "details")}
    changed = {
        name: value.replace(right, wrong) if isinstance(value, str) else tuple(each.replace(right, wrong) for each in value) for name, value in text.items()
    }
    assert element in missing_elements(replace(content, **changed), facts)


@pytest.mark.parametrize("part", ["name", "address", "telephone"])
def test_a_pharmacy_that_no_label_could_be_printed_for_does_not_begin(database: Database, site: Site, data: ReferenceData, part: str) -> None:
    with pytest.raises(LevigateError) as refusal:
        open_pharmacy(database, replace(site, **{part: " "}), data, at=AT)
    assert refusal.value.code == "SETTINGS_INCOMPLETE"


@pytest.mark.parametrize("element", LabelElement)
def test_a_label_that_lacks_an_element_is_not_printed(shop: Pharmacy, monkeypatch: pytest.MonkeyPatch, element: LabelElement) -> None:
    at = made(shop)

    def lacking(facts: PaperFacts) -> LabelContent:
        return without(compose_label(facts), ELEMENTS[element](facts)[0])

    monkeypatch.setattr(papers, "compose_label", lacking)
    assert refused(shop.house, lambda: walk.label(shop, at)) == "LABEL_ELEMENT_MISSING"


# Stored bytes


def test_stored_papers_come_back_byte_for_byte(shop_on_each: Pharmacy) -> None:
    at = made(shop_on_each, State.LABELLED)
    for kind in ("label", "leaflet", "worksheet"):
        seen = paper(shop_on_each, at.id, kind)
        assert seen.data.startswith(b"%PDF-")
        assert hashlib.sha256(seen.data).hexdigest() == seen.sha256
        assert paper(shop_on_each, at.id, kind) == seen
    record = walk.record_of(shop_on_each, at.id)
    assert record.label is not None
    assert record.label.sha256 == paper(shop_on_each, at.id).sha256


def again(shop: Pharmacy, at: Standing, *, kind: str = "label", revision: int = 1, reason: str = "the printer jammed", by: str = "") -> papers.Reprinted:
    asked = Reprint(preparation_id=at.id, version=at.version, kind=kind, revision=revision)
    return reprint(shop.house, shop.act(by or shop.crew.technician, reason=reason), asked)


@pytest.mark.parametrize("kind", ["label", "leaflet", "worksheet"])
def test_a_reprint_says_the_same_and_which_copy_it_is_on_every_page(shop_on_each: Pharmacy, kind: str) -> None:
    shop = shop_on_each
    at = made(shop, State.LABELLED)
    sent = [again(shop, at, kind=kind) for _ in range(2)]
    assert [each.reprint for each in sent] == [1, 2]
    told = [each for each in entries(shop.house) if each["action"] == "reprint"]
    assert [each["reason"] for each in told] == ["the printer jammed"] * 2
    assert told[-1]["changed"] == {kind: [None, f"revision 1, reprint 2, sha256 {sent[1].sha256}"]}
    for number, each in enumerate(sent, start=1):
        copy = reading.read_paper(
            shop.house, shop.act(shop.crew.pharmacist), reading.OfPaper(preparation_id=at.id, kind=kind, revision=1, copy=number)
        )  # fmt: skip
        assert copy.sha256 == each.sha256
        assert all(f"COPY{number}" in page for page in pages(copy.data))
    record = walk.record_of(shop, at.id)
    assert all(record.lot_number in page for page in pages(copy.data))
    assert "COPY" not in text_of(shop, at.id, kind)


def test_a_copy_that_was_never_made_is_not_there(shop: Pharmacy) -> None:
    at = made(shop, State.LABELLED)
    asked = reading.OfPaper(preparation_id=at.id, kind="label", revision=1, copy=1)
    assert refused(shop.house, lambda: reading.read_paper(shop.house, shop.act(shop.crew.pharmacist), asked)) == "NOT_FOUND"


def test_the_leaflet_comes_in_large_print_where_it_is_asked_for(shop: Pharmacy) -> None:
    at = made(shop)
    act = shop.act(shop.crew.technician)
    at = papers.print_label(shop.house, act, papers.PrintLabel(preparation_id=at.id, version=at.version, large_print=True))
    usual, large = (paper(shop, at.id, kind).data for kind in ("leaflet", "large-print"))
    assert point_sizes(large, "Wash your hands.") == {18.0}
    assert point_sizes(usual, "Wash your hands.") == {12.0}


def test_a_place_that_no_sheet_has_is_refused_in_words(shop: Pharmacy) -> None:
    at = made(shop)
    for place in (Place(stock="Avery 5163", start=11), Place(start=2), Place(stock="no such stock")):
        asked = papers.PrintLabel(preparation_id=at.id, version=at.version, place=place)
        assert refused(shop.house, lambda: papers.print_label(shop.house, shop.act(shop.crew.technician), asked)) == "LABEL_PLACE"  # noqa: B023


def test_a_reprint_needs_a_reason_and_somebody_who_prints(shop: Pharmacy) -> None:
    at = made(shop, State.LABELLED)
    auditor = counter.hire(shop, "Audrey Auditor", Role.AUDITOR)
    assert refused(shop.house, lambda: again(shop, at, reason="")) == "REASON_NEEDED"
    assert refused(shop.house, lambda: again(shop, at, by=auditor)) == "ROLE_NOT_ALLOWED"


def void(shop: Pharmacy, at: Standing) -> Standing:
    return void_printed_label(shop.house, shop.act(shop.crew.technician, reason="smudged"), of_preparation(at))


def test_a_withdrawn_label_is_not_sent_again(shop: Pharmacy) -> None:
    at = made(shop, State.LABELLED)
    voided = void(shop, at)
    assert voided.state is State.MADE
    assert refused(shop.house, lambda: again(shop, voided)) == "NOT_NOW"
    second = walk.label(shop, voided)
    assert refused(shop.house, lambda: again(shop, second)) == "LABEL_NOT_VALID"
    assert again(shop, second, revision=2).reprint == 1


def test_a_withdrawn_label_takes_the_release_with_it(shop: Pharmacy) -> None:
    at = void(shop, made(shop, State.RELEASED))
    record = walk.record_of(shop, at.id)
    assert (record.state, record.label, record.release, len(record.withdrawn_labels), len(record.withdrawn_releases)) == (State.MADE, None, None, 1, 1)
    assert onwards(shop, at).state is State.DISPENSED


def test_withdrawing_a_label_needs_a_reason(shop: Pharmacy) -> None:
    at = made(shop, State.LABELLED)
    assert refused(shop.house, lambda: void_printed_label(shop.house, shop.act(shop.crew.technician), of_preparation(at))) == "REASON_NEEDED"


# What a scan answers


def test_a_scan_answers_awaiting_check_then_valid(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    at = made(shop, State.LABELLED)
    token = token_of(shop, at.id)
    assert scan(shop, token) is LabelStatus.AWAITING_CHECK
    at = onwards(shop, at, State.RELEASED)
    assert scan(shop, token) is LabelStatus.VALID
    onwards(shop, at)
    assert scan(shop, token) is LabelStatus.VALID


def test_a_scan_of_a_withdrawn_label_answers_void_and_only_the_new_one_counts(shop: Pharmacy) -> None:
    at = made(shop, State.LABELLED)
    at = onwards(shop, walk.label(shop, void(shop, at)), State.RELEASED)
    assert [scan(shop, token_of(shop, at.id, each)) for each in (1, 2)] == [LabelStatus.VOID, LabelStatus.VALID]


def test_a_scan_of_a_reworked_preparations_label_answers_superseded(shop: Pharmacy) -> None:
    at = made(shop, State.LABELLED)
    bench_steps.rework_preparation(shop.house, shop.act(shop.crew.pharmacist, reason="lumps"), of_preparation(at))
    assert scan(shop, token_of(shop, at.id)) is LabelStatus.SUPERSEDED


def test_a_scan_of_a_corrected_records_label_answers_superseded(shop: Pharmacy) -> None:
    at = made(shop, State.RELEASED)
    words = bench_steps.CorrectWords(preparation_id=at.id, version=at.version, container="60 g tube")
    bench_steps.correct_record(shop.house, shop.act(shop.crew.pharmacist, reason="it was a tube"), words)
    assert scan(shop, token_of(shop, at.id)) is LabelStatus.SUPERSEDED


@pytest.mark.parametrize("state", [State.LABELLED, State.RELEASED, State.DISPENSED])
def test_a_scan_of_a_recalled_preparations_label_answers_recalled(shop: Pharmacy, state: State) -> None:
    at = made(shop, state)
    ending.recall_preparation(shop.house, shop.act(shop.crew.designated, reason="the supplier's letter"), of_preparation(at))
    assert scan(shop, token_of(shop, at.id)) is LabelStatus.RECALLED


def test_a_recall_outweighs_what_a_label_was_before(shop: Pharmacy) -> None:
    at = walk.label(shop, void(shop, made(shop, State.LABELLED)))
    ending.recall_preparation(shop.house, shop.act(shop.crew.designated, reason="the supplier's letter"), of_preparation(at))
    assert {scan(shop, token_of(shop, at.id, each)) for each in (1, 2)} == {LabelStatus.RECALLED}


@pytest.mark.parametrize(("name", "state"), [("scrap_preparation", State.RELEASED), ("take_back_preparation", State.DISPENSED)])
def test_a_scan_of_what_was_scrapped_or_came_back_answers_void(shop: Pharmacy, name: str, state: State) -> None:
    at = made(shop, state)
    getattr(ending, name)(shop.house, shop.act(shop.crew.pharmacist, reason="a good reason"), of_preparation(at))
    assert scan(shop, token_of(shop, at.id)) is LabelStatus.VOID


def test_a_code_that_no_label_carries_is_not_found(shop: Pharmacy) -> None:
    assert refused(shop.house, lambda: scan(shop, "2345679CFGHJKN")) == "NOT_FOUND"


# The container at the counter


def test_the_code_of_an_older_label_does_not_hand_a_container_out(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    at = made(shop, State.LABELLED)
    old = walk.on_label(shop, at.id)
    at = onwards(shop, walk.label(shop, void(shop, at)), State.RELEASED)
    asked = releasing.GiveOut(
        preparation_id=at.id, version=at.version, scanned_code=old.code, patient_name=old.patient_name, second_identifier=old.second_identifier,
        receiver="the patient", document_languages=("en",), counselling_offered=True, counselling_accepted=True, counselling_by=shop.crew.pharmacist,
        counselling_way=CounsellingWay.IN_PERSON,
    )  # fmt: skip
    act = shop.act(shop.crew.pharmacist)
    assert refused(shop.house, lambda: releasing.hand_out(shop.house, act, asked)) == "WRONG_LABEL"
    right = replace(asked, scanned_code=walk.on_label(shop, at.id).code)
    assert releasing.hand_out(shop.house, act, right).amount_g == Decimal(60)


def test_the_final_check_with_the_code_of_an_older_label_finds_it(shop: Pharmacy) -> None:
    at = made(shop, State.LABELLED)
    old = walk.on_label(shop, at.id).code
    at = walk.label(shop, void(shop, at))
    told = walk.on_label(shop, at.id)
    asked = releasing.Check(
        preparation_id=at.id, version=at.version, strength_percent=told.strength_percent, amount_g=told.amount_g, patient_name=told.patient_name,
        second_identifier=told.second_identifier, beyond_use_date=told.beyond_use_date, lot_number=told.lot_number, base=told.base, scanned_code=old,
    )  # fmt: skip
    checked = releasing.check_finally(shop.house, shop.act(shop.crew.second), asked)
    assert (checked.state, [each.code for each in checked.discrepancies]) == (State.ON_HOLD, ["WRONG_LABEL"])
    assert [scan(shop, token_of(shop, at.id, each)) for each in (1, 2)] == [LabelStatus.VOID, LabelStatus.VOID]


def test_the_worksheet_says_when_each_step_was_done_and_in_which_zone(shop: Pharmacy) -> None:
    assert re.search(r"[A-Z]{2}\d{2}:\d{2}(?:P[SD]T|UTC)", text_of(shop, made(shop, State.LABELLED).id, "worksheet"))
