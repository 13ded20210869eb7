"""The content behind each printed paper, numbered copies, and papers that did not say what the record says."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from compounding.storage.migrations import guards
from compounding.storage.migrations.guards import Guarded

revision = "0005"
down_revision = "0004"

WHOLE = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
APPEND_ONLY: dict[str, tuple[str, ...]] = {
    "paper_content": ("site_id", "paper_id"),
    "paper_copy": ("site_id", "paper_id", "number"),
    "paper_incident": ("site_id", "id"),
}


def upgrade() -> None:
    """Make the tables, then put their rules on them."""
    op.create_table(
        "paper_content",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("paper_id", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("stock", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id", "paper_id"], ["paper.site_id", "paper.id"], name="fk_paper_content_site_id_paper_id"),
        sa.ForeignKeyConstraint(["site_id", "content_sha256"], ["content.site_id", "content.sha256"], name="fk_paper_content_site_id_content_sha256"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_paper_content_site_id"),
        sa.PrimaryKeyConstraint("site_id", "paper_id", name="pk_paper_content"),
        sqlite_strict=True,
    )
    op.create_table(
        "paper_copy",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("paper_id", sa.Text(), nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("stock", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id", "paper_id"], ["paper.site_id", "paper.id"], name="fk_paper_copy_site_id_paper_id"),
        sa.ForeignKeyConstraint(["site_id", "content_sha256"], ["content.site_id", "content.sha256"], name="fk_paper_copy_site_id_content_sha256"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_paper_copy_site_id"),
        sa.PrimaryKeyConstraint("site_id", "paper_id", "number", name="pk_paper_copy"),
        sqlite_strict=True,
    )
    op.create_table(
        "paper_incident",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("preparation_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id", "preparation_id"], ["preparation.site_id", "preparation.id"], name="fk_paper_incident_site_id_preparation_id"),
        sa.ForeignKeyConstraint(["site_id", "content_sha256"], ["content.site_id", "content.sha256"], name="fk_paper_incident_site_id_content_sha256"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_paper_incident_site_id"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_paper_incident"),
        sqlite_strict=True,
    )
    op.create_index("ix_paper_incident_site_id_preparation_id", "paper_incident", ["site_id", "preparation_id"], unique=False)
    for statement in rules(op.get_bind().dialect.name):
        op.execute(statement)


def rules(dialect: str) -> Iterator[str]:
    """The triggers of these tables."""
    for name, key in APPEND_ONLY.items():
        yield from guards.append_only(dialect, Guarded(name, key))
