"""Who may sign in and who is signed in: accounts, passkeys, sessions, used codes and failed attempts; and which orders a prescriber entered."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from compounding.storage.migrations import guards
from compounding.storage.migrations.guards import Guarded

revision = "0003"
down_revision = "0002"

WHOLE = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
APPEND_ONLY: dict[str, tuple[str, ...]] = {"own_order": ("site_id", "person_id", "order_id")}
KEPT: dict[str, tuple[str, ...]] = {"account": ("site_id", "id"), "passkey": ("site_id", "id")}
UNIQUE = [("account", ("site_id", "sign_in_name"))]
COUNTS_UP = [("account", "version"), ("passkey", "version")]


def upgrade() -> None:
    """Make the tables, then put their rules on them."""
    op.create_table(
        "sign_in_attempt",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_sign_in_attempt_site_id"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_sign_in_attempt"),
        sqlite_strict=True,
    )
    op.create_index("ix_sign_in_attempt_site_id_account_at", "sign_in_attempt", ["site_id", "account", "at"], unique=False)
    op.create_index("ix_sign_in_attempt_site_id_address_at", "sign_in_attempt", ["site_id", "address", "at"], unique=False)
    op.create_index("ix_sign_in_attempt_site_id_at", "sign_in_attempt", ["site_id", "at"], unique=False)
    op.create_table(
        "account",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("sign_in_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("second_factor", sa.Text(), nullable=False),
        sa.Column("recovery", sa.Text(), nullable=False),
        sa.Column("activation", sa.Text(), nullable=False),
        sa.Column("activation_until", sa.Text(), nullable=True),
        sa.Column("is_example", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("password_set_at", sa.Text(), nullable=True),
        sa.CheckConstraint("is_example IN (0, 1)", name="ck_account_is_example_yes_or_no"),
        sa.ForeignKeyConstraint(["site_id", "id"], ["person.site_id", "person.id"], name="fk_account_site_id_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_account_site_id"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_account"),
        sa.UniqueConstraint("site_id", "sign_in_name", name="uq_account_site_id_sign_in_name"),
        sqlite_strict=True,
    )
    op.create_table(
        "own_order",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id", "order_id"], ["medication_order.site_id", "medication_order.id"], name="fk_own_order_site_id_order_id"),
        sa.ForeignKeyConstraint(["site_id", "person_id"], ["person.site_id", "person.id"], name="fk_own_order_site_id_person_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_own_order_site_id"),
        sa.PrimaryKeyConstraint("site_id", "person_id", "order_id", name="pk_own_order"),
        sqlite_strict=True,
    )
    op.create_table(
        "passkey",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", WHOLE, nullable=False),
        sa.Column("is_removed", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.CheckConstraint("is_removed IN (0, 1)", name="ck_passkey_is_removed_yes_or_no"),
        sa.ForeignKeyConstraint(["site_id", "person_id"], ["account.site_id", "account.id"], name="fk_passkey_site_id_person_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_passkey_site_id"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_passkey"),
        sqlite_strict=True,
    )
    op.create_index("ix_passkey_site_id_person_id", "passkey", ["site_id", "person_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("factors", sa.Text(), nullable=False),
        sa.Column("pending", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id", "person_id"], ["account.site_id", "account.id"], name="fk_session_site_id_person_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_session_site_id"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_session"),
        sqlite_strict=True,
    )
    op.create_index("ix_session_site_id_browser", "session", ["site_id", "browser"], unique=False)
    op.create_index("ix_session_site_id_person_id_ended_at", "session", ["site_id", "person_id", "ended_at"], unique=False)
    op.create_table(
        "used_code",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("step", WHOLE, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id", "person_id"], ["account.site_id", "account.id"], name="fk_used_code_site_id_person_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_used_code_site_id"),
        sa.PrimaryKeyConstraint("site_id", "person_id", "step", name="pk_used_code"),
        sqlite_strict=True,
    )
    for statement in rules(op.get_bind().dialect.name):
        op.execute(statement)


def rules(dialect: str) -> Iterator[str]:
    """The triggers of these tables."""
    for table, key in APPEND_ONLY.items():
        yield from guards.append_only(dialect, Guarded(table, key))
    for table, key in KEPT.items():
        yield from guards.kept(dialect, Guarded(table, key))
    for table, column in COUNTS_UP:
        yield from guards.counts_up(dialect, Guarded(table, KEPT[table]), column)
    for table, unique in UNIQUE:
        yield from guards.not_replaced_through(dialect, Guarded(table, KEPT[table]), unique)
