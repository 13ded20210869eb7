"""The formulary: every version of every formula and of the patients' texts, what was decided about it, and the designated person's signed decisions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug import Response

from compounding.domain.formulary_versions import Kind, Retirement, VersionApproval, VersionState, version_order
from compounding.domain.site import Attestation
from compounding.storage.errors import NotFound
from compounding.web.access import refuse
from compounding.web.acting import do
from compounding.web.acts import page, same_version
from compounding.web.formulary_forms import ApproveForm, ApproveFormulaForm, DecisionForm
from compounding.web.signing_acts import sign
from compounding.web.visitors import the_visitor
from compounding.workflow import formulary
from compounding.workflow.formulary import AllVersions, ApprovalAsked, Decided, Exactly, OneVersion, TwoVersions, VersionStands
from compounding.workflow.signed import OfText, signatures_of_text

blueprint = Blueprint("formulary", __name__, url_prefix="/formulary")

_ONE = "/<kind>/<text_id>/<version>"
_WAY = ["GET", "POST"]
Doing = Callable[[str, Callable[[], None]], VersionStands | None]
"""Signs a decision, given its reason and the check of what was seen; None where something stands against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A version with everything that was decided about it."""

    stands: VersionStands
    decided: Decided

    @property
    def name(self) -> str:
        """How people call it: id and version."""
        return f"{self.stands.id} {self.stands.version}"

    @property
    def approvals(self) -> tuple[VersionApproval, ...]:
        """Its approvals, the first one first."""
        return tuple(each for each in self.decided.approvals if (each.kind, each.version) == (self.stands.kind, self.stands.version))

    @property
    def attestations(self) -> tuple[Attestation, ...]:
        """Its nonaqueous attestations."""
        return tuple(each for each in self.decided.attestations if self.stands.kind is Kind.FORMULA and each.version == self.stands.version)

    @property
    def retirements(self) -> tuple[Retirement, ...]:
        """Its retirement."""
        return tuple(each for each in self.decided.retirements if (each.kind, each.version) == (self.stands.kind, self.stands.version))

    @property
    def review_due(self) -> date | None:
        """By when the last risk assessment is to be done again."""
        risks = [each.risk for each in self.approvals if each.risk is not None]
        return risks[-1].next_review_on if risks else None

    @property
    def exactly(self) -> Exactly:
        """The version with its fingerprint, as decisions name it."""
        return Exactly(kind=self.stands.kind, id=self.stands.id, version=self.stands.version, sha256=self.stands.sha256)

    @property
    def other_in_force(self) -> VersionStands | None:
        """The version that is in force in its place."""
        return next((each for each in self.decided.versions if each.in_force and each.version != self.stands.version), None)

    @property
    def can_be_approved(self) -> bool:
        """Whether it is not retired."""
        return self.stands.state is not VersionState.RETIRED

    @property
    def can_be_attested(self) -> bool:
        """Whether it is an approved formula."""
        return self.stands.kind is Kind.FORMULA and self.stands.state is VersionState.APPROVED


@blueprint.get("")
def index() -> Response:
    """Every version."""
    known = do(formulary.history, AllVersions())
    versions = [Shown(stands=each, decided=_of(known, each)) for each in known.versions]
    versions.sort(key=lambda each: (each.stands.kind.value, each.stands.id, version_order(each.stands.version)))
    return page("formulary/index.html", versions=versions)


@blueprint.get(_ONE)
def show(kind: str, text_id: str, version: str) -> Response:
    """One version: its text, its fingerprint, its decisions with their signatures, and what differs from the one in force."""
    seen = _shown(kind, text_id, version)
    stands, other = seen.stands, seen.other_in_force
    text = do(formulary.export_text, OneVersion(kind=stands.kind, id=stands.id, version=stands.version)).text
    lines: tuple[str, ...] = ()
    if other is not None:
        lines = do(formulary.compare_texts, TwoVersions(kind=stands.kind, id=stands.id, old=other.version, new=stands.version)).lines
    signed = do(signatures_of_text, OfText(kind=stands.kind.value, id=stands.id, version=stands.version))
    return page("formulary/show.html", seen=seen, text=text, other=other, lines=lines, signed=signed)


@blueprint.route(f"{_ONE}/approve", methods=_WAY)
def approve(kind: str, text_id: str, version: str) -> Response:
    """Approve exactly this text; a formula with its risk assessment."""
    seen = _shown(kind, text_id, version)
    form = ApproveFormulaForm() if seen.stands.kind is Kind.FORMULA else ApproveForm()
    meaning = f"approval of {seen.name} for use at this pharmacy"
    return _decide(
        seen, form, meaning, "formulary/approve.html", can=seen.can_be_approved,
        doing=lambda reason, check: sign(
            form, formulary.approve_text, lambda: ApprovalAsked(of=_meant(seen, form), risk=form.risk), reason=reason, check=check
        ),
    )  # fmt: skip


@blueprint.route(f"{_ONE}/attest", methods=_WAY)
def attest(kind: str, text_id: str, version: str) -> Response:
    """State that no water enters the formula."""
    seen, form = _shown(kind, text_id, version), DecisionForm()
    meaning = f"attestation that no water enters {seen.name}"
    return _decide(
        seen, form, meaning, "formulary/attest.html", can=seen.can_be_attested,
        doing=lambda reason, check: sign(form, formulary.attest_nonaqueous, lambda: _meant(seen, form), reason=reason, check=check),
    )  # fmt: skip


@blueprint.route(f"{_ONE}/retire", methods=_WAY)
def retire(kind: str, text_id: str, version: str) -> Response:
    """End a version today."""
    seen, form = _shown(kind, text_id, version), DecisionForm()
    meaning = f"retirement of {seen.name}, which nothing is begun by any more"
    return _decide(
        seen, form, meaning, "formulary/retire.html", can=seen.can_be_approved,
        doing=lambda reason, check: sign(form, formulary.retire_text, lambda: _meant(seen, form), reason=reason, check=check),
    )  # fmt: skip


def _decide(seen: Shown, form: DecisionForm, meaning: str, template: str, *, can: bool, doing: Doing) -> Response:
    """The page of a decision, and the decision itself where it was sent."""
    stands = seen.stands
    if request.method == "POST":
        done = doing(form.reason.text, same_version(form.sha256.data, stands.sha256, f"the text of {seen.name} as it was shown"))
        if done is not None:
            return redirect(url_for("formulary.show", kind=stands.kind.value, text_id=stands.id, version=stands.version), 303)
        seen = _shown(stands.kind.value, stands.id, stands.version)
    form.sha256.data = seen.stands.sha256
    return page(template, form, seen=seen, can=can, meaning=meaning)


def _meant(seen: Shown, form: DecisionForm) -> Exactly:
    """What the person saw, by the fingerprint that stood on the page; the use case holds it against the text that is kept."""
    exactly = seen.exactly
    return Exactly(kind=exactly.kind, id=exactly.id, version=exactly.version, sha256=form.sha256.data or "")


def _shown(kind: str, text_id: str, version: str) -> Shown:
    if kind not in {each.value for each in Kind}:
        abort(404)
    known = do(formulary.history, AllVersions(id=text_id))
    found = next((each for each in known.versions if (each.kind.value, each.id, each.version) == (kind, text_id, version)), None)
    if found is None:
        refuse(the_visitor(), NotFound("formula or text"))
    return Shown(stands=found, decided=known)


def _of(known: Decided, version: VersionStands) -> Decided:
    """What was decided about the texts of this version's id."""
    return Decided(
        versions=tuple(each for each in known.versions if each.id == version.id), approvals=tuple(each for each in known.approvals if each.id == version.id),
        retirements=tuple(each for each in known.retirements if each.id == version.id),
        attestations=tuple(each for each in known.attestations if each.formula == version.id),
    )  # fmt: skip
