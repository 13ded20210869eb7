"""Reading the formulary before a decision: two versions held against each other place by place, and the text that a new version begins with."""

import re
from dataclasses import dataclass

from compounding.domain.formulary_versions import Kind, TextVersion
from compounding.domain.people import Duty
from compounding.domain.text_diff import Difference, differences
from compounding.reference.site_texts import table_of
from compounding.storage.errors import NotFound
from compounding.workflow.formulary import OneVersion, TwoVersions
from compounding.workflow.use_case import Work, use_case

_VERSION_LINE = re.compile(r'^version\s*=\s*"[^"]*"', re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Every place where two versions differ; none where both say the same."""

    places: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A version's text under the number that this pharmacy's next version of it gets; not kept anywhere."""

    version: str
    text: str


@use_case
def compare_side_by_side(work: Work, request: TwoVersions) -> Compared:
    """What differs between two versions, each place with both its texts. Raises NotAllowed, NotFound, ReferenceDataError."""
    work.may_one_of(Duty.KEEP_FORMULARY, Duty.READ_RECORDS)
    old, new = (_version(work, request.kind, request.id, each) for each in (request.old, request.new))
    return Compared(places=differences(*(table_of(each.text, f"{each.id} {each.version}") for each in (old, new))))


@use_case
def begin_version(work: Work, request: OneVersion) -> Draft:
    """The text to change into this pharmacy's next version. Raises NotAllowed, NotFound."""
    work.may(Duty.KEEP_FORMULARY)
    found = _version(work, request.kind, request.id, request.version)
    following = work.history.next_site_version(found.kind, found.id, work.house.site_id)
    return Draft(version=following, text=_VERSION_LINE.sub(f'version = "{following}"', found.text, count=1))


def _version(work: Work, kind: Kind, identifier: str, version: str) -> TextVersion:
    found = next((each for each in work.history.versions if each.key == (kind, identifier, version)), None)
    if found is None:
        raise NotFound(f"version as {identifier} {version}")
    return found
