"""Finished labels for the benchmark: every one of another patient with other directions, number, lot and code, as a day of a large pharmacy would bring them."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from compounding.domain.label_content import LabelContent

FIRST_NAMES = (
    "Zoé",
    "Łukasz",
    "José",
    "Märta",
    "Thị Ánh",
    "Jürgen",
    "Siân",
    "Željka",
    "Ana",
    "François",
    "Nuño",
    "Ingrid",
    "Göran",
    "Renée",
    "Tomáš",
    "Ólafur",
)
LAST_NAMES = (
    "Lœuillet",
    "Nguyễn",
    "Müller",
    "Ñíguez",
    "Żółkowska",
    "O’Brien",
    "Sørensen",
    "Šimić",
    "Côté",
    "García Pérez",
    "Dvořák",
    "Smith-Jones",
    "Élie",
    "Ågren",
)
PLACES = ("lumps", "hard lumps", "white lumps", "calcium lumps", "patches")
PARTS = ("fingers", "fingertips", "left hand", "right hand", "elbows", "knees", "forearms", "shins", "ears", "toes", "left thumb", "right heel")
TIMES = (
    "in the morning and in the evening",
    "every morning",
    "twice a day, 12 hours apart",
    "at bedtime",
    "three times a day after washing",
    "every 2 days in the evening",
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
EXTRAS = ("Leave it open.", "Cover with gauze.", "Rub in gently for 1 minute.", "Wash off after 8 hours.", "Wear a cotton glove at night.", "Do not rub.")


def labels(count: int, *, seed: int = 7) -> Iterator[LabelContent]:
    """So many labels, each of about 16 lines that fill one label of the default stock, in an order that can be repeated."""
    chance = random.Random(seed)
    for number in range(seed * 1_000_000, seed * 1_000_000 + count):
        lot = f"SP-2026{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}-{chance.randrange(1, 99):02}"
        yield LabelContent(
            language="en-CA",
            title=f"Label {number}",
            draft_marks=(),
            patient_name=f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}",
            drug="Sodium thiosulfate pentahydrate 25 % w/w in white petrolatum, ointment",
            number_line=f"Rx {number}. Lot {lot}",
            critical=(
                f"Apply a thin layer to the {chance.choice(PLACES)} on your {chance.choice(PARTS)} and {chance.choice(PARTS)} {chance.choice(TIMES)}.",
                f"For the skin only. Do not use after 2027-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}.",
            ),
            warnings=(
                "It may sting, burn or redden the skin.",
                f"Keep away from fire and flames. {chance.choice(EXTRAS)}",
            ),
            details=(
                f"Quantity: {chance.randrange(3, 20) * 10} g",
                f"Repeats: {chance.randrange(0, 5)}",
                "Store below 25 °C. Do not freeze.",
                f"Prescriber: Dr {chance.choice(LAST_NAMES)}",
                "Compounded by Example Pharmacy, 1 Main St, Vancouver BC V5K 0A1, +1 604 555 0100",
            ),
            continued="Label {number} of {count}",
            code=f"{lot} {number} {chance.randrange(16**8):08X}",
        )


def labels_of_new_texts(count: int, *, seed: int = 7) -> Iterator[LabelContent]:
    """The same with a word of its own in every warning and detail: no paragraph but the drug's name stands on two labels, which no pharmacy has."""
    for number, content in enumerate(labels(count, seed=seed)):
        word = "".join(LETTERS[part % len(LETTERS)] for part in (seed, seed // len(LETTERS), number, number // len(LETTERS)))
        yield replace(content, warnings=_with_word(content.warnings, word), details=_with_word(content.details, word))


def _with_word(texts: tuple[str, ...], word: str) -> tuple[str, ...]:
    return tuple(text.replace(text.split()[1], word, 1) for text in texts)


def styled(content: LabelContent) -> Sequence[tuple[str, bool, float]]:
    """Every text of the label in order: the text, whether it is bold, and its size in points, as the label sets them."""
    return [
        (content.patient_name, True, 13.0),
        (content.drug, True, 11.0),
        (content.number_line, False, 9.0),
        *((text, False, 11.0) for text in content.critical),
        *((text, False, 9.0) for text in content.warnings),
        *((text, False, 8.0) for text in content.details),
    ]
