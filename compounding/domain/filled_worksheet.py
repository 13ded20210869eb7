"""The worksheet with everything the bench has recorded so far in its boxes: the compounding record on paper (USP <795>, NAPRA).

What is not there yet stays an empty box to write in, so that the same sheet serves before, during and after the work.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from compounding.domain.compose_worksheet import CLINICAL_ASSESSMENT
from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.label_content import Field, Table, WorksheetContent, WorksheetStep
from compounding.domain.numbers import format_number, rounded
from compounding.domain.people import Signature
from compounding.domain.record_parts import Finish

_SIGNED = "signed electronically"


def filled(content: WorksheetContent, record: CompoundingRecord, *, names: Mapping[str, str], local: Callable[[datetime], str]) -> WorksheetContent:
    """The sheet of this record with its weights, results, yields and signatures. `names` gives people by id; `local` writes an instant in the site's zone."""
    return replace(
        content,
        weighing=_weighed(content.weighing, record, names),
        procedure=_ticked(content.procedure, record, names, local),
        quality=_tested(content.quality, record.finish, names),
        finish=_finished(content.finish, record.finish),
        signatures=_signed(content.signatures, record, names, local),
        notes=(*content.notes, *_notes(record, names, local)),
    )


def initials(name: str) -> str:
    """The initials of a name as a box holds them: "Toni Example" is "TE"."""
    return "".join(word[0].upper() for word in name.replace(",", " ").split() if word[0].isalpha())[:4]


def _weighed(table: Table, record: CompoundingRecord, names: Mapping[str, str]) -> Table:
    done = {each.line: each for each in record.weighings}
    rows = list(table.rows)
    for number in range(len(record.sheet.lines)):
        if number in done:
            rows[number] = (*rows[number][:4], format_number(done[number].mass_g), initials(names.get(done[number].by, "")))
    if len(done) == len(record.sheet.lines):
        total = sum((each.mass_g for each in done.values()), start=Decimal(0))
        rows[-1] = (*rows[-1][:4], format_number(total), "")
    return replace(table, rows=tuple(rows))


def _ticked(
    steps: tuple[WorksheetStep, ...], record: CompoundingRecord, names: Mapping[str, str], local: Callable[[datetime], str]
) -> tuple[WorksheetStep, ...]:
    """Each step with the initials of who did it, and the time of day. The sheet has steps of its own between those of the formula: they go by their text."""

    def told(name: str, at: datetime) -> str:
        return f"{initials(name)} {local(at).rpartition(' ')[2]}".strip()

    done = {each.text: told(names.get(each.by, ""), each.at) for each in record.steps}
    if record.assessments:
        signature = record.assessments[-1].signature
        done[CLINICAL_ASSESSMENT.text] = told(signature.name, signature.at)
    return tuple(replace(each, done=done.get(each.text, "")) for each in steps)


def _tested(table: Table, finish: Finish | None, names: Mapping[str, str]) -> Table:
    if finish is None:
        return table
    results = {each.name: each for each in finish.report.quality}
    by = initials(names.get(finish.report.by, ""))
    rows = []
    for row in table.rows:
        result = results.get(row[0])
        rows.append(row if result is None else (row[0], row[1], result.result if result.is_passed else f"NOT PASSED: {result.result}", by))
    return replace(table, rows=tuple(rows))


def _finished(fields: tuple[Field, ...], finish: Finish | None) -> tuple[Field, ...]:
    if finish is None:
        return fields
    report, found = finish.report, finish.reconciliation
    net = sum(report.net_g, start=Decimal(0))
    values = (
        f"{format_number(report.obtained_g)} g; {format_number(rounded(found.yield_percent, 1))} %", "not recorded",
        " + ".join(f"{format_number(each)} g" for each in report.net_g), f"{format_number(net)} g; {format_number(rounded(found.net_percent, 1))} %",
        report.container, report.deviations or "none",
    )  # fmt: skip
    return tuple(replace(each, value=value) for each, value in zip(fields, values, strict=True))


def _signed(table: Table, record: CompoundingRecord, names: Mapping[str, str], local: Callable[[datetime], str]) -> Table:
    def of(signature: Signature | None) -> tuple[str, str, str]:
        if signature is None:
            return "", "", ""
        alone = "; sole practitioner" if signature.as_sole_practitioner else ""
        beside = f"; supervised by {signature.supervisor_name or signature.supervised_by}" if signature.supervised_by else ""
        return f"{signature.name}, {signature.licence or signature.role.value}{beside}", f"{_SIGNED}{alone}", local(signature.at)

    def who(by: str, supervised_by: str) -> str:
        return names.get(by, by) + (f" (supervised by {names.get(supervised_by, supervised_by)})" if supervised_by else "")

    weighers = ", ".join(dict.fromkeys(who(each.by, each.supervised_by) for each in record.weighings))
    prepared = (weighers, "recorded electronically", local(max(each.at for each in record.weighings))) if record.weighings else ("", "", "")
    told = (
        of(record.assessment.signature if record.assessment is not None else None),
        of(record.recalculation.signature if record.recalculation is not None else None),
        prepared,
        of(record.witness.signature if record.witness is not None else None),
        of(record.release.signature if record.release is not None else None),
    )
    return replace(table, rows=tuple((row[0], *cells) for row, cells in zip(table.rows, told, strict=True)))


def _notes(record: CompoundingRecord, names: Mapping[str, str], local: Callable[[datetime], str]) -> tuple[str, ...]:
    """What an inspector must not miss: reworks, holds with their decisions, corrections, and how it ended."""
    notes = [f"Rework: {each.reason} ({names.get(each.by, each.by)}, {local(each.at)}); what was made before is discarded." for each in record.discarded]
    for hold in record.holds:
        why = "; ".join(each.message for each in hold.reasons)
        decided = f" Decided: {hold.decision.reason} ({hold.decision.signature.name})." if hold.decision is not None else ""
        notes.append(f"On hold: {why}{decided}")
    for correction in record.corrections:
        changes = "; ".join(f'{each.field}: "{each.before}" is now "{each.after}"' for each in correction.changes)
        notes.append(f"Corrected: {changes}. {correction.reason} ({correction.signature.name}).")
    notes.extend(f"{each.after.value.capitalize()}: {each.reason} ({names.get(each.by, each.by)}, {local(each.at)})" for each in record.endings)
    return tuple(notes)
