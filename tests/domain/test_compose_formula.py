"""The Master Formulation Record says all that USP <795> and NAPRA ask for; what nobody stated reads so, with room to write; what is no decision is a draft."""

from dataclasses import replace
from datetime import date

import pytest

from compounding.domain.compose_formula import compose_formula
from compounding.domain.formulary_versions import Kind, Retirement, VersionState
from compounding.domain.label_content import FormulaContent, FormulaPart
from tests.domain.formula_records import ON, PETROLATUM, RISK, ZINC, as_approved, as_shipped

BOTH = pytest.mark.parametrize("formula_id", [PETROLATUM, ZINC])


def part(content: FormulaContent, heading: str) -> FormulaPart:
    return next(each for each in content.parts if each.heading.startswith(heading))


def values(part_or_content: FormulaPart | FormulaContent) -> dict[str, str]:
    fields = part_or_content.fields if isinstance(part_or_content, FormulaPart) else part_or_content.identity
    return {each.name: each.value for each in fields}


def texts(content: FormulaContent) -> str:
    told = [content.heading, *(text for field in content.identity for text in (field.name, field.value))]
    for each in content.parts:
        told += [each.heading, *each.paragraphs, *each.steps, *(text for field in each.fields for text in (field.name, field.value))]
        told += [cell for row in (each.table.headings, *each.table.rows) for cell in row] if each.table is not None else []
    return "\n".join([*told, *(cell for row in content.signatures.rows for cell in row)])


@BOTH
def test_the_record_holds_every_word_of_the_formulas_text(formula_id: str) -> None:
    facts = as_approved(formula_id)
    formula, said = facts.formula, texts(compose_formula(facts))
    for words in (
        formula.name, formula.id, formula.version, formula.sha256, formula.dosage_form, formula.description, formula.packaging, formula.storage,
        formula.beyond_use_class, formula.napra_level, *formula.napra_reasons, *formula.equipment, *(step.text for step in formula.procedure),
        *(text for test in formula.quality_tests for text in (test.name, test.accept)),
        *(text for reference in formula.references for text in (reference.text, reference.status.value)),
    ):  # fmt: skip
        assert words in said, words


@BOTH
def test_every_ingredient_has_its_role_hydrate_form_identity_amount_and_room_for_its_grade(formula_id: str) -> None:
    facts = as_shipped(formula_id)
    table = part(compose_formula(facts), "Ingredients").table
    assert table is not None
    assert [row[1] for row in table.rows] == ["active ingredient", "levigating agent", "base"]
    active = table.rows[0]
    assert (active[0], active[2], active[4]) == ("Sodium thiosulfate pentahydrate", "pentahydrate", "10 to 25 % w/w")
    assert "10102-17-7" in active[3]
    assert "HX1032V43M" in active[3]
    assert table.headings[-1] == "Grade. Not stated:"
    assert {row[-1] for row in table.rows} == {""}


def test_the_amounts_are_the_calculation_cores_beside_the_texts_own_with_every_derivation() -> None:
    facts = as_shipped()
    content = compose_formula(facts)
    amounts, derivation = part(content, "Exact amounts for one batch of 60 g at 25 % w/w").table, part(content, "How each figure").table
    assert amounts is not None
    assert derivation is not None
    assert facts.sheet is not None
    assert [row[2:] for row in amounts.rows] == [("15 g", "15 g", "15 g"), ("3 g", "3 g", "3 g"), ("42 g", "42 g", "42 g"), ("–", "60 g", "60 g")]
    steps = {(each.name, each.substitution) for each in (*(step for line in facts.sheet.lines for step in line.derivation), *facts.sheet.totals)}
    assert {(row[0], row[2]) for row in derivation.rows} == steps


