"""docs/security.md says of every requirement of the standard how it stands, and names places and tests that are there."""

import ast
import re
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from compounding.credentials import hashing
from compounding.domain import assurance, passwords, sessions, throttling
from compounding.domain.sessions import Stage
from compounding.storage import sessions as stored_sessions
from compounding.web import kept_files, passkey_challenges, settings
from compounding.workflow import accounts, listing, own_account
from tests.project.security_page import BEGIN, OPERATOR_PAGES, PAGE, ROOT, Row, State, names_in, order, place, plain, security_page, standard

ROWS = standard().rows
APPLIES = {State.MET, State.DEPLOYMENT, State.NOT_MET, State.COMING}
COUNTS = {1: 70, 2: 183}
"""How many requirements ASVS 5.0.0 has of each level."""


@cache
def _tests_of(file: Path) -> frozenset[str]:
    return frozenset(
        node.name for node in ast.parse(file.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def named(row: Row) -> str:
    return row.number


def test_the_page_is_as_it_is_made() -> None:
    assert PAGE.read_text(encoding="utf-8") == security_page()


def test_every_requirement_of_levels_1_and_2_is_there_once() -> None:
    numbers = [number for level in standard().levels.values() for number in level]
    assert {level: len(found) for level, found in standard().levels.items()} == COUNTS
    assert len(set(numbers)) == len(numbers)
    assert [row.number for row in ROWS] == sorted(numbers, key=order)
    assert {row.chapter for row in ROWS} == set(standard().chapters)


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_every_place_and_every_test_that_is_named_exists(row: Row) -> None:
    for text in row.where:
        file, names = place(text)
        assert file.is_file(), text
        if file.suffix == ".py":
            assert set(names) <= names_in(file), text
    for text in row.tests:
        name, _, test = text.partition("::")
        assert (ROOT / name).is_file(), text
        assert test in _tests_of(ROOT / name), text
    assert len(set(row.tests)) == len(row.tests)


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_a_requirement_is_met_somewhere_and_tested_or_says_why_not(row: Row) -> None:
    assert row.state is not State.COMING
    if row.state is State.MET:
        assert row.where
        assert row.tests
    elif row.state is State.NOT_HERE:
        assert not row.where
        assert not row.tests
    if row.state in {State.NOT_MET, State.NOT_HERE}:
        assert row.why


@pytest.mark.parametrize("row", [row for row in ROWS if row.state is State.DEPLOYMENT], ids=named)
def test_what_the_deployment_adds_is_told_to_the_operator(row: Row) -> None:
    assert row.operator.endswith((".", ":"))
    told = [plain(page.read_text(encoding="utf-8").partition(BEGIN)[0]) for page in OPERATOR_PAGES]
    assert any(row.operator in page for page in told)


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_a_row_is_short_and_fits_into_its_table(row: Row) -> None:
    for text in (row.about, row.why, row.operator):
        assert "|" not in text
        assert "\n" not in text
    assert 2 <= len(row.about.split()) <= 16
    assert not row.why.endswith(".")


def _told(time: timedelta) -> str:
    hours, minutes = divmod(int(time.total_seconds()) // 60, 60)
    days = hours // 24
    return f"{days} days" if days > 1 else f"{hours} hours" if hours else f"{minutes} minutes"


@pytest.mark.parametrize(
    "words",
    [
        f"After **{_told(sessions.IDLE_AFTER)}** without a sign of life it locks",
        f"After **{_told(sessions.ENDS_AFTER)}** it ends",
        f"the second step within {_told(sessions.STEPS_WITHIN[Stage.PASSWORD_GIVEN])}",
        f"choosing password and app within {_told(sessions.STEPS_WITHIN[Stage.ACTIVATING])}",
        f"what was shown counts for {_told(assurance.FRESH_FOR)}",
        f"{throttling.MOST_FROM_ADDRESS_FOR_ACCOUNT} for an account from one address",
        f"{throttling.MOST_FOR_ADDRESS} for an address",
        f"{throttling.MOST_FOR_ACCOUNT} for an account from everywhere",
        f"{throttling.MOST_FOR_KNOWN_BROWSER} for a browser in which this person has signed in during the last {_told(stored_sessions.KNOWN_FOR)}",
        f"within {_told(throttling.COUNTED_FOR)}",
        f"{passwords.SHORTEST} to {passwords.LONGEST} characters",
        f"argon2id with {hashing.MEMORY_KIB // 1024} MiB, {hashing.PASSES} passes and {hashing.LANES} lanes",
        f"An activation code counts for {_told(accounts.ACTIVATION_LASTS)}",
        f"at most {own_account._MOST_PASSKEYS} passkeys",
        f"A challenge is good for {_told(passkey_challenges.LASTS)}",
        f"pages of {listing.PAGE}",
        f"up to {kept_files.LARGEST // 1024**2} MB",
        f"a request of {int(str(settings.DEFAULTS['MAX_CONTENT_LENGTH'])) // 1024**2} MB",
    ],
)
def test_the_figures_in_the_page_are_those_of_the_program(words: str) -> None:
    assert words in plain(PAGE.read_text(encoding="utf-8").partition(BEGIN)[0])


@pytest.mark.parametrize(
    "part",
    [
        "### Trust boundaries",
        "### What cannot be promised",
        "## The ways in",
        "**Parts of a record.**",
        "**Attempts.**",
        "**Passwords.**",
        "**Sessions.**",
        "| class | what | rules |",
        "**Logs and trails.**",
        "**Keys and algorithms.**",
        "| for | algorithm | key |",
        "| upload | kinds | size | what becomes of it |",
        "**What takes long.**",
        "**Whom the program talks to.**",
        "## Components",
        "## What whoever runs it adds",
    ],
)
def test_what_the_standard_wants_written_down_is_written_down(part: str) -> None:
    assert part in PAGE.read_text(encoding="utf-8").partition(BEGIN)[0]


def test_the_page_names_only_files_that_are_there() -> None:
    written = PAGE.read_text(encoding="utf-8").partition(BEGIN)[0]
    for name in re.findall(r"`((?:compounding|tests|docs|tools|frontend|labels)/[\w/.-]+\.\w+)`", written):
        assert (ROOT / name).is_file(), name
    for link in re.findall(r"\]\(([\w./-]+)\)", written):
        assert (PAGE.parent / link).exists(), link
