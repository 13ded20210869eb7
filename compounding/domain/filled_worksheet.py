"""The worksheet with everything the bench has recorded so far in its boxes: the compounding record on paper (USP <795>, NAPRA).

What is not there yet stays an empty box to write in, so that the same sheet serves before, during and after the work.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from compounding.domain.compose_worksheet import CLINICAL_ASSESSMENT
from compounding.domain.compounding_record import CompoundingRecord, record_sha256
from compounding.domain.label_content import Field, Table, WorksheetContent, WorksheetStep
from compounding.domain.numbers import format_number, rounded
from compounding.domain.people import Signature
from compounding.domain.record_parts import Finish

_SIGNED = "signed electronically"
_SIGNED_HEADINGS = ("Step", "Name, role and licence", "Signature and meaning", "Local date and time")
_SIGNED_WIDTHS = (21, 26, 39, 14)
"""What is signed electronically needs more words than a pen, and less room for the step."""
_DIGITS = 12
"""How much of a fingerprint stands beside a signature: enough to find it, and the record tells the rest."""


def filled(content: WorksheetContent, record: CompoundingRecord, *, names: Mapping[str, str], local: Callable[[datetime], str]) -> WorksheetContent:
    """The sheet of this record with its weights, results, yields and signatures. `names` gives people by id; `local` writes an instant in the site's zone."""
    return replace(
        content,
        weighing=_weighed(content.weighing, record, names),
        procedure=_ticked(content.procedure, record, names, local),
        quality=_tested(content.quality, record.finish, names),
        finish=_finished(content.finish, record.finish),
        signatures=_signed(content.signatures, record, names, local),
        notes=(*content.notes, *_notes(record, names, local), f"Fingerprint of this record as it stood when this sheet was made: {record_sha256(record)}"),
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
        return f"{initials(name)} {local(at).partition(' ')[2]}".strip()

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
    def who(by: str, supervised_by: str) -> str:
        return names.get(by, by) + (f" (supervised by {names.get(supervised_by, supervised_by)})" if supervised_by else "")

    weighers = ", ".join(dict.fromkeys(who(each.by, each.supervised_by) for each in record.weighings))
    prepared = (weighers, "recorded electronically", local(max(each.at for each in record.weighings))) if record.weighings else ("", "", "")
    told = (
        signature_cells(record.assessment.signature if record.assessment is not None else None, local),
        signature_cells(record.recalculation.signature if record.recalculation is not None else None, local),
        prepared,
        signature_cells(record.witness.signature if record.witness is not None else None, local),
        signature_cells(record.release.signature if record.release is not None else None, local),
    )
    asked = tuple((row[0], *cells) for row, cells in zip(table.rows, told, strict=True))
    if not any(any(cells) for cells in told):
        return table
    further = tuple((what, *signature_cells(each, local)) for what, each in _further(record))
    return replace(table, headings=_SIGNED_HEADINGS, rows=(*asked, *further), widths=_SIGNED_WIDTHS)


def _further(record: CompoundingRecord) -> tuple[tuple[str, Signature], ...]:
    """The signatures that only some records have, in the order of signing: each has a row of its own, so that none is missing on paper."""
    advised = [each.signature for each in record.counsellings]
    if record.dispensing is not None and record.dispensing.counselling.signature not in advised:
        advised.append(record.dispensing.counselling.signature)
    found = [
        *(("Clinical assessment, again", each.signature) for each in record.reassessments),
        *(("Final check that found discrepancies", hold.found_by) for hold in record.holds if hold.found_by is not None),
        *(("Decision to go on in spite of a hold", hold.decision.signature) for hold in record.holds if hold.decision is not None),
        *(("Correction of this record", each.signature) for each in record.corrections),
        *(("Final check that was withdrawn", each.signature) for each in record.withdrawn_releases),
        *(("Counselling", each) for each in advised),
    ]
    return tuple(sorted(found, key=lambda each: each[1].at))


def signature_cells(signature: Signature | None, local: Callable[[datetime], str]) -> tuple[str, str, str]:
    """A signature in the three boxes of its row: who with role, licence and supervisor; meaning, how it was confirmed, what it is bound to; when."""
    if signature is None:
        return "", "", ""
    until = f" until {signature.licence_expires_on.isoformat()}" if signature.licence_expires_on is not None else ""
    licence = f", licence {signature.licence}{until}" if signature.licence else ""
    beside = f"; supervised by {signature.supervisor_name or signature.supervised_by}" if signature.supervised_by else ""
    alone = ", sole practitioner" if signature.as_sole_practitioner else ""
    shown = f", confirmed with {signature.confirmed_by}" if signature.confirmed_by else ""
    shown_beside = f", supervisor with {signature.supervisor_confirmed_by}" if signature.supervisor_confirmed_by else ""
    meaning = f"{_SIGNED}: {signature.duty.value}{alone}{shown}{shown_beside}; bound to {signature.of_sha256[:_DIGITS]}"
    return f"{signature.name}, {signature.role.value}{licence}{beside}", meaning, local(signature.at)


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
