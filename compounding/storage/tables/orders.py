"""Orders, everything that happened to them, their preparations, and what each preparation took, was signed for, printed and handed out."""

from compounding.domain.stages import STATES, Subject
from compounding.storage.tables.base import day, indexed, instant, one_of, quantity, refers, site_table, unique, whole, words, yes_or_no

medication_order = site_table(
    "medication_order", whole("version"), words("patient_id"), words("rx_number"), *one_of("state", STATES[Subject.ORDER]), words("source"),
    words("original_sha256"), words("document"), instant("received_at"), instant("changed_at"),
    refers("patient_id", "patient"), refers("original_sha256", "content", "sha256"), unique("rx_number"), indexed("state", "received_at", "id"),
    indexed("patient_id"),
)  # fmt: skip

order_event = site_table(
    "order_event", words("order_id"), whole("number"), words("kind"), words("document"), instant("at"), words("by"), refers("order_id", "medication_order"),
    unique("order_id", "number"), append_only=True,
)  # fmt: skip

preparation = site_table(
    "preparation", whole("version"), words("order_id"), whole("fill"), words("lot_number"), *one_of("state", STATES[Subject.PREPARATION]),
    words("formula_kind"), words("formula_id"), words("formula_version"), whole("settings_revision"), quantity("amount"), day("compounded_on"),
    day("beyond_use_on"), words("document"), instant("planned_at"), instant("changed_at"),
    refers("order_id", "medication_order"), refers(("formula_kind", "formula_id", "formula_version"), "text_version", ("kind", "text_id", "version")),
    refers("settings_revision", "site_settings", "revision"), unique("lot_number"), indexed("state", "planned_at", "id"), indexed("order_id", "fill"),
)  # fmt: skip

weighing = site_table(
    "weighing", words("preparation_id"), whole("attempt"), whole("line"), words("lot_id"), quantity("to_weigh"), quantity("weighed"), *yes_or_no("scanned"),
    instant("at"), words("by"), refers("preparation_id", "preparation"), refers("lot_id", "ingredient_lot"), unique("preparation_id", "attempt", "line"),
    indexed("lot_id"), append_only=True,
)  # fmt: skip

signature = site_table(
    "signature", words("subject"), words("subject_id"), words("duty"), words("person_id"), words("name"), words("licence"), words("of_sha256"),
    words("document"), instant("at"), refers("person_id", "person"), indexed("subject", "subject_id"), append_only=True,
)  # fmt: skip

paper = site_table(
    "paper", words("preparation_id"), words("kind"), whole("revision"), words("content_sha256"), words("token"), words("language"), words("document"),
    words("reason"), instant("made_at"), words("made_by"), refers("preparation_id", "preparation"), refers("content_sha256", "content", "sha256"),
    unique("token"), unique("preparation_id", "kind", "revision"), append_only=True,
)  # fmt: skip

paper_event = site_table(
    "paper_event", words("paper_id"), whole("number"), words("status"), words("reason"), instant("at"), words("by"), refers("paper_id", "paper"),
    unique("paper_id", "number"), append_only=True,
)  # fmt: skip

dispensing = site_table(
    "dispensing", words("preparation_id"), words("order_id"), whole("fill"), quantity("amount"), day("handed_out_on"), words("document"), instant("at"),
    words("by"), refers("preparation_id", "preparation"), refers("order_id", "medication_order"), unique("preparation_id"), indexed("order_id"),
    append_only=True,
)  # fmt: skip
