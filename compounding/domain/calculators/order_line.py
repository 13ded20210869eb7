"""One line of an order as grams: "sodium thiosulfate 25 % in white petrolatum, qs 60 g". What is not understood is not calculated.

The same words are known here as in a whole order, and a word that stands nowhere stops the line.
"""

from fractions import Fraction

from compounding.domain.calculators.answers import Answer, CalculationRefused, Working, text
from compounding.domain.calculators.constants import Constants, hold_unusual_batch, hold_unusual_strength
from compounding.domain.calculators.inputs import Inputs
from compounding.domain.calculators.line_checks import BASES, DRUGS, check_symbols, check_words, is_made_up_to, is_of_the_whole
from compounding.domain.order_words import IN_GRAMS, LONGEST_TEXT, Piece, TextReading, read_text
from compounding.domain.strengths import share

_ABBREVIATION_MEANT = "sts"


def formula_of_line(inputs: Inputs, constants: Constants) -> Answer:
    """Each component in grams. Raises CalculationRefused `not_parsed`, or the code of the number or unit that cannot be read."""
    line = inputs.take("order_text")
    inputs.done()
    if not isinstance(line, str) or not line.strip() or len(line) > LONGEST_TEXT or len(line.strip().splitlines()) > 1:
        raise CalculationRefused("not_parsed", f"order_text: it must be one line of text, of {LONGEST_TEXT} characters at most")
    check_symbols(line)
    reading = read_text(line, constants.vocabulary, decimal_comma=inputs.decimal_comma)
    check_words(reading)
    drug, base = _one(reading, DRUGS, "drug"), _one(reading, BASES, "base")
    if drug.kind == "abbreviation" and drug.words != _ABBREVIATION_MEANT:
        raise CalculationRefused("not_parsed", f'"{drug.words}" is an abbreviation with more than one meaning')
    working = Working()
    batch, drug_g, formula, substitution = _masses(reading, drug)
    key = "STS" if drug.kind == "abbreviation" else "sodium_thiosulfate"
    working.give(key, drug_g, "g", formula=formula, substitution=substitution, source="the order's line")
    others = _levigating(reading, batch, working)
    rest = batch - drug_g - others
    if rest <= 0:
        raise CalculationRefused("composition_over_100", f"{text(drug_g + others)} g leave no room for the base in {text(batch)} g")
    working.give(
        base.words.replace(" ", "_"), rest, "g", formula="batch - all other components (q.s.)", substitution=f"{text(batch)} - {text(drug_g + others)}",
        source="conservation of mass",
    )  # fmt: skip
    if base.kind == "zinc":
        working.hold("missing_basis", '"zinc oxide" names no product: an ointment, a paste or a cream hold different amounts of it')
    hold_unusual_strength(working, drug_g * 100 / batch, constants)
    hold_unusual_batch(working, batch)
    return working.answer()


def _one(reading: TextReading, kinds: frozenset[str], what: str) -> Piece:
    found = {(piece.kind, piece.words): piece for piece in reading.pieces if piece.kind in kinds}
    if len(found) != 1:
        raise CalculationRefused("not_parsed", f"order_text: it names {'no' if not found else 'more than one'} {what} this program knows")
    return next(iter(found.values()))


def _masses(reading: TextReading, drug: Piece) -> tuple[Fraction, Fraction, str, str]:
    """The whole and the drug in it, in grams, with how they came about: from a strength and one mass, or from the drug's mass and a mass to make up to."""
    shares = share(reading.pieces)
    strengths = {Fraction(percent) for percent in shares.by_kind.get("drug", [])}
    masses = [index for index, piece in enumerate(reading.pieces) if piece.kind == "mass"]
    if shares.undecided or len(strengths) > 1:
        raise CalculationRefused("not_parsed", "order_text: it is not clear which strength is the drug's")
    if len(strengths) == 1 and len(masses) == 1:
        percent, batch = strengths.pop(), _grams(reading.pieces[masses[0]])
        _check_positive(percent, batch)
        if percent > 100:
            raise CalculationRefused("composition_over_100", f"order_text: {text(percent)} % is more than the whole")
        bases = {Fraction(each) for each in shares.by_kind.get("petrolatum", [])}
        if bases - {100 - percent}:
            raise CalculationRefused("not_parsed", "order_text: the strengths of the drug and of the base do not make 100 %")
        if not is_of_the_whole(reading, masses[0]):
            raise CalculationRefused("not_parsed", "order_text: its mass may be that of one ingredient; write qs before the mass of the whole")
        return batch, batch * percent / 100, "batch × % w/w ÷ 100", f"{text(batch)} × {text(percent)} ÷ 100"
    if not strengths and len(masses) == 2 and is_made_up_to(reading, masses[1]) and abs(masses[0] - reading.pieces.index(drug)) == 1:
        first, last = (_grams(reading.pieces[index]) for index in masses)
        _check_positive(first, last)
        return last, first, "as ordered", text(first)
    raise CalculationRefused("not_parsed", "order_text: it needs one strength of the drug and one mass of the whole")


def _levigating(reading: TextReading, batch: Fraction, working: Working) -> Fraction:
    agents = list(dict.fromkeys(reading.words_of("levigating")))
    if not agents:
        return Fraction(0)
    given = share(reading.pieces).by_kind.get("levigating", [])
    if len(agents) > 1 or len(given) != 1:
        raise CalculationRefused("not_parsed", f'order_text: it does not say how much "{agents[0]}"')
    percent = Fraction(given[0])
    return working.give(
        agents[0].replace(" ", "_"), batch * percent / 100, "g", formula="batch × % w/w ÷ 100", substitution=f"{text(batch)} × {text(percent)} ÷ 100"
    )


def _grams(piece: Piece) -> Fraction:
    number, unit = piece.words.split()
    return Fraction(number) * Fraction(IN_GRAMS[unit])


def _check_positive(*values: Fraction) -> None:
    if any(value <= 0 for value in values):
        raise CalculationRefused("not_positive", "order_text: an amount must be more than zero")
