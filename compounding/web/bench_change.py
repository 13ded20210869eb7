"""The quick change at a shared bench: lock, unlock, let somebody else come forward, and say that one is still there."""

from flask import Response as FlaskResponse
from flask import current_app, g, jsonify, redirect, render_template, request, url_for
from werkzeug import Response
from werkzeug.exceptions import HTTPException

from compounding.credentials import tokens
from compounding.domain.people import Person
from compounding.domain.sessions import Condition
from compounding.web import arriving, kept_work, passkey_challenges, session_times, visitors
from compounding.web.access import is_open_to, table, the_who_may
from compounding.web.access_forms import SignInForm, UnlockForm
from compounding.web.local_paths import local_path
from compounding.web.records import the_records
from compounding.web.sign_in import lock_whoever_was_there
from compounding.web.unlocking import ask_who, refused, said, seconds_to_wait, told, unlock_page
from compounding.web.visitors import Visitor, visitor
from compounding.workflow import signing_in, signing_in_by_passkey
from compounding.workflow.signing_in import Opened, SignInRefused
from compounding.workflow.visiting import Present, at_this_browser, visit

Answer = Response | FlaskResponse | str | tuple[str, int]
_OVER = SignInRefused("SIGN_IN_AGAIN", "this session has ended; sign in again with your name and password")


def lock() -> Answer:
    """Leave the bench for a moment."""
    lock_whoever_was_there(visitor())
    return redirect(url_for("access.unlock"), 303)


def unlock() -> Answer:
    """Ask for the password of whoever is locked, and go on."""
    who, wants_json = visitor(), request.accept_mimetypes.best == "application/json"
    kept, next_path = kept_work.carried(), request.values.get("next", "/")
    if who is None or who.condition not in {Condition.OPEN, Condition.LOCKED}:
        if request.method == "GET":
            return redirect(url_for("access.sign_in"), 303)
        if wants_json:
            return _told(_OVER)
        return refused(ask_who(SignInForm(formdata=None), refusal=said(_OVER), kept=kept, next_path=next_path), _OVER)
    if request.method == "GET":
        return redirect(arriving.onward(next_path), 303) if who.is_in else unlock_page(UnlockForm(formdata=None), next_path=next_path)
    form = UnlockForm()
    if not request.form.get("passkey") and not form.validate():
        return (_said_in_json("Enter your password.", 422)) if wants_json else (unlock_page(form, kept=kept, next_path=next_path), 422)
    try:
        opened = _unlocked(who, form)
    except SignInRefused as refusal:
        if wants_json:
            return _told(refusal)
        is_over = refusal.code == "SIGN_IN_AGAIN"
        page = ask_who(SignInForm(formdata=None), refusal=said(refusal), kept=kept, next_path=next_path) if is_over else None
        return refused(page or unlock_page(form, refusal=said(refusal), kept=kept, next_path=next_path), refusal)
    arriving.go_on_in(who.site_id, opened)
    return jsonify(seconds=session_times.seconds_left(visitors.the_visitor(), is_seen=True)) if wants_json else arriving.arrived(who.person.id, next_path)


def switch() -> Answer:
    """Show who has signed in at this browser, and let one of them come forward by the password. Whoever was there is locked first, not ended."""
    who, next_path = visitor(), local_path(request.values.get("next", "/"))
    if request.method == "POST":
        lock_whoever_was_there(who)
        if "session" not in request.form:
            return redirect(url_for("access.switch", next=next_path if next_path != "/" else None), 303)
    present = at_this_browser(the_records().database, tokens.digest(g.browser), at=the_records().clock()) if g.browser else ()
    if request.method == "GET":
        return _switch_page(present, next_path) if present else redirect(url_for("access.sign_in"), 303)
    chosen = next((each for each in present if each.session_id == request.form["session"]), None)
    if not request.form.get("password"):
        return _switch_page(present, next_path, refusal="Enter the password beside your name."), 422
    try:
        opened = _come_forward(chosen, request.form["password"])
    except SignInRefused as refusal:
        return refused(_switch_page(present, next_path, refusal=said(refusal)), refusal)
    if chosen is None:
        raise LookupError("nobody was chosen")
    is_same = who is not None and who.person.id == chosen.person.id
    (arriving.go_on_in if is_same else arriving.begin)(chosen.site_id, opened)
    return redirect(arriving.onward(next_path if _opens(next_path, chosen) else "/"), 303)


def still_there() -> Answer:
    """Say how many seconds are left. The page's own question (`silent`) shows nobody sitting there; everything else does."""
    who = visitors.the_visitor()
    is_silent = bool(request.form.get("silent"))
    if not is_silent:
        visit(the_records().database, who.site_id, who.token, at=the_records().clock(), counts_as_seen=True)
    return jsonify(seconds=session_times.seconds_left(who, is_seen=not is_silent))


def _unlocked(who: Visitor, form: UnlockForm) -> Opened:
    if not request.form.get("passkey"):
        return signing_in.unlock(visitors.door(who.site_id), who.session.id, form.password.data)
    asked = passkey_challenges.take()
    if asked is None:
        raise SignInRefused("SIGN_IN_FAILED", "the passkey took too long; use it again, or enter your password")
    return signing_in_by_passkey.unlock_by_passkey(
        visitors.door(who.site_id), who.session.id, asked.party, challenge=asked.challenge, answer=request.form["passkey"]
    )


def _come_forward(chosen: Present | None, password: str) -> Opened:
    if chosen is None:
        raise _OVER
    return signing_in.unlock(visitors.door(chosen.site_id), chosen.session_id, password)


def _switch_page(present: tuple[Present, ...], next_path: str, *, refusal: str = "") -> str:
    return render_template("access/switch.html", present=present, refusal=refusal, next_path=next_path)


def _opens(path: str, chosen: Present) -> bool:
    """Whether the page that was in view is one for this person as well."""
    try:
        endpoint, _ = current_app.url_map.bind("localhost").match(path.removeprefix(request.script_root), method="GET")
    except HTTPException:
        return False
    entry = table().get(endpoint)
    person: Person = chosen.person
    return entry is not None and is_open_to(entry, person, the_who_may(chosen.site_id))


def _told(refusal: SignInRefused) -> FlaskResponse:
    answer = _said_in_json(said(refusal), told(refusal))
    if refusal.until is not None:
        answer.headers["Retry-After"] = str(seconds_to_wait(refusal))
    return answer


def _said_in_json(sentence: str, status: int) -> FlaskResponse:
    answer = jsonify(message=sentence)
    answer.status_code = status
    return answer
