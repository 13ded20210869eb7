"""What the papers of a record say: the facts they share, pinned to the texts and settings it was planned with, and its worksheet as it stands."""

from dataclasses import replace
from datetime import datetime

from compounding.domain.allergy_gate import refusals
from compounding.domain.compose_worksheet import compose_worksheet
from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.errors import WorkflowRefused
from compounding.domain.filled_worksheet import filled
from compounding.domain.formulary_versions import PHRASES_OF, Kind
from compounding.domain.label_content import WorksheetContent
from compounding.domain.paper_facts import Numbers, PaperFacts
from compounding.domain.reasons import reason
from compounding.domain.selection import FormulationChoice
from compounding.domain.site import second_language
from compounding.paper import Made, facts_of
from compounding.reference import ReferenceData
from compounding.storage import people
from compounding.workflow.benches import OnBench, data_with, examined_with_its_lots, formula_pinned
from compounding.workflow.examining import Held
from compounding.workflow.formulary_in_force import phrases_of
from compounding.workflow.planning_fills import fills_of
from compounding.workflow.use_case import Work


def worksheet_of(work: Work, record: CompoundingRecord, facts: PaperFacts) -> WorksheetContent:
    """The sheet with everything recorded so far, times in the site's zone."""
    names = {each.id: each.name for each in people.people_of(work.opened.connection, work.house.site_id)}

    def local(at: datetime) -> str:
        return at.astimezone(work.site.time_zone).strftime("%Y-%m-%d %H:%M %Z")

    return filled(compose_worksheet(facts), record, names=names, local=local)


def facts_of_record(work: Work, found: OnBench, *, token: str) -> PaperFacts:
    """What the papers of this record say. The gate is asked for today; the paper speaks of the compounding day."""
    _, today = examined_with_its_lots(work, found, on=work.today)
    if refusals(today):
        raise Held(refusals(today))
    record, order = found.record, found.order
    seen, verdict = examined_with_its_lots(work, found, on=record.compounded_on)
    read, agreed = seen.receipt.order, order.acceptance
    if read is None or agreed is None or seen.choice is None:
        raise WorkflowRefused("ORDER_NOT_ACCEPTED", "the order can no longer be read as it was accepted; screen it again")
    formula = formula_pinned(work, record)
    left = fills_of(work, order, read)
    # Paper speaks of the pharmacy as its settings were when the record was planned; later ones belong to later records.
    pinned = people.settings_at(work.opened.connection, work.house.site_id, record.site_revision)
    second = second_language(pinned, record.phrases_language)
    if second and work.history.in_force(Kind.PHRASES, f"phrases-{second}", work.today) is None:
        # The other half of a bilingual label is printed from texts that are approved today, or not at all (clinical rule 27).
        raise Held((reason("PHRASES_NOT_APPROVED"),))
    made = Made(
        order=read, gate=seen.gate, choice=FormulationChoice(formula=formula, why=agreed.why, excluded=(), gate=verdict), sheet=record.sheet,
        beyond_use=record.beyond_use, language=record.phrases_language,
        numbers=Numbers(rx_number=record.rx_number, lot=record.lot_number, token=token),
        draft_phrases=_draft_marks(pinned.is_example or work.site.is_example, is_proposed=record.beyond_use.proposed),
        reasons=[each for each in seen.reasons if each.code != "PRESCRIBER_UNVERIFIED"],
        dispensed_on=work.today, amount_g=record.amount_to_label_g,
        repeats_left=max(0, left.fills_left - (1 if record.fill not in left.balances_g else 0)), prescriber_attested=True,
        clinical=record.assessments[-1].assessment if record.assessments else None,
    )  # fmt: skip
    return facts_of(made, replace(seen.bench, site=pinned), _with_its_texts(work, found))


def _with_its_texts(work: Work, found: OnBench) -> ReferenceData:
    """The reference data with the formula and the phrases that the record is pinned to."""
    record = found.record
    data = data_with(work, formula_pinned(work, record))
    for version in work.history.versions:
        if (version.kind, version.version, version.sha256) == (Kind.PHRASES, record.phrases_version, record.phrases_sha256):
            phrases = {**data.phrases, PHRASES_OF[version.id]: phrases_of(version)}
            return replace(data, phrases=phrases)
    raise WorkflowRefused("WRONG_FORMULA", "the texts that this record was planned with are not here")


def _draft_marks(is_example: bool, *, is_proposed: bool) -> tuple[str, ...]:
    """What still makes this paper a draft. It is checked and approved; an example pharmacy's is for nobody, and an unattested date says so."""
    marks = ["draft_example_pharmacy"] if is_example else []
    return (*marks, *(["draft_date_proposed"] if is_proposed else []))
