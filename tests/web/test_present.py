"""What a page says of the drug in a jar: as many digits as a person can use, and where they are not all, it says so."""

from dataclasses import dataclass
from fractions import Fraction

import pytest

from compounding.web.present import drug_in_it


@dataclass(frozen=True)
class Sheet:
    as_pentahydrate_g: Fraction
    as_anhydrous_g: Fraction


@pytest.mark.parametrize(
    ("pentahydrate", "anhydrous", "said"),
    [
        (Fraction(15), Fraction("9.55616890966"), "15 g as pentahydrate, which is about 9.556 g as anhydrous"),
        (Fraction("0.5"), Fraction("0.318"), "0.5 g as pentahydrate, which is 0.318 g as anhydrous"),
        (Fraction(47, 3), Fraction(10), "about 15.667 g as pentahydrate, which is 10 g as anhydrous"),
    ],
)
def test_the_drug_is_told_to_the_milligram(pentahydrate: Fraction, anhydrous: Fraction, said: str) -> None:
    assert drug_in_it(Sheet(pentahydrate, anhydrous)) == said  # type: ignore[arg-type]
