"""Every use case of lots, stock, formulary, people and settings, made ready to be done once: what came before it, who does it, and who may."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from compounding.demo.crew import example_act
from compounding.domain.formulary_versions import Kind
from compounding.domain.people import Role
from compounding.domain.risk_assessment import RiskAssessment
from compounding.domain.stock_ledger import EntryKind
from compounding.domain.substances import AssayAs, AssayBasis
from compounding.reference.site_texts import shipped_texts
from compounding.storage import people as stored_people
from compounding.storage.tables import content
from compounding.workflow import accounts, files, formulary, lot_flags, lots, people, stock
from compounding.workflow.use_case import Act, House, UseCase
from tests.workflow.conftest import AT, EXPIRES, Staff

DRUG = "sodium-thiosulfate-pentahydrate"
PETROLATUM = "white-petrolatum"
FORMULA = "sodium-thiosulfate-in-petrolatum"
SHIPPED = {version.key: version for version in shipped_texts()}
FORMULA_1 = SHIPPED[Kind.FORMULA, FORMULA, "1"]
RISK = RiskAssessment(
    napra_level="A", level_reasons="Simple", hazards="Dust irritates", safety_data_link="https://example.org/sds/7772-98-7", safety_data_on=date(2026, 3, 1),
    protective_equipment="Gloves and mask", ventilation="General", cross_contact="Tools of their own, for zinc", reviewed_by="Dana Designated",
    reviewed_on=date(2026, 11, 22), next_review_on=date(2027, 11, 22),
)  # fmt: skip
CERTIFICATE = b"%PDF-1.7 certificate of analysis"


@dataclass(frozen=True, kw_only=True)
class Pharmacy:
    """A house with its staff, and the ways to bring something about in it."""

    house: House
    staff: Staff

    def act(self, by: str, *, reason: str = "as the rules of this house ask", key: str = "", **more: Any) -> Act:
        return example_act(by, more.pop("at", AT), reason=reason, key=key, **more)

    def do(self, use_case: UseCase[Any, Any], by: str, request: Any, **more: Any) -> Any:
        return use_case(self.house, self.act(by, **more), request)

    def certificate(self) -> str:
        """The sha256 of a certificate's file, which is kept when it is first asked for."""
        digest = hashlib.sha256(CERTIFICATE).hexdigest()
        with self.house.database.reading() as connection:
            if connection.execute(select(content.c.sha256).where(content.c.sha256 == digest)).first() is not None:
                return digest
        return files.keep_file(self.house, self.act(self.staff.technician), CERTIFICATE, "application/pdf").sha256

    def received(self, *, substance: str = DRUG, amount_g: str = "100", **told: Any) -> lots.LotKept:
        """A delivery in quarantine, with a certificate for the drug."""
        kept: lots.LotKept = self.do(lots.receive_lot, self.staff.technician, self.delivery(substance=substance, amount_g=amount_g, **told))
        return kept

    def delivery(self, *, substance: str = DRUG, amount_g: str = "100", **told: Any) -> lots.Delivery:
        said = {"number": "SP-1", "supplier": "Example Chemicals", "received_on": date(2026, 9, 1), "expires_on": date(2028, 5, 31)}
        if substance == DRUG and "certificate" not in told:
            said["certificate"] = lots.CertificateTold(
                file_sha256=self.certificate(), form="pentahydrate", assay_percent=Decimal("99.6"), assay_basis=AssayBasis.DRIED, assay_as=AssayAs.ANHYDROUS,
                water_percent=Decimal("36.1"),
            )  # fmt: skip
        return lots.Delivery(substance=substance, amount_g=Decimal(amount_g), told=lots.LotTold(**{**said, **told}))

    def checked(self, **told: Any) -> lots.LotKept:
        """A delivery that only needs its release."""
        kept = self.received(**told)
        if told.get("substance", DRUG) == DRUG:
            reviewed = lots.ReviewedCertificate(lot_id=kept.lot_id, version=kept.version, file_sha256=self.certificate())
            kept = self.do(lots.review_certificate, self.staff.pharmacist, reviewed)
        return self.tested(kept)

    def tested(self, kept: lots.LotKept, *, passed: bool = True) -> lots.LotKept:
        """The lot after an identity test."""
        request = lots.IdentityTested(lot_id=kept.lot_id, version=kept.version, method="infrared", passed=passed)
        again: lots.LotKept = self.do(lots.test_identity, self.staff.technician, request)
        return again

    def released(self, **told: Any) -> lots.LotKept:
        """A delivery that may be used."""
        kept: lots.LotKept = self.do(lot_flags.release_lot, self.staff.pharmacist, one(self.checked(**told)))
        return kept

    def approved(self, version: Any = FORMULA_1) -> formulary.VersionStands:
        """The formula, approved."""
        request = formulary.ApprovalAsked(of=exactly(version), risk=RISK if version.kind is Kind.FORMULA else None)
        stands: formulary.VersionStands = self.do(formulary.approve_text, self.staff.designated, request)
        return stands


