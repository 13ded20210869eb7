"""The reference data as a whole: everything has its source, formulas add up, and a fault stops the program."""

from dataclasses import replace
from decimal import Decimal

import pytest

from compounding.config.site_file import read_site
from compounding.domain.errors import ReferenceDataError
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.substances import Status
from compounding.domain.tables import TableReader
from compounding.reference import ReferenceData, fingerprint
from compounding.reference.rule_files import read_vocabulary


def test_every_fact_and_every_reference_says_how_far_it_was_checked(data: ReferenceData) -> None:
    for substance in data.formulary.substances.values():
        assert all(isinstance(fact.status, Status) and fact.source for fact in substance.facts)
    for formula in data.formulary.formulas.values():
        assert formula.references
        assert any(reference.status is Status.UNVERIFIED for reference in formula.references)


def test_the_molecular_weights_are_those_the_hydrate_factor_rests_on(data: ReferenceData) -> None:
    substances = data.formulary.substances
    assert substances["sodium-thiosulfate-pentahydrate"].molecular_weight == Decimal("248.18")
    assert substances["sodium-thiosulfate-anhydrous"].molecular_weight == Decimal("158.11")


def test_both_seed_bases_have_a_formula_for_10_to_25_percent_as_pentahydrate(data: ReferenceData) -> None:
    assert {formula.base for formula in data.formulary.formulas.values()} == {"white-petrolatum", "zinc-oxide-ointment-20"}
    for formula in data.formulary.formulas.values():
        assert (formula.strength_from_percent, formula.strength_to_percent, formula.strength_basis) == (10, 25, "pentahydrate")
        assert formula.highest_temperature_celsius <= 40
        assert any("Never fuse" in step.text for step in formula.procedure)


def test_petrolatum_is_in_both_bases_and_zinc_in_one(data: ReferenceData) -> None:
    holds = {formula.base: data.formulary.holds(formula) for formula in data.formulary.formulas.values()}
    assert all("petrolatum" in held and "thiosulfate" in held for held in holds.values())
    assert "zinc" in holds["zinc-oxide-ointment-20"]
    assert "zinc" not in holds["white-petrolatum"]


@pytest.mark.parametrize(
    "change",
    [
        {"equipment": ()}, {"procedure": ()}, {"references": ()}, {"storage": ""}, {"napra_level": ""}, {"description": ""},
        {"strength_from_percent": Decimal(30)}, {"levigating_percent": Decimal(80)}, {"levigating_percent": Decimal(0)}, {"levigating_percent": Decimal(6)},
        {"highest_temperature_celsius": Decimal(45)},
    ],
)  # fmt: skip
def test_a_formula_that_is_not_whole_or_does_not_add_up_cannot_exist(data: ReferenceData, change: dict[str, object]) -> None:
    formula: MasterFormulationRecord = data.formulary.formulas["sodium-thiosulfate-in-petrolatum"]
    with pytest.raises(ReferenceDataError):
        replace(formula, **change)


def test_a_substance_with_zinc_oxide_must_declare_zinc(data: ReferenceData) -> None:
    with pytest.raises(ReferenceDataError, match="ZINC_NOT_DECLARED"):
        replace(data.formulary.substances["white-petrolatum"], zinc_oxide_percent=Decimal(5))


def test_a_word_under_two_kinds_is_refused(data: ReferenceData) -> None:
    with pytest.raises(ReferenceDataError, match="DATA_MISSING"):
        read_vocabulary(
            TableReader({"version": "1", "status": "unverified", "drug": ["x"]}, "words"), directions=data.vocabulary.directions, notes=data.vocabulary.notes
        )


def test_a_fingerprint_ignores_line_ends_and_nothing_else() -> None:
    assert fingerprint(b"a\r\nb") == fingerprint(b"a\nb") != fingerprint(b"a\n b")


SITE = b"""id = "s"
name = "S"
address = "1 Road"
telephone = "555"
[balance]
name = "B"
readability_g = "0.01"
minimum_weighable_g = "0.2"
"""


def test_a_small_site_file_is_enough_and_has_approved_nothing() -> None:
    site = read_site(SITE, "site.toml")
    assert (site.jurisdiction, site.approvals, site.attestations, site.default_zinc_product) == ("ca-bc", (), (), "")


def test_container_sizes_are_kept_once_and_smallest_first() -> None:
    site = read_site(SITE.replace(b'id = "s"', b'id = "s"\ncontainer_sizes_g = ["60", "15", "60", "30"]'), "site.toml")
    assert site.container_sizes_g == (15, 30, 60)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ((b'id = "s"', b'id = "s"\ncolour = "red"'), "DATA_UNKNOWN"),
        ((b'name = "S"', b""), "DATA_MISSING"),
        ((b'"0.01"', b"0.01"), "DATA_WRONG_KIND"),
        ((b'"0.01"', b'"0.03"'), "SITE_BALANCE"),
        ((b'"0.2"', b'"0.001"'), "SITE_BALANCE"),
        ((b'"555"', b'"' + b"5" * 200 + b'"'), "SITE_LIMITS"),
        ((b'id = "s"', b'id = "s"\ntime_zone = "Mars/Olympus"'), "SITE_TIME_ZONE"),
        ((b'id = "s"', b'id = "s"\ntime_zone = "../etc/passwd"'), "SITE_TIME_ZONE"),
        ((b'id = "s"', b'id = "s"\nlargest_amount_g = "1"'), "SITE_LIMITS"),
        ((b'id = "s"', b'id = "s"\noverage_percent = "50"'), "SITE_LIMITS"),
        ((b'id = "s"', b'id = "s"\ncontainer_sizes_g = ["0"]'), "SITE_LIMITS"),
        ((b'id = "s"', b'id = "s"\ncontainer_sizes_g = ["30 g"]'), "SITE_LIMITS"),
        ((b'id = "s"', b'id = "s"\ncontainer_sizes_g = [30]'), "DATA_WRONG_KIND"),
        ((b'id = "s"', b"id = "), "SITE_UNREADABLE"),
        ((b'id = "s"', b"\xff\xfe"), "SITE_UNREADABLE"),
    ],
)
def test_a_site_file_with_a_fault_stops_with_one_sentence(change: tuple[bytes, bytes], code: str) -> None:
    with pytest.raises(ReferenceDataError) as refusal:
        read_site(SITE.replace(*change), "site.toml")
    assert refusal.value.code == code
