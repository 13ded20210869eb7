"""Finished contents as the domain would hand them over: English for white petrolatum, French for zinc oxide."""

from dataclasses import replace
from typing import Any

from compounding.domain.label_content import LabelContent, LeafletContent, Section, WorksheetContent
from tests.labels.worksheets import ENGLISH_WORKSHEET, FRENCH_WORKSHEET

__all__ = [
    "ENGLISH_LABEL",
    "ENGLISH_LEAFLET",
    "ENGLISH_WORKSHEET",
    "FRENCH_LABEL",
    "FRENCH_LEAFLET",
    "FRENCH_WORKSHEET",
    "a_label",
    "a_leaflet",
    "a_worksheet",
]

ENGLISH_LABEL = LabelContent(
    language="en-CA",
    title="Label 700123",
    draft_marks=(),
    patient_name="Ana Example",
    drug="Sodium thiosulfate pentahydrate 25 % w/w in white petrolatum, ointment",
    number_line="Rx 700123. Lot SP-20261122-01",
    critical=(
        "Apply a thin layer to the calcium lumps on your fingers in the morning and in the evening.",
        "For the skin only. Do not use after 2027-05-20.",
    ),
    warnings=(
        "It may sting, burn or redden the skin.",
        "Does not contain zinc. Made in a place that also handles zinc oxide.",
        "Keep away from fire, flames and cigarettes: cloth with this ointment on it catches fire fast.",
        "Keep out of the reach of children.",
    ),
    details=(
        "Quantity: 60 g",
        "Repeats: 2",
        "Made 2026-11-22",
        "Dispensed 2026-11-22",
        "Store below 25 °C. Do not freeze.",
        "Prescriber: Dr Theo Test",
        "Compounded by Example Pharmacy, 1 Main St, Vancouver BC V5K 0A1, +1 604 555 0100",
    ),
    continued="Label {number} of {count}",
    code="LVG1:SP-20261122-01:7f3a9c0e",
)

FRENCH_LABEL = LabelContent(
    language="fr-CA",
    title="Étiquette 700124",
    draft_marks=("ÉBAUCHE, non vérifiée",),
    patient_name="Zoé Lœuillet-Exemple",
    drug="Thiosulfate de sodium pentahydraté 25 % p/p dans une pommade à l'oxyde de zinc",
    number_line="Ordonnance 700124. Lot ZN-20261122-02",
    critical=(
        "Appliquer une mince couche sur les dépôts de calcium des doigts le matin et le soir.",
        "Pour usage externe seulement. Ne pas utiliser après le 20 mai 2027.",
        "CONTIENT DE L'OXYDE DE ZINC (15 %). Ne pas utiliser en cas d'allergie au zinc.",
    ),
    warnings=(
        "Peut piquer, brûler ou rougir la peau.",
        "Tenir loin du feu, des flammes et des cigarettes : un tissu taché de pommade s'enflamme vite.",
        "Avant une radiographie, tout essuyer et prévenir le personnel.",
        "Garder hors de la portée des enfants.",
    ),
    details=(
        "Quantité : 60 g",
        "Renouvellements : 2",
        "Préparé le 22 novembre 2026",
        "Remis le 22 novembre 2026",
        "Conserver à moins de 25 °C. Ne pas congeler.",
        "Prescripteur : Dr Théo Essai",
        "Préparation magistrale de la Pharmacie Exemple, 1, rue Principale, Montréal QC H2X 1Y4, +1 514 555 0100",
    ),
    continued="Étiquette {number} de {count}",
    code="LVG1:ZN-20261122-02:0b9d55e1",
)

