"""A passkey opens with its own answer to this challenge at this address, and with nothing else; whatever is sent instead gets one sentence."""

import json
from collections.abc import Callable
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.credentials.passkeys import (
    NewPasskey,
    PasskeyRefused,
    RelyingParty,
    creation_options,
    credential_id_of,
    new_challenge,
    request_options,
    verify_creation,
    verify_request,
)
from tests.credentials.authenticator import PRESENT, VERIFIED, Authenticator, base64url, from_base64url

PARTY = RelyingParty(id="pharmacy.example", name="Stadt-Apotheke", origins=("https://pharmacy.example", "https://pharmacy.example:8443"))
CHALLENGE = bytes(range(32))
OTHER_CHALLENGE = bytes(range(1, 33))


def device(**lies: Any) -> Authenticator:
    return Authenticator(**{"party_id": PARTY.id, "origin": PARTY.origins[0], **lies})


def create(answer: object) -> NewPasskey:
    return verify_creation(PARTY, challenge=CHALLENGE, answer=json.dumps(answer))


def request(answer: object, passkey: NewPasskey, *, sign_count: int | None = None) -> int:
    count = passkey.sign_count if sign_count is None else sign_count
    return verify_request(PARTY, challenge=CHALLENGE, answer=json.dumps(answer), public_key=passkey.public_key, sign_count=count)


def is_refused(asked: Callable[[], object]) -> None:
    with pytest.raises(PasskeyRefused) as refused:
        asked()
    assert str(refused.value) == "PASSKEY_REFUSED: The passkey was not accepted; try again, or sign in another way."


def test_a_passkey_that_was_made_opens_and_its_count_goes_on() -> None:
    own = device()
    passkey = create(own.create(CHALLENGE))
    assert passkey == NewPasskey(credential_id=own.credential_id, public_key=own.public_key(), sign_count=1)
    answer = own.answer(CHALLENGE)
    assert credential_id_of(json.dumps(answer)) == own.credential_id
    assert request(answer, passkey) == 2
    assert request(own.answer(CHALLENGE), passkey, sign_count=2) == 3


def test_any_address_of_the_pharmacy_is_accepted() -> None:
    own = device(origin=PARTY.origins[1])
    passkey = create(own.create(CHALLENGE))
    assert request(own.answer(CHALLENGE), passkey) == 2


def test_a_passkey_that_does_not_count_opens_again_and_again() -> None:
    own = device(counts=False)
    passkey = create(own.create(CHALLENGE))
    assert [request(own.answer(CHALLENGE), passkey) for _ in range(2)] == [0, 0]


LIES: dict[str, dict[str, Any]] = {
    "another address": {"origin": "https://pharmacy.example.evil.example"},
    "the address without encryption": {"origin": "http://pharmacy.example"},
    "another port": {"origin": "https://pharmacy.example:444"},
    "another party": {"party_id": "evil.example"},
}  # fmt: skip
WRONG_ANSWERS: dict[str, dict[str, Any]] = {
    "user not verified": {"flags": PRESENT},
    "user not present": {"flags": VERIFIED},
    "the other ceremony": {"kind": "payment.get"},
    "inside a frame of another site": {"crossOrigin": True},
    "inside something that is no answer": {"crossOrigin": "no"},
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_for_another_address_or_party_is_refused(lie: str) -> None:
    own, liar = device(), device(**LIES[lie])
    is_refused(lambda: create(liar.create(CHALLENGE)))
    passkey = create(own.create(CHALLENGE))
    liar.key, liar.credential_id, liar.sign_count = own.key, own.credential_id, own.sign_count
    is_refused(lambda: request(liar.answer(CHALLENGE), passkey))


@pytest.mark.parametrize("wrong", WRONG_ANSWERS)
def test_an_answer_without_the_person_or_to_another_question_is_refused(wrong: str) -> None:
    own = device()
    is_refused(lambda: create(own.create(CHALLENGE, **WRONG_ANSWERS[wrong])))
    passkey = create(own.create(CHALLENGE))
    is_refused(lambda: request(own.answer(CHALLENGE, **WRONG_ANSWERS[wrong]), passkey))


def test_an_answer_to_another_challenge_is_refused() -> None:
    own = device()
    is_refused(lambda: create(own.create(OTHER_CHALLENGE)))
    passkey = create(own.create(CHALLENGE))
    is_refused(lambda: request(own.answer(OTHER_CHALLENGE), passkey))


def test_the_answers_of_one_ceremony_do_not_serve_in_the_other() -> None:
    own = device()
    made = own.create(CHALLENGE)
    passkey = create(made)
    is_refused(lambda: request(made, passkey))
    is_refused(lambda: create(own.answer(CHALLENGE)))
    is_refused(lambda: create(own.create(CHALLENGE, kind="webauthn.get")))
    is_refused(lambda: request(own.answer(CHALLENGE, kind="webauthn.create"), passkey))


def test_the_signature_of_another_key_or_over_other_words_is_refused() -> None:
    own, thief = device(), device()
    passkey = create(own.create(CHALLENGE))
    thief.credential_id, thief.sign_count = own.credential_id, own.sign_count
    is_refused(lambda: request(thief.answer(CHALLENGE), passkey))
    answer = own.answer(CHALLENGE)
    for part in ("signature", "authenticatorData", "clientDataJSON"):
        changed = bytearray(from_base64url(answer["response"][part]))
        changed[-2] ^= 1
        is_refused(lambda part=part, changed=changed: request({**answer, "response": {**answer["response"], part: base64url(bytes(changed))}}, passkey))
    is_refused(lambda: request({**answer, "response": {**answer["response"], "signature": ""}}, passkey))
    assert request(answer, passkey) == 2


@pytest.mark.parametrize("kept", [2, 3, 4_000_000_000])
def test_a_count_that_did_not_grow_is_refused(kept: int) -> None:
    own = device()
    passkey = create(own.create(CHALLENGE))
    answer = own.answer(CHALLENGE)
    is_refused(lambda: request(answer, passkey, sign_count=kept))


def test_a_passkey_that_stopped_counting_is_refused() -> None:
    own = device()
    passkey = create(own.create(CHALLENGE))
    own.counts, own.sign_count = False, 0
    is_refused(lambda: request(own.answer(CHALLENGE), passkey))


def test_a_key_nobody_could_sign_with_later_is_refused_when_it_is_made() -> None:
    off_the_curve = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: bytes(31) + b"\x01", -3: bytes(31) + b"\x01"})
    another_kind = cbor2.dumps({1: 2, 3: -999, -1: 1, -2: bytes(32), -3: bytes(32)})
    for key in (off_the_curve, another_kind, cbor2.dumps({}), cbor2.dumps(7)):
        is_refused(lambda key=key: create(device().create(CHALLENGE, public_key=key)))


