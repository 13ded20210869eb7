"""A stored value reads back as the same value, to the last digit, or it is not stored."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.quantities import Quantity
from compounding.domain.units import Unit
from compounding.storage import documents
from compounding.storage.documents import UnreadableDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A record as the core makes them."""

    name: str
    amount: Quantity
    on: date
    at: datetime
    said: tuple[str, ...] = ()
    more: frozenset[Unit] = frozenset()


RECORDS = st.builds(
    Kept, name=st.text(st.characters(exclude_categories=["Cs"])), on=st.dates(), at=st.datetimes(timezones=st.just(UTC)), said=st.lists(st.text(st.characters(exclude_categories=["Cs"]))).map(tuple),
    amount=st.builds(Quantity, st.decimals(allow_nan=False, allow_infinity=False), st.sampled_from(Unit)), more=st.frozensets(st.sampled_from(Unit)),
)  # fmt: skip


@given(RECORDS)
def test_a_record_reads_back_as_the_same_record_with_every_digit(record: Kept) -> None:
    text = documents.write(Kept, record)
    found = documents.read(Kept, text)
    assert found == record
    assert str(found.amount.magnitude) == str(record.amount.magnitude)
    assert "\n" not in text


@pytest.mark.parametrize(
    "text",
    ["", "{}", "null", "[1]", '{"name": "a"', '{"name":"a","amount":{"magnitude":"NaN","unit":"g"},"on":"2026-11-22","at":"2026-11-22T00:00:00Z"}',
     '{"name":"a","amount":{"magnitude":"1","unit":"stone"},"on":"2026-11-22","at":"2026-11-22T00:00:00Z"}'],
)  # fmt: skip
def test_a_text_that_is_not_such_a_record_is_not_guessed_at(text: str) -> None:
    with pytest.raises(UnreadableDocument) as refusal:
        documents.read(Kept, text)
    assert refusal.value.code == "RECORD_UNREADABLE"


def test_what_would_not_come_back_is_not_stored() -> None:
    record = Kept(name="a", amount=Quantity(Decimal("60.10"), Unit.GRAM), on=date(2026, 11, 22), at=datetime(2026, 11, 22, tzinfo=UTC))
    kind: Any = str
    for value, of in (
        ("\ud800", kind),
        (Kept(**{name: getattr(record, name) for name in ("amount", "on", "at")}, name="half \udc00"), Kept),
        (float("nan"), float),
    ):
        with pytest.raises(UnreadableDocument):
            documents.write(of, value)
