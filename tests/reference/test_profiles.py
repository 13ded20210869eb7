"""The jurisdiction profiles: every duty is somebody's, every rule has a source, and a slip in a file stops the program."""

import copy
import tomllib
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest

from compounding.config.site_file import read_site
from compounding.domain.errors import ReferenceDataError
from compounding.domain.people import Duty, Role, WhoMay
from compounding.domain.site import JurisdictionProfile, LabelElement
from compounding.domain.tables import TableReader
from compounding.reference import ReferenceData
from compounding.reference.profile_files import read_profile

PLACES = ("ca-bc", "us")
A_PHARMACIST_DECIDES = (Duty.DECIDE_ORDERS, Duty.ASSESS_ALLERGIES, Duty.ASSESS_CLINICALLY, Duty.COUNSEL)
AT_THE_BENCH = (Duty.RECALCULATE, Duty.WEIGH, Duty.WITNESS_WEIGHING)
SHIPPED = tomllib.loads((files("compounding.reference") / "jurisdictions" / "ca-bc.toml").read_text(encoding="utf-8"))


@pytest.fixture(params=PLACES)
def profile(request: pytest.FixtureRequest, data: ReferenceData) -> JurisdictionProfile:
    return data.profiles[request.param]


def test_every_duty_is_somebodys_who_needs_no_supervision(profile: JurisdictionProfile) -> None:
    assert all(profile.who_may.alone[duty] for duty in Duty)


def test_what_needs_a_pharmacists_judgement_is_a_pharmacists_and_an_intern_is_supervised(profile: JurisdictionProfile) -> None:
    for duty in A_PHARMACIST_DECIDES:
        assert (profile.who_may.alone[duty], profile.who_may.supervised[duty]) == ((Role.PHARMACIST,), (Role.INTERN,))


def test_an_assistant_weighs_under_supervision_and_neither_recalculates_nor_witnesses_nor_hands_out(profile: JurisdictionProfile) -> None:
    for duty in AT_THE_BENCH:
        assert set(profile.who_may.alone[duty]) == {Role.PHARMACIST, Role.REGULATED_TECHNICIAN, Role.TECHNICIAN, Role.INTERN}
    assert {duty for duty in Duty if Role.ASSISTANT in profile.who_may.supervised[duty]} == {Duty.WEIGH}
    assert {duty for duty in Duty if Role.ASSISTANT in profile.who_may.alone[duty]} == {
        Duty.RECEIVE_ORDERS, Duty.ASK_ALLERGIES, Duty.PRINT_PAPER, Duty.READ_RECORDS,
    }  # fmt: skip


def test_who_supervises_is_always_a_pharmacist(profile: JurisdictionProfile) -> None:
    assert {profile.who_may.alone[duty][0] for duty in Duty if profile.who_may.supervised[duty]} == {Role.PHARMACIST}


def test_the_final_check_is_a_pharmacists_and_in_british_columbia_also_a_regulated_technicians(data: ReferenceData) -> None:
    assert data.profiles["us"].who_may.alone[Duty.FINAL_CHECK] == (Role.PHARMACIST,)
    assert data.profiles["ca-bc"].who_may.alone[Duty.FINAL_CHECK] == (Role.PHARMACIST, Role.REGULATED_TECHNICIAN)
    assert all(not each.who_may.supervised[Duty.FINAL_CHECK] for each in data.profiles.values())


def test_formulas_people_and_settings_are_the_designated_persons(profile: JurisdictionProfile) -> None:
    assert profile.who_may.alone[Duty.KEEP_FORMULARY] == profile.who_may.alone[Duty.KEEP_PEOPLE] == (Role.DESIGNATED_PERSON,)


def test_a_prescriber_only_enters_orders_and_an_auditor_only_reads(profile: JurisdictionProfile) -> None:
    for role, duties in ((Role.PRESCRIBER, {Duty.ENTER_ORDERS}), (Role.AUDITOR, {Duty.READ_RECORDS, Duty.READ_AUDIT})):
        assert {duty for duty in Duty if role in profile.who_may.alone[duty] + profile.who_may.supervised[duty]} == duties


