"""What no request may carry: text that cannot be kept or shown, and numbers that are none."""

import unicodedata
from dataclasses import dataclass, field, make_dataclass
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.errors import LevigateError
from compounding.domain.request_checks import LONGEST, LONGEST_NAME, check_act_time, check_key, check_request


@dataclass(frozen=True, kw_only=True)
class Inner:
    words: str = ""
    mass_g: Decimal = Decimal(1)


@dataclass(frozen=True, kw_only=True)
class Asked:
    receiver: str = ""
    reason: str = ""
    content: bytes = b""
    inner: tuple[Inner, ...] = ()
    told: dict[str, Inner] = field(default_factory=dict)
    kinds: frozenset[str] = frozenset()


def code_of(asked: object) -> str:
    with pytest.raises(LevigateError) as refusal:
        check_request(asked)
    return refusal.value.code


@pytest.mark.parametrize("bad", ["\x00", "\ud800", "a\x1bb", "\x7f", "\x85", "\udfff tail"])
def test_half_a_character_and_control_characters_are_refused_wherever_they_stand(bad: str) -> None:
    for asked in (Asked(reason=bad), Asked(inner=(Inner(), Inner(words=bad))), Asked(told={"x": Inner(words=bad)}), Asked(kinds=frozenset({bad}))):
        assert code_of(asked) == "TEXT_NOT_ALLOWED"


def test_the_refusal_names_the_field_and_repeats_nothing_of_it() -> None:
    with pytest.raises(LevigateError, match=r"the words") as refusal:
        check_request(Asked(inner=(Inner(words="secret\x00"),)))
    assert "secret" not in refusal.value.message


def test_lines_tabs_accents_and_bytes_may_come() -> None:
    check_request(Asked(reason="line one\nline\ttwo é 漢字 👩‍⚕️", content=b"\x00\xff"))


def test_a_name_stands_on_one_line() -> None:
    assert code_of(Asked(receiver="Ann\nExample")) == "TEXT_NOT_ALLOWED"


def test_texts_and_names_have_a_limit() -> None:
    check_request(Asked(reason="x" * LONGEST, receiver="x" * LONGEST_NAME))
    assert code_of(Asked(reason="x" * (LONGEST + 1))) == "TEXT_NOT_ALLOWED"
    assert code_of(Asked(receiver="x" * (LONGEST_NAME + 1))) == "TEXT_NOT_ALLOWED"


@pytest.mark.parametrize("bad", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+400", "1E+13", "1E-13", "0E+400"])
def test_what_is_no_number_or_an_absurd_one_is_refused(bad: str) -> None:
    assert code_of(Asked(inner=(Inner(mass_g=Decimal(bad)),))) == "NUMBER_NOT_ALLOWED"


def test_numbers_of_a_bench_may_come() -> None:
    for fine in ("15.0125", "0", "-300", "0.000", "1E+3", "999999"):
        check_request(Inner(mass_g=Decimal(fine)))


@given(st.text(alphabet=st.characters(codec=None, categories=None), max_size=20), st.decimals(allow_nan=True, allow_infinity=True))
def test_property_what_passes_can_be_written_and_counted(words: str, mass: Decimal) -> None:
    asked = Asked(inner=(Inner(words=words, mass_g=mass),))
    is_text = not any(unicodedata.category(each) in {"Cc", "Cs"} and each not in "\n\r\t" for each in words)
    is_number = mass.is_finite() and abs(mass.adjusted()) <= 12 and len(mass.as_tuple().digits) <= 28
    if is_text and is_number:
        check_request(asked)
        assert words.encode().decode() == words
        assert +mass == mass
    else:
        assert code_of(asked) == ("NUMBER_NOT_ALLOWED" if is_text else "TEXT_NOT_ALLOWED")


@pytest.mark.parametrize("key", ["", "a", "button-1", "x" * 200])
def test_a_key_is_printable_ascii_or_none(key: str) -> None:
    check_key(key)


@pytest.mark.parametrize("key", ["x" * 201, "é", "a\nb", "\x00", "\ud800"])
def test_another_key_is_refused(key: str) -> None:
    with pytest.raises(LevigateError, match="IDEMPOTENCY_KEY"):
        check_key(key)


@pytest.mark.parametrize(
    "at",
    [datetime(1, 1, 1, tzinfo=UTC), datetime(2019, 12, 31, 23, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)],
)
def test_nobody_acts_before_2020_or_after_2199(at: datetime) -> None:
    with pytest.raises(LevigateError, match="ACT_TIME"):
        check_act_time(at)


def test_an_act_of_today_has_a_time() -> None:
    check_act_time(datetime(2026, 11, 22, 18, 0, tzinfo=UTC))


@pytest.mark.parametrize(("where", "words"), [
    ("sent.patient.name", "the patient's name is too long"), ("sent.prescriber_licence", "the prescriber's licence is too long"),
    ("sent.directions.texts", "a text of the directions is too long"), ("reason", "the reason is too long"), ("", "a text is too long"),
])  # fmt: skip
def test_a_refusal_names_its_field_as_a_person_knows_it(where: str, words: str) -> None:
    told: object = "x" * (LONGEST + 1)
    for name in reversed(where.split(".") if where else []):
        told = make_dataclass("Asked", [(name, object)], frozen=True)(told)
    with pytest.raises(LevigateError) as refusal:
        check_request(told)
    assert refusal.value.message.startswith(words)
