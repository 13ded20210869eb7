"""Every row is sealed in the audit trail: what is changed, added or removed behind the program's back is found, whatever the table."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pysqlite3 import dbapi2
from sqlalchemy import Engine, Table, TextClause, create_engine, event, select, text

from compounding.credentials.vault import Vault
from compounding.demo.accounts import give_accounts
from compounding.demo.crew import Pharmacy, open_pharmacy
from compounding.demo.story import tell
from compounding.domain.audit import Chain, ChainName
from compounding.domain.paper_differences import PaperDifference, StoppedPaper
from compounding.domain.site import Site
from compounding.reference import ReferenceData
from compounding.storage import accounts, paper_proofs, trail
from compounding.storage.accounts import Passkey
from compounding.storage.engine import Database
from compounding.storage.migrations.rules import expected_triggers
from compounding.storage.seals import NOT_SEALED
from compounding.storage.tables import metadata, paper
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from compounding.workflow.favourites import KeepFavourite, keep_favourite
from compounding.workflow.own_account import text_of
from tests.credentials.authenticator import Authenticator
from tests.workflow.counter import ELBOWS

SEALED = [table for table in metadata.sorted_tables if table.name not in NOT_SEALED]


@pytest.fixture
def pharmacy(database: Database, site: Site, data: ReferenceData) -> Pharmacy:
    """The example pharmacy with something in every table."""
    opened = open_pharmacy(database, site, data, at=datetime(2026, 11, 22, 17, 0, tzinfo=UTC))
    for _ in tell(opened):
        pass
    give_accounts(opened, Vault(b"only for tests, and never for people"), at=opened.clock.now())
    with transaction(opened.house.database, site_id=opened.house.site_id, by=opened.crew.pharmacist, role="", at=opened.clock.now()) as writing:
        key = Authenticator("localhost", "http://localhost")
        told = Passkey(
            id=text_of(key.credential_id), person_id=opened.crew.pharmacist, name="key", public_key=text_of(key.public_key()), sign_count=0
        )  # fmt: skip
        accounts.add_passkey(writing, told)
        writing.tell(Told(action="add passkey", subject="account", subject_id=told.person_id))
        printed = writing.connection.execute(select(paper.c.id, paper.c.preparation_id).limit(1)).one()
        paper_proofs.add_copy(writing, printed.id, b"%PDF-copy", number=1, stock="thermal 4 x 3 in", reason="smeared")
        differs = PaperDifference(field="lot", where="label 1", expected="1", found="2")
        paper_proofs.add_incident(writing, printed.preparation_id, StoppedPaper(kind="label", differences=(differs,)), b"%PDF-stopped")
        writing.tell(Told(action="stop paper", subject="preparation", subject_id=printed.preparation_id))
    keep_favourite(opened.house, opened.act(opened.crew.prescriber), KeepFavourite(name="Elbows", part=ELBOWS))
    return opened


def faults(pharmacy: Pharmacy) -> list[str]:
    with pharmacy.house.database.reading() as connection:
        return [each.what for each in trail.verify(connection, ChainName(pharmacy.house.site_id, Chain.CHANGES))]


def outsiders_engine(database: Database) -> Engine:
    """Somebody's own way to the database: no rule of ours is on, and foreign keys are not asked."""
    if database.is_sqlite:
        engine = create_engine(database.engine.url, module=dbapi2)
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=OFF"))
        with engine.begin() as connection:
            for name in expected_triggers("sqlite"):
                connection.execute(text(f"DROP TRIGGER {name}"))
        return engine
    engine = create_engine(database.engine.url)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("SET session_replication_role = replica"))
    return engine


def test_what_the_use_cases_wrote_is_as_it_was_sealed_in_every_table(pharmacy: Pharmacy) -> None:
    assert faults(pharmacy) == []
    with pharmacy.house.database.reading() as connection:
        empty = [table.name for table in SEALED if connection.execute(select(table.c.site_id).limit(1)).one_or_none() is None]
    assert empty == []


def test_a_changed_value_a_removed_row_and_an_added_row_are_found_in_every_table(pharmacy: Pharmacy) -> None:
    database = pharmacy.house.database
    outside = outsiders_engine(database)

    def run(statement: TextClause) -> None:
        with outside.begin() as connection:
            connection.execute(statement)

    for table in SEALED:
        keys = [column.name for column in table.primary_key]
        with database.reading() as connection:
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            row = dict(connection.execute(text(f"SELECT {columns} FROM {table.name} ORDER BY {', '.join(keys)} LIMIT 1")).mappings().one())
        where = " AND ".join(f'"{key}" = :{key}' for key in keys)
        key = {name: row[name] for name in keys}
        for column in _others(table):
            changed = {**row, column: _another(row[column])}
            run(text(f'UPDATE {table.name} SET "{column}" = :new WHERE {where}').bindparams(new=changed[column], **key))
            told = faults(pharmacy)
            assert len(told) == 1, (table.name, column, told)
            assert f"the row {table.name}" in told[0]
            run(text(f'UPDATE {table.name} SET "{column}" = :old WHERE {where}').bindparams(old=row[column], **key))
        run(text(f"DELETE FROM {table.name} WHERE {where}").bindparams(**key))
        assert any(each.endswith("is gone") for each in faults(pharmacy)), table.name
        names = ", ".join(f'"{name}"' for name in row)
        values = ", ".join(f":{name}" for name in row)
        run(text(f"INSERT INTO {table.name} ({names}) VALUES ({values})").bindparams(**row))
        assert faults(pharmacy) == [], table.name
        if len(keys) > 1:
            copy = {**row, keys[-1]: _another(row[keys[-1]])}
            for unique in ("rx_number", "lot_number", "token", "preparation_id", "paper_id", "order_id", "patient_id", "number", "received_on", "sign_in_name"):
                if unique in copy and unique not in keys:
                    copy[unique] = _another(copy[unique])
            run(text(f"INSERT INTO {table.name} ({names}) VALUES ({values})").bindparams(**copy))
            assert any("told of nowhere" in each for each in faults(pharmacy)), table.name
            run(text(f"DELETE FROM {table.name} WHERE {where}").bindparams(**{name: copy[name] for name in keys}))
    assert faults(pharmacy) == []
    outside.dispose()


def _others(table: Table) -> list[str]:
    """A few columns of a table that belong to no key: the first, the last, and the record itself."""
    names = [column.name for column in table.columns if not column.primary_key]
    return sorted({names[0], names[-1], *({"document", "text", "bytes"} & set(names))} - {"state", "in_quarantine", "scanned", "is_active"})


def _another(value: Any) -> Any:
    if isinstance(value, int):
        return value + 9_000_000
    if isinstance(value, bytes | memoryview):
        return bytes(value) + b"x"
    return f"{value or ''}x"
