"""From TOML to the order vocabulary, the published alternatives and the list of verified codes."""

from compounding.domain.direction_words import DirectionWords
from compounding.domain.errors import ReferenceDataError
from compounding.domain.formulary import Alternative
from compounding.domain.medication import KnownCodes
from compounding.domain.order_words import NoteWords, Vocabulary, tokens_of
from compounding.domain.substances import Status
from compounding.domain.tables import TableReader

# The kinds of words in order_words.toml; a word may stand under one kind only.
_KINDS = (
    "drug", "pentahydrate", "anhydrous", "abbreviation", "other_drug", "petrolatum", "zinc_ointment", "zinc_paste", "zinc_other", "zinc", "no_zinc",
    "other_base", "levigating", "choice", "either", "joins", "form_ointment", "form_differs", "form_conflict", "not_topical", "topical", "harmless",
)  # fmt: skip


def read_alternatives(table: TableReader) -> tuple[Alternative, ...]:
    """What was published without petrolatum."""
    table.text("version")
    found = tuple(
        Alternative(what=each.text("what"), caution=each.text("caution"), source=each.text("source"), status=Status(each.text("status")))
        for each in table.tables("alternative")
    )
    table.done()
    return found


def read_vocabulary(table: TableReader, *, directions: DirectionWords, notes: NoteWords) -> Vocabulary:
    """The words orders are read with. A phrase under two kinds is refused, since nothing could then decide what it means."""
    table.text("version")
    table.text("status")
    kinds: dict[tuple[str, ...], str] = {}
    for kind in _KINDS:
        for phrase in table.texts(kind):
            tokens = tuple(tokens_of(phrase))
            if kinds.get(tokens, kind) != kind:
                raise ReferenceDataError("DATA_CONTRADICTS", f'"{phrase}" stands under {kinds[tokens]} and under {kind}')
            kinds[tokens] = kind
    sig = {key.replace("-", ""): str(words) for key, words in table.table("sig").items()}
    refused = table.table("sig_refused")
    vocabulary = Vocabulary(
        kinds=kinds,
        longest=max(len(tokens) for tokens in kinds),
        sig=sig,
        sig_refused=frozenset(refused.texts("words")),
        sig_refused_exact=frozenset(refused.texts("case_sensitive")),
        directions=directions,
        notes=notes,
    )
    table.done()
    return vocabulary


def read_codes(table: TableReader) -> KnownCodes:
    """The verified codes, by every address their system is known under."""
    addresses = {system.text("address"): system.text("name") for system in table.tables("systems")}
    kinds: dict[tuple[str, str], str] = {}
    for name, key in (("UNII", "unii"), ("CAS", "cas")):
        for code, kind in table.table(key).items():
            kinds.update({(address, code): str(kind) for address, of in addresses.items() if of == name})
    rxnorm = table.table("rxnorm")
    kinds.update({(rxnorm.text("system"), code): "injection" for code in rxnorm.texts("injections")})
    table.done()
    return KnownCodes(kinds=kinds, checked_systems=addresses)
