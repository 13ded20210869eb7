"""What is typed about allergies, read at once and shown beside the text: as a part of the page for the script, as the whole page without one.

Nothing is decided here. The order is read again, with everything else in it, when it is checked.
"""

from dataclasses import dataclass

from flask import Blueprint, render_template

from compounding.domain.formulary import Formulary
from compounding.domain.patients import AllergyEntry, CodedText
from compounding.domain.screening.roles import ZINC
from compounding.domain.screening.screen import ReadEntry, screen
from compounding.domain.screening.statements import Effect, ZincReading
from compounding.web import words
from compounding.web.pharmacy import Pharmacy, current_pharmacy
from compounding.web.prepare import form_page, posted
from compounding.web.prepare_form import AskedForm, FileForm, OrderForm
from compounding.web.typed_order import WHERE

blueprint = Blueprint("allergy_reading", __name__)

_STANDS = frozenset({Effect.ALLERGY, Effect.UNCLEAR, Effect.REVIEW})

MOST_STATEMENTS = 60
"""Statements shown while they are typed; nobody reads more of them beside a text, and checking the order reads them all."""

_PLACES = {f"{WHERE}.allergies": "Allergies", "contact question": "From what, and what happened", "note": "Diagnosis and notes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement beside its reading: the verdict in words, the words that decided it, and each finding with its reason.

    `others` names the allergens of these preparations besides zinc; `grade` is how far the statement goes: stops, doubt or goes_on.
    """

    text: str
    place: str
    zinc: str
    verdict: str
    others: tuple[str, ...]
    grade: str
    deciding: tuple[str, ...]
    findings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingPage:
    """All statements of a form, and one sentence for whoever hears the page instead of seeing it."""

    summary: str
    statements: tuple[Statement, ...]


@blueprint.post("/prepare/reading")
def page() -> str:
    """The form as it was filled in, with the readings beside the texts: for a browser without scripts."""
    form = posted()
    if isinstance(form, FileForm):
        form.take()
    return form_page(form, reading=reading_of(form, current_pharmacy()))


@blueprint.post("/prepare/reading/part")
def part() -> str:
    """The readings alone, for the script that shows them while a person types."""
    form = posted()
    return render_template("pharmacy/_reading_part.html", reading=reading_of(form, current_pharmacy()))


def reading_of(form: AskedForm, house: Pharmacy) -> ReadingPage:
    """Read what stands in the form's texts about allergies, whatever has been ticked beside them so far."""
    texts = [(line, f"{WHERE}.allergies") for line in form.allergies_list.lines]
    if form.contact_details.text:
        texts.append((form.contact_details.text, "contact question"))
    entries = tuple(AllergyEntry(what=CodedText(text=text, where=where), where=where) for text, where in texts[:MOST_STATEMENTS])
    notes = form.notes.lines if isinstance(form, OrderForm) else ()
    read = screen(entries, house.data.lexicon, talk=house.data.talk, on=house.today, notes=notes).entries
    statements = tuple(_statement(each, house.data.formulary) for each in read)
    left_out = max(len(texts) - MOST_STATEMENTS, 0)
    return ReadingPage(summary=_summary(statements, left_out), statements=statements)


def _statement(read: ReadEntry, formulary: Formulary) -> Statement:
    jars = [formulary.holds(formula) for formula in formulary.formulas.values()]
    in_every, in_some = frozenset.intersection(*jars), frozenset.union(*jars, *(each.may_hold for each in formulary.substances.values()))
    standing = [each.allergen for each in read.reading.findings if each.effect in _STANDS and each.allergen != ZINC]
    stops = read.reading.zinc is ZincReading.ZINC or any(each in in_every for each in standing)
    doubts = read.reading.zinc is ZincReading.UNCLEAR or any(each in in_some for each in standing)
    shown = [each for each in read.reading.findings if each.effect is not Effect.CLEARED or read.reading.zinc is not ZincReading.ZINC]
    return Statement(
        text=read.entry.what.text,
        place=_PLACES.get(read.entry.where, ""),
        zinc=read.reading.zinc.value,
        verdict=words.READING[read.reading.zinc.value],
        others=tuple(words.ALSO[each in in_every].format(allergen=words.allergen(each)) for each in dict.fromkeys(standing) if each in in_some),
        grade="stops" if stops else "doubt" if doubts else "goes_on",
        deciding=tuple(dict.fromkeys(each.matched for each in shown)),
        findings=tuple(dict.fromkeys((words.EFFECT[each.effect.value].format(allergen=words.allergen(each.allergen)), each.why) for each in shown)),
    )


def _summary(statements: tuple[Statement, ...], left_out: int) -> str:
    if not statements:
        return ""
    counted = {verdict: sum(each.zinc == verdict for each in statements) for verdict in ("zinc", "unclear", "not_zinc")}
    parts = [words.COUNTED[verdict].format(count=count) for verdict, count in counted.items() if count]
    more = f" {left_out} more are read when the order is checked." if left_out else ""
    others = list(dict.fromkeys(other for each in statements for other in each.others))
    return " ".join((f"Read so far: {', '.join(parts)}.{more}", *(f"{other}." for other in others)))
