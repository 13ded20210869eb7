"""The triggers that keep rows as they were written, in the words of each database. Released migrations call these functions, so their text is never changed:
a new rule gets a new function.

On SQLite a REPLACE would delete without asking a delete trigger, so an existing key is refused at the insert as well.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guarded:
    """A table and its key, the site included."""

    table: str
    key: tuple[str, ...]

    def same_row(self, left: str, right: str) -> str:
        """The condition that two rows have the same key."""
        return " AND ".join(f"{left}.{column} = {right}.{column}" for column in self.key)


def append_only(dialect: str, guarded: Guarded) -> Iterator[str]:
    """Rows are never changed, removed or replaced."""
    table = guarded.table
    if dialect == "sqlite":
        yield _sqlite(table, "no_update", "UPDATE", f"{table} is append-only")
        yield _sqlite(table, "no_delete", "DELETE", f"{table} is append-only")
        yield _no_replace(guarded)
        return
    yield from _postgresql(table, "append_only", "UPDATE OR DELETE", f"RAISE EXCEPTION '{table} is append-only'")
    yield from _no_truncate(table)


def kept(dialect: str, guarded: Guarded) -> Iterator[str]:
    """Rows may change, but are never removed, and their keys stay."""
    table = guarded.table
    changed = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in guarded.key)
    if dialect == "sqlite":
        yield _sqlite(table, "no_delete", "DELETE", f"rows of {table} are kept")
        yield _sqlite(table, "same_key", "UPDATE", f"a key of {table} never changes", changed)
        yield _no_replace(guarded)
        return
    yield from _postgresql(table, "kept", "DELETE", f"RAISE EXCEPTION 'rows of {table} are kept'")
    yield from _postgresql(table, "same_key", "UPDATE", f"IF {changed} THEN RAISE EXCEPTION 'a key of {table} never changes'; END IF; RETURN NEW")
    yield from _no_truncate(table)


def counts_up(dialect: str, guarded: Guarded, column: str) -> Iterator[str]:
    """Every change of a row counts its number up by at least one, so that a stale change cannot pass for a fresh one."""
    table = guarded.table
    if dialect == "sqlite":
        yield _sqlite(table, f"{column}_counts_up", "UPDATE", f"{column} of {table} must count up", f"NEW.{column} <= OLD.{column}")
        return
    body = f"IF NEW.{column} <= OLD.{column} THEN RAISE EXCEPTION '{column} of {table} must count up'; END IF; RETURN NEW"
    yield from _postgresql(table, f"{column}_counts_up", "UPDATE", body)


def follows_on(dialect: str, guarded: Guarded, number: str, *, balance: str = "", change: str = "") -> Iterator[str]:
    """A row is number 1, or follows on the row before it; with a balance, that row's balance and its own change make up its own."""
    table, owner = guarded.table, tuple(column for column in guarded.key if column != number)
    before = " AND ".join((*(f"p.{column} = NEW.{column}" for column in owner), f"p.{number} = NEW.{number} - 1"))
    adds_up = f" AND p.{balance} + NEW.{change} = NEW.{balance}" if balance else ""
    first = f"NEW.{number} = 1" + (f" AND NEW.{balance} = NEW.{change}" if balance else "")
    broken = f"NOT (({first}) OR EXISTS (SELECT 1 FROM {table} p WHERE {before}{adds_up}))"
    said = f"{table} does not follow on its last entry"
    if dialect == "sqlite":
        yield _sqlite(table, "follows_on", "INSERT", said, broken)
        return
    yield from _postgresql(table, "follows_on", "INSERT", f"IF {broken} THEN RAISE EXCEPTION '{said}'; END IF; RETURN NEW")


def not_replaced_through(dialect: str, guarded: Guarded, unique: tuple[str, ...]) -> Iterator[str]:
    """No row takes another's place through a second unique key, whichever program writes. PostgreSQL has no REPLACE that could."""
    if dialect != "sqlite":
        return
    table, name = guarded.table, "_".join(column for column in unique if column != "site_id")
    there = f"SELECT 1 FROM {table} p WHERE {Guarded(table, unique).same_row('p', 'NEW')}"
    said = f"UNIQUE constraint failed: {table} has such a {name} already"
    yield _sqlite(table, f"{name}_not_replaced", "INSERT", said, f"EXISTS ({there})")
    yield _sqlite(table, f"{name}_not_taken", "UPDATE", said, f"EXISTS ({there} AND NOT ({guarded.same_row('p', 'OLD')}))")


def triggers(statements: Iterable[str]) -> dict[str, str]:
    """The name of each trigger that statements create, with what it does, as each database tells it again."""
    bodies: dict[str, str] = {}
    found: dict[str, str] = {}
    for statement in statements:
        words = statement.split()
        if words[1] == "FUNCTION":
            bodies[words[2].removesuffix("()")] = statement.split("$$")[1]
        else:
            name, on = words[2], words[words.index("ON") + 1]
            found[name] = f"{on}: {bodies[name]}" if name in bodies else statement
    return found


def _sqlite(table: str, name: str, moment: str, said: str, when: str = "") -> str:
    condition = f" WHEN {when}" if when else ""
    return f"CREATE TRIGGER {table}_{name} BEFORE {moment} ON {table} FOR EACH ROW{condition} BEGIN SELECT RAISE(ABORT, '{said}'); END"


def _no_replace(guarded: Guarded) -> str:
    exists = f"EXISTS (SELECT 1 FROM {guarded.table} p WHERE {guarded.same_row('p', 'NEW')})"
    return _sqlite(guarded.table, "no_replace", "INSERT", f"UNIQUE constraint failed: {guarded.table} has this row already", exists)


def _postgresql(table: str, name: str, moment: str, body: str, *, each: str = "ROW") -> Iterator[str]:
    # The tables are looked up where they were made, and never in a session's temporary ones of the same name (`search_path` of the migration).
    yield f"CREATE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ BEGIN {body}; END $$"
    yield f"CREATE TRIGGER {table}_{name} BEFORE {moment} ON {table} FOR EACH {each} EXECUTE FUNCTION {table}_{name}()"


def _no_truncate(table: str) -> Iterator[str]:
    yield from _postgresql(table, "no_truncate", "TRUNCATE", f"RAISE EXCEPTION '{table} is never emptied'", each="STATEMENT")
