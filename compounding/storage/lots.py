"""Ingredient lots and their ledger in the database: each entry follows on the last one, and the database itself refuses what does not."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, and_, func, select

from compounding.domain.ingredient_lots import IngredientLot
from compounding.domain.stock_ledger import EntryKind, StockEntry, grams, next_entry
from compounding.storage import documents
from compounding.storage.errors import check_same
from compounding.storage.tables import ingredient_lot, stock_entry, weighing
from compounding.storage.transaction import Transaction


def add(opened: Transaction, lot: IngredientLot) -> None:
    """A new lot."""
    opened.insert(ingredient_lot, id=lot.id, version=1, substance=lot.substance, **_columns(lot))


def change(opened: Transaction, lot: IngredientLot, *, version: int) -> None:
    """Keep the lot as it is now. Raises Conflict."""
    opened.change(ingredient_lot, lot.id, version=version, what=lot.called, **_columns(lot))


def of(opened: Transaction, lot_id: str, *, lock: bool = True) -> tuple[IngredientLot, int]:
    """A lot and its row's version. Locked, nothing goes in or out of it before this transaction ends. Raises NotFound."""
    return _read(opened.row(ingredient_lot, "ingredient lot", lock=lock, id=lot_id))


def ids(opened: Transaction) -> tuple[str, ...]:
    """Every lot of the site, in the order of their keys."""
    return tuple(
        opened.connection.execute(select(ingredient_lot.c.id).where(ingredient_lot.c.site_id == opened.site_id).order_by(ingredient_lot.c.id)).scalars()
    )


def deliveries(opened: Transaction, lot: IngredientLot, *, lock: bool = False) -> tuple[tuple[IngredientLot, int], ...]:
    """Every delivery of this ingredient under this lot number with its row's version, whoever brought it and however the number was written.

    To lock, a transaction holds no lot yet: all of the ingredient are locked in one order, so that no two of them wait for each other.
    """
    t = ingredient_lot.c
    query = select(ingredient_lot).where(t.site_id == opened.site_id, t.substance == lot.substance).order_by(t.id)
    found = (_read(row) for row in opened.connection.execute(query.with_for_update() if lock else query))
    return tuple((each, version) for each, version in found if plain(each.number) == plain(lot.number))


def plain(name: str) -> str:
    """A lot number or a supplier as it is compared: capitals and blanks do not make another one."""
    return "".join(name.split()).casefold()


def preparations_with(opened: Transaction, *lot_ids: str) -> tuple[str, ...]:
    """The preparations that took from any of these lots, in the order of their keys, however often each did."""
    w, e = weighing.c, stock_entry.c
    weighed = select(w.preparation_id).where(w.site_id == opened.site_id, w.lot_id.in_(lot_ids))
    taken = select(e.preparation_id).where(e.site_id == opened.site_id, e.lot_id.in_(lot_ids), e.preparation_id.is_not(None))
    return tuple(sorted(str(each) for each in opened.connection.execute(weighed.union(taken)).scalars()))


def in_stock(opened: Transaction, *substances: str) -> Iterator[tuple[IngredientLot, Decimal]]:
    """Every lot of these substances with what is left of it, in grams."""
    for lot, _, left_g in shelf(opened, *substances, is_in_stock=True) if substances else ():
        yield lot, left_g


def shelf(opened: Transaction, *substances: str, is_in_stock: bool | None = None) -> Iterator[tuple[IngredientLot, int, Decimal]]:
    """Every lot with its row's version and what is left of it, in grams: of these substances, of all where none is named; with `is_in_stock` by whether
    anything is left."""
    t, e = ingredient_lot.c, stock_entry.c
    last = (
        select(e.lot_id, func.max(e.number).label("number")).where(e.site_id == opened.site_id).group_by(e.lot_id).subquery()
    )  # fmt: skip
    query = (
        select(ingredient_lot, e.balance_ug)
        .join(last, last.c.lot_id == t.id)
        .join(stock_entry, and_(e.site_id == t.site_id, e.lot_id == t.id, e.number == last.c.number))
        .where(t.site_id == opened.site_id)
        .order_by(t.id)
    )
    if substances:
        query = query.where(t.substance.in_(substances))
    if is_in_stock is not None:
        query = query.where(e.balance_ug > 0 if is_in_stock else e.balance_ug == 0)
    for row in opened.connection.execute(query):
        yield *_read(row), grams(row.balance_ug)


def last_entry(opened: Transaction, lot_id: str) -> StockEntry | None:
    """The ledger's last entry of a lot."""
    e = stock_entry.c
    row = opened.connection.execute(
        select(stock_entry).where(e.site_id == opened.site_id, e.lot_id == lot_id).order_by(e.number.desc()).limit(1)
    ).one_or_none()  # fmt: skip
    return _entry(row) if row is not None else None


def ledger(opened: Transaction, lot_id: str) -> tuple[StockEntry, ...]:
    """All entries of a lot in their order."""
    e = stock_entry.c
    return tuple(
        _entry(row) for row in opened.connection.execute(select(stock_entry).where(e.site_id == opened.site_id, e.lot_id == lot_id).order_by(e.number))
    )


def book(opened: Transaction, lot: IngredientLot, kind: EntryKind, change_ug: int, *, reason: str = "", for_preparation: str = "") -> StockEntry:
    """Put an entry on the ledger of a lot that is locked. Raises StockRefused, and Conflict where another entry got its number."""
    entry = next_entry(
        last_entry(opened, lot.id), lot_id=lot.id, kind=kind, change_ug=change_ug, at=opened.at, by=opened.by, reason=reason,
        for_preparation=for_preparation, called=lot.called,
    )  # fmt: skip
    opened.insert(
        stock_entry, lot_id=lot.id, number=entry.number, kind=entry.kind.value, change_ug=entry.change_ug, balance_ug=entry.balance_ug, at=entry.at,
        by=entry.by, reason=entry.reason, preparation_id=entry.for_preparation or None,
    )  # fmt: skip
    return entry


def _columns(lot: IngredientLot) -> dict[str, object]:
    return {
        "supplier": lot.supplier, "number": lot.number, "received_on": lot.received_on, "in_quarantine": int(lot.in_quarantine), "recalled": lot.recalled,
        "expires_on": lot.expires_on, "document": documents.write(IngredientLot, lot),
    }  # fmt: skip


def _read(row: Row[Any]) -> tuple[IngredientLot, int]:
    lot = documents.read(IngredientLot, row.document)
    check_same(
        "ingredient lot", (row.id, lot.id), (row.substance, lot.substance), (row.supplier, lot.supplier), (row.number, lot.number),
        (row.received_on, lot.received_on), (bool(row.in_quarantine), lot.in_quarantine), (row.recalled, lot.recalled), (row.expires_on, lot.expires_on),
    )  # fmt: skip
    return lot, row.version


def _entry(row: Row[Any]) -> StockEntry:
    return StockEntry(
        lot_id=row.lot_id, number=row.number, kind=EntryKind(row.kind), change_ug=row.change_ug, balance_ug=row.balance_ug, at=row.at, by=row.by,
        reason=row.reason, for_preparation=row.preparation_id or "",
    )  # fmt: skip
