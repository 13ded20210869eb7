"""The Master Formulation Record's content: every part that USP <795> and NAPRA ask for; what nobody stated reads "Not stated", with room to write it in."""

from compounding.domain.formula_facts import NOT_STATED, FormulaFacts, field
from compounding.domain.formula_parts import known_of_the_ingredients, making_parts, strengths
from compounding.domain.formula_use_parts import decisions, rules_of_the_place, use_parts
from compounding.domain.formulary_versions import Origin, VersionState
from compounding.domain.label_content import Field, FormulaContent, FormulaPart

DIGEST_IN_CODE = 16
"""Letters of the text's sha256 in the record's code."""


def compose_formula(facts: FormulaFacts) -> FormulaContent:
    """The record of one formula version, in the staff's language, which is English."""
    formula, version = facts.formula, facts.version
    parts = (*making_parts(facts), *use_parts(facts), known_of_the_ingredients(facts), rules_of_the_place(facts))
    name = f"{formula.id}, version {formula.version}"
    return FormulaContent(
        language="en",
        title=f"Master Formulation Record, {name}",
        draft_marks=_marks(facts),
        heading=f"Master Formulation Record: {formula.name}",
        identity=_identity(facts),
        parts=(*parts, _not_stated(parts)),
        signatures_heading="Decisions and signatures",
        signatures=decisions(facts),
        footer=(
            "Page {page} of {pages}",
            f"{name}, sha256 {version.sha256[:DIGEST_IN_CODE]}. {facts.site.name}, as of {facts.printed_on.isoformat()}; a print is not kept up to date.",
        ),
        code=f"{formula.id} {formula.version} {version.sha256[:DIGEST_IN_CODE]}",
    )


def _marks(facts: FormulaFacts) -> tuple[str, ...]:
    """What may not be made by is marked on every page, and so is what no pharmacy stands behind."""
    risk = facts.risk
    since = f" since {risk.next_review_on.isoformat()}" if risk is not None else ""
    mark = {
        VersionState.PROPOSED: facts.phrases.say("draft_not_approved"), VersionState.REVIEW_OVERDUE: f"DRAFT: review overdue{since}, not for dispensing",
        VersionState.RETIRED: "RETIRED: nothing is begun by this version any more", VersionState.APPROVED: "",
    }[facts.state]  # fmt: skip
    return tuple(text for text in (mark, facts.phrases.say("draft_example_pharmacy") if facts.site.is_example else "") if text)


def _identity(facts: FormulaFacts) -> tuple[Field, ...]:
    formula, site, approval = facts.formula, facts.site, facts.approval
    return (
        field("Formula", formula.id), field("Version", formula.version), field(f"State on {facts.printed_on.isoformat()}", _state(facts)),
        field("Approved", f"{approval.on.isoformat()} by {approval.by}" if approval is not None else "by nobody yet"),
        field("Next review by", facts.risk.next_review_on.isoformat() if facts.risk is not None else ""),
        field("Dosage form", formula.dosage_form), field("Route", "for the skin only"), field("Strength", strengths(facts)),
        field("Written by", "this program, as it ships" if facts.version.origin is Origin.SHIPPED else "this pharmacy"),
        field("Standard", facts.profile.standard), field("Pharmacy", f"{site.name}, {site.address}, {site.telephone}"),
        field("Fingerprint of the exact text (sha256)", facts.version.sha256),
    )  # fmt: skip


def _state(facts: FormulaFacts) -> str:
    if facts.state is not VersionState.APPROVED or facts.in_force is None:
        return facts.state.value
    return "approved and in force" if facts.in_force == facts.version else f"approved; version {facts.in_force.version} is in force"


def _not_stated(parts: tuple[FormulaPart, ...]) -> FormulaPart:
    """Everything that has a space to write in, in one place, so that nobody has to look for it."""
    found = []
    for part in parts:
        names = [each.name.partition(". ")[0] for each in part.fields if not each.value]
        for column, heading in enumerate(part.table.headings if part.table is not None else ()):
            empty = [row[0] for row in part.table.rows if not row[column]] if part.table is not None else []
            names += empty if heading.startswith(NOT_STATED) else [heading.partition(". ")[0]] if empty else []
        found += [f"{part.heading}: {'; '.join(names)}"] if names else []
    told = "Written in by hand it counts for this print alone; to make it part of the record, propose a new version with it."
    return FormulaPart(heading="Not stated in this version", steps=tuple(f"{number}. {text}" for number, text in enumerate(found, 1)), paragraphs=(told,))