def one(kept: lots.LotKept) -> lots.OneLot:
    return lots.OneLot(lot_id=kept.lot_id, version=kept.version)


def exactly(version: Any) -> formulary.Exactly:
    return formulary.Exactly(kind=version.kind, id=version.id, version=version.version, sha256=version.sha256)


def own_text(version: str = "2-example-pharmacy") -> str:
    """The shipped formula as the pharmacy's own version."""
    return FORMULA_1.text.replace('version = "1"', f'version = "{version}"', 1)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A use case made ready. `stale` is the same request after somebody else changed what it names, where there is a version."""

    use_case: UseCase[Any, Any]
    request: Any
    may: tuple[str, ...]
    needs_reason: bool = False
    actions: tuple[str, ...] = ()
    stale: Any = None
    sees: tuple[str, ...] = field(default=())
    tells_secret: bool = False
    """Whether its answer is told once and kept nowhere, so that it takes no key."""


STOCK = ("pharmacist", "second_pharmacist", "regulated_technician", "technician")
RELEASE = ("pharmacist", "second_pharmacist", "designated", "regulated_technician")
RECALL = ("pharmacist", "second_pharmacist", "designated")
KEEP = ("designated",)


def _receive(p: Pharmacy) -> Step:
    return Step(use_case=lots.receive_lot, request=p.delivery(), may=STOCK, actions=("receive lot",), sees=("number", "balance_ug", "certificate.form"))


def _correct(p: Pharmacy) -> Step:
    kept = p.released()
    told = replace(p.delivery().told, number="SP-2")
    request = lots.Correction(lot_id=kept.lot_id, version=kept.version, told=told)
    return Step(
        use_case=lots.correct_lot, request=request, may=STOCK, needs_reason=True, actions=("correct lot",), stale=replace(request, version=1), sees=("number",)
    )


def _review(p: Pharmacy) -> Step:
    kept = p.received()
    request = lots.ReviewedCertificate(lot_id=kept.lot_id, version=1, file_sha256=p.certificate())
    return Step(
        use_case=lots.review_certificate,
        request=request,
        may=RELEASE,
        actions=("review certificate",),
        stale=replace(request, version=9),
        sees=("certificate.reviewed_by",),
    )


def _identity(p: Pharmacy) -> Step:
    request = lots.IdentityTested(lot_id=p.received().lot_id, version=1, method="infrared", passed=True)
    return Step(
        use_case=lots.test_identity, request=request, may=STOCK, actions=("test identity",), stale=replace(request, version=2), sees=("identity_test.passed",)
    )


def _open(p: Pharmacy) -> Step:
    request = one(p.received())
    return Step(
        use_case=lots.open_container,
        request=request,
        may=(*STOCK, "intern"),
        actions=("open container",),
        stale=replace(request, version=2),
        sees=("opened_on",),
    )


def _release(p: Pharmacy) -> Step:
    request = one(p.checked())
    return Step(
        use_case=lot_flags.release_lot, request=request, may=RELEASE, actions=("release lot",), stale=replace(request, version=1), sees=("in_quarantine",)
    )


def _quarantine(p: Pharmacy) -> Step:
    request = one(p.released())
    return Step(
        use_case=lot_flags.quarantine_lot,
        request=request,
        may=(*STOCK, "designated", "intern"),
        needs_reason=True,
        actions=("quarantine lot",),
        stale=replace(request, version=1),
        sees=("in_quarantine", "quarantine_reason"),
    )


def _recall(p: Pharmacy) -> Step:
    request = one(p.released())
    return Step(
        use_case=lot_flags.recall_lot,
        request=request,
        may=RECALL,
        needs_reason=True,
        actions=("recall",),
        stale=replace(request, version=1),
        sees=("recalled", "in_quarantine"),
    )


def _spill(p: Pharmacy) -> Step:
    request = stock.StockChange(lot_id=p.received().lot_id, after_entry=1, kind=EntryKind.SPILLED, amount_g=Decimal("0.5"))
    return Step(
        use_case=stock.book_stock,
        request=request,
        may=(*STOCK, "intern"),
        needs_reason=True,
        actions=("book stock",),
        stale=replace(request, after_entry=2),
        sees=("balance_ug", "stock_entry"),
    )


def _count(p: Pharmacy) -> Step:
    request = stock.StockChange(lot_id=p.received().lot_id, after_entry=1, kind=EntryKind.COUNTED, amount_g=Decimal("99.2"))
    return Step(
        use_case=stock.book_stock,
        request=request,
        may=STOCK,
        needs_reason=True,
        actions=("book stock",),
        stale=replace(request, after_entry=0),
        sees=("balance_ug",),
    )


def _destroy(p: Pharmacy) -> Step:
    request = stock.StockChange(lot_id=p.received().lot_id, after_entry=1, kind=EntryKind.DESTROYED, amount_g=Decimal(100))
    return Step(
        use_case=stock.book_stock,
        request=request,
        may=STOCK,
        needs_reason=True,
        actions=("book stock",),
        stale=replace(request, after_entry=7),
        sees=("balance_ug",),
    )


def _propose(p: Pharmacy) -> Step:
    request = formulary.Proposal(kind=Kind.FORMULA, text=own_text())
    return Step(use_case=formulary.propose_text, request=request, may=KEEP, actions=("propose text",), sees=("state", "sha256"))


def _approve(p: Pharmacy) -> Step:
    request = formulary.ApprovalAsked(of=exactly(FORMULA_1), risk=RISK)
    return Step(
        use_case=formulary.approve_text, request=request, may=KEEP, needs_reason=True, actions=("approve text",), sees=("state", "in_force", "risk.hazards")
    )


def _retire(p: Pharmacy) -> Step:
    p.approved()
    return Step(use_case=formulary.retire_text, request=exactly(FORMULA_1), may=KEEP, needs_reason=True, actions=("retire text",), sees=("state", "in_force"))


def _attest(p: Pharmacy) -> Step:
    p.approved()
    return Step(
        use_case=formulary.attest_nonaqueous, request=exactly(FORMULA_1), may=KEEP, needs_reason=True, actions=("attest nonaqueous",), sees=("nonaqueous",)
    )


def _add_person(p: Pharmacy) -> Step:
    return Step(
        use_case=people.add_person,
        request=people.NewPerson(name="Nora New", roles=(Role.ASSISTANT,)),
        may=KEEP,
        actions=("add person",),
        sees=("name", "roles"),
    )


def _change_person(p: Pharmacy) -> Step:
    request = people.PersonAsNow(
        person_id=p.staff.technician, version=1, name="Toni Technician", roles=(Role.REGULATED_TECHNICIAN,), licence="BC-7", licence_expires_on=EXPIRES
    )  # fmt: skip
    return Step(
        use_case=people.change_person,
        request=request,
        may=KEEP,
        needs_reason=True,
        actions=("change person",),
        stale=replace(request, version=2),
        sees=("roles", "licence"),
    )


def _change_settings(p: Pharmacy) -> Step:
    with p.house.database.reading() as connection:
        settings, revision = stored_people.current_settings(connection, p.house.site_id)
    request = people.NewSettings(settings=replace(settings, telephone="+1 604 555 0199"), revision=revision)
    return Step(
        use_case=people.change_settings,
        request=request,
        may=KEEP,
        needs_reason=True,
        actions=("change settings",),
        stale=replace(request, revision=0),
        sees=("telephone",),
    )


def _open_account(p: Pharmacy) -> Step:
    request = accounts.OpenAccount(person_id=p.staff.technician, sign_in_name="toni")
    return Step(use_case=accounts.open_account, request=request, may=KEEP, actions=("open account",), sees=("sign_in_name",), tells_secret=True)


def _renew_activation(p: Pharmacy) -> Step:
    p.do(accounts.open_account, p.staff.designated, accounts.OpenAccount(person_id=p.staff.technician, sign_in_name="toni"))
    request = accounts.OfPerson(person_id=p.staff.technician)
    return Step(use_case=accounts.renew_activation, request=request, may=KEEP, needs_reason=True, actions=("renew account",), tells_secret=True)


STEPS: dict[str, Callable[[Pharmacy], Step]] = {
    "receive": _receive, "correct": _correct, "review": _review, "identity": _identity, "open": _open, "release": _release, "quarantine": _quarantine,
    "recall": _recall, "spill": _spill, "count": _count, "destroy": _destroy, "propose": _propose, "approve": _approve, "retire": _retire, "attest": _attest,
    "add person": _add_person, "change person": _change_person, "change settings": _change_settings,
    "open account": _open_account, "renew activation": _renew_activation,
}  # fmt: skip
