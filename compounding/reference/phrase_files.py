"""Reads one parsed phrases/LANGUAGE.toml into a `PhraseCatalogue`, naming the phrase and the field of whatever is wrong with it."""

from collections.abc import Mapping

from compounding.domain.phrases import Phrase, PhraseCatalogue, PhraseError

_TEXTS = ("text", "purpose", "source", "status")
_STATUSES = frozenset({"unverified", "reviewed"})


def load_phrases(data: Mapping[str, object]) -> PhraseCatalogue:
    """The catalogue in parsed TOML: `language`, `version`, `review` and one `[phrase.<id>]` table for each phrase. Anything else is a PhraseError."""
    if data.keys() != {"language", "version", "review", "phrase"}:
        raise PhraseError(f"phrases: expected language, version, review and phrase, found {', '.join(sorted(data)) or 'nothing'}")
    language = _text(data, "language", "phrases")
    where = f"phrases {language}"
    version = _text(data, "version", where)
    review, tables = _table(data["review"], f"{where}: review"), _table(data["phrase"], f"{where}: phrase")
    if review.keys() != {"status", "note"}:
        raise PhraseError(f"{where}: review needs a status and a note, and nothing else")
    return PhraseCatalogue(
        language=language,
        version=version,
        review_status=_status(review, f"{where}: review"),
        review_note=_text(review, "note", f"{where}: review"),
        phrases=tuple(_phrase(phrase_id, table, where) for phrase_id, table in tables.items()),
    )


def _phrase(phrase_id: str, data: object, where: str) -> Phrase:
    place = f"{where}: phrase {phrase_id}"
    table = _table(data, place)
    if table.keys() != {*_TEXTS, "safety"}:
        raise PhraseError(f"{place} needs {', '.join(_TEXTS)} and safety, and nothing else")
    safety = table["safety"]
    if not isinstance(safety, bool):
        raise PhraseError(f"{place}: safety is not true or false")
    return Phrase(
        id=phrase_id,
        text=_text(table, "text", place),
        purpose=_text(table, "purpose", place),
        safety=safety,
        source=_text(table, "source", place),
        status=_status(table, place),
    )


def _table(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise PhraseError(f"{where} is not a table")
    return value


def _text(table: Mapping[str, object], name: str, where: str) -> str:
    value = table[name]
    if not isinstance(value, str):
        raise PhraseError(f"{where}: {name} is not text")
    return value


def _status(table: Mapping[str, object], where: str) -> str:
    status = _text(table, "status", where)
    if status not in _STATUSES:
        raise PhraseError(f'{where}: status "{status}" is none of {", ".join(sorted(_STATUSES))}')
    return status
