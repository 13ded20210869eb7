"""Which ingredient lots may exist, which may be chosen on a day, and what may happen to one: each refusal by name, and the laws no sequence breaks."""

import calendar
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from compounding.domain.beyond_use import read_expiry
from compounding.domain.errors import LevigateError
from compounding.domain.ingredient_lots import (
    Certificate,
    IdentityTest,
    IngredientLot,
    LotChangeRefused,
    LotNotValid,
    as_pipeline_lot,
    correct,
    open_container,
    quarantine,
    recall,
    usable_until,
)
from compounding.domain.lot_choice import LotRefused, against, check_choosable, release_from_quarantine, suggest
from compounding.domain.reasons import CODES, Severity
from compounding.domain.substances import AssayAs, AssayBasis
from compounding.reference import ReferenceData
from tests.conftest import TODAY
from tests.factories import GOLDEN_LOT

RECEIVED = date(2026, 9, 1)
LIMIT = 180
CERTIFICATE = Certificate(
    file_sha256="ab" * 32, form="pentahydrate", assay_percent=Decimal("99.6"), assay_basis=AssayBasis.DRIED, assay_as=AssayAs.ANHYDROUS,
    water_percent=Decimal("36.1"), reviewed_by="D. Person", reviewed_on=date(2026, 9, 2),
)  # fmt: skip
IDENTIFIED = IdentityTest(method="infrared spectrum", passed=True, by="T. Technician", on=date(2026, 9, 2))
DRUG = IngredientLot(
    id="lot-1", substance="sodium-thiosulfate-pentahydrate", number="SP-2026-07", supplier="Example Chemicals", supplier_licence="EL-100", received_on=RECEIVED,
    expires_on=date(2028, 5, 31), retest_on=date(2027, 5, 31), certificate=CERTIFICATE, identity_test=IDENTIFIED, in_quarantine=False,
)  # fmt: skip
ZINC = replace(DRUG, id="lot-2", substance="zinc-oxide-ointment-20", number="Z-1", certificate=None, ingredients=("zinc oxide", "white petrolatum"))
PETROLATUM = replace(ZINC, id="lot-3", substance="white-petrolatum", number="WP-1", ingredients=None)


def codes(lot: IngredientLot, data: ReferenceData, on: date = TODAY) -> list[str]:
    return [each.code for each in against(lot, on=on, undated_lot_days=LIMIT, substances=data.formulary.substances)]


def release(lot: IngredientLot, data: ReferenceData, on: date = TODAY) -> IngredientLot:
    return release_from_quarantine(lot, on=on, undated_lot_days=LIMIT, substances=data.formulary.substances)


