"""The audit trail in the database: whatever is done to its rows behind the program's back is found, and an export says the same."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from compounding.domain import audit
from compounding.domain.audit import Chain, ChainName, Head
from compounding.domain.errors import LevigateError
from compounding.storage import trail
from compounding.storage.engine import Database
from compounding.storage.errors import StorageError
from compounding.storage.migrations.rules import expected_triggers
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from tests.storage.rows import AT, begin_site

NAME = ChainName("main", Chain.CHANGES)
READS = ChainName("main", Chain.READS)


@pytest.fixture(autouse=True)
def written(database: Database) -> None:
    for site_id in ("main", "other"):
        begin_site(database, site_id)
    for number in range(8):
        with transaction(database, site_id="main", by="pat", role="pharmacist", at=AT + timedelta(seconds=number)) as opened:
            opened.name, opened.supervisor = "Pat Pharmacist", "sam"
            told = Told(
                action="weigh", subject="preparation", subject_id=f"p{number}", reason="line one\nline two\u2028é", changed={"weighed": (None, "60.10 g")}
            )
            opened.tell(told)
            opened.tell_read(told)


def tampered(database: Database, *statements: str) -> None:
    """Change rows as somebody could who owns the database: without the triggers."""
    with database.writing() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=1")
            for name in expected_triggers("sqlite"):
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for statement in statements:
            connection.exec_driver_sql(statement)


def faults(database: Database, name: ChainName = NAME, *, kept: Head | None = None) -> tuple[audit.Fault, ...]:
    with database.reading() as connection:
        return trail.verify(connection, name, kept=kept)


def head(database: Database, name: ChainName = NAME) -> Head:
    with database.reading() as connection:
        return trail.head(connection, name)


def test_chains_as_they_were_written_hold(database: Database) -> None:
    assert [faults(database, ChainName(site, chain)) for site in ("main", "other") for chain in Chain] == [()] * 4
    assert faults(database, kept=head(database)) == ()
    assert head(database).seq == 9
    assert head(database, ChainName("other", Chain.READS)) == audit.start(ChainName("other", Chain.READS))


WHERE = "WHERE site_id = 'main' AND chain = 'changes'"
COPIED = "site_id, chain, {seq}, at, by, action, subject, subject_id, body, hash"


@pytest.mark.parametrize(
    "statements",
    [
        [f"DELETE FROM audit_entry {WHERE} AND seq = 4"],
        [f"DELETE FROM audit_entry {WHERE} AND seq = 9"],
        [f"DELETE FROM audit_entry {WHERE} AND seq = 1"],
        [f"DELETE FROM audit_entry {WHERE}"],
        [f"UPDATE audit_entry SET body = replace(body, '60.10', '60.11') {WHERE} AND seq = 5"],
        [f"UPDATE audit_entry SET body = body || ' ' {WHERE} AND seq = 5"],
        [f"UPDATE audit_entry SET hash = upper(hash) {WHERE} AND seq = 5"],
        [f"UPDATE audit_entry SET hash = '' {WHERE} AND seq = 9"],
        [f"UPDATE audit_entry SET seq = 100 {WHERE} AND seq = 3", f"UPDATE audit_entry SET seq = 3 {WHERE} AND seq = 4", f"UPDATE audit_entry SET seq = 4 {WHERE} AND seq = 100"],
        [f"INSERT INTO audit_entry SELECT {COPIED.format(seq=10)} FROM audit_entry {WHERE} AND seq = 9"],
        [f"INSERT INTO audit_entry SELECT {COPIED.format(seq=0)} FROM audit_entry {WHERE} AND seq = 1"],
        [f"INSERT INTO audit_entry SELECT {COPIED.format(seq=-7)} FROM audit_entry {WHERE} AND seq = 1"],
        [f"UPDATE audit_entry SET site_id = 'other' {WHERE} AND seq = 9"],
        [f"UPDATE audit_head SET seq = 8 {WHERE}"],
        [f"UPDATE audit_head SET hash = 'x' {WHERE}"],
        [f"DELETE FROM audit_head {WHERE}"],
        [f"UPDATE audit_entry SET body = 'no json' {WHERE} AND seq = 2"],
        [f"UPDATE audit_entry SET body = '{'[' * 100_000}' {WHERE} AND seq = 2"],
        *([f"UPDATE audit_entry SET {column} = 'x' {WHERE} AND seq = 5"] for column in ("by", "action", "subject", "subject_id", "at")),
        [f"UPDATE audit_entry SET at = '2026-11-22T18:30:04.123457Z' {WHERE} AND seq = 5"],
    ],
    ids=lambda statements: statements[0][:70],
)  # fmt: skip
def test_whatever_is_done_to_the_rows_is_found(database: Database, statements: list[str]) -> None:
    tampered(database, *statements)
    assert faults(database)
    assert faults(database, READS) == ()


@pytest.mark.parametrize("kind", ["sqlite"])
def test_bytes_that_are_no_text_any_more_are_found_and_do_not_stop_the_verification(database: Database) -> None:
    """PostgreSQL itself refuses bytes that are no text."""
    tampered(
        database,
        f"UPDATE audit_entry SET body = CAST(X'ff00fe' AS TEXT) {WHERE} AND seq = 5",
        f"UPDATE audit_entry SET by = CAST(X'ff' AS TEXT) {WHERE} AND seq = 7",
    )
    assert {fault.seq for fault in faults(database)} == {5, 7}


def test_a_chain_that_was_rewritten_whole_is_found_by_a_head_kept_elsewhere(database: Database) -> None:
    kept = head(database)
    with database.reading() as connection:
        bodies = [line.split(b" ", 2)[2].rstrip(b"\n") for line in list(trail.export(connection, NAME))[1:]]
    bodies[4] = bodies[4].replace(b"60.10", b"60.11")
    forged = audit.append(audit.start(NAME), bodies)
    changes = [f"UPDATE audit_entry SET hash = '{entry.hash}', body = replace(body, '{'60.10' if entry.seq == 5 else 'nothing at all'}', '60.11') {WHERE} AND seq = {entry.seq}" for entry in forged]  # fmt: skip
    tampered(database, *changes, f"UPDATE audit_head SET hash = '{forged[-1].hash}' {WHERE}")
    assert faults(database) == ()
    assert faults(database, kept=kept)


def test_a_chain_without_its_head_is_still_among_those_to_verify(database: Database) -> None:
    tampered(database, "DELETE FROM audit_head WHERE site_id = 'main'")
    with database.reading() as connection:
        assert trail.sites(connection) == ("main", "other")
        with pytest.raises(StorageError) as refusal:
            trail.head(connection, NAME)
    assert refusal.value.code == "SITE_UNKNOWN"
    assert faults(database)
    assert faults(database, READS)


def test_rows_on_a_chain_that_does_not_exist_are_found(database: Database) -> None:
    with database.reading() as connection:
        assert trail.strays(connection, "main") == ()
    tampered(database, f"UPDATE audit_entry SET chain = 'hidden' {WHERE} AND seq = 9", "INSERT INTO audit_head VALUES ('other', 'hidden', 1, 'x')")
    with database.reading() as connection:
        assert [fault.seq for fault in trail.strays(connection, "main")] == [9]
        assert len(trail.strays(connection, "other")) == 1


def test_an_export_holds_line_by_line_and_says_whose_it_is(database: Database) -> None:
    with database.reading() as connection:
        content = b"".join(trail.export(connection, NAME))
    assert audit.verify_export(content, kept=head(database)) == ()
    assert content.count(b"\n") == 10
    assert "\u2028é".encode() in content
    told = audit.read_header(content.split(b"\n")[0])
    assert told == (NAME, head(database))


def test_an_export_of_a_chain_with_a_fault_shows_the_fault(database: Database) -> None:
    tampered(database, f"UPDATE audit_entry SET body = replace(body, '60.10', '60.11') {WHERE} AND seq = 5")
    with database.reading() as connection:
        assert audit.verify_export(b"".join(trail.export(connection, NAME)))


def test_a_long_chain_is_read_in_parts_and_none_is_left_out(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in (1, 2, 3, 9, 10):
        monkeypatch.setattr(trail, "_LIMIT", limit)
        assert faults(database) == ()
        with database.reading() as connection:
            assert len(list(trail.export(connection, NAME))) == 10


def test_an_entry_holds_who_what_when_the_old_and_the_new_value_and_why(database: Database) -> None:
    with database.reading() as connection:
        body = connection.execute(text(f"SELECT body FROM audit_entry {WHERE} AND seq = 2")).scalar_one()
    assert body == (
        '{"at":"2026-11-22T18:30:00.123456Z","by":"pat","name":"Pat Pharmacist","role":"pharmacist","supervisor":"sam","action":"weigh","subject":"preparation",'
        '"subject_id":"p0","reason":"line one\\nline two\u2028é","changed":{"weighed":[null,"60.10 g"]}}'
    )


def test_a_site_without_chains_takes_no_entries(database: Database) -> None:
    def put(connection: Connection) -> Head:
        return trail.put(connection, "nowhere", Chain.CHANGES, [Told(action="a", subject="s", subject_id="i")], by="pat", role="", at=AT)

    with pytest.raises(LevigateError) as refusal, database.writing() as connection:
        put(connection)
    assert refusal.value.code == "SITE_UNKNOWN"
