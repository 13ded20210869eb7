"""The parts of a Master Formulation Record that say how it is kept, labelled and handled, and on what it rests (USP <795>, NAPRA)."""

from compounding.domain.formula_facts import NOT_STATED, FormulaFacts, field
from compounding.domain.label_content import FormulaPart, Table
from compounding.domain.label_warnings import Found, Place, warnings_at
from compounding.domain.numbers import format_number, rounded
from compounding.domain.people import Signature

_MEANING = {
    "approval": "Approval of this version for use at this pharmacy", "attestation": "Attestation that no water enters this formula",
    "retirement": "Retirement: nothing is begun by this version any more",
}  # fmt: skip
_NOT_SIGNED = "no electronic signature on record"


def use_parts(facts: FormulaFacts) -> tuple[FormulaPart, ...]:
    """Beyond-use limit and storage, labelling, risk, and references."""
    return (_beyond_use(facts), _labelling(facts), _risk(facts), _references(facts))


def _beyond_use(facts: FormulaFacts) -> FormulaPart:
    profile, site, attested = facts.profile, facts.site, facts.attestation
    limit, rule = (profile.nonaqueous_attested, profile.attested_rule) if attested is not None else (profile.not_attested, profile.not_attested_rule)
    longer = f"With an attestation that no water enters, {profile.nonaqueous_attested}: {profile.attested_rule}." if attested is None else ""
    on_record = f"{attested.by}, {attested.on.isoformat()}: {attested.reason}" if attested is not None else "None on record; the date is printed as proposed"
    counting = "The compounding date is day 1" if profile.compounding_date_is_day_one else "Counted from the day after compounding"
    earlier = "Never later than the earliest expiry of an ingredient that goes in; whatever ends first counts."
    return FormulaPart(
        heading="Beyond-use date and storage",
        fields=(
            field("Longest beyond-use limit by the rules", f"{limit}{'' if attested is not None else ', proposed'}"), field("Reference for it", rule),
            field("How it is counted", counting), field("Class of the preparation", facts.formula.beyond_use_class),
            field("This pharmacy's own limit", f"{site.house_limit_days} days" if site.house_limit_days is not None else "none beside it"),
            field("Attestation that no water enters", on_record), field("Storage", facts.formula.storage), field("Stability study of this formula", ""),
        ),
        paragraphs=tuple(text for text in (longer, earlier) if text),
    )  # fmt: skip


def _labelling(facts: FormulaFacts) -> FormulaPart:
    """What stands on every label of this formula, in the label's own words; where nobody has asked the patient, as on paper, the stricter sentence."""
    phrases, sheet, profile = facts.phrases, facts.sheet, facts.profile
    zinc = format_number(rounded(sheet.zinc_oxide_percent, 1)) if sheet is not None else "[worked out]"
    values = {
        "percent": zinc, "poison_centre": profile.poison_centres, "emergency_number": profile.emergency_number, "date": "[beyond-use date]",
        "telephone": facts.site.telephone,
    }  # fmt: skip
    found = Found(contains_zinc="zinc" in facts.formulary.holds(facts.formula))
    told = [" ".join(phrases.say(each, **{name: values[name] for name in phrases.phrase(each).placeholders}) for each in paragraph)
            for place in (Place.LABEL_CRITICAL, Place.LABEL) for paragraph in warnings_at(place, found)]  # fmt: skip
    percent = format_number(facts.formula.example.percent)
    strength = phrases.say("strength_as_pentahydrate", percent=percent)
    return FormulaPart(
        heading="Labelling",
        fields=(
            field(f"Drug, strength and basis, for example at {percent} %", f"{phrases.say('drug_name')} {strength}"),
            field("Storage, as the label says it", phrases.say("store_short")),
            field("Words for patients", f"phrases-{phrases.language}, version {phrases.version}"),
        ),
        paragraphs=(
            f"Every label carries: {'; '.join(each.value.replace('-', ' ') for each in profile.label_elements)}.",
            "Warnings on the label of this formula (nobody can leave one out; what was found of the patient decides further ones):",
        ),
        steps=tuple(f"{number}. {text}" for number, text in enumerate(told, 1)),
    )  # fmt: skip