def suggested(stock: list[tuple[IngredientLot, Decimal]], data: ReferenceData, of: str = DRUG.substance) -> list[IngredientLot]:
    found = suggest(stock, substance=of, on=TODAY, undated_lot_days=LIMIT, substances=data.formulary.substances)
    return [lot for lot, _ in found]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"id": " "}, "the identifier of a lot is not given"),
        ({"substance": ""}, "the ingredient of a lot is not given"),
        ({"number": "  "}, "the lot number is not given"),
        ({"number": " A"}, "the lot number begins or ends with a blank"),
        ({"number": "9" * 61}, "the lot number is longer than 60 characters"),
        ({"number": "A\nB"}, "the lot number holds a character that cannot be printed"),
        ({"supplier": ""}, "the supplier of a lot is not given"),
        ({"supplier_licence": "\u202e1"}, "the licence of a supplier holds a character that cannot be printed"),
        ({"opened_on": date(2026, 8, 31)}, "was opened on 2026-08-31, before it was received on 2026-09-01"),
        ({"expires_on": date(2026, 8, 31)}, "expired on 2026-08-31, before it was received on 2026-09-01: send it back"),
        ({"identity_test": replace(IDENTIFIED, on=date(2026, 8, 31))}, "was tested for identity before it was received on 2026-09-01"),
        ({"ingredients": ()}, "is empty; leave it out where it is not known"),
        ({"ingredients": ("zinc oxide", "")}, "an ingredient on the list of lot SP-2026-07"),
        ({"ingredients": ("x" * 201,)}, "is longer than 200 characters"),
        ({"recalled": " "}, "the reason of the recall is not given"),
        ({"in_quarantine": True, "quarantine_reason": "x" * 201}, "the reason of the quarantine is longer than 200 characters"),
        ({"quarantine_reason": "broken seal"}, "has a reason to be in quarantine and is not in it"),
    ],
)
def test_a_lot_that_cannot_be_is_refused_in_words(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(LotNotValid) as refusal:
        replace(DRUG, **changed)
    assert refusal.value.code == "LOT_NOT_VALID"
    assert words in refusal.value.message


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"file_sha256": "AB" * 32}, "sha256"),
        ({"file_sha256": ""}, "sha256"),
        ({"form": "decahydrate"}, "pentahydrate or anhydrous"),
        ({"assay_percent": Decimal("NaN")}, "the assay on a certificate"),
        ({"assay_percent": Decimal("1E-999999")}, "the assay on a certificate"),
        ({"assay_percent": Decimal("200.1")}, "from 0 to 200"),
        ({"water_percent": Decimal(-1)}, "the water on a certificate"),
        ({"water_percent": Decimal("100.1")}, "from 0 to 100"),
        ({"assay_percent": None}, "the basis of an assay but no assay"),
        ({"reviewed_by": ""}, "both a reviewer and a day"),
        ({"reviewed_on": None}, "both a reviewer and a day"),
        ({"reviewed_by": "x" * 61}, "longer than 60"),
    ],
)
def test_a_certificate_that_cannot_be_is_refused_in_words(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(LotNotValid, match=words):
        replace(CERTIFICATE, **changed)


@pytest.mark.parametrize(("changed", "words"), [({"method": ""}, "the method"), ({"by": " "}, "who did")])
def test_an_identity_test_says_how_and_by_whom(changed: dict[str, str], words: str) -> None:
    with pytest.raises(LotNotValid, match=words):
        replace(IDENTIFIED, **changed)


def test_a_lot_is_received_in_quarantine() -> None:
    lot = IngredientLot(id="a", substance="white-petrolatum", number="1", supplier="S", received_on=RECEIVED)
    assert lot.in_quarantine


@pytest.mark.parametrize("lot", [DRUG, ZINC, PETROLATUM, replace(DRUG, certificate=replace(CERTIFICATE, form="anhydrous", water_percent=Decimal("0.3")))])
def test_a_lot_with_its_papers_can_be_chosen(lot: IngredientLot, data: ReferenceData) -> None:
    assert codes(lot, data) == []
    check_choosable(lot, on=TODAY, undated_lot_days=LIMIT, substances=data.formulary.substances)


def test_the_day_itself_counts(data: ReferenceData) -> None:
    """Received, tested, reviewed, opened and expiring on one day, with names as long as they may be: still a lot for that day."""
    lot = replace(
        DRUG, received_on=TODAY, opened_on=TODAY, expires_on=TODAY, number="9" * 60, identity_test=replace(IDENTIFIED, on=TODAY),
        certificate=replace(CERTIFICATE, reviewed_on=TODAY),
    )  # fmt: skip
    assert codes(lot, data) == []
    assert usable_until(replace(lot, expires_on=None, retest_on=None), 1) == TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("lot", "code", "words"),
    [
        (replace(DRUG, recalled="metal particles"), "LOT_RECALLED", "metal particles"),
        (replace(DRUG, in_quarantine=True), "LOT_IN_QUARANTINE", "nobody has released it"),
        (quarantine(DRUG, "broken seal"), "LOT_IN_QUARANTINE", "broken seal"),
        (replace(DRUG, received_on=TODAY + timedelta(days=1), identity_test=None), "LOT_NOT_RECEIVED_YET", "received on 2026-11-23, after 2026-11-22"),
        (replace(DRUG, expires_on=TODAY - timedelta(days=1)), "LOT_EXPIRED", "expired on 2026-11-21"),
        (replace(DRUG, expires_on=None, retest_on=None, received_on=date(2026, 5, 1)), "LOT_EXPIRED", "limit for undated lots ended on 2026-10-28"),
        (replace(DRUG, expires_on=None, retest_on=date(2026, 11, 21)), "LOT_EXPIRED", "was to be tested again on 2026-11-21"),
        (replace(DRUG, identity_test=None), "LOT_NOT_IDENTIFIED", "has not been tested"),
        (replace(DRUG, identity_test=replace(IDENTIFIED, passed=False)), "LOT_NOT_IDENTIFIED", "failed infrared spectrum on 2026-09-02"),
        (replace(DRUG, identity_test=replace(IDENTIFIED, on=date(2026, 11, 23))), "LOT_NOT_IDENTIFIED", "tested on 2026-11-23, after 2026-11-22"),
        (replace(DRUG, certificate=None), "LOT_CERTIFICATE_MISSING", "the drug cannot be used without one"),
        (replace(DRUG, certificate=replace(CERTIFICATE, reviewed_by="", reviewed_on=None)), "LOT_CERTIFICATE_MISSING", "nobody had reviewed"),
        (replace(DRUG, certificate=replace(CERTIFICATE, reviewed_on=date(2026, 11, 23))), "LOT_CERTIFICATE_MISSING", "by 2026-11-22"),
        (replace(PETROLATUM, certificate=Certificate(file_sha256="0" * 64)), "LOT_CERTIFICATE_MISSING", "nobody had reviewed"),
        (replace(ZINC, ingredients=None), "LOT_INGREDIENTS_MISSING", "no other product's list stands for its own"),
        (replace(DRUG, certificate=replace(CERTIFICATE, water_percent=Decimal("37.1"))), "LOT_UNSUITABLE", "32 to 37 % water"),
        (replace(DRUG, certificate=replace(CERTIFICATE, assay_as=AssayAs.AS_STOCK)), "LOT_UNSUITABLE", "cannot be expressed as the pentahydrate"),
        (replace(DRUG, certificate=replace(CERTIFICATE, form="")), "LOT_UNSUITABLE", "must say pentahydrate or anhydrous"),
        (replace(DRUG, substance="sodium-thiosulfate-anhydrous"), "LOT_UNSUITABLE", "is one of the pentahydrate"),
        (replace(PETROLATUM, certificate=CERTIFICATE), "LOT_UNSUITABLE", "is one of sodium thiosulfate"),
        (replace(DRUG, substance="lead"), "LOT_UNSUITABLE", "no ingredient of a formula here"),
    ],
)
def test_a_lot_that_may_not_be_chosen_says_why(lot: IngredientLot, code: str, words: str, data: ReferenceData) -> None:
    found = against(lot, on=TODAY, undated_lot_days=LIMIT, substances=data.formulary.substances)
    told = [each for each in found if each.code == code]
    assert len(told) == 1
    assert words in told[0].message
    assert told[0].where == f"lots: {lot.substance}"
    assert set(codes(lot, data)) <= {code, "LOT_NOT_IDENTIFIED", "LOT_IN_QUARANTINE"}
    assert CODES[code] is Severity.HELD
    assert suggested([(lot, Decimal(5))], data, of=lot.substance) == []