def test_a_label_everywhere_names_patient_drug_strength_directions_and_beyond_use_date(profile: JurisdictionProfile) -> None:
    assert {
        LabelElement.PATIENT_NAME, LabelElement.DRUG, LabelElement.STRENGTH, LabelElement.DIRECTIONS, LabelElement.BEYOND_USE_DATE, LabelElement.ROUTE,
        LabelElement.WARNINGS, LabelElement.ACTIVE_INGREDIENTS, LabelElement.INTERNAL_NUMBER, LabelElement.PHARMACY_TELEPHONE,
    } <= set(profile.label_elements)  # fmt: skip


def test_the_base_may_be_adapted_in_british_columbia_alone(data: ReferenceData) -> None:
    assert {place for place, each in data.profiles.items() if each.adaptation_of_base_allowed} == {"ca-bc"}
    assert all(words in data.profiles["ca-bc"].adaptation_rule for words in ("PPP-58", "consent", "rationale", "notice to the prescriber"))


def test_records_are_kept_three_years_and_longer_where_the_figure_was_not_read(data: ReferenceData) -> None:
    assert {place: (each.retention_years, each.formula_review_months) for place, each in data.profiles.items()} == {"ca-bc": (10, 12), "us": (3, 12)}


@pytest.mark.parametrize("subject", ["Who may do what", "label", "Records are kept", "formula is reviewed"])
def test_each_of_these_rules_has_a_source_that_says_how_far_it_was_checked(profile: JurisdictionProfile, subject: str) -> None:
    found = [source for source in profile.sources if subject in source.text]
    assert found
    assert all(source.status.startswith(("unverified", "verified")) for source in found)
    assert all("unverified" in source.status for source in found if source.version in {"from memory", "judgement"})


def changed(change: Callable[[dict[str, Any]], object]) -> TableReader:
    table = copy.deepcopy(SHIPPED)
    change(table)
    return TableReader(table, "ca-bc.toml")


def test_the_shipped_file_unchanged_is_read(data: ReferenceData) -> None:
    assert read_profile(changed(dict.copy)) == data.profiles["ca-bc"]


@pytest.mark.parametrize("duty", Duty, ids=lambda duty: duty.value)
def test_a_profile_that_leaves_a_duty_out_is_refused(duty: Duty) -> None:
    with pytest.raises(ReferenceDataError, match="DATA_MISSING") as refusal:
        read_profile(changed(lambda table: table["who_may"].pop(duty.value)))
    assert duty.value in refusal.value.message


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (lambda table: table.pop("who_may"), "DATA_MISSING", "who_may"),
        (lambda table: table.pop("who_may_supervised"), "DATA_MISSING", "who_may_supervised"),
        (lambda table: table["who_may"].update({"sweep the floor": ["assistant"]}), "DATA_UNKNOWN", "sweep the floor"),
        (lambda table: table["who_may_supervised"].update({"Recall": ["intern"]}), "DATA_UNKNOWN", "Recall"),
        (lambda table: table["who_may"].update({"recall": ["pharmacists"]}), "DATA_UNKNOWN", "pharmacists"),
        (lambda table: table["who_may_supervised"].update({"recall": ["Intern"]}), "DATA_UNKNOWN", "Intern"),
        (lambda table: table["who_may"].update({"recall": []}), "DATA_MISSING", "recall"),
        (lambda table: table["who_may"].update({"recall": "pharmacist"}), "DATA_WRONG_KIND", "recall"),
        (lambda table: table["who_may"].update({"recall": ["pharmacist", "pharmacist"]}), "DATA_CONTRADICTS", "recall"),
        (lambda table: table["who_may_supervised"].update({"recall": ["pharmacist"]}), "DATA_CONTRADICTS", "recall"),
        (lambda table: table["label_elements"].append("horoscope"), "DATA_UNKNOWN", "horoscope"),
        (lambda table: table["label_elements"].append("patient-name"), "DATA_CONTRADICTS", "label_elements"),
        (lambda table: table["label_elements"].clear(), "DATA_CONTRADICTS", "label_elements"),
        (lambda table: table.pop("label_elements"), "DATA_MISSING", "label_elements"),
        (lambda table: table.update(retention_years=0), "DATA_WRONG_KIND", "retention_years"),
        (lambda table: table.pop("retention_years"), "DATA_MISSING", "retention_years"),
        (lambda table: table.update(formula_review_months=0), "DATA_WRONG_KIND", "formula_review_months"),
        (lambda table: table.update(adaptation_of_base_allowed="yes"), "DATA_WRONG_KIND", "adaptation_of_base_allowed"),
        (lambda table: table.pop("adaptation_rule"), "DATA_MISSING", "adaptation_rule"),
        (lambda table: table.update(source=[]), "FACT_WITHOUT_SOURCE", "ca-bc"),
        (lambda table: table.update(not_attested={"days": 30, "months": 1}), "DATA_WRONG_KIND", "beyond-use limit"),
    ],
)
def test_a_slip_in_a_profile_stops_the_program_with_the_word_in_question(change: Callable[[dict[str, Any]], object], code: str, words: str) -> None:
    with pytest.raises(ReferenceDataError) as refusal:
        read_profile(changed(change))
    assert refusal.value.code == code
    assert words in refusal.value.message


