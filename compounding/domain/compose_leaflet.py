"""The patient leaflet's content: the sentences of clinical rule 30, chosen by what is in the jar and what was found of the patient."""

from collections.abc import Iterator

from compounding.domain.label_content import LeafletContent, Pictogram, PublicPage, Section
from compounding.domain.label_warnings import Place
from compounding.domain.paper_facts import PaperFacts

_PICTOGRAMS = {
    Place.HOW: Pictogram.THIN_LAYER,
    Place.STOP: Pictogram.CALL,
    Place.FIRE: Pictogram.NO_FLAMES,
    Place.NOT_ON: Pictogram.NOT_IN_EYES,
    Place.STORE: Pictogram.COOL_STORE,
    Place.SAFE: Pictogram.OUT_OF_REACH,
}
"""A drawing where one says the same as the words beside it."""

_AS_POINTS = frozenset({Place.BEFORE, Place.HOW, Place.NOT_ON, Place.FIRST_AID, Place.STORE, Place.SAFE})
_FRAMED = frozenset({Place.STOP, Place.FIRE})


def compose_leaflet(facts: PaperFacts) -> LeafletContent:
    """The leaflet of one preparation, in the patient's language."""
    say = facts.say
    return LeafletContent(
        language=facts.phrases.language,
        title=f"{say('leaflet_title')}, {facts.numbers.lot}",
        draft_marks=facts.draft_marks,
        heading=say("leaflet_heading"),
        identity=(
            say("for_patient", name=facts.order.patient.name),
            facts.drug_line,
            f"{say('rx_number', number=facts.numbers.rx_number)}. {say('lot', lot=facts.numbers.lot)}",
            say("do_not_use_after", date=facts.beyond_use.on.isoformat()),
        ),
        sections=tuple(_sections(facts)),
        footer=(
            facts.phrases.phrase("page_n_of_m").text,
            f"{facts.numbers.lot}, {say('text_version', version=facts.phrases.version)}",
            say("read_more", citation=facts.evidence.claim("S17").citation),
        ),
        public_page=_public_page(facts),
    )


def _sections(facts: PaperFacts) -> Iterator[Section]:
    """The parts in the order in which they are needed; one without anything to say is left out."""
    say, site = facts.say, facts.site
    what = f"{say('what_made_for_you')} {say('what_not_approved')} {say('what_for')}"
    yield Section(heading=say("heading_what"), paragraphs=(what, say("evidence_weak")))
    inside = say("inside_strength", percent=facts.percent, milligrams=facts.milligrams_per_gram)
    before: dict[Place, tuple[str, ...]] = {
        Place.INSIDE: (f"{inside} {say('inside_base', base=facts.base)} {facts.other_ingredients}.",),
        Place.HOW: (say("how_directions", directions=facts.directions),),
        Place.STORE: (say("store"),),
    }
    after: dict[Place, tuple[str, ...]] = {Place.QUESTIONS: (f"{site.name}, {site.address}",)}
    for place in Place:
        if place.is_on_label:
            continue
        if place is Place.QUESTIONS:
            yield Section(heading=say("heading_results"), paragraphs=(say("results_slow"),))
        told = facts.told_at(place)
        if not told:
            continue
        as_points = place in _AS_POINTS
        yield Section(
            heading=say(place.value), paragraphs=(*before.get(place, ()), *(() if as_points else told), *after.get(place, ())),
            points=told if as_points else (), emphasis=place in _FRAMED, pictogram=_PICTOGRAMS.get(place),
        )  # fmt: skip


def _public_page(facts: PaperFacts) -> PublicPage | None:
    """The address of this text on the site's public page: formula, version and language, and nothing of a patient (clinical rule 25)."""
    if not facts.site.public_page:
        return None
    formula = facts.formula
    address = f"{facts.site.public_page.rstrip('/')}/{formula.id}/{formula.version}/{facts.phrases.language}"
    return PublicPage(address=address, caption=facts.say("public_page"))
