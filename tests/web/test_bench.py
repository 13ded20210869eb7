"""The bench in the browser: one next step for whoever stands there, done once, and nothing lost where something stands against it."""

import re
from datetime import date
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from compounding.demo import walk
from compounding.demo.walk import Wish
from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.sessions import Stage
from compounding.domain.stages import State
from compounding.workflow import reading
from compounding.workflow.receiving import Standing
from tests.web.signed_forms import hidden, post
from tests.web.staffed import PASSWORD, Staffed

_DESKS: dict[str, FlaskClient] = {}


@pytest.fixture(autouse=True)
def _empty_desks() -> None:
    _DESKS.clear()


def at_desk(staffed: Staffed, who: str) -> FlaskClient:
    """The browser in which this person stays signed in throughout a test."""
    if who not in _DESKS:
        _DESKS[who] = staffed.client(who)
    return _DESKS[who]


def brought(staffed: Staffed, state: State, **wish: str) -> Standing:
    shop = staffed.pharmacy
    told = Wish(patient="Fay Example", born_on=date(1961, 4, 2), **wish)  # type: ignore[arg-type]
    return walk.brought_to(shop, walk.accepted(shop, told), state)


def record(staffed: Staffed, at: Standing) -> CompoundingRecord:
    return reading.read_preparation(staffed.house, staffed.pharmacy.act(staffed.people["auditor"]), reading.Of(id=at.id)).record


def bench(at: Standing, what: str = "") -> str:
    return f"/preparations/{at.id}/bench{what}"


def tick_all(staffed: Staffed, at: Standing, who: dict[str, str]) -> None:
    """Tick every step that is next, each by whoever the page says it is for."""
    for _ in range(12):
        for person in who:
            page = at_desk(staffed, person).get(bench(at)).text
            if "It is done" in page:
                staffed.clock.wait(seconds=5)
                assert at_desk(staffed, person).post(bench(at, "/tick"), data=hidden_of(page, "tick")).status_code == 303
                break
        else:
            return


def hidden_of(page: str, part: str) -> dict[str, str]:
    """The hidden fields of the form that is sent to one place of the bench."""
    form = page[page.index(f'/bench/{part}"') :]
    return hidden(form[: form.index("</form>")])


def lot_number(staffed: Staffed, at: Standing, line: int) -> str:
    lot = record(staffed, at).sheet.lines[line].lot
    assert lot is not None
    return lot.number


def scanned(staffed: Staffed, at: Standing, line: int, code: str = "", who: str = "technician", **also: str) -> dict[str, str]:
    """The hidden fields of the page that asks for the weight, once the balance is checked and the lot is in hand."""
    client = at_desk(staffed, who)
    page = client.get(bench(at)).text
    if "The balance is checked" in page:
        page = client.post(bench(at, "/weigh"), data=hidden_of(page, "weigh")).text
    answer = client.post(bench(at, "/weigh"), data={**hidden_of(page, "weigh"), "container_code": code or lot_number(staffed, at, line), **also})
    assert answer.status_code == 200, answer.text
    return hidden_of(answer.text, "weigh")


def weighed(staffed: Staffed, at: Standing, line: int, mass: str, **also: str) -> int:
    told = scanned(staffed, at, line, **also)
    staffed.clock.wait(seconds=5)
    return at_desk(staffed, "technician").post(bench(at, "/weigh"), data={**told, "mass": mass}).status_code


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (State.PLANNED, "The pharmacist assesses first"), (State.ASSESSED, "A second person recalculates the weights"), (State.RECALCULATED, "Step 1 of 10"),
        (State.WEIGHED, "A second person witnesses the weighing"), (State.WITNESSED, "Step 3 of 10"), (State.MADE, "Print label and leaflet"),
        (State.LABELLED, "The final check comes next"), (State.RELEASED, "Ready to hand out"), (State.DISPENSED, "Nothing is left to do at the bench"),
    ],
)  # fmt: skip
def test_the_page_shows_the_one_next_step(staffed: Staffed, state: State, says: str) -> None:
    page = at_desk(staffed, "technician").get(bench(brought(staffed, state)))
    assert page.status_code == 200
    assert says in page.text
    assert "Fay Example" not in page.text


def test_every_preparation_opens_at_the_same_step_on_every_machine(staffed: Staffed) -> None:
    at = brought(staffed, State.WEIGHED)
    for who in ("technician", "second", "pharmacist", "auditor"):
        assert "A second person witnesses the weighing" in at_desk(staffed, who).get(bench(at)).text


