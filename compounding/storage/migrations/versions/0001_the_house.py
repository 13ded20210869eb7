"""What a site is: its settings, people, patients, texts, kept bytes and audit trail."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from compounding.storage.migrations import guards
from compounding.storage.migrations.guards import Guarded

revision = "0001"
down_revision = None

WHOLE = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
APPEND_ONLY = {
    "audit_entry": ("site_id", "chain", "seq"),
    "content": ("site_id", "sha256"),
    "site_settings": ("site_id", "revision"),
    "text_version": ("site_id", "kind", "text_id", "version"),
    "allergy_record": ("site_id", "id"),
    "text_decision": ("site_id", "id"),
}
KEPT = {
    "site": ("site_id",),
    "audit_head": ("site_id", "chain"),
    "patient": ("site_id", "id"),
    "person": ("site_id", "id"),
    "register": ("site_id", "name"),
}
UNIQUE = [
    ("allergy_record", ("site_id", "patient_id", "number")),
]
COUNTS_UP = [("patient", "version"), ("person", "version"), ("audit_head", "seq"), ("register", "last")]


def upgrade() -> None:
    """Make the tables, then put their rules on them."""
    op.create_table(
        "site",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", name="pk_site"),
        sqlite_strict=True,
    )
    op.create_table(
        "audit_entry",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_audit_entry_site_id"),
        sa.PrimaryKeyConstraint("site_id", "chain", "seq", name="pk_audit_entry"),
        sqlite_strict=True,
    )
    op.create_index("ix_audit_entry_site_id_subject_subject_id_seq", "audit_entry", ["site_id", "subject", "subject_id", "seq"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_audit_head_site_id"),
        sa.PrimaryKeyConstraint("site_id", "chain", name="pk_audit_head"),
        sqlite_strict=True,
    )
    op.create_table(
        "content",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_content_site_id"),
        sa.PrimaryKeyConstraint("site_id", "sha256", name="pk_content"),
        sqlite_strict=True,
    )
    op.create_table(
        "idempotency",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("use_case", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_idempotency_site_id"),
        sa.PrimaryKeyConstraint("site_id", "actor", "use_case", "key", name="pk_idempotency"),
        sqlite_strict=True,
    )
    op.create_index("ix_idempotency_site_id_at", "idempotency", ["site_id", "at"], unique=False)
    op.create_table(
        "patient",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=False),
        sa.Column("born_on", sa.Text(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("telephone", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_patient_site_id"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_patient"),
        sqlite_strict=True,
    )
    op.create_index("ix_patient_site_id_identifier", "patient", ["site_id", "identifier"], unique=False)
    op.create_index("ix_patient_site_id_name_folded_born_on", "patient", ["site_id", "name_folded", "born_on"], unique=False)
    op.create_table(
        "person",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("licence_expires_on", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.CheckConstraint("is_active IN (0, 1)", name="ck_person_is_active_yes_or_no"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_person_site_id"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_person"),
        sqlite_strict=True,
    )
    op.create_index("ix_person_site_id_name", "person", ["site_id", "name"], unique=False)
    op.create_table(
        "register",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_register_site_id"),
        sa.PrimaryKeyConstraint("site_id", "name", name="pk_register"),
        sqlite_strict=True,
    )
    op.create_table(
        "site_settings",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_site_settings_site_id"),
        sa.PrimaryKeyConstraint("site_id", "revision", name="pk_site_settings"),
        sqlite_strict=True,
    )
    op.create_table(
        "text_version",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.Text(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_text_version_site_id"),
        sa.PrimaryKeyConstraint("site_id", "kind", "text_id", "version", name="pk_text_version"),
        sqlite_strict=True,
    )
    op.create_table(
        "allergy_record",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["site_id", "patient_id"], ["patient.site_id", "patient.id"], name="fk_allergy_record_site_id_patient_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_allergy_record_site_id"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_allergy_record"),
        sa.UniqueConstraint("site_id", "patient_id", "number", name="uq_allergy_record_site_id_patient_id_number"),
        sqlite_strict=True,
    )
    op.create_table(
        "text_decision",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "kind", "text_id", "version"],
            ["text_version.site_id", "text_version.kind", "text_version.text_id", "text_version.version"],
            name="fk_text_decision_site_id_kind_text_id_version",
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name="fk_text_decision_site_id"),
        sa.PrimaryKeyConstraint("site_id", "id", name="pk_text_decision"),
        sqlite_strict=True,
    )
    op.create_index("ix_text_decision_site_id_kind_text_id_version", "text_decision", ["site_id", "kind", "text_id", "version"], unique=False)
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
    yield from guards.follows_on(dialect, Guarded("audit_entry", APPEND_ONLY["audit_entry"]), "seq")
