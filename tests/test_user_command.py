"""`levigate user`, run as an operator runs it: the first way in, and the way out, told in the program's name."""

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from compounding.domain.people import Person, Role
from compounding.domain.site import Site
from compounding.reference import ReferenceData
from compounding.storage import migrating, people
from compounding.storage.engine import open_database
from compounding.workflow.founding import found
from compounding.workflow.use_case import House
from tests.test_records_commands import Done, levigate
from tests.workflow.conftest import plain
from tests.workflow.seeing import entries

SITE_FILE = Path(__file__).parents[1] / "examples" / "site.toml"
CODE = re.compile(r"activation code\s+((?:[CDFGHJKMNPQRTVWXY34679]{5}-){5}[CDFGHJKMNPQRTVWXY34679]{5})\n")
TODAY = datetime.now(UTC).date()
FAR = (TODAY + timedelta(days=400)).isoformat()
NORA = ("--name", "Nora New", "--role", "technician", "--sign-in-name", "nora")
DANA = ("--name", "Dana Designated", "--role", "designated person", "--licence", "BC-1", "--licence-expires-on", FAR, "--sign-in-name", "dana")
WHY = ("--reason", "nobody else can")


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory, site: Site, data: ReferenceData) -> Path:
    """A pharmacy whose only designated person's licence has run out since, to copy."""
    path = tmp_path_factory.mktemp("user") / "levigate.db"
    database = open_database(str(path))
    migrating.upgrade(database)
    first = Person(
        id="dana", name="Dana Designated", roles=frozenset({Role.DESIGNATED_PERSON}), licence="BC-1", licence_expires_on=TODAY - timedelta(days=1)
    )  # fmt: skip
    found(database, settings=plain(site), first=first, at=datetime.now(UTC) - timedelta(days=2), data=data)
    database.close()
    return path


@pytest.fixture
def folder(founded: Path, tmp_path: Path) -> Path:
    """A folder with that database where the command looks for one."""
    (tmp_path / "instance").mkdir(mode=0o700)
    shutil.copy(founded, tmp_path / "instance" / "levigate.db")
    return tmp_path


def user(folder: Path, *arguments: str) -> Done:
    return levigate("user", *arguments, folder=folder)


def told(folder: Path, data: ReferenceData) -> list[dict[str, object]]:
    database = open_database(str(folder / "instance" / "levigate.db"))
    with database.reading() as connection:
        site_id = people.site_ids(connection)[0]
    found_entries = entries(House(database=database, site_id=site_id, data=data))
    database.close()
    return found_entries


def test_an_empty_database_says_how_to_begin(tmp_path: Path) -> None:
    levigate("upgrade-db", folder=tmp_path)
    done = user(tmp_path, "add", *NORA)
    assert done.returncode == 1
    assert "NO_SITE" in done.stderr
    assert "--found SITE.toml" in done.stderr


def test_a_pharmacy_is_founded_from_its_file_with_its_designated_person(tmp_path: Path, data: ReferenceData) -> None:
    done = user(tmp_path, "add", "--found", str(SITE_FILE), *DANA)
    assert done.returncode == 0, done.stderr
    assert len(CODE.findall(done.stdout)) == 1
    assert "left behind" in done.stderr
    assert {"found site", "add person", "open account"} <= {each["action"] for each in told(tmp_path, data)}
    assert "\tawaits activation" in user(tmp_path, "list").stdout
    again = user(tmp_path, "add", "--found", str(SITE_FILE), *DANA)
    assert again.returncode != 0
    assert not CODE.findall(again.stdout)


def test_a_pharmacy_does_not_begin_with_anybody_else(tmp_path: Path) -> None:
    done = user(tmp_path, "add", "--found", str(SITE_FILE), *NORA)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("ROLE_NOT_ALLOWED")


def test_a_person_is_added_with_a_code_that_is_printed_once(folder: Path, data: ReferenceData) -> None:
    done = user(folder, "add", *NORA)
    code = CODE.findall(done.stdout)[0]
    assert code not in user(folder, "list").stdout
    last = told(folder, data)[-2:]
    assert [(each["action"], each["by"]) for each in last] == [("add person", "levigate"), ("open account", "levigate")]
    assert code not in str(told(folder, data))


def test_a_new_code_replaces_the_one_before(folder: Path) -> None:
    added = user(folder, "add", *NORA)
    person = re.findall(r"person\s+(\S+)", added.stdout)[0]
    renewed = user(folder, "renew-account", "--person", person, *WHY)
    assert renewed.returncode == 0
    assert CODE.findall(renewed.stdout) != CODE.findall(added.stdout)
    assert user(folder, "renew-account", "--person", "dana", *WHY).stderr.startswith("NOT_FOUND")


def test_the_licence_of_the_only_designated_person_is_renewed_here(folder: Path, data: ReferenceData) -> None:
    done = user(folder, "renew-licence", "--person", "dana", "--expires-on", FAR, *WHY)
    assert (done.returncode, done.stdout) == (0, f"Dana Designated: licence BC-1, through {FAR}\n")
    last = told(folder, data)[-1]
    assert (last["action"], last["by"], last["reason"]) == ("change person", "levigate", WHY[1])


def test_nobody_is_left_without_a_designated_person(folder: Path) -> None:
    user(folder, "renew-licence", "--person", "dana", "--expires-on", FAR, *WHY)
    for arguments in (("disable",), ("renew-licence", "--expires-on", (TODAY - timedelta(days=5)).isoformat())):
        done = user(folder, *arguments, "--person", "dana", *WHY)
        assert done.returncode == 4
        assert done.stderr.startswith("LAST_DESIGNATED_PERSON")


def test_a_person_is_set_inactive(folder: Path) -> None:
    user(folder, "renew-licence", "--person", "dana", "--expires-on", FAR, *WHY)
    person = re.findall(r"person\s+(\S+)", user(folder, "add", *NORA).stdout)[0]
    assert user(folder, "disable", "--person", person, *WHY).returncode == 0
    assert "\tinactive" in user(folder, "list").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("disable", "--person", "dana"), ("renew-account", "--person", "dana"), ("renew-licence", "--person", "dana", *WHY),
        ("renew-licence", "--person", "dana", "--expires-on", "30.11.2027", *WHY), ("renew-licence", "--person", "dana", "--expires-on", "20271130", *WHY),
        ("add", *NORA, "--role", "king"), ("add", *NORA, "--password", "x"), ("disable", "--person", "nobody", *WHY), ("add", "--name", "Only"),
    ],
)  # fmt: skip
def test_a_call_that_makes_no_sense_is_refused_and_changes_nothing(folder: Path, data: ReferenceData, arguments: tuple[str, ...]) -> None:
    before = told(folder, data)
    done = user(folder, *arguments)
    assert done.returncode == 4
    assert re.match(r"[A-Z_]+: ", done.stderr)
    assert told(folder, data) == before


def test_a_site_that_is_not_there_is_said(folder: Path) -> None:
    done = user(folder, "list", "--site", "nowhere")
    assert (done.returncode, done.stderr.partition(":")[0]) == (1, "SITE_UNKNOWN")


def test_no_command_takes_or_asks_for_a_password() -> None:
    from compounding.commands import cli

    commands = cli.commands["user"].commands  # type: ignore[attr-defined]
    assert set(commands) == {"add", "list", "renew-account", "renew-licence", "disable"}
    for command in commands.values():
        for option in command.params:
            assert "password" not in str(option.name)
            assert not getattr(option, "prompt", None)
