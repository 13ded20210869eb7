"""How a pharmacy begins and is opened again: whole or not at all, with every shipped text as a proposal and nothing approved."""

from compounding.workflow.use_case import House
from tests.workflow.seeing import counts, entries


def test_a_pharmacy_begins_with_its_settings_its_designated_person_and_proposals(house: House) -> None:
    told = [each["action"] for each in entries(house)]
    assert told[:3] == ["found site", "change settings", "add person"]
    assert set(told[3:]) == {"import text"}
    assert counts(house.database)["text_version"] == len(told) - 3
