"""How a file is kept: a certificate, an original, a photo; its exact bytes, once, found again by their sha256."""

from dataclasses import dataclass

from compounding.domain.errors import LevigateError
from compounding.domain.people import Duty
from compounding.storage import contents, people
from compounding.storage.transaction import transaction
from compounding.workflow.use_case import Act, House, Work

_BEGINS = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_TEXTS = frozenset({"application/json", "text/plain"})
MEDIA_TYPES = frozenset({*_BEGINS, *_TEXTS, "application/octet-stream"})
"""What is kept. An original that is none of the others is kept as it came, as application/octet-stream."""


class FileRefused(LevigateError):
    """A file that is not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """The file's sha256, and whether these bytes were new here."""

    sha256: str
    is_new: bool


def keep_file(house: House, act: Act, data: bytes, media_type: str) -> KeptFile:
    """Keep the bytes as they are; the same bytes are kept once and told twice.

    Raises NotAllowed; FileRefused `FILE_TYPE`, `FILE_EMPTY`, `FILE_NOT_ITS_TYPE`; LevigateError `CONTENT_TOO_LARGE`. A repeated request is the same file,
    so the act's key is not needed.
    """
    with transaction(house.database, site_id=house.site_id, by=act.by, role="", at=act.at) as opened:
        supervisor = people.person_of(opened, act.supervisor)[0] if act.supervisor else None
        work = Work(house, act, opened, people.person_of(opened, act.by)[0], supervisor)
        work.may_one_of(Duty.RECEIVE_ORDERS, Duty.KEEP_STOCK, Duty.RELEASE_LOTS, Duty.WEIGH)
        _check(data, media_type)
        digest, is_new = contents.keep_once(opened, data, media_type=media_type)
        kept = "kept" if is_new else "these bytes were kept before"
        work.tell("keep file", "file", digest, {"file": (None, kept), "media_type": (None, media_type), "bytes": (None, len(data))})
    return KeptFile(sha256=digest, is_new=is_new)


def _check(data: bytes, media_type: str) -> None:
    if media_type not in MEDIA_TYPES:
        raise FileRefused("FILE_TYPE", f"a file is one of {', '.join(sorted(MEDIA_TYPES))}")
    if not data:
        raise FileRefused("FILE_EMPTY", "the file is empty; send it again")
    if not data.startswith(_BEGINS.get(media_type, b"")):
        raise FileRefused("FILE_NOT_ITS_TYPE", f"the file is said to be {media_type} and is not; look at it before you send it again")
    if media_type in _TEXTS:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as fault:
            raise FileRefused("FILE_NOT_ITS_TYPE", f"the file is said to be {media_type} and is no readable text") from fault
