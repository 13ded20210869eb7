"""What somebody had typed when the session was locked or over: carried through signing in as hidden fields, and given back to the same person only.

Nothing is stored. Secrets, tokens and files are never carried, and nothing is sent on before the person presses the button that says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app, g, render_template, request
from itsdangerous import BadSignature, URLSafeSerializer

from compounding.web import form_tokens
from compounding.web.confirming import SECRET_FIELDS
from compounding.web.local_paths import local_path

PREFIX = "kept:"
MARK = "kept_for"
_NEVER = SECRET_FIELDS | {form_tokens.FIELD, MARK}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWork:
    """The fields of a form that was not taken, the page it was meant for, and whose it is. `mark` is that, signed."""

    person_id: str
    path: str
    has_files: bool
    fields: tuple[tuple[str, str], ...]
    mark: str


def of_request() -> KeptWork | None:
    """What this request brought and cannot be taken now; None where there is nothing worth keeping, or nobody to give it back to."""
    # The form's own token knows best whose it is: at a shared bench somebody else may have signed in since the page was opened.
    whose = form_tokens.owner() or str(g.get("was", ""))
    if request.method != "POST" or not whose or request.blueprint == "access":
        return None
    fields = _fields(request.form.items(multi=True))
    has_files = any(each.filename for each in request.files.values())
    if not fields and not has_files:
        return None
    path = local_path(request.script_root + request.path)
    return KeptWork(person_id=whose, path=path, has_files=has_files, fields=fields, mark=_signer().dumps([whose, path, has_files]))


def carried() -> KeptWork | None:
    """What the page before handed on; None where it handed on nothing, or something that this program did not sign."""
    mark = request.form.get(MARK, "")
    try:
        person_id, path, has_files = _signer().loads(mark)
    except (BadSignature, TypeError, ValueError):
        return None
    told = ((name.removeprefix(PREFIX), value) for name, value in request.form.items(multi=True) if name.startswith(PREFIX))
    return KeptWork(person_id=person_id, path=local_path(path), has_files=bool(has_files), fields=_fields(told), mark=mark)


def give_back(kept: KeptWork, person_id: str) -> str:
    """The page that offers to send it on now, or says that it was another person's and is dropped."""
    return render_template("access/send_again.html", kept=kept if kept.person_id == person_id else None, has_new_session=True)


def _fields(told: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in told if name not in _NEVER)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="levigate.kept-work")