def test_who_may_not_is_told_who_may(staffed: Staffed) -> None:
    page = at_desk(staffed, "technician").get(bench(brought(staffed, State.PLANNED))).text
    assert "&#34;Clinical assessment&#34; is for pharmacist or intern under supervision" in page


def test_a_locked_session_still_reads_the_step_and_no_form(staffed: Staffed) -> None:
    at, client = brought(staffed, State.RECALCULATED), staffed.app.test_client()
    staffed.sign_in(client, staffed.people["second"], site_id=staffed.house.site_id, stage=Stage.LOCKED)
    page = client.get(bench(at))
    assert page.status_code == 200
    assert "data-stays-in-view" in page.text
    assert "Step 1 of 10" in page.text
    assert "It is done" not in page.text


def test_the_recalculation_is_blind_and_says_only_whether_the_figures_differ(staffed: Staffed) -> None:
    at = brought(staffed, State.ASSESSED)
    sheet, client = record(staffed, at).sheet, at_desk(staffed, "second")
    page = client.get(bench(at, "/recalculation")).text
    figures = [str(line.to_weigh_g) for line in sheet.lines]
    told = {f"mass_{number}": mass for number, mass in enumerate(figures)} | {"batch": str(sheet.batch_g)}
    wrong = post(client, bench(at, "/recalculation"), {**told, "mass_1": "3.33"})
    assert wrong.status_code == 422
    assert "Your figures and the sheet&#39;s differ" in wrong.text
    assert 'value="3.33"' in wrong.text, "what was typed comes back"
    for text in (page, at_desk(staffed, "second").get(bench(at)).text):
        assert not any(re.search(rf"(?<![\d.]){re.escape(figure)}(?![\d.])", text) for figure in figures if "." in figure or len(figure) > 2), figures
    assert post(client, bench(at, "/recalculation"), told).status_code == 303
    assert record(staffed, at).state is State.RECALCULATED


def test_who_planned_it_cannot_recalculate(staffed: Staffed) -> None:
    at = brought(staffed, State.ASSESSED)
    assert "did the first part" in at_desk(staffed, "pharmacist").get(bench(at)).text


def test_a_recalculation_without_its_figures_or_its_password_comes_back(staffed: Staffed) -> None:
    at, client = brought(staffed, State.ASSESSED), at_desk(staffed, "second")
    assert post(client, bench(at, "/recalculation"), {"mass_0": "1"}).status_code == 422
    answer = post(client, bench(at, "/recalculation"), {"mass_0": "1", "mass_1": "2", "mass_2": "3", "batch": "6"}, password="no")  # noqa: S106
    assert answer.status_code == 422
    assert 'value="6"' in answer.text
    assert record(staffed, at).disagreements == ()


def test_a_step_is_ticked_by_whoever_it_names_and_once(staffed: Staffed) -> None:
    at = brought(staffed, State.RECALCULATED)
    page = at_desk(staffed, "second").get(bench(at)).text
    assert "This step is Sam Example" in at_desk(staffed, "technician").get(bench(at)).text
    told = hidden_of(page, "tick")
    assert at_desk(staffed, "second").post(bench(at, "/tick"), data=told).status_code == 303
    again = at_desk(staffed, "second").post(bench(at, "/tick"), data=told)
    assert again.status_code == 409
    assert "Done since you opened this page" in again.text
    assert len(record(staffed, at).steps) == 1


def ready_to_weigh(staffed: Staffed) -> Standing:
    at = brought(staffed, State.RECALCULATED)
    tick_all(staffed, at, {"second": "", "technician": ""})
    assert len(record(staffed, at).steps) == 2
    return at


def test_the_balance_comes_first_then_the_lot_then_the_weight(staffed: Staffed) -> None:
    at = ready_to_weigh(staffed)
    client = at_desk(staffed, "technician")
    page = client.get(bench(at)).text
    assert "The balance is checked" in page
    without = client.post(bench(at, "/weigh"), data={**hidden_of(page, "weigh"), "balance": "", "part": "lot", "container_code": "x"})
    assert without.status_code == 422
    assert "check the balance" in without.text.casefold()
    assert weighed(staffed, at, 0, "15") == 303
    (done,) = record(staffed, at).weighings
    assert (done.mass_g, done.is_scanned, done.by) == (Decimal(15), False, staffed.people["technician"])
    assert "The balance is checked" not in client.get(bench(at)).text, "it was said with the weighing before"


