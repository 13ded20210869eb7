"""The words of one text, each with what it does in the statement."""

from dataclasses import replace
from typing import NamedTuple

from compounding.domain.screening import dates
from compounding.domain.screening.lexicon import Lexicon, Meaning
from compounding.domain.screening.normalise import Token, tokens_of
from compounding.domain.screening.roles import ALLERGEN_ROLES, KNOWN_OTHER, ZINC, Role
from compounding.domain.screening.statements import Effect

HARD_BREAK = ";"
SOFT_BREAK = ","
COLON = ":"
SLASH = "/"
_UNKNOWN = Meaning(role=Role.UNKNOWN)
_DOUBT = Meaning(role=Role.SUSPICION)
_AND = Meaning(role=Role.AND)
_YES = Meaning(role=Role.YES)
_FILLER = Meaning(role=Role.FILLER)
_PERHAPS_ZINC = Meaning(role=Role.PERHAPS_ZINC, allergen=ZINC, effect=Effect.UNCLEAR, label="zinc")
_ANSWERS = frozenset({Role.NEGATION.value, Role.NONE.value, Role.YES.value})
_OPENS_A_REMARK = frozenset("([{:|-–—")
_REACTION_UNKNOWN = "reaction"
_REACTION_WORDS = frozenset({Role.ALLERGY.value, Role.REACTION.value, Role.SYMPTOM.value, Role.QUALIFIER.value, Role.YEAR.value})
_MARKS = {
    "\n": (HARD_BREAK, _FILLER), ";": (HARD_BREAK, _FILLER), ",": (SOFT_BREAK, _FILLER), "(": (SOFT_BREAK, _FILLER), ")": (SOFT_BREAK, _FILLER),
    ":": (COLON, _FILLER), "/": (SLASH, _FILLER), "?": (Role.SUSPICION.value, _DOUBT),
}  # fmt: skip
_FIGURES = frozenset("0123456789")
_MONTH = "month"
_YEAR = Meaning(role=Role.YEAR)
_LIKE_ZINC = Meaning(role=Role.PERHAPS_ZINC, allergen=ZINC, effect=Effect.ALLERGY, label="zinc")
_LONGEST_SPELLED_OUT = 8
_LONGEST_REGISTERED = 8
MOST_TOKENS = 700
"""More words and signs than about 140 allergens with their reactions need."""
_MOST_GUESSES = 30
"""How many unknown words of one text are tried as misspellings; a text with more is nobody's allergy list and stays unclear."""


class Term(NamedTuple):
    """A word, phrase or mark: the letter of its role (or the mark itself), its meaning and its span in the text."""

    letter: str
    meaning: Meaning
    start: int
    end: int
    is_misspelt: bool = False


def terms_of(text: str, lexicon: Lexicon, *, language: str | None = None) -> tuple[Term, ...] | None:
    """Every term of a text in order, the longest known phrase first; None for a heap of signs that no person wrote.

    Words without weight ("the", a date, a dose) are left out.
    """
    tokens = tokens_of(text, most=MOST_TOKENS + 1)
    if len(tokens) > MOST_TOKENS:
        return None
    words = tuple([token.word for token in tokens])
    terms: list[Term] = []
    guesses: dict[str, Meaning | None] = {}
    tree = lexicon.tree
    place = 0
    while place < len(tokens):
        token = tokens[place]
        node = tree.get(token.word)
        if isinstance(node, Meaning):
            length, meaning = 1, node
        elif node is None and (token.is_mark or token.word[-1] != "s"):
            length, meaning = 1, None
        else:
            length, meaning = lexicon.phrase_at(words, place=place)
        if _may_be_longer(tokens, place=place, after=place + length, meaning=meaning):
            length, meaning = _registered_at(words, place=place, lexicon=lexicon, curated=(length, meaning))
        if token.word[0] in _FIGURES or (meaning is not None and meaning.scope == _MONTH):
            dated = dates.length(tokens, place=place, lexicon=lexicon)
            if dated:
                place += dated
                continue
        if meaning is not None:
            if meaning.role is not Role.FILLER:
                terms.append(_named(text, first=token, last=tokens[place + length - 1], meaning=meaning, language=language))
        elif token.is_mark:
            terms.append(_mark(text, tokens=tokens, place=place))
        else:
            length, found = _word(tokens, place=place, lexicon=lexicon, guesses=guesses)
            terms += found
        place += length
    letters = "".join([term.letter for term in terms])
    if Role.SALT in letters:
        terms = _with_salts_joined(terms)
    if Role.SUSPICION in letters:
        terms = _with_questions_answered(terms)
    if Role.NO_INFORMATION in letters:
        terms = _without_unknown_reactions(text, terms=terms)
    return tuple(terms)


