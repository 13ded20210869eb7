"""People at the bench of a served pharmacy, each with a signed-in page of their own, and every step of an order as they do it on the real pages."""

import re
from collections.abc import Callable
from typing import Any

from compounding.domain.compounding_record import CompoundingRecord
from compounding.storage import accounts
from compounding.workflow import reading
from tests.web.staffed import PASSWORD, Staffed

NEW_ORDER = {
    "patient_name": "Nora New", "born_on": "1965-06-30", "patient_address": "7 Spruce Lane, Surrey BC", "allergies": "none", "contact": "no", "asked_by": "Dr Mona Example", "asked_on": "2026-11-22", "percent": "25",
    "basis": "pentahydrate", "base": "petrolatum", "place": "the hard spots on both elbows", "how_much": "thin_layer", "moments": ("morning", "evening"),
    "amount": "60", "repeats": "2", "supply_days": "30", "why_compounded": "there is no such product on the market",
}  # fmt: skip
"""A prescriber's own order; a test changes what it is about."""
ASSESSED = {
    "profile_reviewed_on": "2026-11-22", "profile_reviewed_where": "PharmaNet", "age_years": "61", "pregnancy": "NOT_APPLICABLE", "lesion": "INTACT",
    "body_site": "both elbows", "oxygen": "no", "products": "no", "earlier": "no", "prescriber_contacted": "no", "proceed": "yes",
}  # fmt: skip


class Bench:
    """The people of a pharmacy, each signed in at a page of their own; `opened` opens a page in a new browser context."""

    def __init__(self, staffed: Staffed, opened: Callable[..., Any]) -> None:
        self.staffed, self.opened = staffed, opened
        self.pages: dict[str, Any] = {}

    def as_(self, who: str, **options: object) -> Any:
        """The page at which this person is signed in."""
        if who not in self.pages:
            page = self.pages[who] = self.opened("/sign-in", **options)
            page.set_default_timeout(10_000)
            house = self.staffed.house
            with house.database.reading() as connection:
                account = accounts.of(connection, house.site_id, self.staffed.people[who])
            assert account is not None, who
            page.get_by_label("Pharmacy").select_option(house.site_id)
            page.get_by_label("Sign-in name").fill(account.sign_in_name)
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            press(page, "Continue")
            page.get_by_label("Code", exact=True).fill(self.new_code())
            press(page, "Sign in")
            page.get_by_role("button", name="Sign out").wait_for()
        return self.pages[who]

    def new_code(self) -> str:
        """A one-time code that nobody used yet: each counts once."""
        self.staffed.clock.wait(seconds=31)
        return self.staffed.code()

    def sign(self, page: Any, button: str, *, full: bool = False) -> None:
        """Sign what the page shows with the password; `full` with a code as well."""
        page.locator("main input[name=password]").fill(PASSWORD)
        if full or page.locator("main input[name=code][autocomplete=one-time-code]").count():
            page.locator("main input[name=code][autocomplete=one-time-code]").fill(self.new_code())
        press(page, button)

    def record(self, preparation_id: str) -> CompoundingRecord:
        """The preparation as it stands on record."""
        act = self.staffed.pharmacy.act(self.staffed.people["auditor"])
        return reading.read_preparation(self.staffed.house, act, reading.Of(id=preparation_id)).record


def press(page: Any, button: str) -> None:
    """Press the button of this name that a person sees."""
    page.get_by_role("button", name=button, exact=True).last.click()


def fill(page: Any, told: dict[str, Any]) -> None:
    """Answer each field by its name: text is typed, an answer is chosen, several are ticked."""
    for name, value in told.items():
        field = page.locator(f"main [name='{name}']:not([type=hidden])")
        if field.first.get_attribute("type") in {"radio", "checkbox"}:
            for each in (value,) if isinstance(value, str) else value:
                page.locator(f"main [name='{name}'][value='{each}']").check()
        else:
            field.first.fill(value)