def test_a_scanned_code_is_told_from_a_typed_one(staffed: Staffed) -> None:
    at = ready_to_weigh(staffed)
    lot = lot_number(staffed, at, 0)
    assert weighed(staffed, at, 0, "15", is_burst="yes") == 303
    assert weighed(staffed, at, 1, "3", code=f"]C10109501101530003{'10'}{lot_number(staffed, at, 1)}") == 303
    assert weighed(staffed, at, 2, "42", code=f"(10){lot_number(staffed, at, 2)}") == 303
    assert [each.is_scanned for each in record(staffed, at).weighings] == [True, True, False]
    assert lot.startswith("EX-")
    assert record(staffed, at).state is State.WEIGHED


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("{other}", "this is another ingredient"), ("NOBODY-KNOWS-1", "of no lot that this pharmacy has in stock"), ("", "has not been scanned"),
        ("010950110153000410X", "of no lot"), ("]C1010950110153000410X", "check digit of this code is wrong"),
        ("]C101095011015300031720010110{own}", "expires on 2020-01-01"),
    ],
)  # fmt: skip
def test_a_container_that_is_not_the_lot_is_explained(staffed: Staffed, code: str, says: str) -> None:
    at, client = ready_to_weigh(staffed), at_desk(staffed, "technician")
    page = client.post(bench(at, "/weigh"), data=hidden_of(client.get(bench(at)).text, "weigh")).text
    typed = code.format(other=lot_number(staffed, at, 1), own=lot_number(staffed, at, 0))
    answer = client.post(bench(at, "/weigh"), data={**hidden_of(page, "weigh"), "container_code": typed})
    assert answer.status_code == 422
    assert says in answer.text.replace("This is", "this is").replace("The check", "check").replace("The container", "the container")
    if typed:
        assert f'value="{typed}"' in answer.text
    assert record(staffed, at).weighings == ()


def test_a_weight_outside_its_limit_is_asked_about_once_and_then_kept_as_it_is(staffed: Staffed) -> None:
    at = ready_to_weigh(staffed)
    told, client = scanned(staffed, at, 0), at_desk(staffed, "technician")
    asked = client.post(bench(at, "/weigh"), data={**told, "mass": "15.4"})
    assert asked.status_code == 422
    assert "too much" in asked.text
    assert 'value="15.4"' in asked.text
    assert record(staffed, at).weighings == ()
    assert client.post(bench(at, "/weigh"), data={**hidden_of(asked.text, "weigh"), "mass": "15.4"}).status_code == 303
    assert record(staffed, at).weighings[0].mass_g == Decimal("15.4")


def test_a_weight_that_is_no_number_comes_back_with_its_lot(staffed: Staffed) -> None:
    at = ready_to_weigh(staffed)
    told, client = scanned(staffed, at, 0), at_desk(staffed, "technician")
    for typed, says in (("15,0", "comma"), ("", "enter it")):
        answer = client.post(bench(at, "/weigh"), data={**told, "mass": typed})
        assert answer.status_code == 422
        assert says in answer.text
        assert hidden_of(answer.text, "weigh")["container_code"] == told["container_code"]


def test_the_limit_is_shown_while_typing_by_the_settings_on_the_page(staffed: Staffed) -> None:
    at = ready_to_weigh(staffed)
    client = at_desk(staffed, "technician")
    page = client.get(bench(at)).text
    answer = client.post(bench(at, "/weigh"), data=hidden_of(page, "weigh")).text
    page = client.post(bench(at, "/weigh"), data={**hidden_of(answer, "weigh"), "container_code": lot_number(staffed, at, 0)}).text
    window = re.search(r'data-window="([^"]+)"', page)
    assert window
    token = hidden(page)["csrf_token"]
    for mass, says in (
        ("15", "15 g: within the limit"),
        ("15.16", "within the limit"),
        ("15.17", "15.17 g: too much"),
        ("14.8", "14.8 g: too little"),
        ("x", ""),
    ):
        part = client.post("/bench/tolerance", data={"csrf_token": token, "window": window[1], "mass": mass})
        assert part.status_code == 200
        assert says in part.text
        assert part.text.strip() or not says
    assert not client.post("/bench/tolerance", data={"csrf_token": token, "window": window[1] + "x", "mass": "15"}).text.strip()


