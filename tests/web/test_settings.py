"""Settings that make no sense stop the program before it serves a page."""

import logging

import pytest

from compounding.web import create_app

LONG_ENOUGH = "only for tests " * 3


@pytest.fixture(autouse=True)
def _no_secret_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEVIGATE_SECRET_KEY", raising=False)


def test_without_a_secret_each_process_makes_its_own_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="levigate"):
        first, second = create_app(), create_app()
    assert first.secret_key != second.secret_key
    assert "LEVIGATE_SECRET_KEY" in caplog.text
    assert repr(first.secret_key) not in caplog.text


def test_the_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEVIGATE_SECRET_KEY", LONG_ENOUGH)
    assert create_app().secret_key == LONG_ENOUGH


@pytest.mark.parametrize("secret", ["", "short"])
def test_a_short_secret_is_refused(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    with pytest.raises(ValueError, match="at least 32"):
        create_app({"SECRET_KEY": secret})
    monkeypatch.setenv("LEVIGATE_SECRET_KEY", secret)
    with pytest.raises(ValueError, match="at least 32"):
        create_app()


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"ALLOWED_HOSTS": "pharmacy.example"}, "ALLOWED_HOSTS must be a list"),
        ({"NOTICES": "one notice"}, "NOTICES must be a list"),
        ({"NOTICES": [""]}, "NOTICES must be a list"),
        ({"SITE_NAME": " "}, "pharmacy's name"),
        ({"PLAIN_HTTP_ON_LOOPBACK": "no"}, "must be True or False"),
        ({"PLAIN_HTTP_ON_LOOPBACK": True, "ALLOWED_HOSTS": ["pharmacy.example"]}, "without TLS"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(config: dict[str, object], words: str) -> None:
    with pytest.raises((TypeError, ValueError), match=words):
        create_app({"SECRET_KEY": LONG_ENOUGH} | config)
