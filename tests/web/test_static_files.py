"""The committed stylesheet, script and pictures, and how long a browser keeps them."""

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import compounding.web
from compounding.web.assets import IMMUTABLE, REVALIDATE, asset

STATIC = Path(compounding.web.__file__).parent / "static"
KINDS = {"levigate.css": "text/css", "levigate.js": "text/javascript", "logo.svg": "image/svg+xml", "favicon.svg": "image/svg+xml"}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_static_file_is_kept_for_good_only_under_its_right_fingerprint(app: Flask, client: FlaskClient, name: str) -> None:
    with app.test_request_context():
        address = asset(name)
    right = client.get(address)
    assert right.headers["Cache-Control"] == IMMUTABLE
    assert right.mimetype == KINDS[name]
    for wrong in (f"/static/{name}", f"/static/{name}?v=00000000", f"/static/{name}?v="):
        assert client.get(wrong).headers["Cache-Control"] == REVALIDATE
    assert client.get(address, headers={"If-None-Match": right.headers["ETag"]}).headers["Cache-Control"] == IMMUTABLE


def test_a_missing_static_file_is_not_kept(client: FlaskClient) -> None:
    assert client.get("/static/nothing.css?v=00000000").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/static/../settings.py", "/static/%2e%2e/settings.py", "/static//etc/passwd"])
def test_nothing_outside_the_static_folder_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(path, follow_redirects=True).status_code == 404


def test_an_asset_that_does_not_exist_fails_at_once(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(KeyError):
        asset("levigat.css")


def test_the_stylesheet_fetches_nothing() -> None:
    sheet = (STATIC / "levigate.css").read_text(encoding="utf-8")
    assert "url(" not in sheet
    assert "@import" not in sheet
    assert "@font-face" not in sheet
    assert "GDS Transport" not in sheet


def test_the_script_asks_only_where_the_page_says_and_evaluates_nothing() -> None:
    script = (STATIC / "levigate.js").read_text(encoding="utf-8")
    assert not re.search(r"\beval\(|new Function|https?://|\bimport\b|setAttribute\(\"style\"|innerHTML|XMLHttpRequest|WebSocket|sendBeacon", script)
    # Eight questions, at addresses that stand in the page: how the allergies that are being typed are read, what a passkey has to answer, what a new one is made
    # for, that somebody is still there, the password of whoever is locked, how a weight lies to its target, what an order's parts come to, and, at an address with
    # the mark of the list that is shown, what is new on the work list. The policy allows this server only.
    asked = re.findall(r"\bfetch\([\w.]+\.dataset\.(\w+),", script)
    assert sorted(asked) == ["options", "optionsAt", "readingAt", "stillThereAt", "toleranceAt", "unlockAt", "workedAt"]
    made = re.findall(r"\b(\w+)=new URL\(this\.root\.dataset\.rowsAt,location\.href\)", script)
    assert len(made) == 1
    assert len(re.findall(rf"\bfetch\({made[0]},", script)) == 1
    assert len(re.findall(r"\bfetch\(", script)) == len(asked) + 1


def test_the_licence_of_what_was_compiled_in_is_shipped_and_named() -> None:
    assert "Permission is hereby granted" in (STATIC / "GOVUK-FRONTEND-LICENSE.txt").read_text(encoding="utf-8")
    for name in ("levigate.css", "levigate.js"):
        assert "GOVUK-FRONTEND-LICENSE.txt" in (STATIC / name).read_text(encoding="utf-8")[:200]


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_white_text_stands_out_from_header_and_status_colours() -> None:
    sheet = (STATIC / "levigate.css").read_text(encoding="utf-8")
    colours = re.findall(r"--(?:govuk-brand-colour|lev-panel): ?(#[0-9a-f]{6})", sheet)
    assert len(colours) == 5
    assert all(1.05 / (_luminance(colour) + 0.05) >= 7 for colour in colours)


@pytest.mark.parametrize("status", ["ready", "held", "refused", "invalid"])
def test_each_outcome_has_its_style(status: str) -> None:
    assert f".lev-panel--{status}" in (STATIC / "levigate.css").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["levigate.css", "levigate.js"])
def test_stylesheet_and_script_travel_squeezed_to_whoever_reads_that(client: FlaskClient, name: str) -> None:
    plain, small = client.get(f"/static/{name}"), client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == plain.data == (STATIC / name).read_bytes()
    assert len(small.data) < len(plain.data) / 3
    assert all("Accept-Encoding" in each.headers["Vary"] for each in (plain, small))
    assert plain.headers["ETag"] != small.headers["ETag"]
    assert small.headers["Content-Type"] == plain.headers["Content-Type"]


def test_a_part_of_a_file_is_sent_as_it_is_and_pages_are_never_squeezed(client: FlaskClient) -> None:
    part = client.get("/static/levigate.css", headers={"Accept-Encoding": "gzip", "Range": "bytes=0-9"})
    assert "Content-Encoding" not in part.headers
    assert "Content-Encoding" not in client.get("/help", headers={"Accept-Encoding": "gzip"}).headers
