"""The people of the example pharmacy at their own browsers: signed in, at one address, with the few acts that every journey repeats."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from compounding.demo import walk
from compounding.demo.walk import Wish
from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.stages import State
from compounding.workflow import reading
from compounding.workflow.reading import OrderSeen
from compounding.workflow.receiving import Standing
from tests.web.staffed import PASSWORD, Staffed


@dataclass(frozen=True, slots=True)
class Cookies:
    """What a session gives a browser to keep, as the browser is told of it."""

    address: str
    kept: list[dict[str, str]] = field(default_factory=list)

    def set_cookie(self, name: str, value: str, *, domain: str) -> None:  # noqa: ARG002 - the address says it.
        """Keep one."""
        self.kept.append({"name": name, "value": value, "url": self.address})


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """Every desk of the pharmacy. `faults` gathers what the browsers complain of."""

    staffed: Staffed
    browser: Any
    address: str
    faults: list[str]
    contexts: list[Any] = field(default_factory=list)

    def desk(self, who: str, path: str = "/", **options: object) -> Any:
        """A new browser in which this person is signed in, open at a page."""
        context = self.browser.new_context(base_url=self.address, **options)
        self.contexts.append(context)
        cookies = Cookies(self.address)
        self.staffed.sign_in(cookies, self.staffed.people[who], site_id=self.staffed.house.site_id)  # type: ignore[arg-type]
        context.add_cookies(cookies.kept)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda told: self.faults.append(told.text) if "Content Security Policy" in told.text else None)
        page.on("response", lambda answer: self.faults.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None)
        page.goto(path)
        return page

    def order(self, order_id: str) -> OrderSeen:
        """An order as an auditor reads it."""
        return reading.read_order_record(self.staffed.house, self._auditor(), reading.Of(id=order_id))

    def record(self, preparation_id: str) -> CompoundingRecord:
        """A preparation as an auditor reads it."""
        return reading.read_preparation(self.staffed.house, self._auditor(), reading.Of(id=preparation_id)).record

    def brought(self, state: State) -> Standing:
        """A preparation of a plain order in this state."""
        shop = self.staffed.pharmacy
        return walk.brought_to(shop, walk.accepted(shop, Wish(patient="Fay Example", born_on=date(1961, 4, 2))), state)

    def ready_to_weigh(self) -> Standing:
        """A preparation whose first line is to be weighed next."""
        return walk.tick(self.staffed.pharmacy, self.brought(State.RECALCULATED))

    def lot(self, preparation_id: str, line: int) -> str:
        """The number on the container of a line."""
        lot = self.record(preparation_id).sheet.lines[line].lot
        assert lot is not None
        return lot.number

    def _auditor(self) -> Any:
        return self.staffed.pharmacy.act(self.staffed.people["auditor"])


OpenDesk = Callable[..., Any]


def choose(page: Any, **answers: str) -> None:
    """Choose one answer to each question."""
    for name, value in answers.items():
        page.locator(f"[name={name}][value={value}]").check()


def press(page: Any, name: str) -> None:
    """Press the button of this name, and wait for the page that follows."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name, exact=True).click()


def sign(page: Any, name: str) -> None:
    """Give the password and press."""
    page.locator("main #password").fill(PASSWORD)
    press(page, name)


def text(page: Any) -> str:
    """What a person reads on the page."""
    return str(page.locator("main").inner_text())


def follow(page: Any, name: str) -> None:
    """Follow the link of this name, whether or not it looks like a button."""
    with page.expect_navigation():
        page.locator("main a").filter(has_text=re.compile(rf"^\s*{re.escape(name)}\s*$")).first.click()
