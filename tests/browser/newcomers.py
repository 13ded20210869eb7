"""A pharmacy that does not exist yet, behind a real port, and the people who set it up: each knows only what the screen told her."""

import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyotp
import pypdfium2
from werkzeug.serving import make_server

from compounding.demo.crew import PICTURE
from compounding.reference import load
from compounding.storage.engine import open_database
from compounding.storage.migrating import upgrade
from compounding.web import create_app
from compounding.web.records import Records
from compounding.web.set_up_code import set_up_code
from tests.browser.journeys.people import fill, make, press, refusals, scan, tick_all
from tests.labels.reading import codes
from tests.web.staffed import PASSWORD, SECRET, Clock

PHARMACY = {
    "name": "Cedar Pharmacy", "address": "1 Cedar Street, Surrey BC", "telephone": "604 555 0100", "time_zone": "America/Vancouver",
    "balance_name": "Bench balance", "readability_g": "0.001", "minimum_weighable_g": "0.05", "smallest_amount_g": "10", "largest_amount_g": "200",
    "person_name": "Wanda First", "licence": "BC-00001", "licence_expires_on": "2027-11-30", "sign_in_name": "wanda",
}  # fmt: skip
_KEPT = os.environ.get("LEVIGATE_WALK_PICTURES", "")
"""A folder for a picture of every page that somebody acts on, for whoever wants to see what a newcomer saw."""


@dataclass
class Newcomers:
    """The people at their own browsers, in the shape that the steps of the journeys ask for."""

    opened: Callable[..., Any]
    clock: Clock
    pages: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    pictures: int = 0

    @property
    def staffed(self) -> Any:
        """What the steps of the journeys ask of the example's pharmacy: its clock, and nothing of its records."""
        return SimpleNamespace(clock=self.clock)

    def as_(self, who: str, **_: object) -> Any:
        """The page at which this person is signed in."""
        return self.pages[who]

    def code(self, who: str) -> str:
        """What her authenticator app shows, half a minute later: each code counts once."""
        self.clock.wait(seconds=31)
        return pyotp.TOTP(self.secrets[who]).at(self.clock())

    def sign(self, page: Any, button: str, *, full: bool = False) -> None:  # noqa: ARG002 - the page says whether it asks for a code.
        """Sign what the page shows with the password, and with a code where it asks for one."""
        page.locator("main input[name=password]").fill(PASSWORD)
        code = page.locator("main input[name=code][autocomplete=one-time-code]")
        if code.count():
            code.fill(self.code(next(name for name, each in self.pages.items() if each is page)))
        self.press(page, button)

    def press(self, page: Any, button: str) -> None:
        """Press a button; whatever the page refuses is told as it stands there."""
        self.picture(page)
        press(page, button)
        page.wait_for_load_state()
        self.picture(page)
        assert not refusals(page), (page.url, refusals(page))

    def follow(self, page: Any, link: str) -> None:
        """Follow the link of this name."""
        self.picture(page)
        page.get_by_role("link", name=re.compile(rf"^{re.escape(link)}", re.IGNORECASE)).or_(page.get_by_role("button", name=link, exact=True)).first.click()
        page.wait_for_load_state()
        self.picture(page)

    def picture(self, page: Any) -> None:
        """Keep what is seen, if somebody wants to look."""
        if _KEPT:
            self.pictures += 1
            page.screenshot(path=f"{_KEPT}/{self.pictures:03}.png", full_page=True)

    def choose_second_factor(self, who: str, page: Any) -> None:
        """A password and an authenticator app, from the secret that the page shows; then the recovery codes are kept."""
        shown = re.search(r"\b(?:[A-Z2-7]{4}[ ]?){8}", page.locator("main").inner_text())
        assert shown, page.locator("main").inner_text()
        self.secrets[who] = shown[0].replace(" ", "")
        fill(page, {"new_password": PASSWORD, "again": PASSWORD, "code": self.code(who)})
        self.press(page, "Activate")
        page.get_by_label("I have kept them").check()
        self.press(page, "Go on")
        page.get_by_role("button", name="Sign out").wait_for()
        self.pages[who] = page

    def sign_in(self, who: str, name: str, page: Any) -> None:
        """Sign in with what was chosen."""
        fill(page, {"name": name, "password": PASSWORD})
        self.press(page, "Continue")
        page.get_by_label("Code", exact=True).fill(self.code(who))
        self.press(page, "Sign in")
        page.get_by_role("button", name="Sign out").wait_for()
        self.pages[who] = page


