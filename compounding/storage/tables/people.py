"""The site itself, its settings, the people who work there, and its patients with what is known of their allergies."""

from compounding.storage.tables.base import day, indexed, instant, refers, site_table, unique, whole, words, words_or_nothing, yes_or_no

site = site_table("site", words("name"), instant("created_at"), key=(), of_a_site=False)

site_settings = site_table(
    "site_settings", whole("revision"), words("document"), words("sha256"), instant("made_at"), words("made_by"), words("reason"), key=("revision",),
    append_only=True,
)  # fmt: skip

person = site_table(
    "person", whole("version"), words("name"), words("roles"), words("licence"), day("licence_expires_on", needed=False), *yes_or_no("is_active"),
    instant("created_at"), indexed("name"),
)  # fmt: skip

patient = site_table(
    "patient", whole("version"), words("name"), words("name_folded"), day("born_on"), words("identifier"), words("address"), words("telephone"),
    words("language"), instant("created_at"), indexed("name_folded", "born_on"), indexed("identifier"),
)  # fmt: skip

# What the record says of a patient's allergies, in the order it became known: entries, answers to the contact question, and what was signed beside them.
allergy_record = site_table(
    "allergy_record", words("patient_id"), whole("number"), words("kind"), words("document"), instant("recorded_at"), words("recorded_by"),
    words_or_nothing("order_id"), refers("patient_id", "patient"), unique("patient_id", "number"), append_only=True,
)  # fmt: skip
