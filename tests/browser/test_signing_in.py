"""Coming in, going and being locked in a real browser: with and without scripts, with an authenticator's passkey, and when somebody waits too long."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.serving import make_server

from compounding.credentials.passkeys import RelyingParty, creation_options, new_challenge, verify_creation
from compounding.storage import accounts
from compounding.storage.accounts import Passkey
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from compounding.workflow.own_account import text_of
from tests.web.conftest import staffed, staffed_template  # noqa: F401
from tests.web.staffed import PASSWORD, Staffed

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
WAITED = 13 * 60 + 5


@pytest.fixture
def served(staffed: Staffed) -> Iterator[str]:  # noqa: F811
    """The pharmacy behind a real port; its clock stays the test's."""
    server = make_server("127.0.0.1", 0, staffed.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def opened(browser: Any, served: str) -> Iterator[Open]:
    """A function that opens the sign-in page. A fault of a script fails the test at its end."""
    faults: list[str] = []
    contexts = []

    def open_page(path: str = "/sign-in", **options: object) -> Any:
        context = browser.new_context(base_url=served, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda told: faults.append(told.text) if "Content Security Policy" in told.text else None)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def _come_in(staffed: Staffed, page: Any, name: str = "Pat Example") -> None:  # noqa: F811
    page.get_by_label("Pharmacy").select_option("example-pharmacy")
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Code", exact=True).fill(staffed.code())
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Sign out").wait_for()


def _wait(staffed: Staffed, page: Any, seconds: int) -> None:  # noqa: F811
    staffed.clock.wait(seconds=seconds)
    page.clock.fast_forward(seconds * 1000)


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_person_signs_in_and_out(staffed: Staffed, opened: Open, has_scripts: bool) -> None:  # noqa: F811
    page = opened(java_script_enabled=has_scripts)
    _come_in(staffed, page)
    assert page.locator(".lev-who__name").inner_text() == "Pat Example (pharmacist)"
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()


def test_a_password_can_be_looked_at(opened: Open) -> None:
    page = opened()
    page.get_by_label("Password", exact=True).fill("something")
    page.get_by_role("button", name="Show password").click()
    assert page.locator("#password").get_attribute("type") == "text"


def test_without_scripts_locking_and_the_change_at_the_bench_work(staffed: Staffed, opened: Open) -> None:  # noqa: F811
    page = opened(java_script_enabled=False)
    _come_in(staffed, page)
    page.goto("/")
    page.locator("#patient_name").fill("Mara Model")
    staffed.clock.wait(minutes=15)
    page.get_by_role("button", name="Check the order").last.click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Unlock").click()
    page.get_by_role("heading", name="You are signed in again. Nothing was sent yet").wait_for()
    with page.expect_response("**/prepare") as sent:
        page.get_by_role("button", name="Send it now").click()
    assert sent.value.status == 200
    assert "Mara Model" in sent.value.request.post_data
    page.get_by_role("button", name="Switch").click()
    page.get_by_role("heading", name="Who is at the bench?").wait_for()
    page.locator("main input[type=password]").last.fill(PASSWORD)
    page.get_by_role("button", name="Come forward: Pat Example").click()
    page.get_by_role("button", name="Sign out").wait_for()


def test_whoever_waits_is_warned_and_may_stay(staffed: Staffed, opened: Open) -> None:  # noqa: F811
    page = opened()
    _come_in(staffed, page)
    page.clock.install()
    page.goto("/")
    page.locator("#patient_name").fill("Mara Model")
    _wait(staffed, page, 61)
    page.wait_for_timeout(1500)
    _wait(staffed, page, WAITED)
    page.get_by_role("heading", name="You will be locked in").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Stay signed in"
    page.get_by_role("button", name="Stay signed in").click()
    page.wait_for_function("!document.querySelector('dialog').open")
    _wait(staffed, page, 5 * 60)
    page.wait_for_timeout(1500)
    assert page.locator("#patient_name").is_visible()


def test_typing_is_a_sign_of_life(staffed: Staffed, opened: Open) -> None:  # noqa: F811
    page = opened()
    _come_in(staffed, page)
    page.clock.install()
    page.goto("/")
    for _ in range(4):
        with page.expect_response("**/still-there"):
            page.locator("#patient_name").press_sequentially("Mara ")
            _wait(staffed, page, 5 * 60)
    assert page.goto("/").status == 200
    assert page.get_by_role("button", name="Sign out").is_visible()


def test_the_view_locks_and_what_was_typed_stays(staffed: Staffed, opened: Open) -> None:  # noqa: F811
    page = opened()
    _come_in(staffed, page)
    page.clock.install()
    page.goto("/")
    page.locator("#patient_name").fill("Mara Model")
    _wait(staffed, page, 61)
    page.wait_for_timeout(1500)
    _wait(staffed, page, 15 * 60 + 1)
    page.get_by_role("heading", name="Signing is locked").wait_for()
    assert not page.locator("#patient_name").is_visible()
    page.locator("#lock-password").fill("not this one")
    page.get_by_role("button", name="Unlock").click()
    page.get_by_text("The name, the password or the code is not right").wait_for()
    page.locator("#lock-password").fill(PASSWORD)
    page.get_by_role("button", name="Unlock").click()
    page.locator("#patient_name").wait_for(state="visible")
    assert page.locator("#patient_name").input_value() == "Mara Model"
    # Sent with its own token, which still fits.
    with page.expect_response("**/prepare") as sent:
        page.get_by_role("button", name="Check the order").last.click()
    assert sent.value.status == 200


def _authenticator(page: Any) -> Any:
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return device


def _give_passkey(staffed: Staffed, page: Any, served: str) -> None:  # noqa: F811
    party, challenge, who = RelyingParty(id="localhost", name="Levigate", origins=(served,)), new_challenge(), staffed.people["pharmacist"]
    options = creation_options(party, user_id=b"somebody", name="pat example", display_name="Pat", exclude=(), challenge=challenge)
    answer = page.evaluate(
        """async (options) => JSON.stringify((await navigator.credentials.create({
            publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(options)) })).toJSON())""",
        options,
    )
    made = verify_creation(party, challenge=challenge, answer=answer)
    kept = Passkey(id=text_of(made.credential_id), person_id=who, name="Test", public_key=text_of(made.public_key), sign_count=made.sign_count)
    with transaction(staffed.records.database, site_id=staffed.house.site_id, by="test", role="", at=staffed.clock()) as opened:
        accounts.add_passkey(opened, kept)
        opened.tell(Told(action="add passkey", subject="account", subject_id=who))


def test_a_passkey_lets_in_and_unlocks(staffed: Staffed, opened: Open, served: str) -> None:  # noqa: F811
    page = opened()
    _authenticator(page)
    _give_passkey(staffed, page, served)
    page.get_by_label("Pharmacy").select_option("example-pharmacy")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Sign out").wait_for()
    page.get_by_role("button", name="Lock", exact=True).click()
    page.get_by_role("button", name="Unlock with a passkey").click()
    page.get_by_role("button", name="Lock", exact=True).wait_for()
    page.goto("/")
    assert page.get_by_role("heading", name="Order from a file").is_visible()


def test_a_page_opened_by_figures_says_where_passkeys_work(opened: Open, served: str) -> None:
    page = opened(served.replace("localhost", "127.0.0.1") + "/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text(f"open {served} instead").wait_for()


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_on_the_way_in_scrolls_sideways(staffed: Staffed, opened: Open, width: int) -> None:  # noqa: F811
    page = opened(viewport={"width": width, "height": 900})
    fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert page.evaluate(fits)
    _come_in(staffed, page)
    for path in ("/", "/sign-in", "/switch", "/activate"):
        page.goto(path)
        assert page.evaluate(fits), path
