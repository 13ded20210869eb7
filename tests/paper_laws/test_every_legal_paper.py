"""Every legal record becomes whole, legible paper that says what the record says, or is refused by a stable code: label, leaflet and worksheet.

About 60 labels and 10 of the others in the ordinary suite; with LEVIGATE_THOROUGH=1 ten thousand labels (`make thorough`). Hypothesis prints the seed.
"""

import importlib
import importlib.util
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

import labels
from compounding.domain.compose_label import compose_label
from compounding.domain.compose_leaflet import compose_leaflet
from compounding.domain.compose_worksheet import compose_worksheet
from compounding.domain.error_prone import error_prone
from compounding.domain.label_codes import is_same_code
from compounding.domain.label_content import LabelContent, LeafletContent, WorksheetContent
from compounding.domain.label_elements import missing_elements
from compounding.domain.paper_facts import PaperFacts
from compounding.domain.reasons import CODES
from tests.labels import reading
from tests.paper_laws.legal_records import LegalRecord, legal_records

ROOT = Path(__file__).resolve().parents[2]
RULES_FILE = next(path for path in (ROOT.parent / "shared/cases/label_rules.json", ROOT / "tests/cases/label_rules.json") if path.exists())
RULES: list[dict[str, Any]] = json.loads(RULES_FILE.read_text("utf-8"))["rules"]
FORBIDDEN = [rule for rule in RULES if rule["kind"] == "regex_forbidden" and rule["severity"] == "must"]
REQUIRED = [rule for rule in RULES if rule["kind"] == "required"]

THOROUGH = os.environ.get("LEVIGATE_THOROUGH") == "1"
LABELS, SHEETS = (10_000, 500) if THOROUGH else (60, 10)
LABEL_PT, CRITICAL_PT, LEAFLET_PT, FOOTER_PT = 8.0, 11.0, 12.0, 9.0
# The usual stock first: Hypothesis asks the first of a list most often, and the narrow ones hold few of these texts.
STOCKS = sorted(labels.STOCKS, key=lambda name: (name != labels.DEFAULT.name, -labels.STOCKS[name].width_mm * labels.STOCKS[name].height_mm))

# Explaining a failure sets the paper hundreds of times more, and says less than the record that failed.
PHASES = [each for each in settings.default.phases if each is not Phase.explain] if settings.default is not None else list(Phase)

seen = {"labels": 0}


def test_the_papers_rules_are_there() -> None:
    assert len(FORBIDDEN) > 30
    assert len(REQUIRED) > 25


@settings(max_examples=LABELS, phases=PHASES)
@given(legal_records(), st.sampled_from(STOCKS))
def test_every_legal_label_is_whole_or_refused_by_name(record: LegalRecord, stock: str) -> None:
    facts, content = record.facts, compose_label(record.facts)
    assert missing_elements(content, facts) == ()
    pdf, code = set_label(content, stock)
    event(f"{code or 'set'} on {stock}")
    assert code in {"", "DOES_NOT_FIT"} & {"", *CODES}
    if code:
        return
    spoken = [content, *([content.translation] if content.translation is not None else [])]
    pages = reading.pages(pdf)
    left = "".join(pages)
    for piece in sorted({reading.squeezed(text) for each in spoken for text in pieces(each)}, key=len, reverse=True):
        assert piece in "".join(pages), piece
        left = left.replace(piece, "")
    for each in spoken:
        counted = reading.squeezed(each.continued).replace("{number}", "[0-9]+").replace("{count}", "[0-9]+")
        left = re.sub(counted, "", left)
    assert left == "", "the label says what its content does not"
    check_rules(pdf, "container_label", facts, is_english=content.language == "en")
    check_sizes(pdf, at_least=LABEL_PT)
    for each in spoken:
        for text in each.critical:
            assert min(sizes_of(pdf, text)) >= CRITICAL_PT, text
    seen["labels"] += 1
    for dpi in (203, 300, 600) if seen["labels"] % 10 == 0 else (203,):
        for page in range(len(pages)):
            found = reading.codes(pdf, page, dpi=dpi)
            assert found, f"page {page + 1} at {dpi} dpi"
            assert all(is_same_code(text, content.code) for text in found)
    check_reread(pdf, content, stock=labels.STOCKS[stock])


@settings(max_examples=SHEETS, phases=PHASES)
@given(legal_records(), st.sampled_from(("letter", "a4")))
def test_every_legal_leaflet_is_whole_or_refused_by_name(record: LegalRecord, paper: Any) -> None:
    facts, content = record.facts, compose_leaflet(record.facts)
    pdf = labels.render_leaflet(content, paper=paper)
    text = "".join(reading.pages(pdf))
    for piece in leaflet_pieces(content):
        assert reading.squeezed(piece) in text, piece
    check_rules(pdf, "patient_leaflet", facts, is_english=content.language == "en")
    check_sizes(pdf, at_least=FOOTER_PT - 0.6)
    assert frames_on(pdf) == sum(section.emphasis for section in content.sections)
    for section in content.sections:
        assert all(min(sizes_of(pdf, each)) >= LEAFLET_PT for each in (*section.paragraphs, *section.points))
    check_reread(pdf, content)


