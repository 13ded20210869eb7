"""The code on a label: its digest changes with every word, it reads back into its parts, by the pharmacy's own form and by that of GS1."""

import unicodedata
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from compounding.domain.compose_label import compose_label
from compounding.domain.errors import LevigateError
from compounding.domain.gs1_codes import check_digit, gs1_code, gtin
from compounding.domain.label_codes import TOKEN_LENGTH, LabelCode, is_same_code, read_label_code
from compounding.domain.label_content import CodeKind, LabelContent
from compounding.domain.label_digest import ALPHABET, DIGEST_LENGTH, digest_of
from compounding.domain.paper_facts import Numbers, PaperFacts
from compounding.domain.scanned_codes import is_gtin, read_code
from compounding.domain.site import Gs1Item
from compounding.reference import ReferenceData
from tests.conftest import TODAY
from tests.paper_laws.legal_records import ORDERS, prepared

TOKEN, DIGEST = "2345679CFGHJKN", "PQRVWX2345679CFG"
NUMBERS = Numbers(rx_number="Rx-700123", lot="20261122-001", token=TOKEN)


@pytest.fixture
def facts(data: ReferenceData) -> PaperFacts:
    return replace(prepared(ORDERS[0]), numbers=NUMBERS, second_phrases=data.phrases["fr"])


def with_gs1(facts: PaperFacts) -> PaperFacts:
    return replace(facts, site=replace(facts.site, gs1_prefix="0614141", gs1_items=(Gs1Item(formula=facts.formula.id, reference="12345"),)))


def altered(content: LabelContent, name: str, value: Any) -> LabelContent:
    told: dict[str, Any] = {name: value}
    return replace(content, **told)


def changed(content: LabelContent) -> list[LabelContent]:
    """The content with one text after the other changed by one letter, in both languages."""
    found: list[LabelContent] = []
    for each in fields(content):
        value: Any = getattr(content, each.name)
        if each.name in {"code", "code_kind"}:
            continue
        if isinstance(value, str):
            found.append(altered(content, each.name, value + "."))
        elif isinstance(value, tuple):
            found.extend(altered(content, each.name, (*value[:place], value[place] + ".", *value[place + 1 :])) for place in range(len(value)))
            found.extend(altered(content, each.name, (*value[:place], *value[place + 1 :])) for place in range(len(value)))
            found.append(altered(content, each.name, value[::-1]))
    if content.translation is not None:
        found.extend(replace(content, translation=each) for each in (None, *changed(content.translation)))
    return found


def test_any_word_changes_the_digest_and_the_code_does_not(facts: PaperFacts) -> None:
    content = compose_label(facts)
    digest = digest_of(content)
    assert len(digest) == DIGEST_LENGTH
    assert set(digest) <= set(ALPHABET)
    others = [digest_of(each) for each in changed(content) if each != content]
    assert digest not in others
    assert len(set(others)) == len(others) > 60
    assert digest_of(replace(content, code="another", code_kind=CodeKind.GS1_DATA_MATRIX)) == digest


def test_two_ways_of_storing_the_same_letters_have_one_digest(facts: PaperFacts) -> None:
    content = compose_label(facts)
    composed, apart = (replace(content, patient_name=unicodedata.normalize(form, "Zoë Œuvray")) for form in ("NFC", "NFD"))
    assert composed != apart
    assert digest_of(composed) == digest_of(apart)


def test_a_word_cannot_move_from_one_part_to_another_unnoticed(facts: PaperFacts) -> None:
    content = compose_label(facts)
    moved = replace(content, warnings=content.warnings[:-1], details=(content.warnings[-1], *content.details))
    assert digest_of(moved) != digest_of(content)


def test_a_label_without_gs1_numbers_holds_its_own_numbers_token_and_digest(facts: PaperFacts) -> None:
    content = compose_label(facts)
    assert content.code == f"20261122-001 Rx-700123 {TOKEN} {digest_of(content)}"
    assert content.code_kind is CodeKind.DATA_MATRIX
    assert content.translation is not None
    assert (content.translation.code, content.translation.code_kind) == (content.code, content.code_kind)
    assert read_label_code(content.code) == LabelCode(lot="20261122-001", rx_number="Rx-700123", token=TOKEN, digest=digest_of(content))
    assert facts.order.patient.name.split()[0] not in content.code


def test_the_worksheets_code_never_holds_the_token(facts: PaperFacts) -> None:
    assert facts.numbers.code == "20261122-001 Rx-700123"
    assert read_label_code(facts.numbers.code) == LabelCode(lot="20261122-001", rx_number="Rx-700123")


def test_codes_of_labels_printed_before_stay_readable() -> None:
    assert read_label_code(f"20261122-001 700123 {TOKEN}") == LabelCode(lot="20261122-001", rx_number="700123", token=TOKEN)
    assert read_label_code(f"20261122-N23QF XFH2-N9CP {DIGEST}") == LabelCode(lot="20261122-N23QF", rx_number="XFH2-N9CP", digest=DIGEST)