@contextmanager
def empty(folder: Path) -> Iterator[tuple[str, Clock]]:
    """An empty database behind a port of this machine: gives its address and the clock of the test."""
    database = open_database(str(folder / "empty.db"))
    upgrade(database)
    clock = Clock()
    records = Records(database=database, data=load(), secret=SECRET, clock=clock, pages_an_hour=100_000)
    app = create_app({"TESTING": True, "SECRET_KEY": "only-for-tests-" * 3, "PLAIN_HTTP_ON_LOOPBACK": True, "PROPAGATE_EXCEPTIONS": False}, None, records)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}", clock
    finally:
        server.shutdown()
        thread.join()
        database.close()


def found(people: Newcomers) -> Any:
    """The first page: the pharmacy, and its designated person with her second factor; signed out and in again."""
    page = people.opened("/")
    if not page.url.endswith("/first-run"):
        people.picture(page)
        people.follow(page, "Set up")
    fill(page, {**PHARMACY, "set_up_code": set_up_code(SECRET)})
    page.get_by_label("Whose rules it works by").select_option("ca-bc")
    people.press(page, "Set up")
    people.press(page, "Activate your account")
    people.choose_second_factor("pharmacist", page)
    page.get_by_role("button", name="Sign out").click()
    people.sign_in("pharmacist", "wanda", page)
    return page


def hire(people: Newcomers, who: str, name: str, role: str, licence: str) -> None:
    """The designated person adds somebody and opens her account; she activates it at a browser of her own with the code of the slip."""
    page = people.pages["pharmacist"]
    people.follow(page, "People")
    people.follow(page, "Add a person")
    fill(page, {"name": name, "roles": (role,), "licence": licence, "licence_expires_on": "2027-11-30" if licence else ""})
    people.sign(page, "Add the person")
    people.follow(page, "Open an account")
    fill(page, {"sign_in_name": who})
    people.sign(page, "Open the account")
    code = page.locator("dd .lev-code").inner_text()
    own = people.opened("/activate")
    fill(own, {"name": who, "activation_code": code})
    people.press(own, "Continue")
    people.choose_second_factor(who, own)
    people.follow(page, "Back to the people")


NUMBERS = ("STP-1", "MO-1", "WP-1")
"""What stands on the containers of the drug, the mineral oil and the petrolatum."""
RISK = {
    "napra_level": "B", "level_reasons": "Two ingredients and a base, made now and then.", "hazards": "A powder that irritates the eyes.",
    "safety_data_link": "paper: binder 1, sheet 3", "safety_data_on": "2026-10-01", "protective_equipment": "Gloves, coat, mask while weighing.",
    "ventilation": "The room's own.", "cross_contact": "A mortar of its own.", "next_review_on": "2027-10-31",
}  # fmt: skip
LOT = {
    "supplier": "Example Supplies", "received_on": "2026-11-20", "dated": "expiry", "expires_on": "2028-01-31", "listed": "known",
    "has_certificate": "yes", "amount": "500",
}  # fmt: skip
OF_DRUG = {
    "form": "pentahydrate", "assayed": "yes", "assay_percent": "99.6", "assay_basis": "dried", "assay_as": "anhydrous", "watered": "yes", "water_percent": "36.1",
}  # fmt: skip


def approve(people: Newcomers, text: str, **risk: str) -> None:
    """The designated person reads a text and signs for it, from the page that says what is missing."""
    page = people.pages["pharmacist"]
    page.locator("main a", has_text="missing before the first jar").first.click()
    people.follow(page, "Formulary")
    people.follow(page, text)
    people.follow(page, "Approve")
    fill(page, {**risk, "reason": "Read whole, and as we make it."})
    people.sign(page, "Sign the approval")


