"""Signatures in the database: who signed what, meaning what, for exactly which content; only ever added to, and the text is kept with every one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from compounding.domain.errors import LevigateError
from compounding.domain.people import Signature
from compounding.storage import contents, documents
from compounding.storage.errors import StorageError
from compounding.storage.tables import signature, text_decision
from compounding.storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One signature held against its text: where it stands, whose it is, and `code`, empty where the text is the one that was signed.

    `SIGNED_TEXT_MISSING`, `CONTENT_DAMAGED` (the text is another one), `SIGNATURE_DAMAGED` (the row and the signature in it tell of different things).
    """

    id: str
    subject: str
    subject_id: str
    name: str
    of_sha256: str
    code: str


def add(opened: Transaction, subject: str, subject_id: str, signed: Signature, *, text: bytes) -> str:
    """Keep a signature under what it was given for, with exactly the text that was signed, and give its key.

    Raises StorageError `SIGNED_TEXT_DIFFERS` for another text than the one that was signed.
    """
    if contents.keep(opened, text, media_type="text/plain") != signed.of_sha256:
        raise StorageError("SIGNED_TEXT_DIFFERS", "what would be kept is not what was signed; nothing was changed")
    key = opened.new_id()
    opened.insert(
        signature, id=key, subject=subject, subject_id=subject_id, duty=signed.duty.value, person_id=signed.person_id, name=signed.name, licence=signed.licence,
        of_sha256=signed.of_sha256, document=documents.write(Signature, signed), at=signed.at,
    )  # fmt: skip
    return key


def verify(opened: Transaction, signed: Signature) -> str:
    """The text that was signed, read back and held against the signature. Raises NotFound, and StorageError `CONTENT_DAMAGED`."""
    return contents.of(opened, signed.of_sha256).decode("utf-8", "surrogatepass")


def verify_all(opened: Transaction) -> Iterator[Checked]:
    """Every signature of the site in the order of signing, each held against the text that was signed; none is left out."""
    query = select(signature).where(signature.c.site_id == opened.site_id).order_by(signature.c.at, signature.c.id)
    for row in opened.connection.execute(query).all():
        yield Checked(id=row.id, subject=row.subject, subject_id=row.subject_id, name=row.name, of_sha256=row.of_sha256, code=_fault(opened, row))


def of(opened: Transaction, subject: str, subject_id: str) -> tuple[Signature, ...]:
    """Every signature under a subject, the first one first."""
    t = signature.c
    query = select(t.document).where(t.site_id == opened.site_id, t.subject == subject, t.subject_id == subject_id).order_by(t.at, t.id)
    return tuple(documents.read(Signature, text) for text in opened.connection.execute(query).scalars())


def of_decisions(opened: Transaction, kind: str, text_id: str, version: str) -> tuple[tuple[str, Signature], ...]:
    """The signatures under a formula or a text, each with the decision it was given for: "approval", "attestation" or "retirement".

    A site decides one thing after another, and a decision is signed at its own instant.
    """
    t = text_decision.c
    query = select(t.decision, t.decided_at).where(t.site_id == opened.site_id, t.kind == kind, t.text_id == text_id, t.version == version)
    at = {row.decided_at: row.decision for row in opened.connection.execute(query)}
    return tuple((at.get(each.at, ""), each) for each in of(opened, kind, f"{text_id} {version}"))


def _fault(opened: Transaction, row: Row[Any]) -> str:
    try:
        signed = documents.read(Signature, row.document)
    except LevigateError:
        return "SIGNATURE_DAMAGED"
    in_columns = (row.duty, row.person_id, row.name, row.licence, row.of_sha256, row.at)
    if in_columns != (signed.duty.value, signed.person_id, signed.name, signed.licence, signed.of_sha256, signed.at):
        return "SIGNATURE_DAMAGED"
    try:
        contents.of(opened, row.of_sha256)
    except LevigateError as fault:
        return "SIGNED_TEXT_MISSING" if fault.code == "NOT_FOUND" else fault.code
    return ""
