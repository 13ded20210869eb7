"""What stands behind the printed papers: the finished content each was set from, every numbered copy, and papers that were stopped."""

from compounding.storage.tables.base import indexed, instant, refers, site_table, whole, words

paper_content = site_table(
    "paper_content", words("paper_id"), words("content_sha256"), words("stock"), refers("paper_id", "paper"), refers("content_sha256", "content", "sha256"),
    key=("paper_id",), append_only=True,
)  # fmt: skip

paper_copy = site_table(
    "paper_copy", words("paper_id"), whole("number"), words("content_sha256"), words("stock"), words("reason"), instant("made_at"), words("made_by"),
    refers("paper_id", "paper"), refers("content_sha256", "content", "sha256"), key=("paper_id", "number"), append_only=True,
)  # fmt: skip

paper_incident = site_table(
    "paper_incident", words("preparation_id"), words("kind"), words("document"), words("content_sha256"), instant("at"), words("by"),
    refers("preparation_id", "preparation"), refers("content_sha256", "content", "sha256"), indexed("preparation_id"), append_only=True,
)  # fmt: skip
