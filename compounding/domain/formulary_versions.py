"""Which version of a formula or of the patients' texts may be used on a day: what was proposed, approved, due for review, or retired.

A version's text never changes: its fingerprint is part of it, and every approval and every record names that fingerprint (clinical rules 19 and 27).
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from compounding.domain.errors import LevigateError, ReferenceDataError
from compounding.domain.formulary import Approval
from compounding.domain.phrases import LANGUAGES
from compounding.domain.record_texts import has_words
from compounding.domain.risk_assessment import LONGEST_PART, RiskAssessment
from compounding.domain.site import Attestation

PHRASES_OF = {f"phrases-{language}": language for language in LANGUAGES}
"""The ids under which the texts of each language are approved."""

_FORMULA_ID = re.compile(r"(?!phrases-)[a-z0-9]+(?:-[a-z0-9]+)*")
_VERSION = re.compile(r"([1-9][0-9]{0,5})(?:-([A-Za-z0-9][A-Za-z0-9._-]{0,119}))?")


class Kind(StrEnum):
    """What is kept in versions."""

    FORMULA = "formula"
    PHRASES = "phrases"


class Origin(StrEnum):
    """Who wrote a version: it came with the program, or the pharmacy wrote it."""

    SHIPPED = "shipped"
    SITE = "site"


class VersionState(StrEnum):
    """What a version is on one day. Only an approved one may be used for something new."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REVIEW_OVERDUE = "review overdue"
    RETIRED = "retired"


class VersionRefused(LevigateError):
    """A version that may not be used, approved or retired as asked."""


def fingerprint_of(text: str) -> str:
    """The sha256 of a text with plain line ends. Raises ReferenceDataError for a text that is not whole Unicode and so cannot be kept."""
    try:
        return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()
    except UnicodeEncodeError as fault:
        raise ReferenceDataError("VERSION_NOT_TEXT", "the text holds half a character, which cannot be kept") from fault


