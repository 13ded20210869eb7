"""What stands in an address: keys, sorting, searching, where to go on to, names of files."""

import html
import re
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from werkzeug.test import TestResponse

from tests.web.abuse.cases import Case, Outcome, Reaction
from tests.web.abuse.world import World
from tests.web.access.browsing import fill_in
from tests.web.staffed import PASSWORD

ABSENT = "00000000-0000-4000-8000-000000000000"
_absent: dict[tuple[str, str], str] = {}
_turns = iter(range(1_000_000))
_ROW = re.compile(r'href="/(?:orders|patients)/([0-9a-f-]{36})"')
_TRIED = (
    ("pharmacist", "/orders/{}", "order"), ("pharmacist", "/orders/{}/correct", "order"), ("pharmacist", "/patients/{}", "patient"),
    ("pharmacist", "/patients/{}/allergies/1/assess", "patient"), ("pharmacist", "/patients/" + ABSENT + "/allergies/{}/assess", ""),
    ("auditor", "/preparations/{}", "labelled preparation"), ("auditor", "/preparations/{}/record.json", "labelled preparation"),
    ("pharmacist", "/preparations/{}/assess", "planned preparation"), ("second", "/preparations/{}/final-check", "labelled preparation"),
    ("auditor", "/preparations/" + ABSENT + "/papers/label/{}.pdf", ""), ("auditor", "/preparations/" + ABSENT + "/papers/{}/1.pdf", ""),
    ("designated", "/people/{}", "person"), ("designated", "/people/{}/account", "person"), ("designated", "/people/{}/renew", "person"),
    ("designated", "/formulary/{}/sodium-thiosulfate-in-petrolatum/1", ""), ("designated", "/formulary/formula/{}/1", ""),
    ("designated", "/formulary/formula/sodium-thiosulfate-in-petrolatum/{}/approve", ""), ("pharmacist", "/account/passkeys/{}/remove", "passkey pharmacist"),
    ("", "/calculators/{}", ""), ("", "/static/{}", ""), ("prescriber", "/orders/{}", "own order"),
)  # fmt: skip


def path_id(world: World, case: Case) -> Iterator[Outcome]:
    """In every address that names something: not found, and told like what never was there."""
    # Cases of our own take turns with the places.
    places = _TRIED if case.id.startswith("X") or isinstance(case.value, dict) else _TRIED[next(_turns) % 3 :: 3]
    for who, pattern, thing in places:
        for path in _paths(world, case, pattern, thing):
            with world.typing("", path):
                answer = world.client(who).get(path)
                if answer.status_code == 308 and _stays(answer.headers["Location"].removeprefix("http://localhost")):
                    # Two slashes in a row are one: the address is told as it would be written, and does not exist either.
                    answer = world.client(who).get(answer.headers["Location"])
                wrong = _unlike_absent(world, who, pattern, answer) if answer.status_code == 404 else ""
            reaction = Reaction.ABSENT if answer.status_code == 404 and not wrong else Reaction.WRONG
            yield Outcome(place=path[:80], reaction=reaction, status=answer.status_code, note=wrong)


def _paths(world: World, case: Case, pattern: str, thing: str) -> Iterator[str]:
    """The addresses to try: a key of ours in another form where the case says so, else the value as it is and percent-encoded."""
    if isinstance(case.value, dict):
        if thing:
            key = world.staffed.things[thing]
            changed = case.value["before"] + (key.upper() if case.value.get("upper") else key) + case.value["after"]
            # A key that has no letters, or is not one of ours, is the same in capitals.
            if changed != key and not (thing == "passkey pharmacist" and case.value.get("upper") is None and changed == key):
                yield pattern.format(changed)
        return
    raw = case.text.encode("utf-8", "surrogatepass")
    yield from dict.fromkeys((pattern.format(quote(raw, safe="%/.")), pattern.format(quote(raw, safe=""))))


