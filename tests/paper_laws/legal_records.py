"""Legal records for the laws of paper: every value as long and as strange as the program accepts it, and nothing that it would refuse before paper."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from compounding.config.lot_file import read_lot_file
from compounding.config.site_file import example_site
from compounding.domain.built_directions import BuiltDirections, Moment
from compounding.domain.calculation import calculate
from compounding.domain.clinical_assessment import ClinicalAssessment, LesionState, Pregnancy, Told
from compounding.domain.directions import read_directions
from compounding.domain.label_digest import ALPHABET
from compounding.domain.order_as_sent import DirectionsAsSent
from compounding.domain.paper_facts import Numbers, PaperFacts
from compounding.domain.patients import AllergyEntry, CodedText
from compounding.domain.reasons import Severity
from compounding.domain.screening.screen import screen
from compounding.domain.site import Gs1Item, Site
from compounding.domain.weighing_sheet import WeighingSheet
from compounding.pipeline import Bench, prepare_file
from compounding.reference import load

ROOT = Path(__file__).resolve().parents[2]
ON = date(2026, 11, 22)
ORDERS = ("01-petrolatum", "03-zinc-oxide-base")
"""One example of each base: what is in the jar decides the warnings, and the rest is put around it."""

LONGEST_NAME, LONGEST_SITE_TEXT = 100, 120

_GIVEN = (
    "Ana", "Zoë", "Hélène", "José María", "Anne-Sophie", "Ðorđe", "Ngọc Ánh", "Þórunn", "Łucja", "Ximena", "Jean-François", "Wolfgang", "Máiréad", "Ö", "Siân", "Çağla", "Ștefania",
    "Mary Elizabeth Wilhelmina", "O'Dell", "Maximiliana-Konstantina", "Ana Sofia", "Ivan", "Ægir", "Nuñez",
)  # fmt: skip
_FAMILY = (
    "Example", "Œuvray-Exemple", "Núñez de la Peña", "van den Broek-Oosterhuis", "Nguyễn Thị", "Åström", "Müller-Lüdenscheidt", "MacGillycuddy", "D'Arcy", "Sánchez-Villalobos",
    "Wolfeschlegelsteinhausenbergerdorff", "Papadopoulos", "Kowalczyk-Wiśniewska", "Ó Súilleabháin", "Le", "Tremblay-Bélanger", "Castañeda", "Hrafnkelsdóttir", "Test", "Šťastný",
)  # fmt: skip
_STREETS = (
    "1 Main Street, Vancouver BC V6B 1A1", "1234 Chemin de la Côte-Sainte-Catherine, bureau 1204, Saint-Jean-sur-Richelieu QC J3B 8K9", "12 Cedar Street, Springfield",
    "Unit 7, 2200 West Georgia Street North East, Tower of the Harbour, New Westminster BC V3L 5T4, Canada", "Calle de San Bernardino 45, 3.º izquierda, El Paso TX 79901",
)  # fmt: skip
_TELEPHONES = ("+1 604 555 0100", "604-555-0100", "+1 (514) 555-0123 poste 4567", "+1 915 555 0100, extension 12")
_PHARMACIES = ("Example Pharmacy", "Pharmacie Tremblay & Fils", "Apothecary of the Harbour, Compounding and Long-Term Care Services Ltd.", "Farmacia Núñez")
_DIRECTIONS = (
    "Apply a thin layer to the calcium lumps on your fingers in the morning and in the evening.", "Apply .5 g twice daily to the left elbow.", "Apply 1.0 g BID to the lumps on both knees.",
    "Spread 5mg on the spot at bedtime for 14 days", "Apply to the affected skin of the right heel once a day. Wash off after 8 hours. Cover loosely with gauze.",
    "Apply a thin layer to each hard lump on the hands and forearms in the morning, at noon, in the evening and at bedtime; leave the skin between the lumps free, and do not rub it in.",
    "Appliquer une mince couche sur les bosses dures des doigts le matin et le soir.", "Apply on the calcium deposits every evening, for 6 weeks; then show the skin to your doctor.",
    "Apply <2 g & cover it until 03/04/2027.", "RUB IN AT NIGHT AND COVER.", "Use 1/2 of what you used before, then wash it off after 30 minutes + 5 minutes.",
    "Aplicar una capa fina sobre los bultos de los dedos por la mañana y por la noche.", "Apply 0.25 g to the thumb's lump in the morning.",
)  # fmt: skip
_PLACES = ("the lumps on your fingers", "your left elbow", "the hard spots on both knees and on the back of the right hand", "each finger of the left hand")


def _within(text: str, most: int) -> str:
    """The text up to a word's end within a length, as a person would shorten it."""
    return text if len(text) <= most else text[: most + 1].rpartition(" ")[0]


