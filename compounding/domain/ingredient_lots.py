"""What a pharmacy keeps about each lot of an ingredient, what may happen to it, and until when it is usable (clinical rule 22).

Whether a lot may be chosen on a day is asked in `lot_choice.py`; how much of it is left is in the stock ledger.
"""

import re
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from decimal import Decimal

from compounding.domain.errors import LevigateError, QuantityError
from compounding.domain.hydrates import Form
from compounding.domain.numbers import check_digits
from compounding.domain.record_texts import LONGEST_SENTENCE, LONGEST_TEXT, check_text
from compounding.domain.substances import AssayAs, AssayBasis, Lot

_SHA256 = re.compile(r"[0-9a-f]{64}")
_FORMS = frozenset({"", *Form})
_MOST_ASSAY = Decimal(200)
"""An assay expressed as another form than the lot's own can pass 100 %; beyond this it is a slip."""


class LotNotValid(LevigateError):
    """A lot, a certificate or a test that cannot be true as it is recorded: `LOT_NOT_VALID`."""


class LotChangeRefused(LevigateError):
    """What was asked cannot be done to this lot: recalled, opened or in quarantine already, or not the same lot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A supplier's certificate of analysis: the stored file (its sha256), what it says, and who reviewed it; percentages are w/w (clinical rules 13 and 14).

    `form` is empty for what is no sodium thiosulfate. The review is its reviewer and day, or neither yet. Values outside the monograph may be recorded,
    since a certificate says what it says; they keep the lot from being chosen. Raises LotNotValid.
    """

    file_sha256: str
    form: str = ""
    assay_percent: Decimal | None = None
    assay_basis: AssayBasis | None = None
    assay_as: AssayAs | None = None
    water_percent: Decimal | None = None
    reviewed_by: str = ""
    reviewed_on: date | None = None

    def __post_init__(self) -> None:
        if not _SHA256.fullmatch(self.file_sha256):
            raise LotNotValid("LOT_NOT_VALID", "a certificate is named by the sha256 of its stored file, 64 signs from 0 to 9 and a to f")
        if self.form not in _FORMS:
            raise LotNotValid("LOT_NOT_VALID", "the form on a certificate is pentahydrate or anhydrous, or empty for another ingredient")
        _check_percent(self.assay_percent, "assay", most=_MOST_ASSAY)
        _check_percent(self.water_percent, "water", most=Decimal(100))
        if self.assay_percent is None and (self.assay_basis is not None or self.assay_as is not None):
            raise LotNotValid("LOT_NOT_VALID", "a certificate states the basis of an assay but no assay")
        if bool(self.reviewed_by) != (self.reviewed_on is not None):
            raise LotNotValid("LOT_NOT_VALID", "the review of a certificate has both a reviewer and a day, or neither")
        if self.reviewed_by:
            _check_text(self.reviewed_by, "the reviewer of a certificate")

    def was_reviewed(self, *, on: date) -> bool:
        """Whether it had been reviewed by that day."""
        return self.reviewed_on is not None and self.reviewed_on <= on


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityTest:
    """A test that what is in the container is what its label says: how, with what result, by whom, when. Raises LotNotValid."""

    method: str
    passed: bool
    by: str
    on: date

    def __post_init__(self) -> None:
        _check_text(self.method, "the method of an identity test")
        _check_text(self.by, "who did an identity test")


@dataclass(frozen=True, slots=True, kw_only=True)
class IngredientLot:
    """One lot of one ingredient as one delivery, with its papers and flags; it is received in quarantine (clinical rule 22).

    `substance` is the ingredient as formulas name it; the form of the drug itself stands on the certificate. `expires_on` is the last day of use (the last of
    the month where the label names only a month); `retest_on` is no expiry (clinical rule 16). `ingredients` is the list on the container, None where it is
    not known. `recalled` is the reason, empty where it is not recalled. Raises LotNotValid.
    """

    id: str
    substance: str
    number: str
    supplier: str
    received_on: date
    supplier_licence: str = ""
    opened_on: date | None = None
    expires_on: date | None = None
    retest_on: date | None = None
    certificate: Certificate | None = None
    ingredients: tuple[str, ...] | None = None
    identity_test: IdentityTest | None = None
    in_quarantine: bool = True
    quarantine_reason: str = ""
    recalled: str = ""

    def __post_init__(self) -> None:
        _check_text(self.id, "the identifier of a lot")
        _check_text(self.substance, "the ingredient of a lot")
        _check_text(self.number, "the lot number")
        _check_text(self.supplier, "the supplier of a lot")
        if self.supplier_licence:
            _check_text(self.supplier_licence, "the licence of a supplier")
        for what, reason in (("quarantine", self.quarantine_reason), ("recall", self.recalled)):
            if reason:
                _check_text(reason, f"the reason of the {what}", LONGEST_SENTENCE)
        if self.quarantine_reason and not self.in_quarantine:
            raise LotNotValid("LOT_NOT_VALID", f"{self.called} has a reason to be in quarantine and is not in it")
        if self.ingredients is not None and not self.ingredients:
            raise LotNotValid("LOT_NOT_VALID", f"the ingredient list of {self.called} is empty; leave it out where it is not known")
        for ingredient in self.ingredients or ():
            _check_text(ingredient, f"an ingredient on the list of {self.called}", LONGEST_SENTENCE)
        self._check_days()

    def _check_days(self) -> None:
        received = self.received_on.isoformat()
        if self.opened_on is not None and self.opened_on < self.received_on:
            raise LotNotValid("LOT_NOT_VALID", f"{self.called} was opened on {self.opened_on.isoformat()}, before it was received on {received}")
        if self.expires_on is not None and self.expires_on < self.received_on:
            problem = f"{self.called} expired on {self.expires_on.isoformat()}, before it was received on {received}: send it back, or correct the date"
            raise LotNotValid("LOT_NOT_VALID", problem)
        if self.identity_test is not None and self.identity_test.on < self.received_on:
            raise LotNotValid("LOT_NOT_VALID", f"{self.called} was tested for identity before it was received on {received}")

    @property
    def called(self) -> str:
        """The lot as a sentence names it."""
        return f"lot {self.number} of {self.substance} from {self.supplier}"


