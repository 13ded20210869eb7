"""Laws that hold for every statement built from the parts people use: allergen, reaction, denial, language, slip of the finger."""

from hypothesis import assume, given
from hypothesis import strategies as st

from compounding.domain.screening.lexicon import Lexicon
from compounding.domain.screening.reader import read_statement
from compounding.domain.screening.statements import ZincReading

ZINC = st.sampled_from(
    [
        "zinc",
        "zinc oxide",
        "ZnO",
        "calamine",
        "Desitin",
        "oxyde de zinc",
        "óxido de zinc",
        "óxido de cinc",
        "Zinkoxid",
        "Zinksalbe",
        "Zink",
        "zinco",
        "氧化锌",
        "цинк",
    ]
)
HARMLESS = st.sampled_from(["penicillin", "latex", "nickel", "pénicilline", "mariscos", "Erdnüsse", "codeine", "cat dander", "lanolin"])
REACTION = st.sampled_from(["rash", "hives", "contact dermatitis", "éruption", "ronchas", "Ausschlag", "blisters", "swelling"])
AFFIRMED = st.sampled_from(
    [
        "{z}",
        "{z} - {r}",
        "{z}: {r}",
        "allergic to {z}",
        "{h}, {z}",
        "{z}; {h}",
        "{h} ({r}). {z}",
        "NKDA except {z}",
        "NKDA, {z} {r}",
        "no {h}, {z} {r}",
        "not {h}; {z}",
        "denies {h} allergy. {z}: {r}",
        "keine Allergien außer {z}",
        "sauf {z}",
        "no es alérgico a {h} pero sí a {z}",
        "{r} after {z}",
        "Allergies: {h} ({r}), {z} ({r})",
        "{h} (unknown). {z} - {r}",
        "{u}, {z}",
        "{u}; {z}: {r}",
        "{h}, {u} and {z}",
        "allergic to {h}, {u}, {z}",
        "Allergies? {z}",
        "1. {h} 2. {z}",
        "{h}\n{z}\n{u}",
        "tolerates {h}; {r} with {z}",
        "aucune allergie connue sauf {z}",
        "ninguna alergia excepto {z}",
        "nicht {h}, sondern {z}",
        "pas allergique à {h} mais à {z}",
        "patch test: {z} positive",
        "{r} nach {z}",
        "{r} après {z}",
        "{r} por {z}",
        "Drug: {h}. Contact: {z}.",
    ]
)
KNOWN = st.sampled_from(["upadacitinib", "sodium lauryl sulfate", "2-ethylhexyl salicylate", "Zinacef", "polyquaternium-7", "glyceryl stearate"])
DOUBTED = st.sampled_from(
    [
        "{z}?",
        "possible {z} allergy",
        "maybe {z}",
        "mother: {z}",
        "{z} allergy resolved",
        "no {z}",
        "cannot exclude {z}",
        "not sure about {z}",
        "not allergic to {z}?",
        "tolerates {z} but {r}",
        "no {h} allergy and {z} {r}",
        "no severe {r} with {z}",
        "tolerates {z}-free cream",
        "not allergic to {z}. {z} {r}",
        "Foobarol; not allergic to {z}",
        "not allergic to {z} or Foobarol",
        "{u} or {z}?",
        "?{z}",
        "query {z}",
        "{z} allergy in the past",
        "sister allergic to {z}; {u} {r}",
        "not allergic to {z} but {r}",
        "avoids {z}",
        "suspicion d'allergie: {z}",
        "posible alergia: {z}",
        "Verdacht auf Allergie gegen {z}",
        "no {u} allergy but {z}",
        "denies {u}. {z}",
        "tolerates {u}, not {z}",
        "no longer allergic to {z}",
        "{z} patch test pending",
        "{z} {u}",
    ]
)
DENIED = st.sampled_from(
    [
        "not allergic to {z}",
        "no allergy to {z}",
        "denies allergy to {z}",
        "tolerates {z}",
        "{h}; not allergic to {z}",
        "keine Allergie gegen {z}",
        "sin alergia a {z}",
        "{u} - {r}; not allergic to {z}",
        "no known allergy to {z}",
        "denies any reaction to {z}",
        "allergic to {h} but not {z}",
        "Allergic to {z}? No",
        "patch test to {z} negative",
        "nicht allergisch gegen {z}",
        "pas d'allergie à {z}",
        "no es alérgico a {z}",
    ]
)
HARMLESS_ALONE = st.sampled_from(
    [
        "{h}",
        "{u}",
        "{h} - {r}",
        "{u}: {r}",
        "{h}, {u}",
        "{h} ({r}); {u}",
        "allergic to {u}",
        "{u} (unknown)",
        "fresh {h}",
        "NKDA",
        "no known allergies",
        "aucune allergie",
    ]
)


def filled(template: str, *, zinc: str = "", harmless: str = "latex", reaction: str = "rash", known: str = "upadacitinib") -> str:
    return template.format(z=zinc, h=harmless, r=reaction, u=known)


@given(AFFIRMED, ZINC, HARMLESS, REACTION, KNOWN)
def test_zinc_that_is_affirmed_is_zinc(lexicon: Lexicon, template: str, zinc: str, harmless: str, reaction: str, known: str) -> None:
    text = filled(template, zinc=zinc, harmless=harmless, reaction=reaction, known=known)
    assert read_statement(text, lexicon).zinc is ZincReading.ZINC