def test_a_profile_that_is_not_whole_cannot_exist(profile: JurisdictionProfile) -> None:
    table = profile.who_may
    for alone, supervised in (
        ({**table.alone, Duty.RECALL: ()}, table.supervised),
        ({duty: roles for duty, roles in table.alone.items() if duty is not Duty.RECALL}, table.supervised),
        (table.alone, {}),
    ):
        with pytest.raises(ValueError, match="every duty"):
            replace(profile, who_may=WhoMay(alone=alone, supervised=supervised))
    for change in ({"label_elements": ()}, {"label_elements": (LabelElement.DRUG, LabelElement.DRUG)}, {"retention_years": 0}, {"formula_review_months": 0}):
        with pytest.raises(ValueError, match=r"once|one or more"):
            replace(profile, **change)


SITE = """id = "s"
name = "S"
address = "1 Road"
telephone = "555"
{more}
[balance]
name = "B"
readability_g = "0.01"
minimum_weighable_g = "0.2"
"""


def site_with(more: str) -> tuple[bool, int, int]:
    site = read_site(SITE.format(more=more).encode(), "site.toml")
    return site.sole_practitioner, site.refill_early_days, site.undated_lot_days


def test_a_site_that_says_nothing_has_a_second_person_a_week_and_a_year() -> None:
    assert site_with("") == (False, 7, 365)


@pytest.mark.parametrize(("early", "undated"), [(0, 30), (60, 1095)])
def test_a_site_sets_its_own_up_to_both_ends(early: int, undated: int) -> None:
    assert site_with(f"sole_practitioner = true\nrefill_early_days = {early}\nundated_lot_days = {undated}") == (True, early, undated)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("refill_early_days = 61", "SITE_LIMITS"),
        ("refill_early_days = -1", "DATA_WRONG_KIND"),
        ('refill_early_days = "7"', "DATA_WRONG_KIND"),
        ("undated_lot_days = 29", "SITE_LIMITS"),
        ("undated_lot_days = 1096", "SITE_LIMITS"),
        ("undated_lot_days = 0", "DATA_WRONG_KIND"),
        ('sole_practitioner = "yes"', "DATA_WRONG_KIND"),
    ],
)
def test_a_sites_option_outside_its_limits_is_refused(more: str, code: str) -> None:
    with pytest.raises(ReferenceDataError) as refusal:
        site_with(more)
    assert refusal.value.code == code
    assert more.split()[0] in refusal.value.message
