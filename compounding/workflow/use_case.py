"""How every use case runs: one transaction, one person who may do it, one audit entry at least, and the same answer to the same request.

A use case is a function of `Work` and its request, a frozen dataclass. Decorated, it is called with the house, the act and the request.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Generic, TypeVar, get_type_hints

from compounding.domain.assurance import Assurance, Level, check_assured, level_of_signing
from compounding.domain.errors import LevigateError, WorkflowRefused
from compounding.domain.formulary_versions import VersionHistory, as_site_approvals
from compounding.domain.people import Duty, NotAllowed, Person, Role, Signature
from compounding.domain.reading_budget import PAGES_AN_HOUR
from compounding.domain.record_texts import has_words
from compounding.domain.request_checks import check_act_time, check_key, check_request
from compounding.domain.site import JurisdictionProfile, Site
from compounding.domain.stages import Action
from compounding.reference import ReferenceData
from compounding.storage import documents, people, repeats, texts
from compounding.storage.engine import Database
from compounding.storage.errors import StorageError
from compounding.storage.trail import Told
from compounding.storage.transaction import Transaction, transaction
from compounding.workflow.formulary_in_force import in_force

Q = TypeVar("Q")
A = TypeVar("A")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One site in one database, with the reference data this program ships. Nothing else is kept between two use cases.

    `pages_an_hour` is how many pages of records a person opens within an hour.
    """

    database: Database
    site_id: str
    data: ReferenceData
    pages_an_hour: int = PAGES_AN_HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who asks for something and when (UTC). `key` names a request that may arrive twice; `supervisor` is the person who stands beside.

    `shown` is what these people showed for this very act to be who they are: their passwords or passkeys once more.
    """

    by: str
    at: datetime
    key: str = ""
    supervisor: str = ""
    reason: str = ""
    shown: tuple[Assurance, ...] = ()


class Work:
    """What a use case works with: its transaction, the person, and the site as it stands today. Read when first asked for."""

    def __init__(self, house: House, act: Act, opened: Transaction, person: Person, supervisor: Person | None) -> None:
        self.house, self.act, self.opened, self.person, self.supervisor = house, act, opened, person, supervisor

    @cached_property
    def _settings(self) -> tuple[Site, int]:
        return people.current_settings(self.opened.connection, self.house.site_id)

    @cached_property
    def history(self) -> VersionHistory:
        """Every version of every formula and phrase text, and what was decided about it."""
        return texts.history(self.opened.connection, self.house.site_id)

    @cached_property
    def site(self) -> Site:
        """The site's settings, with what is approved and attested today."""
        attestations = texts.attestations(self.opened.connection, self.house.site_id)
        return replace(self._settings[0], approvals=as_site_approvals(self.history, self.today), attestations=attestations)

    @property
    def settings_revision(self) -> int:
        """The revision of the settings in force."""
        return self._settings[1]

    @property
    def profile(self) -> JurisdictionProfile:
        """The rules of the place."""
        return self.house.data.profiles[self._settings[0].jurisdiction]

    @property
    def today(self) -> date:
        """The day it is at the site."""
        return self.act.at.astimezone(self._settings[0].time_zone).date()

    @cached_property
    def data(self) -> ReferenceData:
        """The reference data with the formulas and phrases that are in force at this site."""
        return in_force(self.house.data, self.history, self.today)

    def may(self, duty: Duty) -> Role:
        """The role in which this person does it, and whoever supervises it has confirmed that. Raises NotAllowed."""
        role = self.profile.who_may.role_for(self.person, duty, on=self.today, supervisor=self.supervisor)
        beside = self._beside(duty, role)
        if beside is not None:
            # A name that somebody else wrote down supervises nothing: whoever stands beside says so, with the password at least.
            self.confirmed(Level.AGAIN, by=beside)
        self.opened.role = role.value
        self.opened.supervisor = beside.id if beside is not None else ""
        return role

    def supervised_by(self, duty: Duty) -> str:
        """The person id of who supervises this person at that duty; empty where the role does it alone. Raises NotAllowed."""
        beside = self._beside(duty, self.may(duty))
        return beside.id if beside is not None else ""

    def _beside(self, duty: Duty, role: Role) -> Person | None:
        return self.supervisor if role not in self.profile.who_may.alone[duty] else None

    def may_one_of(self, *duties: Duty) -> Role:
        """As `may`, where several duties bring a person to do it. Raises NotAllowed as the first of them does."""
        refused: NotAllowed | None = None
        for duty in duties:
            try:
                return self.may(duty)
            except NotAllowed as refusal:
                refused = refused or refusal
        raise refused or ValueError("a duty is asked for")

    def confirmed(self, needed: Level, *, by: Person | None = None) -> Assurance:
        """What the person, or somebody who stands beside, showed for this act. Raises NotAllowed as `check_assured`."""
        return check_assured(self.act.shown, (by or self.person).id, needed, at=self.act.at, is_example=self._settings[0].is_example)

    def sign(self, duty: Duty, *, of_sha256: str, evidence: tuple[str, ...] = (), as_sole_practitioner: bool = False) -> Signature:
        """This person's signature under exactly that content; whoever supervises it has to confirm as well. Raises NotAllowed."""
        role = self.may(duty)
        beside = self._beside(duty, role)
        shown = self.confirmed(level_of_signing(duty))
        shown_beside = self.confirmed(level_of_signing(duty), by=beside) if beside is not None else None
        return Signature(
            duty=duty, person_id=self.person.id, name=self.person.name, role=role, licence=self.person.licence, at=self.act.at, of_sha256=of_sha256,
            licence_expires_on=self.person.licence_expires_on, supervised_by=beside.id if beside is not None else "",
            supervisor_name=beside.name if beside is not None else "", evidence=evidence, as_sole_practitioner=as_sole_practitioner,
            confirmed_by=shown.in_words, supervisor_confirmed_by=shown_beside.in_words if shown_beside is not None else "",
        )  # fmt: skip

    def tell(self, action: Action | str, subject: str, subject_id: str, changed: Mapping[str, tuple[Any, Any]] | None = None, *, reason: str = "") -> None:
        """Put it on the audit trail, with the act's own reason where no other is given."""
        name = action.value if isinstance(action, Action) else action
        self.opened.tell(Told(action=name, subject=subject, subject_id=subject_id, reason=reason or self.act.reason, changed=changed or {}))

    def reason(self) -> str:
        """The reason of the act. Raises WorkflowRefused `REASON_NEEDED` where none is given."""
        told = " ".join(self.act.reason.split())
        if len(told) < 3 or not has_words(told):
            raise WorkflowRefused("REASON_NEEDED", "say why in a few words; the reason stays with the record")
        return told


