"""The access table holds before any page runs; `test_access_matrix.py` walks it whole."""

from sqlalchemy import select

from compounding.storage.tables import audit_entry
from tests.web.staffed import OTHER, Staffed


def test_nobody_signed_in_is_sent_to_sign_in(staffed: Staffed) -> None:
    answer = staffed.client().get("/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")


def test_a_person_whose_work_it_is_may_open_the_page(staffed: Staffed) -> None:
    assert staffed.client("pharmacist").get("/").status_code == 200


def test_a_person_whose_work_it_is_not_is_refused_and_it_is_told(staffed: Staffed) -> None:
    assert staffed.client("auditor").get("/").status_code == 403
    with staffed.records.database.reading() as connection:
        query = select(audit_entry.c.by, audit_entry.c.subject).where(audit_entry.c.site_id == staffed.house.site_id, audit_entry.c.action == "denied")
        assert [tuple(row) for row in connection.execute(query)] == [(staffed.people["auditor"], "prepare.order_form")]


def test_a_token_of_another_pharmacy_opens_nothing_here(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    told = client.get_cookie("levigate-session", domain="localhost")
    assert told is not None
    token = told.value.partition(":")[2]
    client.set_cookie("levigate-session", f"{OTHER}:{token}", domain="localhost")
    assert client.get("/").status_code == 303
