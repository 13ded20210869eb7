"""Ingredient lots and the ledger of what went in and out of each."""

from sqlalchemy import CheckConstraint

from compounding.storage.tables.base import day, indexed, instant, refers, site_table, unique, whole, words, words_or_nothing, yes_or_no

ingredient_lot = site_table(
    "ingredient_lot", whole("version"), words("substance"), words("supplier"), words("number"), *yes_or_no("in_quarantine"), words("recalled"),
    day("received_on"), day("expires_on", needed=False), words("document"), unique("substance", "supplier", "number", "received_on"), indexed("number"),
)  # fmt: skip

# The balance after each entry stands in the entry itself, so that there is no other figure that could disagree.
stock_entry = site_table(
    "stock_entry", words("lot_id"), whole("number"), words("kind"), whole("change_ug"), whole("balance_ug"), instant("at"), words("by"), words("reason"),
    words_or_nothing("preparation_id"), refers("lot_id", "ingredient_lot"), refers("preparation_id", "preparation"),
    CheckConstraint("balance_ug >= 0", name="never_negative"), CheckConstraint("change_ug <> 0", name="moves_something"),
    key=("lot_id", "number"), append_only=True,
)  # fmt: skip
