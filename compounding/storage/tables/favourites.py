"""What a prescriber orders again and again, without any patient: the clinical part of an order under a name of their own."""

from compounding.storage.tables.base import indexed, instant, refers, site_table, whole, words, yes_or_no

favourite = site_table(
    "favourite", whole("version"), words("person_id"), words("name"), words("document"), *yes_or_no("is_removed"), instant("created_at"),
    refers("person_id", "person"), indexed("person_id"),
)  # fmt: skip