def test_two_people_at_one_line_weigh_it_once_and_nothing_typed_is_lost(staffed: Staffed) -> None:
    at = ready_to_weigh(staffed)
    told = scanned(staffed, at, 0)
    assert weighed(staffed, at, 0, "15") == 303
    late = at_desk(staffed, "technician").post(bench(at, "/weigh"), data={**told, "mass": "15.01"})
    assert late.status_code == 409
    assert "Done since you opened this page" in late.text
    assert "Weigh Sodium thiosulfate pentahydrate (Toni Example" in late.text
    assert "15.01" in late.text
    assert "Line 2 of 3" in late.text
    assert len(record(staffed, at).weighings) == 1


def test_an_assistant_weighs_only_with_a_pharmacists_password_beside(staffed: Staffed) -> None:
    at = ready_to_weigh(staffed)
    told, client = scanned(staffed, at, 0, who="assistant"), at_desk(staffed, "assistant")
    alone = client.post(bench(at, "/weigh"), data={**told, "mass": "15", "password": PASSWORD})
    assert alone.status_code == 422
    beside = {"supervisor": staffed.people["pharmacist"], "supervisor_password": PASSWORD, "password": PASSWORD}
    assert client.post(bench(at, "/weigh"), data={**told, "mass": "15", **beside}).status_code == 303
    assert record(staffed, at).weighings[0].supervised_by == staffed.people["pharmacist"]


def witnessed(staffed: Staffed, at: Standing, **also: str) -> dict[str, str]:
    return {"container_0": "500 g jar, sodium thiosulfate", "code_0": lot_number(staffed, at, 0), "mass_0": "15.01", **also}


def test_the_witness_is_blind_and_signs_what_was_seen(staffed: Staffed) -> None:
    at, client = brought(staffed, State.WEIGHED), at_desk(staffed, "second")
    for page in (client.get(bench(at, "/witness")).text, client.get(bench(at)).text):
        assert not re.search(r"15\.01", page)
    assert post(client, bench(at, "/witness"), witnessed(staffed, at)).status_code == 303
    assert record(staffed, at).state is State.WITNESSED


@pytest.mark.parametrize(("also", "says"), [
    ({"mass_0": "14"}, "is not what was written down"), ({"code_0": "OTHER"}, "of no lot of this preparation"), ({"container_0": " "}, "write which one you see"),
])  # fmt: skip
def test_a_witness_who_sees_something_else_signs_nothing(staffed: Staffed, also: dict[str, str], says: str) -> None:
    at = brought(staffed, State.WEIGHED)
    answer = post(at_desk(staffed, "second"), bench(at, "/witness"), witnessed(staffed, at, **also))
    assert answer.status_code == 422
    assert says in answer.text
    assert "500 g jar" in answer.text or "container_0" in also
    assert record(staffed, at).state is State.WEIGHED


def test_the_doublings_are_those_of_the_weighed_masses(staffed: Staffed) -> None:
    at = brought(staffed, State.WITNESSED)
    page = ""
    while "Step 6 of 10" not in page:
        who = "second" if "Step 3 of 10" in page or not page else "technician"
        page = at_desk(staffed, who).get(bench(at)).text
        if "Step 6 of 10" not in page and "It is done" in page:
            assert at_desk(staffed, who).post(bench(at, "/tick"), data=hidden_of(page, "tick")).status_code == 303
            page = at_desk(staffed, "technician").get(bench(at)).text
    assert "Step 6 of 10" in page
    assert "<strong>15.01 g</strong>" in page
    at_desk(staffed, "technician").post(bench(at, "/tick"), data=hidden_of(page, "tick"))
    page = at_desk(staffed, "technician").get(bench(at)).text
    assert "You have 33.02 g of paste" in page
    assert '26.98 <span class="lev-unit">g</span>' in page


def finished(staffed: Staffed, **also: str) -> dict[str, str]:
    tests = {f"result_{n}": "as described" for n in range(6)} | {f"passed_{n}": "yes" for n in range(6)}
    return {**tests, "temperature": "23.5", "obtained": "59.8", "net": "59.7", "container": "60 g jar", "deviations": "none", "part": "record", **also}


