"""What is still missing before this pharmacy's first jar, read from its records."""

from dataclasses import dataclass

from compounding.domain import setting_up
from compounding.domain.errors import ReferenceDataError
from compounding.domain.formulary_versions import Kind
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.people import Duty
from compounding.domain.setting_up import Standing, Step
from compounding.storage import accounts, lots, people, settings_history
from compounding.workflow.formulary_in_force import formula_of
from compounding.workflow.site_settings import undecided
from compounding.workflow.use_case import Work, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIsMissing:
    """Asks how far the pharmacy is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingUpSeen:
    """Every step as it stands today; `is_ready` says that nothing which a jar needs is missing."""

    steps: tuple[Step, ...]
    is_ready: bool


@use_case
def see_setting_up(work: Work, request: WhatIsMissing) -> SettingUpSeen:  # noqa: ARG001 - every use case has a request, and this one asks for all there is.
    """How far the pharmacy is on its way to the first jar. Raises NotAllowed."""
    work.may_one_of(Duty.KEEP_PEOPLE, Duty.READ_RECORDS)
    connection, site_id = work.opened.connection, work.house.site_id
    formulas = _in_force(work)
    parts = sorted({part for each in formulas for part in (each.active, each.levigating_agent, each.base)})
    known = accounts.every(connection, site_id)
    found = setting_up.steps(
        Standing(
            on=work.today, site=work.site, profile=work.profile, people=people.people_of(connection, site_id),
            can_sign_in=frozenset(key for key, account in known.items() if account.password_hash), history=work.history, formulas=formulas,
            attested=frozenset(each.id for each in formulas if work.site.attested(each.id, each.version, each.sha256, on=work.today) is not None),
            stock=tuple(lots.in_stock(work.opened, *parts)) if parts else (), substances=work.house.data.formulary.substances,
            undecided=len(undecided(settings_history.revisions(connection, site_id))),
        )
    )  # fmt: skip
    return SettingUpSeen(steps=found, is_ready=setting_up.is_ready(found))


def _in_force(work: Work) -> tuple[MasterFormulationRecord, ...]:
    """The formulas in force that can be read; none, where nothing is approved."""
    found = []
    for each in sorted({version.id for version in work.history.versions if version.kind is Kind.FORMULA}):
        version = work.history.in_force(Kind.FORMULA, each, work.today)
        if version is not None:
            try:
                found.append(formula_of(version))
            except ReferenceDataError:
                # A kept text that this program no longer reads makes no jar; the start of the program says so aloud.
                continue
    return tuple(found)
