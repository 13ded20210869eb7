"""What the workflow's tests look at: the rows of every table, the audit trail, and the code of a refusal."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from compounding.domain.audit import Chain, ChainName
from compounding.domain.errors import LevigateError
from compounding.storage import trail
from compounding.storage.engine import Database
from compounding.storage.tables import audit_entry, metadata
from compounding.storage.types import instant_text
from compounding.workflow.use_case import Act, House


def counts(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    with database.reading() as connection:
        return {table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in metadata.sorted_tables}


def entries(house: House) -> list[dict[str, Any]]:
    """The chain of changes of a site, in order, after verifying it."""
    name = ChainName(house.site_id, Chain.CHANGES)
    with house.database.reading() as connection:
        assert trail.verify(connection, name) == ()
        query = select(audit_entry.c.body).where(audit_entry.c.site_id == house.site_id, audit_entry.c.chain == Chain.CHANGES.value)
        return [json.loads(body) for body in connection.execute(query.order_by(audit_entry.c.seq)).scalars()]


def told_by(house: House, act: Act, doing: Callable[[], object]) -> list[dict[str, Any]]:
    """The audit entries that a use case leaves: at least one, each by its person at its time."""
    before = len(entries(house))
    doing()
    added = entries(house)[before:]
    assert added
    assert {(each["by"], each["at"]) for each in added} == {(act.by, instant_text(act.at))}
    return added


def refused(house: House, doing: Callable[[], object]) -> str:
    """The code of a refusal that left nothing behind in any table."""
    before = counts(house.database)
    with pytest.raises(LevigateError) as refusal:
        doing()
    assert counts(house.database) == before
    return refusal.value.code
