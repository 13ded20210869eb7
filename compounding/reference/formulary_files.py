"""From the formulary's TOML to Master Formulation Records and substances, each checked to be whole."""

from compounding.domain.errors import ReferenceDataError
from compounding.domain.formulation import Example, MasterFormulationRecord, ProcedureStep, QualityTest, Reference
from compounding.domain.substances import Fact, Status, Substance
from compounding.domain.tables import TableReader


def read_substance(table: TableReader) -> Substance:
    """One substance of substances.toml."""
    identifier = table.text("id")
    substance = Substance(
        id=identifier,
        name=table.text("name"),
        role=table.text("role"),
        drug_form=table.text("drug_form", ""),
        molecular_weight=table.number("molecular_weight") if table.has("molecular_weight") else None,
        unii=table.text("unii", ""),
        cas=table.text("cas", ""),
        zinc_oxide_percent=table.number("zinc_oxide_percent", "0"),
        ingredients=table.texts("ingredients", ()),
        holds=frozenset(table.texts("holds")),
        may_hold=frozenset(table.texts("may_hold", ())),
        may_list=table.texts("may_list", ()),
        facts=tuple(_fact(fact) for fact in table.tables("facts")),
    )
    table.done()
    return substance


def _fact(table: TableReader) -> Fact:
    fact = Fact(name=table.text("name"), value=table.text("value"), source=table.text("source"), status=read_status(table))
    table.done()
    return fact


def read_status(table: TableReader) -> Status:
    """How far a fact was checked. Raises ReferenceDataError for any other word."""
    text = table.text("status")
    try:
        return Status(text)
    except ValueError:
        raise ReferenceDataError("DATA_WRONG_KIND", f'"{text}" is not a status of verification') from None


def read_formula(table: TableReader, *, sha256: str) -> MasterFormulationRecord:
    """One formula's file. Raises ReferenceDataError where it is not whole or does not add up."""
    example = table.table("example")
    parts = example.table("parts_g")
    formula = MasterFormulationRecord(
        id=table.text("id"),
        version=table.text("version"),
        sha256=sha256,
        name=table.text("name"),
        dosage_form=table.text("dosage_form"),
        active=table.text("active"),
        strength_from_percent=table.number("strength_from_percent"),
        strength_to_percent=table.number("strength_to_percent"),
        strength_basis=table.text("strength_basis"),
        levigating_agent=table.text("levigating_agent"),
        levigating_percent=table.number("levigating_percent"),
        base=table.text("base"),
        equipment=table.texts("equipment"),
        procedure=tuple(_step(step) for step in table.tables("procedure")),
        highest_temperature_celsius=table.number("highest_temperature_celsius"),
        description=table.text("description"),
        quality_tests=tuple(_quality_test(test) for test in table.tables("quality_test")),
        packaging=table.text("packaging"),
        storage=table.text("storage"),
        beyond_use_class=table.text("beyond_use_class"),
        napra_level=table.text("napra_level"),
        napra_reasons=table.texts("napra_reasons"),
        references=tuple(_reference(reference) for reference in table.tables("reference")),
        example=Example(
            batch_g=example.number("batch_g"),
            percent=example.number("percent"),
            parts_g={name: parts.number(name) for name, _ in parts.items()},
        ),
    )
    example.done()
    table.done()
    return formula


def _step(table: TableReader) -> ProcedureStep:
    step = ProcedureStep(text=table.text("text"), sign=table.text("sign", ""))
    # A misspelt "sign" would take a signature off the worksheet without a word.
    table.done()
    return step


def _quality_test(table: TableReader) -> QualityTest:
    test = QualityTest(name=table.text("name"), accept=table.text("accept"))
    table.done()
    return test


def _reference(table: TableReader) -> Reference:
    reference = Reference(text=table.text("text"), status=read_status(table))
    table.done()
    return reference
