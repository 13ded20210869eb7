"""The page that takes a new pharmacy to its first order: what is missing, why it is needed, who can do it, and where."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app, url_for
from werkzeug import Response

from compounding.domain.people import Duty
from compounding.domain.setting_up import Step, Task
from compounding.reference import ReferenceData
from compounding.web.access import is_offered, the_who_may
from compounding.web.acting import do
from compounding.web.acts import page
from compounding.web.languages import language_name
from compounding.web.records import the_records
from compounding.web.visitors import the_visitor
from compounding.workflow.setting_up import SettingUpSeen, WhatIsMissing, see_setting_up


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a step is called, why it is needed, whose duty it is, and the page where it is done."""

    heading: str
    why: str
    duty: Duty
    endpoint: str
    link: str
    part: str = ""


_ALONE = "Add a person, or say in the settings that one pharmacist works alone."

ABOUT: Mapping[Task, About] = {
    Task.PHARMACIST: About(
        heading="A pharmacist decides on orders", why="Somebody accepts or refuses the order, signs the clinical assessment and counsels the patient.",
        duty=Duty.KEEP_PEOPLE, endpoint="people.index", link="People",
    ),
    Task.RECALCULATION: About(
        heading="A second person recalculates",
        why=f"Before the first weighing somebody who did not plan the jar works out its weights again, blind. {_ALONE}",
        duty=Duty.KEEP_PEOPLE, endpoint="people.index", link="People",
    ),
    Task.WITNESS: About(
        heading="A second person witnesses the weighing of the drug",
        why=f"Whoever weighed it does not witness it. {_ALONE}", duty=Duty.KEEP_PEOPLE,
        endpoint="people.index", link="People",
    ),
    Task.FINAL_CHECK: About(
        heading="Somebody who weighed nothing checks and releases",
        why=f"Without a final check no jar leaves the pharmacy. {_ALONE}", duty=Duty.KEEP_PEOPLE,
        endpoint="people.index", link="People",
    ),
    Task.BALANCE: About(
        heading="The balance is told", why="Every weight is rounded to what it reads, and refused below what it weighs.", duty=Duty.KEEP_PEOPLE,
        endpoint="site.change", link="Change the balance", part="balance",
    ),
    Task.LABEL: About(
        heading="The label carries what is asked of it",
        why="The rest of a label comes from order, formula and approved texts; every label is held against the list before it is kept.",
        duty=Duty.KEEP_PEOPLE, endpoint="site.change", link="Change what stands on the paper", part="paper",
    ),
    Task.FORMULA: About(
        heading="A formula is approved", why="Nothing is made by a proposal: the designated person approves the exact text with a risk assessment.",
        duty=Duty.KEEP_FORMULARY, endpoint="formulary.index", link="Formulary",
    ),
    Task.ATTESTATION: About(
        heading="It is attested that no water enters", why="Until then the short beyond-use limit counts, and labels say that the date is proposed.",
        duty=Duty.KEEP_FORMULARY, endpoint="formulary.index", link="Formulary",
    ),
    Task.PHRASES: About(
        heading="The patient's texts are approved", why="A label is never printed in words that nobody here has read.", duty=Duty.KEEP_FORMULARY,
        endpoint="formulary.index", link="Formulary",
    ),
    Task.LOT: About(
        heading="A lot is received and released", why="A lot is chosen only once it is tested, its certificate reviewed, and it left quarantine.",
        duty=Duty.KEEP_STOCK, endpoint="stock.index", link="Stock",
    ),
    Task.PROPOSALS: About(
        heading="The program's proposals are looked through",
        why="Tolerances and days are proposals, unverified: the designated person sets the pharmacy's own.",
        duty=Duty.KEEP_PEOPLE, endpoint="site.index", link="Settings",
    ),
}  # fmt: skip
"""Every step in words."""

_FIRST_ORDER = ("prescribing.new_order", "prepare.order_form")


def setting_up() -> Response:
    """What is still missing before the first jar."""
    seen = do(see_setting_up, WhatIsMissing())
    first = next((each for each in _FIRST_ORDER if each in current_app.view_functions and is_offered(each)), "")
    needed = [each for each in seen.steps if each.is_needed]
    return page(
        "site/setting_up.html", seen=seen, needed=_rows(needed), later=_rows([each for each in seen.steps if not each.is_needed]),
        left=sum(not each.is_done for each in needed), order_href=url_for(first) if first else "",
    )  # fmt: skip


def missing() -> int:
    """How many steps are still open before the first jar, for whoever may see them; for the link on other pages."""
    if not is_offered("site.setting_up"):
        return 0
    seen: SettingUpSeen = do(see_setting_up, WhatIsMissing())
    return sum(not each.is_done for each in seen.steps if each.is_needed)


def _rows(found: list[Step]) -> list[dict[str, str | bool]]:
    who_may, data = the_who_may(the_visitor().site_id), the_records().data
    rows: list[dict[str, str | bool]] = []
    for step in found:
        about = ABOUT[step.task]
        is_there = about.endpoint in current_app.view_functions and is_offered(about.endpoint)
        rows.append({
            "heading": f"{about.heading}{_of(step, data)}", "why": about.why, "said": step.said, "is_done": step.is_done, "link": about.link,
            "who": " or ".join(role.value for role in who_may.alone[about.duty]),
            "href": _address(about) if is_there else "",
        })  # fmt: skip
    return rows


def _address(about: About) -> str:
    return url_for(about.endpoint, part=about.part) if about.part else url_for(about.endpoint)


def _of(step: Step, data: ReferenceData) -> str:
    if not step.of:
        return ""
    if step.task is Task.PHRASES:
        return f": {language_name(step.of)}"
    substance, formula = data.formulary.substances.get(step.of), data.formulary.formulas.get(step.of)
    return f": {substance.name if substance is not None else formula.name if formula is not None else step.of}"
