"""The audit trail and what makes a repeated request the same request."""

from compounding.storage.tables.base import indexed, instant, site_table, whole, words

audit_entry = site_table(
    "audit_entry", words("chain"), whole("seq"), instant("at"), words("by"), words("action"), words("subject"), words("subject_id"), words("body"),
    words("hash"), indexed("subject", "subject_id", "seq"), key=("chain", "seq"), append_only=True,
)  # fmt: skip

audit_head = site_table("audit_head", words("chain"), whole("seq"), words("hash"), key=("chain",))

idempotency = site_table(
    "idempotency", words("actor"), words("use_case"), words("key"), words("body_sha256"), words("answer"), instant("at"), indexed("at"),
    key=("actor", "use_case", "key"),
)  # fmt: skip

register = site_table("register", words("name"), whole("last"), key=("name",))
