"""The full journey over HTTP: every canary is looked at, and everything that can go wrong on the way goes wrong once."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pysqlite3 import dbapi2

from compounding.demo.crew import PICTURE, PRESCRIBER, PRESCRIBER_LICENCE
from tests.journeys.canaries import ALLERGY, COUNT, DATABASE, STREET, Canary, Planted, Somebody, canary
from tests.journeys.served import ROOT, Browser, Exchange, Server

NOWHERE = "00000000-0000-7000-8000-000000000000"
_PAPER = re.compile(r'"(/preparations/[^"]+\.pdf)"')


@dataclass(slots=True, kw_only=True)
class Journey:
    """What was seen: every exchange, those a step was made for by its name, and which canaries stood on which kind of page."""

    planted: Planted
    server: Server
    people: dict[str, Somebody]
    every: list[Exchange] = field(default_factory=list)
    steps: dict[str, Exchange] = field(default_factory=dict)
    read: dict[str, set[str]] = field(default_factory=dict)

    def browser(self, role: str = "") -> Browser:
        """A new browser, whose exchanges are kept with the others; with that person signed in."""
        found = Browser(port=self.server.port, every=self.every)
        if role:
            found.sign_in(self.people[role], self.planted.password)
        return found

    def note(self, kind: str, page: Exchange, who: Canary, *texts: str) -> None:
        """The canary stands on this page, with these texts."""
        assert page.status == 200, (kind, page.status, page.text[-600:])
        shown = html.unescape(page.text)
        assert all(each in shown for each in (who.name, *texts)), (kind, who.name, page.text[-2000:])
        self.read.setdefault(kind, set()).add(who.name)


def travel(planted: Planted, server: Server) -> Journey:
    """Go the whole way."""
    journey = Journey(planted=planted, server=server, people=planted.people())
    _come_in_wrongly(journey)
    pat = journey.browser("pharmacist")
    _look_at_everything(journey, pat)
    _enter_orders(journey, pat)
    _type_wrongly(journey, pat)
    _collide(journey, pat)
    _be_refused(journey, pat)
    _be_locked(journey, pat)
    _read_the_trail(journey)
    _fail(journey)
    return journey


def typed_order(planted: Planted, who: Canary, **also: str) -> dict[str, str]:
    """What is typed for an order of this canary."""
    yesterday, today = (planted.today - timedelta(days=1)).isoformat(), planted.today.isoformat()
    return {
        "way": "typed", "patient_name": who.name, "born_on": who.born_on.isoformat(), "patient_address": who.address, "prescriber_name": "Dr Laura Chen",
        "prescriber_licence": "EX-10234", "ordered_on": yesterday, "order_ref": who.reference, "percent": "25", "basis": "pentahydrate",
        "base": "petrolatum", "amount": "60", "directions": "Apply a thin layer to the left elbow 2 times a day.", "repeats": "2",
        "notes": f"lives in {STREET} Crescent", "allergies": "none", "contact": "no", "asked_by": "Pat Pharmacist", "asked_on": today, "compounded_on": today,
        "language": "patients", **also,
    }  # fmt: skip


def _come_in_wrongly(journey: Journey) -> None:
    """A patient's name typed where the person's own belongs, and a password that is none."""
    browser, who = journey.browser(), canary(11)
    fields = browser.get("/sign-in").fields("/sign-in")
    journey.steps["wrong name"] = browser.post("/sign-in", fields | {"name": who.name, "password": f"{who.identifier} and more"})
    journey.steps["wrong activation"] = browser.post(
        "/activate", browser.get("/activate").fields("/activate") | {"name": who.name, "activation_code": who.name}
    )


def _look_at_everything(journey: Journey, pat: Browser) -> None:
    """The list to its end, and for every canary the searches, the order, the patient, and the preparation with its papers."""
    target, listed = "/work?state=all&sort=oldest", ""
    while target:
        page = pat.get(target)
        listed += html.unescape(page.text)
        onward = re.search(r'rel="next" href="([^"]+)"', page.text)
        target = html.unescape(onward[1]) if onward else ""
    journey.read["list"] = {each.name for each in journey.planted.canaries if each.name in listed and each.number in listed}
    token = pat.get("/search").fields("/search")
    for each in journey.planted.canaries:
        named = {"by": "name", "sought": each.name, "born_on": each.born_on.isoformat()}
        journey.note("search by name", pat.post("/search", token | named), each, each.identifier)
        journey.note("search by number", pat.post("/search", token | {"by": "prescription", "sought": each.number, "born_on": ""}), each, each.number)
        journey.note("order", pat.get(f"/orders/{each.order_id}"), each, each.number)
        journey.note("patient", pat.get(f"/patients/{each.patient_id}"), each, each.born_on.isoformat(), each.telephone, each.address)
        if each.preparation_id:
            journey.note("search by identifier", pat.post("/search", token | {"by": "identifier", "sought": each.identifier, "born_on": ""}), each)
            journey.note("search by lot", pat.post("/search", token | {"by": "lot", "sought": each.lot_number, "born_on": ""}), each)
            _look_at_preparation(journey, pat, each)


def _look_at_preparation(journey: Journey, pat: Browser, who: Canary) -> None:
    page = pat.get(f"/preparations/{who.preparation_id}")
    journey.note("preparation", page, who)
    export = pat.get(f"/preparations/{who.preparation_id}/record.json")
    assert json.loads(export.body)["rx_number"] == who.number
    journey.read.setdefault("export", set()).add(who.name)
    for path in sorted(set(_PAPER.findall(page.text))):
        paper = pat.get(path)
        assert paper.body.startswith(b"%PDF-")
        journey.read.setdefault("paper", set()).add(path)


def _enter_orders(journey: Journey, pat: Browser) -> None:
    """New orders: typed with the picture of its original and by file as a pharmacist, and typed by its prescriber."""
    planted, token = journey.planted, pat.get("/").fields()["csrf_token"]
    order = typed_order(planted, canary(COUNT)) | {"csrf_token": token}
    outcome = pat.post("/prepare", order)
    journey.note("outcome", outcome, canary(COUNT))
    keep = outcome.fields("/orders") | {"source": "paper"}
    journey.steps["kept typed"] = pat.post("/orders", keep, file=("picture", "original.png", PICTURE))
    # The same order once more: it is asked whether it really is another one.
    journey.steps["double"] = pat.post("/orders", outcome.fields("/orders") | {"key": "2" * 32, "source": "paper"}, file=("picture", "original.png", PICTURE))
    content = json.dumps(_as_file(canary(COUNT + 1))).encode()
    from_file = pat.post("/prepare", {"way": "file", "csrf_token": token}, file=("file-order", "order.json", content))
    journey.note("outcome", from_file, canary(COUNT + 1))
    journey.steps["kept file"] = pat.post("/orders", from_file.fields("/orders"))
    mona = journey.browser("prescriber")
    own = typed_order(planted, canary(COUNT + 2), prescriber_name=PRESCRIBER, prescriber_licence=PRESCRIBER_LICENCE)
    entered = mona.post("/prepare", own | {"csrf_token": mona.get("/").fields()["csrf_token"]})
    journey.note("outcome", entered, canary(COUNT + 2))
    journey.steps["entered"] = mona.post("/orders", entered.fields("/orders"))
    for step in ("kept typed", "kept file", "entered"):
        assert journey.steps[step].status == 303, (step, journey.steps[step].text[-3000:])
    journey.note("own order", mona.get(journey.steps["entered"].header("Location")), canary(COUNT + 2))
    journey.note("own list", mona.get("/my-orders"), canary(COUNT + 2))
    journey.steps["foreign order"] = mona.get(f"/orders/{planted.canaries[9].order_id}")
    journey.steps["signed out"] = mona.post("/sign-out", mona.get("/account").fields("/sign-out"))


def _as_file(who: Canary) -> Any:
    bundle = json.loads((ROOT / "examples/orders/01-petrolatum.json").read_text())
    for each in (entry["resource"] for entry in bundle["entry"]):
        if each["resourceType"] == "Patient":
            given, _, family = who.name.partition(" ")
            each |= {"birthDate": who.born_on.isoformat(), "name": [{"family": family, "given": [given]}], "address": [{"text": who.address}]}
            each["identifier"][0]["value"] = who.identifier
    return bundle


def _type_wrongly(journey: Journey, pat: Browser) -> None:
    """A canary typed into every field of every form there is."""
    some, planted = canary(13), journey.planted
    waiting, ready, labelled = planted.canaries[2], planted.canaries[1], planted.canaries[3]
    designated = journey.browser("designated")
    formula = re.search(r'"(/formulary/formula/[^"]+)"', designated.get("/formulary").text)
    assert formula
    forms = (
        (pat, "/", "/prepare"), (pat, "/search", "/search"), (pat, f"/preparations/{waiting.preparation_id}/assess", ""),
        (pat, f"/orders/{planted.canaries[40].order_id}/correct", ""), (pat, f"/patients/{planted.canaries[40].patient_id}/allergies/1/assess", ""),
        (pat, f"/preparations/{ready.preparation_id}/correct", ""), (pat, f"/preparations/{labelled.preparation_id}/final-check", ""),
        (designated, "/people/add", "/people/add"), (designated, f"{formula[1]}/retire", ""), (pat, "/account/password", "/account/password"),
    )  # fmt: skip
    for browser, path, action in forms:
        opened = browser.get(path)
        hidden = {name: value for name, value in opened.fields(action).items() if name in ("csrf_token", "key", "seen", "version", "way", "site")}
        names = set(re.findall(r'<(?:input|textarea|select)[^>]*name="([^"]+)"', opened.text)) - set(hidden) - {"passkey", "session"}
        everything = {name: some.name for name in names if not name.startswith("file-")} | hidden | ({"way": "typed"} if path == "/" else {})
        journey.steps[f"every field of {path}"] = browser.post(action or path, everything)
    journey.steps["day with a number"] = pat.post(
        "/search", pat.get("/search").fields("/search") | {"by": "prescription", "sought": some.name, "born_on": some.born_on.isoformat()}
    )
    page = pat.post("/prepare/reading/part", typed_order(planted, some, allergies="listed", allergies_list=f"{ALLERGY} cream") | _token(pat))
    assert page.status == 200


def _token(browser: Browser) -> dict[str, str]:
    return {"csrf_token": browser.get("/search").fields()["csrf_token"]}


def _collide(journey: Journey, pat: Browser) -> None:
    """Two people assess the same preparation from the same page; and a form's key is sent again with another order."""
    planned = journey.planted.canaries[2]
    path = f"/preparations/{planned.preparation_id}/assess"
    born, today = planned.born_on, journey.planted.today
    answers = {
        "profile_reviewed_on": today.isoformat(), "profile_reviewed_where": f"PharmaNet of {planned.name}", "pregnancy": "NOT_APPLICABLE", "lesion": "INTACT",
        "age_years": str(today.year - born.year - ((today.month, today.day) < (born.month, born.day))), "body_site": "fingers", "oxygen": "no",
        "products": "no", "earlier": "no", "prescriber_contacted": "no", "proceed": "yes", "password": journey.planted.password,
    }  # fmt: skip
    seen = pat.get(path).fields()
    journey.steps["assessed"] = pat.post(path, seen | answers)
    journey.steps["too late"] = pat.post(path, seen | answers | {"key": "3" * 32})
    key = {"key": "4" * 32, "source": "fax"} | _token(pat)
    first = typed_order(journey.planted, canary(COUNT + 3)) | key
    journey.steps["first of a key"] = pat.post("/orders", first, file=("picture", "original.png", PICTURE))
    journey.steps["key again"] = pat.post("/orders", typed_order(journey.planted, canary(COUNT + 4)) | key, file=("picture", "original.png", PICTURE))


