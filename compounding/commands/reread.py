"""`levigate reread`: a printed PDF, read back from outside and held against the record, field by field."""

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compounding.commands.refusals import FAULT, refuse
from compounding.domain.paper_kinds import LABEL, LARGE_PRINT, LEAFLET, OF_A_PREPARATION

if TYPE_CHECKING:
    from labels.reread import Difference

_LARGEST = 20 * 1024 * 1024
_ON_PAPER = {
    "label": (
        "patient_name", "drug_name", "strength", "dosage_form", "directions", "zinc_statement", "quantity", "bud", "lot", "rx_number", "storage", "warnings",
        "prescriber_name", "pharmacy_name", "pharmacy_address", "pharmacy_telephone", "order_ref", "date_dispensed", "date_compounded",
    ),
    "leaflet": ("patient_name", "drug_name", "strength", "directions", "zinc_statement", "bud", "lot", "rx_number", "pharmacy_name", "pharmacy_telephone"),
    "worksheet": ("patient_name", "lot", "rx_number", "bud", "component_lots", "component_amounts"),
}  # fmt: skip
"""Which of the printed strings of a `result.json` have to stand on which paper."""


@click.command()
@click.argument("pdf", type=click.Path(path_type=Path, dir_okay=False), metavar="PAPER.pdf")
@click.argument("record", type=click.Path(path_type=Path, dir_okay=False), metavar="RECORD.json")
@click.option("--kind", type=click.Choice(OF_A_PREPARATION), help="Which paper it is, where the file's name does not say it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def reread(pdf: Path, record: Path, kind: str | None, as_json: bool) -> None:
    """Read a paper back and compare it with its record: a preparation's export, or the result.json that `levigate prepare` wrote.

    Exit status: 0 it says what the record says, 1 it does not (both sides are printed), 4 the call or the record cannot be understood.
    """
    paper, told = _bytes(pdf), _record(record)
    kind = kind or next((each for each in OF_A_PREPARATION if re.search(rf"(?<![a-z]){each}(?![a-z])", pdf.stem.lower())), None)
    if kind is None:
        refuse("USAGE", f"{pdf.name} does not say which paper it is; name it with --kind")
    found = _against_export(paper, told, kind) if "papers" in told else _against_result(paper, told, kind)
    if as_json:
        click.echo(json.dumps({"agrees": not found, "kind": kind, "differences": found}, ensure_ascii=False))
    else:
        for each in found:
            click.echo(f"{each['field']} ({each['where']})\n  on record: {each['expected']}\n  on paper:  {each['found']}")
        click.echo(f"{pdf.name}: {'says what the record says' if not found else 'DIFFERS from the record'}")
    sys.exit(FAULT if found else 0)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as fault:
        refuse("FILE_UNREADABLE", f"{path.name} cannot be read: {fault.strerror}")
    if len(data) > _LARGEST:
        refuse("FILE_UNREADABLE", f"{path.name} is larger than any paper or record")
    return data


def _record(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(_bytes(path))
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or not (isinstance(told.get("papers"), list) or isinstance(told.get("printed"), dict)):
        refuse("RECORD_UNREADABLE", f"{path.name} is neither a preparation's export nor the result of a prepared order with papers")
    return told


def _against_export(paper: bytes, told: dict[str, Any], kind: str) -> list[dict[str, str]]:
    """Against the content that the record keeps: of the paper with these very bytes, or of the newest of that kind."""
    from compounding.storage import documents
    from compounding.workflow.setting_papers import CONTENTS
    from labels import STOCKS
    from labels.reread import Difference, differences

    digest = hashlib.sha256(paper).hexdigest()
    of_kind = [each for each in told["papers"] if isinstance(each, dict) and each.get("kind") == kind and each.get("content")]
    if not of_kind:
        refuse("RECORD_UNREADABLE", f"the record keeps no content of a {kind}")
    printed = [each for each in of_kind if digest in {each.get("sha256"), *(copy.get("sha256") for copy in each.get("copies", []))}]
    chosen = (printed or of_kind)[-1]
    content = documents.read(CONTENTS[kind], json.dumps(chosen["content"]))
    if kind == LABEL:
        stock = STOCKS.get(str(chosen.get("stock")))
        if stock is None:
            refuse("RECORD_UNREADABLE", "the record names a label stock that is not known here")
        found = differences(paper, content, stock=stock)
    else:
        found = differences(paper, content, large_print=kind == LARGE_PRINT)
    if not printed:
        found = (Difference(field="bytes", where="the whole file", expected=f"sha256 {chosen.get('sha256')}", found=f"sha256 {digest}"), *found)
    elif digest != chosen.get("sha256"):
        # A numbered copy is bound to the record by the hash of its bytes; its mark is not part of the content that is kept.
        found = ()
    return list(_told(found))


def _against_result(paper: bytes, told: dict[str, Any], kind: str) -> list[dict[str, str]]:
    """Against the strings that `levigate prepare` says it printed, whatever else stands there."""
    from labels.reread import words_of

    words = words_of(paper)
    if words is None:
        return [{"field": "file", "where": "the whole file", "expected": "a PDF that can be read", "found": "a file that cannot"}]
    printed, found = told["printed"], []
    for name in _ON_PAPER[LEAFLET if kind == LARGE_PRINT else kind]:
        values = printed.get(name)
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, str) and value.strip() and _squeezed(value) not in words:
                found.append({"field": name, "where": "the whole file", "expected": value, "found": "does not stand there"})
    return found


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _told(found: "tuple[Difference, ...]") -> Iterator[dict[str, str]]:
    for each in found:
        yield asdict(each)
