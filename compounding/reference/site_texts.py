"""From the TOML a pharmacy keeps in versions to the formulas and phrases of the one pipeline, with every check of the shipped files and some more.

A text that ships was read by those who wrote the program; one that a pharmacy writes must also keep to what the program is able to make and to put on paper.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from importlib.resources import files
from typing import Any

from compounding.domain.errors import ReferenceDataError
from compounding.domain.formulary_versions import PHRASES_OF, Kind, Origin, TextVersion, fingerprint_of, version_order
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.phrases import LANGUAGES, PhraseCatalogue, PhraseError, check_same_phrases
from compounding.domain.tables import TableReader
from compounding.reference import ReferenceData, load
from compounding.reference.formulary_files import read_formula
from compounding.reference.phrase_files import load_phrases

LONGEST_TEXT = 256 * 1024
"""In characters; the longest text that ships has a tenth of it."""

_SETTLED = {
    "active": "the active ingredient",
    "strength_basis": "the basis of the strength",
    "levigating_agent": "the levigating agent",
    "base": "the base",
    "dosage_form": "the dosage form",
    "beyond_use_class": "the beyond-use class",
}


def table_of(text: str, name: str = "the text") -> Mapping[str, Any]:
    """The parsed text, for reading a difference: numbers exactly as they stand. Raises ReferenceDataError `DATA_NOT_TOML`."""
    return _parsed(text, name, parse_float=Decimal)


def read_formula_text(text: str, name: str) -> MasterFormulationRecord:
    """The formula in a TOML text called `name` in refusals. Raises ReferenceDataError.

    Besides the checks of a shipped file it must keep to what was written for and tested: the materials, form and basis of the shipped formulas, for which paper
    has its words, and strengths no wider than theirs (clinical rule 32). A new version of a shipped formula keeps its base.
    """
    formula = read_formula(TableReader(_parsed(text, name), name), sha256=fingerprint_of(text))
    version_order(formula.version)
    shipped = load().formulary
    _check_materials(formula, load(), name)
    for part, words in _SETTLED.items():
        known = sorted({getattr(each, part) for each in shipped.formulas.values()})
        if getattr(formula, part) not in known:
            raise ReferenceDataError(
                "FORMULA_NOT_SUPPORTED", f'{name}: {words} is "{getattr(formula, part)}", and formulas can be made with {", ".join(known)}'
            )
    lowest = min(each.strength_from_percent for each in shipped.formulas.values())
    highest = max(each.strength_to_percent for each in shipped.formulas.values())
    if formula.strength_from_percent < lowest or formula.strength_to_percent > highest:
        raise ReferenceDataError("FORMULA_NOT_SUPPORTED", f"{name}: strengths must lie between {lowest} and {highest} %, which is what was published")
    twin = shipped.formulas.get(formula.id)
    if twin is not None and twin.base != formula.base:
        raise ReferenceDataError("FORMULA_NOT_SUPPORTED", f"{name}: a version of {formula.id} keeps its base; another base needs a formula of its own")
    return formula


def read_phrases_text(text: str, name: str) -> PhraseCatalogue:
    """The phrases of one language in a TOML text called `name` in refusals. Raises ReferenceDataError.

    They are held against the shipped English ones: the same ids, placeholders, papers and safety marks, so only the wording can differ (clinical rule 27).
    """
    table = _parsed(text, name)
    try:
        catalogue = load_phrases(table)
        _check_phrases(catalogue, load())
    except PhraseError as fault:
        raise ReferenceDataError("PHRASES_WRONG", f"{name}: {fault}") from fault
    version_order(catalogue.version)
    return catalogue


def text_version(kind: Kind, text: str, *, name: str, origin: Origin) -> TextVersion:
    """A text, read and checked, as the version that it says it is. Raises ReferenceDataError, also where it claims another origin (`VERSION_ORIGIN`)."""
    if kind is Kind.FORMULA:
        formula = read_formula_text(text, name)
        identifier, version = formula.id, formula.version
    else:
        catalogue = read_phrases_text(text, name)
        identifier, version = f"phrases-{catalogue.language}", catalogue.version
    return TextVersion(kind=kind, id=identifier, version=version, sha256=fingerprint_of(text), text=text, origin=origin)


def shipped_texts() -> tuple[TextVersion, ...]:
    """Every formula and every language's phrases as they ship, each with its exact text."""
    root = files("compounding.reference")
    formulas = sorted((file for file in (root / "formulary").iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    phrases = [root / "phrases" / f"{language}.toml" for language in LANGUAGES]
    named = [*((Kind.FORMULA, file) for file in formulas), *((Kind.PHRASES, file) for file in phrases)]
    return tuple(text_version(kind, file.read_bytes().decode("utf-8"), name=file.name, origin=Origin.SHIPPED) for kind, file in named)


def with_formulary(
    data: ReferenceData, *, formulas: Iterable[MasterFormulationRecord], phrases: Mapping[str, PhraseCatalogue], hashes: Mapping[str, str]
) -> ReferenceData:
    """The same reference data with exactly these formulas, and with these phrases in the languages they are given for; the rest stays as it is.

    `hashes` are the fingerprints of the phrases by language. Raises ReferenceDataError where nothing could decide which formula an order gets, where there is
    none, or where a text is not the one for its place.
    """
    chosen = tuple(formulas)
    if not chosen:
        raise ReferenceDataError("FORMULARY_EMPTY", "no formula is in force; the designated person must approve one")
    for one, several in (("id", "FORMULA_TWICE"), ("base", "BASE_TWICE")):
        values = [getattr(formula, one) for formula in chosen]
        twice = next((value for value in values if values.count(value) > 1), None)
        if twice is not None:
            raise ReferenceDataError(several, f'two formulas in force have the {one} "{twice}"; retire one of them')
    for formula in chosen:
        _check_materials(formula, data, f"{formula.id} {formula.version}")
    if phrases.keys() != hashes.keys():
        raise ReferenceDataError("PHRASES_WRONG", "phrases and their fingerprints are not of the same languages")
    for language, catalogue in phrases.items():
        if catalogue.language != language:
            raise ReferenceDataError("PHRASES_WRONG", f"the phrases for {language} are written in {catalogue.language}")
        try:
            _check_phrases(catalogue, data)
        except PhraseError as fault:
            raise ReferenceDataError("PHRASES_WRONG", str(fault)) from fault
    return replace(
        data,
        formulary=replace(data.formulary, formulas={formula.id: formula for formula in chosen}),
        phrases={**data.phrases, **phrases},
        phrase_hashes={**data.phrase_hashes, **hashes},
    )


def _parsed(text: str, name: str, **options: Any) -> dict[str, Any]:
    if len(text) > LONGEST_TEXT:
        raise ReferenceDataError("DATA_NOT_TOML", f"{name} is longer than {LONGEST_TEXT:,} characters")
    try:
        return tomllib.loads(text, **options)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        raise ReferenceDataError("DATA_NOT_TOML", f"{name} is not readable TOML: {fault}") from fault


def _check_materials(formula: MasterFormulationRecord, data: ReferenceData, name: str) -> None:
    for part in (formula.active, formula.levigating_agent, formula.base):
        if part not in data.formulary.substances:
            raise ReferenceDataError("DATA_CONTRADICTS", f'{name} names "{part}", which is no substance')


def _check_phrases(catalogue: PhraseCatalogue, data: ReferenceData) -> None:
    """Raises PhraseError for a language that paper is not written in, or for phrases unlike the English ones."""
    if f"phrases-{catalogue.language}" not in PHRASES_OF:
        raise PhraseError(f'"{catalogue.language}" is none of the languages {", ".join(LANGUAGES)}')
    check_same_phrases(data.phrases[LANGUAGES[0]], catalogue)
