"""What a prescriber orders again and again, without any patient."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from compounding.storage.migrations import guards
from compounding.storage.migrations.guards import Guarded

revision = "0004"
down_revision = "0003"

WHOLE = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
FAVOURITE = Guarded("favourite", ("site_id", "id"))


def upgrade() -> None:
    """Make the table, then put its rules on it."""
    op.create_table(
        "favourite",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("is_removed", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.CheckConstraint("is_removed IN (0, 1)", name="ck_favourite_is_removed_yes_or_no"),
        sa.ForeignKeyConstraint(["site_id", "person_id"], ["person.site_id", "person.id"], name="fk_favourite_site_id_person_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_favourite_site_id"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_favourite"),
        sqlite_strict=True,
    )
    op.create_index("ix_favourite_site_id_person_id", "favourite", ["site_id", "person_id"], unique=False)
    for statement in rules(op.get_bind().dialect.name):
        op.execute(statement)


def rules(dialect: str) -> Iterator[str]:
    """The triggers of this table."""
    yield from guards.kept(dialect, FAVOURITE)
    yield from guards.counts_up(dialect, FAVOURITE, "version")
