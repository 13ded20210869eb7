"""A thousand mutations of content, layout and code: the gate stops every one. Each is harmful: it changes a letter, or what a reader or scanner sees.

Three levels: the content before it is drawn, the drawing itself, and the finished file. In the ordinary suite every kind is tried with some seeds;
LEVIGATE_THOROUGH=1 (`make thorough`) asks for a thousand.
"""

import ctypes
import io
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

import labels
from labels import reread
from labels.fonts import Style
from labels.paper import Paper
from labels.placing import Box
from tests.labels.factories import ENGLISH_LABEL, ENGLISH_LEAFLET, ENGLISH_WORKSHEET, FRENCH_LABEL, FRENCH_LEAFLET

PAPERS: list[tuple[Any, Callable[[Any], bytes]]] = [
    (ENGLISH_LABEL, labels.render_label), (FRENCH_LABEL, labels.render_label), (ENGLISH_LABEL, labels.render_label), (FRENCH_LABEL, labels.render_label),
    (ENGLISH_LEAFLET, labels.render_leaflet), (FRENCH_LEAFLET, labels.render_leaflet), (ENGLISH_WORKSHEET, labels.render_worksheet),
]  # fmt: skip
LOOK_ALIKES = {"0": "O", "O": "0", "1": "l", "l": "1", "I": "l", "5": "S", "S": "5", "6": "9", "9": "6", "a": "\u0430", "e": "\u0435", "o": "\u03bf"}
_NOT_PRINTED = {"language", "title", "continued", "code_kind", "footer"}
ROUNDS = 84 if os.environ.get("LEVIGATE_THOROUGH") == "1" else 8


# ---- the content, before it is drawn ----


