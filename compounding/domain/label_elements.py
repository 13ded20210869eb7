"""Which elements that a place asks of a container label does this label's text not carry? Asked of every label before it is kept (clinical rule 27)."""

import re
from collections.abc import Mapping

from compounding.domain.label_content import LabelContent
from compounding.domain.paper_facts import PaperFacts
from compounding.domain.site import LabelElement


def missing_elements(content: LabelContent, facts: PaperFacts) -> tuple[LabelElement, ...]:
    """The elements of the profile's `label_elements` that the finished text does not carry, in the profile's order; none on a whole label.

    What each element must read is taken from the facts, and looked for whole: "Quantity: 60 g" does not stand in "Quantity: 60 grams". A fact that is empty,
    such as a pharmacy without an address, is missing wherever it is looked for. Of a bilingual label each language must carry everything by itself.
    """
    second = facts.in_second_language
    lost = set(_lost(content, facts))
    if second is not None:
        lost |= set(_lost(content.translation, second)) if content.translation is not None else set(facts.profile.label_elements)
    return tuple(element for element in facts.profile.label_elements if element in lost)


def _lost(content: LabelContent, facts: PaperFacts) -> tuple[LabelElement, ...]:
    """The elements that the text of one language does not carry."""
    text = "\n".join((content.patient_name, content.drug, content.number_line, *content.critical, *content.warnings, *content.details))
    wanted = _wanted(facts)
    return tuple(element for element in facts.profile.label_elements if not all(_carries(text, words) for words in wanted[element]))


def _wanted(facts: PaperFacts) -> Mapping[LabelElement, tuple[str, ...]]:
    """What the label must say for each element; every one of the texts is needed."""
    say, site, drug = facts.say, facts.site, facts.say("drug_name")
    return {
        LabelElement.PHARMACY_NAME: (site.name,),
        LabelElement.PHARMACY_ADDRESS: (site.address,),
        LabelElement.PHARMACY_TELEPHONE: (site.telephone,),
        LabelElement.PRESCRIPTION_NUMBER: (say("rx_number", number=facts.numbers.rx_number),),
        LabelElement.DISPENSING_DATE: (say("date_dispensed", date=facts.dispensed_on.isoformat()),),
        LabelElement.PATIENT_NAME: (facts.order.patient.name,),
        LabelElement.PRESCRIBER: (facts.order.prescriber_name, say("prescriber", name=facts.order.prescriber_name)),
        LabelElement.DRUG: (drug,),
        LabelElement.STRENGTH: (facts.strength,),
        LabelElement.DOSAGE_FORM: (facts.dosage_form,),
        LabelElement.ACTIVE_INGREDIENTS: (f"{drug} {facts.strength}", say("strength_per_gram", milligrams=facts.milligrams_per_gram)),
        LabelElement.QUANTITY: (say("quantity", amount=facts.number(facts.amount_g)),),
        LabelElement.DIRECTIONS: (facts.directions,),
        LabelElement.ROUTE: (say("skin_only"),),
        LabelElement.BEYOND_USE_DATE: (say("do_not_use_after", date=facts.beyond_use.on.isoformat()),),
        LabelElement.STORAGE: (say("store_short"),),
        LabelElement.INTERNAL_NUMBER: (say("lot", lot=facts.numbers.lot),),
        LabelElement.WARNINGS: (facts.zinc_statement, *facts.warnings_on_label),
        LabelElement.COMPOUNDED_STATEMENT: (say("compounded_by", pharmacy=site.name),),
    }


def _carries(text: str, words: str) -> bool:
    """Whether the words stand in the text and are not part of a longer word or number there."""
    return bool(words.strip()) and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None