def usable_until(lot: IngredientLot, undated_lot_days: int) -> date:
    """The last day the lot may be used: its expiry, or without one the site's limit for undated lots, counted from its receipt (clinical rule 16).

    A retest date is no expiry and never lengthens; where it comes before the site's limit, it counts. Raises ValueError for a limit below one day.
    """
    if undated_lot_days < 1:
        raise ValueError("the limit for undated lots is a number of days")
    if lot.expires_on is not None:
        return lot.expires_on
    most = lot.received_on + timedelta(days=min(undated_lot_days, (date.max - lot.received_on).days))
    return most if lot.retest_on is None else min(most, lot.retest_on)


def quarantine(lot: IngredientLot, reason: str) -> IngredientLot:
    """The lot in quarantine for that reason. Raises LotNotValid for a reason that is none."""
    _check_text(reason, "the reason of the quarantine", LONGEST_SENTENCE)
    return replace(lot, in_quarantine=True, quarantine_reason=reason)


def recall(lot: IngredientLot, reason: str) -> IngredientLot:
    """The lot recalled, and in quarantine. Nothing undoes it. Raises LotNotValid for a reason that is none, LotChangeRefused `LOT_RECALLED` the second time."""
    _check_text(reason, "the reason of the recall", LONGEST_SENTENCE)
    _check_not_recalled(lot)
    return replace(lot, recalled=reason, in_quarantine=True)


def open_container(lot: IngredientLot, on: date) -> IngredientLot:
    """The lot with its container opened; also in quarantine, since the identity test needs a sample.

    Raises LotChangeRefused `LOT_RECALLED`, `LOT_ALREADY_OPENED`; LotNotValid before its receipt.
    """
    _check_not_recalled(lot)
    if lot.opened_on is not None:
        raise LotChangeRefused("LOT_ALREADY_OPENED", f"{lot.called} is open since {lot.opened_on.isoformat()}")
    return replace(lot, opened_on=on)


def correct(lot: IngredientLot, *, to: IngredientLot) -> IngredientLot:
    """The lot as it should read. Any change but that of the day it was opened puts a released lot back into quarantine (clinical rule 22).

    No correction releases a lot or takes a recall back: the flags stay as they were. Raises LotChangeRefused `LOT_NOT_THE_SAME` for another identifier or
    ingredient: its tests and its ledger belong to what it was received as.
    """
    if (to.id, to.substance) != (lot.id, lot.substance):
        raise LotChangeRefused("LOT_NOT_THE_SAME", f"{lot.called} cannot become another lot or another ingredient; quarantine it and record the delivery anew")
    kept = replace(to, in_quarantine=lot.in_quarantine, quarantine_reason=lot.quarantine_reason, recalled=lot.recalled)
    changed = [each.name for each in fields(lot) if each.name != "opened_on" and getattr(kept, each.name) != getattr(lot, each.name)]
    if not changed or lot.in_quarantine:
        return kept
    return quarantine(kept, f"corrected: {', '.join(name.replace('_', ' ') for name in changed)}")


def as_pipeline_lot(lot: IngredientLot, *, on_hand_g: Decimal | None, undated_lot_days: int) -> Lot:
    """The lot as the preparation takes it, with `on_hand_g` grams left (None: nobody asks). Its expiry is its last usable day, so that beyond-use dates keep
    the site's limit too.

    It carries no flags: ask `check_choosable` of `lot_choice.py` first.
    """
    certificate = lot.certificate
    return Lot(
        substance=lot.substance,
        number=lot.number,
        supplier=lot.supplier,
        form=certificate.form if certificate else "",
        assay_percent=certificate.assay_percent if certificate else None,
        assay_basis=certificate.assay_basis if certificate else None,
        assay_as=certificate.assay_as if certificate else None,
        water_percent=certificate.water_percent if certificate else None,
        expires_on=usable_until(lot, undated_lot_days),
        ingredients=lot.ingredients,
        on_hand_g=on_hand_g,
    )


def _check_not_recalled(lot: IngredientLot) -> None:
    if lot.recalled:
        raise LotChangeRefused("LOT_RECALLED", f"{lot.called} is recalled: {lot.recalled}")


def _check_percent(percent: Decimal | None, what: str, *, most: Decimal) -> None:
    if percent is None:
        return
    try:
        check_digits(percent)
    except QuantityError as refusal:
        raise LotNotValid("LOT_NOT_VALID", f"the {what} on a certificate: {refusal.message}") from refusal
    if not 0 <= percent <= most:
        raise LotNotValid("LOT_NOT_VALID", f"the {what} on a certificate is a percentage of the substance, from 0 to {most}")


def _check_text(text: str, what: str, longest: int = LONGEST_TEXT) -> None:
    check_text(text, what=what, refusal=LotNotValid, code="LOT_NOT_VALID", longest=longest)