def version_order(version: str) -> tuple[int, str]:
    """The order of versions: by number; of one number the shipped one first, then by the site's name. Raises ReferenceDataError for any other text.

    A shipped version is "1", "2", ...; a site's own is a number, a hyphen and the site's id: "2-main-street".
    """
    parts = _VERSION.fullmatch(version)
    if parts is None:
        raise ReferenceDataError("VERSION_MALFORMED", f'"{version[:80]}" is no version: a number such as "2", for a pharmacy\'s own one "2-" and its id')
    return int(parts[1]), parts[2] or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextVersion:
    """One version of one formula (its id) or of one language's phrases ("phrases-en"): the exact TOML and its fingerprint.

    It cannot exist with a text that its fingerprint does not fit, nor with a site's version said to be shipped.
    """

    kind: Kind
    id: str
    version: str
    sha256: str
    text: str = field(repr=False)
    origin: Origin

    def __post_init__(self) -> None:
        is_known = self.id in PHRASES_OF if self.kind is Kind.PHRASES else _FORMULA_ID.fullmatch(self.id)
        if not is_known:
            raise ReferenceDataError("VERSION_ID", f'"{self.id[:80]}" is no id of {self.kind}: small letters, digits and hyphens')
        if bool(version_order(self.version)[1]) is not (self.origin is Origin.SITE):
            raise ReferenceDataError("VERSION_ORIGIN", f"{self.id} {self.version}: a pharmacy's own version ends in its id, and a shipped one does not")
        if fingerprint_of(self.text) != self.sha256:
            raise ReferenceDataError("VERSION_DAMAGED", f"the text of {self.id} {self.version} is not the one that its fingerprint was taken of")

    @property
    def key(self) -> tuple[Kind, str, str]:
        """What identifies the version."""
        return self.kind, self.id, self.version


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionApproval:
    """A designated person's approval of exactly one text; of a formula with its risk assessment, of phrases without (clinical rules 19 and 27)."""

    kind: Kind
    id: str
    version: str
    sha256: str
    by: str
    on: date
    reason: str
    risk: RiskAssessment | None = None

    def __post_init__(self) -> None:
        _check_said(self.by, self.reason, code="APPROVAL_INCOMPLETE", what=f"the approval of {self.id} {self.version}")
        if self.kind is Kind.PHRASES:
            if self.risk is not None:
                raise LevigateError("RISK_ASSESSMENT_NOT_ASKED", "patients' texts are approved with a reason, and a risk assessment belongs to a formula")
            return
        if self.risk is None:
            raise LevigateError("RISK_ASSESSMENT_MISSING", f"{self.id} {self.version} cannot be approved without a risk assessment")
        if self.risk.reviewed_on > self.on or self.risk.is_overdue(self.on):
            raise LevigateError("RISK_ASSESSMENT_DATES", f"{self.id} {self.version} is approved on a day that its risk assessment does not cover")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirement:
    """The end of a version: from that day on, the day itself included, nothing may be made by it. It is never taken back; a new version is."""

    kind: Kind
    id: str
    version: str
    by: str
    on: date
    reason: str

    def __post_init__(self) -> None:
        _check_said(self.by, self.reason, code="RETIREMENT_INCOMPLETE", what=f"the retirement of {self.id} {self.version}")


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionHistory:
    """Everything known of one site's versions. An approval of another text than the version's counts for nothing."""

    versions: tuple[TextVersion, ...] = ()
    approvals: tuple[VersionApproval, ...] = ()
    retirements: tuple[Retirement, ...] = ()
    _known: dict[tuple[Kind, str, str], TextVersion] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_known", {version.key: version for version in self.versions})
        if len(self._known) != len(self.versions):
            raise ReferenceDataError("VERSION_TWICE", "a version is kept twice")

    def approval_of(self, version: TextVersion, on: date) -> VersionApproval | None:
        """The approval that counts on that day: the latest; of two on one day the one that is to be reviewed first."""
        made = [each for each in self.approvals if _names(each, version) and each.sha256 == version.sha256 and each.on <= on]
        return max(made, key=lambda each: (each.on, -each.risk.next_review_on.toordinal() if each.risk else 0), default=None)

    def state(self, version: TextVersion, on: date) -> VersionState:
        """What the version is on that day. A retirement outweighs every approval."""
        if any(_names(each, version) and each.on <= on for each in self.retirements):
            return VersionState.RETIRED
        approval = self.approval_of(version, on)
        if approval is None:
            return VersionState.PROPOSED
        is_overdue = approval.risk is not None and approval.risk.is_overdue(on)
        return VersionState.REVIEW_OVERDUE if is_overdue else VersionState.APPROVED

    def in_force(self, kind: Kind, identifier: str, on: date) -> TextVersion | None:
        """The version that new records use: the usable one that was approved last, of one day's approvals the later version. None: nothing may be begun.

        The date is that of each version's latest approval, so approving an older version again brings it back. A newer approval retires nothing: records that
        began with an older version go on with it.
        """
        usable = [version for version in self._usable(on) if (version.kind, version.id) == (kind, identifier)]
        dated = [(approval.on, version_order(version.version), version) for version in usable if (approval := self.approval_of(version, on)) is not None]
        return max(dated, key=lambda each: each[:2])[2] if dated else None

    def check_usable(self, kind: Kind, identifier: str, version: str, *, sha256: str, on: date) -> None:
        """Raises VersionRefused `VERSION_UNKNOWN`, `VERSION_CHANGED`, `VERSION_RETIRED`, `VERSION_NOT_APPROVED` or `VERSION_REVIEW_OVERDUE`."""
        found = self._exactly(kind, identifier, version, sha256)
        state, name = self.state(found, on), f"{identifier} {version}"
        if state is VersionState.RETIRED:
            raise VersionRefused("VERSION_RETIRED", f"{name} is retired and can no longer be used")
        if state is VersionState.PROPOSED:
            raise VersionRefused("VERSION_NOT_APPROVED", f"{name} is a proposal until the designated person approves it")
        if state is VersionState.REVIEW_OVERDUE:
            raise VersionRefused("VERSION_REVIEW_OVERDUE", f"the review of {name} is overdue; the designated person must assess and approve it again")

    def check_can_add(self, version: TextVersion, site: str) -> None:
        """Raises VersionRefused `VERSION_EXISTS` for one that is known, and `VERSION_ORIGIN` for a pharmacy's own one that does not end in this site's id."""
        if version.key in self._known:
            raise VersionRefused("VERSION_EXISTS", f"{version.id} {version.version} is kept already and never changes; give the new text a new version")
        if version.origin is Origin.SITE and version_order(version.version)[1] != site:
            raise VersionRefused("VERSION_ORIGIN", f"{version.id} {version.version} is another pharmacy's version; end it in -{site} to propose it here")

    def check_can_approve(self, approval: VersionApproval) -> None:
        """Raises VersionRefused `VERSION_UNKNOWN`, `VERSION_CHANGED`, or `VERSION_RETIRED` whatever day the retirement is dated."""
        self._exactly(approval.kind, approval.id, approval.version, approval.sha256)
        if any((each.kind, each.id, each.version) == (approval.kind, approval.id, approval.version) for each in self.retirements):
            raise VersionRefused("VERSION_RETIRED", f"{approval.id} {approval.version} is retired; write a new version and approve that")

    def check_can_retire(self, retirement: Retirement) -> None:
        """Raises VersionRefused `VERSION_UNKNOWN`, or `VERSION_RETIRED` where it was retired before."""
        version = self._known.get((retirement.kind, retirement.id, retirement.version))
        if version is None:
            raise VersionRefused("VERSION_UNKNOWN", f"there is no {retirement.id} {retirement.version}")
        if any(_names(each, version) and each.on <= retirement.on for each in self.retirements):
            raise VersionRefused("VERSION_RETIRED", f"{retirement.id} {retirement.version} is retired already")

    def check_can_attest(self, attestation: Attestation) -> None:
        """Whether a nonaqueous attestation (clinical rule 16) names a person, a reason and exactly a known formula; raises as `check_usable`."""
        _check_said(attestation.by, attestation.reason, code="ATTESTATION_INCOMPLETE", what=f"the attestation of {attestation.formula} {attestation.version}")
        self.check_usable(Kind.FORMULA, attestation.formula, attestation.version, sha256=attestation.sha256, on=attestation.on)

    def next_site_version(self, kind: Kind, identifier: str, site: str) -> str:
        """The version that a site's next change of this formula or text gets: one above the highest number there is."""
        numbers = [version_order(version.version)[0] for version in self.versions if (version.kind, version.id) == (kind, identifier)]
        following = f"{max(numbers, default=0) + 1}-{site}"
        version_order(following)
        return following

    def _exactly(self, kind: Kind, identifier: str, version: str, sha256: str) -> TextVersion:
        found = self._known.get((kind, identifier, version))
        if found is None:
            raise VersionRefused("VERSION_UNKNOWN", f"there is no {identifier} {version}")
        if found.sha256 != sha256:
            raise VersionRefused("VERSION_CHANGED", f"the text of {identifier} {version} is not the one that was meant: its fingerprint differs")
        return found

    def _usable(self, on: date) -> list[TextVersion]:
        return [version for version in self.versions if self.state(version, on) is VersionState.APPROVED]


