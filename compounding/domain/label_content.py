"""What stands on each piece of paper: finished text, dates and codes, in reading order, with nothing left to decide.

`labels` only sets these values. A line is one paragraph: it may wrap at spaces and hyphens, never between a number and its unit.
"""

from dataclasses import dataclass
from enum import StrEnum


class CodeKind(StrEnum):
    """How a two-dimensional code's text is encoded. GS1 text stands in element-string form with bracketed identifiers, such as "(01)...(10)..."."""

    DATA_MATRIX = "data_matrix"
    GS1_DATA_MATRIX = "gs1_data_matrix"


class Pictogram(StrEnum):
    """A small drawing of our own beside a part of the leaflet that has words of its own: it never stands alone."""

    WASH_HANDS = "wash_hands"
    THIN_LAYER = "thin_layer"
    NO_FLAMES = "no_flames"
    NOT_IN_EYES = "not_in_eyes"
    CALL = "call"
    COOL_STORE = "cool_store"
    OUT_OF_REACH = "out_of_reach"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelContent:
    """The container label, most important first (USP <17>: patient, drug with strength, directions stand on top).

    `identity` (patient, drug with strength and basis, numbers) repeats on every label when the text needs more than one;
    `critical` is set at 11 pt sans-serif or more, `details` at 8 pt or more. `continued` has the form "Label {number} of {count}".
    `translation` is the same label wholly in a second language: it is set on labels of its own after the first ones, so that no label mixes two ways of
    writing a number, and all are counted together.
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
    code_kind: CodeKind = CodeKind.DATA_MATRIX
    translation: "LabelContent | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of a leaflet: a heading, then paragraphs, then a list. `emphasis` asks for a frame around it, `pictogram` for a drawing beside its words."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    emphasis: bool = False
    pictogram: Pictogram | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPage:
    """The site's public page of this leaflet's text: an address that names a formula's version and a language, never a patient; `caption` says what it is."""

    address: str
    caption: str


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
    public_page: PublicPage | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaPart:
    """One part of a Master Formulation Record: a heading, then named values, paragraphs, a table and numbered steps, each where there is one."""

    heading: str
    fields: tuple[Field, ...] = ()
    paragraphs: tuple[str, ...] = ()
    table: Table | None = None
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaContent:
    """The Master Formulation Record of one formula version (USP <795> / NAPRA contents), with its approvals and what it is identified by."""

    language: str
    title: str
    draft_marks: tuple[str, ...]
    heading: str
    identity: tuple[Field, ...]
    parts: tuple[FormulaPart, ...]
    signatures_heading: str
    signatures: Table
    footer: tuple[str, ...]
    code: str