@given(st.one_of(AFFIRMED, DOUBTED), ZINC, HARMLESS, REACTION)
def test_zinc_that_is_affirmed_or_doubted_is_never_cleared(lexicon: Lexicon, template: str, zinc: str, harmless: str, reaction: str) -> None:
    text = filled(template, zinc=zinc, harmless=harmless, reaction=reaction)
    assert read_statement(text, lexicon).zinc is not ZincReading.NOT_ZINC


@given(DENIED, ZINC, st.sampled_from(["penicillin", "latex", "nickel", "pénicilline", "mariscos", "Erdnüsse", "codeine", "cat dander", "lanolin"]))
def test_zinc_that_is_plainly_denied_is_cleared(lexicon: Lexicon, template: str, zinc: str, harmless: str) -> None:
    assert read_statement(filled(template, zinc=zinc, harmless=harmless, reaction=""), lexicon).zinc is ZincReading.NOT_ZINC


def with_a_slip(word: str, *, kind: str, place: int, letter: str) -> str:
    """The word with one letter dropped, doubled, replaced or swapped with the next."""
    at = place % len(word)
    if kind == "drop":
        return word[:at] + word[at + 1 :]
    if kind == "double":
        return word[:at] + word[at] + word[at:]
    if kind == "swap":
        return word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
    return word[:at] + letter + word[at + 1 :]


SLIP = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["drop", "double", "swap", "replace"]),
        "place": st.integers(0, 30),
        "letter": st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789"),
    }
)


@given(AFFIRMED, ZINC, HARMLESS, REACTION, SLIP)
def test_a_slip_in_the_name_never_clears_zinc(lexicon: Lexicon, template: str, zinc: str, harmless: str, reaction: str, slip: dict[str, object]) -> None:
    assume(len(zinc) > 3)
    text = filled(template, zinc=with_a_slip(zinc, **slip), harmless=harmless, reaction=reaction)  # type: ignore[arg-type]
    assert read_statement(text, lexicon).zinc is not ZincReading.NOT_ZINC


@given(DOUBTED, ZINC, HARMLESS, REACTION, SLIP)
def test_a_slip_anywhere_in_a_doubt_never_clears_zinc(
    lexicon: Lexicon, template: str, zinc: str, harmless: str, reaction: str, slip: dict[str, object]
) -> None:
    text = with_a_slip(filled(template, zinc=zinc, harmless=harmless, reaction=reaction), **slip)  # type: ignore[arg-type]
    # A slip can take away the one sign of doubt ("?") or the "e" of "severe"; only slips inside a word are meant here.
    assume("?" in text or "?" not in template)
    assert read_statement(text, lexicon).zinc is not ZincReading.NOT_ZINC


@given(HARMLESS_ALONE, HARMLESS, REACTION, KNOWN)
def test_what_is_known_and_holds_no_zinc_is_not_zinc(lexicon: Lexicon, template: str, harmless: str, reaction: str, known: str) -> None:
    assert read_statement(filled(template, harmless=harmless, reaction=reaction, known=known), lexicon).zinc is ZincReading.NOT_ZINC


STRANGER = st.text(alphabet="bcdfghjklmnpqrtvwxz", min_size=6, max_size=12).filter(lambda word: not {"zn", "nk"} & {word[:2]})


@given(st.one_of(DENIED, HARMLESS_ALONE), ZINC, HARMLESS, STRANGER, st.sampled_from(["{t}, {s}", "{s}; {t}", "{t} {s}", "{s} {t}", "{t} ({s})", "{t}. {s}"]))
def test_one_word_that_nobody_knows_keeps_a_statement_from_being_cleared(
    lexicon: Lexicon, template: str, zinc: str, harmless: str, stranger: str, place: str
) -> None:
    text = place.format(t=filled(template, zinc=zinc, harmless=harmless), s=stranger)
    assert read_statement(text, lexicon).zinc is not ZincReading.NOT_ZINC


ONE_WORD = st.sampled_from(
    ["zinc", "zink", "cinc", "zinco", "calamine", "desitin", "sudocrem", "zinkoxid", "zicam", "lente", "ziram", "penaten", "balmex", "caladryl"]
)


@given(ONE_WORD, SLIP, st.sampled_from(["{s}", "{s} - rash", "allergic to {s}", "latex, {s}", "{s} oxide", "{s} cream", "NKDA except {s}"]))
def test_a_name_with_a_slip_is_never_some_harmless_thing(lexicon: Lexicon, word: str, slip: dict[str, object], template: str) -> None:
    slipped = with_a_slip(word, **slip)  # type: ignore[arg-type]
    assert read_statement(template.format(s=slipped), lexicon).zinc is not ZincReading.NOT_ZINC


@given(st.text(max_size=400))
def test_any_text_is_read_with_a_reason_and_an_exact_quotation(lexicon: Lexicon, text: str) -> None:
    reading = read_statement(text, lexicon)
    assert all(finding.why and finding.matched in text and finding.text == text for finding in reading.findings)


@given(st.text(alphabet="bcdfghjklmpqrvw ", min_size=3, max_size=60))
def test_words_that_nobody_knows_are_not_cleared(lexicon: Lexicon, text: str) -> None:
    assume(any(len(word) > 4 for word in text.split()))
    assert read_statement(text, lexicon).zinc is not ZincReading.NOT_ZINC


@given(st.one_of(AFFIRMED, DOUBTED), ZINC, HARMLESS, REACTION)
def test_reading_twice_gives_the_same(lexicon: Lexicon, template: str, zinc: str, harmless: str, reaction: str) -> None:
    text = filled(template, zinc=zinc, harmless=harmless, reaction=reaction)
    assert read_statement(text, lexicon) == read_statement(text, lexicon)
