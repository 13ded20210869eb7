"""The container label's content, in the order of USP <17>: patient, drug, directions first; the pharmacy's own details last."""

from dataclasses import replace
from decimal import Decimal

from compounding.domain.gs1_codes import gs1_code
from compounding.domain.label_codes import LabelCode
from compounding.domain.label_content import CodeKind, LabelContent
from compounding.domain.label_digest import digest_of
from compounding.domain.paper_facts import PaperFacts


def compose_label(facts: PaperFacts) -> LabelContent:
    """The label of one container; where the site has a second language, with the same label in that language.

    The directions are the prescriber's words on both: an order keeps its sentence and not the parts it may have been built from, and the place on the body is
    free text in any case, which no table can say exactly in another language. That they are not translated is said as `DIRECTIONS_NOT_TRANSLATED`.
    Raises LevigateError `GS1_NOT_VALID` where the code cannot be written by the rules of GS1.
    """
    second = facts.in_second_language
    content = replace(_told(facts), translation=_told(second) if second is not None else None)
    code, kind = _code(facts, digest_of(content))
    translation = replace(content.translation, code=code, code_kind=kind) if content.translation is not None else None
    return replace(content, code=code, code_kind=kind, translation=translation)


def _told(facts: PaperFacts) -> LabelContent:
    """What the label says in one language, still without its code."""
    say, site = facts.say, facts.site
    details = [
        f"{say('quantity', amount=facts.number(facts.amount_g))}. {say('repeats', count=facts.number(Decimal(facts.repeats_left)))}.",
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
        number_line=f"{say('rx_number', number=facts.numbers.rx_number)}. {say('lot', lot=facts.numbers.lot)}",
        critical=(facts.directions, facts.zinc_statement, say("do_not_use_after", date=facts.beyond_use.on.isoformat())),
        warnings=facts.warnings_on_label,
        details=tuple(details),
        continued=facts.phrases.phrase("label_n_of_m").text,
        code="",
    )


def _code(facts: PaperFacts, digest: str) -> tuple[str, CodeKind]:
    """GS1 where the site has a company prefix and an item reference for this formula, otherwise the pharmacy's own numbers; both with the digest."""
    numbers, site = facts.numbers, facts.site
    item = site.gs1_item(facts.formula.id)
    if site.gs1_prefix and item:
        text = gs1_code(prefix=site.gs1_prefix, item=item, use_until=facts.beyond_use.on, lot=numbers.lot, serial=numbers.token, digest=digest)
        return text, CodeKind.GS1_DATA_MATRIX
    return LabelCode(lot=numbers.lot, rx_number=numbers.rx_number, token=numbers.token, digest=digest).text, CodeKind.DATA_MATRIX
