"""The pipeline's own rules: drafts, languages, lots, flags, and the gate at every stage."""

import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from compounding.domain.base_wish import BaseWish
from compounding.domain.patients import AllergyEntry, CodedText, ContactAnswer
from compounding.domain.screening import gate
from compounding.domain.substances import Lot
from compounding.pipeline import Bench, Prepared, Status, prepare_file
from compounding.reference import ReferenceData
from compounding.result import result_of
from tests.factories import GOLDEN_LOT, with_lots

ORDERS = Path(__file__).parents[1] / "examples" / "orders"
PETROLATUM, ZINC, HELD, FRENCH = "01-petrolatum", "03-zinc-oxide-base", "04-zinc-allergy-in-zinc-base", "05-petrolatum-french"


def order(name: str, **without: str) -> bytes:
    """An example order; `without` resources of a type are left out."""
    bundle: dict[str, Any] = json.loads((ORDERS / f"{name}.json").read_text(encoding="utf-8"))
    bundle["entry"] = [entry for entry in bundle["entry"] if entry["resource"]["resourceType"] not in without.values()]
    return json.dumps(bundle).encode()


def codes(prepared: Prepared) -> set[str]:
    return {each.code for each in prepared.reasons}


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(text.split())


def papers_of(prepared: Prepared) -> dict[str, str]:
    assert prepared.papers is not None, codes(prepared)
    return {name: text_of(pdf) for name, pdf in prepared.papers.items()}


NOT_APPROVED = "DRAFT: formula/text not approved, not for dispensing"


def test_every_paper_of_an_unapproved_formula_is_a_draft(data: ReferenceData, bench: Bench) -> None:
    prepared = prepare_file(order(PETROLATUM), replace(bench, site=replace(bench.site, approvals=())), data)
    assert {"FORMULA_NOT_APPROVED", "PHRASES_NOT_APPROVED"} <= codes(prepared)
    assert all(NOT_APPROVED in text for text in papers_of(prepared).values())


def test_an_approval_of_another_text_or_of_a_later_day_is_none(data: ReferenceData, bench: Bench) -> None:
    for change in ({"sha256": "0" * 64}, {"version": "2"}, {"on": date(2026, 11, 23)}):
        approvals = tuple(replace(approval, **change) for approval in bench.site.approvals)
        prepared = prepare_file(order(PETROLATUM), replace(bench, site=replace(bench.site, approvals=approvals)), data)
        assert "FORMULA_NOT_APPROVED" in codes(prepared)


def test_the_example_site_has_approved_its_formulas_and_english_texts(data: ReferenceData, bench: Bench) -> None:
    prepared = prepare_file(order(PETROLATUM), bench, data)
    assert not codes(prepared) & {"FORMULA_NOT_APPROVED", "PHRASES_NOT_APPROVED", "NONAQUEOUS_NOT_ATTESTED"}
    assert all(NOT_APPROVED not in text for text in papers_of(prepared).values())
    assert all("EXAMPLE PHARMACY" in text for text in papers_of(prepared).values())


def test_french_texts_no_native_pharmacist_has_read_make_a_draft(data: ReferenceData, bench: Bench) -> None:
    prepared = prepare_file(order(FRENCH), bench, data)
    assert prepared.status is Status.READY
    assert "PHRASES_NOT_APPROVED" in codes(prepared)
    assert "Ne contient pas de zinc" in papers_of(prepared)["label.pdf"]


def test_a_label_made_without_a_final_check_always_says_draft_not_checked(data: ReferenceData, bench: Bench) -> None:
    assert "DRAFT, not checked" in papers_of(prepare_file(order(PETROLATUM), bench, data))["label.pdf"]


def test_a_compounding_date_that_is_not_today_makes_a_draft(data: ReferenceData, bench: Bench) -> None:
    prepared = prepare_file(order(PETROLATUM), replace(bench, today=date(2026, 11, 23)), data)
    assert "DATE_NOT_TODAY" in codes(prepared)
    assert "DRAFT: dated back" in papers_of(prepared)["label.pdf"]


def test_without_an_attestation_the_short_date_is_printed_as_proposed(data: ReferenceData, bench: Bench) -> None:
    prepared = prepare_file(order(PETROLATUM), replace(bench, site=replace(bench.site, attestations=())), data)
    label = papers_of(prepared)["label.pdf"]
    assert "Do not use after 2026-12-21." in label
    assert "Proposed date" in label


