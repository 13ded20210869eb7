"""The patient leaflet's content: the sentences of clinical rule 30, chosen by what is in the jar."""

from compounding.domain.label_content import LeafletContent, Section
from compounding.domain.paper_facts import PaperFacts


def compose_leaflet(facts: PaperFacts) -> LeafletContent:
    """The leaflet of one preparation, in the patient's language."""
    say, profile, site = facts.say, facts.profile, facts.site
    poison = profile.poison_centres
    bud = facts.beyond_use.on.isoformat()
    inside = f"{say('inside_base', base=facts.base)} {facts.other_ingredients}."
    sections = [
        Section(heading=say("heading_what"), paragraphs=(
            f"{say('what_made_for_you')} {say('what_not_approved')} {say('what_for')}", say("evidence_weak"))),
        Section(heading=say("heading_before"), points=tuple(say(each) for each in (
            "before_allergies", "before_rash", "before_pregnancy", "before_child", "before_kidney_heart", "before_wound", "before_oxygen"))),
        Section(heading=say("heading_inside"), paragraphs=(
            f"{say('inside_strength', percent=facts.percent, milligrams=facts.milligrams_per_gram)} {inside}", facts.zinc_statement)),
        Section(heading=say("heading_how"), paragraphs=(say("how_directions", directions=facts.directions),), points=tuple(say(each) for each in (
            "how_wash_hands", "how_clean_skin", "how_thin_layer", "how_wash_hands_after", "how_cover", "how_no_tight_wrap", "how_no_heat"))),
        # The clinical assessment that asks about open skin belongs to the workflow: until it is asked, the first sentence stands (clinical rule 30).
        Section(heading=say("heading_open_skin"), paragraphs=(say("open_skin_not_stated"),)),
        Section(heading=say("heading_stinging"), paragraphs=(say("stinging"),)),
        Section(heading=say("heading_stop"), paragraphs=(
            say("stop_and_call"), say("stop_rash_infection"), say("emergency", emergency_number=profile.emergency_number)), emphasis=True),
        Section(heading=say("heading_fire"), paragraphs=(say("fire"),), emphasis=True),
        Section(heading=say("heading_not_on"), points=(say("not_on_eyes"), say("not_on_deep_wounds"))),
        Section(heading=say("heading_first_aid"), points=(
            say("eye_first_aid", poison_centre=poison), say("swallowed_first_aid", poison_centre=poison))),
        Section(heading=say("heading_mix"), paragraphs=(say("may_not_mix_well"),)),
    ]  # fmt: skip
    if facts.contains_zinc:
        sections.append(Section(heading=say("heading_xray"), paragraphs=(say("xray_zinc"),)))
    sections += [
        Section(heading=say("heading_missed"), paragraphs=(say("missed_application"),)),
        Section(heading=say("heading_store"), paragraphs=(say("store"),), points=(
            say("bring_back"), say("discard_after", date=bud), say("keep_from_children"), say("pets"), say("do_not_share"), say("leftovers"))),
        Section(heading=say("heading_results"), paragraphs=(say("results_slow"),)),
        Section(heading=say("heading_questions"), paragraphs=(say("questions_call", telephone=site.telephone), f"{site.name}, {site.address}")),
    ]  # fmt: skip
    return LeafletContent(
        language=facts.phrases.language,
        title=f"{say('leaflet_title')}, {facts.numbers.lot}",
        draft_marks=facts.draft_marks,
        heading=say("leaflet_heading"),
        identity=(
            say("for_patient", name=facts.order.patient.name),
            facts.drug_line,
            f"{say('rx_number', number=facts.numbers.rx_number)}   {say('lot', lot=facts.numbers.lot)}",
            say("do_not_use_after", date=bud),
        ),
        sections=tuple(sections),
        footer=(
            facts.phrases.phrase("page_n_of_m").text,
            f"{facts.numbers.lot}, {say('text_version', version=facts.phrases.version)}",
            say("read_more", citation=facts.evidence.claim("S17").citation),
        ),
    )