def scan(page: Any, code: str, *, name: str = "container_code") -> None:
    """Scan into the field of this name as a scanner does: every character at once, then Enter."""
    field = page.locator(f"main input[name={name}]:not([type=hidden])")
    field.focus()
    field.press_sequentially(code, delay=0)
    with page.expect_navigation():
        field.press("Enter")


def refusals(page: Any) -> str:
    """What stands against the page in its error summary; empty where nothing does."""
    found = page.locator(".govuk-error-summary")
    return str(found.first.inner_text()) if found.count() else ""


def key_in(page: Any, what: str) -> str:
    """The key in the address of the page."""
    found = re.search(rf"/{what}/([^/?#]+)", page.url)
    assert found is not None, (page.url, refusals(page))
    return found[1]


def order(bench: Bench, who: str = "prescriber", **changes: Any) -> str:
    """A new order, read back and sent; gives its key."""
    page = bench.as_(who)
    page.goto("/orders/new")
    told = {name: value for name, value in {**NEW_ORDER, **changes}.items() if value is not None}
    files = {name: told.pop(name) for name in ("picture",) if name in told}
    fill(page, told)
    for name, file in files.items():
        page.locator(f"main input[type=file][name={name}]").set_input_files(file)
    press(page, "Review the order")
    assert not refusals(page), refusals(page)
    press(page, "Send the order" if who == "prescriber" else "Keep the order")
    assert not refusals(page), refusals(page)
    return key_in(page, "orders")


def review(bench: Bench, order_id: str, who: str = "pharmacist", **answers: Any) -> None:
    """Screened where it was not yet, then accepted."""
    page = bench.as_(who)
    page.goto(f"/orders/{order_id}/review")
    screening = page.get_by_role("button", name=re.compile("^Screen"))
    if screening.count():
        screening.first.click()
        page.goto(f"/orders/{order_id}/review")
    fill(page, {"checked": "register", **answers})
    press(page, "Accept the order")
    assert not refusals(page), refusals(page)


def plan(bench: Bench, order_id: str, who: str = "pharmacist") -> str:
    """The next fill is planned; gives the key of its preparation."""
    page = bench.as_(who)
    page.goto(f"/orders/{order_id}/plan")
    press(page, "Plan this fill")
    assert not refusals(page), refusals(page)
    return key_in(page, "preparations")


def assess(bench: Bench, preparation_id: str, who: str = "pharmacist", **changes: Any) -> None:
    """The pharmacist's clinical assessment, signed."""
    page = at_bench(bench, preparation_id, who)
    page.locator("a.lev-big-button").click()
    fill(page, {**ASSESSED, **changes})
    bench.sign(page, "Sign the assessment")
    assert not refusals(page), refusals(page)


def at_bench(bench: Bench, preparation_id: str, who: str) -> Any:
    """The page with the next step of the preparation."""
    page = bench.as_(who)
    page.goto(f"/preparations/{preparation_id}/bench")
    return page


def recalculate(bench: Bench, preparation_id: str, who: str = "second") -> None:
    """A second person's own figures."""
    sheet = bench.record(preparation_id).sheet
    page = at_bench(bench, preparation_id, who)
    page.locator("a.lev-big-button").click()
    fill(page, {**{f"mass_{number}": str(line.to_weigh_g) for number, line in enumerate(sheet.lines)}, "batch": str(sheet.batch_g)})
    bench.sign(page, "Sign your figures")
    assert not refusals(page), refusals(page)


def tick_all(bench: Bench, preparation_id: str, *people: str) -> None:
    """Every step whose turn it is, each ticked by whoever the page lets."""
    for _ in range(20):
        for who in people or ("technician", "second", "pharmacist"):
            page = at_bench(bench, preparation_id, who)
            if page.get_by_role("button", name="It is done").count():
                bench.staffed.clock.wait(seconds=5)
                press(page, "It is done")
                break
        else:
            return