class RefusedAndTold(WorkflowRefused):
    """A refusal that leaves something on record: what it refused is undone, and then `record` writes, in a transaction of its own."""

    def record(self, opened: Transaction) -> None:
        """Write it down."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class UseCase(Generic[Q, A]):
    """A use case, ready to be called."""

    name: str
    work: Callable[[Work, Q], A]
    answer: type[A]

    def __call__(self, house: House, act: Act, request: Q) -> A:
        """Do it once. Raises what refuses it; then nothing was changed.

        Before anything is read, WorkflowRefused `ACT_TIME`, `IDEMPOTENCY_KEY`, `TEXT_NOT_ALLOWED`, `NUMBER_NOT_ALLOWED` for what cannot be recorded at all.
        """
        check_act_time(act.at)
        check_key(act.key)
        check_request(act)
        check_request(request)
        try:
            return self._once(house, act, request)
        except RefusedAndTold as refusal:
            with transaction(house.database, site_id=house.site_id, by=act.by, role="", at=act.at) as opened:
                opened.name = people.person_of(opened, act.by)[0].name
                refusal.record(opened)
            raise
        except (StorageError, NotAllowed):
            raise
        except LevigateError:
            # The same request at the very same moment: to whoever came second everything looks done, and the first one has kept the answer.
            kept = self._kept(house, act, request) if act.key else None
            if kept is None:
                raise
            return kept

    def was_done(self, house: House, *, by: str, key: str) -> bool:
        """Whether this person's request of that key was done before. It changes nothing and tells nothing but that."""
        with house.database.reading() as connection:
            return bool(key) and repeats.is_known(connection, house.site_id, actor=by, use_case=self.name, key=key)

    def _kept(self, house: House, act: Act, request: Q) -> A | None:
        with transaction(house.database, site_id=house.site_id, by=act.by, role="", at=act.at) as opened:
            known = repeats.answer_of(opened, use_case=self.name, key=act.key, body_sha256=_body(act, request))
        return documents.read(self.answer, known) if known is not None else None

    def _once(self, house: House, act: Act, request: Q) -> A:
        with transaction(house.database, site_id=house.site_id, by=act.by, role="", at=act.at) as opened:
            person, _ = people.person_of(opened, act.by)
            opened.name = person.name
            supervisor = people.person_of(opened, act.supervisor)[0] if act.supervisor else None
            body = _body(act, request)
            if act.key:
                if not person.is_active:
                    raise NotAllowed("PERSON_INACTIVE", f"{person.name} is no longer active here")
                known = repeats.answer_of(opened, use_case=self.name, key=act.key, body_sha256=body)
                if known is not None:
                    return documents.read(self.answer, known)
            answer = self.work(Work(house, act, opened, person, supervisor), request)
            # What only read is read again, with an entry of its own on the chain of readings: an answer kept for it would be a change that nobody told.
            if act.key and opened.has_written:
                repeats.keep_answer(opened, use_case=self.name, key=act.key, body_sha256=body, answer=documents.write(self.answer, answer))
            return answer


def _body(act: Act, request: object) -> str:
    return hashlib.sha256(repr((request, act.supervisor, act.reason)).encode()).hexdigest()


def use_case(work: Callable[[Work, Q], A]) -> UseCase[Q, A]:
    """Make a use case of a function. What it answers is a type that can be written down, so that a repeated request gets it again."""
    return UseCase(name=work.__name__, work=work, answer=get_type_hints(work)["return"])