def _unlike_absent(world: World, who: str, pattern: str, answer: TestResponse) -> str:
    if (who, pattern) not in _absent:
        _absent[who, pattern] = _plain(world.client(who).get(pattern.format(ABSENT)).text)
    said, wanted = _plain(answer.text), _absent[who, pattern]
    differs = next((line for line in said.splitlines() if line not in wanted.splitlines()), "a line is missing")
    return "" if said == wanted else f"told otherwise than what is absent: {differs.strip()[:120]}"


def _plain(page: str) -> str:
    """A page without what is different on each: its token, its incident, and the address it was asked by."""
    page = page.partition("<main")[2].partition("</main>")[0] or page
    page = re.sub(r"[0-9a-f]{4}-[0-9a-f]{4}(?![0-9a-f-])", "", page)
    page = re.sub(r'(?m)^.*name="next".*$\n?', "", page)
    return re.sub(r'value="[^"]*"|content="[^"]*"|data-token="[^"]*"|href="/sign-in[^"]*"', "", page)


def search_query(world: World, case: Case) -> Iterator[Outcome]:
    """By each kind of number and by name: only rows that hold exactly this."""
    planted = {"100%_real": "RX_100%", "Quinn Under_score": "RX'OR'1", "Quincy Plain": "RX-PLAIN"}
    for name, number in planted.items():
        if name not in world.staffed.app.extensions.setdefault("planted", {}):
            answer = world.keep(patient_name=name, order_ref=number)
            assert answer.status_code == 303, answer.text
            world.staffed.app.extensions["planted"][name] = answer.headers["Location"]
    for by in ("name", "prescription", "lot", "identifier"):
        place = f"search by {by}"
        with world.typing(case.text, place):
            answer = world.post("auditor", "/search", {"by": by, "sought": case.text})
        rows = set(_ROW.findall(answer.text))
        most = _literal(case.text, (*planted, *world.kept)) if by == "name" else 0
        is_fine = (answer.status_code == 200 and len(rows) <= most) or (answer.status_code == 422 and not rows)
        yield Outcome(
            place=place, reaction=Reaction.LITERAL if is_fine else Reaction.WRONG, status=answer.status_code, note=f"{len(rows)} rows, at most {most}"
        )
    for name in ("subject", "person"):
        with world.typing(case.text, f"audit by {name}"):
            answer = world.client("auditor").get("/audit", query_string={name: case.text})
        is_fine = answer.status_code in {200, 422}
        yield Outcome(place=f"audit by {name}", reaction=Reaction.LITERAL if is_fine else Reaction.WRONG, status=answer.status_code)


def _literal(text: str, names: tuple[str, ...]) -> int:
    """How many planted patients a literal search for a name's beginning may find; a patient's row may lead to the patient and to the orders."""
    return 2 * sum(name.casefold().startswith(" ".join(text.split()).casefold()) for name in names) if text.strip() else 0


def sort_param(world: World, case: Case) -> Iterator[Outcome]:
    """In every list's parameters: the list stays as it is, or the request is refused."""
    for who, path, names in (
        ("pharmacist", "/work", ("sort", "state", "after", "_sort", "order_by")), ("prescriber", "/my-orders", ("sort", "state", "after")),
        ("auditor", "/audit", ("chain", "before")), ("designated", "/people", ("done", "sort")), ("pharmacist", "/formulary", ("sort",)),
    ):  # fmt: skip
        plain = world.client(who).get(path)
        for name in names:
            place = f"{path}?{name}="
            with world.typing(case.text, place):
                answer = world.client(who).get(path, query_string={name: case.text})
            is_same = answer.status_code == 200 and _ROW.findall(answer.text) == _ROW.findall(plain.text)
            reaction = Reaction.DEFAULT if is_same else Reaction.REFUSED if 400 <= answer.status_code < 500 else Reaction.WRONG
            yield Outcome(place=place, reaction=reaction, status=answer.status_code)


