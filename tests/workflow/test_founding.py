"""How a pharmacy begins and is opened again: whole or not at all, with every shipped text as a proposal and nothing approved."""

from dataclasses import replace
from typing import Any

import pytest

from compounding.demo.crew import example_act
from compounding.domain.errors import LevigateError
from compounding.domain.formulary_versions import Kind, Origin, TextVersion, VersionApproval, VersionState, fingerprint_of
from compounding.domain.people import Person, Role
from compounding.domain.site import Attestation, Site
from compounding.reference import ReferenceData
from compounding.storage import people as stored
from compounding.storage import texts
from compounding.storage.engine import Database
from compounding.storage.errors import Conflict
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from compounding.workflow import formulary, founding
from compounding.workflow.founding import found, migrate, open_house, unreadable_texts
from compounding.workflow.use_case import House
from tests.workflow.conftest import AT, DESIGNATED
from tests.workflow.seeing import counts, entries
from tests.workflow.steps import FORMULA, FORMULA_1, RISK, SHIPPED


def begun(database: Database, settings: Site, data: ReferenceData, first: Person = DESIGNATED) -> House:
    return found(database, settings=settings, first=first, at=AT, data=data)


def versions(house: House) -> tuple[TextVersion, ...]:
    with house.database.reading() as connection:
        return texts.history(connection, house.site_id).versions


def test_a_pharmacy_begins_with_its_settings_its_designated_person_and_proposals(database: Database, settings: Site, data: ReferenceData) -> None:
    house = begun(database, settings, data)
    told = entries(house)
    assert [each["action"] for each in told[:3]] == ["found site", "change settings", "add person"]
    assert {each["action"] for each in told[3:]} == {"import text"}
    assert {(each["by"], each["role"]) for each in told} == {("dana", "designated person")}
    assert told[1]["changed"]["balance.readability_g"] == [None, "0.01"]
    assert told[2]["changed"]["roles"] == [None, "designated person"]
    with database.reading() as connection:
        assert stored.current_settings(connection, settings.id) == (settings, 1)
        assert stored.people_of(connection, settings.id) == (DESIGNATED,)
        history = texts.history(connection, settings.id)
    assert {version.key: version for version in history.versions} == SHIPPED
    assert {history.state(version, AT.date()) for version in history.versions} == {VersionState.PROPOSED}


def test_a_pharmacy_is_founded_once(database: Database, settings: Site, data: ReferenceData) -> None:
    begun(database, settings, data)
    before = counts(database)
    with pytest.raises(Conflict):
        begun(database, settings, data)
    assert counts(database) == before
    begun(database, replace(settings, id="second-pharmacy"), data)


APPROVED = Attestation(formula=FORMULA, version="1", sha256="0" * 64, by="A", on=AT.date(), reason="B")


@pytest.mark.parametrize(
    ("of_settings", "of_first", "code"),
    [
        ({"jurisdiction": "atlantis"}, {}, "JURISDICTION_UNKNOWN"),
        ({"default_zinc_product": "toothpaste"}, {}, "SITE_ZINC_PRODUCT"),
        ({"id": "Main Street"}, {}, "SITE_ID"),
        ({"attestations": (APPROVED,)}, {}, "SETTINGS_APPROVALS"),
        ({"undated_lot_days": 5000}, {}, "SITE_LIMITS"),
        ({"name": " "}, {}, "SETTINGS_INCOMPLETE"),
        ({}, {"roles": frozenset({Role.PHARMACIST})}, "ROLE_NOT_ALLOWED"),
        ({}, {"roles": frozenset()}, "PERSON_NOT_VALID"),
        ({}, {"name": ""}, "PERSON_NOT_VALID"),
        ({}, {"id": " "}, "PERSON_NOT_VALID"),
        ({}, {"licence": ""}, "PERSON_NOT_VALID"),
        ({}, {"licence_expires_on": None}, "PERSON_NOT_VALID"),
        ({}, {"licence_expires_on": AT.date().replace(day=21)}, "LICENCE_EXPIRED"),
        ({}, {"is_active": False}, "PERSON_INACTIVE"),
    ],
)
def test_what_cannot_begin_leaves_nothing_behind(
    database: Database, settings: Site, data: ReferenceData, of_settings: dict[str, Any], of_first: dict[str, Any], code: str
) -> None:
    with pytest.raises(LevigateError) as refusal:
        begun(database, replace(settings, **of_settings), data, replace(DESIGNATED, **of_first))
    assert refusal.value.code == code
    assert set(counts(database).values()) == {0}


