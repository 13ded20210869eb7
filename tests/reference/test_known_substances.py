"""The files of the register: whole or refused, exact, and built by rules that leave the doubtful out."""

import shutil
import tomllib
from pathlib import Path

import pytest

from compounding.domain.errors import ReferenceDataError
from compounding.domain.screening.lexicon import Lexicon
from compounding.reference import load
from compounding.reference.known_substances import CLASSES, CLASSES_FILE, NAMES_FILE, RECORD_FILE, KnownSubstances, open_known_substances
from tools.lexicon.build import Row, register_of, rules, write

FOLDER = Path(__file__).parents[2] / "compounding" / "reference"
RECORD = tomllib.loads((FOLDER / RECORD_FILE).read_text(encoding="utf-8"))


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for name in (NAMES_FILE, CLASSES_FILE):
        shutil.copy(FOLDER / name, tmp_path / name)
    return tmp_path


@pytest.fixture(scope="module")
def register() -> KnownSubstances:
    return open_known_substances(FOLDER, RECORD)


def test_whole_files_are_opened(copied: Path) -> None:
    assert open_known_substances(copied, RECORD).longest_name(["sodium", "chloride", "rash"]) == (2, "known_other")


@pytest.mark.parametrize("name", [NAMES_FILE, CLASSES_FILE])
def test_a_damaged_file_is_refused(copied: Path, name: str) -> None:
    content = bytearray((copied / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copied / name).write_bytes(content)
    with pytest.raises(ReferenceDataError, match=f"{name} is not the file"):
        open_known_substances(copied, RECORD)


def test_a_file_cut_short_is_refused(copied: Path) -> None:
    (copied / NAMES_FILE).write_bytes((copied / NAMES_FILE).read_bytes()[:1000])
    with pytest.raises(ReferenceDataError, match="is not the file"):
        open_known_substances(copied, RECORD)


def test_a_missing_file_is_refused(copied: Path) -> None:
    (copied / CLASSES_FILE).unlink()
    with pytest.raises(ReferenceDataError, match="is missing"):
        open_known_substances(copied, RECORD)


def test_every_class_of_the_files_is_an_allergen_of_the_lexicon() -> None:
    assert set(CLASSES) <= set(load().lexicon.registered)


def test_a_name_ends_where_a_word_ends(register: KnownSubstances) -> None:
    assert register.longest_name(["sodium", "chloridefoo"]) in {None, (1, "known_other")}
    assert register.longest_name(["upadacitinib", "tablets"]) == (1, "known_other")


@pytest.mark.parametrize(
    ("code", "allergen"), [("soi2loh54z", "zinc"), ("hx1032v43m", "thiosulfate"), ("4t6h12bn9u", "petrolatum"), ("wk2xyi10qm", "known_other")]
)
def test_a_unii_code_is_known(register: KnownSubstances, code: str, allergen: str) -> None:
    assert register.by_code(code) == allergen


@pytest.mark.parametrize("code", ["", "ibuprofen", "0000000000", "soi2loh54", "abcdefghij"])
def test_what_is_no_unii_code_is_not_known_as_one(register: KnownSubstances, code: str) -> None:
    assert register.by_code(code) is None


def row(name: str, code: str, *, substance: str = "", kind: str = "cn") -> Row:
    return Row(name, kind, code, substance or name)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load().lexicon


@pytest.mark.parametrize(
    "left_out",
    [
        row("GLORB", "1", substance="GLORB INSULIN"),
        row("ABC", "1"),
        row("12-34 X", "1"),
        row("CONTROL", "1"),
        row("ZYNC", "1"),
        row("CALAMINT", "1"),
        row("GLORBODERM SKIN", "1"),
        row("CALAMINE COMPONENT GLORB", "1", substance="GLORB"),
        row("GLORBOTAN", "1", substance="OXYBENZONE", kind="bn"),
        row("GLORB BRASS", "1"),
        row("GLORBITRACIN", "1", substance="BACITRACIN"),
        row("GLORBOL", "1", substance="EUGENOL"),
        row("GLORBAMINE", "1", substance="PROTAMINE SULFATE"),
        row("A NAME OF MORE THAN FORTY CHARACTERS, ALL TOLD", "1"),
    ],
)
def test_a_doubtful_name_is_left_out(lexicon: Lexicon, left_out: Row) -> None:
    assert dict(register_of([left_out], chosen=rules(), lexicon=lexicon).names) == {}


def test_a_substance_with_zinc_in_any_of_its_names_is_zinc(lexicon: Lexicon) -> None:
    chosen = register_of(
        [row("GLORBATE [MI]", "A1", substance="GLORBATE"), row("GLORBIC ACID, ZINC SALT", "A1", substance="GLORBATE")], chosen=rules(), lexicon=lexicon
    )
    assert dict(chosen.names) == {"glorbate": "zinc", "glorbic acid , zinc salt": "zinc"}
    assert dict(chosen.codes) == {"a1": "zinc"}


def test_a_name_of_two_substances_is_zinc_if_one_is(lexicon: Lexicon) -> None:
    rows = [row("GLORBATE", "A1"), row("GLORBATE", "A2", substance="ZINC GLORBATE"), row("ZINC GLORBATE", "A2")]
    assert register_of(rows, chosen=rules(), lexicon=lexicon).names["glorbate"] == "zinc"


def test_a_protein_named_after_zinc_is_neither_zinc_nor_free_of_it(lexicon: Lexicon) -> None:
    chosen = register_of([row("GLORB PROTEIN", "A1"), row("ZINC FINGER PROTEIN GLORB", "A1", substance="GLORB PROTEIN")], chosen=rules(), lexicon=lexicon)
    assert dict(chosen.names) == {}
    assert dict(chosen.codes) == {}


def test_the_same_list_makes_the_same_files(lexicon: Lexicon, tmp_path: Path) -> None:
    chosen = register_of([row("GLORBATE", "A1"), row("GLORB PETROLATUM", "A2")], chosen=rules(), lexicon=lexicon)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    write(chosen, tmp_path / "a")
    write(chosen, tmp_path / "b")
    for name in (NAMES_FILE, CLASSES_FILE):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_ordinary_words_are_left_out_of_the_files_that_ship(register: KnownSubstances) -> None:
    assert [word for word in sorted(rules().ordinary_words) if (register.longest_name([word]) or (1, "zinc"))[1] != "zinc"] == []