def redirect_next(world: World, case: Case) -> Iterator[Outcome]:
    """Through the whole of signing in, unlocking and changing persons: nobody ever ends on another site."""
    told = {"next": _sendable(case.text)}
    entered = world.second
    fresh = entered.app.test_client()
    with world.typing(case.text, "sign-in?next="):
        page = fresh.get("/sign-in", query_string=told)
        yield _local("sign-in?next=", page)
        if case.id.startswith("X") or next(_turns) % 4 == 0:
            second = fill_in(fresh, page.text, "/sign-in", site=entered.house.site_id, name="pat example", password=PASSWORD, next=_sendable(case.text))
            yield _local("sign-in with next", second)
            yield _local("second step", fill_in(fresh, second.text, "/sign-in/code", code=entered.code(), next=_sendable(case.text)))
            entered.clock.wait(seconds=31)
    for who, path in (
        ("pharmacist", "/unlock"),
        ("pharmacist", "/switch"),
        ("pharmacist", "/sign-in"),
        ("pharmacist", "/sign-in/code"),
        ("", "/unlock"),
        ("", "/activate"),
    ):
        with world.typing(case.text, f"{path}?next="):
            yield _local(f"{path}?next=", world.client(who).get(path, query_string=told))
    with world.typing(case.text, "Referer"):
        yield _local("Referer", world.client("").get("/work", headers={"Referer": re.sub(r"[\r\n\x00]", "", case.text).encode("ascii", "ignore").decode()}))


def _sendable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _local(place: str, answer: TestResponse) -> Outcome:
    """Where the answer leads: its Location, and every hidden "next" of its page."""
    leads = [answer.headers.get("Location", "/"), *map(html.unescape, re.findall(r'name="next"[^>]*value="([^"]*)"', answer.text))]
    wrong = [each for each in leads if not _stays(each)]
    is_fine = not wrong and answer.status_code < 500
    return Outcome(place=place, reaction=Reaction.LOCAL if is_fine else Reaction.WRONG, status=answer.status_code, note=" ".join(wrong)[:80])


def _stays(address: str) -> bool:
    # As browsers read it: blanks and control characters fall away, a backslash is a slash.
    read = re.sub(r"[\x00-\x20]", "", address).replace("\\", "/")
    parts = urlsplit(read)
    return read.startswith("/") and not read.startswith("//") and not parts.netloc and not parts.scheme


def download_filename(world: World, case: Case) -> Iterator[Outcome]:
    """As the name of a file that is fetched, and of one that is sent."""
    preparation = world.staffed.things["labelled preparation"]
    encoded = quote(case.text.encode("utf-8", "surrogatepass"), safe="%")
    for who, path in (
        ("", f"/static/{encoded}"), ("", f"/static/{quote(case.text, safe='%/', errors='surrogatepass')}"),
        ("auditor", f"/preparations/{preparation}/papers/{encoded}/1.pdf"), ("auditor", f"/preparations/{preparation}/papers/label/{encoded}"),
        ("auditor", f"/preparations/{preparation}/{encoded}"), ("trial", f"/prepare/{encoded}.pdf"), ("trial", f"/{encoded}"),
    ):  # fmt: skip
        with world.typing("", path):
            answer = world.client(who).get(path)
        is_absent = answer.status_code in {404, 405, 308}
        yield Outcome(place=path[:70], reaction=Reaction.ABSENT if is_absent else Reaction.WRONG, status=404 if is_absent else answer.status_code)
    yield from sent_names(world, case.text)


def sent_names(world: World, name: str) -> Iterator[Outcome]:
    """As the name of an uploaded order file, which the page repeats; no header and no file of ours ever holds it."""
    from io import BytesIO

    from tests.web.abuse.texts import FILE

    told = {"csrf_token": world.token("trial"), "way": "file", "file-allergies": "not_asked", "file-language": "patients"}
    with world.typing(name, "name of an order file"):
        answer = world.client("trial").post("/prepare", data={**told, "file-order": (BytesIO(FILE.read_bytes()), name)}, content_type="multipart/form-data")
    is_named = any(len(name) > 1 and name in value for value in answer.headers.values())
    is_fine = answer.status_code in {200, 400, 422} and not is_named
    yield Outcome(place="name of an order file", reaction=Reaction.SAFE_NAME if is_fine else Reaction.WRONG, status=answer.status_code)
