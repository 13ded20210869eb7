"""What is missing before a pharmacy's first jar follows from its people, texts, lots and settings, and from nothing else."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from compounding.domain.formulary_versions import Kind, VersionApproval, VersionHistory
from compounding.domain.ingredient_lots import IdentityTest, IngredientLot
from compounding.domain.people import Person, Role
from compounding.domain.setting_up import Standing, Step, Task, is_ready, steps
from compounding.domain.site import Site
from compounding.reference import ReferenceData
from compounding.reference.site_texts import shipped_texts

TODAY = date(2026, 11, 22)
UNTIL = date(2027, 6, 30)
PAT = Person(id="pat", name="Pat Pharmacist", roles=frozenset({Role.PHARMACIST}), licence="BC-1", licence_expires_on=UNTIL)
TONI = Person(id="toni", name="Toni Technician", roles=frozenset({Role.TECHNICIAN}))
SAM = Person(id="sam", name="Sam Second", roles=frozenset({Role.PHARMACIST}), licence="BC-2", licence_expires_on=UNTIL)
PETROLATUM = "sodium-thiosulfate-in-petrolatum"
TEXTS = shipped_texts()


@pytest.fixture
def empty(site: Site, data: ReferenceData) -> Standing:
    """A pharmacy as it stands when it was founded a minute ago."""
    return Standing(
        on=TODAY, site=replace(site, sole_practitioner=False), profile=data.profiles["ca-bc"], people=(PAT,), can_sign_in=frozenset({"pat"}),
        history=VersionHistory(versions=TEXTS), formulas=(), attested=frozenset(), stock=(), substances=data.formulary.substances, undecided=3,
    )  # fmt: skip


def lot(substance: str, *, is_released: bool = True) -> tuple[IngredientLot, Decimal]:
    tested = IdentityTest(method="appearance", passed=True, by="Toni", on=TODAY)
    return IngredientLot(
        id=substance, substance=substance, number=f"L-{substance[:5]}", supplier="Example", received_on=TODAY, expires_on=UNTIL, identity_test=tested,
        in_quarantine=not is_released,
    ), Decimal(100)  # fmt: skip


def of(found: tuple[Step, ...], task: Task, name: str = "") -> Step:
    return next(each for each in found if each.task is task and each.of == name)


def test_a_new_pharmacy_misses_people_texts_and_lots(empty: Standing) -> None:
    found = steps(empty)
    missing = {each.task for each in found if each.is_needed and not each.is_done}
    assert missing == {Task.RECALCULATION, Task.WITNESS, Task.FINAL_CHECK, Task.FORMULA, Task.PHRASES, Task.LOT}
    assert not is_ready(found)
    assert "follows from the formula" in of(found, Task.LOT).said


def test_one_person_alone_is_no_second_one(empty: Standing) -> None:
    said = of(steps(empty), Task.RECALCULATION)
    assert not said.is_done
    assert said.said == "Pat Pharmacist, and nobody else"


def test_a_declared_sole_practitioner_stands_in_for_a_second_person(empty: Standing) -> None:
    alone = replace(empty, site=replace(empty.site, sole_practitioner=True))
    found = steps(alone)
    assert all(of(found, each).is_done for each in (Task.RECALCULATION, Task.WITNESS, Task.FINAL_CHECK))
    assert "enters blind again after ten minutes" in of(found, Task.WITNESS).said


def test_a_technician_recalculates_and_the_pharmacist_checks_what_the_technician_weighed(empty: Standing) -> None:
    found = steps(replace(empty, people=(PAT, TONI), can_sign_in=frozenset({"pat", "toni"})))
    assert of(found, Task.RECALCULATION).said == "Toni Technician"
    assert of(found, Task.FINAL_CHECK).is_done


def test_who_cannot_sign_in_or_has_no_licence_that_stands_counts_for_nothing(empty: Standing) -> None:
    waiting = steps(replace(empty, can_sign_in=frozenset()))
    assert of(waiting, Task.PHARMACIST).said == "Pat Pharmacist may do it, and cannot sign in yet"
    expired = steps(replace(empty, people=(replace(PAT, licence_expires_on=date(2026, 11, 21)),)))
    assert not of(expired, Task.PHARMACIST).is_done
    assert "with a licence that stands" in of(expired, Task.PHARMACIST).said
    assert not of(steps(replace(empty, people=(replace(PAT, is_active=False),))), Task.PHARMACIST).is_done


def test_without_telephone_the_label_lacks_what_the_place_asks(empty: Standing) -> None:
    said = of(steps(replace(empty, site=replace(empty.site, telephone=" "))), Task.LABEL)
    assert not said.is_done
    assert said.said == "The settings lack: pharmacy telephone"


def approved(kind: Kind, identifier: str) -> VersionApproval:
    text = next(each for each in TEXTS if each.id == identifier)
    return VersionApproval(kind=kind, id=text.id, version=text.version, sha256=text.sha256, by="Dana", on=TODAY, reason="read")


def ready(empty: Standing, data: ReferenceData, *formulas: str) -> Standing:
    return replace(
        empty, people=(PAT, SAM), can_sign_in=frozenset({"pat", "sam"}), formulas=tuple(data.formulary.formulas[each] for each in formulas),
        history=replace(empty.history, approvals=(approved(Kind.PHRASES, "phrases-fr"),)),
        stock=tuple(lot(each) for each in ("mineral-oil", "white-petrolatum", "sodium-thiosulfate-pentahydrate")),
    )  # fmt: skip


def test_one_language_is_enough_to_begin_with(empty: Standing, data: ReferenceData) -> None:
    found = steps(ready(empty, data, PETROLATUM))
    assert of(found, Task.PHRASES).said == "Approved: fr"
    assert {each.of for each in found if each.task is Task.PHRASES and not each.is_done} == {"phrases-en", "phrases-es"}
    assert not any(each.is_needed for each in found if each.task is Task.PHRASES and not each.is_done)


def test_a_lot_in_quarantine_or_without_its_papers_is_named_with_what_stands_against_it(empty: Standing, data: ReferenceData) -> None:
    standing = ready(empty, data, PETROLATUM)
    held = replace(standing, stock=(lot("mineral-oil"), lot("white-petrolatum", is_released=False), lot("sodium-thiosulfate-pentahydrate")))
    found = steps(held)
    assert "nobody has released it" in of(found, Task.LOT, "white-petrolatum").said
    assert of(found, Task.LOT, "mineral-oil").is_done
    # The drug is never used without its certificate.
    assert not of(found, Task.LOT, "sodium-thiosulfate-pentahydrate").is_done
    assert of(steps(replace(standing, stock=())), Task.LOT, "mineral-oil").said == "No lot of it is in stock"


def test_an_attestation_is_worth_doing_and_nothing_waits_for_it(empty: Standing, data: ReferenceData) -> None:
    standing = ready(empty, data, PETROLATUM)
    short, long = (
        of(steps(standing), Task.ATTESTATION, PETROLATUM),
        of(steps(replace(standing, attested=frozenset({PETROLATUM}))), Task.ATTESTATION, PETROLATUM),
    )
    assert (short.is_done, short.is_needed, short.said) == (False, False, "A jar may be used for 30 days")
    assert (long.is_done, long.said) == (True, "A jar may be used for 6 calendar months")


def test_a_pharmacy_is_ready_while_one_of_its_formulas_has_all_its_lots(empty: Standing, data: ReferenceData) -> None:
    zinc = "sodium-thiosulfate-in-zinc-oxide-ointment"
    both = ready(empty, data, PETROLATUM, zinc)
    # The drug's own lot is taken as usable here, so that only the bases differ.
    plain = {key: replace(each, drug_form="") for key, each in data.formulary.substances.items()}
    found = steps(replace(both, substances=plain))
    assert is_ready(found)
    missing = of(found, Task.LOT, "zinc-oxide-ointment-20")
    assert (missing.is_done, missing.is_needed) == (False, False)
