"""A file is kept as it is, once, under its sha256; what is no such file is not kept."""

import hashlib

import pytest

from compounding.storage import contents
from compounding.storage.transaction import transaction
from compounding.workflow.files import MEDIA_TYPES, keep_file
from tests.workflow.conftest import AT
from tests.workflow.seeing import counts, entries, refused
from tests.workflow.steps import Pharmacy

GOOD = {
    "application/pdf": b"%PDF-1.7\n", "image/png": b"\x89PNG\r\n\x1a\n\x00", "image/jpeg": b"\xff\xd8\xff\xe0", "application/json": "{}é".encode(),
    "text/plain": b"as it came\r\n", "application/octet-stream": b"\x00\xff",
}  # fmt: skip


@pytest.mark.parametrize("media_type", sorted(MEDIA_TYPES))
def test_every_byte_of_a_file_comes_back(pharmacy: Pharmacy, media_type: str) -> None:
    data = GOOD[media_type]
    kept = keep_file(pharmacy.house, pharmacy.act(pharmacy.staff.assistant), data, media_type)
    assert (kept.sha256, kept.is_new) == (hashlib.sha256(data).hexdigest(), True)
    with transaction(pharmacy.house.database, site_id=pharmacy.house.site_id, by="x", role="", at=AT) as opened:
        assert contents.of(opened, kept.sha256) == data
    last = entries(pharmacy.house)[-1]
    assert (last["action"], last["subject_id"], last["role"]) == ("keep file", kept.sha256, "assistant")
    assert last["changed"] == {"file": [None, "kept"], "media_type": [None, media_type], "bytes": [None, len(data)]}


def test_the_same_bytes_are_kept_once_and_told_twice(pharmacy: Pharmacy) -> None:
    first = keep_file(pharmacy.house, pharmacy.act(pharmacy.staff.assistant), b"the same", "text/plain")
    before = counts(pharmacy.house.database)
    again = keep_file(pharmacy.house, pharmacy.act(pharmacy.staff.pharmacist), b"the same", "text/plain")
    assert (again.sha256, first.is_new, again.is_new) == (first.sha256, True, False)
    assert counts(pharmacy.house.database) == {**before, "audit_entry": before["audit_entry"] + 1}
    assert entries(pharmacy.house)[-1]["changed"]["file"] == [None, "these bytes were kept before"]


@pytest.mark.parametrize(
    ("sent", "media_type", "code"),
    [
        (b"GIF89a", "image/gif", "FILE_TYPE"),
        (b"<html>", "text/html", "FILE_TYPE"),
        (b"%PDF-1.7", "application/pdf; charset=x", "FILE_TYPE"),
        (b"", "text/plain", "FILE_EMPTY"),
        (b"<html>", "application/pdf", "FILE_NOT_ITS_TYPE"),
        (b"%PDF-1.7", "image/png", "FILE_NOT_ITS_TYPE"),
        (b"\x89PNG", "image/jpeg", "FILE_NOT_ITS_TYPE"),
        (b"\xff\xfe", "text/plain", "FILE_NOT_ITS_TYPE"),
        (b"{\xff}", "application/json", "FILE_NOT_ITS_TYPE"),
        (b"x" * (contents.LARGEST + 1), "text/plain", "CONTENT_TOO_LARGE"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_such_file_is_not_kept(pharmacy: Pharmacy, sent: bytes, media_type: str, code: str) -> None:
    assert refused(pharmacy.house, lambda: keep_file(pharmacy.house, pharmacy.act(pharmacy.staff.pharmacist), sent, media_type)) == code


def test_who_may_neither_take_orders_nor_keep_stock_keeps_no_file(pharmacy: Pharmacy) -> None:
    assert refused(pharmacy.house, lambda: keep_file(pharmacy.house, pharmacy.act(pharmacy.staff.auditor), b"x", "text/plain")) == "ROLE_NOT_ALLOWED"
    assert refused(pharmacy.house, lambda: keep_file(pharmacy.house, pharmacy.act("nobody"), b"x", "text/plain")) == "NOT_FOUND"
