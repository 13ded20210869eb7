"""What a request is made of: methods, hosts, headers, cookies, tokens, bodies and files."""

import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from werkzeug.test import TestResponse

from compounding.demo.crew import PICTURE
from tests.web.abuse.cases import Case, Outcome, Reaction
from tests.web.abuse.texts import FILE
from tests.web.abuse.world import World, encoded, with_file

CHANGING = ("/orders", "/search", "/lock", "/still-there", "/people/add", "/account/password", "/prepare", "/sign-in")


def http_method(world: World, case: Case) -> Iterator[Outcome]:
    """At each of several addresses: refused, and nothing of the request comes back."""
    method, _, only = case.text.partition(" ")
    for path in [only] if only and only != "/" else ["/", "/work", "/orders", "/static/levigate.css", "/healthz"]:
        with world.typing("", f"{method} {path}"):
            answer = world.client("technician").open(path, method=method, headers={"X-Echo": "echo of mine"})
        wrong = "echoes the request" if "echo of mine" in answer.text else ""
        reaction = Reaction.REFUSED if 400 <= answer.status_code < 600 and not wrong else Reaction.WRONG
        yield Outcome(place=f"{method} {path}", reaction=reaction, status=answer.status_code, note=wrong)


def host_header(world: World, case: Case) -> Iterator[Outcome]:
    """At a page, a redirect and a form: refused, and named nowhere."""
    for path in ("/sign-in", "/work", "/activate", "/healthz", "/static/levigate.css"):
        with world.typing("", f"Host at {path}"):
            answer = world.client("").get(path, headers={"Host": case.text})
        is_named = case.text and len(case.text) > 3 and (case.text in answer.text or case.text in str(answer.headers))
        reaction = Reaction.REFUSED if answer.status_code == 400 and not is_named else Reaction.WRONG
        yield Outcome(place=f"Host at {path}", reaction=reaction, status=answer.status_code, note="named" if is_named else "")


def forged_header(world: World, case: Case) -> Iterator[Outcome]:
    """A header that claims something: the answer is the one without it."""
    name, value = case.value["name"], case.value["value"]
    for who, path in (("technician", "/work"), ("", "/sign-in"), ("technician", "/people/add"), ("", "/work")):
        plain = world.client(who).get(path)
        with world.typing(value, f"{name} at {path}"):
            answer = world.client(who).get(path, headers={name: value})
        is_named = value not in plain.text and len(value) > 7 and (value in answer.text or value in str(answer.headers))
        is_same = answer.status_code == plain.status_code and answer.headers.get("Location") == plain.headers.get("Location") and not is_named
        reaction = Reaction.IGNORED if is_same else Reaction.REFUSED if 400 <= answer.status_code < 500 and not is_named else Reaction.WRONG
        yield Outcome(place=f"{name} at {path}", reaction=reaction, status=answer.status_code)
    with world.typing(value, f"{name} with a form"):
        answer = world.post("auditor", "/search", {"by": "prescription", "sought": "nothing"}, **{name.replace("-", "_"): value})
    reaction = Reaction.IGNORED if answer.status_code == 200 else Reaction.REFUSED if 400 <= answer.status_code < 500 else Reaction.WRONG
    yield Outcome(place=f"{name} with a form", reaction=reaction, status=answer.status_code)


def cookie(world: World, case: Case) -> Iterator[Outcome]:
    """In place of the session's, the browser's and the token's cookie: nobody is signed in by it, and nothing fails."""
    person, other = world.staffed.people["pharmacist"], world.staffed.other.house.site_id
    own = world.staffed.client("pharmacist")
    real = own.get_cookie("levigate-session", domain="localhost")
    assert real is not None
    value = case.text.format(token=real.value.partition(":")[2], site=world.staffed.house.site_id, other=other, person=person)
    for names in (("levigate-session",), ("levigate-browser",), ("levigate",), ("levigate-session", "levigate-browser", "levigate")):
        sent = "; ".join(f"{name}={value}" for name in names)
        for path in ("/work", "/sign-in", "/account"):
            with world.typing("", f"cookie {'+'.join(names)} at {path}"):
                answer = world.staffed.app.test_client().get(path, headers={"Cookie": sent.encode().decode("latin-1")})
            is_out = answer.status_code in {303, 200, 400, 431} and (path == "/sign-in" or answer.status_code != 200)
            place = f"{names[-1]} at {path}"
            yield Outcome(place=place, reaction=Reaction.IGNORED if is_out else Reaction.WRONG, status=answer.status_code)