def test_an_answer_that_names_two_passkeys_is_refused() -> None:
    own = device()
    is_refused(lambda: create(own.create(CHALLENGE, attested_id=b"another one")))
    answer = {**own.answer(CHALLENGE), "rawId": base64url(b"another one")}
    is_refused(lambda: credential_id_of(json.dumps(answer)))


@pytest.mark.parametrize("credential_id", [b"", bytes(1024)])
def test_an_id_no_passkey_has_is_refused(credential_id: bytes) -> None:
    own = device(credential_id=credential_id)
    is_refused(lambda: create(own.create(CHALLENGE)))
    is_refused(lambda: credential_id_of(json.dumps(own.answer(CHALLENGE))))


DEEP = "[" * 60_000
MALFORMED = ["", " ", "null", "7", "[]", "{}", '"text"', "{", "\ud800", DEEP, "x" * 1_000_000, '{"response": null}', '{"response": {"clientDataJSON": 7}}', '{"id": "", "rawId": "", "response": {"clientDataJSON": "e30"}}', '{"id": "AA", "rawId": "AA", "response": {"clientDataJSON": "bnVsbA"}}']  # fmt: skip


@pytest.mark.parametrize("answer", MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_answer_gets_the_same_sentence(answer: str) -> None:
    own = device()
    is_refused(lambda: verify_creation(PARTY, challenge=CHALLENGE, answer=answer))
    is_refused(lambda: verify_request(PARTY, challenge=CHALLENGE, answer=answer, public_key=own.public_key(), sign_count=0))
    is_refused(lambda: credential_id_of(answer))


def test_an_honest_answer_blown_up_beyond_reason_is_refused() -> None:
    own = device()
    answer = json.dumps(own.create(CHALLENGE))
    assert verify_creation(PARTY, challenge=CHALLENGE, answer=answer + " " * 1000).credential_id == own.credential_id
    is_refused(lambda: verify_creation(PARTY, challenge=CHALLENGE, answer=answer + " " * 64 * 1024))


def test_an_answer_without_any_of_its_parts_is_refused() -> None:
    own = device()
    passkey = create(own.create(CHALLENGE))
    made, answered = own.create(CHALLENGE), own.answer(CHALLENGE)
    for part in ("id", "rawId", "type", "response"):
        is_refused(lambda part=part: create({key: value for key, value in made.items() if key != part}))
        is_refused(lambda part=part: request({key: value for key, value in answered.items() if key != part}, passkey))
    for whole, check in ((made, create), (answered, lambda answer: request(answer, passkey))):
        for part in {"clientDataJSON", "attestationObject", "authenticatorData", "signature"} & set(whole["response"]):
            for odd in (None, 7, [], {}, "", "*", "é", "AAAA"):
                is_refused(lambda whole=whole, check=check, part=part, odd=odd: check({**whole, "response": {**whole["response"], part: odd}}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
BYTES = st.binary(max_size=200).map(base64url)
CBOR = st.recursive(st.none() | st.integers(-9, 9) | st.binary(max_size=40) | st.sampled_from(["fmt", "none", "authData", "attStmt", "packed", "tpm", "android-safetynet", "apple", "fido-u2f", "android-key"]), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["fmt", "attStmt", "authData", 1, 3, -1, -2, -3]), inner, max_size=4), max_leaves=8).map(lambda value: base64url(cbor2.dumps(value)))  # fmt: skip
PART = BYTES | CBOR | JSON | JSON.map(lambda value: base64url(json.dumps(value).encode()))
SHAPED = st.fixed_dictionaries(
    {"id": st.just("AAAA") | PART, "rawId": st.just("AAAA") | PART, "type": st.just("public-key") | PART, "response": PART | st.fixed_dictionaries({"clientDataJSON": st.sampled_from([base64url(json.dumps({"type": f"webauthn.{kind}", "challenge": base64url(CHALLENGE), "origin": PARTY.origins[0]}).encode()) for kind in ("create", "get")]) | PART, "attestationObject": PART, "authenticatorData": PART, "signature": PART, "userHandle": PART, "transports": PART})},
)  # fmt: skip


@given(st.text(st.characters()) | st.binary().map(lambda content: content.decode("latin-1")) | (JSON | SHAPED).map(json.dumps), st.binary(max_size=90))
def test_no_answer_raises_anything_else(answer: str, public_key: bytes) -> None:
    is_refused(lambda: verify_creation(PARTY, challenge=CHALLENGE, answer=answer))
    is_refused(lambda: verify_request(PARTY, challenge=CHALLENGE, answer=answer, public_key=public_key, sign_count=0))
    try:
        named = credential_id_of(answer)
    except PasskeyRefused:
        named = None
    assert named is None or base64url(named) == json.loads(answer)["id"]


@given(st.binary(max_size=120), st.integers(0, 255))
def test_no_bytes_behind_an_honest_beginning_raise_anything_else(tail: bytes, flags: int) -> None:
    own = device()
    made, passkey = own.create(CHALLENGE), create(own.create(CHALLENGE))
    data = own._data(flags) + tail
    attestation = base64url(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}))
    is_refused(lambda: create({**made, "response": {**made["response"], "attestationObject": attestation}}))
    answered = own.answer(CHALLENGE)
    is_refused(lambda: request({**answered, "response": {**answered["response"], "authenticatorData": base64url(data)}}, passkey))


