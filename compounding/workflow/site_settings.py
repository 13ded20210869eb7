"""Reading a pharmacy's settings: what is in force, which revisions led there, and which figures are still the program's own proposals."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from compounding.domain.people import Duty
from compounding.domain.site import Site
from compounding.storage import people, settings_history
from compounding.workflow.changes import changed
from compounding.workflow.use_case import Work, use_case

PROPOSED = (
    "overage_percent", "correct_lots_above_percent", "tolerances.weighing_percent", "tolerances.strength.lowest", "tolerances.strength.highest",
    "tolerances.process_yield.lowest", "tolerances.process_yield.highest", "tolerances.net_weight.lowest", "tolerances.net_weight.highest",
    "sole_practitioner", "refill_early_days", "undated_lot_days",
)  # fmt: skip
"""The settings with which a pharmacy begins unless it says otherwise; founding in the browser does not ask for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsWanted:
    """The settings, with the revisions before `before`; from the newest where it is None."""

    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OneChange:
    """One setting of a revision by its path ("balance.name"), as it stood before and after; None where there was nothing."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """Who put a revision in force, when (UTC) and why, and what it changed; the first one tells what the pharmacy began with."""

    number: int
    by: str
    at: datetime
    reason: str
    changes: tuple[OneChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsSeen:
    """The settings in force with their revision; `revisions` the newest first, and `next` the number to go on before, None at the first.

    `undecided` are the paths of settings that nobody here has ever changed from what the program proposes.
    """

    settings: Site
    revision: int
    revisions: tuple[Revision, ...]
    next: int | None
    undecided: tuple[str, ...]


PAGE = 20
"""Revisions of a page."""


@use_case
def see_settings(work: Work, request: SettingsWanted) -> SettingsSeen:
    """The settings of the pharmacy and how they came about. Raises NotAllowed."""
    work.may_one_of(Duty.KEEP_PEOPLE, Duty.READ_AUDIT)
    kept = settings_history.revisions(work.opened.connection, work.house.site_id)
    names = {each.id: each.name for each in people.people_of(work.opened.connection, work.house.site_id)}
    told = [
        Revision(
            number=each.revision, by=names.get(each.made_by, each.made_by), at=each.made_at, reason=each.reason,
            changes=_changes(before.settings if before is not None else None, each.settings),
        )
        for each, before in zip(kept, (*kept[1:], None), strict=True)
    ]  # fmt: skip
    shown = [each for each in told if request.before is None or each.number < request.before]
    return SettingsSeen(
        settings=kept[0].settings, revision=kept[0].revision, revisions=tuple(shown[:PAGE]), next=shown[PAGE - 1].number if len(shown) > PAGE else None,
        undecided=undecided(kept),
    )  # fmt: skip


def undecided(kept: tuple[settings_history.KeptSettings, ...]) -> tuple[str, ...]:
    """The proposals that no revision has ever changed: each stands as the program proposes it, and always has."""
    proposal = Site(
        id="x", name="x", address="x", telephone="x", jurisdiction="x", time_zone=kept[0].settings.time_zone, balance=kept[0].settings.balance,
        largest_amount_g=kept[0].settings.largest_amount_g, smallest_amount_g=kept[0].settings.smallest_amount_g, overage_percent=Decimal(0),
    )  # fmt: skip
    touched = {name for each in kept for name in changed(Site, proposal, each.settings)}
    return tuple(name for name in PROPOSED if name not in touched)


def _changes(before: Site | None, after: Site) -> tuple[OneChange, ...]:
    told = changed(Site, before, after)
    return tuple(OneChange(name=name, before=_text(old), after=_text(new)) for name, (old, new) in told.items())


def _text(value: object) -> str | None:
    if value is None or value == "":
        return None
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