def test_a_house_limit_shortens_and_never_lengthens(data: ReferenceData, bench: Bench) -> None:
    for days, expected in ((90, date(2027, 2, 19)), (3650, date(2027, 5, 21))):
        prepared = prepare_file(order(PETROLATUM), replace(bench, site=replace(bench.site, house_limit_days=days)), data)
        assert prepared.planned is not None
        assert prepared.planned.beyond_use.on == expected


def test_a_patient_who_reads_no_language_of_ours_is_held_and_not_given_english(data: ReferenceData, bench: Bench) -> None:
    changed = order(FRENCH).replace(b'"fr-CA"', b'"zh"')
    assert "LANGUAGE_NOT_AVAILABLE" in codes(prepare_file(changed, bench, data))
    assert prepare_file(changed, replace(bench, language="en"), data).status is Status.READY


def test_an_order_without_allergies_is_held_until_somebody_asked(data: ReferenceData, bench: Bench) -> None:
    silent = order(PETROLATUM, left_out="AllergyIntolerance")
    prepared = prepare_file(silent, bench, data)
    assert prepared.status is Status.HELD
    assert codes(prepared) >= {"ALLERGY_NOT_ASKED"}
    asked = AllergyEntry(what=CodedText(text="none known"), asked_by="N. Nurse", asked_on=date(2026, 11, 22))
    prepared = prepare_file(silent, replace(bench, allergies=(asked,)), data)
    assert prepared.status is Status.READY
    assert "No known allergies, asked 2026-11-22 by N. Nurse" in papers_of(prepared)["worksheet.pdf"]


def test_none_known_on_the_command_line_never_removes_an_allergy_of_the_order(data: ReferenceData, bench: Bench) -> None:
    asked = AllergyEntry(what=CodedText(text="none known"), asked_by="N. Nurse", asked_on=date(2026, 11, 22))
    prepared = prepare_file(order(HELD), replace(bench, allergies=(asked,)), data)
    assert prepared.status is Status.HELD
    assert codes(prepared) >= {"ALLERGY_CONFLICT", "ZINC_ALLERGY_IN_ZINC_BASE"}


def test_an_answer_dated_ahead_is_no_answer(data: ReferenceData, bench: Bench) -> None:
    asked = AllergyEntry(what=CodedText(text="none known"), asked_by="N. Nurse", asked_on=date(2026, 11, 23))
    prepared = prepare_file(order(PETROLATUM, left_out="AllergyIntolerance"), replace(bench, allergies=(asked,)), data)
    assert prepared.status is Status.HELD


def test_a_zinc_base_needs_the_contact_answer_beside_other_allergies(data: ReferenceData, bench: Bench) -> None:
    penicillin = order(ZINC).replace(b"No known allergies", b"Penicillin, hives")
    assert codes(prepare_file(penicillin, bench, data)) >= {"ALLERGY_NOT_ASKED"}
    answer = ContactAnswer(had_a_rash=False, asked_by="N. Nurse", asked_on=date(2026, 11, 20))
    assert prepare_file(penicillin, replace(bench, contact=answer), data).status is Status.READY
    rash = ContactAnswer(had_a_rash=True, asked_by="N. Nurse", asked_on=date(2026, 11, 20), details="sunscreen")
    assert prepare_file(penicillin, replace(bench, contact=rash), data).status is Status.HELD


def test_a_base_flag_fills_a_gap_and_never_changes_a_base(data: ReferenceData, bench: Bench) -> None:
    prepared = prepare_file(order(HELD), replace(bench, base=BaseWish.PETROLATUM), data)
    assert codes(prepared) >= {"BASE_CHANGE_NEEDS_CONSENT"}
    assert prepared.papers is None
    assert prepare_file(order(PETROLATUM), replace(bench, base=BaseWish.PETROLATUM), data).status is Status.READY


@pytest.mark.parametrize("listed", ["zinc oxide", "Zinkoxid", "calamine", "zinc stearate"])
def test_a_petrolatum_lot_that_lists_zinc_is_no_petrolatum_for_anybody(data: ReferenceData, bench: Bench, listed: str) -> None:
    lot = Lot(substance="white-petrolatum", number="W-1", ingredients=("white petrolatum", listed))
    for name in (PETROLATUM, "02-zinc-allergy-in-petrolatum"):
        prepared = prepare_file(order(name), with_lots(bench, lot), data)
        assert prepared.status is Status.HELD
        assert prepared.papers is None
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in codes(prepared)