def csrf(world: World, case: Case) -> Iterator[Outcome]:
    """A change that this program's own page did not ask for."""
    token = world.token("technician")
    told = {"none": None, "empty": "", "short": "x", "other": world.token("auditor"), "cut": token[:-3], "changed": token[::-1], "twice": token + token}
    sent, headers = told.get(case.value, token), dict[str, str]()
    if case.value in {"cross-site", "same-site"}:
        headers = {"Sec-Fetch-Site": case.value, "Origin": "https://evil.example"}
    for path in CHANGING:
        fields = {} if sent is None else {"csrf_token": sent}
        with world.typing("", f"{case.value} token at {path}"):
            answer = world.client("technician").post(path, data={**fields, "by": "name", "sought": "x"}, headers=headers)
        is_refused = answer.status_code in {400, 403} or (path == "/people/add" and answer.status_code == 403)
        yield Outcome(place=f"{case.value} token at {path}", reaction=Reaction.REFUSED if is_refused else Reaction.WRONG, status=answer.status_code)


def json_body(world: World, case: Case) -> Iterator[Outcome]:
    """As JSON where a form belongs, where a script asks, and as the content of an order's file."""
    raw = bytes.fromhex(case.value["hex"]) if isinstance(case.value, dict) else _long(case.text).encode("utf-8", "surrogatepass")
    kind = case.value.get("type", "application/json") if isinstance(case.value, dict) else "application/json"
    headers = {"X-CSRFToken": world.token("technician")}
    for path in ("/orders", "/prepare", "/search", "/sign-in/passkey", "/sign-in/passkey/options", "/still-there", "/account/passkeys/options"):
        with world.typing("", f"JSON to {path}"):
            answer = world.client("technician").post(path, data=raw, content_type=kind, headers=headers)
        is_refused = 400 <= answer.status_code < 500
        # A script's question takes nothing from its body.
        is_unread = answer.status_code in {200, 204} and path in {"/sign-in/passkey/options", "/still-there", "/account/passkeys/options"}
        reaction = Reaction.REFUSED if is_refused or is_unread else Reaction.WRONG
        yield Outcome(place=f"JSON to {path}", reaction=reaction, status=400 if is_unread else answer.status_code)
    yield from _as_a_file(world, raw, "order.json")
    if not isinstance(case.value, dict):
        yield from _passkey(world, case.text)


def _passkey(world: World, text: str) -> Iterator[Outcome]:
    for who, path, fields in (("", "/sign-in/passkey", {"passkey": text}), ("pharmacist", "/account/passkeys", {"new_passkey": text, "name": "x"})):
        with world.typing(text, path):
            answer = world.post(who, path, fields)
        reaction = Reaction.REFUSED if 400 <= answer.status_code < 500 else Reaction.WRONG
        yield Outcome(place=f"passkey to {path}", reaction=reaction, status=answer.status_code)


def _long(text: str) -> str:
    """`@deep 9` is a list in a list, nine deep; `@digits 9` a number of nine digits; anything else is itself."""
    found = re.fullmatch(r"@(deep|digits) ([0-9]+)", text)
    if found is None:
        return text
    times = int(found[2])
    return "[" * times + "]" * times if found[1] == "deep" else '{"quantity":' + "9" * times + "}"


