"""Orders and preparations with what each took, was signed for, printed and handed out; ingredient lots and their ledger."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from compounding.storage.migrations import guards
from compounding.storage.migrations.guards import Guarded

revision = "0002"
down_revision = "0001"

WHOLE = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
APPEND_ONLY = {
    "signature": ("site_id", "id"),
    "order_event": ("site_id", "id"),
    "dispensing": ("site_id", "id"),
    "paper": ("site_id", "id"),
    "stock_entry": ("site_id", "lot_id", "number"),
    "weighing": ("site_id", "id"),
    "paper_event": ("site_id", "id"),
}
KEPT = {
    "ingredient_lot": ("site_id", "id"),
    "medication_order": ("site_id", "id"),
    "preparation": ("site_id", "id"),
}
UNIQUE = [
    ("ingredient_lot", ("site_id", "substance", "supplier", "number", "received_on")),
    ("medication_order", ("site_id", "rx_number")),
    ("order_event", ("site_id", "order_id", "number")),
    ("preparation", ("site_id", "lot_number")),
    ("dispensing", ("site_id", "preparation_id")),
    ("paper", ("site_id", "preparation_id", "kind", "revision")),
    ("paper", ("site_id", "token")),
    ("weighing", ("site_id", "preparation_id", "attempt", "line")),
    ("paper_event", ("site_id", "paper_id", "number")),
]
COUNTS_UP = [("ingredient_lot", "version"), ("medication_order", "version"), ("preparation", "version")]


def upgrade() -> None:
    """Make the tables, then put their rules on them."""
    op.create_table(
        "ingredient_lot",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("substance", sa.Text(), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("in_quarantine", sa.Integer(), nullable=False),
        sa.Column("recalled", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.CheckConstraint("in_quarantine IN (0, 1)", name="ck_ingredient_lot_in_quarantine_yes_or_no"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_ingredient_lot_site_id"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_ingredient_lot"),
        sa.UniqueConstraint(
            "site_id", "substance", "supplier", "number", "received_on", name="uq_ingredient_lot_site_id_substance_supplier_number_received_on"
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_ingredient_lot_site_id_number", "ingredient_lot", ["site_id", "number"], unique=False)
    op.create_table(
        "medication_order",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("rx_number", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("original_sha256", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('received', 'screened', 'awaiting prescriber', 'accepted', 'refused', 'cancelled', 'discontinued', 'transferred', 'filled')",
            name="ck_medication_order_state_known",
        ),
        sa.ForeignKeyConstraint(["site_id", "original_sha256"], ["content.site_id", "content.sha256"], name="fk_medication_order_site_id_original_sha256"),
        sa.ForeignKeyConstraint(["site_id", "patient_id"], ["patient.site_id", "patient.id"], name="fk_medication_order_site_id_patient_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_medication_order_site_id"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_medication_order"),
        sa.UniqueConstraint("site_id", "rx_number", name="uq_medication_order_site_id_rx_number"),
        sqlite_strict=True,
    )
    op.create_index("ix_medication_order_site_id_patient_id", "medication_order", ["site_id", "patient_id"], unique=False)
    op.create_index("ix_medication_order_site_id_state_received_at_id", "medication_order", ["site_id", "state", "received_at", "id"], unique=False)
    op.create_table(
        "signature",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("of_sha256", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id", "person_id"], ["person.site_id", "person.id"], name="fk_signature_site_id_person_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_signature_site_id"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_signature"),
        sqlite_strict=True,
    )
    op.create_index("ix_signature_site_id_subject_subject_id", "signature", ["site_id", "subject", "subject_id"], unique=False)
    op.create_table(
        "order_event",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id", "order_id"], ["medication_order.site_id", "medication_order.id"], name="fk_order_event_site_id_order_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_order_event_site_id"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_order_event"),
        sa.UniqueConstraint("site_id", "order_id", "number", name="uq_order_event_site_id_order_id_number"),
        sqlite_strict=True,
    )
    op.create_table(
        "preparation",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("fill", WHOLE, nullable=False),
        sa.Column("lot_number", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("formula_kind", sa.Text(), nullable=False),
        sa.Column("formula_id", sa.Text(), nullable=False),
        sa.Column("formula_version", sa.Text(), nullable=False),
        sa.Column("settings_revision", WHOLE, nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.Column("compounded_on", sa.Text(), nullable=False),
        sa.Column("beyond_use_on", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("planned_at", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'assessed', 'recalculated', 'weighed', 'witnessed', 'made', 'on hold', 'labelled', 'released', 'dispensed', 'returned', 'scrapped', 'recalled')",
            name="ck_preparation_state_known",
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "formula_kind", "formula_id", "formula_version"],
            ["text_version.site_id", "text_version.kind", "text_version.text_id", "text_version.version"],
            name="fk_preparation_site_id_formula_kind_formula_id_formula_version",
        ),
        sa.ForeignKeyConstraint(["site_id", "order_id"], ["medication_order.site_id", "medication_order.id"], name="fk_preparation_site_id_order_id"),
        sa.ForeignKeyConstraint(
            ["site_id", "settings_revision"], ["site_settings.site_id", "site_settings.revision"], name="fk_preparation_site_id_settings_revision"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_preparation_site_id"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_preparation"),
        sa.UniqueConstraint("site_id", "lot_number", name="uq_preparation_site_id_lot_number"),
        sqlite_strict=True,
    )
    op.create_index("ix_preparation_site_id_order_id_fill", "preparation", ["site_id", "order_id", "fill"], unique=False)
    op.create_index("ix_preparation_site_id_state_planned_at_id", "preparation", ["site_id", "state", "planned_at", "id"], unique=False)
    op.create_table(
        "dispensing",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("preparation_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("fill", WHOLE, nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.Column("handed_out_on", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id", "order_id"], ["medication_order.site_id", "medication_order.id"], name="fk_dispensing_site_id_order_id"),
        sa.ForeignKeyConstraint(["site_id", "preparation_id"], ["preparation.site_id", "preparation.id"], name="fk_dispensing_site_id_preparation_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_dispensing_site_id"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_dispensing"),
        sa.UniqueConstraint("site_id", "preparation_id", name="uq_dispensing_site_id_preparation_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_dispensing_site_id_order_id", "dispensing", ["site_id", "order_id"], unique=False)
    op.create_table(
        "paper",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("preparation_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id", "content_sha256"], ["content.site_id", "content.sha256"], name="fk_paper_site_id_content_sha256"),
        sa.ForeignKeyConstraint(["site_id", "preparation_id"], ["preparation.site_id", "preparation.id"], name="fk_paper_site_id_preparation_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_paper_site_id"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_paper"),
        sa.UniqueConstraint("site_id", "preparation_id", "kind", "revision", name="uq_paper_site_id_preparation_id_kind_revision"),
        sa.UniqueConstraint("site_id", "token", name="uq_paper_site_id_token"),
        sqlite_strict=True,
    )
    op.create_table(
        "stock_entry",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("lot_id", sa.Text(), nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("change_ug", WHOLE, nullable=False),
        sa.Column("balance_ug", WHOLE, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("preparation_id", sa.Text(), nullable=True),
        sa.CheckConstraint("balance_ug >= 0", name="ck_stock_entry_never_negative"),
        sa.CheckConstraint("change_ug <> 0", name="ck_stock_entry_moves_something"),
        sa.ForeignKeyConstraint(["site_id", "lot_id"], ["ingredient_lot.site_id", "ingredient_lot.id"], name="fk_stock_entry_site_id_lot_id"),
        sa.ForeignKeyConstraint(["site_id", "preparation_id"], ["preparation.site_id", "preparation.id"], name="fk_stock_entry_site_id_preparation_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_stock_entry_site_id"),
        sa.PrimaryKeyConstraint("site_id", "lot_id", "number", name="pk_stock_entry"),
        sqlite_strict=True,
    )
    op.create_table(
        "weighing",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("preparation_id", sa.Text(), nullable=False),
        sa.Column("attempt", WHOLE, nullable=False),
        sa.Column("line", WHOLE, nullable=False),
        sa.Column("lot_id", sa.Text(), nullable=False),
        sa.Column("to_weigh", sa.Text(), nullable=False),
        sa.Column("weighed", sa.Text(), nullable=False),
        sa.Column("scanned", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint("scanned IN (0, 1)", name="ck_weighing_scanned_yes_or_no"),
        sa.ForeignKeyConstraint(["site_id", "lot_id"], ["ingredient_lot.site_id", "ingredient_lot.id"], name="fk_weighing_site_id_lot_id"),
        sa.ForeignKeyConstraint(["site_id", "preparation_id"], ["preparation.site_id", "preparation.id"], name="fk_weighing_site_id_preparation_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_weighing_site_id"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_weighing"),
        sa.UniqueConstraint("site_id", "preparation_id", "attempt", "line", name="uq_weighing_site_id_preparation_id_attempt_line"),
        sqlite_strict=True,
    )
    op.create_index("ix_weighing_site_id_lot_id", "weighing", ["site_id", "lot_id"], unique=False)
    op.create_table(
        "paper_event",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("paper_id", sa.Text(), nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id", "paper_id"], ["paper.site_id", "paper.id"], name="fk_paper_event_site_id_paper_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_paper_event_site_id"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_paper_event"),
        sa.UniqueConstraint("site_id", "paper_id", "number", name="uq_paper_event_site_id_paper_id_number"),
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
        yield from guards.not_replaced_through(dialect, Guarded(table, {**APPEND_ONLY, **KEPT}[table]), unique)
    yield from guards.follows_on(dialect, Guarded("stock_entry", APPEND_ONLY["stock_entry"]), "number", balance="balance_ug", change="change_ug")
