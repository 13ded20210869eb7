"""The sentences that stand on labels and leaflets in one language, filled in strictly or not at all.

A phrase never falls back to another language, and never prints with a gap: a label that cannot be said in the patient's language is held
(clinical rule 27). Whether a site's designated person has approved the catalogue is the site's record, not part of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

LANGUAGES = ("en", "fr", "es")
"""The languages there are phrases in; the first is the one every other must match."""

_PLACEHOLDER = re.compile(r"\{([a-z][a-z_]*)\}")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


class PhraseError(ValueError):
    """A phrase that does not exist, or that was not filled in as it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One phrase. `purpose` begins with the paper it is for; `safety` marks what paper must never leave out."""

    id: str
    text: str
    purpose: str
    safety: bool
    source: str
    status: str

    def __post_init__(self) -> None:
        if not _IDENTIFIER.fullmatch(self.id):
            raise PhraseError(f'"{self.id}" is not a phrase id: small letters, digits and underscores')
        for name, value in (("text", self.text), ("purpose", self.purpose), ("source", self.source), ("status", self.status)):
            if not value or value != " ".join(value.split()):
                raise PhraseError(f"phrase {self.id}: {name} is empty or has stray spaces")
        if not (self.is_for_label or self.is_for_leaflet):
            raise PhraseError(f'phrase {self.id}: purpose must begin with "label:", "leaflet:" or "label and leaflet:"')
        if set("{}") & set(_PLACEHOLDER.sub("", self.text)):
            raise PhraseError(f"phrase {self.id}: a brace that is not a {{placeholder}}")

    @property
    def is_for_label(self) -> bool:
        """True where the phrase may stand on the container label."""
        return self.purpose.startswith(("label:", "label and leaflet:"))

    @property
    def is_for_leaflet(self) -> bool:
        """True where the phrase may stand on the patient leaflet."""
        return self.purpose.startswith(("leaflet:", "label and leaflet:"))

    @property
    def placeholders(self) -> frozenset[str]:
        """The names that `fill` needs."""
        return frozenset(_PLACEHOLDER.findall(self.text))

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with every placeholder replaced, in one pass: a brace inside a value is printed as it came."""
        if missing := self.placeholders - values.keys():
            raise PhraseError(f"phrase {self.id} lacks a value for {', '.join(sorted(missing))}")
        if surplus := values.keys() - self.placeholders:
            raise PhraseError(f"phrase {self.id} has no place for {', '.join(sorted(surplus))}")
        for name, value in values.items():
            # A number or a date arrives as text that was formatted for the language: str() here would print a point in French.
            if not isinstance(value, str) or not value.strip():
                raise PhraseError(f"phrase {self.id}: {name} must be text, and not blank")
        return _PLACEHOLDER.sub(lambda match: values[match[1]], self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseCatalogue:
    """All the phrases of one language and version."""

    language: str
    version: str
    review_status: str
    review_note: str
    phrases: tuple[Phrase, ...]
    _by_id: dict[str, Phrase] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, value in (("language", self.language), ("version", self.version), ("review status", self.review_status)):
            if not value.strip():
                raise PhraseError(f"a phrase catalogue without a {name}")
        object.__setattr__(self, "_by_id", {phrase.id: phrase for phrase in self.phrases})
        if not self.phrases or len(self._by_id) != len(self.phrases):
            raise PhraseError(f"the phrase catalogue {self.language} is empty or holds an id twice")

    def phrase(self, phrase_id: str) -> Phrase:
        """The phrase of that id with its purpose, source and status."""
        try:
            return self._by_id[phrase_id]
        except KeyError:
            raise PhraseError(f'there is no phrase "{phrase_id}" in {self.language} version {self.version}') from None

    def say(self, phrase_id: str, /, **values: str) -> str:
        """The finished sentence. An unknown id, a missing, surplus or blank value is a PhraseError."""
        return self.phrase(phrase_id).fill(values)

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all phrases."""
        return frozenset(self._by_id)


def check_same_phrases(first: PhraseCatalogue, other: PhraseCatalogue) -> None:
    """Raise unless both languages hold the same phrases, for the same paper, with the same placeholders and safety marks."""
    if astray := first.ids ^ other.ids:
        raise PhraseError(f"{first.language} and {other.language} differ in the phrases {', '.join(sorted(astray))}")
    for phrase in first.phrases:
        twin = other.phrase(phrase.id)
        if (phrase.placeholders, phrase.safety, phrase.purpose) != (twin.placeholders, twin.safety, twin.purpose):
            raise PhraseError(f"phrase {phrase.id}: {first.language} and {other.language} differ in placeholders, safety or purpose")
