"""Random orders for a patient who may not have zinc, or of whom nobody knows, made fast: as values, without a file and without paper."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from random import Random

from compounding.config.site_file import example_site
from compounding.domain.base_wish import BaseWish
from compounding.domain.order_as_sent import DirectionsAsSent, IngredientAsSent, MedicationAsSent, OrderAsSent, PatientAsSent, QuantityAsSent
from compounding.domain.patients import AllergyEntry, AllergyVerification, CodedText, Coding, ContactAnswer
from compounding.domain.quantities import read_number
from compounding.domain.screening.assessments import Assessment, Conclusion, EntrySigned, Refutation, Signature, SignedForPatient
from compounding.domain.screening.entries import read_entry
from compounding.domain.site import Site
from compounding.domain.substances import Lot
from compounding.pipeline import Bench
from compounding.reference import load

ON = date(2026, 11, 22)
TEXTS = (
    "sodium thiosulfate 25 % in white petrolatum", "sodium thiosulfate 25 % in zinc oxide ointment 20 %", "sodium thiosulfate 20 % in zinc oxide", "sodium thiosulfate 25 % ointment",
    "sodium thiosulfate 25 % in petrolatum or zinc oxide ointment", "sodium thiosulfate 10 % in zinc oxide, pharmacist's choice", "sodium thiosulfate 25 % in petrolatum (zinc-free)",
    "thiosulfate de sodium 25 % dans l'onguent d'oxyde de zinc 20 %", "thiosulfate de sodium 12,5 % dans la vaseline", "tiosulfato de sodio 20% en pomada de óxido de zinc",
    "tiosulfato de sodio 25 % en vaselina", "Natriumthiosulfat 25 % in Zinkoxidsalbe", "sodium thiosulfate 25 % in zinc oxide paste", "sodium thiosulfate 25% petrolatum zinc oxide",
)  # fmt: skip
BASES = ("", "", "white petrolatum", "zinc oxide ointment 20 %", "zinc oxide", "vaseline", "zinc oxide paste", "base of choice")
ZINC_WORDS = (
    "Zinc", "zinc oxide", "ZnO", "Oxyde de zinc", "óxido de cinc", "Zinkoxid", "Desitin", "Calamine", "Zinc pyrithione", "Unna boot", "Zn oxide", "zincoxide", "ЦИНК", "氧化锌",
    "NKDA; zinc cream rash", "no known allergies except zinc", "allergic to zinc oxide tape", "Zinc acetate", "Sudocrem",
)  # fmt: skip
UNKNOWN_WORDS = ("some cream", "diaper cream", "xyzzy", "maybe zinc", "sunscreen rash", "mother allergic to zinc", "zinc?", "n/a", "zinc tablets, nausea", "")
OTHER_WORDS = ("No known allergies", "NKDA", "Penicillin", "Nickel", "lanolin", "sulfa")
NOTES = ("", "", "", "please use zinc oxide", "no zinc allergy", "tolerates zinc oxide", "calcinosis of the fingers")
LOTS = (
    Lot(substance="white-petrolatum", number="P1", expires_on=date(2028, 5, 31), ingredients=("white petrolatum",)),
    Lot(substance="white-petrolatum", number="P2", expires_on=date(2028, 5, 31), ingredients=("white petrolatum", "zinc oxide")),
    Lot(substance="mineral-oil", number="M1", expires_on=date(2028, 5, 31), ingredients=("mineral oil", "zinc stearate")),
    Lot(substance="zinc-oxide-ointment-20", number="Z1", expires_on=date(2028, 5, 31), ingredients=("mineral oil", "white petrolatum", "white wax")),
    Lot(substance="zinc-oxide-ointment-20", number="Z2", ingredients=()),
)  # fmt: skip
NAME, BORN = "Ana Example", date(1961, 4, 2)


@dataclass(frozen=True, kw_only=True)
class RandomOrder:
    """One order at one bench; `kind` says why its patient may not have zinc."""

    kind: str
    sent: OrderAsSent
    bench: Bench


@cache
def _sites() -> tuple[Site, ...]:
    site = example_site()
    return (site, replace(site, default_zinc_product=""), replace(site, approvals=(), attestations=()), replace(site, jurisdiction="us"))


def random_order(random: Random) -> RandomOrder:
    """One order. A zinc allergy is never refuted truly; a doubt is never assessed whole, in time, and for this patient."""
    kind = random.choice(("zinc", "zinc", "unclear", "not asked"))
    entries = [_entry(random, random.choice(OTHER_WORDS), clearing=True) for _ in range(random.randrange(3) if kind != "not asked" else 0)]
    if kind != "not asked":
        words = ZINC_WORDS if kind == "zinc" else UNKNOWN_WORDS
        entries.insert(random.randrange(len(entries) + 1), _entry(random, random.choice(words), clearing=False))
    elif random.random() < 0.5:
        # "None known" without its asker, and an answer dated ahead, are no answers.
        entries = [replace(_entry(random, random.choice(("No known allergies", "NKDA")), clearing=False), asked_by="", asked_on=random.choice((ON, None)))]
    # A zinc allergy marked as over reads as a doubt, which a sound assessment may settle (clinical rule 9): what is signed beside it gets a defect here.
    is_over = any(entry.clinical_status in {"resolved", "inactive"} for entry in entries)
    base = random.choice(BASES)
    sent = OrderAsSent(
        identifier="ORD-7",
        medication=MedicationAsSent(
            names=(CodedText(text=random.choice(TEXTS)), *((CodedText(text=base),) if base else ())),
            ingredients=(IngredientAsSent(item=CodedText(text=base), is_active=False),) if base and random.random() < 0.5 else (),
        ),
        patient=PatientAsSent(name=NAME, birth_date=BORN.isoformat(), address="12 Cedar Street", language=random.choice(("", "en", "fr", "es"))),
        prescriber_name="Dr Test",
        authored_on="2026-11-19",
        quantity=QuantityAsSent(value=read_number("60"), unit="g"),
        repeats=random.randrange(3),
        directions=(DirectionsAsSent(texts=("Apply in the morning and in the evening",)),),
        allergies=tuple(entries),
        notes=tuple(note for note in (random.choice(NOTES),) if note),
    )
    return RandomOrder(kind=kind, sent=sent, bench=_bench(random, "unclear" if kind == "zinc" and is_over else kind, entries))


def _entry(random: Random, words: str, *, clearing: bool) -> AllergyEntry:
    """One entry in one of the places that FHIR has for its words."""
    states = [AllergyVerification.NOT_GIVEN, AllergyVerification.CONFIRMED, AllergyVerification.UNCONFIRMED, AllergyVerification.PRESUMED]
    coded = CodedText(text=words) if random.random() < 0.7 else CodedText(codings=(Coding(system="urn:x", code="1", display=words),))
    entry = AllergyEntry(
        what=coded,
        verification=random.choice([*states, AllergyVerification.REFUTED] if clearing else states),
        clinical_status=random.choice(("", "active", "resolved", "inactive")),
        asked_by=random.choice(("Dr Chen", "Dr Chen", "")),
        asked_on=random.choice((ON, ON - timedelta(days=3), ON - timedelta(days=400), ON + timedelta(days=1), None)),
        identity=random.choice(("", "AllergyIntolerance/a1")),
        where="AllergyIntolerance",
    )
    if words and random.random() < 0.2:
        return replace(entry, what=CodedText(text="Contact dermatitis"), substances=(coded,))
    return entry


def _bench(random: Random, kind: str, entries: list[AllergyEntry]) -> Bench:
    data = load()
    site = random.choice(_sites())
    answers = ("none known", "No known allergies, asked", "penicillin", "zinc") if kind != "not asked" else ()
    answer = random.choice(answers) if answers and random.random() < 0.5 else ""
    lots = {lot.substance: lot for lot in random.sample(LOTS, random.randrange(3))}
    contact = ContactAnswer(had_a_rash=random.random() < 0.2, asked_by="N. Nurse", asked_on=random.choice((ON, ON - timedelta(days=400))), details="")
    return Bench(
        site=site,
        profile=data.profiles[site.jurisdiction],
        lots=tuple(lots.values()),
        on=ON,
        today=ON,
        language=random.choice((None, "en", "fr", "es")),
        base=random.choice((None, BaseWish.PETROLATUM, BaseWish.ZINC_UNSPECIFIED)),
        allergies=(AllergyEntry(what=CodedText(text=answer), asked_by="B. Pharmacist", asked_on=ON, where="--allergies"),) if answer else (),
        contact=contact if kind != "not asked" and random.random() < 0.6 else None,
        signed=_signed(random, kind, entries) if random.random() < 0.6 else None,
    )


def _signed(random: Random, kind: str, entries: list[AllergyEntry]) -> SignedForPatient:
    """Assessments of everything in the record, and refutations: sound beside a zinc allergy, which they cannot settle; beside a doubt each with a defect."""
    lexicon = load().lexicon
    flaw = random.choice(("late", "early", "patient", "words", "stands") if kind == "unclear" else ("", "late", "words"))
    on = {"late": ON - timedelta(days=500), "early": ON + timedelta(days=1)}.get(flaw, ON)
    signature = Signature(by="Pat Pharmacist", licence="BC-1", on=on)
    conclusion = Conclusion.STANDS_AGAINST if flaw == "stands" else Conclusion.DOES_NOT_STAND_AGAINST
    assessments = [
        Assessment(
            of=replace(EntrySigned.of(entry), text="something else") if flaw == "words" else EntrySigned.of(entry), allergen=finding.allergen,
            matched=finding.matched, asked="the patient", reaction="none", conclusion=conclusion, why="used since", prescriber_told=True, signed=signature,
        )
        for entry in entries
        for finding in read_entry(entry, lexicon).findings
    ]  # fmt: skip
    forged = tuple(
        Refutation(
            of=replace(EntrySigned.of(entry), **random.choice(({"sha256": "0" * 64}, {"text": "Zinc"}, {"name": "x"}))), why="patch test", signed=signature
        )
        for entry in entries
        if random.random() < 0.5
    )
    ahead = tuple(
        Refutation(of=EntrySigned.of(entry), why="patch test", signed=replace(signature, on=ON + timedelta(days=1)))
        for entry in entries
        if random.random() < 0.3
    )
    born = date(1962, 4, 2) if flaw == "patient" else BORN
    return SignedForPatient(patient_name=NAME, born_on=born, assessments=tuple(assessments), refutations=forged + ahead)
