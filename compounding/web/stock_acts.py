"""What is done with one lot: its certificate reviewed, its identity tested, released by signature, stopped, opened, its stock booked."""

from collections.abc import Callable

from flask import request
from werkzeug import Response

from compounding.domain.people import Duty
from compounding.domain.stock_ledger import EntryKind
from compounding.web import stock_words
from compounding.web.acting import do
from compounding.web.acts import ActForm, act, go_on, page, same_version
from compounding.web.lot_fields import given
from compounding.web.signing_acts import sign
from compounding.web.stock_blueprint import WAY, blueprint
from compounding.web.stock_forms import BookForm, IdentityForm, ReasonForm, ReleaseForm, ReviewForm
from compounding.workflow.lot_flags import quarantine_lot, release_lot
from compounding.workflow.lot_reading import LotSeen, OfLot, read_lot
from compounding.workflow.lots import IdentityTested, LotKept, OneLot, ReviewedCertificate
from compounding.workflow.lots import open_container as record_opened
from compounding.workflow.lots import review_certificate as record_review
from compounding.workflow.lots import test_identity as record_test
from compounding.workflow.stock import StockChange, book_stock

_SHOW = "stock.show"


@blueprint.route("/stock/<key:lot_id>/review-certificate", methods=WAY)
def review_certificate(lot_id: str) -> Response:
    """Somebody reads the certificate against what was typed of it, and what that means is said beside it."""
    form, seen = ReviewForm(), _lot(lot_id)
    paper = seen.standing.lot.certificate

    def asked(now: LotSeen) -> LotKept | None:
        read = now.standing.lot.certificate
        digest = read.file_sha256 if read is not None else ""
        return act(form, record_review, lambda: ReviewedCertificate(lot_id=lot_id, version=now.standing.version, file_sha256=digest), check=_same(form, now))

    rows = stock_words.certificate_rows(paper, seen.read_back.substance)
    return _acted(form, seen, asked, "stock/review.html", rows=rows, can=paper is not None and not paper.reviewed_by)


@blueprint.route("/stock/<key:lot_id>/identity-test", methods=WAY)
def identity_test(lot_id: str) -> Response:
    """A test that what is in the container is what its label says."""
    form = IdentityForm()

    def asked(now: LotSeen) -> LotKept | None:
        def told() -> IdentityTested:
            return IdentityTested(lot_id=lot_id, version=now.standing.version, method=form.method.text, passed=form.passed.data == "yes")

        return act(form, record_test, told, reason=form.reason.text, check=_same(form, now))

    return _acted(form, _lot(lot_id), asked, "stock/identity.html")


@blueprint.route("/stock/<key:lot_id>/release", methods=WAY)
def release(lot_id: str) -> Response:
    """A lot signed out of quarantine, where nothing else stands against it."""
    form, seen = ReleaseForm(), _lot(lot_id)
    if request.method == "POST":
        now = seen
        check = same_version(form.seen.data, now.standing.version, now.standing.lot.called)
        done = sign(form, release_lot, lambda: OneLot(lot_id=lot_id, version=now.standing.version), check=check)
        if done is not None:
            return go_on(_SHOW, lot_id)
        seen = _lot(lot_id)
    form.seen.data = str(seen.standing.version)
    return page("stock/release.html", form, seen=seen, lot=seen.standing.lot, rows=stock_words.fact_rows(seen), can=bool(seen.release_sha256))


@blueprint.route("/stock/<key:lot_id>/quarantine", methods=WAY)
def quarantine(lot_id: str) -> Response:
    """A lot stopped: nothing is weighed of it until somebody releases it again."""
    form = ReasonForm()

    def asked(now: LotSeen) -> LotKept | None:
        return act(form, quarantine_lot, lambda: OneLot(lot_id=lot_id, version=now.standing.version), reason=form.reason.text, check=_same(form, now))

    return _acted(form, _lot(lot_id), asked, "stock/quarantine.html")


@blueprint.route("/stock/<key:lot_id>/open", methods=WAY)
def open_container(lot_id: str) -> Response:
    """The container opened today."""
    form, seen = ActForm(), _lot(lot_id)

    def asked(now: LotSeen) -> LotKept | None:
        return act(form, record_opened, lambda: OneLot(lot_id=lot_id, version=now.standing.version), check=_same(form, now))

    return _acted(form, seen, asked, "stock/open.html", can=seen.standing.lot.opened_on is None and not seen.standing.lot.recalled)


@blueprint.route("/stock/<key:lot_id>/book", methods=WAY)
def book(lot_id: str) -> Response:
    """What was spilled, counted or destroyed, after the ledger as it was looked at."""
    form, seen = BookForm(), _lot(lot_id)
    form.offer_kinds(only_spilled=not stock_words.has_alone(Duty.KEEP_STOCK))
    if request.method == "POST":
        last = seen.ledger[-1].number

        def told() -> StockChange:
            return StockChange(lot_id=lot_id, after_entry=last, kind=EntryKind(form.kind.data), amount_g=given(form.amount.data))

        check = same_version(form.seen.data, last, f"the stock of {seen.standing.lot.called}")
        if act(form, book_stock, told, reason=form.reason.text, check=check) is not None:
            return go_on(_SHOW, lot_id)
        seen = _lot(lot_id)
    form.seen.data = str(seen.ledger[-1].number)
    return page("stock/book.html", form, seen=seen, lot=seen.standing.lot, last=seen.ledger[-1], left=stock_words.row(seen.standing)["left"])


def _acted(form: ActForm, seen: LotSeen, asked: Callable[[LotSeen], LotKept | None], template: str, **told: object) -> Response:
    """The page of an act on a lot, and the act itself where it was sent; what stands against it is shown beside the lot as it is now."""
    lot_id = seen.standing.lot.id
    if request.method == "POST":
        if asked(seen) is not None:
            return go_on(_SHOW, lot_id)
        seen = _lot(lot_id)
    form.seen.data = str(seen.standing.version)
    return page(template, form, seen=seen, lot=seen.standing.lot, **told)


def _same(form: ActForm, now: LotSeen) -> Callable[[], None]:
    return same_version(form.seen.data, now.standing.version, now.standing.lot.called)


def _lot(lot_id: str) -> LotSeen:
    return do(read_lot, OfLot(lot_id=lot_id))
