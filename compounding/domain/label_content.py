"""What stands on each piece of paper: finished text, dates and codes, in reading order, with nothing left to decide.

`labels` only sets these values. A line is one paragraph: it may wrap at spaces and hyphens, never between a number and its unit.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelContent:
    """The container label, most important first (USP <17>: patient, drug with strength, directions stand on top).

    `identity` (patient, drug with strength and basis, numbers) repeats on every label when the text needs more than one;
    `critical` is set at 11 pt sans-serif or more, `details` at 8 pt or more. `continued` has the form "Label {number} of {count}".
    """

    language: str
    title: str
    draft_marks: tuple[str, ...]
    patient_name: str
    drug: str
    number_line: str
    critical: tuple[str, ...]
    warnings: tuple[str, ...]
    details: tuple[str, ...]
    continued: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of a leaflet: a heading, then paragraphs, then a list. `emphasis` asks for a frame around it."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    emphasis: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafletContent:
    """The patient leaflet."""

    language: str
    title: str
    draft_marks: tuple[str, ...]
    heading: str
    identity: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A named value; an empty value is a space to write in."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table for reading and writing: an empty cell is a space to write in. `widths` are shares of the page's width."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    emphasised_columns: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.headings) for row in self.rows) or len(self.widths) != len(self.headings):
            raise ValueError("a table row with missing cells")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksheetStep:
    """One step of the procedure with its tick box; `sign` names whose initials it needs, or is empty; `done` are the initials once it is done."""

    text: str
    sign: str = ""
    done: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksheetContent:
    """The compounding record to fill in at the bench (USP <795> / NAPRA contents)."""

    language: str
    title: str
    draft_marks: tuple[str, ...]
    heading: str
    identity: tuple[Field, ...]
    alerts: tuple[str, ...]
    notes: tuple[str, ...]
    weighing_heading: str
    weighing: Table
    weighing_notes: tuple[str, ...]
    derivation_heading: str
    derivation: Table
    equipment_heading: str
    equipment: tuple[str, ...]
    procedure_heading: str
    procedure: tuple[WorksheetStep, ...]
    quality_heading: str
    quality: Table
    finish_heading: str
    finish: tuple[Field, ...]
    signatures_heading: str
    signatures: Table
    references_heading: str
    references: tuple[str, ...]
    footer: tuple[str, ...]
    code: str