ENGLISH_LEAFLET = LeafletContent(
    language="en-CA",
    title="Leaflet 700123",
    draft_marks=(),
    heading="Your sodium thiosulfate ointment",
    identity=(
        "For: Ana Example. Rx 700123.",
        "Sodium thiosulfate pentahydrate 25 % w/w in white petrolatum. Does not contain zinc.",
    ),
    sections=(
        Section(
            heading="What it is",
            paragraphs=(
                "The pharmacy made this ointment for you. It is used on hard lumps of calcium in the skin. It is not a licensed product.",
                "In small, weak studies, about 6 to 8 in 10 people got somewhat better, over about 5 months. It may not help you.",
            ),
        ),
        Section(
            heading="Tell us first if",
            points=(
                "you are allergic to sulfite, petroleum jelly or a skin cream",
                "you are pregnant or breast-feeding, or it is for a child",
                "the skin is open or infected, or your kidneys or heart are weak",
                "you use oxygen",
            ),
        ),
        Section(
            heading="How to use it",
            points=(
                "Wash your hands. Clean the skin and pat it dry.",
                "Put a thin layer on the hard lumps only, in the morning and in the evening.",
                "Do not put on open skin unless your prescriber told you to. Do not put in eyes, mouth or nose.",
                "Wash your hands again. Do not wrap fingers tightly and do not put heat on them.",
                "If you miss one, use it when you remember. Do not use extra.",
            ),
        ),
        Section(
            heading="Get help at once",
            paragraphs=("Trouble breathing, or a swollen face or tongue: call 911.",),
            emphasis=True,
        ),
        Section(
            heading="Stop and call us",
            paragraphs=(
                "It may sting, burn or redden the skin. If it is too strong, wipe it off with a soft cloth, then wash with soap and lukewarm water.",
                "Stop and call your pharmacist or prescriber if the skin blisters, swells, leaks more than before, or turns black.",
                "Stop and call too if the pain is strong or lasts. White chalky bits can be the calcium itself.",
            ),
        ),
        Section(
            heading="Fire",
            paragraphs=(
                "Do not smoke or go near flames. Cloth, bedding or dressings with this ointment on them catch fire fast, even after washing.",
                "If you use oxygen, ask us before the first use. Never put it near your oxygen tube or mask.",
            ),
            emphasis=True,
        ),
        Section(
            heading="Other products on the same spot",
            paragraphs=(
                "May not mix well with iodine (Betadine), silver cream or dressings, peroxide, bleach (Dakin's), or wart and peeling acids.",
                "If you were told to use one on the same spot, do not stop it. Ask us first.",
            ),
        ),
        Section(
            heading="Keeping it",
            paragraphs=(
                "Store at room temperature, below 25 °C. Do not freeze. Do not leave it in a car or near a heater. Keep it away from children and pets.",
                "Do not use after 2027-05-20.",
                "Bring it back if it smells sharp like a struck match or of rotten eggs, turns yellow, feels gritty or turns liquid.",
            ),
        ),
        Section(
            heading="Questions",
            paragraphs=("Example Pharmacy, 1 Main St, Vancouver: +1 604 555 0100. Poison centre: 1-844-764-7669.",),
        ),
    ),
    footer=("Rx 700123, page {page} of {pages}", "Text version 1.0 of 2026-11-01. Example Pharmacy."),
)

FRENCH_LEAFLET = LeafletContent(
    language="fr-CA",
    title="Feuillet 700124",
    draft_marks=("ÉBAUCHE : texte non approuvé, ne pas remettre",),
    heading="Votre pommade au thiosulfate de sodium",
    identity=(
        "Pour : Zoé Lœuillet-Exemple. Ordonnance 700124.",
        "Thiosulfate de sodium pentahydraté 25 % p/p dans une pommade à l'oxyde de zinc.",
    ),
    sections=(
        Section(
            heading="CONTIENT DE L'OXYDE DE ZINC",
            paragraphs=("Ne pas utiliser en cas d'allergie au zinc. Avant une radiographie, tout essuyer et prévenir le personnel.",),
            emphasis=True,
        ),
        Section(
            heading="Ce que c'est",
            paragraphs=("La pharmacie a préparé cette pommade pour vous. Elle s'emploie sur les dépôts durs de calcium dans la peau.",),
        ),
        Section(
            heading="Comment l'employer",
            points=(
                "Se laver les mains. Nettoyer la peau et la sécher en tapotant.",
                "Mettre une mince couche sur les dépôts durs seulement, le matin et le soir.",
                "Ne pas mettre dans les yeux, la bouche ou le nez.",
            ),
        ),
        Section(
            heading="Arrêter et nous appeler",
            paragraphs=("Si la peau fait des cloques, enfle, coule plus qu'avant ou noircit, ou si la douleur est forte ou dure.",),
        ),
        Section(
            heading="Conservation",
            paragraphs=("Conserver à moins de 25 °C. Ne pas congeler. Ne pas utiliser après le 20 mai 2027.",),
        ),
    ),
    footer=("Ordonnance 700124, page {page} de {pages}", "Pharmacie Exemple, 1, rue Principale, Montréal, +1 514 555 0100"),
)


def a_label(**changes: Any) -> LabelContent:
    """The English label with some values changed."""
    return replace(ENGLISH_LABEL, **changes)


def a_leaflet(**changes: Any) -> LeafletContent:
    """The English leaflet with some values changed."""
    return replace(ENGLISH_LEAFLET, **changes)


def a_worksheet(**changes: Any) -> WorksheetContent:
    """The English worksheet with some values changed."""
    return replace(ENGLISH_WORKSHEET, **changes)
