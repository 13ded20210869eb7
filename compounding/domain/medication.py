"""What an order asks for: the drug, its strength and basis, and the base, from every wording and code at once.

Wordings and codes must agree. Where two of them disagree the order is held, and neither is preferred (peers: published orders carry a code of one substance
beside the name of another).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from compounding.domain.base_wish import IS_ZINC, ZINC_KINDS, BaseWish
from compounding.domain.errors import QuantityError
from compounding.domain.numbers import plain_number
from compounding.domain.order_as_sent import IngredientAsSent, MedicationAsSent, RatioAsSent
from compounding.domain.order_words import TextReading, Vocabulary, read_text
from compounding.domain.patients import CodedText
from compounding.domain.reasons import Reason, reason
from compounding.domain.sent_quantities import percent_of
from compounding.domain.strengths import of_the_base_alone, share

DRUG_FORMS = frozenset({"pentahydrate", "anhydrous", "ion"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationReading:
    """The reading: None or empty where the order does not say. `zinc_percent` is the strength of the zinc product that was named."""

    percent: Decimal | None
    basis: str
    base: BaseWish
    zinc_percent: Decimal | None
    masses: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class KnownCodes:
    """Codes this program has verified: (system, code) to the kind it names ("pentahydrate", "anhydrous", "ion", "petrolatum", "zinc", "levigating" ...)."""

    kinds: Mapping[tuple[str, str], str]
    checked_systems: Mapping[str, str]


def read_medication(sent: MedicationAsSent, vocabulary: Vocabulary, codes: KnownCodes, *, decimal_comma: bool) -> MedicationReading:
    """Read a medication. Every doubt is a reason; `reasons` is empty only where every word and code was understood and agrees."""
    return _Reader(sent, vocabulary, codes, decimal_comma=decimal_comma).read()


class _Reader:
    """Collects what each wording and each code says, then compares."""

    def __init__(self, sent: MedicationAsSent, vocabulary: Vocabulary, codes: KnownCodes, *, decimal_comma: bool) -> None:
        self.sent = sent
        self.vocabulary = vocabulary
        self.codes = codes
        self.decimal_comma = decimal_comma
        self.reasons: list[Reason] = []
        self.drug_seen: list[str] = []
        self.others: list[tuple[str, str]] = []
        self.abbreviations: list[str] = []
        self.bases: set[BaseWish] = set()
        self.either = False
        self.no_zinc = False
        self.percents: dict[Decimal, str] = {}
        self.zinc_percents: set[Decimal] = set()
        self.bases_by_word: set[str] = set()
        self.basis: dict[str, str] = {}
        self.masses: list[str] = []
        self.unread: list[tuple[str, str]] = []
        self.readings: list[tuple[TextReading, str]] = []
        self.combined: list[tuple[str, str]] = []
        self.in_conflict: set[str] = set()

    def read(self) -> MedicationReading:
        for name in self.sent.names:
            self._read_coded(name, is_ingredient=False)
        if self.sent.form is not None:
            self._read_coded(self.sent.form, is_ingredient=False)
        for ingredient in self.sent.ingredients:
            self._read_ingredient(ingredient)
        self._judge_drug()
        percent = self._judge_strength()
        basis = self._judge_basis()
        base = self._judge_base()
        self._judge_form()
        if self.unread:
            words, where = ", ".join(f'"{word}"' for word, _ in self.unread[:6]), self.unread[0][1]
            self.reasons.append(reason("MEDICATION_TEXT_UNCLEAR", detail=words, where=where))
        zinc_percent = self._judge_zinc_percent()
        return MedicationReading(percent=percent, basis=basis, base=base, zinc_percent=zinc_percent, masses=tuple(self.masses), reasons=tuple(self.reasons))

    def _hold(self, code: str, detail: str, where: str = "") -> None:
        self.reasons.append(reason(code, detail=detail, where=where or self.sent.where))

    def _read_coded(self, coded: CodedText, *, is_ingredient: bool) -> set[str]:
        """Read the wordings and the codes of one named thing; the kinds its wordings named are returned."""
        named: set[str] = set()
        for wording in coded.words:
            reading = read_text(wording, self.vocabulary, decimal_comma=self.decimal_comma)
            self.readings.append((reading, coded.where))
            named |= {piece.kind for piece in reading.pieces}
            self._note(reading, coded.where, is_ingredient=is_ingredient)
        self._read_codes(coded, named)
        speaks_of_drug = "drug" in named or any(self.codes.kinds.get((coding.system, coding.code)) in DRUG_FORMS for coding in coded.codings)
        if speaks_of_drug and "other_drug" in named:
            self.in_conflict.add(coded.where)
        return named

    def _note(self, reading: TextReading, where: str, *, is_ingredient: bool) -> None:
        if reading.has("drug"):
            self.drug_seen.append(reading.text)
        others = [(words, where) for words in reading.words_of("other_drug")]
        self.others.extend(others)
        if reading.has("drug"):
            self.combined.extend(others)
        self.abbreviations.extend(reading.words_of("abbreviation"))
        self.masses.extend(reading.words_of("mass"))
        self.no_zinc = self.no_zinc or reading.has("no_zinc")
        for basis in ("pentahydrate", "anhydrous"):
            if reading.has(basis):
                self.basis[basis] = where
        self.unread.extend((word, where) for word in (*reading.unread, *reading.words_of("unclear_number", "volume")))
        for words in (*reading.words_of("volume_strength"), *reading.words_of("ratio")):
            self._hold("STRENGTH_UNIT", f'"{words}"', where)
        for words in of_the_base_alone(reading.pieces):
            self._hold("STRENGTH_UNIT", f'"{words}" may count the drug inside the whole or beside the base', where)
        if not is_ingredient:
            self._note_bases(reading)
        shares = share(reading.pieces)
        for percent in shares.by_kind.get("drug", []):
            self.percents.setdefault(percent, where)
        for kind in ZINC_KINDS:
            self.zinc_percents.update(shares.by_kind.get(kind, []))
        stray = [percent for kind, given in shares.by_kind.items() if kind not in {"drug", *ZINC_KINDS} for percent in given]
        # A wording that names no ingredient at all ("ointment 25 %") can only mean the drug's strength.
        if shares.undecided and not reading.has("petrolatum", *ZINC_KINDS, "other_base", "zinc_other", "drug"):
            for percent in shares.undecided:
                self.percents.setdefault(percent, where)
        else:
            stray.extend(shares.undecided)
        if stray:
            self._hold("STRENGTH_CONFLICT", f'{plain_number(stray[0])} % in "{reading.text}" may belong to more than one ingredient', where)

    def _note_bases(self, reading: TextReading) -> None:
        found: set[BaseWish] = set()
        if reading.has("petrolatum"):
            found.add(BaseWish.PETROLATUM)
        found |= {wish for kind, wish in ZINC_KINDS.items() if reading.has(kind)}
        if reading.has("choice"):
            found.add(BaseWish.CHOICE)
        for words in reading.words_of("other_base", "zinc_other"):
            self.bases_by_word.add(words)
        if len(found) > 1 and reading.has("either"):
            self.either = True
        # "in zinc oxide ... ointment": a zinc base without a product, with the form named elsewhere in the line, is still unspecified.
        self.bases |= found

    def _read_codes(self, coded: CodedText, named: set[str]) -> None:
        for coding in coded.codings:
            if not coding.code:
                continue
            kind = self.codes.kinds.get((coding.system, coding.code))
            shown = f"code {coding.code[:40]}"
            if kind is None:
                if coding.system in self.codes.checked_systems and named & {"drug", "petrolatum", *ZINC_KINDS}:
                    self._hold("CODE_DISPLAY_CONFLICT", f'{shown} is not the code of "{coded.words[0][:60]}"', coded.where)
                elif coding.system in self.codes.checked_systems:
                    self.others.append((shown, coded.where))
                else:
                    self.reasons.append(reason("CODE_NOT_VERIFIED", detail=shown, where=coded.where))
                continue
            self._note_code(kind, shown, named, coded)

    def _note_code(self, kind: str, shown: str, named: set[str], coded: CodedText) -> None:
        if kind == "injection":
            self._hold("NOT_TOPICAL", f"{shown} is an injection", coded.where)
        elif kind in DRUG_FORMS:
            if not coded.words:
                self.drug_seen.append(shown)
            elif "drug" not in named and "abbreviation" not in named:
                self._hold("CODE_DISPLAY_CONFLICT", f'{shown} is sodium thiosulfate, but the words are "{coded.words[0][:60]}"', coded.where)
                self.drug_seen.append(shown)
            else:
                self.drug_seen.append(shown)
            if kind != "ion":
                contradicting = {"pentahydrate": "anhydrous", "anhydrous": "pentahydrate"}[kind]
                if contradicting in named:
                    self._hold("CODE_DISPLAY_CONFLICT", f"{shown} is the {kind}, but the words say {contradicting}", coded.where)
                self.basis[kind] = coded.where
            else:
                self._hold("STRENGTH_BASIS", f"{shown} is the thiosulfate ion", coded.where)
        elif kind not in named and coded.words:
            same_family = kind == "zinc" and named & set(ZINC_KINDS)
            if not same_family:
                self._hold("CODE_DISPLAY_CONFLICT", f'{shown} is {kind}, but the words are "{coded.words[0][:60]}"', coded.where)
        elif not coded.words:
            self.bases |= {BaseWish.PETROLATUM} if kind == "petrolatum" else {BaseWish.ZINC_UNSPECIFIED} if kind == "zinc" else set()

    def _read_ingredient(self, ingredient: IngredientAsSent) -> None:
        named = self._read_coded(ingredient.item, is_ingredient=True)
        where = ingredient.item.where
        codes = {self.codes.kinds.get((coding.system, coding.code)) for coding in ingredient.item.codings}
        is_drug = "drug" in named or "abbreviation" in named or bool(codes & DRUG_FORMS)
        if not ingredient.item.words and not ingredient.item.codings:
            self._hold("MEDICATION_TEXT_UNCLEAR", "an ingredient without a name", where)
        elif not is_drug and ingredient.is_active and not named & {"zinc", *ZINC_KINDS, "petrolatum", "levigating"}:
            self.others.append((ingredient.item.words[0] if ingredient.item.words else "an active ingredient", where))
        if not is_drug:
            reading_bases = {wish for kind, wish in ZINC_KINDS.items() if kind in named} | ({BaseWish.PETROLATUM} if "petrolatum" in named else set())
            self.bases |= reading_bases
            for reading, _ in self.readings:
                if reading.text in ingredient.item.words:
                    self.bases_by_word.update(reading.words_of("other_base", "zinc_other"))
        if ingredient.strength is not None:
            percent = self._percent_of(ingredient.strength, where)
            if percent is not None and is_drug:
                self.percents.setdefault(percent, where)
            elif percent is not None and named & set(ZINC_KINDS):
                self.zinc_percents.add(percent)
            elif percent is not None and percent >= 100:
                self._hold("STRENGTH_CONFLICT", f"an ingredient of {plain_number(percent)} % leaves no room for the drug", where)

    def _percent_of(self, ratio: RatioAsSent, where: str) -> Decimal | None:
        try:
            return percent_of(ratio)
        except QuantityError as refusal:
            self._hold("STRENGTH_UNIT", refusal.message, where)
            return None

    def _judge_drug(self) -> None:
        # One wording with two drugs is a combination; a second name or code for the same thing is a contradiction somebody must clear up.
        apart = [(words, where) for words, where in self.others if ".ingredient[" in where and where not in self.in_conflict]
        if self.combined or (self.drug_seen and apart):
            words, where = (*self.combined, *apart)[0]
            self._hold("NOT_SODIUM_THIOSULFATE", f"it also names {words}", where)
        elif self.drug_seen and self.others:
            words, where = self.others[0]
            self._hold("CODE_DISPLAY_CONFLICT", f"it names sodium thiosulfate and also {words}", where)
        elif not self.drug_seen and self.others:
            self._hold("NOT_SODIUM_THIOSULFATE", f"it names {self.others[0][0]}", self.others[0][1])
        elif not self.drug_seen and self.abbreviations:
            self._hold("ABBREVIATION_AMBIGUOUS", f'"{self.abbreviations[0].upper()}" also means sodium tetradecyl sulfate; write sodium thiosulfate')
        elif not self.drug_seen:
            named = next((wording for name in self.sent.names for wording in name.words), "nothing")
            self._hold("NOT_SODIUM_THIOSULFATE", f'it names "{named[:80]}"')
        elif self.abbreviations:
            self._hold("ABBREVIATION_AMBIGUOUS", f'"{self.abbreviations[0].upper()}" also means sodium tetradecyl sulfate')

    def _judge_strength(self) -> Decimal | None:
        if len(self.percents) > 1:
            stated = " and ".join(f"{plain_number(percent)} %" for percent in self.percents)
            self._hold("STRENGTH_CONFLICT", stated, next(iter(self.percents.values())))
            return None
        return next(iter(self.percents), None)

    def _judge_basis(self) -> str:
        if "anhydrous" in self.basis:
            both = " and as pentahydrate" if "pentahydrate" in self.basis else ""
            self._hold("STRENGTH_BASIS", f"as anhydrous{both}", self.basis["anhydrous"])
            return "" if both else "anhydrous"
        return "pentahydrate" if "pentahydrate" in self.basis else ""

    def _judge_base(self) -> BaseWish:
        if self.bases_by_word:
            self._hold("NO_FORMULA", "the base " + ", ".join(sorted(self.bases_by_word)))
            return BaseWish.NONE
        wishes = set(self.bases)
        # "Zinc oxide" beside "zinc oxide ointment" is the same wish, said once loosely and once exactly.
        exact_zinc = wishes & {BaseWish.ZINC_OINTMENT, BaseWish.ZINC_PASTE}
        if exact_zinc:
            wishes.discard(BaseWish.ZINC_UNSPECIFIED)
        families = {"zinc" if wish in IS_ZINC else wish.value for wish in wishes}
        if BaseWish.CHOICE in wishes or (self.either and families == {"zinc", "petrolatum"}):
            return BaseWish.CHOICE
        if self.no_zinc and families & {"zinc"}:
            self._hold("BASE_UNCLEAR", "it names a zinc base and says no zinc")
            return BaseWish.NONE
        if len(wishes) > 1:
            self._hold("BASE_UNCLEAR", "it names " + " and ".join(sorted(wish.value for wish in wishes)))
            return BaseWish.NONE
        return next(iter(wishes), BaseWish.NONE)

    def _judge_zinc_percent(self) -> Decimal | None:
        if len(self.zinc_percents) > 1:
            self._hold("STRENGTH_CONFLICT", "it states more than one strength for the zinc oxide product")
            return None
        return next(iter(self.zinc_percents), None)

    def _judge_form(self) -> None:
        differs: list[str] = []
        for reading, where in self.readings:
            for words in reading.words_of("not_topical"):
                self._hold("NOT_TOPICAL", f'it says "{words}"', where)
            for words in reading.words_of("form_conflict"):
                self._hold("DOSAGE_FORM_CONFLICT", f'it says "{words}", and petrolatum or zinc oxide ointment gives an ointment', where)
            differs.extend(reading.words_of("form_differs"))
        if differs:
            self.reasons.append(reason("DOSAGE_FORM_DIFFERS", detail=f'"{differs[0]}"', where=self.sent.where))
