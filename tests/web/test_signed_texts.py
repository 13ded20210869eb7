"""What browsers carry is signed with SHA-256, and what was signed with SHA-1 counts for nothing."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha1
from typing import Any

import pytest
from flask import Flask, g
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer

from compounding.storage.lists import After
from compounding.web import kept_work, keys_in_addresses, passkey_challenges, visitors
from tests.web.access.browsing import fields
from tests.web.staffed import PASSWORD, Staffed

LETTERS_OF_SHA256 = 43
"""256 bits in base64url."""


class FlasksOwn(SecureCookieSessionInterface):
    """The cookie as Flask signs it."""

    digest_method = staticmethod(sha1)


def _signed_with_sha1(app: Flask, salt: str, told: Any, *, kind: type[URLSafeSerializer] = URLSafeSerializer) -> str:
    return str(kind(str(app.secret_key), salt=salt, signer_kwargs={"digest_method": sha1}).dumps(told))


def _of_forms(staffed: Staffed) -> list[str]:
    client = staffed.client("pharmacist")
    token = fields(client.get("/account").text, "/sign-out")["csrf_token"][0]
    cookie = client.get_cookie("levigate", domain="localhost")
    assert cookie is not None
    return [token, cookie.value]


def _challenge(staffed: Staffed) -> list[str]:
    with staffed.app.test_request_context("/sign-in"):
        visitors.load()
        passkey_challenges.ask()
        return [g.cookies["levigate-challenge"][0]]


def _kept_work(staffed: Staffed) -> list[str]:
    with staffed.app.test_request_context("/prepare", method="POST", data={"directions": "thin layer"}):
        g.was = "somebody"
        kept = kept_work.of_request()
    assert kept is not None
    return [kept.mark]


def _end_of_a_list(staffed: Staffed) -> list[str]:
    with staffed.app.app_context():
        return [keys_in_addresses.written(After(received_at=datetime(2026, 11, 22, tzinfo=UTC), id="x"), of="work")]


@pytest.mark.parametrize("made", [_of_forms, _challenge, _kept_work, _end_of_a_list])
def test_whatever_a_browser_carries_is_signed_with_256_bits(staffed: Staffed, made: Callable[[Staffed], list[str]]) -> None:
    assert {len(text.rpartition(".")[2]) for text in made(staffed)} == {LETTERS_OF_SHA256}


def test_a_form_token_and_a_cookie_signed_with_sha1_are_refused(staffed: Staffed) -> None:
    app, raw = staffed.app, f"{staffed.people['pharmacist']}|known"
    cookies = {signer: signer().get_signing_serializer(app) for signer in (FlasksOwn, type(app.session_interface))}
    tokens = {
        True: _signed_with_sha1(app, "wtf-csrf-token", raw, kind=URLSafeTimedSerializer),
        False: str(URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps(raw)),
    }
    answers = {}
    for signer, cookie in cookies.items():
        assert cookie is not None
        for is_old, token in tokens.items():
            client = staffed.client("pharmacist")
            client.set_cookie("levigate", str(cookie.dumps({"csrf_token": raw})), domain="localhost")
            answers[signer is FlasksOwn, is_old] = client.post("/account/sessions/end", data={"csrf_token": token, "password": PASSWORD}).status_code
    assert answers == {(False, False): 303, (False, True): 400, (True, False): 400, (True, True): 400}


def test_kept_work_challenges_and_ends_of_lists_signed_with_sha1_are_refused(staffed: Staffed) -> None:
    app = staffed.app
    mark = _signed_with_sha1(app, "levigate.kept-work", ["somebody", "/prepare", False])
    with app.test_request_context("/unlock", method="POST", data={"kept_for": mark}):
        assert kept_work.carried() is None
    challenge = _signed_with_sha1(app, passkey_challenges.SALT, ["YWJj", staffed.clock().isoformat()])
    as_it_is = str(URLSafeSerializer(str(app.secret_key), salt=passkey_challenges.SALT).dumps(["YWJj", staffed.clock().isoformat()]))
    for cookie, is_taken in ((challenge, False), (as_it_is, True)):
        with app.test_request_context("/sign-in", headers={"Cookie": f"levigate-challenge={cookie}"}):
            visitors.load()
            assert (passkey_challenges.take() is not None) == is_taken
    end = _signed_with_sha1(app, "levigate list work", ["2026-11-22T10:00:00+00:00", "x"])
    with app.app_context(), pytest.raises(ValueError, match="no page of this list"):
        keys_in_addresses.read(end, of="work")
