"""Which strength belongs to which ingredient, when one line of text names several of each.

"Sodium thiosulfate 25 % in zinc oxide ointment 20 %" holds two strengths; giving the wrong one to the drug is a decimal slip's cousin,
so a strength that could belong to two ingredients is handed on as undecided, and the order is held.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from compounding.domain.order_words import ENTITIES, Piece

_BASES = frozenset({"petrolatum", "zinc_ointment", "zinc_paste", "zinc", "zinc_other", "other_base"})
_OF = frozenset({"of", "de", "du", "des", "d"})
_RELATIONS = _OF | {"per", "pour", "por", "par", "para", "pro", "je", "for", "to", "ad", "zu", "by adding", "by weight", "weight"}
_ARTICLES = frozenset({"the", "a", "an", "la", "le", "les", "l", "el", "los", "las", "un", "une", "una", "der", "die", "das"})
_VEHICLES = frozenset(
    {"base", "vehicle", "excipient", "excipiente", "vehicule", "vehiculo", "grundlage", "ointment base", "oleaginous base", "hydrocarbon base"}
)


@dataclass(slots=True)
class Shares:
    """Strengths by the kind of ingredient they belong to, and those that could belong to more than one."""

    by_kind: dict[str, list[Decimal]] = field(default_factory=dict)
    undecided: list[Decimal] = field(default_factory=list)

    def give(self, kind: str, percent: Decimal) -> None:
        """Note a strength of an ingredient."""
        self.by_kind.setdefault(kind, []).append(percent)


def share(pieces: Sequence[Piece]) -> Shares:
    """Give each strength in a line to the ingredient it stands with.

    The line is cut at words that join ("in", "with", "+") and at commas; within a part, one ingredient takes all strengths; two ingredients take
    theirs in the order written. A part with strengths and no ingredient belongs to the one before it.
    """
    shares = Shares()
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.kind in {"joins", "either"} or (piece.kind == "punctuation" and piece.words in {",", ";"}):
            parts.append([])
        elif piece.kind in ENTITIES or piece.kind == "strength":
            parts[-1].append(piece)
        elif piece.kind == "abbreviation":
            # The order is held for the abbreviation; what stands beside it is still the drug's strength.
            parts[-1].append(Piece("drug", piece.words))
    last: str | None = None
    waiting: list[Decimal] = []
    for part in parts:
        entities = [piece for piece in part if piece.kind != "strength"]
        kinds = list(dict.fromkeys(piece.kind for piece in entities))
        strengths = [piece.percent for piece in part if piece.percent is not None]
        if not kinds:
            if last is None:
                waiting.extend(strengths)
            else:
                for percent in strengths:
                    shares.give(last, percent)
            continue
        strengths, waiting = waiting + strengths, []
        if len(kinds) == 1:
            for percent in strengths:
                shares.give(kinds[0], percent)
        else:
            _share_within(part, strengths, shares)
        last = kinds[-1]
    shares.undecided.extend(waiting)
    return shares


def of_the_base_alone(pieces: Sequence[Piece]) -> tuple[str, ...]:
    """The strengths and masses that may count the base alone: "25 % of base" is 20 % of the whole, and "in 60 g petrolatum" makes more than 60 g.

    A strength is one when it is "of", "per" or "to" a base, or a mass in a mass with the base's name right behind it; a mass is one between "in" and the base.
    """
    found = []
    for index, piece in enumerate(pieces):
        joined = index > 0 and pieces[index - 1].kind == "joins"
        if piece.kind != "strength" and not (piece.kind == "mass" and joined):
            continue
        is_related = piece.kind == "mass" or not piece.words.endswith("%")
        words = [piece.words]
        for following in pieces[index + 1 :]:
            words.append(following.words)
            if following.words in _RELATIONS and (piece.kind == "strength" or following.words in _OF):
                is_related = True
            elif following.words in _VEHICLES or following.kind in _BASES:
                if is_related:
                    found.append(" ".join(words))
                break
            elif following.words not in _ARTICLES:
                break
    return tuple(found)


def _share_within(part: Sequence[Piece], strengths: Sequence[Decimal], shares: Shares) -> None:
    """Two ingredients in one part: as many strengths as ingredients pair off in order, one strength goes to the ingredient just before or first after it."""
    order = [piece.kind if piece.kind != "strength" else "%" for piece in part]
    entities = [kind for kind in order if kind != "%"]
    if len(strengths) == len(entities) and order in (_woven(entities, first=True), _woven(entities, first=False)):
        for kind, percent in zip(entities, strengths, strict=True):
            shares.give(kind, percent)
    elif len(strengths) == 1 and order[:2] in (["drug", "%"], ["%", "drug"]):
        shares.give("drug", strengths[0])
    else:
        shares.undecided.extend(strengths)


def _woven(entities: Sequence[str], *, first: bool) -> list[str]:
    woven: list[str] = []
    for entity in entities:
        woven.extend(["%", entity] if first else [entity, "%"])
    return woven
