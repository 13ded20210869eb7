"""Lines break where a reader may pause, and nowhere else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.errors import DoesNotFit
from labels.fitting import wrap
from labels.fonts import Face, Style, width_pt

STYLE = Style(Face.REGULAR, 11.0)
ROOM_PT = 200.0

UNITS = ["g", "%", "% w/w", "% p/p", "°C", "pt", "mL", "mg", "days", "mois", "mm"]
quantities = st.builds(lambda number, unit: f"{number} {unit}", st.from_regex(r"[1-9][0-9]{0,3}(?:[.,][0-9]{1,2})?", fullmatch=True), st.sampled_from(UNITS))
words = st.text(alphabet="bcefghiklopqrstuvwéàç", min_size=1, max_size=12)
dates = st.sampled_from(["2026-11-22", "22 November 2026", "November 22, 2026", "1er décembre 2026", "22 de noviembre de 2026"])
telephones = st.sampled_from(["+1 604 555 0100", "(604) 555-0100", "604 555 0100", "1-844-764-7669"])
parts_of_texts = st.lists(st.one_of(words, quantities, dates, telephones), min_size=1, max_size=40)
texts = parts_of_texts.map(" ".join)


@given(st.lists(st.one_of(words, quantities), min_size=1, max_size=40).map(" ".join))
def test_no_line_ends_with_a_number_that_something_follows(text: str) -> None:
    lines = wrap(text, STYLE, ROOM_PT)
    assert not [line for line in lines[:-1] if re.search(r"\d$", line)]


@given(parts_of_texts)
def test_a_quantity_a_date_and_a_telephone_number_stand_on_one_line(parts: list[str]) -> None:
    joined = "\n".join(wrap(" ".join(parts), STYLE, ROOM_PT))
    for part in parts:
        assert part in joined


@given(texts, st.floats(min_value=200, max_value=500))
def test_no_word_is_lost_and_no_line_is_too_wide(text: str, room_pt: float) -> None:
    lines = wrap(text, STYLE, room_pt)
    assert " ".join(lines) == text
    assert all(width_pt(line, STYLE) <= room_pt + 0.01 for line in lines)


@pytest.mark.parametrize(
    "kept",
    ["25 % w/w", "25% w/w", "(25 % w/w)", "60 g", "25 °C", "11 pt", "1 234,5 g", "20 to 25 °C"[6:], "V5K 0A1", "« 25 % »", "Rx 700123", "Quantité :"],
)
def test_what_belongs_together_is_kept_together_at_every_width(kept: str) -> None:
    text = f"aa bbb cccc {kept} dd eeee"
    for room_pt in range(75, 240):
        assert kept in "\n".join(wrap(text, STYLE, float(room_pt)))


def test_a_word_of_letters_breaks_after_its_hyphen() -> None:
    assert wrap("breast-feeding", STYLE, 50.0) == ("breast-", "feeding")


@pytest.mark.parametrize("whole", ["SP-20261122-01", "SP-ZN-A1", "a-b@example.org", "2026-11-22", "1-844-764-7669"])
def test_a_number_or_address_with_hyphens_is_never_broken(whole: str) -> None:
    with pytest.raises(DoesNotFit, match=re.escape(whole)):
        wrap(whole, STYLE, width_pt(whole, STYLE) - 1)


def test_a_word_wider_than_the_line_is_refused_by_name() -> None:
    with pytest.raises(DoesNotFit, match=r"the drug: .*Pneumonoultra") as refusal:
        wrap("Pneumonoultramicroscopicsilicovolcanoconiosis", STYLE, 100.0, what="the drug")
    assert refusal.value.code == "DOES_NOT_FIT"


def test_a_last_line_has_more_than_one_word_where_it_can() -> None:
    room_pt = width_pt("aaa bbb ccc ddd", STYLE)
    assert wrap("aaa bbb ccc ddd eee", STYLE, room_pt) == ("aaa bbb ccc", "ddd eee")


def test_the_room_may_differ_from_line_to_line() -> None:
    assert wrap("aaa bbb ccc ddd", STYLE, lambda line: 25.0 if line == 0 else 200.0) == ("aaa", "bbb ccc ddd")


def test_no_text_takes_no_line() -> None:
    assert wrap("", STYLE, 100.0) == ()