def _zip(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def _order(**told: Any) -> bytes:
    return json.dumps({"resourceType": "MedicationRequest", "status": "active", "intent": "order", **told}).encode()


CSV = "lot,substance,expires\n"
CONTENTS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty file": ("order.json", lambda: b""),
    "csv UTF-16": ("lots.csv", lambda: CSV.encode("utf-16")),
    "csv with a formula": ("lots.csv", lambda: (CSV + '=HYPERLINK("http://evil.example"),@SUM(1),+1\n').encode()),
    "json UTF-16": ("order.json", lambda: FILE.read_text(encoding="utf-8").encode("utf-16")),
    "json with BOM": ("order.json", lambda: b"\xef\xbb\xbf" + FILE.read_bytes()),
    "json cut short": ("order.json", lambda: FILE.read_bytes()[:-20]),
    "json deep": ("order.json", lambda: b'{"a":' * 50_000 + b"1" + b"}" * 50_000),
    "json duplicate keys": ("order.json", lambda: FILE.read_bytes().replace(b'"resourceType"', b'"resourceType": "Patient", "resourceType"', 1)),
    "json of null bytes": ("order.json", lambda: b"\x00" * 10_000),
    "xml with an entity": ("order.xml", lambda: b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Bundle>&e;</Bundle>'),
    "xml billion laughs": ("order.xml", lambda: b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>'),
    "zip bomb": ("picture.png", lambda: _zip(a=b"0" * 2_000_000)),
    "gzip named json": ("order.json", lambda: gzip.compress(FILE.read_bytes())),
    "svg with a script": ("picture.svg", lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'),
    "svg named png": ("picture.png", lambda: b"<svg><script>alert(1)</script></svg>"),
    "html named png": ("picture.png", lambda: b"<html><script>alert(1)</script>"),
    "exe named pdf": ("order.pdf", lambda: b"MZ\x90\x00" + b"\x00" * 100),
    "eicar": ("order.json", lambda: rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"),
    "png polyglot": ("picture.png", lambda: PICTURE + b"<script>alert(1)</script>" + _zip(a=b"x")),
    "pdf with javascript": ("scan.pdf", lambda: b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj"),
    "two dots": ("..", lambda: FILE.read_bytes()),
    "name with a path": ("../../etc/cron.d/x.json", lambda: FILE.read_bytes()),
    "name with NUL": ("order.json\x00.png", lambda: FILE.read_bytes()),
    "name with a script": ("<img src=x onerror=alert(1)>.json", lambda: FILE.read_bytes()),
    "300 KB": ("order.json", lambda: b" " * 300_000 + FILE.read_bytes()),
    "2 MB": ("order.json", lambda: b" " * 2_000_000),
    "9 MB picture": ("picture.png", lambda: PICTURE + b"\x00" * 9_500_000),
    "formula in a name": ("order.json", lambda: FILE.read_bytes().replace(b'"family"', b'"text": "=cmd|\' /C calc\'!A0", "family"', 1)),
    "order with NaN": ("order.json", lambda: _order(dispenseRequest={"quantity": {"value": float("nan"), "unit": "g"}})),
    "order with a huge number": ("order.json", lambda: _order().replace(b"}", b', "n": 1e999999}')),
    "windows-1252": ("order.json", lambda: FILE.read_text(encoding="utf-8").replace("example", "M\u00fcller").encode("cp1252", "replace")),
}
"""What is uploaded, by the words a case uses for it; words that are not here are sent themselves."""


def file_upload(world: World, case: Case) -> Iterator[Outcome]:
    """As an order's file to try and to keep, and as the picture of an original."""
    name, made = CONTENTS.get(case.text, ("file.bin", lambda: case.text.encode()))
    content = made()
    yield from _as_a_file(world, content, name)
    fields = {name: value for name, value in world.order_fields(csrf_token=world.token("technician")).items() if name != "picture_sha256"}
    with world.typing(name, f"picture: {case.text}"):
        answer = world.client("technician").post("/orders", **with_file(fields, "picture", name, content))
    yield _taken(world, f"picture: {case.text}", answer)


def _as_a_file(world: World, content: bytes, name: str) -> Iterator[Outcome]:
    told = {"way": "file", "file-allergies": "not_asked", "file-language": "patients"}
    for who, path in (("trial", "/prepare"), ("pharmacist", "/prepare"), ("pharmacist", "/orders"), ("trial", "/prepare/label.pdf")):
        place = f"order file to {path} as {who}"
        fields: dict[str, Any] = {"csrf_token": world.token(who), **told, "key": f"file {world.watch.answers}"}
        with world.typing(name, place):
            answer = world.client(who).post(path, **with_file(fields, "file-order", name, content))
        yield _taken(world, place, answer)


def _taken(world: World, place: str, answer: TestResponse) -> Outcome:
    """Refused, or shown as what it is: an outcome page tells every reason, and keeps nothing."""
    if 400 <= answer.status_code < 500:
        return Outcome(place=place, reaction=Reaction.REFUSED, status=answer.status_code)
    if answer.status_code == 303:
        is_whole = bool(world.client("pharmacist").get(answer.headers["Location"]).status_code == 200)
        return Outcome(place=place, reaction=Reaction.SAFE_IMPORT if is_whole else Reaction.WRONG, status=303)
    is_read = answer.status_code == 200
    if answer.mimetype == "application/pdf":
        return Outcome(place=place, reaction=Reaction.SAFE_IMPORT, status=200)
    says_no = is_read and any(words in answer.text for words in ("cannot be read", "not be prepared", "Refused", "refused", "Not ready", "invalid"))
    reaction = Reaction.REFUSED if says_no else Reaction.SAFE_IMPORT if is_read else Reaction.WRONG
    return Outcome(place=place, reaction=reaction, status=422 if says_no else answer.status_code, note="the page says why" if says_no else "")


def form_bytes(world: World, case: Case) -> Iterator[Outcome]:
    """Bytes that are no text, as a form; and fields that come twice or by the hundred."""
    raw = bytes.fromhex(case.value["hex"]) * int(case.value.get("times", 1))
    for path in ("/prepare", "/search", "/orders", "/sign-in"):
        sent = encoded({"csrf_token": world.token("technician")}) + b"&patient_name=" + raw
        with world.typing("", f"bytes to {path}"):
            answer = world.client("technician").post(path, data=sent, content_type=case.value.get("type", "application/x-www-form-urlencoded"))
        yield Outcome(place=f"bytes to {path}", reaction=Reaction.REFUSED if 400 <= answer.status_code < 500 else Reaction.WRONG, status=answer.status_code)