def test_every_reason_is_told_and_the_gravest_comes_first(data: ReferenceData) -> None:
    lot = replace(DRUG, recalled="metal particles", in_quarantine=True, identity_test=None, certificate=None, expires_on=TODAY - timedelta(days=1))
    with pytest.raises(LotRefused) as refusal:
        check_choosable(lot, on=TODAY, undated_lot_days=LIMIT, substances=data.formulary.substances)
    assert refusal.value.code == "LOT_RECALLED"
    assert [each.code for each in refusal.value.reasons] == codes(lot, data)
    assert codes(lot, data) == ["LOT_RECALLED", "LOT_IN_QUARANTINE", "LOT_EXPIRED", "LOT_NOT_IDENTIFIED", "LOT_CERTIFICATE_MISSING"]


def test_a_retest_date_is_no_expiry_and_never_lengthens(data: ReferenceData) -> None:
    undated = replace(DRUG, expires_on=None)
    assert usable_until(undated, LIMIT) == RECEIVED + timedelta(days=LIMIT) == date(2027, 2, 28)
    assert usable_until(replace(undated, retest_on=date(2030, 1, 1)), LIMIT) == date(2027, 2, 28)
    assert usable_until(replace(undated, retest_on=date(2026, 12, 1)), LIMIT) == date(2026, 12, 1)
    assert usable_until(replace(DRUG, retest_on=date(2030, 1, 1)), LIMIT) == date(2028, 5, 31)
    assert usable_until(undated, 10**9) == date(2027, 5, 31)
    assert usable_until(replace(undated, retest_on=None), 10**9) == date.max
    with pytest.raises(ValueError, match="number of days"):
        usable_until(DRUG, 0)


