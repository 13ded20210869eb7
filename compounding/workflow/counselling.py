"""Who offered counselling, and signed for it? The pharmacist, at the hand-out itself or beforehand on the same day (clinical rule 23)."""

from dataclasses import dataclass

from compounding.domain.compounding_record import record_sha256, signed_text
from compounding.domain.dispensing import advised
from compounding.domain.errors import WorkflowRefused
from compounding.domain.hand_over_parts import Counselling, CounsellingWay, SignedCounselling
from compounding.domain.people import Duty
from compounding.domain.stages import Action
from compounding.storage import signatures
from compounding.workflow.benches import OnBench, keep, on_bench
from compounding.workflow.receiving import Standing
from compounding.workflow.use_case import Work, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCounselling:
    """Counselling that the person acting offered for a released preparation, before somebody else hands it out; `words` is what was said of note."""

    preparation_id: str
    version: int
    is_accepted: bool
    way: CounsellingWay
    words: str


@use_case
def record_counselling(work: Work, request: RecordCounselling) -> Standing:
    """Sign for counselling; it counts for a hand-out on the same day. Raises WorkflowRefused `COUNSELLING_WORDS_MISSING`."""
    work.may(Duty.COUNSEL)
    found = on_bench(work, request.preparation_id, version=request.version)
    words = " ".join(request.words.split())
    if not words:
        raise WorkflowRefused("COUNSELLING_WORDS_MISSING", "say in a few words what was discussed, or why counselling was declined")
    offered = Counselling(is_offered=True, is_accepted=request.is_accepted, by=work.person.id, way=request.way)
    signed = sign_counselling(work, found, offered, words)
    after = advised(found.record, signed)
    changed = {"counselling": (None, told(signed))}
    return keep(work, Action.COUNSEL, found.record, after, version=request.version, changed=changed)


def counselling_for_hand_out(work: Work, found: OnBench, asked: Counselling, words: str) -> SignedCounselling:
    """The signed counselling of a hand-out: signed now where the person acting offered it, else what that pharmacist signed beforehand today.

    Raises WorkflowRefused `COUNSELLING_NOT_OFFERED`, `COUNSELLING_NOT_SIGNED`, and NotAllowed for who may not counsel.
    """
    if not asked.is_offered:
        raise WorkflowRefused("COUNSELLING_NOT_OFFERED", "a pharmacist must offer counselling before the hand-out")
    if asked.by == work.person.id:
        return sign_counselling(work, found, asked, " ".join(words.split()))
    signed = next((each for each in reversed(found.record.counsellings) if each.counselling.by == asked.by), None)
    if signed is None or signed.on != work.today or signed.counselling != asked:
        raise WorkflowRefused("COUNSELLING_NOT_SIGNED", "who offered counselling must sign for it today, as it is told here, before the hand-out")
    return signed


def sign_counselling(work: Work, found: OnBench, counselling: Counselling, words: str) -> SignedCounselling:
    """The signature of the person acting under the counselling and the record as it stands. Raises NotAllowed."""
    signature = work.sign(Duty.COUNSEL, of_sha256=record_sha256(found.record, (counselling, words)))
    signatures.add(work.opened, "preparation", found.record.id, signature, text=signed_text(found.record, (counselling, words)))
    return SignedCounselling(counselling=counselling, words=words, on=work.today, signature=signature)


def told(signed: SignedCounselling) -> str:
    """The counselling as the audit trail tells it."""
    counselling = signed.counselling
    return f"{'accepted' if counselling.is_accepted else 'declined'}, by {signed.signature.name} ({counselling.by}), {counselling.way.value}: {signed.words}"
