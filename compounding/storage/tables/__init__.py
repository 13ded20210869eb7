"""Every table, and what each promises. The migrations in `storage/migrations` make them; a test holds the two against each other."""

from compounding.storage.tables.access import account, own_order, passkey, session, sign_in_attempt, used_code
from compounding.storage.tables.base import APPEND_ONLY, metadata
from compounding.storage.tables.favourites import favourite
from compounding.storage.tables.orders import dispensing, medication_order, order_event, paper, paper_event, preparation, signature, weighing
from compounding.storage.tables.papers import paper_content, paper_copy, paper_incident
from compounding.storage.tables.people import allergy_record, patient, person, site, site_settings
from compounding.storage.tables.stock import ingredient_lot, stock_entry
from compounding.storage.tables.texts import content, text_decision, text_version
from compounding.storage.tables.trail import audit_entry, audit_head, idempotency, register

__all__ = [
    "APPEND_ONLY", "account", "allergy_record", "audit_entry", "audit_head", "content", "dispensing", "favourite", "idempotency", "ingredient_lot",
    "medication_order", "metadata", "order_event", "own_order", "paper", "paper_content", "paper_copy", "paper_event",
    "paper_incident", "passkey", "patient", "person", "preparation", "register",
    "session", "sign_in_attempt", "signature", "site", "site_settings", "stock_entry", "text_decision", "text_version", "used_code", "weighing",
]  # fmt: skip
