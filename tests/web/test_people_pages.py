"""The pages of the pharmacy's people: the designated person keeps them, signed and with a reason, and hands out what only its owner uses."""

import html
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from compounding.domain.people import Person, Role
from compounding.storage import accounts, people
from compounding.storage.tables import audit_entry, metadata
from tests.web.sent_forms import hidden, send
from tests.web.staffed import OTHER, PASSWORD, Staffed

CODE = re.compile(r"\b(?:[CDFGHJKMNPQRTVWXY34679]{5}-){5}[CDFGHJKMNPQRTVWXY34679]{5}\b")
NEW = {"name": "Nora New", "roles": ["technician", "assistant"], "password": PASSWORD}


def text_of(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def person_of(staffed: Staffed, person_id: str) -> Person:
    with staffed.records.database.reading() as connection:
        return next(each for each in people.people_of(connection, staffed.house.site_id) if each.id == person_id)


def as_now(client: FlaskClient, path: str) -> dict[str, object]:
    """What the form of a person says when it is opened."""
    page = text_of(client.get(path))
    values = dict(re.findall(r'<input[^>]*\bname="(name|licence|licence_expires_on)"[^>]*\bvalue="([^"]*)"', page))
    values.setdefault("name", "")
    roles = [found[1] for each in re.findall(r"<input[^>]*>", page) if "checked" in each and (found := re.search(r'value="([^"]*)"', each))]
    return {**values, "roles": roles}


def add(staffed: Staffed, client: FlaskClient, **told: object) -> str:
    answer = send(client, "/people/add", **{**NEW, **told})
    assert answer.status_code == 303, text_of(answer)
    return answer.headers["Location"].partition("?")[0]


def told_last(staffed: Staffed) -> tuple[str, str]:
    with staffed.records.database.reading() as connection:
        query = select(audit_entry.c.by, audit_entry.c.action).where(audit_entry.c.site_id == staffed.house.site_id, audit_entry.c.chain == "changes")
        row = connection.execute(query.order_by(audit_entry.c.seq.desc()).limit(1)).one()
    return row.by, row.action


def test_an_auditor_reads_who_works_here_and_changes_nothing(staffed: Staffed) -> None:
    client = staffed.client("auditor")
    page = text_of(client.get("/people"))
    assert "Toni Example" in page
    assert "Add a person" not in page
    assert client.get("/people/add").status_code == 403


@pytest.mark.parametrize("who", ["prescriber", "assistant", "technician", "regulated", "intern", "pharmacist"])
def test_the_people_are_the_designated_persons_alone(staffed: Staffed, who: str) -> None:
    client = staffed.client(who)
    for path in ("/people", "/people/add", f"/people/{staffed.people['technician']}"):
        assert client.get(path).status_code == 403


def test_the_list_names_everybody_with_licence_and_whether_they_sign_in(staffed: Staffed) -> None:
    page = text_of(staffed.client("designated").get("/people"))
    for told in ("Toni Example", "regulated technician", "EX-00007", "none needed", "yes, as toni example", "no longer: inactive"):
        assert told in page
    assert "Other Example Pharmacy" not in page


def test_a_role_says_what_it_may_do(staffed: Staffed) -> None:
    page = text_of(staffed.client("designated").get("/people/add"))
    assert "Enter own orders." in page
    assert "under supervision: weigh and prepare." in page


def test_a_person_is_added_as_who_adds_them_signs(staffed: Staffed) -> None:
    client = staffed.client("designated")
    path = add(staffed, client)
    added = person_of(staffed, path.rpartition("/")[2])
    assert (added.name, added.roles) == ("Nora New", frozenset({Role.TECHNICIAN, Role.ASSISTANT}))
    assert told_last(staffed) == (staffed.people["designated"], "add person")
    assert "The person is on record." in text_of(client.get(f"{path}?done=added"))


def test_the_same_form_sent_twice_adds_one_person(staffed: Staffed) -> None:
    client = staffed.client("designated")
    told = {**hidden(text_of(client.get("/people/add"))), **NEW}
    first, second = (client.post("/people/add", data=told) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"name": ""}, "Enter the name."), ({"roles": []}, "Choose at least one role."), ({"roles": ["king"]}, "king"), ({"password": ""}, "Enter your password to sign."),
        ({"password": "not the password"}, "nothing was signed"), ({"roles": ["pharmacist"]}, "A pharmacist is on record with a licence number and its expiry"),
        ({"licence_expires_on": "30.11.2027"}, "Last day of the licence"), ({"name": "x" * 61}, "longer than 60"),
        ({"key": "\u00e9"}, "printable ASCII"),
    ],
)  # fmt: skip
def test_what_cannot_be_on_record_is_refused_with_what_was_typed_still_there(staffed: Staffed, told: dict[str, object], words: str) -> None:
    client = staffed.client("designated")
    before = text_of(client.get("/people")).count('role="rowheader"')
    answer = send(client, "/people/add", **{**NEW, **told})
    page = text_of(answer)
    assert answer.status_code == 422
    assert words in page
    assert "There is a problem" in page
    assert PASSWORD not in page
    assert told.get("name", "Nora New") == "" or str(told.get("name", "Nora New")) in page
    assert text_of(client.get("/people")).count('role="rowheader"') == before


