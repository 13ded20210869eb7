"""From dosing.toml to the fingertip tables, refused as a whole where a figure lacks its source or an area is unknown."""

from decimal import Decimal

from compounding.domain.errors import QuantityError, ReferenceDataError
from compounding.domain.fingertip_units import AgeGroup, Area, Finger, FingertipTables
from compounding.domain.numbers import read_number
from compounding.domain.substances import Status
from compounding.domain.tables import TableReader
from compounding.reference.formulary_files import read_status


def read_dosing(table: TableReader) -> FingertipTables:
    """The tables of the file. Raises ReferenceDataError: then nothing may be served."""
    nozzle = table.table("nozzle")
    width = nozzle.number("millimetres")
    _sourced(nozzle)
    nozzle.done()
    fingers = {finger.id: finger for finger in map(_finger, table.tables("finger"))}
    ages = {age.id: age for age in map(_age, table.tables("age"))}
    found = FingertipTables(version=table.text("version"), nozzle_mm=width, fingers=fingers, ages=ages)
    table.done()
    return found


def _finger(table: TableReader) -> Finger:
    source, status = _sourced(table)
    finger = Finger(id=table.text("id"), name=table.text("name"), grams=table.number("grams"), source=source, status=status)
    table.done()
    if finger.grams <= 0:
        raise ReferenceDataError("DATA_CONTRADICTS", f'the fingertip unit "{finger.id}" weighs nothing')
    return finger


def _age(table: TableReader) -> AgeGroup:
    source, status = _sourced(table)
    name = table.text("name")
    units: dict[Area, Decimal] = {}
    for key, written in table.table("units").items():
        try:
            units[Area(key)] = read_number(str(written))
        except (ValueError, QuantityError) as fault:
            raise ReferenceDataError("DATA_WRONG_KIND", f'dosing.toml, {name}: "{key} = {written}" is no area with its fingertip units') from fault
    age = AgeGroup(id=table.text("id"), name=name, is_adult=table.flag("is_adult", False), units=units, source=source, status=status)
    table.done()
    return age


def _sourced(table: TableReader) -> tuple[str, Status]:
    return table.text("source"), read_status(table)