def as_site_approvals(history: VersionHistory, on: date) -> tuple[Approval, ...]:
    """The approvals a site's bench has on that day, for `Site.approvals`: one for each version that is usable, and none for any other."""
    return tuple(
        Approval(of=made.id, version=made.version, sha256=made.sha256, by=made.by, on=made.on, reason=made.reason)
        for version in history.versions
        if history.state(version, on) is VersionState.APPROVED and (made := history.approval_of(version, on)) is not None
    )


def check_imported(shipped: Iterable[TextVersion], known: Iterable[TextVersion]) -> None:
    """Raises LevigateError `REFERENCE_CHANGED` where a version that is known comes with another text: then the program must not start."""
    kept = {version.key: version.sha256 for version in known}
    for version in shipped:
        if kept.setdefault(version.key, version.sha256) != version.sha256:
            raise LevigateError(
                "REFERENCE_CHANGED", f"{version.id} {version.version} came with another text than the one kept; a changed text needs a new version number"
            )


def _names(act: VersionApproval | Retirement, version: TextVersion) -> bool:
    return (act.kind, act.id, act.version) == version.key


def _check_said(by: str, reason: str, *, code: str, what: str) -> None:
    for part, value in (("a person", by), ("a reason", reason)):
        if not has_words(value) or len(value) > LONGEST_PART:
            raise LevigateError(code, f"{what} needs {part}, in {LONGEST_PART:,} characters at most")
