"""Settings that make no sense stop the program before it serves a page."""

from ipaddress import ip_network

import pytest

from compounding.domain.errors import LevigateError
from compounding.web import create_app
from compounding.web.pharmacy import Pharmacy

LONG_ENOUGH = "only for tests " * 3


@pytest.mark.parametrize("secret", [None, "", "short", b"x" * 31, 5])
def test_there_is_no_default_secret_and_a_short_one_is_refused(house: Pharmacy, secret: object) -> None:
    with pytest.raises(LevigateError, match="SETTINGS_REFUSED: SECRET_KEY must be given, with at least 32") as refusal:
        create_app({"SECRET_KEY": secret}, house)
    assert "short" not in refusal.value.message


def test_the_environments_secret_is_not_read_behind_the_callers_back(monkeypatch: pytest.MonkeyPatch, house: Pharmacy) -> None:
    monkeypatch.setenv("LEVIGATE_SECRET_KEY", LONG_ENOUGH)
    with pytest.raises(LevigateError, match="SETTINGS_REFUSED"):
        create_app({}, house)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"ALLOWED_HOSTS": "pharmacy.example"}, "ALLOWED_HOSTS must be a list"),
        ({"NOTICES": "one notice"}, "NOTICES must be a list"),
        ({"NOTICES": [""]}, "NOTICES must be a list"),
        ({"SITE_NAME": " "}, "pharmacy's name"),
        ({"PLAIN_HTTP_ON_LOOPBACK": "no"}, "must be True or False"),
        ({"PLAIN_HTTP_ON_LOOPBACK": True, "ALLOWED_HOSTS": ["pharmacy.example"]}, "without TLS"),
        ({"PLAIN_HTTP_ON_LOOPBACK": True, "TRUSTED_PROXIES": [ip_network("127.0.0.1")]}, "without TLS"),
        ({"TRUSTED_PROXIES": ["10.0.0.5"]}, "TRUSTED_PROXIES must be a list of IP networks"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(house: Pharmacy, config: dict[str, object], words: str) -> None:
    with pytest.raises(LevigateError, match=f"SETTINGS_REFUSED: .*{words}"):
        create_app({"SECRET_KEY": LONG_ENOUGH} | config, house)