def test_a_zinc_lot_that_lists_no_zinc_still_holds_zinc(data: ReferenceData, bench: Bench) -> None:
    lot = Lot(substance="zinc-oxide-ointment-20", number="Z-1", ingredients=("white petrolatum",))
    prepared = prepare_file(order(HELD), with_lots(bench, lot), data)
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in codes(prepared)


def test_an_ingredient_nobody_knows_cannot_be_screened_and_holds(data: ReferenceData, bench: Bench) -> None:
    lot = Lot(substance="white-petrolatum", number="W-1", ingredients=("white petrolatum", "xyloquat 7"))
    assert codes(prepare_file(order(PETROLATUM), with_lots(bench, lot), data)) >= {"LOT_UNSUITABLE"}


def test_an_expired_lot_a_lot_of_nothing_here_and_two_lots_of_one_ingredient_hold(data: ReferenceData, bench: Bench) -> None:
    expired = Lot(substance="mineral-oil", number="M-1", expires_on=date(2026, 11, 21))
    assert "LOT_EXPIRED" in codes(prepare_file(order(PETROLATUM), with_lots(bench, expired), data))
    assert "BEYOND_USE_TOO_SHORT" in codes(prepare_file(order(PETROLATUM), with_lots(bench, replace(expired, expires_on=date(2026, 11, 22))), data))
    today = replace(expired, expires_on=date(2026, 11, 23))
    assert prepare_file(order(PETROLATUM), with_lots(bench, today), data).status is Status.READY
    assert "LOT_UNSUITABLE" in codes(prepare_file(order(PETROLATUM), with_lots(bench, replace(today, substance="honey")), data))
    assert "LOT_UNSUITABLE" in codes(prepare_file(order(PETROLATUM), with_lots(bench, today, replace(today, number="M-2")), data))


