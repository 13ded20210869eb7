"""`levigate upgrade-db` and `levigate verify-audit`, run as an operator runs them."""

import io
import os
import stat
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from compounding.commands import main
from compounding.config.database_address import database_address, shown
from compounding.domain import audit
from compounding.storage.engine import open_database
from compounding.storage.migrating import check_schema, revisions
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from tests.databases import Databases, address, databases, empty_address, kind, opened
from tests.storage.rows import AT, begin_site

__all__ = ["address", "databases", "empty_address", "kind"]

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def levigate(*arguments: str | Path, folder: Path, url: str | None = None) -> Done:
    """The command as the entry point runs it, in this process: a new one takes a second to load."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as here, redirect_stdout(out), redirect_stderr(err):
        here.setattr(sys, "argv", ["levigate", *map(str, arguments)])
        here.setattr("compounding.logs.configure", lambda **_settings: None)
        here.chdir(folder)
        here.delenv("DATABASE_URL", raising=False)
        if url is not None:
            here.setenv("DATABASE_URL", url)
        try:
            main()
            code: object = 0
        except SystemExit as leave:
            code = leave.code or 0
    assert isinstance(code, int)
    return Done(code, out.getvalue(), err.getvalue())


def levigate_alone(*arguments: str | Path, folder: Path, url: str) -> Done:
    """The command in a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "-m", "compounding", *map(str, arguments)], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    return Done(done.returncode, done.stdout, done.stderr)


def test_both_commands_run_in_a_process_of_their_own(empty_address: str, tmp_path: Path) -> None:
    done = levigate_alone("upgrade-db", folder=tmp_path, url=empty_address)
    assert (done.returncode, done.stdout.splitlines()) == (0, [f"applied {revision}" for revision in revisions()])
    fill(empty_address, "main")
    done = levigate_alone("verify-audit", folder=tmp_path, url=empty_address)
    assert (done.returncode, done.stdout.count("holds"), done.stderr) == (0, 2, "")


def fill(address: str, *sites: str) -> None:
    with opened(address) as database:
        for site_id in sites:
            begin_site(database, site_id)
            for number in range(3):
                with transaction(database, site_id=site_id, by="pat", role="pharmacist", at=AT) as opened_:
                    opened_.tell(Told(action="weigh", subject="preparation", subject_id=f"p{number}"))
                    opened_.tell_read(Told(action="read", subject="patient", subject_id=f"p{number}"))


def tamper(address: str, statement: str, *, trigger: str) -> None:
    with opened(address) as database, database.writing() as connection:
        if database.is_sqlite:
            made = connection.exec_driver_sql(f"SELECT sql FROM sqlite_schema WHERE name = '{trigger}'").scalar_one()  # noqa: S608
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
            connection.exec_driver_sql(statement)
            connection.exec_driver_sql(made)
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql(statement)


def test_a_database_is_made_where_it_is_looked_for_and_upgraded_once(tmp_path: Path) -> None:
    done = levigate("upgrade-db", folder=tmp_path)
    assert (done.returncode, done.stdout.splitlines()) == (0, [f"applied {revision}" for revision in revisions()])
    assert done.stderr.startswith("Bringing ")
    file = tmp_path / "instance" / "levigate.db"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = levigate("upgrade-db", folder=tmp_path)
    assert (again.returncode, again.stdout) == (0, "nothing to do: the tables are those of this version\n")


def test_the_address_given_comes_before_the_environment_and_that_before_the_folder(empty_address: str, tmp_path: Path) -> None:
    assert levigate("upgrade-db", folder=tmp_path, url=empty_address).returncode == 0
    database = open_database(empty_address)
    check_schema(database)
    database.close()
    assert levigate("upgrade-db", "--database", tmp_path / "b.db", folder=tmp_path, url=empty_address).stdout.startswith("applied")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.db"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/srv/records.db", "/srv/records.db"),
        ("sqlite:////srv/records.db", "/srv/records.db"),
        ("postgresql://ann:hunter2@db.example/records", 'the PostgreSQL database "records" on db.example'),
        ("postgresql://ann:hunter2@db.example:5433/records?password=hunter2", 'the PostgreSQL database "records" on db.example'),
        ("postgresql:///records?host=/tmp&user=hunter2", 'the PostgreSQL database "records" on this machine'),
        ("postgresql://[hunter2", "the database"),
    ],
)
def test_an_address_is_shown_without_user_password_and_options(address: str, expected: str) -> None:
    assert shown(address) == expected
    assert database_address(address, environment={"DATABASE_URL": "x"}, folder=Path("/f")) == address