@settings(max_examples=SHEETS, phases=PHASES)
@given(legal_records(), st.sampled_from(("letter", "a4")))
def test_every_legal_worksheet_is_whole_or_refused_by_name(record: LegalRecord, paper: Any) -> None:
    facts, content = record.facts, compose_worksheet(record.facts)
    pdf = labels.render_worksheet(content, paper=paper)
    text = "".join(reading.pages(pdf))
    for piece in (*content.alerts, *content.notes, *(step.text for step in content.procedure), *(field.value for field in content.identity)):
        assert reading.squeezed(piece) in text, piece
    check_rules(pdf, "worksheet", facts, is_english=True)
    assert facts.numbers.token == "" or facts.numbers.token not in reading.codes(pdf, 0)[0]
    check_reread(pdf, content)


def set_label(content: LabelContent, stock: str) -> tuple[bytes, str]:
    """The label as a PDF, or the code of its refusal."""
    try:
        return labels.render_label(content, stock=labels.STOCKS[stock]), ""
    except labels.PaperError as refusal:
        return b"", refusal.code


def pieces(content: LabelContent) -> Iterator[str]:
    """Every text of one language's labels; the count stands on each with its own number."""
    yield from (*content.draft_marks, content.patient_name, content.drug, content.number_line, *content.critical, *content.warnings, *content.details)


def leaflet_pieces(content: LeafletContent) -> Iterator[str]:
    """Every text of a leaflet but the numbers of its pages."""
    yield from (*content.draft_marks, content.heading, *content.identity, *content.footer[1:])
    for section in content.sections:
        yield from (section.heading, *section.paragraphs, *section.points)


def lines_of(pdf: bytes) -> str:
    """The text of all pages on one line, words broken at a hyphen put together again."""
    document = pypdfium2.PdfDocument(pdf)
    raw = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    return " ".join(re.sub(r"[\ufffe\x02]\s*|(?<=\w)-\s+(?=\w)", "-", raw).split())


def check_rules(pdf: bytes, scope: str, facts: PaperFacts, *, is_english: bool) -> None:
    """Nothing stands there that a rule forbids, except in the sender's own words; and on English paper everything that a rule requires."""
    text = lines_of(pdf)
    printed = facts.printed()
    for rule in (rule for rule in FORBIDDEN if scope in rule["scope"]):
        flags = re.IGNORECASE if "i" in rule["flags"] else re.NOFLAG
        found = [each.group() for each in re.finditer(rule["pattern"], text, flags)]
        # The prescriber's own words may stand, and only where the worksheet and the screens say aloud what is wrong with them.
        is_said = any(f"(label rule {rule['id']})" in each for each in error_prone(facts.directions))
        waived = [facts.order.order_ref, *([facts.directions] if is_said else [])]
        assert [each for each in found if not any(each in words for words in waived)] == [], (rule["id"], rule["why"])
    for rule in REQUIRED if is_english else ():
        if scope not in rule["scope"] or rule["id"] == "R12":
            continue
        for pattern in filled(rule["pattern"], printed):
            assert re.search(pattern, text, re.IGNORECASE | re.DOTALL), (rule["id"], rule["element"], pattern)


def filled(pattern: str, printed: Any) -> Iterator[str]:
    names = re.findall(r"\{([a-z_]+)\}", pattern)
    if not names:
        yield pattern
        return
    value = printed[names[0]]
    for each in value if isinstance(value, list) else [value]:
        yield pattern.replace("{" + names[0] + "}", re.escape(" ".join(each.split())))


def check_sizes(pdf: bytes, *, at_least: float) -> None:
    for page in pypdfium2.PdfDocument(pdf):
        textpage = page.get_textpage()
        smallest = min(pdfium.FPDFText_GetFontSize(textpage, number) for number in range(textpage.count_chars()) if ord_at(textpage, number) > 32)
        assert smallest >= at_least - 0.01


def frames_on(pdf: bytes) -> int:
    """How many frames the pages show, by their left sides: upright dark lines longer than any letter or drawing, left of the text."""
    found, dpi, tallest_letter = 0, 100, 45
    for page in range(len(reading.pages(pdf))):
        picture = reading.raster(pdf, page, dpi=dpi)
        columns = [picture.crop((x, 0, x + 1, picture.height)).tobytes() for x in range(picture.width // 8)]
        sides = [sum(len(run) > tallest_letter for run in "".join("#" if value < 128 else " " for value in column).split()) for column in columns]
        found += max(sides)
    return found


def ord_at(textpage: Any, number: int) -> int:
    code: int = pdfium.FPDFText_GetUnicode(textpage, number)
    return code


def sizes_of(pdf: bytes, text: str) -> set[float]:
    """The point sizes in which the letters of a text stand, wherever the whole of it is found, lines and blanks aside."""
    wanted, sizes = reading.squeezed(text), set()
    for page in pypdfium2.PdfDocument(pdf):
        textpage = page.get_textpage()
        # PDFium gives a hyphen at a line's end as a mark of its own.
        told = [(chr(ord_at(textpage, number)).replace("\ufffe", "-").replace("\x02", "-"), number) for number in range(textpage.count_chars())]
        letters = [(letter, number) for letter, number in told if letter.strip()]
        whole = "".join(letter for letter, _ in letters)
        start = whole.find(wanted)
        while start >= 0:
            sizes |= {round(pdfium.FPDFText_GetFontSize(textpage, letters[place][1]), 2) for place in range(start, start + len(wanted))}
            start = whole.find(wanted, start + 1)
    return sizes or {0.0}


def check_reread(pdf: bytes, content: LabelContent | LeafletContent | WorksheetContent, **how: Any) -> None:
    """The re-read gate finds no difference; asked wherever the gate is there."""
    if importlib.util.find_spec("labels.reread") is not None:
        assert importlib.import_module("labels.reread").differences(pdf, content, **how) == ()
