"""The parts of the documents that the program itself makes: the README's example and pictures, the codes, the reader's counts, the manual of the calculations,
the diagrams of the states, the table of who may open which page.

`make readme` writes them; a test makes them again and compares. Pictures are tied to the text of the papers they show.
"""

import csv
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2

from compounding.config.site_file import example_site
from compounding.domain import reasons
from compounding.domain.numbers import format_number
from compounding.domain.screening.reader import read_statement
from compounding.domain.stage_diagram import diagram
from compounding.domain.stages import Subject
from compounding.pipeline import Bench, Prepared, prepare_file
from compounding.reference import load
from tests.conftest import TODAY
from tests.project import glossary_page, security_page
from tests.project.access_page import access_page
from tests.worked_examples.manual import manual

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
SOURCES = IMAGES / "sources.json"
BEGIN, END = "<!-- example: begin -->", "<!-- example: end -->"
SCREENING = ROOT / "docs" / "clinical" / "screening.md"
CORPUS = ROOT / "tests" / "cases" / "allergies.csv"
COUNTS_BEGIN, COUNTS_END = "<!-- counts: begin -->", "<!-- counts: end -->"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
ACCESS = ROOT / "docs" / "access.md"
STATES_BEGIN, STATES_END = "<!-- states: begin -->", "<!-- states: end -->"
EXAMPLE = "02-zinc-allergy-in-petrolatum"


def example(name: str = EXAMPLE) -> Prepared:
    """An example order, prepared at the example pharmacy on the day of the tests."""
    data = load()
    bench = Bench(site=example_site(), profile=data.profiles["ca-bc"], lots=(), on=TODAY, today=TODAY, site_was_named=False)
    return prepare_file((ROOT / "examples" / "orders" / f"{name}.json").read_bytes(), bench, data)


def example_block() -> str:
    """The worked example as the README shows it."""
    prepared = example()
    assert prepared.receipt is not None
    assert prepared.screening is not None
    assert prepared.planned is not None
    assert prepared.choice is not None
    echo, sheet, use = prepared.receipt.echo, prepared.planned.sheet, prepared.planned.beyond_use
    findings = "; ".join(
        f'"{finding.matched}" reads as {finding.allergen.replace("_", " ")} ({finding.effect.value})' for finding in prepared.screening.findings
    )
    lines = [
        BEGIN,
        f"`examples/orders/{EXAMPLE}.json` on {TODAY.isoformat()}: **{prepared.status.value}**.",
        "",
        "| | |",
        "|---|---|",
        *(f"| {name.replace('_', ' ')} | {echo[name]} |" for name in ("patient", "prescriber", "strength", "base", "amount", "directions", "repeats")),
        f"| allergies | {prepared.screening.in_words} |",
        f"| read as | zinc: **{prepared.screening.zinc.value}**; {findings} |",
        f"| formula | {prepared.choice.formula.name}, version {prepared.choice.formula.version}. {prepared.choice.why} |",
        f"| beyond-use date | {use.on.isoformat()} ({use.rule}) |",
        "",
        "| component | weigh | from |",
        "|---|---|---|",
        *(
            f"| {line.name} | **{format_number(line.to_weigh_g)} g** | {line.derivation[-2].formula}: {line.derivation[-2].substitution} |"
            for line in sheet.lines
        ),
        END,
    ]
    return "\n".join(lines)


def codes_page() -> str:
    """docs/codes.md."""
    rows = [
        f"| `{code}` | {entry.severity.value} | {entry.source} | {entry.sentence.replace('{', '<').replace('}', '>')} |"
        for code, entry in reasons._TABLE.items()
    ]
    return "\n".join([
        "# Codes",
        "",
        "Every reason of `levigate prepare` and of the pages, made from `compounding/domain/reasons.py` (`make readme`). invalid, refused and held stop an order; a warning is",
        "said aloud and lets it go on. A code keeps its meaning for ever.",
        "",
        "| code | severity | rule | sentence |",
        "|---|---|---|---|",
        *rows,
        "",
    ])  # fmt: skip


def screening_counts() -> str:
    """How the reader answers the corpus in the repository, tier by tier and by what was expected."""
    lexicon = load().lexicon
    with CORPUS.open(encoding="utf-8", newline="") as lines:
        answers = [(row, read_statement(row["text"], lexicon, language=row["language"]).zinc.value) for row in csv.DictReader(lines)]
    counted = []
    for tier in dict.fromkeys(row["tier"] for row, _ in answers):
        for expected in ("zinc", "not_zinc", "unclear"):
            here = [(row, answer) for row, answer in answers if (row["tier"], row["expected"]) == (tier, expected)]
            if here:
                as_expected = sum(answer == expected for _, answer in here)
                needless = sum(answer == "unclear" != expected for _, answer in here)
                unsafe = sum(answer in row["forbidden"].split("|") for row, answer in here)
                counted.append(f"| {tier} | {expected.replace('_', ' ')} | {len(here)} | {as_expected} | {needless} | **{unsafe}** |")
    head = ["| tier | expected | statements | read so | needless question | unsafe |", "|---|---|---:|---:|---:|---:|"]
    return "\n".join([COUNTS_BEGIN, *head, *counted, COUNTS_END])