@pytest.mark.parametrize(
    "text", ["", " ", "20261122-001", f"{TOKEN} {TOKEN} {TOKEN} {TOKEN} {TOKEN}", f"a b {TOKEN[:-1]}0", "a b c d", "x" * 300, "]d2", "(10)"]
)
def test_a_code_in_no_form_of_ours_is_none(text: str) -> None:
    assert read_label_code(text) is None


@given(st.text(max_size=120))
def test_any_text_is_read_or_none(text: str) -> None:
    read = read_label_code(text)
    assert read is None or read.lot


def test_a_label_with_gs1_numbers_holds_item_date_lot_token_and_digest(facts: PaperFacts) -> None:
    content = compose_label(with_gs1(facts))
    date_part = f"{facts.beyond_use.on:%y%m%d}"
    assert content.code == f"(01)00614141123452(17){date_part}(10)20261122-001(21){TOKEN}(91){digest_of(content)}"
    assert content.code_kind is CodeKind.GS1_DATA_MATRIX
    as_scanned = f"]d20100614141123452{'17'}{date_part}1020261122-001\x1d21{TOKEN}\x1d91{digest_of(content)}"
    for code in (content.code, as_scanned):
        read = read_label_code(code)
        assert read is not None
        assert (read.lot, read.token, read.digest, read.rx_number) == ("20261122-001", TOKEN, digest_of(content), "")
        assert is_same_code(code, content.code)
    container = read_code(as_scanned, on=TODAY)
    assert (container.lot_number, container.gtin, container.expires_on) == ("20261122-001", "00614141123452", facts.beyond_use.on)
    assert not is_same_code(as_scanned.replace(TOKEN, TOKEN[::-1]), content.code)
    assert not is_same_code(as_scanned[:-1] + ("2" if as_scanned[-1] != "2" else "3"), content.code)


def test_a_formula_without_an_item_reference_keeps_the_pharmacys_own_code(facts: PaperFacts) -> None:
    site = replace(facts.site, gs1_prefix="0614141", gs1_items=(Gs1Item(formula="another", reference="12345"),))
    assert compose_label(replace(facts, site=site)).code_kind is CodeKind.DATA_MATRIX


def test_the_same_text_is_the_same_code_and_nothing_is_none() -> None:
    assert is_same_code(" L 1 \n", "L 1")
    assert not is_same_code("", "")
    assert not is_same_code("L 2", "L 1")
    assert not is_same_code("L 1 ", "L  1")


def test_the_check_digit_is_that_of_the_general_specifications() -> None:
    # The example of section 7.9: 0950110153000 has the check digit 3.
    assert check_digit("0950110153000") == "3"
    assert gtin(prefix="0614141", item="12345") == "00614141123452"
    assert TOKEN_LENGTH == len(TOKEN) <= 20


@given(st.integers(4, 11), st.integers(0, 10**12 - 1))
def test_every_item_number_has_fourteen_digits_and_a_right_check_digit(length: int, digits: int) -> None:
    body = f"{digits:012d}"
    assume(not body.startswith(("02", "04", "05", "2", "977", "978", "979", "98", "99")))
    number = gtin(prefix=body[:length], item=body[length:])
    assert is_gtin(number)
    assert number[:-1] == f"0{body}"


RIGHT: dict[str, Any] = {"prefix": "0614141", "item": "12345", "use_until": date(2027, 5, 21), "lot": "20261122-001", "serial": TOKEN, "digest": DIGEST}


@pytest.mark.parametrize("wrong", [
    {"prefix": "061"}, {"prefix": "061414112345"}, {"prefix": "06141a1"}, {"prefix": "2614141"}, {"prefix": "9784141"}, {"prefix": "٠٦١٤١٤١"}, {"item": "1234"}, {"item": "123456"}, {"item": ""}, {"item": "1234x"},
    {"use_until": date(1999, 12, 31)}, {"use_until": date(2100, 1, 1)}, {"lot": ""}, {"lot": "x" * 21}, {"lot": "20261122 001"}, {"lot": "é"}, {"lot": "A(10)B"}, {"lot": "#1"},
    {"serial": "x" * 21}, {"serial": "a b"}, {"serial": "a)b"}, {"digest": ""}, {"digest": "x" * 91}, {"digest": "A B"}, {"digest": "ab"},
])  # fmt: skip
def test_what_the_rules_of_gs1_do_not_allow_is_refused_and_never_cut(wrong: dict[str, Any]) -> None:
    with pytest.raises(LevigateError) as refusal:
        gs1_code(**{**RIGHT, **wrong})
    assert refusal.value.code == "GS1_NOT_VALID"


def test_a_label_that_no_record_stands_behind_has_no_serial_number() -> None:
    assert "(21)" not in gs1_code(**{**RIGHT, "serial": ""})
    assert read_label_code(gs1_code(**{**RIGHT, "serial": ""})) == LabelCode(lot="20261122-001", digest=DIGEST, gtin="00614141123452", use_until="270521")
