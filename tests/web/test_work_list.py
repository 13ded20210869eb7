"""The work list in the browser: everything that waits, first what is one's own; kept fresh without keeping a session alive; and one box that finds it."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounding.demo import walk
from compounding.demo.walk import Wish
from compounding.domain.stages import State, Subject, transition
from compounding.domain.work_stages import BY_NAME, REFILL
from compounding.web import next_acts, work_words
from compounding.workflow import ending, work_list
from tests.web.staffed import Staffed
from tests.workflow.counter import of_preparation, preparation_at
from tests.workflow.test_reading import readings


def mark(text: str) -> str:
    found = re.search(r'data-mark="([0-9a-f]+)"', text)
    assert found
    return found[1]


def part(text: str, heading: str) -> str:
    """What stands under a heading, up to the next one."""
    return text.partition(f">{heading}</h2>")[2].partition("<h2")[0]


def sought(client: FlaskClient, text: str) -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
    assert token
    return client.post("/search", data={"csrf_token": token[1], "sought": text})


def receive(staffed: Staffed, name: str) -> None:
    walk.receive(staffed.pharmacy, Wish(patient=name, born_on=date(1970, 1, 1)))


def test_it_shows_stage_what_blocks_age_numbers_and_who_acts_next(staffed: Staffed) -> None:
    text = staffed.client("technician").get("/work").text
    for words in (
        "Ana Example", "born 1961-04-02", "To decide", "A pharmacist accepts it", "For 3 hours", "white petrolatum", "Next: pharmacist", "lot <a", "fill 1",
        "Waits for the clinical assessment", "Last: <bdi>Pat Example</bdi>",
    ):  # fmt: skip
        assert words in text, words


def test_counts_stand_beside_the_stages_and_each_leads_to_its_own_list(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    text = client.get("/work").text
    for slug, title, count in (("screened", "To decide", 1), ("planned", "To assess", 1), ("labelled", "To check", 1), ("refill", "Refills", 1)):
        assert f'href="/work?state={slug}">{title} <span class="lev-work__count">{count}</span>' in text
        assert client.get(f"/work?state={slug}").text.count("data-key=") == count
    assert "state=weighed" not in text


def test_what_is_ones_own_comes_first_with_the_way_on(staffed: Staffed) -> None:
    text = staffed.client("pharmacist").get("/work").text
    assert f"/{staffed.things['planned preparation']}" in re.findall(r'class="govuk-button govuk-button--secondary"[^>]*href="([^"]*)">Assess<', text)[0]
    assert "Cleo Example" in part(text, "For you")
    for_technician = staffed.client("technician").get("/work").text
    assert ">Assess<" not in for_technician
    assert "Ana Example" not in part(for_technician, "For you")


def test_who_only_reads_has_no_list_of_their_own(staffed: Staffed) -> None:
    text = staffed.client("auditor").get("/work").text
    assert "For you" not in text
    assert "Ana Example" in text
    assert 'lev-work__act lev-screen-only"></p>' in text


def test_the_way_on_of_each_stage_is_the_one_its_own_page_offers_first() -> None:
    for name, (endpoint, _) in work_words.STEPS.items():
        stage = BY_NAME[name]
        if stage.state is State.ACCEPTED:
            assert endpoint == "review.plan"
            continue
        rows = next_acts._ORDER if stage.subject is Subject.ORDER else next_acts._PREPARATION
        assert endpoint == next(each for action, each, _ in rows if stage.state in transition(stage.subject, action).before), name
    assert set(work_words.STEPS) == set(work_words.TITLES) == set(BY_NAME)
    assert {each for _, stages in work_words.GROUPS for each in stages} == set(BY_NAME)
    assert REFILL in work_words.STEPS


def test_what_waits_too_long_says_so_and_where_the_limits_come_from(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    assert "Waits too long" not in client.get("/work").text
    staffed.clock.wait(hours=30)
    text = staffed.client("technician").get("/work").text
    assert "Waits too long" in text
    assert "The compounding date 2026-11-22 has passed" in text
    assert "Levigate's own and come from no guideline" in text


def test_the_list_alone_is_sent_where_something_happened_and_nothing_where_not(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    page = client.get("/work").text
    told = len(readings(staffed.house))
    answer = client.get(f"/work/rows?mark={mark(page)}")
    assert (answer.status_code, answer.data) == (204, b"")
    assert len(readings(staffed.house)) == told
    receive(staffed, "Nadia Newcomer")
    answer = client.get(f"/work/rows?mark={mark(page)}")
    assert answer.status_code == 200
    assert "Nadia Newcomer" in answer.text
    assert "<html" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(readings(staffed.house)) == told + 1
    assert client.get(f"/work/rows?mark={mark(answer.text)}").status_code == 204


@pytest.mark.parametrize("odd", ["", "x", "%00", "a" * 5000, "../../etc", "{{7*7}}"])
def test_an_odd_mark_is_an_old_one(staffed: Staffed, odd: str) -> None:
    assert staffed.client("pharmacist").get("/work/rows", query_string={"mark": odd}).status_code == 200


def test_asking_for_the_list_keeps_no_session_alive(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    assert client.get("/work").status_code == 200
    for _ in range(14):
        staffed.clock.wait(minutes=1)
        assert client.get("/work/rows").status_code == 200
    staffed.clock.wait(minutes=1)
    locked = client.get("/work/rows")
    assert locked.status_code != 200
    assert "Ana Example" not in locked.text


def test_a_page_goes_on_where_the_one_before_ended_and_only_for_whom_it_was_written(staffed: Staffed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_list, "PAGE", 2)
    client, seen, target = staffed.client("pharmacist"), list[str](), "/work"
    while target:
        text = client.get(target).text
        seen += re.findall(r'data-key="([^"]+)"', text)
        onward = re.search(r'rel="next" href="([^"]+)"', text)
        target = onward[1].replace("&amp;", "&") if onward else ""
        if target:
            assert client.get(target.replace("/work?", "/work/rows?")).status_code == 200
            assert staffed.client("technician").get(target).status_code == 422
    assert len(seen) == len(set(seen)) == 4


def test_an_empty_stage_says_so_and_a_quiet_day_too(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    assert "Nothing stands at this stage" in client.get("/work?state=weighed").text
    assert "Nothing waits for you now" in staffed.client("auditor").get("/work?state=mine").text
    with staffed.records.database.writing() as connection:
        connection.exec_driver_sql("UPDATE preparation SET version = version + 1, state = 'scrapped'")
        connection.exec_driver_sql("UPDATE medication_order SET version = version + 1, state = 'cancelled'")
    assert "Nothing waits for anybody" in client.get("/work").text


def test_the_box_stands_on_every_page_of_whoever_reads_records_and_of_nobody_else(staffed: Staffed) -> None:
    for who in ("pharmacist", "technician", "auditor"):
        assert 'id="search-box"' in staffed.client(who).get("/help").text
    for who in ("prescriber", ""):
        assert 'id="search-box"' not in staffed.client(who).get("/help").text


def test_a_number_a_lot_and_a_scanned_label_open_what_they_stand_for(staffed: Staffed) -> None:
    client, key = staffed.client("technician"), staffed.things["labelled preparation"]
    code = walk.on_label(staffed.pharmacy, key).code
    lot, number, *_ = code.split()
    for text, place in ((number, f"/orders/{staffed.things['labelled order']}"), (lot, f"/preparations/{key}"), (code, f"/preparations/{key}")):
        answer = sought(client, text)
        assert (answer.status_code, answer.headers["Location"]) == (303, place)


def test_a_name_is_listed_and_never_opened_by_itself(staffed: Staffed) -> None:
    answer = sought(staffed.client("technician"), "ana exa")
    assert answer.status_code == 200
    assert "Ana Example" in answer.text


def test_a_lot_of_an_ingredient_lists_what_took_from_it(staffed: Staffed) -> None:
    record = walk.record_of(staffed.pharmacy, staffed.things["labelled preparation"])
    with staffed.records.database.reading() as connection:
        number = connection.exec_driver_sql("SELECT number FROM ingredient_lot WHERE id = ?", (record.lot_ids[0],)).scalar_one()
    text = sought(staffed.client("technician"), number).text
    assert "Orders with a preparation that took from it" in text
    assert "Cleo Example" in text


def test_a_label_that_is_void_is_not_opened_but_said_to_be(staffed: Staffed) -> None:
    key = staffed.things["labelled preparation"]
    code = walk.on_label(staffed.pharmacy, key).code
    at = preparation_at(staffed.pharmacy, key)
    ending.scrap_preparation(staffed.pharmacy.house, staffed.pharmacy.act(staffed.pharmacy.crew.pharmacist, reason="fell down"), of_preparation(at))
    answer = sought(staffed.client("technician"), code)
    assert answer.status_code == 200
    assert "This label is void" in answer.text


@pytest.mark.parametrize("odd", ["", "ab", "' OR '1'='1", "%", "\u2066x\u2069", "a" * 5000, "{{config}}", "01 02 03", "Ana\x00"])
def test_what_is_typed_into_the_box_is_literal_and_comes_back(staffed: Staffed, odd: str) -> None:
    answer = sought(staffed.client("technician"), odd)
    assert answer.status_code in {200, 422}
    assert "Example</bdi></a>" not in answer.text