def weigh_all(bench: Bench, preparation_id: str, who: str = "technician") -> None:
    """What comes first is ticked; then each line: the lot scanned, the weight typed."""
    tick_all(bench, preparation_id)
    sheet = bench.record(preparation_id).sheet
    for line in sheet.lines:
        page = at_bench(bench, preparation_id, who)
        if page.get_by_role("button", name="The balance is checked").count():
            press(page, "The balance is checked")
        assert line.lot is not None
        bench.staffed.clock.wait(seconds=5)
        scan(page, line.lot.number)
        assert not refusals(page), refusals(page)
        fill(page, {"mass": str(line.to_weigh_g)})
        press(page, "Keep this weight")
        assert not refusals(page), refusals(page)


def witness(bench: Bench, preparation_id: str, who: str = "second") -> None:
    """The second person sees container, lot and reading of the drug."""
    record = bench.record(preparation_id)
    page = at_bench(bench, preparation_id, who)
    page.locator("a.lev-big-button").click()
    for each in record.weighings:
        line = record.sheet.lines[each.line]
        if page.locator(f"#mass_{each.line}").count() and line.lot is not None:
            seen = {"container": "500 g jar, sodium thiosulfate", "code": line.lot.number, "mass": str(each.mass_g)}
            fill(page, {f"{name}_{each.line}": value for name, value in seen.items()})
    bench.sign(page, "Sign what you saw")
    assert not refusals(page), refusals(page)


def make(bench: Bench, preparation_id: str, who: str = "technician", **changes: Any) -> None:
    """The steps of the procedure, then the finished preparation with its yield."""
    tick_all(bench, preparation_id)
    page = at_bench(bench, preparation_id, who)
    tests = page.locator("main input[name^=result_]").count()
    told = {f"result_{number}": "as described" for number in range(tests)} | {f"passed_{number}": "yes" for number in range(tests)}
    fill(page, {**told, "temperature": "23.5", "obtained": "59.8", "net": "59.7", "container": "60 g jar", "deviations": "none", **changes})
    press(page, "Show yield and limits")
    assert not refusals(page), refusals(page)
    press(page, "Record the finished preparation")
    assert not refusals(page), refusals(page)


def label(bench: Bench, preparation_id: str, who: str = "technician") -> bytes:
    """Label, leaflet and worksheet are printed; gives the PDF of the label."""
    page = bench.as_(who)
    page.goto(f"/preparations/{preparation_id}/label")
    press(page, page.locator("main button.govuk-button").first.inner_text().strip())
    assert not refusals(page), refusals(page)
    link = page.locator("main a[href*='/papers/label/']").first.get_attribute("href")
    return bytes(page.request.get(link).body())


def on_label(bench: Bench, preparation_id: str) -> Any:
    """What anyone can read from the container."""
    from compounding.demo import walk

    return walk.on_label(bench.staffed.pharmacy, preparation_id)


def final_check(bench: Bench, preparation_id: str, who: str = "second", **changes: Any) -> None:
    """What the checker reads from the container, entered blind and signed."""
    told, page = on_label(bench, preparation_id), at_bench(bench, preparation_id, who)
    page.locator("a.lev-big-button").click()
    seen = {
        "strength": str(told.strength_percent), "amount": str(told.amount_g), "patient_name": told.patient_name, "second_identifier": told.second_identifier,
        "beyond_use_date": str(told.beyond_use_date), "lot_number": told.lot_number, "base": told.base, "scanned_code": told.code,
    }  # fmt: skip
    fill(page, {**seen, **changes})
    bench.sign(page, "Sign the final check")


def hand_out(bench: Bench, preparation_id: str, who: str = "pharmacist", **changes: Any) -> None:
    """The container is scanned; the receiver says who it is for, is counselled, and takes it."""
    told, page = on_label(bench, preparation_id), bench.as_(who)
    page.goto(f"/preparations/{preparation_id}/hand-out")
    scan(page, told.code, name="scanned_code")
    assert not refusals(page), refusals(page)
    said = {
        "patient_name": told.patient_name, "second_identifier": told.second_identifier, "receiver": "the patient", "languages": ("en",),
        "counselling": "accepted", "way": "IN_PERSON", "words": "showed how thin a layer is",
    }  # fmt: skip
    fill(page, {**said, **changes})
    bench.sign(page, "Hand it out")
