"""What the running program may do in PostgreSQL: everything its work needs, and nothing that could change what is written."""

from sqlalchemy import Connection, text

from compounding.storage.engine import Database
from compounding.storage.errors import StorageError
from compounding.storage.migrations.rules import CHANGING, FLEETING, NOT_KEPT
from compounding.storage.tables import metadata

_TOO_STRONG = """
SELECT r.rolsuper OR EXISTS (
    SELECT 1 FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND pg_has_role(r.oid, c.relowner, 'MEMBER')
) FROM pg_roles r WHERE r.rolname = :role
"""


def grant_runtime(database: Database, role: str) -> None:
    """Give a role exactly what a web process needs. Raises StorageError `GRANT_NEEDS_POSTGRESQL`, `ROLE_UNKNOWN`, and `ROLE_TOO_STRONG`.

    A superuser, and a member of the role that owns the tables, could switch the triggers off whatever is granted: nothing can be promised for those.
    """
    if database.is_sqlite:
        raise StorageError("GRANT_NEEDS_POSTGRESQL", "SQLite knows no roles; there the rights of the file decide who may write")
    with database.writing() as connection:
        too_strong = connection.execute(text(_TOO_STRONG), {"role": role}).scalar_one_or_none()
        if too_strong is None:
            raise StorageError("ROLE_UNKNOWN", "this PostgreSQL server has no such role; create it first")
        if too_strong:
            raise StorageError("ROLE_TOO_STRONG", "this role is a superuser or owns the tables, so nothing can be withheld from it; name another one")
        for statement in _statements(connection, role):
            connection.exec_driver_sql(statement)


def _statements(connection: Connection, role: str) -> list[str]:
    quote = connection.dialect.identifier_preparer.quote_identifier
    schema, who = quote(str(connection.execute(text("SELECT current_schema()")).scalar_one())), quote(role)

    def tables(names: list[str]) -> str:
        return ", ".join(f"{schema}.{quote(name)}" for name in names)

    every = [table.name for table in metadata.sorted_tables]
    return [
        f"GRANT USAGE ON SCHEMA {schema} TO {who}",
        f"REVOKE CREATE ON SCHEMA {schema} FROM {who}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {who}",
        f"GRANT SELECT, INSERT ON {tables(every)} TO {who}",
        f"GRANT UPDATE ON {tables([*CHANGING, *FLEETING])} TO {who}",
        f"GRANT DELETE ON {tables(sorted(NOT_KEPT))} TO {who}",
        f"GRANT SELECT ON {tables(['alembic_version'])} TO {who}",
    ]