@given(year=st.integers(2027, 2099), month=st.integers(1, 12))
def test_an_expiry_that_names_a_month_counts_to_its_last_day(data: ReferenceData, year: int, month: int) -> None:
    lot = replace(DRUG, expires_on=read_expiry(f"{year}-{month:02}"))
    last = date(year, month, calendar.monthrange(year, month)[1])
    assert usable_until(lot, LIMIT) == last
    assert codes(lot, data, on=last) == []
    assert codes(lot, data, on=last + timedelta(days=1)) == ["LOT_EXPIRED"]


def test_the_preparation_takes_the_lot_with_its_certificate_and_its_last_usable_day() -> None:
    assert as_pipeline_lot(DRUG, on_hand_g=Decimal("12.5"), undated_lot_days=LIMIT) == replace(
        GOLDEN_LOT, supplier="Example Chemicals", expires_on=date(2028, 5, 31), on_hand_g=Decimal("12.5")
    )
    undated = as_pipeline_lot(replace(ZINC, expires_on=None, retest_on=None), on_hand_g=Decimal(0), undated_lot_days=LIMIT)
    assert undated.expires_on == date(2027, 2, 28)
    assert undated.ingredients == ZINC.ingredients
    assert (undated.form, undated.assay_percent, undated.on_hand_g) == ("", None, Decimal(0))


def test_a_lot_leaves_quarantine_only_with_all_its_papers(data: ReferenceData) -> None:
    held = quarantine(DRUG, "broken seal")
    assert release(held, data) == DRUG
    with pytest.raises(LotChangeRefused) as again:
        release(DRUG, data)
    assert again.value.code == "LOT_NOT_IN_QUARANTINE"
    for changed, code in (
        ({"certificate": None}, "LOT_CERTIFICATE_MISSING"),
        ({"identity_test": replace(IDENTIFIED, passed=False)}, "LOT_NOT_IDENTIFIED"),
        ({"recalled": "metal particles"}, "LOT_RECALLED"),
        ({"expires_on": TODAY - timedelta(days=1)}, "LOT_EXPIRED"),
        ({"certificate": replace(CERTIFICATE, assay_percent=Decimal(98))}, "LOT_UNSUITABLE"),
    ):
        with pytest.raises(LotRefused) as refusal:
            release(replace(held, **changed), data)  # type: ignore[arg-type]
        assert refusal.value.code == code
    assert release(replace(held, expires_on=TODAY), data).expires_on == TODAY


@pytest.mark.parametrize(
    "changed",
    [
        {"certificate": replace(CERTIFICATE, water_percent=Decimal(35))}, {"certificate": replace(CERTIFICATE, form="anhydrous")}, {"certificate": None},
        {"expires_on": date(2029, 1, 1)}, {"expires_on": None}, {"retest_on": None}, {"ingredients": ("sodium thiosulfate",)}, {"identity_test": None},
        {"identity_test": replace(IDENTIFIED, method="titration")}, {"number": "SP-2026-08"}, {"supplier": "Another"}, {"received_on": date(2026, 8, 1)},
        {"supplier_licence": ""},
    ],
)  # fmt: skip
def test_a_correction_puts_a_released_lot_back_into_quarantine(changed: dict[str, Any]) -> None:
    corrected = correct(DRUG, to=replace(DRUG, **changed))
    assert corrected == replace(DRUG, in_quarantine=True, quarantine_reason=f"corrected: {next(iter(changed)).replace('_', ' ')}", **changed)
    assert len(corrected.quarantine_reason) <= 200


