"""Bringing a database up to this program's tables, whole or not at all, and checking that its rules are still in it."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from compounding.storage.engine import Database
from compounding.storage.errors import StorageError
from compounding.storage.migrations.rules import expected_triggers
from compounding.storage.tables import metadata

# One number for the advisory lock that keeps two starting processes from migrating at once.
_MIGRATING = 7_233_100_417

# A trigger that only fires for a replica's changes does not fire for ours.
_POSTGRESQL_TRIGGERS = """
SELECT t.tgname, c.relname || ': ' || p.prosrc
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL AND c.relnamespace = current_schema()::regnamespace
"""


def upgrade(database: Database, to: str = "head") -> tuple[str, ...]:
    """Apply what is missing, in one transaction, and name it. Raises StorageError `DATABASE_NEWER` for a database of a newer program."""
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _MIGRATING})
            # The triggers' functions keep this path; with temporary tables last, nobody can put one in the place of a real one.
            connection.execute(text("SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true)"))
        before = _current(connection)
        config = _config(connection)
        known = [script.revision for script in reversed(list(ScriptDirectory.from_config(config).walk_revisions()))]
        if before is not None and before not in known:
            raise StorageError("DATABASE_NEWER", f"this database was made by a newer version (its tables are at {before}); use that version or a newer one")
        command.upgrade(config, to)
        after = _current(connection)
        done = tuple(known[known.index(before) + 1 if before else 0 : known.index(after) + 1]) if after else ()
        if to == "head":
            _check_rules(connection)
        return done


def check_schema(database: Database) -> None:
    """Raises StorageError where the database is not at this program's tables (`DATABASE_OLDER`, `DATABASE_NEWER`) or has lost a rule (`SCHEMA_DAMAGED`)."""
    with database.reading() as connection:
        current, scripts = _current(connection), ScriptDirectory.from_config(_config(connection))
        if current != scripts.get_current_head():
            known = {script.revision for script in scripts.walk_revisions()}
            if current is None or current in known:
                raise StorageError("DATABASE_OLDER", "the database has older tables than this program; run levigate upgrade-db after a backup")
            raise StorageError("DATABASE_NEWER", f"this database was made by a newer version (its tables are at {current})")
        _check_rules(connection)


def revisions() -> tuple[str, ...]:
    """Every revision of the tables, oldest first."""
    return tuple(script.revision for script in reversed(list(ScriptDirectory.from_config(_config(None)).walk_revisions())))


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", "compounding.storage:migrations")
    config.attributes["connection"] = connection
    return config


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _check_rules(connection: Connection) -> None:
    """Every trigger that keeps a row is there, and on SQLite every table checks its types. A table made anew by a tool loses both without a word."""
    dialect = connection.dialect.name
    loose: set[str] = set()
    if dialect == "sqlite":
        found = connection.execute(text("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"))
        loose = {table.name for table in metadata.sorted_tables}
        loose.difference_update(connection.execute(text("SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 1")).scalars())
    else:
        found = connection.execute(text(_POSTGRESQL_TRIGGERS))
    there = {row[0]: row[1] for row in found}
    missing = sorted(name for name, does in expected_triggers(dialect).items() if there.get(name) != does)
    missing += sorted(f"STRICT of {name}" for name in loose)
    if missing:
        raise StorageError("SCHEMA_DAMAGED", f"the database has lost rules that keep its records ({', '.join(missing[:5])}); restore it from a backup")