def receive(people: Newcomers, ingredient: str, number: str, **told: str) -> None:
    """A delivery is received by the technician, tested, and released by the pharmacist; then its container is opened."""
    page, who = people.pages["technician"], people.pages["pharmacist"]
    people.follow(page, "Stock")
    people.follow(page, "Receive a delivery")
    people.follow(page, ingredient)
    page.locator("main input[type=file]").set_input_files({"name": "certificate.png", "mimeType": "image/png", "buffer": PICTURE})
    fill(page, {**LOT, "number": number, "ingredients": ingredient, **told})
    people.press(page, "Say it back to me")
    people.press(page, "Receive it into quarantine")
    people.follow(page, "Record the identity test")
    fill(page, {"method": "appearance and label", "passed": "yes"})
    people.press(page, page.locator("main form button").last.inner_text())
    assert "Review the certificate: " in page.locator("main").inner_text(), "the technician reads whose turn it is"
    people.follow(who, "Stock")
    people.follow(who, number)
    people.follow(who, "Review the certificate")
    fill(who, {"says": "yes"})
    people.press(who, who.locator("main form button").last.inner_text())
    people.follow(who, "Release the lot")
    people.sign(who, "Sign the release")
    assert "Nothing stands against its use today" in who.locator("main").inner_text()


def own_figures() -> tuple[Decimal, Decimal, Decimal]:
    """What the second pharmacist works out on paper from certificate and formula for 60 g at 25 %: drug, mineral oil, petrolatum, to the milligram."""
    in_one_gram = Decimal("0.996") * (1 - Decimal("0.361")) * Decimal("248.18") / Decimal("158.11")
    drug = (60 * Decimal("0.25") / in_one_gram).quantize(Decimal("0.001"))
    oil = 60 * Decimal("0.05")
    return drug, oil, 60 - drug - oil


def at_bench(people: Newcomers, key: str) -> None:
    """The second pharmacist works the weights out, the technician weighs and makes, and the second pharmacist witnesses it."""
    weights, second, technician = [str(each) for each in own_figures()], people.pages["second"], people.pages["technician"]
    second.goto(f"/preparations/{key}/bench")
    people.picture(second)
    second.locator("a.lev-big-button").click()
    fill(second, {**{f"mass_{number}": mass for number, mass in enumerate(weights)}, "batch": "60"})
    people.sign(second, "Sign your figures")
    tick_all(people, key, "technician", "second", "pharmacist")
    for number, mass in zip(NUMBERS, weights, strict=True):
        technician.goto(f"/preparations/{key}/bench")
        if technician.get_by_role("button", name="The balance is checked").count():
            people.press(technician, "The balance is checked")
        people.clock.wait(seconds=5)
        scan(technician, number)
        fill(technician, {"mass": mass})
        people.press(technician, "Keep this weight")
    second.goto(f"/preparations/{key}/bench")
    second.locator("a.lev-big-button").click()
    fill(second, {"container_0": "500 g jar, sodium thiosulfate", "code_0": "STP-1", "mass_0": weights[0]})
    people.sign(second, "Sign what you saw")
    make(people, key)
    people.picture(technician)


def check_and_hand_out(people: Newcomers, key: str, pdf: bytes) -> None:
    """The second pharmacist enters what she reads on the printed label and signs; the first one hands the jar out and counsels."""
    document = pypdfium2.PdfDocument(pdf)
    said = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())
    (code, *_) = [code for page in range(len(document)) for code in codes(pdf, page)]
    second, page = people.pages["second"], people.pages["pharmacist"]
    told = {
        "strength": _read(r"thiosulfate (\S+) % w/w", said), "amount": _read(r"Quantity: (\S+) g", said), "patient_name": "Nora New",
        "second_identifier": _read(r"Rx number: ([^\s.]+)", said), "beyond_use_date": _read(r"not use after (\d{4}-\d\d-\d\d)", said),
        "lot_number": _read(r"Lot: (\S+)", said), "base": _read(r"ointment in (white petrolatum)", said), "scanned_code": code,
    }  # fmt: skip
    second.goto(f"/preparations/{key}/bench")
    second.locator("a.lev-big-button").click()
    fill(second, told)
    people.sign(second, "Sign the final check")
    page.goto(f"/preparations/{key}/hand-out")
    scan(page, code, name="scanned_code")
    said_by_receiver = {
        "patient_name": "Nora New", "second_identifier": told["second_identifier"], "receiver": "the patient", "languages": ("en",),
        "counselling": "accepted", "way": "IN_PERSON", "words": "showed how thin a layer is",
    }  # fmt: skip
    fill(page, said_by_receiver)
    people.sign(page, "Hand it out")


def _read(pattern: str, said: str) -> str:
    found = re.search(pattern, said)
    assert found, (pattern, said)
    return found[1]