def test_a_gate_that_opens_at_the_choice_and_closes_before_paper_holds_the_order(data: ReferenceData, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    real, asked = gate.check, []

    def late(screening: Any, *, holds: frozenset[str], **more: Any) -> Any:
        asked.append(holds)
        # The last times it is asked, zinc has found its way into the jar.
        return real(screening, holds=holds | ({"zinc"} if len(asked) > 2 else set()), **more)

    monkeypatch.setattr(gate, "check", late)
    prepared = prepare_file(order("02-zinc-allergy-in-petrolatum"), bench, data)
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in codes(prepared)
    assert prepared.papers is None
    assert len(asked) > 2


def test_the_base_left_open_becomes_petrolatum_with_the_reason_on_record(data: ReferenceData, bench: Bench) -> None:
    for name, words in ((ZINC, "taken first"), (HELD, "may not have zinc")):
        bundle = order(name).replace(b"in zinc oxide ointment 20 %", b"in white petrolatum or zinc oxide ointment 20 %")
        bundle = bundle.replace(b', {"itemCodeableConcept": {"text": "zinc oxide ointment 20 %"}, "isActive": false}', b"")
        prepared = prepare_file(bundle, bench, data)
        assert prepared.status is Status.READY, codes(prepared)
        assert prepared.choice is not None
        assert prepared.choice.formula.base == "white-petrolatum"
        assert words in prepared.choice.why


def test_a_supply_that_outlasts_the_beyond_use_date_is_said_aloud(data: ReferenceData, bench: Bench) -> None:
    site = replace(bench.site, attestations=())
    bundle = order(PETROLATUM).replace(b'"value": 30, "unit": "d"', b'"value": 60, "unit": "d"')
    prepared = prepare_file(bundle, replace(bench, site=site), data)
    (said,) = [each.message for each in prepared.reasons if each.code == "BEYOND_USE_BEFORE_COURSE_END"]
    # 30 days, the compounding date counted, of the 60 that the supply is for.
    assert "the supply is for 60 days, to 2027-01-20, and it must be discarded after 2026-12-21" in said
    assert "used evenly, 30 g of the 60 g can be used up to that day" in said


def test_the_part_that_fits_is_rounded_down_to_what_the_balance_shows(data: ReferenceData, bench: Bench) -> None:
    site = replace(bench.site, attestations=())
    bundle = order(PETROLATUM).replace(b'"value": 30, "unit": "d"', b'"value": 70, "unit": "d"')
    said = " ".join(each.message for each in prepare_file(bundle, replace(bench, site=site), data).reasons)
    # 60 x 30 / 70 = 25.714...
    assert "25.71 g of the 60 g can be used up" in said


def test_overage_enlarges_every_component_and_the_label_keeps_the_amount_ordered(data: ReferenceData, bench: Bench) -> None:
    prepared = prepare_file(order(PETROLATUM), replace(bench, site=replace(bench.site, overage_percent=Decimal(5))), data)
    assert prepared.planned is not None
    assert prepared.planned.sheet.batch_g == Decimal(63)
    assert [line.to_weigh_g for line in prepared.planned.sheet.lines] == [Decimal("15.75"), Decimal("3.15"), Decimal("44.1")]
    assert "Quantity: 60 g" in papers_of(prepared)["label.pdf"]


def test_a_name_that_cannot_be_printed_is_said_beside_every_other_reason(data: ReferenceData, bench: Bench) -> None:
    unprintable = order(PETROLATUM, left_out="AllergyIntolerance").replace(b'"Ana"', '"测试"'.encode())
    prepared = prepare_file(unprintable, bench, data)
    assert codes(prepared) >= {"NOT_PRINTABLE", "ALLERGY_NOT_ASKED"}
    assert "CJK UNIFIED IDEOGRAPH" in next(each.message for each in prepared.reasons if each.code == "NOT_PRINTABLE")


def test_no_result_of_a_refused_order_offers_another_base(data: ReferenceData, bench: Bench) -> None:
    prepared = prepare_file(order(HELD).replace(b'"status": "active"', b'"status": "cancelled"'), bench, data)
    assert prepared.status is Status.REFUSED
    assert "steer" not in result_of(prepared, data.formulary)


def test_no_known_drug_allergies_are_not_printed_as_no_known_allergies(data: ReferenceData, bench: Bench) -> None:
    asked = AllergyEntry(what=CodedText(text="NKDA"), asked_by="N. Nurse", asked_on=date(2026, 11, 22))
    prepared = prepare_file(order(PETROLATUM, left_out="AllergyIntolerance"), replace(bench, allergies=(asked,)), data)
    worksheet = papers_of(prepared)["worksheet.pdf"]
    assert "No known drug allergies, asked 2026-11-22 by N. Nurse" in worksheet
    assert "No known allergies" not in worksheet


def test_a_refuted_allergy_is_printed_as_refuted_beside_the_answer_that_lets_the_order_go_on(data: ReferenceData, bench: Bench) -> None:
    bundle: dict[str, Any] = json.loads(order(ZINC))
    (none_known,) = [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "AllergyIntolerance"]
    refuted: dict[str, Any] = json.loads(json.dumps(none_known).replace("confirmed", "refuted")) | {"id": "a2", "code": {"text": "Zinc oxide"}}
    bundle["entry"].append({"fullUrl": "http://example.org/fhir/AllergyIntolerance/a2", "resource": refuted})
    worksheet = papers_of(prepare_file(json.dumps(bundle).encode(), bench, data))["worksheet.pdf"]
    assert "Allergies on record: Zinc oxide [refuted]" in worksheet
    assert "No known allergies, asked 2026-11-16 by Dr Laura Chen" in worksheet


def test_the_answer_a_zinc_base_rests_on_stands_on_the_worksheet(data: ReferenceData, bench: Bench) -> None:
    asked = AllergyEntry(what=CodedText(text="penicillin"), asked_by="N. Nurse", asked_on=date(2026, 11, 22))
    contact = ContactAnswer(had_a_rash=False, asked_by="P. Chemist", asked_on=date(2026, 11, 21))
    prepared = prepare_file(order(ZINC, left_out="AllergyIntolerance"), replace(bench, allergies=(asked,), contact=contact), data)
    assert "Ever a rash from a cream, plaster or tape: no, asked 2026-11-21 by P. Chemist" in papers_of(prepared)["worksheet.pdf"]


def test_a_lot_of_the_other_form_goes_by_its_own_name_on_the_worksheet(data: ReferenceData, bench: Bench) -> None:
    anhydrous = replace(GOLDEN_LOT, form="anhydrous", water_percent=Decimal("0.3"))
    worksheet = papers_of(prepare_file(order(PETROLATUM), replace(bench, lots=(anhydrous,)), data))["worksheet.pdf"]
    assert f"Sodium thiosulfate, anhydrous {anhydrous.number}" in worksheet


@pytest.mark.parametrize("ingredients", [("white petrolatum", "water"), ("white petrolatum", "glycerin")])
def test_a_lot_that_holds_water_never_gets_the_limit_of_a_preparation_without_water(ingredients: tuple[str, ...], data: ReferenceData, bench: Bench) -> None:
    wet = Lot(substance="white-petrolatum", number="W", ingredients=ingredients)
    assert "LOT_UNSUITABLE" in codes(prepare_file(order(PETROLATUM), replace(bench, lots=(wet,)), data))


def test_a_zinc_product_of_another_strength_is_not_the_formulas(data: ReferenceData, bench: Bench) -> None:
    strong = Lot(substance="zinc-oxide-ointment-20", number="Z", ingredients=("zinc oxide 40 %", "petrolatum"))
    assert "LOT_UNSUITABLE" in codes(prepare_file(order(ZINC), replace(bench, lots=(strong,)), data))


def test_the_worksheet_says_that_an_expiry_still_to_be_written_in_may_shorten_the_date(data: ReferenceData, bench: Bench) -> None:
    said = "A component that expires before 2027-05-21 shortens it"
    assert said in papers_of(prepare_file(order(PETROLATUM), bench, data))["worksheet.pdf"]
    lots = tuple(Lot(substance=each, number="L", expires_on=date(2029, 1, 31)) for each in ("white-petrolatum", "mineral-oil"))
    assert (
        said
        not in papers_of(prepare_file(order(PETROLATUM), replace(bench, lots=(replace(GOLDEN_LOT, expires_on=date(2029, 1, 31)), *lots)), data))[
            "worksheet.pdf"
        ]
    )


def test_the_supplier_of_a_lot_stands_beside_its_number(data: ReferenceData, bench: Bench) -> None:
    lot = Lot(substance="white-petrolatum", number="WP-118", supplier="Example Chemicals")
    assert "WP-118 Example Chemicals" in papers_of(prepare_file(order(PETROLATUM), replace(bench, lots=(lot,)), data))["worksheet.pdf"]


def test_two_different_jars_of_one_order_share_the_prescription_number_and_never_the_lot(data: ReferenceData, bench: Bench) -> None:
    bundle: dict[str, Any] = json.loads(order(PETROLATUM))
    (request,) = [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "MedicationRequest"]
    del request["contained"], request["medicationReference"]
    request["medicationCodeableConcept"] = {"text": "sodium thiosulfate 25 % w/w ointment"}
    content = json.dumps(bundle).encode()
    jars = [
        replace(bench, base=BaseWish.PETROLATUM),
        replace(bench, base=BaseWish.ZINC_UNSPECIFIED),
        replace(bench, base=BaseWish.PETROLATUM, profile=data.profiles["us"]),
    ]
    facts = [prepare_file(content, each, data).facts for each in jars]
    assert len({each.numbers.rx_number for each in facts if each is not None}) == 1
    assert len({each.numbers.lot for each in facts if each is not None}) == len(jars)


def test_an_answer_to_the_contact_question_that_is_dated_ahead_is_no_answer(data: ReferenceData, bench: Bench) -> None:
    asked = AllergyEntry(what=CodedText(text="penicillin"), asked_by="N. Nurse", asked_on=date(2026, 11, 22))
    contact = ContactAnswer(had_a_rash=False, asked_by="P. Chemist", asked_on=date(2026, 11, 23))
    prepared = prepare_file(order(ZINC, left_out="AllergyIntolerance"), replace(bench, allergies=(asked,), contact=contact), data)
    assert codes(prepared) >= {"ALLERGY_NOT_ASKED"}


def test_a_supply_stated_in_weeks_is_compared_with_the_beyond_use_date(data: ReferenceData, bench: Bench) -> None:
    bundle: dict[str, Any] = json.loads(order(PETROLATUM))
    (request,) = [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "MedicationRequest"]
    request["dispenseRequest"]["expectedSupplyDuration"] = {"value": 30, "unit": "weeks", "system": "http://unitsofmeasure.org", "code": "wk"}
    assert "BEYOND_USE_BEFORE_COURSE_END" in codes(prepare_file(json.dumps(bundle).encode(), bench, data))


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("name", [PETROLATUM, ZINC])
def test_no_number_of_draft_marks_keeps_an_order_from_its_paper(name: str, language: str, data: ReferenceData, bench: Bench) -> None:
    site = replace(bench.site, approvals=(), attestations=())
    prepared = prepare_file(order(name), replace(bench, site=site, language=language, today=date(2026, 11, 23)), data)
    assert prepared.status is Status.READY, codes(prepared)
    assert all(mark in papers_of(prepared)["label.pdf"] for mark in prepared.facts.draft_marks) if prepared.facts else False


def test_a_frequency_that_only_the_code_gives_is_said_aloud_and_not_dropped(data: ReferenceData, bench: Bench) -> None:
    bundle: dict[str, Any] = json.loads(order(PETROLATUM))
    (request,) = [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "MedicationRequest"]
    assert "TIMING_NOT_IN_WORDS" not in codes(prepare_file(json.dumps(bundle).encode(), bench, data))
    request["dosageInstruction"][0]["text"] = "Apply a thin layer to the lumps"
    prepared = prepare_file(json.dumps(bundle).encode(), bench, data)
    assert "TIMING_NOT_IN_WORDS" in codes(prepared)
    assert "the coded timing says 2 a day" in papers_of(prepared)["worksheet.pdf"]


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"coding": [{"code": "es-MX"}]}, Status.READY), ({"coding": [{"code": "spa"}]}, Status.READY), ({"text": "French"}, Status.READY),
        ({"coding": [{"code": "est"}]}, Status.HELD), ({"text": "Estonian"}, Status.HELD), ({"text": "Punjabi"}, Status.HELD),
    ],
)  # fmt: skip
def test_a_language_is_read_from_its_code_or_its_name_and_never_from_its_first_letters(
    data: ReferenceData, bench: Bench, told: dict[str, Any], status: Status
) -> None:
    bundle = json.loads(order(FRENCH))
    bundle["entry"][0]["resource"]["communication"] = [{"language": told, "preferred": True}]
    prepared = prepare_file(json.dumps(bundle).encode(), bench, data)
    assert prepared.status is status
    assert ("LANGUAGE_NOT_AVAILABLE" in codes(prepared)) is (status is Status.HELD)