def _risk(facts: FormulaFacts) -> FormulaPart:
    risk, formula = facts.risk, facts.formula
    holds = ", ".join(sorted(each.replace("_", " ") for each in facts.formulary.holds(formula)))
    proposed = (field("NAPRA level", formula.napra_level), field("Reasons for the level", " ".join(formula.napra_reasons)))
    if risk is None:
        asked = ("Hazards", "Safety data: link and date", "Cross-contact", "Reviewed by, with licence", "Reviewed on", "Next review by")
        return FormulaPart(
            heading="Risk assessment", fields=(*proposed, field("Allergens of the ingredients", holds)),
            paragraphs=("No risk assessment is on record: the level is the text's own proposal, and the formula cannot be approved without one.",),
            table=Table(headings=("To be assessed", f"{NOT_STATED}: to be written in"), rows=tuple((name, "") for name in asked), widths=(28, 72)),
        )  # fmt: skip
    return FormulaPart(
        heading="Risk assessment",
        fields=(
            field("NAPRA level", risk.napra_level), field("Reasons for the level", risk.level_reasons), field("Hazards", risk.hazards),
            field("Safety data", f"{risk.safety_data_link}, dated {risk.safety_data_on.isoformat()}"), field("Allergens of the ingredients", holds),
            field("Cross-contact", risk.cross_contact), field("Reviewed by", risk.reviewed_by), field("Reviewed on", risk.reviewed_on.isoformat()),
            field("Next review by", risk.next_review_on.isoformat()),
        ),
        paragraphs=(f"The formula's own text says of the level: {formula.napra_level}. {' '.join(formula.napra_reasons)}",),
    )  # fmt: skip


def _references(facts: FormulaFacts) -> FormulaPart:
    rows = tuple((each.text, each.status.value, "") for each in facts.formula.references)
    return FormulaPart(
        heading="References of the formula",
        table=Table(headings=("Reference", "How far it was checked", f"Date read. {NOT_STATED}:"), rows=rows, widths=(58, 24, 18)),
    )


def rules_of_the_place(facts: FormulaFacts) -> FormulaPart:
    """The texts that the jurisdiction's rules rest on, with when they were read."""
    rows = tuple(
        (each.text, each.version, each.status, each.read_on.isoformat(), each.review_by.isoformat()) for each in facts.profile.sources
    )  # fmt: skip
    return FormulaPart(
        heading=f"Rules of the place: {facts.profile.name}", paragraphs=(f"{facts.profile.standard}.",),
        table=Table(headings=("Source", "Version", "How far it was checked", "Read on", "Read again by"), rows=rows, widths=(44, 14, 18, 12, 12)),
    )  # fmt: skip


def decisions(facts: FormulaFacts) -> Table:
    """Every decision with who took it, as what, when and meaning what, as it was signed; an approval that nobody gave has its boxes empty."""
    made = (
        *(("approval", number, each.by, each.on, each.reason) for number, each in enumerate(facts.approvals)),
        *(("attestation", number, each.by, each.on, each.reason) for number, each in enumerate(facts.attestations)),
        *(("retirement", number, each.by, each.on, each.reason) for number, each in enumerate(facts.retirements)),
    )
    rows = []
    for kind, number, by, on, why in made:
        # A site decides one thing after another, and every decision is signed: the signatures under one kind of them stand in the same order.
        under = [signed for name, signed in facts.signatures if name == kind][number : number + 1]
        told = _told(facts, under[0]) if under else (by, on.isoformat(), _NOT_SIGNED)
        rows.append((f"{_MEANING[kind]}. Reason: {why}", *told))
    if facts.approval is None:
        rows.append((f"{_MEANING['approval']}: not given", "", "", ""))
    return Table(headings=("Meaning", "Name, role and licence", "When", "Signed with, for the text"), rows=tuple(rows), widths=(34, 28, 16, 22))


def _told(facts: FormulaFacts, signed: Signature) -> tuple[str, str, str]:
    until = f", valid until {signed.licence_expires_on.isoformat()}" if signed.licence_expires_on is not None else ""
    licence = f"licence {signed.licence}{until}" if signed.licence else "no licence on record"
    beside = f"; supervised by {signed.supervisor_name or signed.supervised_by}" if signed.supervised_by else ""
    here = signed.at.astimezone(facts.site.time_zone)
    return (
        f"{signed.name}, {signed.role.value}, {licence}{beside}", here.strftime("%Y-%m-%d %H:%M %Z"),
        f"{signed.confirmed_by or 'not recorded'}; sha256 {signed.of_sha256[:16]}",
    )  # fmt: skip