def test_the_day_a_container_was_opened_is_corrected_without_quarantine() -> None:
    assert correct(DRUG, to=replace(DRUG, opened_on=TODAY)) == replace(DRUG, opened_on=TODAY)
    assert correct(DRUG, to=DRUG) == DRUG


def test_the_longest_list_of_corrections_fits_into_the_reason() -> None:
    other = IngredientLot(
        id=DRUG.id, substance=DRUG.substance, number="9", supplier="9", supplier_licence="9", received_on=date(2026, 8, 1), ingredients=("a",)
    )  # fmt: skip
    assert correct(DRUG, to=other).quarantine_reason.startswith(
        "corrected: number, supplier, received on, supplier licence, expires on, retest on, certificate"
    )


def test_a_correction_keeps_the_reason_why_a_lot_is_in_quarantine_and_releases_nothing() -> None:
    held = quarantine(DRUG, "broken seal")
    kept = correct(held, to=replace(DRUG, number="A"))
    assert (kept.in_quarantine, kept.quarantine_reason, kept.number) == (True, "broken seal", "A")


@pytest.mark.parametrize("changed", [{"id": "lot-9"}, {"substance": "white-petrolatum"}])
def test_a_lot_cannot_become_another_lot_or_ingredient(changed: dict[str, Any]) -> None:
    with pytest.raises(LotChangeRefused) as refusal:
        correct(DRUG, to=replace(DRUG, **changed))
    assert refusal.value.code == "LOT_NOT_THE_SAME"


def test_a_container_is_opened_once_and_never_before_it_came_or_after_a_recall() -> None:
    opened = open_container(replace(DRUG, in_quarantine=True), TODAY)
    assert opened.opened_on == TODAY
    assert opened.in_quarantine
    with pytest.raises(LotChangeRefused) as again:
        open_container(opened, TODAY)
    assert again.value.code == "LOT_ALREADY_OPENED"
    with pytest.raises(LotNotValid, match="before it was received"):
        open_container(DRUG, date(2026, 8, 31))
    with pytest.raises(LotChangeRefused) as recalled:
        open_container(recall(DRUG, "metal particles"), TODAY)
    assert recalled.value.code == "LOT_RECALLED"


def test_quarantine_and_recall_say_why() -> None:
    recalled = recall(DRUG, "metal particles")
    assert (recalled.recalled, recalled.in_quarantine) == ("metal particles", True)
    with pytest.raises(LotChangeRefused) as again:
        recall(recalled, "another reason")
    assert again.value.code == "LOT_RECALLED"
    for change in (quarantine, recall):
        with pytest.raises(LotNotValid, match="is not given"):
            change(DRUG, " ")


def test_the_first_to_expire_is_used_first_then_the_opened_then_the_earlier_received(data: ReferenceData) -> None:
    last = replace(DRUG, id="e", expires_on=date(2029, 1, 1))
    undated = replace(DRUG, id="a", expires_on=None)
    unopened_late = replace(DRUG, id="d", received_on=date(2026, 9, 2))
    unopened = replace(DRUG, id="c")
    opened = replace(DRUG, id="b", opened_on=date(2026, 10, 1), received_on=date(2026, 9, 2))
    elsewhere = replace(PETROLATUM, expires_on=date(2026, 12, 1))
    empty = replace(DRUG, id="f", expires_on=date(2027, 1, 1))
    stock = [(lot, Decimal(1)) for lot in (last, unopened_late, elsewhere, unopened, opened, undated)]
    assert [lot.id for lot in suggested([*stock, (empty, Decimal(0))], data)] == ["a", "b", "c", "d", "e"]
    assert suggest([(DRUG, Decimal("2.5"))], substance=DRUG.substance, on=TODAY, undated_lot_days=LIMIT, substances=data.formulary.substances) == (
        (DRUG, Decimal("2.5")),
    )


