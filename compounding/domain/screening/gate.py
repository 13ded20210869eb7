"""The allergy gate: what of this record stands against what goes into this jar. One function, asked again at every door.

It fails closed: an unknown ingredient, an unread entry or an unanswered question holds.
"""

from compounding.domain.reasons import Reason, reason
from compounding.domain.screening.screen import ReadEntry, Screening
from compounding.domain.screening.statements import Effect, Finding, ZincReading

_COUNTS = frozenset({Effect.ALLERGY, Effect.UNCLEAR, Effect.REVIEW})
_NOT_READ = frozenset({"unrecognised", "generic_topical"})

_SAYS_NOTHING = frozenset({"none_known", "no_information", "known_other"})

# Findings that speak of these allergens have a code of their own; anything else in the jar shares one.
_CODES = {
    "petrolatum": "PETROLATUM_ALLERGY",
    "mineral_oil": "PETROLATUM_ALLERGY",
    "thiosulfate": "THIOSULFATE_ALLERGY",
    "sulfite": "SULFITE_SENSITIVITY",
}


def check(screening: Screening, *, holds: frozenset[str], base: str) -> tuple[Reason, ...]:
    """The reasons against preparing a jar that holds these allergens (lexicon ids) for this patient.

    `base` names the base in words. Warnings are among them: an entry that does not stop this jar is still shown.
    """
    reasons: list[Reason] = []
    zinc_in_jar = "zinc" in holds
    if zinc_in_jar and screening.zinc is ZincReading.ZINC:
        reasons.append(_reason("ZINC_ALLERGY_IN_ZINC_BASE", screening, "zinc", base))
    elif zinc_in_jar and screening.zinc is ZincReading.UNCLEAR:
        reasons.append(_reason("ZINC_ALLERGY_UNCLEAR", screening, "zinc", base))
    for read in screening.entries:
        reasons.extend(_of_entry(read, holds, zinc_in_jar=zinc_in_jar))
    for words in screening.of_nobody:
        reasons.append(reason("ALLERGY_UNCLEAR", detail=f"nobody can say whose it is: {words}"))
    if screening.conflict:
        reasons.append(reason("ALLERGY_CONFLICT", detail=screening.conflict))
    reasons.extend(_asked(screening, zinc_in_jar=zinc_in_jar))
    return tuple(dict.fromkeys(reasons))


def _reason(code: str, screening: Screening, allergen: str, base: str) -> Reason:
    """The zinc reasons: with the deciding words where a finding of zinc has them, else with the entry that was not understood."""
    for read in screening.entries:
        for finding in read.reading.findings:
            if finding.effect in _COUNTS and (finding.allergen == allergen or (code == "ZINC_ALLERGY_UNCLEAR" and read.reading.zinc is ZincReading.UNCLEAR)):
                return reason(code, detail=f'the record says "{finding.matched or finding.text[:80]}", and the base is {base}', where=finding.source)
    return reason(code, detail=f"the base is {base}")


def _of_entry(read: ReadEntry, holds: frozenset[str], *, zinc_in_jar: bool) -> list[Reason]:
    found: list[Reason] = []
    # "Desitin diaper cream" names its product: the class word beside a named zinc product is that product, not another unknown one.
    product_named = any(finding.allergen == "zinc" and finding.effect is Effect.ALLERGY for finding in read.reading.findings)
    for finding in read.reading.findings:
        words = f'"{_short(finding)}"'
        if finding.effect not in _COUNTS:
            if finding.effect is Effect.INFORMATION and finding.allergen not in _SAYS_NOTHING:
                found.append(reason("ALLERGY_EXPLAINED", detail=f"{words}: {finding.why}", where=finding.source))
            elif finding.allergen in holds:
                found.append(reason("ALLERGY_IN_VIEW", detail=f"{words}: {finding.why}", where=finding.source))
        elif finding.allergen == "zinc":
            # In a zinc jar the whole record's reading decides, above; in another it must still be seen.
            if not zinc_in_jar:
                found.append(reason("ALLERGY_IN_VIEW", detail=f"{words}: {finding.why}", where=finding.source))
        elif finding.allergen == "sulfite" and "thiosulfate" in holds:
            found.append(reason("SULFITE_SENSITIVITY", detail=words, where=finding.source))
        elif finding.allergen in holds:
            code = _CODES.get(finding.allergen, "BASE_INGREDIENT_ALLERGY")
            found.append(reason(code, detail=words, where=finding.source))
        elif finding.allergen in _NOT_READ and not (finding.allergen == "generic_topical" and product_named):
            found.append(reason("ALLERGY_UNCLEAR", detail=f"{words}: {finding.why}", where=finding.source))
    return found


def _asked(screening: Screening, *, zinc_in_jar: bool) -> list[Reason]:
    if screening.asked_ahead:
        return [reason("ALLERGY_NOT_ASKED", detail="The answer about allergies is dated ahead.")]
    if screening.zinc is ZincReading.NOT_ASKED:
        return [reason("ALLERGY_NOT_ASKED", detail="Nobody has recorded asking this patient about allergies.")]
    only_none = all(read.reading.none_known is not None for read in screening.entries)
    if only_none and not screening.asked_none and screening.asked_long_ago:
        return [reason("ALLERGY_NOT_ASKED", detail="The last answer about allergies is more than a year old; ask again.")]
    if only_none and not screening.asked_none:
        return [reason("ALLERGY_NOT_ASKED", detail='"No known allergies" does not say who asked and on which day.')]
    # Where zinc is recorded no answer could open this jar, so none is asked for.
    if zinc_in_jar and screening.zinc is not ZincReading.ZINC and not screening.contact_answered:
        question = '"Have you ever had a rash from a cream, sunscreen, diaper cream, plaster or tape?"'
        return [reason("ALLERGY_NOT_ASKED", detail=f"A zinc base also needs a dated answer to {question}")]
    return []


def _short(finding: Finding) -> str:
    return finding.text if len(finding.text) <= 80 else finding.matched or finding.text[:80]
