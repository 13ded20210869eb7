"""A transaction keeps everything with its audit rows or nothing at all; the second of two writers is told; no number is given twice; no site sees another."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from compounding.domain.audit import Chain, ChainName
from compounding.domain.errors import LevigateError
from compounding.storage import contents, people, trail
from compounding.storage.engine import Database
from compounding.storage.errors import Conflict, NotFound, StorageError
from compounding.storage.tables import content, ingredient_lot, medication_order, metadata, patient, person
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from tests.storage.rows import AT, TOLD, add_note, begin_site, row_of


@pytest.fixture(autouse=True)
def site(database: Database) -> None:
    begin_site(database)


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.reading() as connection:
        return {table.name: sorted(tuple(map(str, row)) for row in connection.execute(table.select())) for table in metadata.sorted_tables}


class SomethingElse(Exception): ...


@pytest.mark.parametrize("where", ["before", "between", "after", "at the audit", "at the readings"])
def test_a_fault_anywhere_leaves_nothing(database: Database, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(database)
    real = trail.put

    def breaking(connection: object, site_id: str, chain: Chain, *rest: object, **more: object) -> object:
        done = real(connection, site_id, chain, *rest, **more)  # type: ignore[arg-type]
        if (where, chain) in {("at the audit", Chain.CHANGES), ("at the readings", Chain.READS)}:
            raise SomethingElse
        return done

    monkeypatch.setattr(trail, "put", breaking)

    def fail(here: str) -> None:
        if where == here:
            raise SomethingElse

    with pytest.raises(SomethingElse), transaction(database, site_id="main", by="pat", role="pharmacist", at=AT) as opened:
        fail("before")
        add_note(opened, "p1")
        opened.next_number("rx")
        fail("between")
        contents.keep(opened, b"letter", media_type="text/plain")
        opened.change(person, "p1", version=1, what="the person", name="Other")
        opened.tell(TOLD)
        opened.tell_read(TOLD)
        fail("after")
    monkeypatch.undo()
    assert everything(database) == before


def test_what_was_done_is_there_with_its_audit_rows(database: Database) -> None:
    with transaction(database, site_id="main", by="pat", role="pharmacist", at=AT) as opened:
        add_note(opened, "p1")
        opened.tell(TOLD)
        opened.tell(TOLD)
        opened.tell_read(TOLD)
    with database.reading() as connection:
        assert trail.head(connection, ChainName("main", Chain.CHANGES)).seq == 3
        assert trail.head(connection, ChainName("main", Chain.READS)).seq == 1
        assert [trail.verify(connection, ChainName("main", chain)) for chain in Chain] == [(), ()]


def test_a_change_without_an_audit_row_is_stopped(database: Database) -> None:
    before = everything(database)
    for change in (
        lambda opened: add_note(opened, "p1"),
        lambda opened: opened.next_number("rx"),
        lambda opened: contents.keep(opened, b"x", media_type="text/plain"),
        lambda opened: (add_note(opened, "p1"), opened.tell_read(TOLD)),
    ):
        with pytest.raises(LevigateError) as refusal, transaction(database, site_id="main", by="pat", role="", at=AT) as opened:
            change(opened)
        assert refusal.value.code == "NOT_AUDITED"
    with pytest.raises(LevigateError) as refusal, transaction(database, site_id="second", by="pat", role="", at=AT) as opened:
        people.found_site(opened, "Second")
    assert refusal.value.code == "NOT_AUDITED"
    assert everything(database) == before


def test_what_cannot_be_told_is_not_done(database: Database) -> None:
    before = everything(database)
    for value in (AT, b"bytes", float("nan"), "\ud800"):
        with pytest.raises(LevigateError) as refusal, transaction(database, site_id="main", by="pat", role="", at=AT) as opened:
            add_note(opened, "p1")
            opened.tell(Told(action="a", subject="s", subject_id="i", changed={"value": (None, value)}))
        assert refusal.value.code == "AUDIT_UNWRITABLE"
    assert everything(database) == before


def test_reading_alone_needs_no_change(database: Database) -> None:
    with transaction(database, site_id="main", by="pat", role="", at=AT) as opened:
        opened.tell_read(TOLD)
    with transaction(database, site_id="main", by="pat", role="", at=AT):
        pass
    with database.reading() as connection:
        assert [trail.head(connection, ChainName("main", chain)).seq for chain in Chain] == [1, 1]


def test_an_act_without_a_time_zone_cannot_be_recorded(database: Database) -> None:
    with pytest.raises(StorageError) as refusal, transaction(database, site_id="main", by="pat", role="", at=datetime(2026, 11, 22)):  # noqa: DTZ001
        pass
    assert refusal.value.code == "NO_TIME_ZONE"


def test_of_two_writers_with_the_same_version_one_wins_and_one_is_told(database: Database) -> None:
    with transaction(database, site_id="main", by="pat", role="", at=AT) as opened:
        add_note(opened, "p1")
        opened.tell(TOLD)
    barrier = threading.Barrier(8)

    def write(number: int) -> str:
        barrier.wait()
        try:
            with transaction(database, site_id="main", by=f"person {number}", role="", at=AT) as opened:
                opened.change(person, "p1", version=1, what="the person", name=f"name {number}")
                opened.tell(TOLD)
        except Conflict as refusal:
            return refusal.code
        return "won"

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(write, range(8))) == ["CONFLICT"] * 7 + ["won"]
    with database.reading() as connection:
        assert trail.head(connection, ChainName("main", Chain.CHANGES)).seq == 3
        assert connection.execute(person.select()).one().version == 2


def test_a_change_of_something_that_is_not_there_or_is_newer_is_a_conflict(database: Database) -> None:
    with transaction(database, site_id="main", by="pat", role="", at=AT) as opened:
        add_note(opened, "p1")
        opened.tell(TOLD)
        for key, version in (("p1", 2), ("p1", 0), ("p2", 1)):
            with pytest.raises(Conflict):
                opened.change(person, key, version=version, what="the person", name="n")


def test_a_taken_key_is_a_conflict_and_refuses_the_whole_even_where_it_is_caught(database: Database) -> None:
    before = everything(database)
    with pytest.raises(Conflict), transaction(database, site_id="main", by="pat", role="", at=AT) as opened:
        add_note(opened, "p1")
        with pytest.raises(Conflict):
            add_note(opened, "p1")
        opened.tell(TOLD)
    assert everything(database) == before


def test_a_missing_reference_is_no_conflict_whatever_its_name(database: Database) -> None:
    for table in (medication_order, patient):
        values = row_of(table, "unique constraint") | {"version": None if table is patient else 1}
        values.pop("site_id")
        with pytest.raises(IntegrityError), transaction(database, site_id="main", by="pat", role="", at=AT) as opened:
            opened.insert(table, **values)


def test_the_same_content_is_kept_once(database: Database) -> None:
    for _ in range(2):
        with transaction(database, site_id="main", by="pat", role="", at=AT) as opened:
            digests = {contents.keep(opened, b"letter", media_type="text/plain") for _ in range(2)}
            opened.tell(TOLD)
    with transaction(database, site_id="main", by="pat", role="", at=AT) as opened:
        assert [contents.of(opened, digest) for digest in digests] == [b"letter"]
        with pytest.raises(NotFound):
            contents.check_there(opened, *digests, "a" * 64)
    assert len(everything(database)["content"]) == 1


def test_content_that_is_too_large_or_not_what_was_kept_is_refused(database: Database) -> None:
    values = {"sha256": "a" * 64, "media_type": "text/plain", "bytes": b"other", "stored_at": AT}
    with transaction(database, site_id="main", by="pat", role="", at=AT) as opened:
        opened.insert(content, **values)
        opened.tell(TOLD)
        with pytest.raises(StorageError) as damaged:
            contents.of(opened, "a" * 64)
        with pytest.raises(LevigateError) as large:
            contents.keep(opened, bytes(contents.LARGEST + 1), media_type="text/plain")
    assert (damaged.value.code, large.value.code) == ("CONTENT_DAMAGED", "CONTENT_TOO_LARGE")


def test_insert_once_passes_over_its_own_key_only(database: Database) -> None:
    lot = row_of(ingredient_lot) | {"id": "lot 1"}
    lot.pop("site_id")
    with transaction(database, site_id="main", by="pat", role="", at=AT) as opened:
        assert opened.insert_once(ingredient_lot, **lot)
        assert not opened.insert_once(ingredient_lot, **lot | {"substance": "another"})
        opened.tell(TOLD)
    with pytest.raises(Conflict), transaction(database, site_id="main", by="pat", role="", at=AT) as opened:
        opened.insert_once(ingredient_lot, **lot | {"id": "lot 2"})


def test_another_sites_rows_do_not_exist(database: Database) -> None:
    begin_site(database, "other")
    with transaction(database, site_id="main", by="pat", role="", at=AT) as opened:
        add_note(opened, "p1")
        digest = contents.keep(opened, b"letter", media_type="text/plain")
        assert opened.next_number("rx") == 1
        opened.tell(TOLD)
    with transaction(database, site_id="other", by="pat", role="", at=AT) as opened:
        for lock in (False, True):
            with pytest.raises(NotFound) as refusal:
                opened.row(person, "person", lock=lock, id="p1")
        assert refusal.value.code == "NOT_FOUND"
        with pytest.raises(NotFound):
            contents.of(opened, digest)
        with pytest.raises(Conflict):
            opened.change(person, "p1", version=1, what="the person", name="Stolen")
        assert opened.next_number("rx") == 1
        add_note(opened, "p1", name="Another Ann")
        opened.tell(TOLD)
        assert people.people_of(opened.connection, "main")[0].name == "Ann Lee"


def test_a_site_that_does_not_exist_cannot_be_written_for(database: Database) -> None:
    with pytest.raises(StorageError) as refusal, transaction(database, site_id="nowhere", by="pat", role="", at=AT) as opened:
        opened.tell(TOLD)
    assert refusal.value.code == "SITE_UNKNOWN"


def test_a_site_is_founded_once_also_where_two_do_it(database: Database) -> None:
    barrier = threading.Barrier(4)

    def found(_number: int) -> str:
        barrier.wait()
        try:
            begin_site(database, "second")
        except Conflict as refusal:
            return refusal.code
        return "founded"

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(found, range(4))) == ["CONFLICT"] * 3 + ["founded"]


@pytest.mark.parametrize("site_id", ["", "Main", "a b", "a\nb", "-a", "é", "a" * 61])
def test_a_site_has_a_plain_name(database: Database, site_id: str) -> None:
    with pytest.raises(LevigateError) as refusal:
        begin_site(database, site_id)
    assert refusal.value.code == "SITE_ID"


def test_no_register_gives_a_number_twice_or_leaves_one_out(database: Database) -> None:
    barrier = threading.Barrier(32)

    def take(_number: int) -> list[int]:
        barrier.wait()
        taken = []
        for _ in range(4):
            with transaction(database, site_id="main", by="pat", role="", at=AT) as opened:
                taken.append(opened.next_number("rx"))
                opened.tell(TOLD)
        return taken

    with ThreadPoolExecutor(32) as threads:
        numbers = [number for taken in threads.map(take, range(32)) for number in taken]
    assert sorted(numbers) == list(range(1, 129))


def test_a_number_of_a_transaction_that_failed_is_given_again(database: Database) -> None:
    with pytest.raises(SomethingElse), transaction(database, site_id="main", by="pat", role="", at=AT) as opened:
        assert opened.next_number("rx") == 1
        raise SomethingElse
    with transaction(database, site_id="main", by="pat", role="", at=AT) as opened:
        assert (opened.next_number("rx"), opened.next_number("rx"), opened.next_number("lot")) == (1, 2, 1)
        opened.tell(TOLD)


def test_keys_are_uuids_of_version_7_that_sort_by_time(database: Database) -> None:
    keys = []
    for minutes in range(3):
        with transaction(database, site_id="main", by="pat", role="", at=AT + timedelta(minutes=minutes)) as opened:
            keys += [opened.new_id() for _ in range(500)]
    assert keys == sorted(keys)
    assert len(set(keys)) == 1500
    for key in keys:
        assert (UUID(key).version, UUID(key).variant) == (7, "specified in RFC 4122")
    assert UUID(keys[0]).int >> 80 == int(datetime(2026, 11, 22, 18, 30, tzinfo=UTC).timestamp()) * 1000 + 123


def test_the_triggers_stand_behind_the_transaction_too(database: Database) -> None:
    with pytest.raises(DBAPIError, match="append-only"), transaction(database, site_id="main", by="pat", role="", at=AT) as opened:
        opened.connection.execute(text("UPDATE audit_entry SET body = '{}'"))
