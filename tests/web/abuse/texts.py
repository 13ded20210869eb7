"""Names and free texts: kept as typed, shown escaped on every page, printed whole or refused."""

import html
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from pypdfium2 import PdfDocument
from werkzeug.test import TestResponse

from tests.web.abuse.cases import Case, Outcome, Reaction
from tests.web.abuse.world import FORM, Fields, World, encoded
from tests.web.staffed import PASSWORD

ORDER_TEXTS = ("patient_address", "prescriber_name", "prescriber_licence", "order_ref", "directions", "notes", "allergies_list", "asked_by")
FILE = Path(__file__).parents[3] / "examples" / "orders" / "02-zinc-allergy-in-petrolatum.json"
_ODD = 120


def patient_name(world: World, case: Case) -> Iterator[Outcome]:
    """Kept with an order, then read on every page that shows it; printed; and read from a file."""
    name = case.text
    yield from _kept(world, name, ("patient_name",), find=True)
    yield _echoed(world, "trial", "/prepare", {**world.typed, "patient_name": name}, name)
    yield from _papers(world, name, "patient_name")
    yield _in_a_file(world, name)


def free_text(world: World, case: Case) -> Iterator[Outcome]:
    """Kept in every text of an order and in the reason of a change; and typed into every text field of every form."""
    text = case.text
    together = list(_kept(world, text, ORDER_TEXTS))
    is_whole = all(each.reaction is Reaction.STORED for each in together)
    yield from together if is_whole else (each for name in ORDER_TEXTS for each in _kept(world, text, (name,)))
    yield _reason(world, text)
    yield from _everywhere(world, case)


def free_text_on_label(world: World, case: Case) -> Iterator[Outcome]:
    """Printed whole on label, leaflet and worksheet, or refused before anything is printed."""
    for name in ("patient_name", "prescriber_name", "patient_address", "directions"):
        yield from _papers(world, case.text, name)
    yield from _kept(world, case.text, ("patient_name", "directions", "notes"))


def _refused(place: str, answer: TestResponse) -> Outcome:
    reaction = Reaction.FIELD_ERROR if answer.status_code == 422 else Reaction.REFUSED
    return Outcome(place=place, reaction=reaction if 400 <= answer.status_code < 500 else Reaction.WRONG, status=answer.status_code)


def _kept(world: World, text: str, names: tuple[str, ...], *, find: bool = False) -> Iterator[Outcome]:
    place = f"order kept: {', '.join(names)}"
    also = {"allergies": "listed"} if "allergies_list" in names else {}
    with world.typing(text, place):
        answer = world.keep(**dict.fromkeys(names, text), **also)
        if answer.status_code != 303:
            yield _refused(place, answer)
            return
        address = answer.headers["Location"]
        wrong = [] if not world.watch.typed.strip() or world.watch.typed not in address else ["the text stands in the address"]
        wrong += [f"kept otherwise: {each[:40]!r}" for each in stored(world, address, names) if not same(each, text)]
        page = world.client("pharmacist").get(address).text
        wrong += [] if shows(page, text) else ["the order's page does not show it"]
        if find:
            seen = world.seen(address)
            for path in (f"/patients/{seen.record.patient_id}", "/work?sort=newest", f"{address}/correct"):
                wrong += [] if shows(world.client("pharmacist").get(path).text, text) else [f"{path} does not show it"]
    yield Outcome(place=place, reaction=Reaction.WRONG if wrong else Reaction.STORED, status=303, note="; ".join(wrong))


def stored(world: World, address: str, names: tuple[str, ...]) -> list[str]:
    """The texts of an order as they lie in the records."""
    sent = world.seen(address).record.sent
    told = {
        "patient_name": sent.patient.name, "patient_address": sent.patient.address, "prescriber_name": sent.prescriber_name,
        "prescriber_licence": sent.prescriber_licence, "order_ref": sent.identifier, "directions": "\n".join(t for each in sent.directions for t in each.texts),
        "notes": "\n".join(sent.notes), "allergies_list": "\n".join(each.what.text for each in sent.allergies),
    }  # fmt: skip
    return [told[name] for name in names if name in told]


def same(kept: str, typed: str) -> bool:
    """Whether a text was kept as typed; blanks around a text and empty lines are nobody's words."""
    return [line.strip() for line in kept.splitlines() if line.strip()] == [line.strip() for line in typed.splitlines() if line.strip()]


def shows(page: str, text: str) -> bool:
    """Whether a page shows every line of the text; characters without a shape may be shown by their number."""
    told = " ".join(html.unescape(page).split())
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return all(line in told or _visible(line) in told for line in lines)


def _visible(line: str) -> str:
    from compounding.domain.errors import printable

    return printable(line)


def _echoed(world: World, who: str, path: str, fields: dict[str, str], text: str) -> Outcome:
    with world.typing(text, f"{path} as typed"):
        answer = world.post(who, path, fields)
    if answer.status_code not in {200, 422}:
        return _refused(path, answer)
    is_shown = shows(answer.text, text) or answer.status_code == 422
    return Outcome(
        place=path, reaction=Reaction.STORED if is_shown else Reaction.WRONG, status=answer.status_code, note="" if is_shown else "not shown as typed"
    )


def _papers(world: World, text: str, name: str) -> Iterator[Outcome]:
    for paper in ("label", "leaflet", "worksheet"):
        place = f"{paper}.pdf with {name}"
        with world.typing(text, place):
            answer = world.post("trial", f"/prepare/{paper}.pdf", {**world.typed, name: text})
        if answer.status_code in {409, 422}:
            # Not printed at all; the page says why. What was typed comes back escaped, which the watch has judged.
            yield Outcome(place=place, reaction=Reaction.STORED, status=answer.status_code, note="nothing was printed")
        elif answer.status_code != 200:
            yield _refused(place, answer)
        else:
            yield _printed(place, answer, text, must=name == "patient_name" and paper == "label")