def test_a_record_is_changed_with_a_reason(staffed: Staffed) -> None:
    client, path = staffed.client("designated"), f"/people/{staffed.people['technician']}"
    now = {**as_now(client, path), "name": "Toni Example-Lee", "password": PASSWORD}
    assert send(client, path, **now, reason="").status_code == 422
    assert send(client, path, **now, reason="married").status_code == 303
    assert person_of(staffed, staffed.people["technician"]).name == "Toni Example-Lee"


def test_a_conflict_shows_what_is_on_record_now_and_keeps_what_was_typed(staffed: Staffed) -> None:
    one, two, path = staffed.client("designated"), staffed.client("designated"), f"/people/{staffed.people['technician']}"
    mine = {**hidden(text_of(one.get(path))), **as_now(one, path), "name": "Toni Mine", "reason": "as asked", "password": PASSWORD}
    assert send(two, path, **{**as_now(two, path), "name": "Toni Theirs", "reason": "as asked", "password": PASSWORD}).status_code == 303
    answer = one.post(path, data=mine)
    page = text_of(answer)
    assert answer.status_code == 409
    assert "changed by somebody else" in page
    assert ">Toni Theirs<" in page
    assert 'value="Toni Mine"' in page
    again = one.post(path, data={**mine, **{name: hidden(page)[name] for name in ("version", "key", "csrf_token")}})
    assert again.status_code == 303
    assert person_of(staffed, staffed.people["technician"]).name == "Toni Mine"


def test_nothing_changed_is_said(staffed: Staffed) -> None:
    client, path = staffed.client("designated"), f"/people/{staffed.people['technician']}"
    answer = send(client, path, **as_now(client, path), reason="as asked", password=PASSWORD)
    assert answer.status_code == 422
    assert "reads like this already" in text_of(answer)


def test_whoever_is_set_inactive_is_out_at_the_next_click(staffed: Staffed) -> None:
    client, toni, path = staffed.client("designated"), staffed.client("technician"), f"/people/{staffed.people['technician']}"
    assert toni.get("/account").status_code == 200
    assert send(client, f"{path}?deed=inactive", deed="inactive", reason="left us", password=PASSWORD).status_code == 303
    assert toni.get("/account").status_code == 303
    assert not person_of(staffed, staffed.people["technician"]).is_active
    assert send(client, f"{path}?deed=active", deed="active", reason="came back", password=PASSWORD).status_code == 303
    assert person_of(staffed, staffed.people["technician"]).is_active
    assert toni.get("/account").status_code == 303


def test_the_last_designated_person_stays(staffed: Staffed) -> None:
    client, path = staffed.client("designated"), f"/people/{staffed.people['designated']}"
    other = f"/people/{staffed.people['only designated']}"
    assert send(client, f"{other}?deed=inactive", deed="inactive", reason="left us", password=PASSWORD).status_code == 303
    answer = send(client, f"{path}?deed=inactive", deed="inactive", reason="left us", password=PASSWORD)
    assert answer.status_code == 422
    assert "is the last active designated person" in text_of(answer)


def test_an_account_is_opened_with_a_code_that_is_shown_once(staffed: Staffed) -> None:
    client = staffed.client("designated")
    path = add(staffed, client)
    answer = send(client, f"{path}/account", sign_in_name="Nora", password=PASSWORD, code=staffed.code())
    page = text_of(answer)
    codes = set(CODE.findall(page))
    assert len(codes) == 1
    for told in ("nora", "2026-11-25 12:00", "/activate", "destroy this slip"):
        assert told in page
    assert answer.headers["Cache-Control"] == "no-store"
    for again in (path, f"{path}/account", f"{path}/renew", "/people"):
        assert not CODE.findall(text_of(client.get(again)))
    assert "awaits activation until 2026-11-25 12:00" in text_of(client.get("/people"))
    staffed.clock.wait(days=3, minutes=1)
    assert "code ran out" in text_of(staffed.client("designated").get("/people"))