_names = st.one_of(
    st.builds(lambda given, family: f"{given} {family}", st.sampled_from(_GIVEN), st.sampled_from(_FAMILY)),
    st.lists(st.sampled_from((*_GIVEN, *_FAMILY)), min_size=2, max_size=14).map(lambda parts: _within(" ".join(parts), LONGEST_NAME)),
)


@cache
def prepared(name: str) -> PaperFacts:
    """The facts of an example order, prepared by the pipeline."""
    data = load()
    bench = Bench(site=example_site(), profile=data.profiles["ca-bc"], lots=read_lot_file(ROOT / "examples" / "lots.json"), on=ON, today=ON)
    made = prepare_file((ROOT / "examples" / "orders" / f"{name}.json").read_bytes(), bench, data)
    assert made.facts is not None, [each.message for each in made.reasons]
    return made.facts


@cache
def _sheet(name: str, percent: Decimal, amount_g: Decimal) -> WeighingSheet:
    """The weighing sheet of that jar, calculated as the pipeline does."""
    facts, data = prepared(name), load()
    lots = {line.lot.substance: (line.lot,) for line in facts.sheet.lines if line.lot is not None}
    return calculate(
        facts.formula, amount_g=amount_g, percent=percent, substances=data.formulary.substances, lots=lots, balance=facts.site.balance,
        overage_percent=Decimal(0), correct_above_percent=Decimal(0),
    )  # fmt: skip


@cache
def _verbatim(text: str) -> str | None:
    """The directions as they are printed, or None where the order would be held or refused for them."""
    read = read_directions((DirectionsAsSent(texts=(text,)),), load().vocabulary, latest_where="order")
    return read.text if read.text and all(each.severity is Severity.WARNING for each in read.reasons) else None


_built = st.builds(
    lambda place, grams, moments, days: BuiltDirections(place=place, grams=grams, moments=moments, days=days).in_words,
    st.sampled_from(_PLACES), st.sampled_from((None, Decimal("0.25"), Decimal("1.5"), Decimal(2))),
    st.frozensets(st.sampled_from(list(Moment)), min_size=1), st.sampled_from((None, 1, 14, 180)),
)  # fmt: skip
directions = (
    st.one_of(
        _built.map(_verbatim),
        st.lists(st.sampled_from(_DIRECTIONS), min_size=1, max_size=6, unique=True).map(lambda parts: _verbatim(_within(" ".join(parts), 600))),
    )
    .filter(bool)
    .map(str)
)
"""Built from parts, or the prescriber's own words up to the longest; always as the reading of orders lets them onto paper."""

_told = st.sampled_from((Told(yes=False), Told(yes=True, words="told on the telephone")))
clinicals = st.one_of(
    st.none(),
    st.builds(
        ClinicalAssessment, profile_reviewed_on=st.just(ON), profile_reviewed_where=st.just("PharmaNet"), age_years=st.just(60),
        pregnancy_or_breast_feeding=st.sampled_from(Pregnancy), lesion=st.sampled_from(LesionState), body_site=st.just("fingers"), oxygen_or_smoking=_told,
        other_wound_products=_told, earlier_reaction=_told, prescriber_contacted=st.booleans(), proceed=st.just(True), why=st.just("agreed with the prescriber"),
    ),
)  # fmt: skip