def texts(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where every printed text of a content is."""
    if isinstance(value, str):
        if value.strip():
            yield path
    elif isinstance(value, tuple):
        for number, each in enumerate(value):
            yield from texts(each, (*path, number))
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            if each.name not in _NOT_PRINTED:
                yield from texts(getattr(value, each.name), (*path, each.name))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step] if isinstance(step, int) else getattr(value, step)
    return value


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The content with another value at the end of the path; None takes a text out of its list."""
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        if not rest and new is None:
            return (*value[:step], *value[step + 1 :])
        return (*value[:step], changed(value[step], rest, new), *value[step + 1 :])
    return replace(value, **{step: changed(getattr(value, step), rest, new)})


def another_digit(text: str, chance: random.Random) -> str:
    places = [number for number, each in enumerate(text) if each.isdigit()]
    if not places:
        return another_letter(text, chance)
    place = chance.choice(places)
    return text[:place] + chance.choice([each for each in "0123456789" if each != text[place]]) + text[place + 1 :]


def another_letter(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    new = LOOK_ALIKES.get(text[place]) or chance.choice([each for each in "xyzkw" if each != text[place]])
    return text[:place] + new + text[place + 1 :]


def lost_letter(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    return (text[:place] + text[place + 1 :]).strip() or "x"


def lost_space(text: str, chance: random.Random) -> str:
    places = [number for number, each in enumerate(text) if each == " "]
    if not places:
        return text + "x"
    place = chance.choice(places)
    return text[:place] + text[place + 1 :]


def doubled_word(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    place = chance.randrange(len(words))
    return " ".join([*words[: place + 1], *words[place:]])


def swapped_words(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    first, second = chance.randrange(len(words)), chance.randrange(len(words))
    words[first], words[second] = words[second], words[first]
    return " ".join(words)


def of_content(content: Any, chance: random.Random) -> Any:
    """The content with one printed text changed, lost, doubled or moved."""
    everything = list(texts(content))
    path = chance.choice(everything)
    text = at(content, path)
    in_list = isinstance(path[-1], int) and len(path) == 2
    kind = chance.choice(["digit", "letter", "lost letter", "space", "doubled", "swapped", "lost", "twice", "order", "code"])
    if kind == "code" and hasattr(content, "code"):
        return replace(content, code=another_digit(content.code, chance))
    if kind == "lost" and in_list:
        return changed(content, path, None)
    if kind == "twice" and in_list:
        whole = at(content, path[:-1])
        return changed(content, path[:-1], (*whole[: path[-1] + 1], *whole[path[-1] :]))
    if kind == "order" and in_list:
        whole = list(at(content, path[:-1]))
        chance.shuffle(whole)
        return changed(content, path[:-1], tuple(whole))
    change = {
        "digit": another_digit,
        "letter": another_letter,
        "lost letter": lost_letter,
        "space": lost_space,
        "doubled": doubled_word,
        "swapped": swapped_words,
    }
    return changed(content, path, change.get(kind, another_digit)(text, chance))


# ---- the drawing ----


def counted(monkeypatch: pytest.MonkeyPatch, name: str, chance: random.Random, spoil: Callable[..., None], *, of: int) -> None:
    """From now on one call of that method of the paper is spoilt."""
    whole, target, calls = getattr(Paper, name), chance.randrange(of), [0]

    def drawn(paper: Paper, *args: Any, **how: Any) -> None:
        calls[0] += 1
        if calls[0] - 1 == target:
            spoil(whole, paper, *args, **how)
        else:
            whole(paper, *args, **how)

    monkeypatch.setattr(Paper, name, drawn)


def shifted(chance: random.Random) -> Callable[..., None]:
    across, down = chance.choice([(0, 25), (0, -25), (-40, 0), (400, 0), (0, 300), (0, 9), (0, -9)])
    return lambda whole, paper, text, style, left_pt, top_pt: whole(paper, text, style, left_pt=left_pt + across, top_pt=top_pt + down)


def shrunk(chance: random.Random) -> Callable[..., None]:
    factor = chance.choice([0.5, 0.6, 0.65])
    return lambda whole, paper, text, style, **where: whole(paper, text, Style(style.face, style.size_pt * factor), **where)


def dropped(_: random.Random) -> Callable[..., None]:
    return lambda *_, **__: None


def twice(chance: random.Random) -> Callable[..., None]:
    away = chance.choice([0.0, 3.0, 14.0])

    def drawn(whole: Any, paper: Paper, text: str, style: Style, *, left_pt: float, top_pt: float) -> None:
        whole(paper, text, style, left_pt=left_pt, top_pt=top_pt)
        whole(paper, text, style, left_pt=left_pt, top_pt=top_pt - away)

    return drawn


def struck_through(_: random.Random) -> Callable[..., None]:
    def drawn(whole: Any, paper: Paper, text: str, style: Style, *, left_pt: float, top_pt: float) -> None:
        whole(paper, text, style, left_pt=left_pt, top_pt=top_pt)
        paper.rule(Box(left_pt, top_pt - 0.9 * style.size_pt, left_pt + 60, top_pt - 0.6 * style.size_pt))

    return drawn


def moved_code(chance: random.Random) -> Callable[..., None]:
    away = chance.choice([2.5, 4.0, 9.0, 30.0])
    across = chance.choice([True, False])

    def drawn(whole: Any, paper: Paper, symbol: Any, *, right_pt: float, top_pt: float) -> None:
        whole(paper, symbol, right_pt=right_pt - (away if across else 0), top_pt=top_pt - (0 if across else away))

    return drawn


def damaged_code(chance: random.Random) -> Callable[..., None]:
    def drawn(whole: Any, paper: Paper, symbol: Any, **where: float) -> None:
        modules = bytearray(symbol.modules)
        for _ in range(chance.choice([1, 5, 60])):
            place = chance.randrange(symbol.side + 1, len(modules) - symbol.side - 1)
            modules[place] = 0 if modules[place] else 255
        whole(paper, type(symbol)(symbol.side, bytes(modules), symbol.quiet_modules), **where)

    return drawn


# ---- the finished file ----


def of_file(pdf: bytes, chance: random.Random) -> bytes:
    """The file with one of its objects changed, or another one put in."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[chance.randrange(len(document))]
    objects = [pdfium.FPDFPage_GetObject(page.raw, number) for number in range(pdfium.FPDFPage_CountObjects(page.raw))]
    written = [each for each in objects if pdfium.FPDFPageObj_GetType(each) == pdfium.FPDF_PAGEOBJ_TEXT]
    one = chance.choice(written)
    kind = chance.choice(["white", "grey", "moved", "wider", "tilted", "removed", "covered", "bar", "invisible", "turned", "larger page", "outline", "extra"])
    if kind in {"white", "grey"}:
        pdfium.FPDFPageObj_SetFillColor(one, *((255, 255, 255) if kind == "white" else (200, 200, 200)), 255)
    elif kind == "moved":
        pdfium.FPDFPageObj_Transform(one, 1, 0, 0, 1, 0, chance.choice([-35, 35, 200]))
    elif kind == "wider":
        pdfium.FPDFPageObj_Transform(one, chance.choice([0.8, 1.2]), 0, 0, 1, 0, 0)
    elif kind == "tilted":
        pdfium.FPDFPageObj_Transform(one, 1, 0.05, -0.05, 1, 0, 0)
    elif kind == "removed":
        pdfium.FPDFPage_RemoveObject(page.raw, one)
    elif kind in {"covered", "bar"}:
        edges = [ctypes.c_float() for _ in range(4)]
        pdfium.FPDFPageObj_GetBounds(one, *edges)
        left, bottom, right, top = (each.value for each in edges)
        box = pdfium.FPDFPageObj_CreateNewRect(left, bottom, right - left, (top - bottom) if kind == "covered" else 1.5)
        pdfium.FPDFPath_SetDrawMode(box, 1, False)
        shade = 255 if kind == "covered" and chance.random() < 0.5 else 0
        pdfium.FPDFPageObj_SetFillColor(box, shade, shade, shade, 255)
        pdfium.FPDFPage_InsertObject(page.raw, box)
    elif kind in {"invisible", "outline"}:
        pdfium.FPDFTextObj_SetTextRenderMode(one, pdfium.FPDF_TEXTRENDERMODE_INVISIBLE if kind == "invisible" else pdfium.FPDF_TEXTRENDERMODE_STROKE)
    elif kind == "turned":
        page.set_rotation(90)
    elif kind == "larger page":
        page.set_mediabox(0, 0, page.get_width() + 40, page.get_height())
    else:
        font = pdfium.FPDFText_LoadStandardFont(document.raw, b"Helvetica")
        text = pdfium.FPDFPageObj_CreateTextObj(document.raw, font, 9.0)
        pdfium.FPDFText_SetText(text, (ctypes.c_ushort * 5)(*map(ord, "30 g"), 0))
        pdfium.FPDFPageObj_Transform(text, 1, 0, 0, 1, 60, 12)
        pdfium.FPDFPage_InsertObject(page.raw, text)
    pdfium.FPDFPage_GenerateContent(page.raw)
    kept = io.BytesIO()
    document.save(kept)
    page.close()
    document.close()
    return kept.getvalue()


def stopped(pdf: bytes, content: Any) -> bool:
    return bool(reread.differences(pdf, content))


@pytest.mark.parametrize("seed", range(ROUNDS * 6))
def test_a_content_that_was_changed_before_it_was_drawn_is_stopped(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a seed that can be repeated.
    content, render = PAPERS[seed % len(PAPERS)]
    other = of_content(content, chance)
    while other == content:
        other = of_content(content, chance)
    try:
        pdf = render(other)
    except labels.PaperError:
        return  # Refused before it was drawn is stopped as well.
    assert stopped(pdf, content), seed


TEXTS = {"shifted": shifted, "shrunk": shrunk, "dropped": dropped, "twice": twice, "struck through": struck_through}
CODES = {"moved": moved_code, "damaged": damaged_code}


@pytest.mark.parametrize("kind", sorted(TEXTS))
@pytest.mark.parametrize("seed", range(ROUNDS // 2))
def test_a_text_that_is_not_drawn_as_it_should_is_stopped(kind: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(f"{kind} {seed}")  # noqa: S311 - a seed that can be repeated.
    content, render = PAPERS[seed % len(PAPERS)]
    # The page's own check would refuse most of these first; the gate has to find them without it.
    monkeypatch.setattr("labels.paper.check_page", lambda *_: None)
    counted(monkeypatch, "text", chance, TEXTS[kind](chance), of=8)
    assert stopped(render(content), content), (kind, seed)


@pytest.mark.parametrize("kind", sorted(CODES))
@pytest.mark.parametrize("seed", range(ROUNDS // 2))
def test_a_code_that_is_not_drawn_as_it_should_is_stopped(kind: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(f"{kind} {seed}")  # noqa: S311 - a seed that can be repeated.
    content, render = [each for each in PAPERS if hasattr(each[0], "code")][seed % 5]
    monkeypatch.setattr("labels.paper.check_page", lambda *_: None)
    counted(monkeypatch, "code", chance, CODES[kind](chance), of=1)
    assert stopped(render(content), content), (kind, seed)


@pytest.mark.parametrize("seed", range(ROUNDS * 3))
def test_a_file_that_was_changed_after_it_was_drawn_is_stopped(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a seed that can be repeated.
    content, render = PAPERS[seed % len(PAPERS)]
    assert stopped(of_file(render(content), chance), content), seed