def _may_be_longer(tokens: tuple[Token, ...], *, place: int, after: int, meaning: Meaning | None) -> bool:
    """Whether the register of substances is asked: for a stranger, and for a harmless substance directly followed by another word."""
    if meaning is None:
        return not tokens[place].is_mark
    return meaning.allergen == KNOWN_OTHER and after < len(tokens) and not tokens[after].is_mark


def _registered_at(words: tuple[str, ...], *, place: int, lexicon: Lexicon, curated: tuple[int, Meaning | None]) -> tuple[int, Meaning | None]:
    """The longer of what the lexicon itself and the register of substances know here; at equal length the lexicon's own."""
    registered = lexicon.registered_name(words[place : place + _LONGEST_REGISTERED])
    if registered is not None and (curated[1] is None or registered[0] > curated[0]):
        return registered
    return curated


def _named(text: str, *, first: Token, last: Token, meaning: Meaning, language: str | None) -> Term:
    """A known name. The symbol Zn alone is zinc in its own capitals, but in German "Zn" also opens "state after", and "zn" is any slip."""
    if first.word == "zn" and first is last and (text[first.start : last.end] not in {"Zn", "ZN"} or (language or "").startswith("de")):
        return Term(Role.PERHAPS_ZINC, _PERHAPS_ZINC, first.start, last.end)
    return Term(meaning.role, meaning, first.start, last.end)


def _mark(text: str, *, tokens: tuple[Token, ...], place: int) -> Term:
    token = tokens[place]
    known = _MARKS.get(token.word)
    if known is not None:
        return Term(known[0], known[1], token.start, token.end)
    if token.word == ".":
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        ends_the_sentence = following is None or following.is_mark or not text[following.start].islower()
        return Term(HARD_BREAK if ends_the_sentence else SOFT_BREAK, _FILLER, token.start, token.end)
    # "++" and "+++" grade a positive test; a single plus joins two names.
    is_grade = "+" in {text[token.start - 1 : token.start], text[token.end : token.end + 1]}
    return Term(Role.YES, _YES, token.start, token.end) if is_grade else Term(Role.AND, _AND, token.start, token.end)


def _word(tokens: tuple[Token, ...], *, place: int, lexicon: Lexicon, guesses: dict[str, Meaning | None]) -> tuple[int, list[Term]]:
    """A word that is no known name as it stands: letters spelled out, a compound, a number, a slip, or unknown."""
    token = tokens[place]
    length, meaning = _spelled_out(tokens, place=place, lexicon=lexicon)
    if meaning is not None:
        return length, [Term(meaning.role, meaning, token.start, tokens[place + length - 1].end)]
    parts = lexicon.compound(token.word)
    if parts:
        return 1, [Term(part.role, part, token.start, token.end) for part in parts]
    if _is_number(token.word):
        return 1, [Term(Role.YEAR, _YEAR, token.start, token.end)] if dates.is_year(token.word.removesuffix("s")) else []
    if token.word in lexicon.look_alikes and _is_zinc_before_its_salt(tokens, place=place, lexicon=lexicon):
        return 1, [Term(Role.PERHAPS_ZINC, _LIKE_ZINC, token.start, token.end, is_misspelt=True)]
    if token.word not in guesses:
        guesses[token.word] = lexicon.misspelling(token.word) if len(guesses) < _MOST_GUESSES else None
    guess = guesses[token.word]
    if guess is None:
        return 1, [Term(Role.UNKNOWN, _UNKNOWN, token.start, token.end)]
    if guess.role is not Role.ZINC:
        return 1, [Term(guess.role, guess, token.start, token.end, is_misspelt=True)]
    following = lexicon.phrases.get((tokens[place + 1].word,)) if place + 1 < len(tokens) else None
    is_plain = (token.word[0] == "z" and len(token.word) > 3) or len(token.word) >= 6 or (following is not None and following.role is Role.SALT)
    meaning = _PERHAPS_ZINC
    if is_plain:
        # Kept for the next time the same slip is met: a text may hold it hundreds of times.
        plain = token.word + " "
        meaning = guesses.get(plain) or guesses.setdefault(plain, replace(guess, role=Role.PERHAPS_ZINC)) or _PERHAPS_ZINC
    return 1, [Term(Role.PERHAPS_ZINC, meaning, token.start, token.end, is_misspelt=True)]


