"""Is the person who signs really a second one, and if there is none, was the substitute done? (clinical rules 17 and 18)"""

import re
from datetime import datetime, timedelta

from compounding.domain.errors import WorkflowRefused
from compounding.domain.people import Signature

SOLE_PRACTITIONER_WAITS = timedelta(minutes=10)
"""How long somebody working alone waits before the blind re-entry, so that it is not the same thought twice (clinical rule 18)."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


def is_sha256(text: str) -> bool:
    """Whether the text is a sha256 as it is written here."""
    return _SHA256.fullmatch(text) is not None


def hands(by: str, supervised_by: str) -> frozenset[str]:
    """Who did something: whoever supervised it answers for it, and is no second person to it either."""
    return frozenset({by, supervised_by} - {""})


def check_second_person(signature: Signature, *, first: frozenset[str], first_at: datetime, sole_allowed: bool, what: str) -> None:
    """Whether neither the signer nor the supervisor is one of the persons of the first entry, or the signer stands in for a second one lawfully.

    `first` are the `hands` of the first entry, supervisors included; `first_at` is when it was made; `what` is the act in words. Raises WorkflowRefused
    `SECOND_PERSON_NEEDED`, `SOLE_PRACTITIONER_TOO_SOON`, `SOLE_PRACTITIONER_EVIDENCE`.
    """
    if signature.as_sole_practitioner:
        if signature.supervised_by:
            raise WorkflowRefused("SECOND_PERSON_NEEDED", f"{what} is not done alone beside a supervisor: the supervisor, or another person, signs it")
        if not sole_allowed:
            raise WorkflowRefused("SECOND_PERSON_NEEDED", f"{what} needs a second person: working as sole practitioner is not allowed for this record")
        if not signature.evidence or not all(map(is_sha256, signature.evidence)):
            raise WorkflowRefused("SOLE_PRACTITIONER_EVIDENCE", f"{what} as sole practitioner needs a photo or printout kept with it")
        if signature.at < first_at + SOLE_PRACTITIONER_WAITS:
            minutes = SOLE_PRACTITIONER_WAITS // timedelta(minutes=1)
            raise WorkflowRefused("SOLE_PRACTITIONER_TOO_SOON", f"{what} as sole practitioner is done at least {minutes} minutes after the first entry")
        return
    if hands(signature.person_id, signature.supervised_by) & first:
        raise WorkflowRefused("SECOND_PERSON_NEEDED", f"{what} needs a second person: {signature.name} or a supervisor did the first part or answers for it")
