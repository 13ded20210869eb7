"""Only a version that was approved as it stands, is not retired and not due for review may be used for anything new (clinical rules 19 and 27)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.errors import LevigateError, ReferenceDataError
from compounding.domain.formulary_versions import (
    Kind,
    Origin,
    Retirement,
    TextVersion,
    VersionApproval,
    VersionHistory,
    VersionRefused,
    VersionState,
    as_site_approvals,
    check_imported,
    fingerprint_of,
    version_order,
)
from compounding.domain.risk_assessment import RiskAssessment
from compounding.domain.site import Attestation
from compounding.reference import fingerprint

DAY = date(2026, 11, 22)
FORMULA = "sodium-thiosulfate-in-petrolatum"
SITE = "main-street"


def text(version: str = "1", *, kind: Kind = Kind.FORMULA, identifier: str = FORMULA, content: str = "") -> TextVersion:
    content = content or f'version = "{version}"'
    origin = Origin.SITE if "-" in version else Origin.SHIPPED
    return TextVersion(kind=kind, id=identifier, version=version, sha256=fingerprint_of(content), text=content, origin=origin)


def risk(reviewed_on: date = DAY, *, days: int = 365) -> RiskAssessment:
    return RiskAssessment(
        napra_level="A", level_reasons="moderate", hazards="dust", safety_data_link="paper: binder 1", safety_data_on=date(2020, 1, 1), protective_equipment="gloves",
        ventilation="room", cross_contact="zinc", reviewed_by="Dana Example", reviewed_on=reviewed_on, next_review_on=reviewed_on + timedelta(days=days),
    )  # fmt: skip


def approval(version: TextVersion, on: date = DAY, *, days: int = 365, sha256: str = "") -> VersionApproval:
    assessed = risk(on, days=days) if version.kind is Kind.FORMULA else None
    return VersionApproval(
        kind=version.kind, id=version.id, version=version.version, sha256=sha256 or version.sha256, by="Dana Example", on=on, reason="read", risk=assessed
    )


def retirement(version: TextVersion, on: date = DAY) -> Retirement:
    return Retirement(kind=version.kind, id=version.id, version=version.version, by="Dana Example", on=on, reason="replaced")


def refusal_of(history: VersionHistory, version: TextVersion, on: date = DAY, *, sha256: str = "") -> str:
    with pytest.raises(VersionRefused) as refusal:
        history.check_usable(version.kind, version.id, version.version, sha256=sha256 or version.sha256, on=on)
    return refusal.value.code


ONE, TWO, OWN = text("1"), text("2"), text(f"2-{SITE}")
ENGLISH = text("1", kind=Kind.PHRASES, identifier="phrases-en")


def test_a_version_is_a_proposal_until_it_is_approved() -> None:
    history = VersionHistory(versions=(ONE,), approvals=(approval(ONE),))
    assert [history.state(ONE, DAY + timedelta(days=days)) for days in (-1, 0)] == [VersionState.PROPOSED, VersionState.APPROVED]
    assert history.in_force(Kind.FORMULA, FORMULA, DAY - timedelta(days=1)) is None
    assert history.in_force(Kind.FORMULA, FORMULA, DAY) is ONE
    assert refusal_of(history, ONE, DAY - timedelta(days=1)) == "VERSION_NOT_APPROVED"
    history.check_usable(Kind.FORMULA, FORMULA, "1", sha256=ONE.sha256, on=DAY)


def test_an_unknown_version_and_another_text_of_a_known_one_cannot_be_used() -> None:
    history = VersionHistory(versions=(ONE,), approvals=(approval(ONE), approval(TWO)))
    assert refusal_of(history, TWO) == "VERSION_UNKNOWN"
    assert refusal_of(history, ONE, sha256=TWO.sha256) == "VERSION_CHANGED"
    assert refusal_of(VersionHistory(versions=(ONE,)), replace(ENGLISH)) == "VERSION_UNKNOWN"


def test_an_approval_of_another_text_of_the_version_counts_for_nothing() -> None:
    history = VersionHistory(versions=(ONE,), approvals=(approval(ONE, sha256="0" * 64),))
    assert (history.state(ONE, DAY), refusal_of(history, ONE), as_site_approvals(history, DAY)) == (VersionState.PROPOSED, "VERSION_NOT_APPROVED", ())


def test_a_retired_version_is_out_from_its_day_on_whatever_is_approved_after() -> None:
    history = VersionHistory(
        versions=(ONE,), approvals=(approval(ONE), approval(ONE, DAY + timedelta(days=20))), retirements=(retirement(ONE, DAY + timedelta(days=10)),)
    )
    assert [history.state(ONE, DAY + timedelta(days=days)) for days in (9, 10, 30)] == [VersionState.APPROVED, VersionState.RETIRED, VersionState.RETIRED]
    assert refusal_of(history, ONE, DAY + timedelta(days=10)) == "VERSION_RETIRED"


def test_an_overdue_review_blocks_new_records_until_the_formula_is_assessed_again() -> None:
    late = DAY + timedelta(days=366)
    history = VersionHistory(versions=(ONE,), approvals=(approval(ONE),))
    assert [history.state(ONE, day) for day in (late - timedelta(days=1), late)] == [VersionState.APPROVED, VersionState.REVIEW_OVERDUE]
    assert refusal_of(history, ONE, late) == "VERSION_REVIEW_OVERDUE"
    assert history.in_force(Kind.FORMULA, FORMULA, late) is None
    assert replace(history, approvals=(*history.approvals, approval(ONE, late))).in_force(Kind.FORMULA, FORMULA, late) is ONE


def test_the_latest_assessment_counts_and_of_one_day_the_one_reviewed_first() -> None:
    later, day = DAY + timedelta(days=30), DAY + timedelta(days=41)
    shorter = VersionHistory(versions=(ONE,), approvals=(approval(ONE, later, days=10), approval(ONE)))
    assert shorter.state(ONE, day) is VersionState.REVIEW_OVERDUE
    for made in ((approval(ONE), approval(ONE, days=10)), (approval(ONE, days=10), approval(ONE))):
        assert VersionHistory(versions=(ONE,), approvals=made).state(ONE, day) is VersionState.REVIEW_OVERDUE


def test_new_records_use_what_was_approved_last_and_older_ones_go_on() -> None:
    after = DAY + timedelta(days=1)
    history = VersionHistory(versions=(TWO, ONE), approvals=(approval(ONE), approval(TWO, after)))
    assert (history.in_force(Kind.FORMULA, FORMULA, DAY), history.in_force(Kind.FORMULA, FORMULA, after)) == (ONE, TWO)
    history.check_usable(Kind.FORMULA, FORMULA, "1", sha256=ONE.sha256, on=after)
    again = replace(history, approvals=(*history.approvals, approval(ONE, after + timedelta(days=1))))
    assert again.in_force(Kind.FORMULA, FORMULA, after + timedelta(days=1)) is ONE


@pytest.mark.parametrize("order", [(ONE, TWO, OWN), (OWN, TWO, ONE), (TWO, OWN, ONE)])
def test_of_versions_approved_on_one_day_the_later_version_is_used(order: tuple[TextVersion, ...]) -> None:
    history = VersionHistory(versions=order, approvals=tuple(map(approval, order)))
    assert history.in_force(Kind.FORMULA, FORMULA, DAY) is OWN
    assert replace(history, retirements=(retirement(OWN),)).in_force(Kind.FORMULA, FORMULA, DAY) is TWO


def test_one_formula_or_language_says_nothing_about_another() -> None:
    history = VersionHistory(versions=(ONE, ENGLISH), approvals=(approval(ENGLISH),), retirements=(retirement(ONE),))
    assert history.in_force(Kind.PHRASES, "phrases-en", DAY) is ENGLISH
    assert history.in_force(Kind.FORMULA, "phrases-en", DAY) is history.in_force(Kind.FORMULA, FORMULA, DAY) is None
    assert history.state(ENGLISH, DAY + timedelta(days=5000)) is VersionState.APPROVED


def test_versions_come_by_number_then_shipped_before_a_sites_own() -> None:
    assert sorted(["10", "2-b", "2", "9-a", "2-a", "1"], key=version_order) == ["1", "2", "2-a", "2-b", "9-a", "10"]
    history = VersionHistory(versions=(ONE, TWO, OWN, replace(ENGLISH)))
    assert history.next_site_version(Kind.FORMULA, FORMULA, SITE) == f"3-{SITE}"
    assert history.next_site_version(Kind.PHRASES, "phrases-fr", SITE) == f"1-{SITE}"
    with pytest.raises(ReferenceDataError, match="VERSION_MALFORMED"):
        history.next_site_version(Kind.FORMULA, FORMULA, "main street")


@pytest.mark.parametrize("version", ["", "0", "01", "1.0", "-1", "v1", "1-", "1--a", "1 ", "1-a b", "1-a\n", "\u0661", "1" * 7, "1-" + "a" * 121])
def test_another_way_to_write_a_version_is_refused(version: str) -> None:
    with pytest.raises(ReferenceDataError, match="VERSION_MALFORMED"):
        version_order(version)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"text": "another"}, "VERSION_DAMAGED"),
        ({"sha256": "0" * 64}, "VERSION_DAMAGED"),
        ({"text": "\ud800"}, "VERSION_NOT_TEXT"),
        ({"origin": Origin.SITE}, "VERSION_ORIGIN"),
        ({"version": "1-a"}, "VERSION_ORIGIN"),
        ({"version": "x"}, "VERSION_MALFORMED"),
        ({"id": "phrases-en"}, "VERSION_ID"),
        ({"id": "../a"}, "VERSION_ID"),
        ({"id": ""}, "VERSION_ID"),
        ({"kind": Kind.PHRASES}, "VERSION_ID"),
        ({"kind": Kind.PHRASES, "id": "phrases-de"}, "VERSION_ID"),
    ],
)
def test_a_version_that_contradicts_itself_cannot_exist(change: dict[str, Any], code: str) -> None:
    with pytest.raises(ReferenceDataError) as refusal:
        replace(ONE, **change)
    assert refusal.value.code == code


def test_a_version_is_kept_once() -> None:
    with pytest.raises(ReferenceDataError, match="VERSION_TWICE"):
        VersionHistory(versions=(ONE, text("1", content="other")))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"by": " "}, "APPROVAL_INCOMPLETE"),
        ({"reason": "-"}, "APPROVAL_INCOMPLETE"),
        ({"reason": "x" * 1001}, "APPROVAL_INCOMPLETE"),
        ({"risk": None}, "RISK_ASSESSMENT_MISSING"),
        ({"risk": risk(DAY + timedelta(days=1))}, "RISK_ASSESSMENT_DATES"),
        ({"risk": risk(DAY - timedelta(days=11), days=10)}, "RISK_ASSESSMENT_DATES"),
        ({"kind": Kind.PHRASES, "id": "phrases-en"}, "RISK_ASSESSMENT_NOT_ASKED"),
    ],
)
def test_an_approval_needs_a_name_a_reason_and_for_a_formula_an_assessment_of_the_day(change: dict[str, Any], code: str) -> None:
    with pytest.raises(LevigateError) as refusal:
        replace(approval(ONE), **change)
    assert refusal.value.code == code
    assert replace(approval(ONE), risk=risk(DAY - timedelta(days=10), days=10)).risk


@pytest.mark.parametrize("change", [{"by": ""}, {"reason": " \n"}])
def test_a_retirement_needs_a_name_and_a_reason(change: dict[str, Any]) -> None:
    with pytest.raises(LevigateError, match="RETIREMENT_INCOMPLETE"):
        replace(retirement(ONE), **change)


def test_only_the_exact_text_of_a_known_version_that_is_not_retired_can_be_approved() -> None:
    history = VersionHistory(versions=(ONE, TWO), retirements=(retirement(TWO, DAY + timedelta(days=100)),))
    history.check_can_approve(approval(ONE))
    for made, code in ((approval(OWN), "UNKNOWN"), (approval(ONE, sha256=TWO.sha256), "CHANGED"), (approval(TWO), "RETIRED")):
        with pytest.raises(VersionRefused, match=f"VERSION_{code}"):
            history.check_can_approve(made)


def test_a_version_is_retired_once() -> None:
    history = VersionHistory(versions=(ONE, TWO), retirements=(retirement(TWO),))
    history.check_can_retire(retirement(ONE))
    for ended, code in ((retirement(OWN), "UNKNOWN"), (retirement(TWO), "RETIRED")):
        with pytest.raises(VersionRefused, match=f"VERSION_{code}"):
            history.check_can_retire(ended)
    history.check_can_retire(retirement(TWO, DAY - timedelta(days=1)))


def test_a_kept_version_never_changes_and_a_site_writes_only_its_own() -> None:
    history = VersionHistory(versions=(ONE,))
    history.check_can_add(OWN, SITE)
    history.check_can_add(TWO, SITE)
    for version, site, code in ((text("1", content="new words"), SITE, "EXISTS"), (OWN, "other-street", "ORIGIN")):
        with pytest.raises(VersionRefused, match=f"VERSION_{code}"):
            history.check_can_add(version, site)


def test_an_attestation_names_a_usable_text_a_person_and_a_reason() -> None:
    history = VersionHistory(versions=(ONE, TWO), approvals=(approval(ONE),))
    said = Attestation(formula=FORMULA, version="1", sha256=ONE.sha256, by="Dana Example", on=DAY, reason="no water enters")
    history.check_can_attest(said)
    for change, code in (
        ({"sha256": TWO.sha256}, "VERSION_CHANGED"),
        ({"version": "2", "sha256": TWO.sha256}, "VERSION_NOT_APPROVED"),
        ({"reason": ""}, "ATTESTATION_INCOMPLETE"),
        ({"by": " "}, "ATTESTATION_INCOMPLETE"),
    ):
        with pytest.raises(LevigateError, match=code):
            history.check_can_attest(replace(said, **change))


def test_a_shipped_version_with_another_text_stops_the_start() -> None:
    changed = text("1", content="another text under the same number")
    check_imported((ONE, TWO, ENGLISH), (ONE, OWN))
    check_imported((changed,), ())
    for shipped, known in (((TWO, changed), (ONE,)), ((ONE, changed), ())):
        with pytest.raises(LevigateError, match="REFERENCE_CHANGED"):
            check_imported(shipped, known)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_the_fingerprint_is_the_one_of_the_file(content: str) -> None:
    assert fingerprint_of(content) == fingerprint(content.encode())


def test_the_bench_sees_the_approval_of_every_usable_version_and_no_other() -> None:
    versions = (ONE, TWO, OWN, ENGLISH)
    history = VersionHistory(
        versions=versions, approvals=(approval(ONE), approval(TWO), approval(ENGLISH), approval(OWN, DAY + timedelta(days=1))), retirements=(retirement(TWO),)
    )
    found = as_site_approvals(history, DAY)
    assert [(each.of, each.version, each.sha256, each.by, each.on, each.reason) for each in found] == [
        (version.id, "1", version.sha256, "Dana Example", DAY, "read") for version in (ONE, ENGLISH)
    ]


POOL = (ONE, TWO, OWN, text("3"))
DAYS = st.integers(-500, 500).map(lambda days: DAY + timedelta(days=days))
APPROVALS = st.builds(
    lambda version, on, days, changed: approval(version, on, days=days, sha256="0" * 64 if changed else ""),
    st.sampled_from(POOL),
    DAYS,
    st.integers(1, 365),
    st.booleans(),
)
HISTORIES = st.builds(
    VersionHistory, versions=st.permutations(POOL).map(tuple), approvals=st.lists(APPROVALS, max_size=8).map(tuple),
    retirements=st.lists(st.builds(retirement, st.sampled_from(POOL), DAYS), max_size=2).map(tuple),
)  # fmt: skip


@given(HISTORIES, DAYS)
def test_what_is_in_force_was_approved_as_it_stands_and_is_neither_retired_nor_overdue(history: VersionHistory, on: date) -> None:
    usable = set()
    for version in history.versions:
        mine = [each for each in history.approvals if each.version == version.version and each.sha256 == version.sha256 and each.on <= on]
        latest = [each for each in mine if each.on == max(made.on for made in mine)]
        is_reviewed = bool(latest) and all(each.risk is not None and on <= each.risk.next_review_on for each in latest)
        if is_reviewed and not any(each.version == version.version and each.on <= on for each in history.retirements):
            usable.add(version.version)
    found = history.in_force(Kind.FORMULA, FORMULA, on)
    assert (found is None) is (not usable)
    assert found is None or found.version in usable
    assert {each.version for each in as_site_approvals(history, on)} == usable
    for version in history.versions:
        if version.version in usable:
            history.check_usable(Kind.FORMULA, FORMULA, version.version, sha256=version.sha256, on=on)
            assert found is not None
            approved, chosen = history.approval_of(version, on), history.approval_of(found, on)
            assert approved is not None
            assert chosen is not None
            assert (approved.on, version_order(version.version)) <= (chosen.on, version_order(found.version))
        else:
            refusal_of(history, version, on)


@given(HISTORIES, DAYS, st.randoms(use_true_random=False))
def test_the_order_in_which_a_history_is_read_changes_nothing(history: VersionHistory, on: date, chance: Any) -> None:
    shuffled = VersionHistory(
        versions=tuple(chance.sample(history.versions, len(history.versions))),
        approvals=tuple(chance.sample(history.approvals, len(history.approvals))),
        retirements=tuple(chance.sample(history.retirements, len(history.retirements))),
    )
    assert shuffled.in_force(Kind.FORMULA, FORMULA, on) is history.in_force(Kind.FORMULA, FORMULA, on)
    assert all(shuffled.state(version, on) is history.state(version, on) for version in POOL)