def screening_page() -> str:
    """docs/clinical/screening.md with the counts of today."""
    text = SCREENING.read_text(encoding="utf-8")
    head, rest = text.split(COUNTS_BEGIN, 1)
    return head + screening_counts() + rest.split(COUNTS_END, 1)[1]


def architecture_page() -> str:
    """docs/architecture.md with the diagrams of the states as the table stands."""
    text = ARCHITECTURE.read_text(encoding="utf-8")
    head, rest = text.split(STATES_BEGIN, 1)
    drawn = [f"### Of {'an order' if subject is Subject.ORDER else 'a preparation'}\n\n```mermaid\n{diagram(subject)}\n```\n" for subject in Subject]
    return head + "\n".join([STATES_BEGIN, "", *drawn, STATES_END]) + rest.split(STATES_END, 1)[1]


def paper_hashes() -> dict[str, str]:
    """A fingerprint of the text of each paper that a picture shows, by the picture's name."""
    papers = example().papers
    assert papers is not None
    hashes = {}
    for name, pdf in papers.items():
        document = pypdfium2.PdfDocument(io.BytesIO(pdf))
        text = "\n".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
        hashes[name.replace(".pdf", ".png")] = hashlib.sha256(text.encode()).hexdigest()
        document.close()
    return hashes


def write() -> None:
    """Write everything anew."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN, 1)
    readme.write_text(head + example_block() + rest.split(END, 1)[1], encoding="utf-8")
    (ROOT / "docs" / "codes.md").write_text(codes_page(), encoding="utf-8")
    SCREENING.write_text(screening_page(), encoding="utf-8")
    ARCHITECTURE.write_text(architecture_page(), encoding="utf-8")
    ACCESS.write_text(access_page(), encoding="utf-8")
    glossary_page.PAGE.write_text(glossary_page.glossary_page(), encoding="utf-8")
    security_page.PAGE.write_text(security_page.security_page(), encoding="utf-8")
    (ROOT / "docs" / "clinical" / "calculations.md").write_text(manual(), encoding="utf-8")
    papers = example().papers
    assert papers is not None
    with tempfile.TemporaryDirectory() as folder:
        for name, pdf in papers.items():
            file = Path(folder) / name
            file.write_bytes(pdf)
            # The label is shown whole, on all its parts; of the others the first page.
            pages = len(pypdfium2.PdfDocument(pdf)) if name == "label.pdf" else 1
            subprocess.run(["pdftoppm", "-r", "80", "-l", str(pages), "-png", str(file), str(Path(folder) / file.stem)], check=True)
            _stack(sorted(Path(folder).glob(f"{file.stem}-*.png")), IMAGES / f"{file.stem}.png")
    _picture_of_the_page()
    _pictures_at_work()
    SOURCES.write_text(json.dumps(paper_hashes(), indent=2) + "\n", encoding="utf-8")


def _picture_of_the_page() -> None:
    """The browser's page of the held example, by a real server and a real Chromium."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    assert program, "make readme needs chromium on the path"
    command = [sys.executable, "-m", "compounding", "serve", "--port", "8099"]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE) as server, sync_playwright() as playwright:
        assert server.stdout
        server.stdout.readline()
        server.stdout.readline()
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        page = browser.new_page(viewport={"width": 1100, "height": 1500})
        page.goto("http://localhost:8099/")
        page.set_input_files("input[type=file]", ROOT / "examples" / "orders" / "04-zinc-allergy-in-zinc-base.json")
        page.get_by_role("button", name="Check the file").click()
        page.wait_for_load_state()
        page.screenshot(path=IMAGES / "page.png")
        browser.close()
        server.terminate()


def _pictures_at_work() -> None:
    """Four pages of the example pharmacy."""
    from PIL import Image

    from tests.browser import readme_pictures

    program = shutil.which("chromium")
    assert program, "make readme needs chromium on the path"
    readme_pictures.make(IMAGES, program)
    for name in readme_pictures.WHO:
        Image.open(IMAGES / f"{name}.png").convert("RGB").quantize(32).save(IMAGES / f"{name}.png", optimize=True)


def _stack(pictures: list[Path], target: Path) -> None:
    from PIL import Image

    images = [Image.open(picture).convert("L") for picture in pictures]
    whole = Image.new("L", (max(image.width for image in images), sum(image.height + 8 for image in images) - 8), 160)
    top = 0
    for image in images:
        whole.paste(image, (0, top))
        top += image.height + 8
    whole.quantize(16).save(target, optimize=True)


if __name__ == "__main__":
    write()
    sys.stdout.write("README.md, docs/codes.md, docs/architecture.md, docs/clinical/screening.md, docs/clinical/calculations.md and docs/images are made.\n")
