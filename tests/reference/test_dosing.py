"""The fingertip tables as a pharmacist signs them: every figure has its source, and a fault stops the program."""

import tomllib
from importlib.resources import files
from typing import Any

import pytest

from compounding.domain.errors import ReferenceDataError
from compounding.domain.fingertip_units import Area
from compounding.domain.substances import Status
from compounding.domain.tables import TableReader
from compounding.reference import ReferenceData
from compounding.reference.dosing import read_dosing


def _file() -> dict[str, Any]:
    return tomllib.loads((files("compounding.reference") / "dosing.toml").read_text(encoding="utf-8"))


def test_every_age_has_the_five_areas_of_the_published_tables_and_grows_with_age(data: ReferenceData) -> None:
    ages = list(data.fingertips.ages.values())
    for area in (Area.FACE_NECK, Area.ARM_HAND, Area.LEG_FOOT, Area.TRUNK_FRONT, Area.BACK_BUTTOCKS):
        units = [age.units[area] for age in ages]
        assert units == sorted(units)
        assert units[0] > 0


def test_the_chart_that_one_source_alone_gives_is_marked_unverified(data: ReferenceData) -> None:
    assert {age.id for age in data.fingertips.ages.values() if age.status is Status.UNVERIFIED} == {"11-16-years"}
    assert [age.id for age in data.fingertips.ages.values() if age.is_adult] == ["adult"]


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table["age"][0].pop("source"),
        lambda table: table["age"][0].update(status="surely"),
        lambda table: table["age"][0]["units"].update(elbow="1"),
        lambda table: table["age"][0]["units"].update(arm_hand="1,5"),
        lambda table: table["age"][0].update(note="x"),
        lambda table: table["finger"][0].update(grams="0"),
        lambda table: table["nozzle"].pop("millimetres"),
        lambda table: table.pop("version"),
    ],
)
def test_a_table_that_is_not_whole_stops_the_program(change: Any) -> None:
    table = _file()
    change(table)
    with pytest.raises(ReferenceDataError):
        read_dosing(TableReader(table, "dosing.toml"))
