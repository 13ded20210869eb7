"""The allergy gate: what of this record stands against what goes into this jar. One function, asked again at every door.

It fails closed: an unknown ingredient, an unread entry or an unanswered question holds. A match has no override; a doubt is settled only by a pharmacist's
signed assessment of exactly that finding (clinical rule 9).
"""

from compounding.domain.reasons import Reason, reason
from compounding.domain.screening.assessments import OPEN, Assessment, assessment_of
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


def check(screening: Screening, *, holds: frozenset[str], base: str, assessments: tuple[Assessment, ...] = ()) -> tuple[Reason, ...]:
    """The reasons against preparing a jar that holds these allergens (lexicon ids) for this patient.

    `base` names the base in words; `assessments` are those signed for this patient. Warnings are among the reasons: an entry that does not stop this jar,
    or no longer does, is still shown.
    """
    reasons: list[Reason] = []
    zinc_in_jar = "zinc" in holds
    zinc = zinc_settled(screening, assessments)
    if zinc_in_jar and zinc is ZincReading.ZINC:
        reasons.append(_zinc("ZINC_ALLERGY_IN_ZINC_BASE", screening.entries, base))
    elif zinc_in_jar and zinc is ZincReading.UNCLEAR:
        still_open = tuple(read for read in screening.entries if not _is_settled(read, assessments, screening))
        reasons.append(_zinc("ZINC_ALLERGY_UNCLEAR", still_open, base))
    for read in screening.entries:
        reasons.extend(_of_entry(read, holds, zinc_in_jar=zinc_in_jar, screening=screening, assessments=assessments))
    for words in screening.of_nobody:
        reasons.append(reason("ALLERGY_UNCLEAR", detail=f"nobody can say whose it is: {words}"))
    if screening.conflict:
        reasons.append(reason("ALLERGY_CONFLICT", detail=screening.conflict))
    reasons.extend(_asked(screening, zinc_in_jar=zinc_in_jar))
    return tuple(dict.fromkeys(reasons))


def zinc_settled(screening: Screening, assessments: tuple[Assessment, ...]) -> ZincReading:
    """What the record says of zinc once the doubts that were signed for are settled. A zinc allergy stays one, whatever was signed."""
    if screening.zinc is not ZincReading.UNCLEAR:
        return screening.zinc
    doubtful = [read for read in screening.entries if read.reading.zinc is ZincReading.UNCLEAR]
    return ZincReading.NOT_ZINC if all(_is_settled(read, assessments, screening) for read in doubtful) else ZincReading.UNCLEAR


def _is_settled(read: ReadEntry, assessments: tuple[Assessment, ...], screening: Screening) -> bool:
    """Whether every doubt of an entry was settled. One that names zinc as an allergy and clears it elsewhere is not a doubt to settle but one to refute."""
    if any(finding.allergen == "zinc" and finding.effect is Effect.ALLERGY for finding in read.reading.findings):
        return False
    doubts = [finding for finding in read.reading.findings if finding.effect in OPEN]
    return bool(doubts) and all(assessment_of(finding, read.entry, assessments, on=screening.on) for finding in doubts)


def _zinc(code: str, entries: tuple[ReadEntry, ...], base: str) -> Reason:
    """The zinc reasons: with the deciding words where a finding of zinc has them, else with the entry that was not understood."""
    for read in entries:
        for finding in read.reading.findings:
            if finding.effect in _COUNTS and (finding.allergen == "zinc" or (code == "ZINC_ALLERGY_UNCLEAR" and read.reading.zinc is ZincReading.UNCLEAR)):
                return reason(code, detail=f'the record says "{finding.matched or finding.text[:80]}", and the base is {base}', where=finding.source)
    return reason(code, detail=f"the base is {base}")


def _of_entry(read: ReadEntry, holds: frozenset[str], *, zinc_in_jar: bool, screening: Screening, assessments: tuple[Assessment, ...]) -> list[Reason]:
    found: list[Reason] = []
    if read.refutation is not None:
        found.append(reason("ALLERGY_REFUTED", detail=f'"{read.entry.in_words[:80]}" {read.refutation.in_words}', where=read.entry.where))
    # "Desitin diaper cream" names its product: the class word beside a named zinc product is that product, not another unknown one.
    product_named = any(finding.allergen == "zinc" and finding.effect is Effect.ALLERGY for finding in read.reading.findings)
    for finding in read.reading.findings:
        words = f'"{_short(finding)}"'
        assessment = assessment_of(finding, read.entry, assessments, on=screening.on)
        if assessment is not None:
            found.append(reason("ALLERGY_ASSESSED", detail=assessment.in_words, where=finding.source))
        elif finding.effect not in _COUNTS:
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