def test_the_options_to_make_one_ask_for_verification_and_no_attestation() -> None:
    asked = json.loads(
        creation_options(PARTY, user_id=b"person 7", name="anna.meier", display_name="Anna Meier", exclude=(b"one", b"two"), challenge=CHALLENGE)
    )
    assert asked["rp"] == {"id": PARTY.id, "name": PARTY.name}
    assert asked["user"] == {"id": base64url(b"person 7"), "name": "anna.meier", "displayName": "Anna Meier"}
    assert from_base64url(asked["challenge"]) == CHALLENGE
    assert asked["attestation"] == "none"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "preferred"
    assert [from_base64url(each["id"]) for each in asked["excludeCredentials"]] == [b"one", b"two"]
    assert {-7, -257} <= {each["alg"] for each in asked["pubKeyCredParams"]}


def test_the_options_to_sign_in_ask_for_verification_and_name_the_passkeys() -> None:
    asked = json.loads(request_options(PARTY, challenge=CHALLENGE, allow=(b"one",)))
    assert asked["rpId"] == PARTY.id
    assert from_base64url(asked["challenge"]) == CHALLENGE
    assert asked["userVerification"] == "required"
    assert [(each["type"], from_base64url(each["id"])) for each in asked["allowCredentials"]] == [("public-key", b"one")]


def test_nothing_is_put_in_the_place_of_an_empty_challenge_or_user_id() -> None:
    for challenge in (b"", bytes(31)):
        with pytest.raises(ValueError, match="challenge"):
            request_options(PARTY, challenge=challenge, allow=())
        with pytest.raises(ValueError, match="challenge"):
            creation_options(PARTY, user_id=b"7", name="a", display_name="A", exclude=(), challenge=challenge)
    for user_id in (b"", bytes(65)):
        with pytest.raises(ValueError, match="user id"):
            creation_options(PARTY, user_id=user_id, name="a", display_name="A", exclude=(), challenge=CHALLENGE)


def test_challenges_have_256_bits_and_differ() -> None:
    assert len({new_challenge() for _ in range(50)}) == 50
    assert len(new_challenge()) == 32
