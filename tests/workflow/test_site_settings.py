"""What a pharmacy's settings are, how they came about, how far it is on its way to a first jar, and what differs between two texts: who may read it, and what it says."""

from dataclasses import replace
from decimal import Decimal

from compounding.domain.formulary_versions import Kind
from compounding.domain.setting_up import Task
from compounding.storage import people as stored
from compounding.workflow import formulary, people
from compounding.workflow.formulary import OneVersion, TwoVersions
from compounding.workflow.formulary_reading import begin_version, compare_side_by_side
from compounding.workflow.people import NewSettings
from compounding.workflow.setting_up import WhatIsMissing, see_setting_up
from compounding.workflow.site_settings import SettingsWanted, see_settings
from tests.workflow.conftest import Staff
from tests.workflow.seeing import refused
from tests.workflow.steps import FORMULA, Pharmacy, own_text

EVERYONE = tuple(Staff.__dataclass_fields__)


def change(pharmacy: Pharmacy, **what: object) -> int:
    with pharmacy.house.database.reading() as connection:
        settings, revision = stored.current_settings(connection, pharmacy.house.site_id)
    asked = NewSettings(settings=replace(settings, **what), revision=revision)  # type: ignore[arg-type]
    kept: people.SettingsKept = pharmacy.do(people.change_settings, pharmacy.staff.designated, asked)
    return kept.revision


def test_every_revision_tells_who_changed_what_from_what(pharmacy: Pharmacy) -> None:
    change(pharmacy, telephone="+1 604 555 0199")
    seen = pharmacy.do(see_settings, pharmacy.staff.auditor, SettingsWanted())
    assert (seen.revision, [each.number for each in seen.revisions], seen.next) == (2, [2, 1], None)
    last = seen.revisions[0]
    assert (last.by, last.reason) == ("Dana Designated", "as the rules of this house ask")
    assert [(each.name, each.before, each.after) for each in last.changes] == [("telephone", "+1 604 555 0100", "+1 604 555 0199")]
    assert {each.before for each in seen.revisions[1].changes} == {None}


def test_a_long_history_is_read_page_by_page(pharmacy: Pharmacy) -> None:
    for number in range(21):
        change(pharmacy, telephone=f"+1 604 555 01{number:02d}" if number else "+1 604 555 0199")
    first = pharmacy.do(see_settings, pharmacy.staff.designated, SettingsWanted())
    assert (len(first.revisions), first.next) == (20, 3)
    rest = pharmacy.do(see_settings, pharmacy.staff.designated, SettingsWanted(before=first.next))
    assert [each.number for each in rest.revisions] == [2, 1]


def test_what_nobody_has_decided_says_so_until_it_is_changed(pharmacy: Pharmacy) -> None:
    seen = pharmacy.do(see_settings, pharmacy.staff.designated, SettingsWanted())
    assert {"refill_early_days", "tolerances.strength.lowest", "overage_percent"} <= set(seen.undecided)
    change(pharmacy, overage_percent=Decimal(2))
    change(pharmacy, overage_percent=Decimal(0))
    again = pharmacy.do(see_settings, pharmacy.staff.designated, SettingsWanted())
    assert "overage_percent" not in again.undecided, "it was decided on, whatever was decided"
    assert "refill_early_days" in again.undecided


def test_only_who_keeps_the_settings_or_the_audit_trail_reads_them(pharmacy: Pharmacy) -> None:
    for who in EVERYONE:
        by = getattr(pharmacy.staff, who)
        if who in {"designated", "auditor"}:
            assert pharmacy.do(see_settings, by, SettingsWanted()).revision == 1
        else:
            assert refused(pharmacy.house, lambda by=by: pharmacy.do(see_settings, by, SettingsWanted())) == "ROLE_NOT_ALLOWED"


def test_everyone_who_reads_records_sees_what_is_missing(pharmacy: Pharmacy) -> None:
    for who in EVERYONE:
        seen = pharmacy.do(see_setting_up, getattr(pharmacy.staff, who), WhatIsMissing())
        assert not seen.is_ready
        # Nobody has an account yet, so nobody counts.
        assert "cannot sign in yet" in seen.steps[0].said


def test_an_approved_formula_says_which_lots_are_needed(pharmacy: Pharmacy) -> None:
    pharmacy.approved()
    pharmacy.released(substance="mineral-oil")
    seen = pharmacy.do(see_setting_up, pharmacy.staff.designated, WhatIsMissing())
    lots = {each.of: each.is_done for each in seen.steps if each.task is Task.LOT}
    assert lots == {"sodium-thiosulfate-pentahydrate": False, "mineral-oil": True, "white-petrolatum": False}


def test_two_versions_stand_beside_each_other_place_by_place(pharmacy: Pharmacy) -> None:
    text = own_text().replace("Room temperature", "Cool room", 1)
    pharmacy.do(formulary.propose_text, pharmacy.staff.designated, formulary.Proposal(kind=Kind.FORMULA, text=text))
    asked = TwoVersions(kind=Kind.FORMULA, id=FORMULA, old="1", new="2-example-pharmacy")
    places = {each.path: (each.old, each.new) for each in pharmacy.do(compare_side_by_side, pharmacy.staff.auditor, asked).places}
    assert set(places) == {"version", "storage"}
    assert places["storage"][0].startswith("Room temperature")
    assert places["storage"][1].startswith("Cool room")
    absent = replace(asked, new="99")
    assert refused(pharmacy.house, lambda: pharmacy.do(compare_side_by_side, pharmacy.staff.auditor, absent)) == "NOT_FOUND"


def test_the_next_version_begins_with_a_text_under_its_own_number(pharmacy: Pharmacy) -> None:
    of = OneVersion(kind=Kind.FORMULA, id=FORMULA, version="1")
    draft = pharmacy.do(begin_version, pharmacy.staff.designated, of)
    assert draft.version == "2-example-pharmacy"
    assert draft.text == own_text()
    assert refused(pharmacy.house, lambda: pharmacy.do(begin_version, pharmacy.staff.pharmacist, of)) == "ROLE_NOT_ALLOWED"
    assert refused(pharmacy.house, lambda: pharmacy.do(begin_version, pharmacy.staff.designated, replace(of, version="99"))) == "NOT_FOUND"