@st.composite
def sites(draw: st.DrawFn) -> Site:
    """A pharmacy with long texts, with or without GS1 numbers and a public page."""
    prefix = draw(st.sampled_from(("", "0614141", "754321098", "12345678901")))
    items = (
        tuple(Gs1Item(formula=prepared(each).formula.id, reference=str(number).zfill(12 - len(prefix))) for number, each in enumerate(ORDERS, 1))
        if prefix
        else ()
    )
    return replace(
        example_site(), name=_within(draw(st.sampled_from(_PHARMACIES)), LONGEST_SITE_TEXT), address=_within(draw(st.sampled_from(_STREETS)), LONGEST_SITE_TEXT),
        telephone=draw(st.sampled_from(_TELEPHONES)), gs1_prefix=prefix, gs1_items=items,
        public_page=draw(st.sampled_from(("", "https://leaflets.example.org/sodium-thiosulfate"))), second_label_language=draw(st.sampled_from(("", "", "en", "fr", "es"))),
    )  # fmt: skip


def _letters(length: int) -> st.SearchStrategy[str]:
    return st.text(ALPHABET, min_size=length, max_size=length)


_numbers = st.one_of(
    st.builds(
        lambda rx, lot, token: Numbers(rx_number=f"Rx-{rx}", lot=f"20261122-{lot:03d}", token=token),
        st.integers(1, 9_999_999),
        st.integers(1, 999),
        _letters(14),
    ),
    st.builds(lambda rx, lot: Numbers(rx_number=f"{rx[:4]}-{rx[4:]}", lot=f"20261122-{lot}"), _letters(8), _letters(5)),
)


class LegalRecord:
    """A legal record's facts, told briefly where a law fails: the whole of them, with every text in three languages, would fill a book."""

    def __init__(self, facts: PaperFacts) -> None:
        self.facts = facts

    def __repr__(self) -> str:
        facts = self.facts
        second = facts.second_phrases.language if facts.second_phrases is not None else ""
        told = (facts.formula.id, facts.phrases.language, second, facts.profile.id, facts.order.patient.name, facts.order.prescriber_name, facts.order.order_ref,
                facts.order.directions, facts.site.address, facts.site.gs1_prefix, facts.numbers, facts.found, facts.draft_phrases, facts.amount_g, facts.repeats_left)  # fmt: skip
        return f"LegalRecord{told}"


@st.composite
def legal_records(draw: st.DrawFn) -> LegalRecord:
    """One preparation as a record or `prepare` may bring it to paper."""
    data, name = load(), draw(st.sampled_from(ORDERS))
    base, site = prepared(name), draw(sites())
    language = draw(st.sampled_from(("en", "fr", "es")))
    second = site.second_label_language if site.second_label_language != language else ""
    percent, amount_g = draw(st.sampled_from(("10", "12.5", "17.35", "25"))), draw(st.sampled_from(("15", "60", "120.5", "500", "5000")))
    sheet = _sheet(name, Decimal(percent), Decimal(amount_g))
    profile = data.profiles[draw(st.sampled_from(sorted(data.profiles)))]
    order = replace(
        base.order, patient=replace(base.order.patient, name=draw(_names)), prescriber_name=_within(f"Dr {draw(_names)}", LONGEST_NAME),
        order_ref=draw(st.sampled_from(("", "ORD-2026-1001", "urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7", "REF " * 24 + "END"))),
        directions=draw(directions), percent=Decimal(percent), amount_g=Decimal(amount_g), basis_stated=draw(st.booleans()),
    )  # fmt: skip
    sulfite = AllergyEntry(what=CodedText(text="Sodium metabisulfite, wheeze years ago"), asked_by="N. Nurse", asked_on=ON)
    screening = screen((sulfite,), data.lexicon, talk=data.talk, on=ON) if draw(st.booleans()) else base.screening
    marks = draw(
        st.sampled_from(
            ((), ("draft_example_pharmacy",), ("draft_not_checked", "draft_not_approved", "draft_example_pharmacy", "draft_backdated", "draft_date_proposed"))
        )
    )
    return LegalRecord(replace(
        base, order=order, screening=screening, sheet=sheet, site=site, profile=profile, phrases=data.phrases[language],
        second_phrases=data.phrases[second] if second else None, numbers=draw(_numbers), draft_phrases=marks, amount_g=Decimal(amount_g),
        beyond_use=replace(base.beyond_use, on=ON + timedelta(days=draw(st.sampled_from((1, 29, 180))))), repeats_left=draw(st.sampled_from((0, 1, 12, 1000))),
        prescriber_attested=draw(st.booleans()), clinical=draw(clinicals),
    ))  # fmt: skip
