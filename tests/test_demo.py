"""The example pharmacy: its story reaches every state there is, stands on whole audit chains, and is told once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from compounding.demo.crew import Pharmacy, open_pharmacy
from compounding.demo.story import tell
from compounding.domain.audit import Chain, ChainName
from compounding.domain.errors import LevigateError
from compounding.domain.site import Site
from compounding.domain.stages import STATES, Action, State, Subject
from compounding.reference import ReferenceData
from compounding.storage import migrating, trail
from compounding.storage.engine import Database, open_database
from compounding.storage.tables import audit_entry, medication_order, preparation
from tests.workflow.conftest import AT
from tests.workflow.seeing import counts

Told = tuple[Pharmacy, list[tuple[str, State]]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, site: Site, data: ReferenceData) -> Iterator[Told]:
    """The example's story in a database of its own."""
    database = open_database(str(tmp_path_factory.mktemp("demo") / "demo.db"))
    migrating.upgrade(database)
    pharmacy = open_pharmacy(database, site, data, at=AT)
    yield pharmacy, list(tell(pharmacy))
    database.close()


def test_the_story_reaches_every_state_of_an_order_and_of_a_preparation(told: Told) -> None:
    pharmacy, story = told
    assert {state for _, state in story} == set(State)
    with pharmacy.house.database.reading() as connection:
        for table, subject in ((medication_order, Subject.ORDER), (preparation, Subject.PREPARATION)):
            found = set(connection.execute(select(table.c.state)).scalars())
            assert found == {state.value for state in STATES[subject]}


def test_what_the_story_tells_of_each_is_what_stands_in_the_database(told: Told) -> None:
    pharmacy, story = told
    with pharmacy.house.database.reading() as connection:
        stands = {row.rx_number: row.state for row in connection.execute(select(medication_order.c.rx_number, medication_order.c.state))}
        stands |= {row.lot_number: row.state for row in connection.execute(select(preparation.c.lot_number, preparation.c.state))}
    assert {number: stands[number] for number, _ in story} == {number: state.value for number, state in story}
    assert len({number for number, _ in story}) == len(story)


def test_both_audit_chains_of_the_story_verify(told: Told) -> None:
    house = told[0].house
    with house.database.reading() as connection:
        for chain in Chain:
            name = ChainName(house.site_id, chain)
            assert trail.head(connection, name).seq > 0
            assert trail.verify(connection, name) == ()


def test_every_state_was_reached_by_a_step_on_the_audit_trail(told: Told) -> None:
    house = told[0].house
    with house.database.reading() as connection:
        query = select(audit_entry.c.body).where(audit_entry.c.site_id == house.site_id, audit_entry.c.chain == Chain.CHANGES.value)
        said = [json.loads(body) for body in connection.execute(query).scalars()]
    reached = {each["changed"]["state"][1] for each in said if each["subject"] in {"order", "preparation"} and "state" in each["changed"]}
    assert reached == {state.value for state in State}
    assert {Action.ASK_PRESCRIBER.value, Action.HOLD.value, Action.RECALL.value, Action.COMPLETE_ORDER.value} <= {each["action"] for each in said}


def test_the_example_is_not_told_twice_into_one_database(told: Told, site: Site, data: ReferenceData) -> None:
    database = told[0].house.database
    before = counts(database)
    with pytest.raises(LevigateError) as refusal:
        open_pharmacy(database, site, data, at=AT)
    assert refusal.value.code == "SITE_EXISTS"
    assert site.id in refusal.value.message
    assert counts(database) == before


def test_every_run_tells_the_same_story(told: Told, tmp_path: Path, site: Site, data: ReferenceData) -> None:
    database: Database = open_database(str(tmp_path / "again.db"))
    migrating.upgrade(database)
    assert list(tell(open_pharmacy(database, site, data, at=AT))) == told[1]
    database.close()
