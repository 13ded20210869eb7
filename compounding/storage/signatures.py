"""Signatures in the database: who signed what, meaning what, for exactly which content; only ever added to."""

from sqlalchemy import select

from compounding.domain.people import Signature
from compounding.storage import contents, documents
from compounding.storage.errors import StorageError
from compounding.storage.tables import signature
from compounding.storage.transaction import Transaction


def add(opened: Transaction, subject: str, subject_id: str, signed: Signature, *, text: bytes = b"") -> str:
    """Keep a signature under what it was given for, and give its key. `text` is what was signed, kept with it, where no other table keeps it already.

    Raises StorageError `SIGNED_TEXT_DIFFERS` for another text than the one that was signed.
    """
    if text and contents.keep(opened, text, media_type="text/plain") != signed.of_sha256:
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


def of(opened: Transaction, subject: str, subject_id: str) -> tuple[Signature, ...]:
    """Every signature under a subject, the first one first."""
    t = signature.c
    query = select(t.document).where(t.site_id == opened.site_id, t.subject == subject, t.subject_id == subject_id).order_by(t.at, t.id)
    return tuple(documents.read(Signature, text) for text in opened.connection.execute(query).scalars())