def test_directions_in_another_language_than_the_paper_are_said_aloud(data: ReferenceData, bench: Bench) -> None:
    assert "DIRECTIONS_NOT_TRANSLATED" in codes(prepare_file(order(PETROLATUM), replace(bench, language="es"), data))
    assert "DIRECTIONS_NOT_TRANSLATED" not in codes(prepare_file(order(FRENCH), bench, data))


def test_what_an_order_says_and_nobody_reads_is_named(data: ReferenceData, bench: Bench) -> None:
    bundle = json.loads(order(PETROLATUM))
    request = bundle["entry"][-1]["resource"]
    request["dosageInstruction"][0] |= {"asNeededBoolean": True}
    request["dosageInstruction"][0]["timing"]["repeat"]["boundsDuration"] = {"value": 10, "code": "d", "system": "http://unitsofmeasure.org"}
    prepared = prepare_file(json.dumps(bundle).encode(), bench, data)
    assert prepared.status is Status.READY
    assert "asNeededBoolean, boundsDuration" in next(each.message for each in prepared.reasons if each.code == "ORDER_ELEMENT_NOT_READ")
    request["statusReason"] = {"text": "Do not dispense before the visit"}
    assert "STATUS_REASON_GIVEN" in codes(prepare_file(json.dumps(bundle).encode(), bench, data))


