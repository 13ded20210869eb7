"""One ingredient lot as it stands: its papers, what its certificate means, what stands against it, its ledger, and what was made of it.

A lot is no patient's record, and of the preparations only their own numbers are told: nothing of it goes on the chain of readings.
"""

import hashlib
from dataclasses import dataclass, replace

from compounding.domain.drug_content import DrugContent, content_of_a_gram
from compounding.domain.hydrates import molar_masses
from compounding.domain.ingredient_lots import Certificate, IngredientLot, as_pipeline_lot
from compounding.domain.lot_choice import against
from compounding.domain.lot_states import LotStanding, standing
from compounding.domain.lots import UnsuitableLot
from compounding.domain.people import Duty, Signature
from compounding.domain.reasons import Reason
from compounding.domain.stock_ledger import StockEntry, grams
from compounding.domain.substances import Substance
from compounding.storage import contents, documents, jars, lots, people, preparations, signatures
from compounding.storage.errors import NotFound
from compounding.storage.ledger_told import SUBJECT
from compounding.storage.lists import FillBrief
from compounding.workflow.lots import CertificateTold, LotTold
from compounding.workflow.use_case import Work, use_case

_OF_CERTIFICATE = "LOT_UNSUITABLE"
_OF_QUARANTINE = "LOT_IN_QUARANTINE"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfLot:
    """The lot that is read."""

    lot_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToReadBack:
    """What is about to be recorded of a lot of this ingredient."""

    substance: str
    told: LotTold


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """What a certificate means: the content of one gram, None where the ingredient is not the drug or it has no certificate, or it cannot be one of such a lot.

    `refused` says in sentences why a lot with it could not be used.
    """

    substance: Substance
    content: DrugContent | None
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LotSeen:
    """A lot as it stands. `against` is what stands against its use today, and `before_release` what of that a release does not end.

    `release_sha256` is the fingerprint of what a release would sign, empty where it cannot be released. `others` are deliveries under the same number.
    """

    standing: LotStanding
    read_back: ReadBack
    against: tuple[Reason, ...]
    before_release: tuple[Reason, ...]
    release_sha256: str
    ledger: tuple[StockEntry, ...]
    took: tuple[FillBrief, ...]
    planned: tuple[FillBrief, ...]
    others: tuple[IngredientLot, ...]
    signatures: tuple[Signature, ...]
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSeen:
    """A certificate's file: its bytes as hexadecimal digits, so that the answer can be kept as text."""

    sha256: str
    hexadecimal: str

    @property
    def data(self) -> bytes:
        """The bytes."""
        return bytes.fromhex(self.hexadecimal)


@use_case
def read_back(work: Work, request: ToReadBack) -> ReadBack:
    """What a certificate would mean, before anything of it is recorded. Raises NotAllowed, NotFound for an ingredient that is none here, LotNotValid."""
    work.may(Duty.KEEP_STOCK)
    if request.substance not in work.house.data.formulary.substances:
        raise NotFound("ingredient")
    told = request.told
    lot = IngredientLot(
        id="not yet received", substance=request.substance, number=told.number, supplier=told.supplier, received_on=told.received_on,
        supplier_licence=told.supplier_licence, expires_on=told.expires_on, retest_on=told.retest_on, certificate=_certificate(told.certificate),
        ingredients=told.ingredients,
    )  # fmt: skip
    return _read_back(work, lot)


@use_case
def read_lot(work: Work, request: OfLot) -> LotSeen:
    """Everything on record of a lot. Raises NotAllowed, NotFound."""
    work.may_one_of(Duty.KEEP_STOCK, Duty.WEIGH, Duty.RELEASE_LOTS, Duty.RECALL, Duty.READ_RECORDS)
    lot, version = lots.of(work.opened, request.lot_id, lock=False)
    entries = lots.ledger(work.opened, lot.id)
    undated, substances = work.site.undated_lot_days, work.house.data.formulary.substances
    reasons = against(lot, on=work.today, undated_lot_days=undated, substances=substances)
    took = lots.preparations_with(work.opened, lot.id)
    planned = [each for each in preparations.planned_with(work.opened, lot.id) if each not in took]
    before_release = tuple(each for each in reasons if each.code != _OF_QUARANTINE)
    left_g = grams(entries[-1].balance_ug) if entries else grams(0)
    return LotSeen(
        standing=standing(lot, version=version, left_g=left_g, on=work.today, undated_lot_days=undated),
        read_back=_read_back(work, lot), against=reasons, before_release=before_release,
        release_sha256=_release_sha256(lot) if lot.in_quarantine and not before_release else "", ledger=entries, took=jars.briefs(work.opened, took),
        planned=jars.briefs(work.opened, planned), others=tuple(each for each, _ in lots.deliveries(work.opened, lot) if each.id != lot.id),
        signatures=signatures.of(work.opened, SUBJECT, lot.id),
        names=tuple((each.id, each.name) for each in people.people_of(work.opened.connection, work.opened.site_id)),
    )  # fmt: skip


@use_case
def read_certificate(work: Work, request: OfLot) -> CertificateSeen:
    """The file of a lot's certificate, byte for byte. Raises NotAllowed, NotFound, StorageError `CONTENT_DAMAGED`."""
    work.may_one_of(Duty.KEEP_STOCK, Duty.WEIGH, Duty.RELEASE_LOTS, Duty.RECALL, Duty.READ_RECORDS)
    lot, _ = lots.of(work.opened, request.lot_id, lock=False)
    if lot.certificate is None:
        raise NotFound("certificate")
    return CertificateSeen(sha256=lot.certificate.file_sha256, hexadecimal=contents.of(work.opened, lot.certificate.file_sha256).hex())


def _read_back(work: Work, lot: IngredientLot) -> ReadBack:
    undated, substances = work.site.undated_lot_days, work.house.data.formulary.substances
    found = against(lot, on=work.today, undated_lot_days=undated, substances=substances)
    refused = tuple(each.message for each in found if each.code == _OF_CERTIFICATE)
    content = None
    if lot.certificate is not None and substances[lot.substance].drug_form and not refused:
        try:
            content = content_of_a_gram(
                as_pipeline_lot(lot, on_hand_g=None, undated_lot_days=undated), molar_masses(substances),
                only_above_percent=work.site.correct_lots_above_percent,
            )  # fmt: skip
        except UnsuitableLot as refusal:
            refused = (refusal.message,)
    return ReadBack(substance=substances[lot.substance], content=content, refused=refused)


def _certificate(told: CertificateTold | None) -> Certificate | None:
    if told is None:
        return None
    return Certificate(
        file_sha256=told.file_sha256, form=told.form, assay_percent=told.assay_percent, assay_basis=told.assay_basis, assay_as=told.assay_as,
        water_percent=told.water_percent,
    )  # fmt: skip


def _release_sha256(lot: IngredientLot) -> str:
    released = replace(lot, in_quarantine=False, quarantine_reason="")
    return hashlib.sha256(documents.write(IngredientLot, released).encode()).hexdigest()