def test_a_figure_of_the_core_that_differs_from_the_text_would_be_seen() -> None:
    facts = as_shipped()
    assert facts.sheet is not None
    lines = (replace(facts.sheet.lines[0], exact_g=facts.sheet.lines[0].exact_g + 1), *facts.sheet.lines[1:])
    table = part(compose_formula(replace(facts, sheet=replace(facts.sheet, lines=lines))), "Exact amounts").table
    assert table is not None
    assert table.rows[0][2:4] == ("16 g", "15 g")


def test_a_batch_that_this_pharmacys_balance_cannot_weigh_says_why_and_leaves_room() -> None:
    content = compose_formula(replace(as_shipped(), sheet=None, not_worked_out="3 g is below the 5 g this balance can weigh"))
    amounts = part(content, "Exact amounts")
    assert "3 g is below the 5 g this balance can weigh" in amounts.paragraphs[0]
    assert amounts.table is not None
    assert [row[1:] for row in amounts.table.rows] == [("15 g", ""), ("3 g", ""), ("42 g", "")]
    assert "Exact amounts for one batch of 60 g at 25 % w/w: To weigh" in "\n".join(content.parts[-1].steps)


def test_each_step_stands_in_its_order_with_who_signs_and_room_for_duration_and_end_point() -> None:
    facts = as_shipped()
    table = part(compose_formula(facts), "Procedure").table
    assert table is not None
    assert table.headings == ("Step", "Instruction", "Initials of", "Duration", "End point")
    assert table.rows == tuple((f"{number}.", step.text, step.sign or "–", "", "") for number, step in enumerate(facts.formula.procedure, 1))


def test_what_nobody_stated_reads_so_with_room_to_write_and_is_listed_once_more() -> None:
    content = compose_formula(as_shipped())
    empty = [field for each in (content, *content.parts) for field in (each.fields if isinstance(each, FormulaPart) else each.identity) if not field.value]
    assert {each.name for each in empty} >= {
        "Room or area. Not stated:",
        "Ventilation (risk assessment). Not stated:",
        "Stability study of this formula. Not stated:",
    }
    assert all(each.name.endswith(". Not stated:") for each in empty)
    listed = "\n".join(content.parts[-1].steps)
    for words in ("Grade", "Room or area", "Duration; End point", "Hazards; Safety data: link and date; Cross-contact; Reviewed by, with licence", "Date read"):
        assert words in listed, words


def test_an_approved_formula_shows_its_whole_risk_assessment() -> None:
    content = compose_formula(as_approved())
    told, room = values(part(content, "Risk assessment")), values(part(content, "Equipment, protection and room"))
    assert told["NAPRA level"] == "A"
    assert told["Reasons for the level"] == RISK.level_reasons
    assert told["Hazards"] == RISK.hazards
    assert told["Safety data"] == "https://example.org/sds/1, dated 2026-03-01"
    assert told["Cross-contact"] == RISK.cross_contact
    assert (told["Reviewed by"], told["Reviewed on"], told["Next review by"]) == ("Dana Designated", "2026-11-22", "2027-11-20")
    assert told["Allergens of the ingredients"] == "mineral oil, petrolatum, thiosulfate"
    assert room["Protective equipment (risk assessment)"] == RISK.protective_equipment
    assert room["Ventilation (risk assessment)"] == RISK.ventilation


def test_a_signature_tells_who_with_which_licence_when_and_meaning_what() -> None:
    rows = compose_formula(as_approved()).signatures.rows
    assert len(rows) == 2
    meaning, who, when, how = rows[0]
    assert meaning == "Approval of this version for use at this pharmacy. Reason: read line by line"
    assert who == "Dana Designated, designated person, licence BC-00001, valid until 2027-06-30"
    assert when == "2026-11-22 10:01 PST"
    assert how == f"password and one-time code; sha256 {as_approved().version.sha256[:16]}"
    assert rows[1][0] == "Attestation that no water enters this formula. Reason: nothing brings water"


