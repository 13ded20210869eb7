"""What an examiner tried with a browser: each rule here was broken once, or nearly."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounding.storage import accounts
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from tests.web.sent_forms import hidden, send
from tests.web.signed_forms import signed
from tests.web.staffed import PASSWORD, Staffed
from tests.web.test_orders import PICTURE as POINT
from tests.web.test_people_pages import as_now
from tests.web.test_signing import on_container, path_of

PICTURE = POINT + b"\x00"
OWN = {"prescriber_name": "Dr Mona Example", "prescriber_licence": "EX-10240"}
Keep = Callable[..., TestResponse]


@pytest.fixture
def keep(typed: dict[str, str]) -> Keep:
    """Send an order to be kept, with what differs from the plain one."""

    def post(client: FlaskClient, picture: bytes | None = None, **also: str) -> TestResponse:
        data: dict[str, object] = {"csrf_token": hidden(client.get("/").text)["csrf_token"], **typed, "source": "paper", "key": "one-button", **also}
        if picture is not None:
            data["picture"] = (io.BytesIO(picture), "a.png")
        return client.post("/orders", data=data, content_type="multipart/form-data")

    return post


def test_a_prescriber_is_answered_alike_whether_the_patient_is_on_record_or_not(staffed: Staffed, keep: Keep) -> None:
    assert keep(staffed.client("technician"), PICTURE).status_code == 303
    prescriber = staffed.client("prescriber")
    known, unknown = (keep(prescriber, **OWN, key=name, patient_name=name, order_ref=name) for name in ("Mara Model", "Nobody Known"))
    assert (known.status_code, unknown.status_code) == (303, 303)
    told = [
        keep(prescriber, **OWN, key=f"{name} 2".replace(" ", "-"), patient_name=name, born_on="1961-04-02", is_another_person="y", reason="somebody else")
        for name in ("Ana Example", "Somebody Unknown")
    ]
    assert [each.status_code for each in told] == [422, 422]
    assert all("telephone the pharmacy" in each.text for each in told)


def test_a_picture_kept_for_another_patient_is_not_carried_to_a_second_by_its_number(staffed: Staffed, keep: Keep) -> None:
    assert keep(staffed.client("technician"), PICTURE).status_code == 303
    number = hashlib.sha256(PICTURE).hexdigest()
    answer = keep(staffed.client("pharmacist"), patient_name="Zed Other", order_ref="Z-1", picture_sha256=number)
    assert answer.status_code == 422
    assert "kept for another record" in answer.text


def test_a_designated_person_does_not_make_herself_a_pharmacist_and_release(staffed: Staffed) -> None:
    client, path = staffed.client("only designated"), f"/people/{staffed.people['only designated']}"
    told = {**as_now(client, path), "roles": ["designated person", "pharmacist"], "reason": "to help out", "password": PASSWORD}
    assert send(client, path, **told).status_code == 422
    assert client.get(path_of(staffed, "labelled", "final-check")).status_code == 403
    assert signed(staffed, staffed.client("second"), path_of(staffed, "labelled", "final-check"), on_container(staffed)).status_code == 303


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Host"])
def test_nobody_behind_a_proxy_that_was_not_configured_is_a_person_of_the_example(staffed: Staffed, header: str) -> None:
    house, pharmacist = staffed.house, staffed.people["pharmacist"]
    with transaction(house.database, site_id=house.site_id, by="test", role="", at=staffed.clock()) as opened:
        account = accounts.of(opened.connection, house.site_id, pharmacist)
        assert account is not None
        accounts.change(opened, replace(account, is_example=True))
        opened.tell(Told(action="mark", subject="account", subject_id=pharmacist))

    def sign_in(**headers: str) -> int:
        client = staffed.client()
        told = {"csrf_token": hidden(client.get("/sign-in").text)["csrf_token"], "site": house.site_id, "name": "pat example", "password": PASSWORD}
        return client.post("/sign-in", data=told, headers=headers).status_code

    assert sign_in(**{header: "203.0.113.9"}) == 401
    assert sign_in() == 200