def _printed(place: str, answer: TestResponse, text: str, *, must: bool) -> Outcome:
    pdf = PdfDocument(answer.data)
    told = "".join("".join(pdf[number].get_textpage().get_text_bounded() for number in range(len(pdf))).split())
    wanted = "".join(text.split())
    told, wanted = unicodedata.normalize("NFKC", told), unicodedata.normalize("NFKC", wanted)
    is_printed = wanted in told or _visible(wanted) in told
    wrong = "printed without what was typed" if must and not is_printed else ""
    wrong = wrong or ("a character without a shape is printed" if any(each in told for each in "\ufffd\u25a1\u202e\u2066\x00") else "")
    reaction = Reaction.WRONG if wrong else Reaction.STORED
    return Outcome(place=place, reaction=reaction, status=200, note=wrong or f"printed {is_printed}")


def _in_a_file(world: World, name: str) -> Outcome:
    told = json.loads(FILE.read_text(encoding="utf-8"))
    for entry in told.get("entry", []):
        if entry["resource"]["resourceType"] == "Patient":
            entry["resource"]["name"] = [{"text": name}]
    from base64 import b64encode

    kept = b64encode(json.dumps(told).encode()).decode()
    fields = {"way": "file", "file-kept": kept, "file-kept_name": "order.json", "file-allergies": "not_asked", "file-language": "patients"}
    return _echoed(world, "trial", "/prepare", fields, name)


def _reason(world: World, text: str) -> Outcome:
    """The reason of a change of a person's record, which stays on the trail."""
    place, path = "reason of a change", f"/people/{world.staffed.people['technician']}"
    with world.typing(text, place):
        page = world.client("designated").get(path).text
        fields = {name: told[0] for name, told in Fields(page).forms.get("", Fields(page).forms.get(path, {})).items()}
        licence = f"T-{len(world.staffed.app.extensions)}-{world.watch.answers}"
        answer = world.post("designated", path, {**fields, "roles": "technician", "licence": licence, "reason": text, "password": PASSWORD})
        if answer.status_code != 303:
            return _refused(place, answer)
        trail = world.client("auditor").get("/audit").text
    is_shown = shows(trail, text)
    return Outcome(place=place, reaction=Reaction.STORED if is_shown else Reaction.WRONG, status=303, note="" if is_shown else "the trail does not show it")


def pages_with_forms(world: World) -> tuple[tuple[str, str], ...]:
    """Who opens which page with a form."""
    things, people = world.staffed.things, world.staffed.people
    formula = "/formulary/formula/sodium-thiosulfate-in-petrolatum/2-example-pharmacy"
    return (
        ("trial", "/"), ("technician", "/"), ("technician", "/search"), ("pharmacist", f"/orders/{things['order']}/correct"), ("designated", "/people/add"),
        ("designated", f"/people/{people['technician']}"), ("designated", f"/people/{people['technician']}/account"),
        ("designated", f"/people/{people['technician']}/renew"), ("designated", f"/people/{people['technician']}?deed=inactive"),
        ("pharmacist", "/account"), ("pharmacist", "/account/password"), ("pharmacist", "/account/recovery"),
        ("pharmacist", f"/preparations/{things['planned preparation']}/assess"), ("second", f"/preparations/{things['labelled preparation']}/final-check"),
        ("second", f"/preparations/{things['dispensed preparation']}/correct"), ("designated", f"{formula}/approve"), ("designated", f"{formula}/retire"),
        ("", "/sign-in"), ("", "/activate"),
    )  # fmt: skip


def _everywhere(world: World, case: Case) -> Iterator[Outcome]:
    """Every text field of some forms, sent without a password, so that nothing is done; cases of our own take turns with the pages."""
    pages = pages_with_forms(world)
    turn = next(_turns) * 2
    chosen = pages if case.id.startswith("X") and len(case.text) < _ODD else [pages[(turn + step) % len(pages)] for step in range(2)]
    for who, path in chosen:
        place = f"{path.split('?')[0][:24]} as {who or 'nobody'}"
        with world.typing("", place):
            forms = _forms(world, who, path)
        for action, fields in forms.items():
            if not any(is_typed for _, is_typed in fields.values()):
                continue
            told = {name: case.text if is_typed else value for name, (value, is_typed) in fields.items()}
            with world.typing(case.text, place):
                target = action or path
                answer = world.client(who).post(target, data=encoded({**told, "csrf_token": world.token(who)}), content_type=FORM)
            reaction = Reaction.STORED if answer.status_code in {200, 303, 401, 422, 429} else Reaction.REFUSED if answer.status_code < 500 else Reaction.WRONG
            if reaction is Reaction.REFUSED and answer.status_code not in {400, 404, 409, 413}:
                reaction = Reaction.WRONG
            if reaction is Reaction.REFUSED and case.expected == "store_verbatim_render_escaped" and answer.status_code == 404:
                reaction = Reaction.STORED
            yield Outcome(place=f"{place} -> {target[:30]}", reaction=reaction, status=answer.status_code)


_KNOWN: dict[tuple[int, str, str], dict[str, dict[str, tuple[str, bool]]]] = {}
_turns = iter(range(1_000_000))


def _forms(world: World, who: str, path: str) -> dict[str, dict[str, tuple[str, bool]]]:
    key = (id(world), who, path)
    if key not in _KNOWN:
        answer = world.client(who).get(path)
        assert answer.status_code == 200, (who, path, answer.status_code)
        _KNOWN[key] = Fields(answer.text).forms
    return _KNOWN[key]
