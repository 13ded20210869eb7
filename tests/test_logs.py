"""Logs hold events, codes and numbers of our own, and never a patient."""

import json

import pytest
import structlog

from compounding import logs
from compounding.domain.errors import LevigateError


def test_a_key_that_is_not_allowed_is_dropped_and_its_dropping_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    structlog.get_logger().info("prepared", count=1, patient="Ana Example", allergies="zinc")
    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "prepared"
    assert line["count"] == 1
    assert line["notice"] == "dropped keys: allergies, patient"
    assert "Ana" not in str(line)


def test_a_command_is_quiet_and_the_environment_can_make_it_speak(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    logs.configure(quiet=True)
    structlog.get_logger().info("prepared")
    assert not capsys.readouterr().err
    monkeypatch.setenv(logs.LEVEL_VARIABLE, "info")
    logs.configure(quiet=True)
    structlog.get_logger().info("prepared")
    assert "prepared" in capsys.readouterr().err


def test_an_unknown_level_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(logs.LEVEL_VARIABLE, "silent")
    with pytest.raises(LevigateError, match="LOG_LEVEL_UNKNOWN"):
        logs.configure()


def test_a_level_that_is_given_comes_before_the_environment(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(logs.LEVEL_VARIABLE, "info")
    logs.configure(level="error")
    structlog.get_logger().warning("prepared")
    assert not capsys.readouterr().err
    with pytest.raises(LevigateError, match="LOG_LEVEL_UNKNOWN"):
        logs.configure(level="silent")


def test_an_address_as_it_was_typed_has_no_place_in_a_line() -> None:
    assert "path" not in logs.ALLOWED
    assert {"route", "incident"} <= logs.ALLOWED