def test_a_petrolatum_lot_that_lists_lanolin_is_another_ointment(data: ReferenceData, bench: Bench) -> None:
    lot = Lot(substance="white-petrolatum", number="W-1", ingredients=("white petrolatum", "lanolin"))
    assert "LOT_UNSUITABLE" in codes(prepare_file(order(PETROLATUM), with_lots(bench, lot), data))


def test_a_zinc_ointment_lot_with_lanolin_is_held_only_for_a_lanolin_allergy(data: ReferenceData, bench: Bench) -> None:
    lot = Lot(substance="zinc-oxide-ointment-20", number="Z-1", ingredients=("zinc oxide", "white petrolatum", "lanolin"))
    assert prepare_file(order(ZINC), with_lots(bench, lot), data).status is Status.READY
    allergic = order(ZINC).replace(b"No known allergies", b"Lanolin, rash")
    answer = ContactAnswer(had_a_rash=False, asked_by="N. Nurse", asked_on=date(2026, 11, 20))
    assert "BASE_INGREDIENT_ALLERGY" in codes(prepare_file(allergic, replace(with_lots(bench, lot), contact=answer), data))


def test_a_lot_without_its_expiry_and_an_approval_older_than_a_year_are_said_aloud(data: ReferenceData, bench: Bench) -> None:
    lot = Lot(substance="mineral-oil", number="M-1")
    assert "LOT_EXPIRY_NOT_GIVEN" in codes(prepare_file(order(PETROLATUM), with_lots(bench, lot), data))
    old = tuple(replace(approval, on=date(2025, 11, 20)) for approval in bench.site.approvals)
    assert "APPROVAL_REVIEW_DUE" in codes(prepare_file(order(PETROLATUM), replace(bench, site=replace(bench.site, approvals=old)), data))


