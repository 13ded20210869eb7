"""How does a finished record get its label, lose it, and have its words corrected? A correction withdraws label and release: both spoke of other words."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from compounding.domain.compounding_record import CompoundingRecord, check_signed, given, state_after
from compounding.domain.errors import WorkflowRefused
from compounding.domain.finishing import with_label_withdrawn
from compounding.domain.hand_over_parts import Release
from compounding.domain.people import Duty, Signature
from compounding.domain.record_parts import Correction, FieldChange, PrintedLabel
from compounding.domain.second_person import is_sha256
from compounding.domain.stages import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWords:
    """What may be corrected once a preparation is made: words. A figure, a lot or a test's verdict is corrected by making it again.

    None leaves a field as it is; `quality` gives new results in words by the test's name.
    """

    container: str | None = None
    deviations: str | None = None
    quality: Mapping[str, str] = field(default_factory=dict)

    @property
    def told(self) -> tuple[str | None, str | None, tuple[tuple[str, str], ...]]:
        """The words as they are signed."""
        return self.container, self.deviations, tuple(sorted(self.quality.items()))


def labelled(record: CompoundingRecord, *, sha256: str, revision: int, by: str, at: datetime) -> CompoundingRecord:
    """The record with its label; it counts only once the final check released it. Raises WorkflowRefused `LABEL_NOT_NEW` for a revision used before."""
    state = state_after(record, Action.PRINT_LABEL)
    last = max((each.label.revision for each in record.withdrawn_labels), default=0)
    if revision <= last or not is_sha256(sha256):
        raise WorkflowRefused("LABEL_NOT_NEW", f"a new label needs the sha256 of its content and a revision of {last + 1} or more")
    return replace(record, state=state, label=PrintedLabel(sha256=sha256, revision=revision, by=by, at=at))


def void_label(record: CompoundingRecord, reason: str, *, by: str, at: datetime) -> CompoundingRecord:
    """The record MADE again, without label or release; both are kept as withdrawn. Raises WorkflowRefused `REASON_MISSING`."""
    state = state_after(record, Action.VOID_LABEL)
    return replace(
        record, state=state, label=None, withdrawn_labels=with_label_withdrawn(record, given(reason, "withdrawing a label"), by=by, at=at),
        release=None, withdrawn_releases=releases_withdrawn(record),
    )  # fmt: skip


def releases_withdrawn(record: CompoundingRecord) -> tuple[Release, ...]:
    """The withdrawn releases once the one in force, if any, is withdrawn too."""
    return record.withdrawn_releases if record.release is None else (*record.withdrawn_releases, record.release)


def correct(record: CompoundingRecord, words: NewWords, reason: str, signature: Signature) -> CompoundingRecord:
    """The record MADE again with corrected words, signed for the record, the words and the reason (`adding=(words.told, reason)`).

    Raises WorkflowRefused `NOTHING_TO_CORRECT`, `REASON_MISSING`, `SIGNED_SOMETHING_ELSE`.
    """
    state = state_after(record, Action.CORRECT_RECORD)
    why = given(reason, "a correction")
    check_signed(record, signature, adding=(words.told, reason), duty=Duty.FINAL_CHECK)
    if record.finish is None:
        raise WorkflowRefused("RECORD_INCOMPLETE", "there is nothing finished to correct")
    report = record.finish.report
    if words.quality.keys() - {each.name for each in report.quality} or not all(
        text.strip() for text in (words.container, *words.quality.values()) if text is not None
    ):
        raise WorkflowRefused("NOTHING_TO_CORRECT", "a correction names tests of this record, and says in words what is right")
    new = replace(
        report,
        container=report.container if words.container is None else words.container,
        deviations=report.deviations if words.deviations is None else words.deviations,
        quality=tuple(replace(each, result=words.quality.get(each.name, each.result)) for each in report.quality),
    )
    pairs = [("container", report.container, new.container), ("deviations", report.deviations, new.deviations)]
    pairs.extend((f"quality test: {old.name}", old.result, now.result) for old, now in zip(report.quality, new.quality, strict=True))
    changes = tuple(FieldChange(field=name, before=before, after=after) for name, before, after in pairs if before != after)
    if not changes:
        raise WorkflowRefused("NOTHING_TO_CORRECT", "nothing in the record would change")
    correction = Correction(changes=changes, reason=why, signature=signature)
    return replace(
        record, state=state, finish=replace(record.finish, report=new), corrections=(*record.corrections, correction), label=None,
        withdrawn_labels=with_label_withdrawn(record, why, by=signature.person_id, at=signature.at),
        release=None, withdrawn_releases=releases_withdrawn(record),
    )  # fmt: skip
