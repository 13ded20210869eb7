"""One's own account in a real browser: a passkey made on its page signs in, signs and is removed; a locked bench keeps its step in view."""

from typing import Any

import pytest

from tests.browser.test_signing_in import Open, _authenticator, _come_in, opened, served  # noqa: F401
from tests.web.conftest import staffed, staffed_template  # noqa: F401
from tests.web.staffed import PASSWORD, Staffed

pytestmark = pytest.mark.browser


def _add_passkey(staffed: Staffed, page: Any) -> None:  # noqa: F811
    page.goto("/account")
    form = page.locator("form[data-passkey-form]")
    form.get_by_label("Name").fill("This computer")
    form.locator("input[type=password]").fill(PASSWORD)
    staffed.clock.wait(seconds=31)
    form.locator("[name=code]").fill(staffed.code())
    form.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("This computer").first.wait_for()


def test_a_passkey_made_on_the_account_page_signs_in_and_signs(staffed: Staffed, opened: Open) -> None:  # noqa: F811
    page = opened()
    _authenticator(page)
    _come_in(staffed, page)
    _add_passkey(staffed, page)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Pharmacy").select_option("example-pharmacy")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Sign out").wait_for()
    page.goto("/account")
    page.get_by_role("link", name="Remove This computer").click()
    page.get_by_role("button", name="Show it with a passkey").click()
    page.get_by_text("You have none.").wait_for()


def test_a_device_makes_one_passkey_for_an_account(staffed: Staffed, opened: Open) -> None:  # noqa: F811
    page = opened()
    _authenticator(page)
    _come_in(staffed, page)
    _add_passkey(staffed, page)
    form = page.locator("form[data-passkey-form]")
    form.get_by_label("Name").fill("Again")
    form.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("This device has a passkey for this account already.").wait_for()


def test_the_step_at_the_bench_stays_in_view_while_signing_is_locked(staffed: Staffed, opened: Open) -> None:  # noqa: F811
    page = opened()
    _come_in(staffed, page)
    page.clock.install()
    page.goto(f"/preparations/{staffed.things['labelled preparation']}")
    staffed.clock.wait(minutes=15, seconds=1)
    page.clock.fast_forward((15 * 60 + 1) * 1000)
    page.get_by_role("heading", name="Signing is locked").wait_for()
    assert page.get_by_role("heading", name="To weigh").or_(page.get_by_text("To weigh")).first.is_visible()
    # Opened anew it is still there to be read, and says how to go on.
    page.goto(f"/preparations/{staffed.things['labelled preparation']}")
    assert page.get_by_text("Signing is locked.").is_visible()
    page.get_by_role("link", name="Unlock").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Unlock", exact=True).click()
    page.get_by_role("button", name="Lock", exact=True).wait_for()