def ready_to_finish(staffed: Staffed) -> tuple[Standing, dict[str, str]]:
    at = brought(staffed, State.WITNESSED)
    tick_all(staffed, at, {"second": "", "technician": ""})
    return at, hidden_of(at_desk(staffed, "technician").get(bench(at)).text, "finish")


def test_the_finish_shows_its_yield_first_and_is_then_recorded(staffed: Staffed) -> None:
    at, told = ready_to_finish(staffed)
    client = at_desk(staffed, "technician")
    preview = client.post(bench(at, "/finish"), data={**told, **finished(staffed, part="preview")})
    assert preview.status_code == 200
    assert "Process yield" in preview.text
    assert record(staffed, at).finish is None
    assert client.post(bench(at, "/finish"), data={**hidden_of(preview.text, "finish"), **finished(staffed)}).status_code == 303
    assert record(staffed, at).state is State.MADE
    assert "Print label and leaflet" in client.get(bench(at)).text


def test_an_unanswered_test_is_named_and_nothing_typed_is_lost(staffed: Staffed) -> None:
    at, told = ready_to_finish(staffed)
    answer = at_desk(staffed, "technician").post(bench(at, "/finish"), data={**told, **finished(staffed, passed_2="", container="", net="60\n5x")})
    assert answer.status_code == 422
    assert "Uniformity: passed? Answer it." in answer.text
    assert "Container: enter it." in answer.text
    assert "5x" in answer.text
    assert record(staffed, at).finish is None


def held(staffed: Staffed, **also: str) -> Standing:
    at, told = ready_to_finish(staffed)
    answer = at_desk(staffed, "technician").post(bench(at, "/finish"), data={**told, **finished(staffed, **also)})
    assert answer.status_code == 303, answer.text
    assert record(staffed, at).state is State.ON_HOLD
    return at


def test_a_hold_shows_every_reason_and_goes_on_by_a_pharmacists_signature(staffed: Staffed) -> None:
    at = held(staffed, net="50", passed_5="no")
    path, client = f"/preparations/{at.id}/hold", at_desk(staffed, "second")
    page = client.get(path).text
    assert "NET_WEIGHT_OUT_OF_LIMIT" in page
    assert "NET_WEIGHT_TEST_FAILED" in page
    assert post(client, path, {"reason": ""}).status_code == 422
    assert post(client, path, {"reason": "a little stuck to the mortar; the label says 50 g"}).status_code == 303
    assert record(staffed, at).state is State.MADE
    assert at_desk(staffed, "technician").get(path).status_code == 403


def test_a_hold_that_nobody_may_decide_leads_to_rework_or_scrap(staffed: Staffed) -> None:
    at = held(staffed, temperature="45")
    page = at_desk(staffed, "second").get(f"/preparations/{at.id}/hold").text
    assert "can only be scrapped or reworked" in page
    assert "Sign: it goes on" not in page


def test_a_rework_says_what_is_thrown_away_and_begins_at_the_recalculation(staffed: Staffed) -> None:
    at = brought(staffed, State.WEIGHED)
    path, client = f"/preparations/{at.id}/rework", at_desk(staffed, "pharmacist")
    assert "15.01 g of Sodium thiosulfate" in client.get(path).text
    assert post(client, path, {"reason": "spilled"}, password="").status_code == 422
    assert post(client, path, {"reason": "spilled on the slab"}).status_code == 303
    assert record(staffed, at).state is State.ASSESSED
    assert "recalculates" in at_desk(staffed, "second").get(bench(at)).text


def test_scrapping_needs_a_reason_and_happens_once(staffed: Staffed) -> None:
    at = brought(staffed, State.WEIGHED)
    path, client = f"/preparations/{at.id}/scrap", at_desk(staffed, "pharmacist")
    assert post(client, path, {"reason": " "}).status_code == 422
    told = {**hidden(client.get(path).text), "reason": "dropped on the floor"}
    assert client.post(path, data=told).status_code == 303
    assert client.post(path, data=told).status_code == 409
    assert record(staffed, at).state is State.SCRAPPED
    assert "cannot be scrapped" in client.get(path).text


def test_what_was_sent_to_a_step_can_be_opened_again_by_its_address(staffed: Staffed) -> None:
    at = brought(staffed, State.RECALCULATED)
    for what in ("tick", "weigh", "finish"):
        answer = at_desk(staffed, "technician").get(bench(at, f"/{what}"))
        assert (answer.status_code, answer.headers["Location"]) == (303, bench(at))
