"""The plain sentences that tell a person why a finding was made, and to what effect."""

from compounding.domain.screening.roles import GENERIC_TOPICAL, ZINC
from compounding.domain.screening.standing import Mention, Standing
from compounding.domain.screening.statements import Effect

_STANDINGS = {
    Standing.CLEARED: "The words say that the patient does not react to {label}.",
    Standing.DOUBTED: "The words leave in doubt whether the patient reacts to {label}.",
    Standing.DENIED_UNCLEARLY: "The words may deny a reaction to {label}, but not clearly enough to rely on.",
    Standing.PAST: "The words speak of {label} as something of the past; an old allergy can come back.",
    Standing.FAMILY: "The words speak of a relative or another person, not of the patient's own reaction to {label}.",
    Standing.FAMILY_HISTORY: "The words speak of the family's history, not of the patient's own reaction to {label}.",
    Standing.TOLD: "The words name a relative or another person: whether they speak of that person's reaction to {label} or of the patient's is open.",
    Standing.LEVEL: "The words speak of {label} in the body, not of an allergy.",
    Standing.LACK: "The words speak of a lack of {label} in the body, which is no allergy to it.",
    Standing.USED: "The words say that {label} is used, but not whether it is tolerated.",
    Standing.BY_MOUTH: "A stomach reaction or a product taken by mouth does not show whether the skin reacts to {label}.",
}
_EFFECTS = {
    Effect.ALLERGY: "The words name {label}.",
    Effect.REVIEW: "The words name {label}: a pharmacist decides whether it matters for this preparation.",
    Effect.INFORMATION: "The words name {label}: not zinc, and none of the ingredients that are screened for.",
    Effect.UNCLEAR: "The words name {label}, which may hold zinc.",
    Effect.CLEARED: "The words clear {label}.",
}


def effect_of(mention: Mention) -> Effect:
    """What a mention does. Doubt never lowers a harmless allergen to a hold, and never lifts one (clinical rules 9, 11)."""
    own = mention.term.meaning.effect
    standing = mention.standing
    if standing in {Standing.CLEARED, Standing.LACK}:
        return Effect.CLEARED
    if standing is Standing.BY_MOUTH:
        return Effect.REVIEW
    if standing is Standing.AFFIRMED or own in {Effect.INFORMATION, Effect.REVIEW}:
        return own
    if standing is Standing.PAST and not mention.is_zinc:
        # Only a refuted entry or one made in error clears an ingredient (clinical rule 11); "it was long ago" does not.
        return own
    return Effect.UNCLEAR


def reason_for(mention: Mention) -> str:
    """Why, in one sentence."""
    label = mention.term.meaning.label or mention.term.meaning.allergen
    if mention.term.is_misspelt and mention.is_zinc and mention.standing in {Standing.AFFIRMED, Standing.DOUBTED}:
        return f"The words look like a misspelling of {label}."
    if mention.standing is Standing.AFFIRMED:
        if mention.term.meaning.allergen == ZINC and mention.term.meaning.effect is Effect.ALLERGY and label != ZINC:
            return f"The words name {label}, which contains zinc."
        if mention.term.meaning.allergen == GENERIC_TOPICAL:
            return f"The words name {label}, and what they hold is not stated: it may be zinc."
        return _EFFECTS[effect_of(mention)].format(label=label)
    return _STANDINGS[mention.standing].format(label=label)
