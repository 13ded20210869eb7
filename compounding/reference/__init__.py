"""The reference data a pharmacist can read and sign, and the one adapter that reads it.

The core never opens a file: `load()` turns all of it into one frozen value, checked as a whole, that is passed on as an argument.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from compounding.domain.errors import ReferenceDataError
from compounding.domain.evidence import Evidence
from compounding.domain.fingertip_units import FingertipTables
from compounding.domain.formulary import Alternative, Formulary
from compounding.domain.formulary_versions import fingerprint_of
from compounding.domain.medication import KnownCodes
from compounding.domain.order_words import Vocabulary
from compounding.domain.phrases import LANGUAGES, PhraseCatalogue, check_same_phrases
from compounding.domain.screening.allergy_talk import AllergyTalk
from compounding.domain.screening.lexicon import Lexicon
from compounding.domain.site import JurisdictionProfile
from compounding.domain.tables import TableReader
from compounding.domain.word_patterns import any_word_of
from compounding.reference.allergens import load_lexicon
from compounding.reference.dosing import read_dosing
from compounding.reference.evidence import load_evidence
from compounding.reference.formulary_files import read_formula, read_substance
from compounding.reference.known_substances import RECORD_FILE, open_known_substances
from compounding.reference.phrase_files import load_phrases
from compounding.reference.profile_files import read_profile
from compounding.reference.rule_files import read_alternatives, read_codes, read_vocabulary
from compounding.reference.word_files import read_allergy_talk, read_direction_words, read_ingredient_names


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceData:
    """Everything shipped as data. `phrase_hashes` fingerprints each language's texts, which a site approves; `lexicon_sha256` everything that decides how an
    allergy record is read."""

    formulary: Formulary
    codes: KnownCodes
    vocabulary: Vocabulary
    lexicon: Lexicon
    lexicon_sha256: str
    talk: AllergyTalk
    alternatives: tuple[Alternative, ...]
    profiles: Mapping[str, JurisdictionProfile]
    phrases: Mapping[str, PhraseCatalogue]
    phrase_hashes: Mapping[str, str]
    evidence: Evidence
    fingertips: FingertipTables


def _parsed(file: Traversable) -> tuple[dict[str, object], str]:
    content = file.read_bytes()
    try:
        return tomllib.loads(content.decode("utf-8")), fingerprint(content)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise ReferenceDataError("DATA_NOT_TOML", f"{file.name} is not readable TOML: {fault}") from fault


def fingerprint(content: bytes) -> str:
    """The sha256 of a text with plain line ends, so that a checkout with other line ends stays the same text."""
    return fingerprint_of(content.decode("utf-8"))


def _folder(name: str) -> list[Traversable]:
    found = [file for file in (files(__name__) / name).iterdir() if file.name.endswith(".toml")]
    return sorted(found, key=lambda file: file.name)


def load_allergy_lexicon() -> Lexicon:
    """The allergy lexicon alone, for whoever only reads statements. Raises ReferenceDataError or ValueError: then nothing may be read."""
    root = files(__name__)
    return load_lexicon(_parsed(root / "allergens.toml")[0], open_known_substances(root, _parsed(root / RECORD_FILE)[0]))


_LEXICON_FILES = ("allergens.toml", "allergy_talk.toml", "lot_ingredients.toml", "substances.toml", RECORD_FILE)
"""What decides how an allergy record is read; the register's own files are pinned by their hashes in its record."""


def _lexicon_fingerprint(root: Traversable) -> str:
    return hashlib.sha256("".join(fingerprint((root / name).read_bytes()) for name in _LEXICON_FILES).encode()).hexdigest()


def _check_screens(formulary: Formulary, lexicon: Lexicon) -> None:
    """Raises ReferenceDataError where the lexicon does not know an allergen of these preparations by name: nobody could be screened for it."""
    known = {meaning.allergen for meaning in lexicon.phrases.values()}
    for substance in formulary.substances.values():
        missing = sorted((substance.holds | substance.may_hold) - known)
        if missing:
            raise ReferenceDataError("DATA_CONTRADICTS", f'{substance.id} holds "{missing[0]}", which no name in allergens.toml stands for')


@cache
def load() -> ReferenceData:
    """Read and check all reference data; the same frozen value every time. Raises ReferenceDataError or ValueError: then nothing may be prepared."""
    root = files(__name__)
    table, _ = _parsed(root / "substances.toml")
    reader = TableReader(table, "substances.toml")
    reader.text("version")
    brings_water = re.compile(any_word_of(reader.texts("brings_water")), re.IGNORECASE)
    substances = {substance.id: substance for substance in map(read_substance, reader.tables("substance"))}
    codes = read_codes(reader.table("codes"))
    reader.done()
    formulas = {}
    for file in _folder("formulary"):
        data, sha256 = _parsed(file)
        formula = read_formula(TableReader(data, file.name), sha256=sha256)
        for part in (formula.active, formula.levigating_agent, formula.base):
            if part not in substances:
                raise ReferenceDataError("DATA_CONTRADICTS", f'{file.name} names "{part}", which is no substance')
        formulas[formula.id] = formula
    profiles = {profile.id: profile for profile in (read_profile(TableReader(_parsed(file)[0], file.name)) for file in _folder("jurisdictions"))}
    directions = read_direction_words(TableReader(_parsed(root / "direction_words.toml")[0], "direction_words.toml"))
    names = read_ingredient_names(TableReader(_parsed(root / "lot_ingredients.toml")[0], "lot_ingredients.toml"))
    talk, notes = read_allergy_talk(TableReader(_parsed(root / "allergy_talk.toml")[0], "allergy_talk.toml"))
    vocabulary = read_vocabulary(TableReader(_parsed(root / "order_words.toml")[0], "order_words.toml"), directions=directions, notes=notes)
    phrases, hashes = {}, {}
    for language in LANGUAGES:
        data, hashes[language] = _parsed(root / "phrases" / f"{language}.toml")
        phrases[language] = load_phrases(data)
        check_same_phrases(phrases[LANGUAGES[0]], phrases[language])
    formulary = Formulary(formulas=formulas, substances=substances, brings_water=brings_water, ingredient_names=names)
    lexicon = load_allergy_lexicon()
    _check_screens(formulary, lexicon)
    return ReferenceData(
        formulary=formulary,
        codes=codes,
        vocabulary=vocabulary,
        lexicon=lexicon,
        lexicon_sha256=_lexicon_fingerprint(root),
        talk=talk,
        alternatives=read_alternatives(TableReader(_parsed(root / "alternatives.toml")[0], "alternatives.toml")),
        profiles=profiles,
        phrases=phrases,
        phrase_hashes=hashes,
        evidence=load_evidence(_parsed(root / "evidence.toml")[0]),
        fingertips=read_dosing(TableReader(_parsed(root / "dosing.toml")[0], "dosing.toml")),
    )
