"""What the audit trail says of a lot's ledger: where it ends, so that a missing end is seen."""

import json
from dataclasses import dataclass

from sqlalchemy import select

from compounding.domain.audit import Chain
from compounding.storage.errors import StorageError
from compounding.storage.tables import audit_entry
from compounding.storage.transaction import Transaction

SUBJECT = "ingredient lot"
_ACTIONS = ("receive lot", "take from stock", "book stock")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEnd:
    """The number of a ledger's last entry and its balance in micrograms."""

    number: int
    balance_ug: int


def last_told(opened: Transaction, lot_id: str) -> LedgerEnd | None:
    """Where the ledger of a lot ends by the audit trail; None where it tells of none. Raises StorageError `AUDIT_UNREADABLE`."""
    t = audit_entry.c
    query = (
        select(t.body)
        .where(t.site_id == opened.site_id, t.chain == Chain.CHANGES.value, t.subject == SUBJECT, t.subject_id == lot_id, t.action.in_(_ACTIONS))
        .order_by(t.seq.desc()).limit(1)
    )  # fmt: skip
    body = opened.connection.execute(query).scalar_one_or_none()
    if body is None:
        return None
    try:
        changed = json.loads(body)["changed"]
        return LedgerEnd(number=int(changed["stock_entry"][1]), balance_ug=int(changed["balance_ug"][1]))
    except (ValueError, KeyError, TypeError, IndexError) as fault:
        raise StorageError("AUDIT_UNREADABLE", f"what the audit trail says of the stock of lot {lot_id} cannot be read; verify the records") from fault