days = st.dates(date(2026, 8, 1), date(2027, 3, 1))
FAULTS: tuple[dict[str, Any], ...] = (
    {"recalled": "particles"}, {"in_quarantine": True}, {"identity_test": None}, {"identity_test": replace(IDENTIFIED, passed=False)},
    {"identity_test": replace(IDENTIFIED, on=date(2026, 12, 1))}, {"certificate": None}, {"certificate": replace(CERTIFICATE, assay_percent=Decimal(98))},
    {"certificate": replace(CERTIFICATE, reviewed_on=date(2026, 12, 1))}, {"certificate": replace(CERTIFICATE, reviewed_by="", reviewed_on=None)},
)  # fmt: skip


@st.composite
def any_lot(draw: st.DrawFn) -> IngredientLot:
    """A lot of the drug, half of the time with something against it besides what its days bring."""
    lot = replace(
        DRUG, id=draw(st.sampled_from("abcdef")), received_on=draw(st.dates(date(2026, 8, 1), RECEIVED)), opened_on=draw(st.none() | st.dates(RECEIVED, TODAY)),
        expires_on=draw(st.none() | st.dates(RECEIVED, date(2027, 3, 1))), retest_on=draw(st.none() | days),
    )  # fmt: skip
    for fault in draw(st.just([]) | st.lists(st.sampled_from(FAULTS), max_size=2)):
        lot = replace(lot, **fault)
    return lot


@given(stock=st.lists(st.tuples(any_lot(), st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(3)])), max_size=8), on=days)
def test_no_lot_with_anything_against_it_is_ever_suggested(data: ReferenceData, stock: list[tuple[IngredientLot, Decimal]], on: date) -> None:
    found = suggest(stock, substance=DRUG.substance, on=on, undated_lot_days=LIMIT, substances=data.formulary.substances)
    usable = [(lot, left) for lot, left in stock if not codes(lot, data, on=on) and left]
    assert sorted(found, key=repr) == sorted(usable, key=repr)
    turns = [(usable_until(lot, LIMIT), lot.opened_on is None, lot.received_on) for lot, _ in found]
    assert turns == sorted(turns)


@pytest.mark.parametrize("wanted", [True, False])
def test_the_lots_of_the_laws_are_of_both_kinds(data: ReferenceData, wanted: bool) -> None:
    find(any_lot(), lambda lot: (not codes(lot, data)) is wanted)


@given(lot=any_lot(), on=days)
def test_release_and_choice_agree(data: ReferenceData, lot: IngredientLot, on: date) -> None:
    lot = replace(lot, in_quarantine=True)
    others = [code for code in codes(lot, data, on=on) if code != "LOT_IN_QUARANTINE"]
    if not others:
        assert codes(release(lot, data, on=on), data, on=on) == []
        return
    with pytest.raises(LotRefused) as refusal:
        release(lot, data, on=on)
    assert refusal.value.code == others[0]


@given(steps=st.lists(st.tuples(st.sampled_from(["release", "quarantine", "recall", "open", "correct"]), any_lot(), days), max_size=12))
def test_nothing_that_is_done_to_a_recalled_lot_undoes_the_recall(data: ReferenceData, steps: list[tuple[str, IngredientLot, date]]) -> None:
    lot = recall(DRUG, "metal particles")
    for step, other, on in steps:
        try:
            if step == "release":
                lot = release(lot, data, on=on)
            elif step == "quarantine":
                lot = quarantine(lot, "broken seal")
            elif step == "recall":
                lot = recall(lot, "another reason")
            elif step == "open":
                lot = open_container(lot, on)
            else:
                lot = correct(lot, to=replace(other, id=lot.id, in_quarantine=False))
        except LevigateError as refusal:
            assert refusal.code in {"LOT_RECALLED", "LOT_NOT_VALID"}  # noqa: PT017
        assert lot.recalled == "metal particles"
        assert lot.in_quarantine
        assert "LOT_RECALLED" in codes(lot, data, on=on)


@given(lot=any_lot(), to=any_lot())
def test_no_correction_releases_a_lot_or_changes_a_released_one(lot: IngredientLot, to: IngredientLot) -> None:
    corrected = correct(lot, to=replace(to, id=lot.id))
    assert corrected.recalled == lot.recalled
    if lot.in_quarantine:
        assert corrected.in_quarantine
    if not corrected.in_quarantine:
        assert replace(corrected, opened_on=None) == replace(lot, opened_on=None)
