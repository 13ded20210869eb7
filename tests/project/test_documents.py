"""What the documents say is what the program does."""

import re
from pathlib import Path

from compounding.commands import cli
from compounding.domain.reasons import CODES, Severity
from compounding.reference import ReferenceData
from tests.project import made_documents as made

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_code_is_explained_in_docs_codes(data: ReferenceData) -> None:
    documented = dict(re.findall(r"^\| `([A-Z_0-9]+)` \| (\w+) \|", text_of("docs/codes.md"), re.MULTILINE))
    assert documented == {code: severity.value for code, severity in CODES.items()}


def test_the_codes_other_programs_rely_on_keep_their_severity() -> None:
    held = """ZINC_ALLERGY_IN_ZINC_BASE ZINC_ALLERGY_UNCLEAR ALLERGY_NOT_ASKED PETROLATUM_ALLERGY THIOSULFATE_ALLERGY SULFITE_SENSITIVITY PATIENT_NOT_GIVEN
        BASE_NOT_STATED STRENGTH_MISSING STRENGTH_OUTSIDE_PUBLISHED_RANGE STRENGTH_CONFLICT BASE_CHANGE_NEEDS_CONSENT ZINC_PRODUCT_NOT_STATED CLINICAL_REVIEW_NEEDED
        DIRECTIONS_MISSING ORDER_EXPIRED ORDER_DATED_AHEAD QUANTITY_MISSING QUANTITY_UNIT CODE_DISPLAY_CONFLICT ABBREVIATION_AMBIGUOUS NOT_PRINTABLE DOES_NOT_FIT
        TEXT_TOO_LONG SEVERAL_ORDERS"""
    refused = "NOT_ACTIONABLE NOT_SODIUM_THIOSULFATE NOT_TOPICAL UNKNOWN_MODIFIER WRONG_RESOURCE"
    assert all(CODES[code] is Severity.HELD for code in held.split())
    assert all(CODES[code] is Severity.REFUSED for code in refused.split())
    assert CODES["NOT_FHIR_R4"] is Severity.INVALID
    assert all(CODES[code] is Severity.WARNING for code in ("FORMULA_NOT_APPROVED", "PRESCRIBER_UNVERIFIED", "STRENGTH_BASIS_ASSUMED"))


def test_every_decision_is_short_and_has_its_three_parts() -> None:
    records = sorted((DOCS / "adr").glob("*.md"))
    assert records
    for record in records:
        lines = record.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 30, record
        assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"], record


def test_every_module_that_the_architecture_names_exists() -> None:
    for name in re.findall(r"`((?:domain|fhir|labels|web|reference|compounding)/[\w/.]+\.py)`", text_of("docs/architecture.md")):
        assert (ROOT / name).exists() or (ROOT / "compounding" / name).exists(), name


def test_the_diagrams_of_the_states_are_drawn_from_the_table() -> None:
    text = made.ARCHITECTURE.read_text(encoding="utf-8")
    assert text == made.architecture_page()
    assert text.count("stateDiagram-v2") == 2


def test_who_may_open_which_page_is_written_down_as_the_table_says() -> None:
    text = made.ACCESS.read_text(encoding="utf-8")
    assert text == made.access_page()
    assert text.count("| `") > 80


def test_every_hazard_names_a_test_that_exists() -> None:
    for name in re.findall(r"`(tests/[\w/.]+)`", text_of("docs/clinical/hazards.md")):
        assert (ROOT / name).exists(), name


def test_every_clinical_rule_that_the_program_names_is_written_down() -> None:
    written = {int(number) for row in re.findall(r"^\| ([\d, ]+) \|", text_of("docs/clinical/rules.md"), re.MULTILINE) for number in row.split(",")}
    for file in [*(ROOT / "compounding").rglob("*.py"), *(ROOT / "compounding").rglob("*.toml")]:
        named = re.findall(r"clinical rules? (\d+)(?:(?:, | and | to )(\d+))?", file.read_text(encoding="utf-8"))
        for number in (number for pair in named for number in pair if number):
            assert int(number) in written, (file, number)


def test_nothing_cites_a_document_that_is_not_here() -> None:
    for file in [*(ROOT / "compounding").rglob("*"), *(ROOT / "labels").rglob("*.py"), *(ROOT / "templates").rglob("*.html"), *DOCS.rglob("*.md")]:
        if file.is_file() and file.suffix in {".py", ".toml", ".html", ".md"}:
            assert not re.search(r"\b(?:practice|domain|peers|design|style|dependencies)\.md\b", file.read_text(encoding="utf-8")), file


def test_every_command_and_option_of_prepare_is_documented() -> None:
    readme = text_of("README.md") + text_of("docs/configuration.md")
    for name in cli.commands:
        assert f"levigate {name}" in readme, name
    for option in cli.commands["prepare"].params:
        for spelling in option.opts:
            if spelling.startswith("--"):
                assert spelling in readme, spelling


def test_the_example_site_in_the_examples_folder_is_the_one_that_ships() -> None:
    assert (ROOT / "examples" / "site.toml").read_bytes() == (ROOT / "compounding" / "config" / "example_site.toml").read_bytes()


def test_the_example_sites_approvals_name_the_texts_as_they_are(data: ReferenceData) -> None:
    from compounding.config.site_file import example_site

    current = {(formula.id, formula.version, formula.sha256) for formula in data.formulary.formulas.values()}
    current |= {(f"phrases-{language}", data.phrases[language].version, sha256) for language, sha256 in data.phrase_hashes.items()}
    site = example_site()
    assert {(approval.of, approval.version, approval.sha256) for approval in site.approvals} <= current
    assert {(each.formula, each.version, each.sha256) for each in site.attestations} <= current
    assert "phrases-en" in {approval.of for approval in site.approvals}


def test_every_reason_names_the_rule_behind_it() -> None:
    from compounding.domain import reasons

    assert all(entry.source.strip() for entry in reasons._TABLE.values())
