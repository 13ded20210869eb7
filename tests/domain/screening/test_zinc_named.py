"""Zinc that is named must be read as zinc, in every spelling, script and company."""

from collections.abc import Callable

import pytest

from compounding.domain.screening.lexicon import Lexicon
from compounding.domain.screening.reader import read_statement
from compounding.domain.screening.statements import Effect, StatementReading, ZincReading

Reader = Callable[[str], StatementReading]


@pytest.mark.parametrize(
    "text",
    [
        "Patient is allergic to zinc oxide (hives).",
        "1. Penicillin 2. Zinc oxide",
        "Latex/zinc/penicillin",
        "allergies: sulfa, zinc, peanuts",
        "Contact allergy: zinc oxide",
        "hx of allergic contact dermatitis to zinc oxide",
        "positive patch test to zinc",
        "does not tolerate zinc oxide",
        "avoid zinc products (rash)",
        "zinc pyrithione shampoo - itching",
        "severe rash with Sudocrem as an infant",
    ],
)
def test_zinc_that_is_named_is_zinc(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.ZINC


@pytest.mark.parametrize(
    "text",
    [
        "Kontaktallergie gegen Zinkoxid",
        "Zinkallergie",
        "Zinkoxidpflaster",
        "eczéma de contact à l'oxyde de zinc",
        "dermatitis de contacto por óxido de cinc",
        "allergia all'ossido di zinco",
        "alergia ao zinco",
        "allergisch voor zinkoxide",
        "uczulenie na cynk",
        "аллергия на цинк",
        "对锌过敏",
        "حساسية من الزنك",
        "zincum oxydatum",
    ],
)
def test_zinc_is_zinc_in_every_language_of_the_lexicon(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.ZINC


@pytest.mark.parametrize("text", ["zync oxide", "zinck", "zinc oxde", "kalamine lotion", "desitine rash", "sudokrem"])
def test_a_slip_of_the_finger_does_not_hide_zinc(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.ZINC


@pytest.mark.parametrize("text", ["zi\u200bnc", "z\u00adinc oxide", "z\u0456nc", "z\u0131nc", "\u24e9\u24d8\u24dd\u24d2", "Z I N C", "Z.I.N.C.", "zınc\u0301"])
def test_signs_that_nobody_sees_do_not_hide_zinc(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.ZINC


def test_the_symbol_is_zinc_in_its_own_capitals_only(lexicon: Lexicon) -> None:
    assert read_statement("Zn - rash", lexicon).zinc is ZincReading.ZINC
    assert read_statement("zn", lexicon).zinc is ZincReading.UNCLEAR
    assert read_statement("Zn. Hüft-TEP", lexicon, language="de").zinc is ZincReading.UNCLEAR
    assert read_statement("Z.n. Anaphylaxie auf Penicillin", lexicon, language="de").zinc is ZincReading.NOT_ZINC


@pytest.mark.parametrize("text", ["Zinnat - rash", "Zinacef", "Zinplava", "cinchona bark", "zinfandel", "meclizine", "cinnarizine", "titanium"])
def test_a_name_that_only_looks_like_zinc_is_not_zinc(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.NOT_ZINC


@pytest.mark.parametrize("text", ["bacitracin zinc", "zinc insulin", "zinc tablets - nausea", "Humalog"])
def test_zinc_that_is_seldom_the_culprit_is_left_to_the_pharmacist(read: Reader, text: str) -> None:
    reading = read(text)
    assert reading.zinc is ZincReading.UNCLEAR
    assert [(finding.allergen, finding.effect) for finding in reading.findings] == [("zinc", Effect.REVIEW)]


def test_a_rash_from_zinc_tablets_is_zinc(read: Reader) -> None:
    assert read("zinc tablets - rash").zinc is ZincReading.ZINC


def test_the_words_that_decided_are_quoted_as_they_were_written(read: Reader) -> None:
    text = "Penicillin; ＺＩＮＣ　oxide – Ausschlag"
    finding = next(finding for finding in read(text).findings if finding.allergen == "zinc")
    assert finding.matched == "ＺＩＮＣ　oxide"
    assert finding.text == text
