"""The same request twice makes one change with one answer; its key counts for one person, one use case and one site, for a day."""

from datetime import timedelta

import pytest

from compounding.storage.engine import Database
from compounding.storage.errors import Conflict
from compounding.storage.repeats import KEPT_FOR, KeyReused, answer_of, keep_answer
from compounding.storage.tables import idempotency
from compounding.storage.transaction import transaction
from tests.storage.rows import AT, TOLD, begin_site


@pytest.fixture(autouse=True)
def kept(database: Database) -> None:
    for site_id in ("main", "other"):
        begin_site(database, site_id)
    keep(database)


def keep(database: Database, *, key: str = "k", after: timedelta = timedelta(0)) -> None:
    with transaction(database, site_id="main", by="pat", role="", at=AT + after) as opened:
        keep_answer(opened, use_case="receive", key=key, body_sha256="b", answer='{"order": "1"}')
        opened.tell(TOLD)


def answer(
    database: Database, *, site_id: str = "main", by: str = "pat", use_case: str = "receive", key: str = "k", body: str = "b", after: timedelta = timedelta(0)
) -> str | None:
    with transaction(database, site_id=site_id, by=by, role="", at=AT + after) as opened:
        return answer_of(opened, use_case=use_case, key=key, body_sha256=body)


def test_the_same_request_gets_the_same_answer(database: Database) -> None:
    assert [answer(database) for _ in range(3)] == ['{"order": "1"}'] * 3


def test_another_request_with_the_same_key_is_refused(database: Database) -> None:
    with pytest.raises(KeyReused) as refusal:
        answer(database, body="another")
    assert refusal.value.code == "IDEMPOTENCY_KEY_REUSED"


def test_a_key_counts_for_one_site_one_person_and_one_use_case(database: Database) -> None:
    for elsewhere in ({"site_id": "other"}, {"by": "kim"}, {"use_case": "release"}, {"key": "k2"}):
        assert answer(database, **elsewhere, body="another") is None  # type: ignore[arg-type]


def test_after_a_day_an_answer_is_forgotten_and_not_before(database: Database) -> None:
    assert answer(database, after=KEPT_FOR) == '{"order": "1"}'
    assert answer(database, after=KEPT_FOR + timedelta(microseconds=1), body="another") is None
    keep(database, after=KEPT_FOR + timedelta(microseconds=1))


def test_what_is_old_is_removed_also_where_its_key_never_comes_again(database: Database) -> None:
    answer(database, key="another", after=KEPT_FOR + timedelta(hours=1))
    with database.reading() as connection:
        assert connection.execute(idempotency.select()).all() == []


def test_a_key_that_is_kept_twice_is_a_conflict(database: Database) -> None:
    with pytest.raises(Conflict):
        keep(database)


def test_an_answer_is_kept_with_its_change_or_not_at_all(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), transaction(database, site_id="main", by="pat", role="", at=AT) as opened:
        keep_answer(opened, use_case="receive", key="k3", body_sha256="b", answer="{}")
        raise ZeroDivisionError
    assert answer(database, key="k3") is None
