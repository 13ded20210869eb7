"""Signing in with a passkey: what the browser's device has to answer, and the check of its answer."""

import json

from flask import Response as FlaskResponse
from flask import jsonify, make_response, request
from werkzeug import Response

from compounding.credentials import passkeys
from compounding.domain.sessions import Condition
from compounding.storage import accounts
from compounding.web import arriving, kept_work, passkey_challenges, visitors
from compounding.web.access_forms import SignInForm
from compounding.web.records import the_records
from compounding.web.sign_in import lock_whoever_was_there
from compounding.web.unlocking import ask_who, refused, said
from compounding.web.visitors import visitor
from compounding.workflow import signing_in_by_passkey
from compounding.workflow.own_account import octets_of
from compounding.workflow.signing_in import SignInRefused

Answer = Response | FlaskResponse | str | tuple[str, int]


def passkey_options() -> FlaskResponse:
    """The options for the browser, as JSON; with `whose=mine` only the passkeys of the person whose session it is."""
    party = passkey_challenges.relying_party()
    if party is None:
        port = request.host.rpartition(":")[2]
        there = f"{request.scheme}://localhost:{port}" if port.isdigit() else f"{request.scheme}://localhost"
        refusal = jsonify(message=f"Passkeys belong to a name, not to an address in figures: open {there} instead.")
        refusal.status_code = 409
        return refusal
    allow = _mine() if request.form.get("whose") == "mine" else ()
    options = passkeys.request_options(party, challenge=passkey_challenges.ask(), allow=allow)
    return make_response(jsonify(json.loads(options)))


def passkey_sign_in() -> Answer:
    """Take the answer, in the field `passkey` of the sign-in form."""
    asked, form = passkey_challenges.take(), SignInForm()
    form.offer_sites(the_records().sites())
    kept, next_path, who = kept_work.carried(), request.form.get("next", "/"), visitor()
    sites = {each for each, _ in the_records().sites()}
    blank = SignInForm(formdata=None)
    if form.site.data not in sites:
        return ask_who(blank, refusal="Choose your pharmacy.", kept=kept, next_path=next_path), 422
    if asked is None:
        return ask_who(blank, refusal="The passkey took too long; use it again, or sign in another way.", kept=kept, next_path=next_path), 401
    try:
        opened = signing_in_by_passkey.sign_in_by_passkey(
            visitors.door(form.site.data), asked.party, challenge=asked.challenge, answer=request.form.get("passkey", "")
        )
    except SignInRefused as refusal:
        return refused(ask_who(blank, refusal=said(refusal), kept=kept, next_path=next_path), refusal)
    lock_whoever_was_there(who)
    arriving.begin(form.site.data, opened)
    return arriving.arrived(opened.session.person_id, next_path)


def _mine() -> tuple[bytes, ...]:
    """The passkeys of whoever has a full session here, so that the browser offers no others."""
    who = visitor()
    if who is None or who.condition not in {Condition.OPEN, Condition.LOCKED}:
        return ()
    with the_records().database.reading() as connection:
        return tuple(octets_of(each.id) for each in accounts.passkeys_of(connection, who.site_id, who.person.id))
