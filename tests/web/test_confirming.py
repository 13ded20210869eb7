"""How somebody shows once more who they are: nothing secret is written back, failures are counted, and a wait is said with its length."""

import re
from dataclasses import replace

import pytest

from compounding.credentials import hashing
from compounding.storage import accounts
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from tests.web.signed_forms import ASSESSMENT, RISK, hidden, post
from tests.web.staffed import PASSWORD, Staffed

RETIRE = "/formulary/formula/sodium-thiosulfate-in-petrolatum/1/retire"


def assess(staffed: Staffed) -> str:
    return f"/preparations/{staffed.things['planned preparation']}/assess"


def test_the_page_says_who_signs_what_and_what_it_is_bound_to(staffed: Staffed) -> None:
    page = " ".join(re.sub("<[^>]+>", "", staffed.client("pharmacist").get(assess(staffed)).text).split())
    assert "You sign as Pat Example, pharmacist, licence EX-00002: clinical assessment of preparation 20261122-" in page
    assert re.search(r"It is bound to the record as you see it, fingerprint [0-9a-f]{12}, together with", page)


@pytest.mark.parametrize("who", ["designated", "intern"])
def test_no_secret_is_ever_written_back(staffed: Staffed, who: str) -> None:
    secrets = {"password": "my own secret words", "code": "123456", "supervisor_password": "their secret words", "supervisor_code": "654321"}
    path, told = (RETIRE, {"reason": "x y z"}) if who == "designated" else (assess(staffed), {**ASSESSMENT, "supervisor": staffed.people["pharmacist"]})
    page = post(staffed.client(who), path, told, **secrets).text
    assert "not right" in page
    for secret in secrets.values():
        assert secret not in page


def test_a_code_is_asked_for_only_where_the_signature_reaches_further(staffed: Staffed) -> None:
    assert 'name="code"' not in staffed.client("pharmacist").get(assess(staffed)).text
    assert 'name="code"' in staffed.client("designated").get(RETIRE).text


def test_nothing_is_tried_before_everything_was_entered(staffed: Staffed) -> None:
    answer = post(staffed.client("designated"), RETIRE, {"reason": "x y z"}, password="a wrong one")  # noqa: S106 - nobody's.
    assert answer.status_code == 422
    assert "Enter the code of your authenticator app" in answer.text
    assert "not right" not in answer.text


def test_too_many_attempts_are_told_to_wait_and_for_how_long(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    told = {**hidden(client.get(assess(staffed)).text), **ASSESSMENT, "password": "wrong every time"}
    answers = [client.post(assess(staffed), data=told) for _ in range(30)]
    waiting = next(each for each in answers if each.status_code == 429)
    assert 0 < int(waiting.headers["Retry-After"]) <= 15 * 60
    assert "try again in" in waiting.text
    # The right password waits as well, and counts again afterwards.
    assert client.post(assess(staffed), data={**told, "password": PASSWORD}).status_code == 429
    staffed.clock.wait(seconds=int(waiting.headers["Retry-After"]) + 1)
    # The session has locked meanwhile; another one of the same person signs.
    assert post(staffed.client("pharmacist"), assess(staffed), ASSESSMENT).status_code == 303


def test_another_persons_password_signs_nothing(staffed: Staffed) -> None:
    house = staffed.house
    with transaction(house.database, site_id=house.site_id, by="test", role="", at=staffed.clock()) as opened:
        account = accounts.of(opened.connection, house.site_id, staffed.people["second"])
        assert account is not None
        accounts.change(opened, replace(account, password_hash=hashing.hash_password("only Sam knows these")))
        opened.tell(Told(action="test", subject="account", subject_id=account.id))
    told = {**ASSESSMENT, "person_id": staffed.people["second"]}
    assert post(staffed.client("pharmacist"), assess(staffed), told, password="only Sam knows these").status_code == 422  # noqa: S106 - nobody's.
    assert post(staffed.client("second"), assess(staffed), told, password="only Sam knows these").status_code == 303  # noqa: S106 - nobody's.


def test_who_signs_alone_is_asked_for_no_supervisor(staffed: Staffed) -> None:
    page = staffed.client("pharmacist").get(assess(staffed)).text
    assert "supervisor" not in page


def test_a_session_that_waited_too_long_signs_nothing(staffed: Staffed) -> None:
    client = staffed.client("designated")
    told = hidden(client.get(RETIRE).text)
    staffed.clock.wait(minutes=16)
    answer = client.post(RETIRE, data={**told, **RISK, "password": PASSWORD, "code": staffed.code()})
    assert answer.status_code == 401
    assert 'action="/unlock"' in answer.text
    assert PASSWORD not in answer.text
