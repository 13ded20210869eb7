"""Formulas and phrases by version, what was approved, attested and retired of them; and the bytes that are kept as they are."""

from sqlalchemy import Column, LargeBinary

from compounding.storage.tables.base import day, indexed, instant, refers, site_table, words

content = site_table(
    "content", words("sha256"), words("media_type"), Column("bytes", LargeBinary, nullable=False), instant("stored_at"), key=("sha256",), append_only=True
)  # fmt: skip

text_version = site_table(
    "text_version", words("kind"), words("text_id"), words("version"), words("sha256"), words("text"), words("origin"), instant("imported_at"),
    words("imported_by"), key=("kind", "text_id", "version"), append_only=True,
)  # fmt: skip

text_decision = site_table(
    "text_decision", words("kind"), words("text_id"), words("version"), words("sha256"), words("decision"), day("decided_on"), instant("decided_at"),
    words("decided_by"), words("reason"), words("document"), refers(("kind", "text_id", "version"), "text_version", ("kind", "text_id", "version")),
    indexed("kind", "text_id", "version"), append_only=True,
)  # fmt: skip
