"""The papers of the examples against the label rules (ISMP, USP <17>, jurisdictions): nothing forbidden stands there, everything required does."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from compounding.config.lot_file import read_lot_file
from compounding.config.site_file import example_site
from compounding.pipeline import Bench, prepare_file
from compounding.reference import load
from tests.conftest import TODAY

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "cases" / "label_rules.json"
RULES = json.loads((SHARED if SHARED.exists() else ROOT / "tests" / "cases" / "label_rules.json").read_text(encoding="utf-8"))["rules"]
SCOPES = {"container_label": "label.pdf", "patient_leaflet": "leaflet.pdf", "worksheet": "worksheet.pdf"}
EXAMPLES = ("01-petrolatum", "02-zinc-allergy-in-petrolatum", "03-zinc-oxide-base", "05-petrolatum-french")
ENGLISH = EXAMPLES[:3]


def _flags(rule: dict[str, Any]) -> re.RegexFlag:
    return re.IGNORECASE if "i" in rule.get("flags", "") else re.NOFLAG


@pytest.fixture(scope="module")
def papers() -> dict[str, tuple[dict[str, str], dict[str, Any]]]:
    """The text of each paper of each example, made with lots, and its printed strings."""
    data = load()
    made = {}
    for name in EXAMPLES:
        bench = Bench(site=example_site(), profile=data.profiles["ca-bc"], lots=read_lot_file(ROOT / "examples" / "lots.json"), on=TODAY, today=TODAY)
        prepared = prepare_file((ROOT / "examples" / "orders" / f"{name}.json").read_bytes(), bench, data)
        assert prepared.papers is not None, [each.message for each in prepared.reasons]
        assert prepared.facts is not None
        texts = {}
        for paper, pdf in prepared.papers.items():
            document = pypdfium2.PdfDocument(io.BytesIO(pdf))
            texts[paper] = " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
            document.close()
        made[name] = (texts, dict(prepared.facts.printed()))
    return made


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule["kind"] == "regex_forbidden"], ids=lambda rule: rule["id"])
def test_nothing_forbidden_stands_on_paper(rule: dict[str, Any], papers: dict[str, tuple[dict[str, str], dict[str, Any]]]) -> None:
    for name, (texts, _) in papers.items():
        for scope in rule["scope"]:
            found = re.search(rule["pattern"], texts.get(SCOPES.get(scope, ""), ""), _flags(rule))
            assert found is None, (name, scope, rule["why"], found)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule["kind"] == "required"], ids=lambda rule: rule["id"])
def test_everything_required_stands_on_english_paper(rule: dict[str, Any], papers: dict[str, tuple[dict[str, str], dict[str, Any]]]) -> None:
    for name in ENGLISH:
        texts, printed = papers[name]
        wanted = {key: value if isinstance(value, list) else [value] for key, value in printed.items()}
        placeholders = re.findall(r"\{([a-z_]+)\}", rule["pattern"])
        fillings = wanted[placeholders[0]] if placeholders else [""]
        assert fillings, (name, placeholders)
        for filling in fillings:
            pattern = rule["pattern"].replace("{" + placeholders[0] + "}", re.escape(filling)) if placeholders else rule["pattern"]
            for scope in rule["scope"]:
                assert re.search(pattern, texts[SCOPES[scope]], re.IGNORECASE | re.DOTALL), (name, scope, rule["element"], filling)