def test_an_empty_variable_is_none() -> None:
    assert database_address(None, environment={"DATABASE_URL": ""}, folder=Path("/f")) == "/f/instance/levigate.db"


@pytest.mark.parametrize("command", ["upgrade-db", "verify-audit"])
@pytest.mark.parametrize(
    "url", ["postgresql://ann:hunter2@127.0.0.1:9/records?connect_timeout=2", "postgresql://ann:hunter2@h:port/r", "mysql://ann:hunter2@h/r"]
)
def test_no_password_is_ever_printed(command: str, url: str, tmp_path: Path) -> None:
    for done in (levigate(command, folder=tmp_path, url=url), levigate(command, "--database", url, folder=tmp_path)):
        assert done.returncode == 1
        assert "DATABASE_" in done.stderr
        assert "hunter2" not in done.stdout + done.stderr


def test_rights_are_granted_to_a_role_and_only_on_postgresql(databases: Databases, tmp_path: Path) -> None:
    made = databases.fresh("postgresql", migrated=False)
    databases.on_server("CREATE ROLE runtime LOGIN")
    done = levigate("upgrade-db", "--grant-to", "runtime", folder=tmp_path, url=made)
    assert (done.returncode, "granted to runtime" in done.stdout) == (0, True)
    for role, code in (("postgres", "ROLE_TOO_STRONG"), ("nobody", "ROLE_UNKNOWN")):
        refused = levigate("upgrade-db", "--grant-to", role, folder=tmp_path, url=made)
        assert (refused.returncode, code in refused.stderr) == (1, True)
    databases.drop(made)
    databases.on_server("DROP ROLE runtime")
    assert "GRANT_NEEDS_POSTGRESQL" in levigate("upgrade-db", "--grant-to", "runtime", folder=tmp_path).stderr


def test_a_trail_that_holds_is_said_chain_by_chain_with_the_heads_to_keep(address: str, tmp_path: Path) -> None:
    fill(address, "main", "other")
    done = levigate("verify-audit", folder=tmp_path, url=address)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.split(": holds, head ")[0] for line in lines] == ["main changes", "main reads", "other changes", "other reads"]
    heads = [audit.read_head(line.rpartition(" ")[2]) for line in lines]
    assert [head.seq for head in heads] == [4, 3, 4, 3]
    one = levigate("verify-audit", "--site", "main", "--head", str(heads[0]), folder=tmp_path, url=address)
    assert (one.returncode, one.stdout.splitlines()) == (0, lines[:2])
    reads = levigate("verify-audit", "--site", "main", "--chain", "reads", "--head", str(heads[1]), folder=tmp_path, url=address)
    assert reads.returncode == 0
    wrong = levigate("verify-audit", "--site", "main", "--head", str(heads[2]), folder=tmp_path, url=address)
    assert (wrong.returncode, "AUDIT_BROKEN: main changes" in wrong.stderr) == (1, True)


def test_a_changed_entry_is_found_and_the_other_chains_are_verified_all_the_same(address: str, kind: str, tmp_path: Path) -> None:
    fill(address, "main", "other")
    trigger = "audit_entry_no_update" if kind == "sqlite" else "audit_entry_append_only"
    tamper(address, "UPDATE audit_entry SET body = replace(body, 'weigh', 'watch') WHERE site_id = 'main' AND chain = 'changes' AND seq = 3", trigger=trigger)
    done = levigate("verify-audit", folder=tmp_path, url=address)
    assert done.returncode == 1
    assert [line.split(":")[1].split(",")[0].strip() for line in done.stdout.splitlines()] == ["BROKEN", "holds", "holds", "holds"]
    assert all(line.startswith("AUDIT_BROKEN: main changes: ") for line in done.stderr.splitlines())
    assert "entry 3" in done.stderr


