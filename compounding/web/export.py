"""The record of a preparation as a file for an inspector or another program: everything that was recorded, and every signature with what it is bound to."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.ingredient_lots import IngredientLot
from compounding.storage import documents
from compounding.storage.types import instant_text
from compounding.workflow.whole_record import SignatureHeld, WholeRecord

FORMAT = "levigate-record-1"


def exported(whole: WholeRecord, *, site: str, at: datetime) -> dict[str, Any]:
    """The file's content. Numbers are texts, exactly as they were recorded; instants are in UTC."""
    record = whole.seen.record
    return {
        "format": FORMAT, "site": site, "exported_at": instant_text(at), "lot_number": record.lot_number, "rx_number": whole.order_number,
        "version": whole.seen.version, "state": record.state.value, "patient": {"id": whole.patient_id, "name": whole.patient_name},
        "people": dict(whole.names), "signatures": [_signature(each) for each in whole.signatures],
        "papers": [
            {"kind": each.kind, "revision": each.revision, "sha256": each.sha256, "printed_at": instant_text(each.made_at), "status": each.status,
             "stock": each.stock, "content": json.loads(each.content) if each.content else None,
             "copies": [{"number": copy.number, "sha256": copy.sha256, "stock": copy.stock, "printed_at": instant_text(copy.made_at), "reason": copy.reason}
                        for copy in each.copies]}
            for each in whole.papers
        ],
        "stopped_papers": [
            {"kind": each.stopped.kind, "at": instant_text(each.at), "sha256": each.sha256, "differences": [asdict(one) for one in each.stopped.differences]}
            for each in whole.stopped_papers
        ],
        "lots": [json.loads(documents.write(IngredientLot, each)) for each in whole.lots],
        "record": json.loads(documents.write(CompoundingRecord, record)),
    }  # fmt: skip


def _signature(held: SignatureHeld) -> dict[str, Any]:
    signed = held.signature
    return {
        "meaning": signed.duty.value, "name": signed.name, "role": signed.role.value, "licence": signed.licence,
        "licence_expires_on": signed.licence_expires_on.isoformat() if signed.licence_expires_on is not None else None, "signed_at": instant_text(signed.at),
        "confirmed_by": signed.confirmed_by, "supervised_by": signed.supervisor_name, "supervisor_confirmed_by": signed.supervisor_confirmed_by,
        "as_sole_practitioner": signed.as_sole_practitioner, "evidence": list(signed.evidence), "of_sha256": signed.of_sha256,
        "kept_text_has_that_hash": held.is_intact, "problem": held.problem,
    }  # fmt: skip