def _be_refused(journey: Journey, pat: Browser) -> None:
    """Nothing there, not allowed, not understood, too large, from elsewhere: always with a canary in what was sent."""
    who, planted, steps = journey.planted.canaries[14], journey.planted, journey.steps
    order = typed_order(planted, who)
    auditor = journey.browser("auditor")
    steps["may not"] = auditor.post("/orders", order | _token(auditor), file=("picture", f"{who.name}.png".replace('"', ""), PICTURE))
    steps["may not sign"] = auditor.get(f"/preparations/{planted.canaries[2].preparation_id}/assess")
    steps["no such order"] = pat.get(f"/orders/{NOWHERE}")
    steps["wrong method"] = pat.send(
        "PUT", f"/patients/{who.patient_id}", body=json.dumps({"name": who.name}).encode(), headers={"Content-Type": "application/json"}
    )
    steps["wrong kind"] = pat.send("POST", "/prepare", body=who.name.encode(), headers={"Content-Type": "text/plain"})
    steps["bad json"] = pat.send("POST", "/sign-in/passkey/options", body=f'{{"a": "{who.identifier}", '.encode(), headers={"Content-Type": "application/json"})
    steps["damaged text"] = pat.send(
        "POST", "/search", body=b"sought=%ff" + who.identifier.encode(), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    steps["too large"] = pat.post("/prepare", {"way": "file"} | _token(pat), file=("file-order", "order.json", who.identifier.encode() * 200_000))
    steps["too large in form"] = pat.post("/prepare", order | {"notes": f"{who.identifier} " * 60_000} | _token(pat))
    steps["no token"] = pat.post("/prepare", order | {"csrf_token": who.identifier})
    steps["from elsewhere"] = pat.post("/prepare", order | _token(pat), Sec_Fetch_Site="cross-site", Referer="http://elsewhere.example/")
    steps["scripts refused"] = pat.post("/prepare", order | {"csrf_token": "x"}, Accept="application/json")
    for name, target in _made_up(who).items():
        steps[name] = pat.get(target, is_typed_address=True, **({"Host": "levigate.elsewhere.example"} if name == "unknown host" else {}))
        nobody = journey.browser()
        steps[f"{name}, nobody"] = nobody.get(target, is_typed_address=True)


def _made_up(who: Canary) -> Mapping[str, str]:
    """Addresses with a canary in them, as somebody types or makes them up; none leads to a page of the patient."""
    return {
        "unknown host": f"/patients/{who.identifier}?name={who.identifier}", "typed path": f"/patients/{who.identifier}",
        "typed query": f"/search?sought={who.identifier}&born_on={who.born_on.isoformat()}", "typed filter": f"/work?state={who.identifier}&sort={who.number}",
        "typed page": f"/work?after={who.identifier}", "typed subject": f"/audit?subject={who.identifier}%00", "typed next": f"/sign-in?next=/patients/{who.identifier}",
        "typed calculator": f"/calculators/dosing?area={who.identifier}",
    }  # fmt: skip


def _be_locked(journey: Journey, pat: Browser) -> None:
    """The session is locked while a form is open: what was typed goes to its own person, and to nobody else at this browser."""
    steps, who = journey.steps, journey.planted.canaries[15]
    order = typed_order(journey.planted, who) | _token(pat)
    steps["locked"] = pat.post("/lock", _token(pat))
    steps["locked page"] = pat.get(f"/patients/{who.patient_id}")
    steps["locked, still in view"] = pat.get(f"/preparations/{journey.planted.canaries[0].preparation_id}")
    steps["locked, typed"] = pat.post("/prepare", order)
    unlock = steps["locked, typed"].fields("/unlock")
    steps["wrong password"] = pat.post("/unlock", unlock | {"password": "not this one"})
    steps["given back"] = pat.post("/unlock", unlock | {"password": journey.planted.password})
    pat.post("/lock", _token(pat))
    carried = {name: value for name, value in pat.post("/prepare", order).fields("/unlock").items() if name.startswith("kept")}
    fields = pat.get("/sign-in?other=yes").fields("/sign-in")
    half_way = pat.post("/sign-in", fields | carried | {"name": journey.people["second"].name, "password": journey.planted.password})
    pat.who = journey.people["second"].name
    steps["another person"] = pat.post("/sign-in/code", half_way.fields("/sign-in/code") | {"code": journey.people["second"].code()})
    # The form of the person before, sent by whoever sits there now.
    steps["another person's form"] = pat.post("/prepare", order, Sec_Fetch_Site="same-origin")
    steps["after"] = pat.post("/sign-out", pat.get("/account").fields("/sign-out"))
    steps["nobody there"] = pat.get(f"/patients/{who.patient_id}")
    steps["nobody there, typed"] = pat.post("/prepare", order)


def _read_the_trail(journey: Journey) -> None:
    """Both chains to their beginnings are more than anybody reads; their first pages, and those about a patient."""
    auditor, who = journey.browser("auditor"), journey.planted.canaries[16]
    for target in ("/audit", "/audit?chain=reads", f"/audit?subject={who.patient_id}", f"/audit?subject={who.order_id}", "/formulary"):
        journey.steps[f"trail {target.partition('=')[0]}"] = auditor.get(target)


def _fail(journey: Journey) -> None:
    """A stored document is damaged so that the fault's own message holds a name: whoever opens it meets a fault inside the page."""
    who, file = journey.planted.canaries[17], journey.server.folder / "served" / DATABASE
    technician = journey.browser("technician")
    connection = dbapi2.connect(str(file), timeout=30)
    try:
        (document,) = connection.execute("SELECT document FROM medication_order WHERE id = ?", (who.order_id,)).fetchone()
        damaged = document.replace('"repeats":1', f'"repeats":"{who.identifier} {who.name}"', 1)
        assert damaged != document
        connection.execute("UPDATE medication_order SET document = ?, version = version + 1 WHERE id = ?", (damaged, who.order_id))
        connection.commit()
        journey.steps["fault"] = technician.get(f"/orders/{who.order_id}")
        journey.steps["fault in a list"] = technician.get("/work?state=all&sort=oldest")
        journey.steps["fault in a search"] = technician.post("/search", _token(technician) | {"by": "prescription", "sought": who.number})
        journey.steps["fault for scripts"] = technician.get(f"/patients/{who.patient_id}", Accept="application/json")
    finally:
        connection.close()