def test_opening_again_imports_nothing_twice(house: House) -> None:
    before = counts(house.database)
    assert open_house(house.database, house.site_id, house.data, at=AT) == house
    assert migrate(house.database, data=house.data, at=AT) == ()
    assert counts(house.database) == before


def test_a_house_that_is_not_there_is_not_opened(house: House) -> None:
    with pytest.raises(LevigateError, match="SITE_UNKNOWN"):
        open_house(house.database, "another-pharmacy", house.data, at=AT)


def another(version: TextVersion, number: str, words: str = "") -> TextVersion:
    text = version.text.replace(f'version = "{version.version}"', f'version = "{number}"', 1) + words
    return replace(version, version=number, text=text, sha256=fingerprint_of(text))


@pytest.mark.parametrize("way", ["open", "migrate"])
def test_a_new_shipped_version_is_a_proposal_made_by_the_program(house: House, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    new = another(FORMULA_1, "2")
    monkeypatch.setattr(founding, "shipped_texts", lambda: (*SHIPPED.values(), new))
    if way == "open":
        open_house(house.database, house.site_id, house.data, at=AT)
    else:
        migrate(house.database, data=house.data, at=AT)
    assert new in versions(house)
    last = entries(house)[-1]
    assert (last["by"], last["action"], last["subject_id"], last["changed"]["state"]) == ("levigate", "import text", f"{FORMULA} 2", [None, "proposed"])


def test_the_same_version_with_another_text_stops_the_program(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = another(FORMULA_1, "1", "# another word\n")
    monkeypatch.setattr(founding, "shipped_texts", lambda: (changed,))
    before = counts(house.database)
    for again in (lambda: open_house(house.database, house.site_id, house.data, at=AT), lambda: migrate(house.database, data=house.data, at=AT)):
        with pytest.raises(LevigateError, match="REFERENCE_CHANGED"):
            again()
    assert counts(house.database) == before


def damaged(house: House, *, approved: bool) -> None:
    """A text of the pharmacy's own that an older program could read."""
    text = 'id = "sodium-thiosulfate-in-petrolatum"\nversion = "9-example-pharmacy"\n'
    version = TextVersion(kind=Kind.FORMULA, id=FORMULA, version="9-example-pharmacy", sha256=fingerprint_of(text), text=text, origin=Origin.SITE)
    with transaction(house.database, site_id=house.site_id, by="dana", role="", at=AT) as opened:
        texts.add_version(opened, version)
        if approved:
            approval = VersionApproval(
                kind=Kind.FORMULA, id=FORMULA, version=version.version, sha256=version.sha256, by="Dana", on=AT.date(), reason="read", risk=RISK
            )
            texts.add_decision(opened, approval, sha256=version.sha256, on=AT.date())
        opened.tell(Told(action="test", subject="formula", subject_id=FORMULA))


def test_a_text_that_no_longer_reads_is_named_in_one_sentence_and_stops_nothing(house: House) -> None:
    assert unreadable_texts(house, at=AT) == ()
    damaged(house, approved=False)
    assert open_house(house.database, house.site_id, house.data, at=AT) == house
    (named,) = unreadable_texts(house, at=AT)
    assert f"{FORMULA} 9-example-pharmacy can no longer be read" in named.message
    assert (named.code, "\n" in named.message) == ("SITE_TEXT_UNREADABLE", False)


def test_a_text_in_force_that_no_longer_reads_can_be_retired_and_is_then_named_no_more(house: House) -> None:
    damaged(house, approved=True)
    (named,) = unreadable_texts(house, at=AT)
    of = formulary.Exactly(kind=Kind.FORMULA, id=FORMULA, version=named.version.version, sha256=named.version.sha256)
    formulary.retire_text(house, example_act("dana", AT, reason="the program reads it no more"), of)
    assert unreadable_texts(house, at=AT) == ()
    assert open_house(house.database, house.site_id, house.data, at=AT) == house


def test_a_text_in_force_that_no_longer_reads_stops_the_program(house: House) -> None:
    damaged(house, approved=True)
    with pytest.raises(LevigateError, match="SITE_TEXT_UNREADABLE") as refusal:
        open_house(house.database, house.site_id, house.data, at=AT)
    assert "9-example-pharmacy" in refusal.value.message
