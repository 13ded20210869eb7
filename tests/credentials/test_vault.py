"""What the vault sealed opens with the same secret for the same row, and in no other case."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.credentials.vault import Vault, VaultRefused
from compounding.domain.errors import LevigateError

SECRET = bytes(range(32))
VAULT = Vault(SECRET)
ABOUT = "one-time codes of person 7"


def refused(vault: Vault, sealed: str, about: str = ABOUT) -> LevigateError:
    with pytest.raises(VaultRefused) as found:
        vault.open(sealed, about=about)
    assert found.value.code == "SECRET_CHANGED"
    return found.value


@given(st.text(), st.text())
def test_what_was_sealed_opens_as_it_was(text: str, about: str) -> None:
    assert VAULT.open(VAULT.seal(text, about=about), about=about) == text


def test_another_run_with_the_same_secret_opens_it() -> None:
    assert Vault(SECRET).open(VAULT.seal("seed", about=ABOUT), about=ABOUT) == "seed"


def test_what_an_earlier_version_sealed_still_opens() -> None:
    """A text that was sealed when the vault was written: should it stop opening, every second factor would be lost with an upgrade."""
    assert VAULT.open("v1.-SmxNYFOo0OMLQyfpjZnNEm4dgZ0k9djU4jM3p9KXGMMJTpU4Uti1WXLYyY=", about=ABOUT) == "JBSWY3DPEHPK3PXP"


def test_the_same_text_is_sealed_differently_each_time_and_never_shows() -> None:
    first, second = VAULT.seal("JBSWY3DPEHPK3PXP", about=ABOUT), VAULT.seal("JBSWY3DPEHPK3PXP", about=ABOUT)
    assert first != second
    assert b"JBSWY3DP" not in base64.urlsafe_b64decode(first.removeprefix("v1."))


def test_another_secret_does_not_open_it_and_the_refusal_says_what_to_do() -> None:
    said = refused(Vault(SECRET[::-1]), VAULT.seal("seed", about=ABOUT))
    assert "restore the file" in said.message
    assert "new second factor" in said.message
    assert "seed" not in str(said)


def test_a_secret_of_the_same_beginning_is_another_secret() -> None:
    refused(Vault(SECRET + b"\x00"), VAULT.seal("seed", about=ABOUT))


def test_it_does_not_open_for_another_persons_row() -> None:
    refused(VAULT, VAULT.seal("seed", about=ABOUT), "one-time codes of person 8")


def test_the_mark_of_the_version_is_part_of_it() -> None:
    refused(VAULT, VAULT.seal("seed", about=ABOUT).removeprefix("v1."))


def test_every_changed_sign_is_noticed() -> None:
    sealed = VAULT.seal("seed", about=ABOUT).rstrip("=")
    for place in range(len(sealed) - 1):
        other = "A" if sealed[place] != "A" else "B"
        refused(VAULT, sealed[:place] + other + sealed[place + 1 :] + "=" * (-(len(sealed) - 3) % 4))


@pytest.mark.parametrize("sealed", ["", "v1.", "v1.AAAA", "v1." + "A" * 40, "v2." + "A" * 64, "A" * 64, "v1.é", "v1.\ud800", "v1.****"])
def test_what_was_never_sealed_is_refused(sealed: str) -> None:
    refused(VAULT, sealed)


@given(st.text(st.characters()), st.text(st.characters()))
def test_no_text_raises_anything_else(sealed: str, about: str) -> None:
    refused(VAULT, sealed, about)
    refused(VAULT, "v1." + sealed, about)


@pytest.mark.parametrize("secret", [b"", b"change me", bytes(31)])
def test_a_short_secret_is_refused(secret: bytes) -> None:
    with pytest.raises(LevigateError, match="SECRET_TOO_SHORT"):
        Vault(secret)


def test_the_vault_does_not_show_its_secret() -> None:
    assert SECRET.hex() not in repr(VAULT)
    assert repr(SECRET)[2:12] not in repr(VAULT)
