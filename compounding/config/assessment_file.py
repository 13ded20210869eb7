"""A file of what a pharmacist signed beside one patient's allergy record (JSON). Its schema is in docs/configuration.md."""

from pathlib import Path

from compounding.config.json_file import LARGEST, read_table
from compounding.domain.errors import ReferenceDataError
from compounding.domain.screening.assessments import Assessment, Conclusion, EntrySigned, Refutation, Signature, SignedForPatient
from compounding.domain.tables import TableReader

CODE = "ASSESSMENTS_UNREADABLE"
_LONGEST_NAME = 100
_LONGEST_SENTENCE = 300
_SHA256_DIGITS = 64


def read_assessment_file(path: Path) -> SignedForPatient:
    """What a file holds. Raises ReferenceDataError with one sentence about the first fault."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as fault:
        raise ReferenceDataError(CODE, f"the assessment file {path.name} cannot be read: {fault.strerror}") from fault
    return read_assessments(content, path.name)


def read_assessments(content: bytes, name: str) -> SignedForPatient:
    """What the bytes of a file hold: `{"patient": {...}, "assessments": [...], "refutations": [...]}`."""
    table = read_table(content, name, code=CODE)
    patient = table.table("patient")
    signed = SignedForPatient(
        patient_name=_text(patient, "name", _LONGEST_NAME),
        born_on=patient.day("born_on"),
        assessments=tuple(_assessment(each) for each in table.tables("assessments", ())),
        refutations=tuple(_refutation(each) for each in table.tables("refutations", ())),
    )
    patient.done()
    table.done()
    if not signed.assessments and not signed.refutations:
        raise ReferenceDataError(CODE, f"{name} holds neither an assessment nor a refutation")
    return signed


def _assessment(table: TableReader) -> Assessment:
    conclusion = table.text("conclusion")
    known = [each.value for each in Conclusion]
    if conclusion not in known:
        raise ReferenceDataError(CODE, f'"conclusion" must be {" or ".join(known)}')
    assessment = Assessment(
        of=_entry(table),
        allergen=_text(table, "allergen", _LONGEST_NAME),
        matched=_raw(table, "matched"),
        asked=_text(table, "asked", _LONGEST_NAME),
        reaction=_text(table, "reaction", _LONGEST_SENTENCE),
        conclusion=Conclusion(conclusion),
        why=_text(table, "why", _LONGEST_SENTENCE),
        prescriber_told=table.flag("prescriber_told"),
        signed=_signature(table),
    )
    table.done()
    return assessment


def _refutation(table: TableReader) -> Refutation:
    refutation = Refutation(of=_entry(table), why=_text(table, "why", _LONGEST_SENTENCE), signed=_signature(table))
    table.done()
    return refutation


def _entry(table: TableReader) -> EntrySigned:
    sha256 = table.text("sha256")
    if len(sha256) != _SHA256_DIGITS or set(sha256) - set("0123456789abcdef"):
        raise ReferenceDataError(CODE, '"sha256" must be the 64 hexadecimal digits that result.json gives for the entry')
    return EntrySigned(name=table.text("entry"), text=_raw(table, "text"), sha256=sha256)


def _signature(table: TableReader) -> Signature:
    return Signature(by=_text(table, "signed_by", _LONGEST_NAME), licence=_text(table, "licence", _LONGEST_NAME), on=table.day("signed_on"))


def _text(table: TableReader, key: str, longest: int) -> str:
    """One line of words, since it is printed."""
    text = " ".join(table.text(key).split())
    if len(text) > longest:
        raise ReferenceDataError(CODE, f'"{key}" is longer than {longest} characters')
    return text


def _raw(table: TableReader, key: str) -> str:
    """Words of the record: exactly as they stand there, blanks and all."""
    return table.exact(key)