def test_a_zinc_allergy_named_only_as_a_reaction_is_read(data: ReferenceData, bench: Bench) -> None:
    bundle = json.loads(order(HELD))
    entry = next(each["resource"] for each in bundle["entry"] if each["resource"]["resourceType"] == "AllergyIntolerance")
    entry["code"] = {"text": "Skin product"}
    entry["reaction"] = [{"manifestation": [{"text": "Zinc dermatitis"}]}]
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in codes(prepare_file(json.dumps(bundle).encode(), bench, data))


@pytest.mark.parametrize(
    ("written", "printed"),
    [("Apply .5 g to each", "Apply 0.5 g to each"), ("Apply 1.0 g to each", "Apply 1 g to each"), ("Apply 0.50 g to each", "Apply 0.5 g to each"), ("Apply 1g to each", "Apply 1 g to each"), ("Apply 0.5 g to each", "Apply 0.5 g to each"), ("Apply 10 g to each", "Apply 10 g to each")],
)  # fmt: skip
def test_numbers_in_directions_are_printed_as_ismp_wants_them_and_keep_their_value(data: ReferenceData, bench: Bench, written: str, printed: str) -> None:
    prepared = prepare_file(order(PETROLATUM).replace(b"Apply a thin layer to the", f"{written} of the".encode()), bench, data)
    assert prepared.facts is not None, codes(prepared)
    assert prepared.facts.directions.startswith(printed)
    assert ("ABBREVIATION_WRITTEN_OUT" in codes(prepared)) is (written != printed)


def test_an_answer_more_than_a_year_old_is_asked_again(data: ReferenceData, bench: Bench) -> None:
    for day, status in (("2025-11-22", Status.READY), ("2025-11-20", Status.HELD)):
        old = order(PETROLATUM).replace(b'"recordedDate": "2026-11-16"', f'"recordedDate": "{day}"'.encode())
        prepared = prepare_file(old, bench, data)
        assert prepared.status is status, codes(prepared)
    assert "ALLERGY_NOT_ASKED" in codes(prepared)
    penicillin = order(ZINC).replace(b"No known allergies", b"Penicillin, hives")
    answer = ContactAnswer(had_a_rash=False, asked_by="N. Nurse", asked_on=date(2024, 1, 1))
    assert "ALLERGY_NOT_ASKED" in codes(prepare_file(penicillin, replace(bench, contact=answer), data))


def test_a_lot_that_is_weighed_as_if_it_were_pure_is_said_so(data: ReferenceData, bench: Bench) -> None:
    def said(lot: Lot, *, above: str = "0") -> list[str]:
        site = replace(bench.site, correct_lots_above_percent=Decimal(above))
        prepared = prepare_file(order(PETROLATUM), replace(with_lots(bench, lot), site=site), data)
        return [each.message for each in prepared.reasons if each.code == "LOT_NOT_CORRECTED"]

    assert said(GOLDEN_LOT) == []
    ending = "by its certificate: lot SP-2026-07 ({})."
    assert said(replace(GOLDEN_LOT, water_percent=None))[0].endswith(ending.format("its certificate's water not given"))
    assert said(replace(GOLDEN_LOT, water_percent=None, assay_percent=None))[0].endswith(ending.format("its certificate's assay and water not given"))
    assert said(GOLDEN_LOT, above="2")[0].endswith(ending.format("the site leaves so small a correction out"))
