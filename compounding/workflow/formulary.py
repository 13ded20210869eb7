"""The formulary's use cases: a text is proposed, approved with its risk assessment, attested, retired; and what differs between two versions can be read."""

from dataclasses import dataclass, replace

from compounding.domain.beyond_use import end_of
from compounding.domain.errors import LevigateError, ReferenceDataError
from compounding.domain.formulary_versions import Kind, Origin, Retirement, TextVersion, VersionApproval, VersionRefused, VersionState
from compounding.domain.people import Duty
from compounding.domain.risk_assessment import RiskAssessment
from compounding.domain.site import Attestation, Limit
from compounding.domain.text_diff import differences, in_words
from compounding.reference.site_texts import table_of, text_version
from compounding.storage import signatures, texts
from compounding.storage.errors import Conflict, NotFound
from compounding.workflow.changes import changed
from compounding.workflow.formulary_in_force import formula_of, in_force, phrases_of
from compounding.workflow.use_case import Work, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A text of the pharmacy's own, as TOML; it names its id and version itself."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exactly:
    """Exactly one text: its version and the fingerprint of what was read."""

    kind: Kind
    id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAsked:
    """The text to approve, with the risk assessment that a formula needs (clinical rule 19)."""

    of: Exactly
    risk: RiskAssessment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OneVersion:
    """One version by name."""

    kind: Kind
    id: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoVersions:
    """Two versions of one formula or text, to be held against each other."""

    kind: Kind
    id: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AllVersions:
    """Everything that is kept, of one id where it is given."""

    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionStands:
    """A version as it stands today; `in_force` says whether new records use it."""

    kind: Kind
    id: str
    version: str
    sha256: str
    origin: Origin
    state: VersionState
    in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedText:
    """A text as it is kept, with the name of a file for it."""

    file_name: str
    text: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What differs, a line for each place; none where both say the same."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Everything that was decided about what was asked, the versions as they stand today."""

    versions: tuple[VersionStands, ...]
    approvals: tuple[VersionApproval, ...]
    retirements: tuple[Retirement, ...]
    attestations: tuple[Attestation, ...]


@use_case
def propose_text(work: Work, request: Proposal) -> VersionStands:
    """Keep a version of the pharmacy's own as a proposal. Raises NotAllowed, Conflict, VersionRefused, and ReferenceDataError for a text that is not whole."""
    work.may(Duty.KEEP_FORMULARY)
    version = text_version(request.kind, request.text, name="the proposed text", origin=Origin.SITE)
    work.history.check_can_add(version, work.house.site_id)
    if not texts.add_version(work.opened, version):
        raise Conflict(_name(version))
    work.tell("propose text", version.kind.value, _name(version), {
        "state": (None, VersionState.PROPOSED.value), "sha256": (None, version.sha256), "origin": (None, version.origin.value),
    })  # fmt: skip
    return VersionStands(
        kind=version.kind, id=version.id, version=version.version, sha256=version.sha256, origin=version.origin, state=VersionState.PROPOSED, in_force=False
    )  # fmt: skip


@use_case
def approve_text(work: Work, request: ApprovalAsked) -> VersionStands:
    """Approve exactly that text from today on, signed and with a reason; of a formula with its risk assessment.

    Raises NotAllowed, VersionRefused, ReferenceDataError (a text that no longer reads, or two formulas in force with one base), WorkflowRefused, and
    LevigateError for a risk assessment that is missing or does not cover the day.
    """
    _begin_decision(work)
    of, reason = request.of, work.reason()
    approval = VersionApproval(
        kind=of.kind, id=of.id, version=of.version, sha256=of.sha256, by=work.person.name, on=work.today, reason=reason, risk=request.risk
    )
    work.history.check_can_approve(approval)
    if request.risk is not None:
        _check_review(work, request.risk)
    version = _version(work, of.kind, of.id, of.version)
    formula_of(version) if version.kind is Kind.FORMULA else phrases_of(version)
    _check_house_stands(work, approval)
    before = _stands(work, version)
    texts.add_decision(work.opened, approval, sha256=of.sha256, on=work.today)
    _sign(work, version)
    after = replace(before, state=VersionState.APPROVED, in_force=replace(work.history, approvals=(*work.history.approvals, approval))
                    .in_force(version.kind, version.id, work.today) == version)  # fmt: skip
    risk = changed(RiskAssessment, None, request.risk) if request.risk is not None else {}
    work.tell("approve text", version.kind.value, _name(version), {**_told(before, after), **{f"risk.{name}": values for name, values in risk.items()}})
    return after


@use_case
def retire_text(work: Work, request: Exactly) -> VersionStands:
    """End a version today, signed and with a reason; nothing is begun by it any more. Raises NotAllowed, VersionRefused, WorkflowRefused."""
    _begin_decision(work)
    retirement = Retirement(kind=request.kind, id=request.id, version=request.version, by=work.person.name, on=work.today, reason=work.reason())
    work.history.check_can_retire(retirement)
    version = _version(work, request.kind, request.id, request.version)
    _check_exactly(version, request.sha256)
    before = _stands(work, version)
    texts.add_decision(work.opened, retirement, sha256=version.sha256, on=work.today)
    _sign(work, version)
    after = replace(before, state=VersionState.RETIRED, in_force=False)
    work.tell("retire text", version.kind.value, _name(version), _told(before, after))
    return after


