"""The container label's content, in the order of USP <17>: patient, drug, directions first; the pharmacy's own details last."""

from compounding.domain.label_content import LabelContent
from compounding.domain.paper_facts import PaperFacts


def compose_label(facts: PaperFacts) -> LabelContent:
    """The label of one container."""
    say, site = facts.say, facts.site
    details = [
        f"{say('quantity', amount=facts.number(facts.amount_g))}. {say('repeats', count=str(facts.repeats_left))}.",
        f"{say('strength_per_gram', milligrams=facts.milligrams_per_gram)}. {facts.other_ingredients}.",
        say("store_short"),
        f"{say('date_compounded', date=facts.compounded_on.isoformat())}. {say('date_dispensed', date=facts.dispensed_on.isoformat())}.",
        # A file carries no signature, and the paper says so until a pharmacist attests source and licence (clinical rule 1).
        f"{say('prescriber', name=facts.order.prescriber_name)}." + ("" if facts.prescriber_attested else f" {say('prescriber_not_verified')}."),
    ]
    if facts.order.order_ref:
        details.append(say("order_ref", reference=facts.order.order_ref))
    details.append(say("compounded_by", pharmacy=site.name))
    details.append(say("pharmacy_contact", address=site.address, telephone=site.telephone))
    return LabelContent(
        language=facts.phrases.language,
        title=f"{say('drug_name')}, {facts.numbers.lot}",
        draft_marks=facts.draft_marks,
        patient_name=facts.order.patient.name,
        drug=facts.drug_line,
        number_line=f"{say('rx_number', number=facts.numbers.rx_number)}   {say('lot', lot=facts.numbers.lot)}",
        critical=(facts.directions, facts.zinc_statement, say("do_not_use_after", date=facts.beyond_use.on.isoformat())),
        warnings=facts.warnings_on_label,
        details=tuple(details),
        continued=facts.phrases.phrase("label_n_of_m").text,
        code=facts.numbers.code,
    )
