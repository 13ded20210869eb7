"""Running one order through the pipeline as `prepare` does, with paper set quickly where only the status matters."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from compounding import pipeline
from compounding.config.lot_file import read_lots
from compounding.config.site_file import example_site
from compounding.domain.base_wish import BaseWish
from compounding.domain.patients import AllergyEntry, CodedText
from compounding.domain.reasons import Severity
from compounding.pipeline import Bench, Prepared, prepare_file
from compounding.reference import load
from tests.fhir.orders import as_bytes

ON = date(2026, 11, 22)
NOT_TOLD = frozenset({"ALLERGY_NOT_ASKED", "PATIENT_NOT_GIVEN"})
"""Where `ready` is right, `held` with nothing but these is right too (contract of `prepare`)."""
FAKE_PAPER = {"worksheet.pdf": b"%PDF-", "label.pdf": b"%PDF-", "leaflet.pdf": b"%PDF-"}


def fake_print(facts: object) -> tuple[dict[str, bytes], list[Any]]:
    """Stands in for setting paper, which is slow and has tests of its own."""
    return dict(FAKE_PAPER), []


@dataclass(frozen=True)
class Case:
    """An order, what is right for it, and the flags it is sent with.

    `codes` are the codes that stop it, beside answers nobody gave; those in `also` may stand beside them, and no other.
    """

    name: str
    content: bytes
    status: str
    codes: frozenset[str] = frozenset()
    zinc: str = ""
    flags: tuple[tuple[str, Any], ...] = ()
    real_paper: bool = False
    also: frozenset[str] = frozenset()


def case(name: str, content: object, status: str, *codes: str, zinc: str = "", real_paper: bool = False, also: str = "", **flags: Any) -> Case:
    """A case from a value that becomes JSON, or from raw bytes."""
    raw = content if isinstance(content, bytes) else as_bytes(content)
    return Case(name, raw, status, frozenset(codes), zinc, tuple(flags.items()), real_paper, frozenset(also.split()))


def bench(**flags: Any) -> Bench:
    """The example pharmacy on the contract's day, with the flags of the command line."""
    site = example_site()
    made: dict[str, Any] = {"site": site, "profile": load().profiles[site.jurisdiction], "lots": (), "on": ON, "today": ON}
    base = flags.pop("base", None)
    if base is not None:
        made["base"] = {"petrolatum": BaseWish.PETROLATUM, "zinc-oxide": BaseWish.ZINC_UNSPECIFIED}[base]
    answer = flags.pop("allergies", None)
    if answer is not None:
        made["allergies"] = (AllergyEntry(what=CodedText(text=answer, where="--allergies"), asked_by="B. Pharmacist", asked_on=ON, where="--allergies"),)
    lots = flags.pop("lots", None)
    if lots is not None:
        made["lots"] = read_lots(as_bytes({"lots": lots}), "lots.json")
    return Bench(**(made | flags))


def run(content: bytes, **flags: Any) -> Prepared:
    """What `prepare` makes of a file."""
    return prepare_file(content, bench(**flags), load())


def stopping(prepared: Prepared) -> frozenset[str]:
    """The codes that stop an order."""
    return frozenset(each.code for each in prepared.reasons if each.severity is not Severity.WARNING)


def ids(cases: Iterable[Case]) -> list[str]:
    """The names the cases are shown by."""
    return [each.name for each in cases]


__all__ = ["FAKE_PAPER", "NOT_TOLD", "ON", "Case", "bench", "case", "fake_print", "ids", "pipeline", "run", "stopping"]
