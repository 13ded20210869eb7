"""The reference data as a site uses it on a day: its formulas and phrases in force, and nothing that is only proposed, overdue or retired."""

from datetime import date
from functools import lru_cache

from compounding.domain.errors import ReferenceDataError
from compounding.domain.formulary_versions import PHRASES_OF, Kind, TextVersion, VersionHistory
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.phrases import PhraseCatalogue
from compounding.reference import ReferenceData
from compounding.reference.site_texts import read_formula_text, read_phrases_text, with_formulary


def in_force(data: ReferenceData, history: VersionHistory, on: date) -> ReferenceData:
    """The data with exactly the formulas in force. Raises ReferenceDataError `FORMULARY_EMPTY` where none is, and for a text that can no longer be read.

    A language without approved phrases keeps the shipped ones: the pipeline marks whatever is printed with them as a draft, and a record is refused. So does
    one whose approved phrases are of an older program, and lack a sentence that paper needs now: the designated person approves the newer ones.
    """
    formulas = {version.id for version in history.versions if version.kind is Kind.FORMULA}
    chosen = [found for each in sorted(formulas) if (found := history.in_force(Kind.FORMULA, each, on)) is not None]
    spoken = [found for each in PHRASES_OF if (found := history.in_force(Kind.PHRASES, each, on)) is not None and _has_every_phrase(found)]
    return with_formulary(
        data, formulas=[formula_of(each) for each in chosen], phrases={PHRASES_OF[each.id]: phrases_of(each) for each in spoken},
        hashes={PHRASES_OF[each.id]: each.sha256 for each in spoken},
    )  # fmt: skip


def _has_every_phrase(version: TextVersion) -> bool:
    try:
        phrases_of(version)
    except ReferenceDataError:
        return False
    return True


def formula_of(version: TextVersion) -> MasterFormulationRecord:
    """The formula a version holds. A text never changes, so it is read once."""
    return _formula(version.text, f"{version.id} {version.version}")


def phrases_of(version: TextVersion) -> PhraseCatalogue:
    """The phrases a version holds."""
    return _phrases(version.text, f"{version.id} {version.version}")


@lru_cache(maxsize=64)
def _formula(text: str, name: str) -> MasterFormulationRecord:
    return read_formula_text(text, name)


@lru_cache(maxsize=32)
def _phrases(text: str, name: str) -> PhraseCatalogue:
    return read_phrases_text(text, name)
