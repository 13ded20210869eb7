"""Lot files: exact numbers, no guesses."""

import json
from datetime import date
from decimal import Decimal

import pytest

from compounding.config.lot_file import read_lots
from compounding.domain.errors import ReferenceDataError
from compounding.domain.substances import AssayAs, AssayBasis

LOT = {
    "substance": "sodium-thiosulfate-pentahydrate", "lot": "SP-1", "supplier": "Example Chemicals", "form": "pentahydrate", "assay_percent": "99.6",
    "assay_basis": "dried", "assay_as": "anhydrous", "water_percent": 36.1, "expires": "2028-05",
}  # fmt: skip


def as_file(*lots: dict[str, object]) -> bytes:
    return json.dumps({"lots": list(lots)}).encode()


def test_a_lot_is_read_exactly_whether_its_numbers_are_text_or_json_numbers() -> None:
    (lot,) = read_lots(as_file(LOT), "lots.json")
    assert (lot.assay_percent, lot.water_percent) == (Decimal("99.6"), Decimal("36.1"))
    assert (lot.assay_basis, lot.assay_as, lot.expires_on) == (AssayBasis.DRIED, AssayAs.ANHYDROUS, date(2028, 5, 31))


def test_no_lots_is_an_empty_list() -> None:
    assert read_lots(b'{"lots": []}', "lots.json") == ()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[", b"null", b"\xff", b'{"lots": {}}', b'{"lots": [1]}', b'{"lots": [], "more": 1}', b'{"lots": [], "lots": []}', b'{"lots": [{"substance": "x"}]}',
        as_file({**LOT, "assay_percent": "99,6"}), as_file({**LOT, "assay_percent": True}), as_file({**LOT, "assay_percent": -1}),
        as_file({**LOT, "assay_basis": "wet"}), as_file({**LOT, "assay_as": ""}), as_file({**LOT, "expires": "retest 2028-05"}), as_file({**LOT, "colour": "white"}),
        as_file({**LOT, "lot": "x" * 61}), as_file({**LOT, "lot": ""}), b'{"lots": [{"substance": "x", "lot": "y", "assay_percent": NaN}]}',
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_one_sentence(content: bytes) -> None:
    with pytest.raises(ReferenceDataError) as refusal:
        read_lots(content, "lots.json")
    assert refusal.value.message
