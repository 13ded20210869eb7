"""The reference data a pharmacist can read and sign, and the one adapter that reads it.

The core never opens a file: `load()` turns all of it into one frozen value, checked as a whole, that is passed on as an argument.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from compounding.domain.errors import ReferenceDataError
from compounding.domain.evidence import Evidence
from compounding.domain.fingertip_units import FingertipTables
from compounding.domain.formulary import Formulary
from compounding.domain.medication import KnownCodes
from compounding.domain.order_words import Vocabulary
from compounding.domain.phrases import PhraseCatalogue, check_same_phrases
from compounding.domain.screening.lexicon import Lexicon
from compounding.domain.site import JurisdictionProfile
from compounding.domain.tables import TableReader
from compounding.reference.allergens import load_lexicon
from compounding.reference.dosing import read_dosing
from compounding.reference.evidence import load_evidence
from compounding.reference.formulary_files import read_formula, read_substance
from compounding.reference.phrase_files import load_phrases
from compounding.reference.rule_files import read_codes, read_profile, read_vocabulary

LANGUAGES = ("en", "fr", "es")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceData:
    """Everything shipped as data. `phrase_hashes` fingerprints each language's texts, which a site approves."""

    formulary: Formulary
    codes: KnownCodes
    vocabulary: Vocabulary
    lexicon: Lexicon
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
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def _folder(name: str) -> list[Traversable]:
    found = [file for file in (files(__name__) / name).iterdir() if file.name.endswith(".toml")]
    return sorted(found, key=lambda file: file.name)


@cache
def load() -> ReferenceData:
    """Read and check all reference data; the same frozen value every time. Raises ReferenceDataError or ValueError: then nothing may be prepared."""
    root = files(__name__)
    table, _ = _parsed(root / "substances.toml")
    reader = TableReader(table, "substances.toml")
    reader.text("version")
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
    vocabulary = read_vocabulary(TableReader(_parsed(root / "order_words.toml")[0], "order_words.toml"))
    phrases, hashes = {}, {}
    for language in LANGUAGES:
        data, hashes[language] = _parsed(root / "phrases" / f"{language}.toml")
        phrases[language] = load_phrases(data)
        check_same_phrases(phrases[LANGUAGES[0]], phrases[language])
    return ReferenceData(
        formulary=Formulary(formulas=formulas, substances=substances),
        codes=codes,
        vocabulary=vocabulary,
        lexicon=load_lexicon(_parsed(root / "allergens.toml")[0]),
        profiles=profiles,
        phrases=phrases,
        phrase_hashes=hashes,
        evidence=load_evidence(_parsed(root / "evidence.toml")[0]),
        fingertips=read_dosing(TableReader(_parsed(root / "dosing.toml")[0], "dosing.toml")),
    )
