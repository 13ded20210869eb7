"""The Master Formulation Record on paper: it says its content and nothing else, numbered lines hang, nothing stands apart from what introduces it."""

from dataclasses import replace

import pytest

from compounding.domain.compose_formula import compose_formula
from compounding.domain.formulary_versions import Kind, VersionApproval
from compounding.domain.label_content import Field, FormulaContent, FormulaPart, Table
from labels import DoesNotFit, NotPrintable, PaperName, render_formula
from labels.formula import draw_formula
from labels.stock import LETTER
from tests.domain.formula_records import ON, PETROLATUM, RISK, ZINC, as_approved, as_shipped, worked_out
from tests.labels import reading

RECORDS = {f"{name}, {formula_id}": compose_formula(made(formula_id)) for name, made in (("approved", as_approved), ("draft", as_shipped))
           for formula_id in (PETROLATUM, ZINC)}  # fmt: skip
ANY = pytest.mark.parametrize("content", RECORDS.values(), ids=RECORDS)
PAPERS = pytest.mark.parametrize("paper", ["letter", "a4"])


def small(*parts: FormulaPart) -> FormulaContent:
    return replace(compose_formula(as_shipped()), draft_marks=(), identity=(Field(name="Formula", value="x"),), parts=parts)


def words(content: FormulaContent) -> str:
    told = [content.heading, *(text for field in content.identity for text in (field.name, field.value))]
    for part in content.parts:
        told += [part.heading, *(text for field in part.fields for text in (field.name, field.value)), *part.paragraphs]
        told += [cell for row in (part.table.headings, *part.table.rows) for cell in row] if part.table is not None else []
        told += part.steps
    told += [content.signatures_heading, *(cell for row in (content.signatures.headings, *content.signatures.rows) for cell in row)]
    return reading.squeezed(*told)


@ANY
@PAPERS
def test_the_pages_say_all_of_the_content_in_order_and_nothing_but_repeated_headings(content: FormulaContent, paper: PaperName) -> None:
    pages = reading.pages(render_formula(content, paper=paper))
    repeated = [reading.squeezed(*part.table.headings) for part in content.parts if part.table is not None]
    rest = words(content)
    for number, page in enumerate(pages, start=1):
        marks, footer = reading.squeezed(*content.draft_marks), reading.squeezed(*content.footer)
        footer = footer.replace("{page}", str(number)).replace("{pages}", str(len(pages)))
        assert page.startswith(marks)
        assert page.endswith(footer)
        body = page.removeprefix(marks).removesuffix(footer)
        if not rest.startswith(body):
            again = next(each for each in repeated if body.startswith(each) and rest.startswith(body.removeprefix(each)))
            body = body.removeprefix(again)
        rest = rest.removeprefix(body)
    assert rest == ""


@ANY
@PAPERS
def test_the_gate_finds_nothing_to_object_to(content: FormulaContent, paper: PaperName) -> None:
    reread = pytest.importorskip("labels.reread")
    assert reread.differences(render_formula(content, paper=paper), content) == ()


@ANY
def test_the_code_is_read_from_the_first_page_and_no_other(content: FormulaContent) -> None:
    pdf = render_formula(content)
    assert reading.codes(pdf, 0) == [content.code]
    assert reading.codes(pdf, 1) == []


def test_the_lines_of_a_step_stand_under_its_words_and_beside_its_number() -> None:
    text = "10. " + "mix " * 60
    page = draw_formula(small(FormulaPart(heading="Steps", steps=("9. short", text.strip()))), LETTER).pages[0]
    placed = {thing.what: thing.box.left_pt for thing in page if thing.kind == "text"}
    lines = [left for what, left in placed.items() if what.startswith("mix")]
    assert len(set(lines)) == 1
    assert placed["10."] == placed["9."] < lines[0] == placed["short"]


def test_a_line_without_a_number_begins_at_the_margin() -> None:
    paper = draw_formula(small(FormulaPart(heading="Steps", steps=("no number",))), LETTER)
    assert next(thing.box.left_pt for thing in paper.pages[0] if thing.what == "no number") == paper.area.left_pt


def test_a_heading_and_what_introduces_a_table_never_end_a_page_without_its_first_row() -> None:
    table = Table(headings=("One", "Two"), rows=(("first row", ""),), widths=(1, 1))
    for lines in range(20, 60):
        filler = FormulaPart(heading="Before", paragraphs=("x",) * lines)
        pages = reading.pages(render_formula(small(filler, FormulaPart(heading="Heading here", paragraphs=("It introduces.",), table=table))))
        page = next(each for each in pages if "Headinghere" in each)
        assert "HeadinghereItintroduces.OneTwofirstrow" in page, lines


def test_a_record_longer_than_any_is_refused_and_so_is_a_letter_that_cannot_be_printed() -> None:
    with pytest.raises(DoesNotFit):
        render_formula(small(FormulaPart(heading="Long", paragraphs=("word " * 40,) * 900)))
    with pytest.raises(NotPrintable):
        render_formula(small(FormulaPart(heading="Letters", paragraphs=("混ぜる",))))


@PAPERS
def test_a_version_of_a_pharmacy_with_a_very_long_id_is_printed(paper: PaperName) -> None:
    facts = as_shipped()
    formula = replace(facts.formula, version=f"999999-{'main-street-' * 5}")
    content = compose_formula(replace(facts, formula=formula, sheet=worked_out(formula)))
    assert reading.codes(render_formula(content, paper=paper), 0) == [f"{PETROLATUM} {formula.version} {facts.version.sha256[:16]}"]


@PAPERS
def test_a_risk_assessment_told_in_the_longest_words_is_printed_whole(paper: PaperName) -> None:
    facts, words = as_approved(), ("grind " * 160).strip()
    risk = replace(RISK, level_reasons=words, hazards=words, protective_equipment=words, ventilation=words, cross_contact=words, reviewed_by=words)
    approval = VersionApproval(
        kind=Kind.FORMULA, id=facts.version.id, version=facts.version.version, sha256=facts.version.sha256, by="Dana", on=ON, reason=words, risk=risk
    )
    pages = reading.pages(render_formula(compose_formula(replace(facts, approval=approval, approvals=(approval,))), paper=paper))
    assert "".join(pages).count("grind") == 7 * 160
