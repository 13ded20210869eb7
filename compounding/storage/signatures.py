"""Signatures in the database: who signed what, meaning what, for exactly which content; only ever added to."""

from sqlalchemy import select

from compounding.domain.people import Signature
from compounding.storage import documents
from compounding.storage.tables import signature
from compounding.storage.transaction import Transaction


def add(opened: Transaction, subject: str, subject_id: str, signed: Signature) -> str:
    """Keep a signature under what it was given for, and give its key."""
    key = opened.new_id()
    opened.insert(
        signature, id=key, subject=subject, subject_id=subject_id, duty=signed.duty.value, person_id=signed.person_id, name=signed.name, licence=signed.licence,
        of_sha256=signed.of_sha256, document=documents.write(Signature, signed), at=signed.at,
    )  # fmt: skip
    return key


def of(opened: Transaction, subject: str, subject_id: str) -> tuple[Signature, ...]:
    """Every signature under a subject, the first one first."""
    t = signature.c
    query = select(t.document).where(t.site_id == opened.site_id, t.subject == subject, t.subject_id == subject_id).order_by(t.at, t.id)
    return tuple(documents.read(Signature, text) for text in opened.connection.execute(query).scalars())