def test_the_code_stands_in_no_table(staffed: Staffed) -> None:
    client = staffed.client("designated")
    code = CODE.findall(text_of(send(client, f"{add(staffed, client)}/account", sign_in_name="Nora", password=PASSWORD, code=staffed.code())))[0]
    with staffed.records.database.reading() as connection:
        for table in metadata.sorted_tables:
            assert code not in " ".join(str(row) for row in connection.execute(select(table))), table.name


@pytest.mark.parametrize("name", ["", "x", "pat example", "PAT EXAMPLE"])
def test_a_sign_in_name_that_cannot_be_is_refused_beside_its_field(staffed: Staffed, name: str) -> None:
    client = staffed.client("designated")
    answer = send(client, f"{add(staffed, client)}/account", sign_in_name=name, password=PASSWORD, code=staffed.code())
    assert answer.status_code == 422
    assert not CODE.findall(text_of(answer))


def test_a_new_code_says_what_it_takes_away_and_takes_it(staffed: Staffed) -> None:
    client, toni, path = staffed.client("designated"), staffed.client("technician"), f"/people/{staffed.people['technician']}"
    page = text_of(client.get(f"{path}/renew"))
    for told in ("the password,", "the authenticator app and the recovery codes,", "every session"):
        assert told in page
    assert send(client, f"{path}/renew", reason="", password=PASSWORD, code=staffed.code()).status_code == 422
    assert CODE.findall(text_of(send(client, f"{path}/renew", reason="lost the telephone", password=PASSWORD, code=staffed.code())))
    assert toni.get("/account").status_code == 303
    with staffed.records.database.reading() as connection:
        found = accounts.of(connection, staffed.house.site_id, staffed.people["technician"])
    assert found is not None
    assert (found.password_hash, found.second_factor) == ("", "")


def test_what_opens_an_account_for_somebody_needs_both_factors_of_who_gives_it(staffed: Staffed) -> None:
    client = staffed.client("designated")
    path, toni = add(staffed, client), f"/people/{staffed.people['technician']}"
    for page, told in ((f"{path}/account", {"sign_in_name": "Nora"}), (f"{toni}/renew", {"reason": "lost the telephone"})):
        for code in ("", "000000"):
            answer = send(client, page, **told, password=PASSWORD, code=code)
            assert answer.status_code == 422
            assert not CODE.findall(text_of(answer))
    assert staffed.client("technician").get("/account").status_code == 200


def test_nobody_without_an_account_gets_a_new_code(staffed: Staffed) -> None:
    client = staffed.client("designated")
    path = add(staffed, client)
    page = text_of(client.get(f"{path}/renew"))
    assert "has no account yet" in page
    told = {"csrf_token": hidden(text_of(client.get(path)))["csrf_token"], "reason": "as asked", "password": PASSWORD, "code": staffed.code()}
    assert client.post(f"{path}/renew", data=told).status_code == 404


@pytest.mark.parametrize("page", ["", "/account", "/renew", "?deed=inactive"])
def test_another_pharmacys_person_is_as_absent_as_nobody(staffed: Staffed, page: str) -> None:
    client, token = staffed.client("designated"), ""
    token = hidden(text_of(client.get("/people/add")))["csrf_token"]
    for key in (staffed.other.crew.technician, "01a203fd-0000-7000-8000-000000000000", "x"):
        assert client.get(f"/people/{key}{page}").status_code == 404
        assert client.post(f"/people/{key}{page}", data={"csrf_token": token, "password": PASSWORD, "reason": "as asked"}).status_code == 404
    visitor = staffed.app.test_client()
    staffed.sign_in(visitor, staffed.other.crew.designated, site_id=OTHER)
    assert visitor.get(f"/people/{staffed.people['technician']}{page}").status_code == 404


def test_an_expired_licence_is_marked_in_the_list(staffed: Staffed) -> None:
    client, path = staffed.client("designated"), f"/people/{staffed.people['second']}"
    now = {**as_now(client, path), "licence_expires_on": (staffed.pharmacy.today - timedelta(days=1)).isoformat(), "reason": "as asked", "password": PASSWORD}
    assert send(client, path, **now).status_code == 303
    assert "nothing can be signed with it" in text_of(client.get("/people"))


def test_no_name_stands_in_a_title(staffed: Staffed) -> None:
    client = staffed.client("designated")
    for path in ("", "/account", "/renew", "?deed=inactive"):
        title = re.search(r"<title>(.*?)</title>", text_of(client.get(f"/people/{staffed.people['technician']}{path}")))
        assert title
        assert "Toni" not in title[1]