def test_an_approval_that_nobody_signed_and_one_that_nobody_gave_are_told_as_such() -> None:
    unsigned = compose_formula(replace(as_approved(), signatures=())).signatures.rows
    assert unsigned[0][1:] == ("Dana Designated", "2026-11-22", "no electronic signature on record")
    assert compose_formula(as_shipped()).signatures.rows == (("Approval of this version for use at this pharmacy: not given", "", "", ""),)


def test_what_may_not_be_made_by_is_marked_and_what_may_is_not() -> None:
    approved = as_approved()
    retirement = Retirement(kind=Kind.FORMULA, id=PETROLATUM, version="1", by="Dana Designated", on=ON, reason="replaced")
    marks = {
        "approved": compose_formula(approved).draft_marks,
        "proposed": compose_formula(as_shipped()).draft_marks,
        "overdue": compose_formula(replace(approved, state=VersionState.REVIEW_OVERDUE, in_force=None, printed_on=date(2027, 12, 1))).draft_marks,
        "retired": compose_formula(replace(approved, state=VersionState.RETIRED, in_force=None, retirements=(retirement,))).draft_marks,
        "example": compose_formula(replace(approved, site=replace(approved.site, is_example=True))).draft_marks,
    }
    assert marks == {
        "approved": (), "proposed": ("DRAFT: formula/text not approved, not for dispensing",),
        "overdue": ("DRAFT: review overdue since 2027-11-20, not for dispensing",), "retired": ("RETIRED: nothing is begun by this version any more",),
        "example": ("EXAMPLE PHARMACY: not for dispensing",),
    }  # fmt: skip


def test_the_first_page_says_whether_it_is_in_force_who_approved_it_and_when_it_is_reviewed() -> None:
    told = values(compose_formula(as_approved()))
    assert (told["State on 2026-11-22"], told["Approved"], told["Next review by"]) == ("approved and in force", "2026-11-22 by Dana Designated", "2027-11-20")
    other = replace(as_approved(), in_force=as_shipped(ZINC).version)
    assert values(compose_formula(other))["State on 2026-11-22"] == "approved; version 1 is in force"
    draft = values(compose_formula(as_shipped()))
    assert (draft["State on 2026-11-22"], draft["Approved"], draft["Next review by. Not stated:"]) == ("proposed", "by nobody yet", "")


def test_the_beyond_use_limit_is_the_longer_one_only_where_it_is_attested() -> None:
    attested, proposed = (values(part(compose_formula(facts), "Beyond-use")) for facts in (as_approved(), as_shipped()))
    assert attested["Longest beyond-use limit by the rules"] == "6 calendar months"
    assert attested["Attestation that no water enters"] == "Dana Designated, 2026-11-22: nothing brings water"
    assert proposed["Longest beyond-use limit by the rules"] == "30 days, proposed"
    assert "table 4" in proposed["Reference for it"]
    assert proposed["How it is counted"] == "The compounding date is day 1"
    later = replace(as_approved(), printed_on=date(2026, 11, 21))
    assert values(part(compose_formula(later), "Beyond-use"))["Longest beyond-use limit by the rules"] == "30 days, proposed"


def test_the_labels_own_warnings_stand_in_the_record_by_what_is_in_the_jar() -> None:
    plain, zinc = ("\n".join(part(compose_formula(as_shipped(each)), "Labelling").steps) for each in (PETROLATUM, ZINC))
    assert "Does not contain zinc." in plain
    assert "CONTAINS ZINC OXIDE" not in plain
    assert "CONTAINS ZINC OXIDE. Do not use if you are allergic to zinc. Zinc oxide 14 % in the finished ointment." in zinc
    assert "Before an X-ray" in zinc
    assert "Keep out of the reach of children." in plain


def test_the_code_holds_id_version_and_sixteen_letters_of_the_fingerprint() -> None:
    facts = as_shipped()
    content = compose_formula(facts)
    assert content.code == f"{PETROLATUM} 1 {facts.version.sha256[:16]}"
    assert facts.version.sha256[:16] in content.footer[1]