def test_a_lost_rule_is_said_and_the_chains_are_verified_all_the_more(databases: Databases, tmp_path: Path) -> None:
    made = databases.fresh("sqlite")
    fill(made, "main")
    with opened(made) as database, database.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_entry_no_update")
    done = levigate("verify-audit", "--database", made, folder=tmp_path)
    assert (done.returncode, done.stderr.count("SCHEMA_DAMAGED"), done.stdout.count("holds")) == (1, 1, 2)


def test_entries_on_a_chain_that_does_not_exist_are_said(databases: Databases, tmp_path: Path) -> None:
    made = databases.fresh("sqlite")
    fill(made, "main")
    tamper(made, "UPDATE audit_entry SET chain = 'hidden' WHERE chain = 'reads' AND seq = 3", trigger="audit_entry_no_update")
    done = levigate("verify-audit", "--database", made, folder=tmp_path)
    assert (done.returncode, "a chain that does not exist" in done.stderr) == (1, True)


def test_an_export_is_new_private_and_holds_by_itself(address: str, tmp_path: Path) -> None:
    fill(address, "main")
    out = tmp_path / "audit.txt"
    done = levigate("verify-audit", "--site", "main", "--export", out, folder=tmp_path, url=address)
    assert done.returncode == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["audit.txt"]
    head = done.stdout.splitlines()[0].rpartition(" ")[2]
    alone = levigate("verify-audit", "--file", out, "--head", head, folder=tmp_path)
    assert (alone.returncode, alone.stdout) == (0, f"main changes: holds, head {head}\n")
    content = out.read_bytes()
    assert audit.verify_export(content) == ()
    again = levigate("verify-audit", "--site", "main", "--export", out, folder=tmp_path, url=address)
    assert (again.returncode, "EXPORT_EXISTS" in again.stderr, out.read_bytes()) == (4, True, content)
    out.write_bytes(content.replace(b"weigh", b"watch", 1))
    broken = levigate("verify-audit", "--file", out, folder=tmp_path)
    assert (broken.returncode, "AUDIT_BROKEN: main changes: entry 2" in broken.stderr) == (1, True)
    out.write_bytes(content[: len(content) // 2])
    assert levigate("verify-audit", "--file", out, folder=tmp_path).returncode == 1
    nowhere = levigate("verify-audit", "--site", "main", "--export", tmp_path / "no" / "audit.txt", folder=tmp_path, url=address)
    assert (nowhere.returncode, "EXPORT_UNWRITABLE" in nowhere.stderr) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--file", "none.txt"], "EXPORT_UNREADABLE"),
        (["--file", "none.txt", "--site", "main"], "USAGE"),
        (["--file", "none.txt", "--database", "a.db"], "USAGE"),
        (["--head", "12"], "AUDIT_HEAD_UNREADABLE"),
        (["--head", f"1:{'a' * 64}"], "USAGE"),
        (["--export", "out.txt"], "USAGE"),
        (["--site", "main", "--chain", "reads"], "USAGE"),
        (["--chain", "other"], "USAGE"),
    ],
)
def test_a_call_that_cannot_be_understood_verifies_nothing_and_says_so(arguments: list[str], code: str, tmp_path: Path) -> None:
    done = levigate("verify-audit", *arguments, folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.startswith(f"{code}: ")) == (4, "", True)
    assert list(tmp_path.iterdir()) == []


def test_where_there_is_nothing_to_verify_nothing_holds_and_nothing_is_made(databases: Databases, tmp_path: Path) -> None:
    done = levigate("verify-audit", folder=tmp_path)
    assert (done.returncode, "DATABASE_UNREACHABLE" in done.stderr, list(tmp_path.iterdir())) == (1, True, [])
    for migrated, code in ((False, "DATABASE_OLDER"), (True, "SITE_UNKNOWN")):
        made = databases.fresh("sqlite", migrated=migrated)
        open_database(made).close()
        done = levigate("verify-audit", "--database", made, folder=tmp_path)
        assert (done.returncode, code in done.stderr, done.stdout) == (1, True, "")
    fill(made, "main")
    assert "SITE_UNKNOWN" in levigate("verify-audit", "--database", made, "--site", "other", folder=tmp_path).stderr
