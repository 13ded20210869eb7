"""The allergy lexicon as a pharmacist reviews it (allergens.toml), checked and turned into the reader's `Lexicon`."""

from collections.abc import Iterator, Mapping
from typing import Any

from compounding.domain.screening.lexicon import EXACT, Lexicon, Meaning, Register, lexicon_of
from compounding.domain.screening.normalise import words_of
from compounding.domain.screening.roles import ALLERGEN_ROLES, GENERIC_TOPICAL, ZINC, Role
from compounding.domain.screening.statements import Effect

_STATUSES = ("verified", "unverified")


def load_lexicon(data: Mapping[str, Any], register: Register | None = None) -> Lexicon:
    """The lexicon from the parsed TOML, and the register of known substances it asks last.

    Raises ValueError with one sentence when an entry lacks its source or status, names an unknown effect or role, or when one name means two things.
    """
    names: dict[str, Meaning] = {}
    codes: dict[str, Meaning] = {}
    both: list[tuple[str, str, Meaning]] = []
    for section in _sections(data, "allergens"):
        meaning = _allergen(section)
        if "also" in section:
            both += [(name, str(section["also"]), meaning) for name in _texts(section, "names")]
            continue
        for name in (*_texts(section, "names"), *_codes(section, names_only=True)):
            _add(names, name=name, meaning=meaning)
        for code in _codes(section, names_only=False):
            codes[code] = meaning
    for section in _sections(data, "words"):
        meaning = Meaning(role=_role(section), scope=str(section.get("scope", "")))
        for name in _texts(section, "names"):
            _add(names, name=name, meaning=meaning)
    compounds = _table(data, "compounds")
    ends = {"".join(words_of(end)): _end(kind) for kind, ends in _table(compounds, "ends").items() for end in ends}
    stems = ["".join(words_of(stem)) for stem in _list(compounds, "stems")]
    for stem in stems:
        if stem not in names or names[stem].allergen != ZINC:
            raise _refusal(f'the compound stem "{stem}" is not a name of zinc.')
    return lexicon_of(
        names=names, look_alikes=_list(data, "look_alikes"), zinc_stems=stems, compound_ends=ends, codes=codes, register=register,
        beside_zinc=dict(_beside_zinc(name, also=also, meaning=meaning, names=names) for name, also, meaning in both),
    )  # fmt: skip


def _beside_zinc(name: str, *, also: str, meaning: Meaning, names: Mapping[str, Meaning]) -> tuple[str, tuple[Meaning, ...]]:
    """A name that stands for two allergens: the one of its section, and the one that "also" names by its id."""
    words = words_of(name)
    second = next((each for each in names.values() if each.allergen == also and each.role in ALLERGEN_ROLES), None)
    if second is None or len(words) != 1 or words[0] in names:
        raise _refusal(f'the name "{name}" needs one word of its own and another allergen under "also".')
    return words[0], (meaning, second)


def _refusal(sentence: str) -> ValueError:
    return ValueError(f"allergens.toml: {sentence}")


def _allergen(section: Mapping[str, Any]) -> Meaning:
    allergen, effect = str(section["id"]), str(section.get("effect", ""))
    if effect not in {member.value for member in Effect}:
        raise _refusal(f'the entry "{section["id"]}" has the unknown effect "{effect}".')
    role = {ZINC: Role.ZINC, GENERIC_TOPICAL: Role.GENERIC}.get(allergen, Role.SUBSTANCE)
    spelling = section.get("spelling", "")
    if spelling not in {"", EXACT}:
        raise _refusal(f'the entry "{allergen}" has the unknown spelling "{spelling}".')
    return Meaning(role=role, allergen=allergen, effect=Effect(effect), label=str(section.get("label", "")), scope=spelling)


def _end(kind: str) -> Meaning:
    """The meaning of a word's ending: its role, and after a space its scope."""
    role, _, scope = kind.partition(" ")
    return Meaning(role=_role({"role": role}), scope=scope)


def _role(section: Mapping[str, Any]) -> Role:
    word = str(section.get("role", "")).upper()
    if word not in Role.__members__:
        raise _refusal(f'"{section.get("role")}" is no role of a word.')
    return Role[word]


def _sections(data: Mapping[str, Any], key: str) -> Iterator[Mapping[str, Any]]:
    """The sections under a key; each allergen must say where it comes from and whether that was checked."""
    for number, section in enumerate(_list(data, key), start=1):
        if not isinstance(section, Mapping):
            raise _refusal(f"section {number} of [[{key}]] is not a table.")
        if key == "allergens":
            name = section.get("id") or f"number {number}"
            if not section.get("id"):
                raise _refusal(f"allergen {name} has no id.")
            if not str(section.get("source", "")).strip():
                raise _refusal(f'the entry "{name}" has no source.')
            if section.get("status") not in _STATUSES:
                raise _refusal(f'the entry "{name}" has no status "verified" or "unverified".')
        yield section


def _texts(section: Mapping[str, Any], key: str) -> Iterator[str]:
    for names in _table(section, key).values():
        yield from names


def _codes(section: Mapping[str, Any], *, names_only: bool) -> Iterator[str]:
    """Codes by kind. UNII and CAS codes are also names, since people type them; RxNorm numbers are not: they look like any number."""
    for kind, codes in _table(section, "codes").items():
        if kind != "rxnorm":
            yield from codes
        elif not names_only:
            yield from (f"rxnorm:{code}" for code in codes)


def _add(names: dict[str, Meaning], *, name: str, meaning: Meaning) -> None:
    key = " ".join(words_of(name))
    if not key:
        raise _refusal(f'the name "{name}" has no letters.')
    known = names.setdefault(key, meaning)
    same = (known.role, known.allergen, known.effect, known.scope) == (meaning.role, meaning.allergen, meaning.effect, meaning.scope)
    if not same:
        raise _refusal(f'the name "{name}" stands for both {_described(known)} and {_described(meaning)}.')


def _described(meaning: Meaning) -> str:
    return f"{meaning.allergen or meaning.role.name.lower()} ({meaning.effect.value})"


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, Mapping):
        raise _refusal(f"[{key}] is not a table.")
    return value


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    value = data.get(key, [])
    if not isinstance(value, list):
        raise _refusal(f"{key} is not a list.")
    return value
