"""What goes into a column comes out as the same value, to the last zero."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Integer, MetaData, Table, delete, insert, select, text
from sqlalchemy.exc import StatementError

from compounding.domain.quantities import Quantity
from compounding.domain.units import Unit
from compounding.storage.engine import Database
from compounding.storage.types import Day, ExactQuantity, Instant, instant_text

VALUES = Table(
    "values_tried", MetaData(), Column("id", Integer, primary_key=True), Column("quantity", ExactQuantity), Column("day", Day), Column("instant", Instant),
    sqlite_strict=True,
)  # fmt: skip
QUANTITIES = st.builds(
    Quantity, st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e40"), max_value=Decimal("1e40")), st.sampled_from(Unit)
)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
# A day from either end, so that no zone leads out of the calendar.
INSTANTS = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=ZONES)  # noqa: DTZ001
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def back(connection: Connection, **value: object) -> object:
    connection.execute(delete(VALUES))
    connection.execute(insert(VALUES).values(id=1, **value))
    (name,) = value
    return connection.execute(select(VALUES.c[name])).scalar_one()


def test_a_quantity_comes_back_with_every_digit_and_its_unit(database: Database) -> None:
    with database.writing() as connection:
        VALUES.create(connection)

        @SHARED
        @given(QUANTITIES)
        def law(quantity: Quantity) -> None:
            found = back(connection, quantity=quantity)
            assert found == quantity
            assert isinstance(found, Quantity)
            exponent = quantity.magnitude.as_tuple().exponent
            assert isinstance(exponent, int)
            # Zeros behind the point say how finely a balance reads; those of 1E+2 say nothing.
            assert found.magnitude.as_tuple().exponent == min(exponent, 0)

        law()


@pytest.mark.parametrize("unit", Unit)
def test_every_unit_comes_back(unit: Unit, database: Database) -> None:
    with database.writing() as connection:
        VALUES.create(connection)
        assert str(back(connection, quantity=Quantity(Decimal("60.10"), unit))) == str(Quantity(Decimal("60.10"), unit))
        assert connection.execute(text("SELECT quantity FROM values_tried")).scalar_one() == f"60.10 {unit.value}"


def test_days_and_instants_come_back_and_sort_as_they_follow(database: Database) -> None:
    with database.writing() as connection:
        VALUES.create(connection)

        @SHARED
        @given(st.dates(), INSTANTS, INSTANTS)
        def law(day: date, one: datetime, other: datetime) -> None:
            assert back(connection, day=day) == day
            assert back(connection, instant=one) == one
            assert (instant_text(one) < instant_text(other)) == (one < other)
            assert len(instant_text(one)) == len("2026-11-22T18:30:00.000000Z")

        law()


def test_nothing_stays_nothing(database: Database) -> None:
    with database.writing() as connection:
        VALUES.create(connection)
        assert [back(connection, **{name: None}) for name in ("quantity", "day", "instant")] == [None, None, None]


def test_an_instant_is_no_day_and_without_a_zone_it_is_no_instant(database: Database) -> None:
    with database.writing() as connection:
        VALUES.create(connection)
    for wrong in ({"day": datetime(2026, 11, 22, tzinfo=UTC)}, {"instant": datetime(2026, 11, 22)}):  # noqa: DTZ001
        with pytest.raises(StatementError), database.writing() as connection:
            back(connection, **wrong)


@pytest.mark.parametrize("wrong", ["2026-11-22T18:30:00Z", "2026-11-22 18:30:00.000000Z", "2026-11-22T18:30:00.000000+00:00", "yesterday"])
def test_a_stored_instant_of_another_form_is_not_guessed_at(wrong: str, database: Database) -> None:
    with database.writing() as connection:
        VALUES.create(connection)
        connection.execute(text("INSERT INTO values_tried (id, instant) VALUES (1, :wrong)"), {"wrong": wrong})
        with pytest.raises(ValueError, match="another form"):
            connection.execute(select(VALUES.c.instant)).scalar_one()