def _is_zinc_before_its_salt(tokens: tuple[Token, ...], *, place: int, lexicon: Lexicon) -> bool:
    """ "Zin oxide", "zing oxide": words that are left alone by themselves, but beside the name of a salt can only be meant for zinc."""
    word = tokens[place].word
    if word[0] != "z" or place + 1 >= len(tokens) or not lexicon.is_slip_of_zinc(word):
        return False
    following = lexicon.phrases.get((tokens[place + 1].word,))
    return following is not None and following.role is Role.SALT


def _spelled_out(tokens: tuple[Token, ...], *, place: int, lexicon: Lexicon) -> tuple[int, Meaning | None]:
    """ "N.K.D.A." and "Z I N C": three or more single letters in a row are one word. Two are not: "Z.n." is German for "state after"."""
    if len(tokens[place].word) > 1:
        return 1, None
    last = place
    while last < min(len(tokens), place + _LONGEST_SPELLED_OUT) and len(tokens[last].word) == 1 and tokens[last].word.isascii() and tokens[last].word.isalpha():
        last += 1
    for end in range(last, place + 2, -1):
        meaning = lexicon.phrases.get(("".join(token.word for token in tokens[place:end]),))
        if meaning is not None:
            return end - place, meaning
    return 1, None


_UNITS = ("mg", "g", "mcg", "ug", "ml", "iu", "ui", "ie", "x", "st", "nd", "rd", "th", "y", "yr", "yo", "yrs", "h", "d", "j", "s", "er", "e")


def _is_number(word: str) -> bool:
    """A date, a dose, a strength: figures, alone or with a unit written against them, name no allergen."""
    figures = word.lstrip("0123456789")
    return word != figures and (not figures or figures in _UNITS)


def _with_questions_answered(terms: list[Term]) -> list[Term]:
    """A form's question: "Allergies? Penicillin", "Allergic to zinc? No". Its mark asks the patient; any other question mark is the writer's own doubt."""
    for place, term in enumerate(terms):
        if term.meaning is not _DOUBT or place == 0:
            continue
        following = [each.letter for each in terms[place + 1 : place + 3]]
        asks_in_general = (
            terms[place - 1].letter in {Role.ALLERGY, Role.PREDICATE} and (place == 1 or terms[place - 2].letter == HARD_BREAK) and following[:1] != []
        )
        is_answered = following[:1] and following[0] in _ANSWERS and (len(following) == 1 or following[1] == HARD_BREAK)
        if asks_in_general or is_answered:
            terms[place] = term._replace(letter=COLON, meaning=_FILLER)
    return terms


def _without_unknown_reactions(text: str, *, terms: list[Term]) -> list[Term]:
    """ "Penicillin (unknown)": in brackets, or after a dash, beside an allergen that is known, "unknown" is its reaction and no further allergen."""
    kept: list[Term] = []
    for place, term in enumerate(terms):
        is_about_reaction = term.letter == Role.NO_INFORMATION and term.meaning.scope == _REACTION_UNKNOWN
        stands_beside = place > 1 and terms[place - 2].letter == Role.SUBSTANCE and text[terms[place - 1].start] in _OPENS_A_REMARK
        ends_there = place + 1 == len(terms) or not terms[place + 1].letter.isalpha() or terms[place + 1].letter in _REACTION_WORDS
        if not (is_about_reaction and stands_beside and ends_there):
            kept.append(term)
    return kept


def _with_salts_joined(terms: list[Term]) -> list[Term]:
    """ "Sulfate" after a known drug only says which salt it is; anywhere else it is a word nobody has explained."""
    joined: list[Term] = []
    for term in terms:
        if term.letter == Role.SALT:
            if joined and joined[-1].letter in ALLERGEN_ROLES:
                joined[-1] = joined[-1]._replace(end=term.end)
                continue
            joined.append(term._replace(letter=Role.UNKNOWN.value, meaning=_UNKNOWN))
        else:
            joined.append(term)
    return joined