@use_case
def attest_nonaqueous(work: Work, request: Exactly) -> VersionStands:
    """State, signed and with a reason, that no water enters an approved formula (clinical rule 16). Raises NotAllowed, VersionRefused, WorkflowRefused."""
    _begin_decision(work)
    if request.kind is not Kind.FORMULA:
        raise VersionRefused("ATTESTATION_OF_FORMULA", "a nonaqueous attestation is made of a formula")
    attestation = Attestation(
        formula=request.id, version=request.version, sha256=request.sha256, by=work.person.name, on=work.today, reason=work.reason()
    )  # fmt: skip
    work.history.check_can_attest(attestation)
    version = _version(work, request.kind, request.id, request.version)
    was = work.site.attested(version.id, version.version, version.sha256, on=work.today)
    texts.add_decision(work.opened, attestation, sha256=version.sha256, on=work.today)
    _sign(work, version)
    said = f"attested by {was.by} on {was.on.isoformat()}" if was is not None else None
    told = {"nonaqueous": (said, f"attested by {attestation.by} on {attestation.on.isoformat()}"), "sha256": (version.sha256, version.sha256)}
    work.tell("attest nonaqueous", version.kind.value, _name(version), told)
    return _stands(work, version)


@use_case
def export_text(work: Work, request: OneVersion) -> ExportedText:
    """A version's exact text. Raises NotAllowed, NotFound."""
    _may_read(work)
    version = _version(work, request.kind, request.id, request.version)
    return ExportedText(file_name=f"{version.id}-{version.version}.toml", text=version.text, sha256=version.sha256)


@use_case
def compare_texts(work: Work, request: TwoVersions) -> Differences:
    """What differs between two versions, as a person reads it before approving. Raises NotAllowed, NotFound."""
    _may_read(work)
    old, new = (table_of(_version(work, request.kind, request.id, each).text, f"{request.id} {each}") for each in (request.old, request.new))
    return Differences(lines=tuple(in_words(each) for each in differences(old, new)))


@use_case
def history(work: Work, request: AllVersions) -> Decided:
    """Every version with its state today and all that was decided. Raises NotAllowed."""
    _may_read(work)

    def asked(identifier: str) -> bool:
        return request.id in {"", identifier}

    known = work.history
    return Decided(
        versions=tuple(_stands(work, each) for each in known.versions if asked(each.id)),
        approvals=tuple(each for each in known.approvals if asked(each.id)),
        retirements=tuple(each for each in known.retirements if asked(each.id)),
        attestations=tuple(each for each in texts.attestations(work.opened.connection, work.house.site_id) if asked(each.formula)),
    )


def _begin_decision(work: Work) -> None:
    """Ask whether the person may, and let the site's decisions follow one on another: each is judged by everything decided before it."""
    work.may(Duty.KEEP_FORMULARY)
    work.opened.next_number("formulary decisions")


def _may_read(work: Work) -> None:
    work.may_one_of(Duty.KEEP_FORMULARY, Duty.READ_RECORDS)


def _version(work: Work, kind: Kind, identifier: str, version: str) -> TextVersion:
    found = next((each for each in work.history.versions if each.key == (kind, identifier, version)), None)
    if found is None:
        raise NotFound(f"version as {identifier} {version}")
    return found


def _check_exactly(version: TextVersion, sha256: str) -> None:
    if version.sha256 != sha256:
        raise VersionRefused("VERSION_CHANGED", f"the text of {_name(version)} is not the one that was meant: its fingerprint differs")


def _check_review(work: Work, risk: RiskAssessment) -> None:
    months = work.profile.formula_review_months
    if risk.next_review_on > end_of(Limit(months=months), compounded_on=risk.reviewed_on, day_one=False):
        raise LevigateError("RISK_ASSESSMENT_DATES", f"the risk assessment's next review must come within {months} months of its review here")


def _check_house_stands(work: Work, approval: VersionApproval) -> None:
    """Raises ReferenceDataError where the approval would leave formulas in force that nothing could decide between: then nothing could be prepared."""
    try:
        in_force(work.house.data, replace(work.history, approvals=(*work.history.approvals, approval)), work.today)
    except ReferenceDataError as fault:
        # Phrases may be approved before the first formula is.
        if fault.code != "FORMULARY_EMPTY":
            raise


def _stands(work: Work, version: TextVersion) -> VersionStands:
    return VersionStands(
        kind=version.kind, id=version.id, version=version.version, sha256=version.sha256, origin=version.origin,
        state=work.history.state(version, work.today), in_force=work.history.in_force(version.kind, version.id, work.today) == version,
    )  # fmt: skip


def _sign(work: Work, version: TextVersion) -> None:
    text = version.text.replace("\r\n", "\n").encode()
    signatures.add(work.opened, version.kind.value, _name(version), work.sign(Duty.KEEP_FORMULARY, of_sha256=version.sha256), text=text)


def _told(before: VersionStands, after: VersionStands) -> dict[str, tuple[str | bool, str | bool]]:
    return {
        "state": (before.state.value, after.state.value), "in_force": (before.in_force, after.in_force), "sha256": (before.sha256, after.sha256)
    }  # fmt: skip


def _name(version: TextVersion) -> str:
    return f"{version.id} {version.version}"
