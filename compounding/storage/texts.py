"""Formulas and phrases by version in the database, and every decision about them; nothing of it is ever changed."""

from datetime import date

from sqlalchemy import Connection, select

from compounding.domain.formulary_versions import Kind, Origin, Retirement, TextVersion, VersionApproval, VersionHistory
from compounding.domain.site import Attestation
from compounding.storage import documents
from compounding.storage.tables import text_decision, text_version
from compounding.storage.transaction import Transaction

_DECISIONS = {"approval": VersionApproval, "retirement": Retirement, "attestation": Attestation}


def history(connection: Connection, site_id: str) -> VersionHistory:
    """Every version a site has, with its approvals and retirements."""
    t = text_version.c
    rows = connection.execute(select(text_version).where(t.site_id == site_id).order_by(t.kind, t.text_id, t.version))
    versions = tuple(
        TextVersion(kind=Kind(row.kind), id=row.text_id, version=row.version, sha256=row.sha256, text=row.text, origin=Origin(row.origin)) for row in rows
    )
    decided = _decisions(connection, site_id)
    return VersionHistory(
        versions=versions,
        approvals=tuple(each for each in decided if isinstance(each, VersionApproval)),
        retirements=tuple(each for each in decided if isinstance(each, Retirement)),
    )


def attestations(connection: Connection, site_id: str) -> tuple[Attestation, ...]:
    """Every nonaqueous attestation of the site's designated persons."""
    return tuple(each for each in _decisions(connection, site_id) if isinstance(each, Attestation))


def add_version(opened: Transaction, version: TextVersion) -> bool:
    """Keep a version; says whether it was new. The caller has held it against what is kept."""
    return opened.insert_once(
        text_version, kind=version.kind.value, text_id=version.id, version=version.version, sha256=version.sha256, text=version.text,
        origin=version.origin.value, imported_at=opened.at, imported_by=opened.by,
    )  # fmt: skip


def add_decision(opened: Transaction, decision: VersionApproval | Retirement | Attestation, *, sha256: str, on: date) -> None:
    """Keep an approval, a retirement or an attestation."""
    if isinstance(decision, Attestation):
        kind, text_id = Kind.FORMULA, decision.formula
    else:
        kind, text_id = decision.kind, decision.id
    name = next(name for name, each in _DECISIONS.items() if isinstance(decision, each))
    opened.insert(
        text_decision, id=opened.new_id(), kind=kind.value, text_id=text_id, version=decision.version, sha256=sha256, decision=name, decided_on=on,
        decided_at=opened.at, decided_by=decision.by, reason=decision.reason, document=documents.write(_DECISIONS[name], decision),
    )  # fmt: skip


def _decisions(connection: Connection, site_id: str) -> tuple[VersionApproval | Retirement | Attestation, ...]:
    t = text_decision.c
    rows = connection.execute(select(t.decision, t.document).where(t.site_id == site_id).order_by(t.decided_at, t.id))
    return tuple(documents.read(_DECISIONS[row.decision], row.document) for row in rows)
