"""The README's example is made by the program, never pasted."""

import json

from tests.project import made_documents as made


def test_the_worked_example_of_the_readme_is_what_the_program_says_today() -> None:
    text = (made.ROOT / "README.md").read_text(encoding="utf-8")
    assert made.example_block() in text


def test_the_pictures_show_the_papers_as_they_are_made_today() -> None:
    assert json.loads(made.SOURCES.read_text(encoding="utf-8")) == made.paper_hashes()
    assert all((made.IMAGES / name).stat().st_size > 5000 for name in made.paper_hashes())


def test_the_table_of_codes_is_made_from_the_code() -> None:
    assert (made.ROOT / "docs" / "codes.md").read_text(encoding="utf-8") == made.codes_page()


def test_the_counts_of_the_screening_page_are_those_of_today() -> None:
    assert made.SCREENING.read_text(encoding="utf-8") == made.screening_page()


def test_no_unsafe_answer_is_published_but_in_the_hard_tier() -> None:
    rows = [line.split(" | ") for line in made.screening_counts().splitlines() if line.startswith("| ") and "**" in line]
    assert len(rows) >= 5
    assert {unsafe for tier, *_, unsafe in rows if tier != "| hard"} == {"**0** |"}


def test_the_readme_names_the_two_commands_and_who_decides() -> None:
    text = (made.ROOT / "README.md").read_text(encoding="utf-8")
    for words in (
        "make run",
        "make test",
        "A licensed pharmacist decides",
        "http://localhost:8000",
        "docs/images/label.png",
        "docs/images/leaflet.png",
        "docs/images/worksheet.png",
    ):
        assert words in text
