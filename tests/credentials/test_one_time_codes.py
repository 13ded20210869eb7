"""One-time codes as RFC 6238 counts them, within one step of the instant, and the QR code that sets an app up."""

import base64
import re
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from compounding.credentials.one_time_codes import code_at, new_secret, qr_svg, setup_uri, step_of
from compounding.domain.errors import LevigateError

# RFC 6238, appendix B: the secret, and the last six of the eight digits of the SHA-1 column.
SECRET = base64.b32encode(b"12345678901234567890").decode()
NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
STEP = timedelta(seconds=30)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert code_at(SECRET, at) == code
    assert step_of(SECRET, code, at=at) == seconds // 30


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_belongs_to_its_own_step_one_before_or_after(steps: int) -> None:
    own = int(NOON.timestamp()) // 30
    assert step_of(SECRET, code_at(SECRET, NOON + steps * STEP), at=NOON) == own + steps


@pytest.mark.parametrize("steps", [-2, 2, 2880])
def test_a_code_two_steps_away_is_none(steps: int) -> None:
    assert step_of(SECRET, code_at(SECRET, NOON + steps * STEP), at=NOON) is None


def test_a_code_of_two_steps_belongs_to_the_later_so_that_it_opens_once() -> None:
    """With this secret the steps 59061240 and 59061241 have the same code."""
    at = datetime.fromtimestamp(59061240 * 30, UTC)
    assert code_at(SECRET, at) == code_at(SECRET, at + STEP) == "963181"
    assert step_of(SECRET, "963181", at=at) == step_of(SECRET, "963181", at=at + STEP) == 59061241


def test_the_zone_of_the_instant_makes_no_difference_and_one_without_is_refused() -> None:
    assert code_at(SECRET, NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))) == code_at(SECRET, NOON)
    with pytest.raises(ValueError, match="zone"):
        step_of(SECRET, "123456", at=NOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    "write", [lambda code: f"{code[:3]} {code[3:]}", lambda code: f" {code} ", lambda code: " ".join(code), lambda code: f"{code[:3]}\u00a0{code[3:]}"]
)
def test_spaces_in_a_code_are_overlooked(write: object) -> None:
    code = code_at(SECRET, NOON)
    assert step_of(SECRET, write(code), at=NOON) == step_of(SECRET, code, at=NOON)  # type: ignore[operator]


def test_digits_of_other_scripts_signs_and_other_lengths_are_no_code() -> None:
    code = code_at(SECRET, NOON)
    arabic = code.translate({ord("0") + digit: 0x0660 + digit for digit in range(10)})
    full_width = code.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
    for odd in (
        "",
        " ",
        code[:5],
        code + "0",
        "+" + code[1:],
        "-" + code,
        arabic,
        full_width,
        code + "\x00",
        code[:5] + "²",
        "\ud800" * 6,
        "0x1234",
        "1e5000",
        "9" * 100_000,
    ):
        assert step_of(SECRET, odd, at=NOON) is None


@given(st.text(st.characters(), max_size=12))
def test_no_text_raises(text: str) -> None:
    found = step_of(SECRET, text, at=NOON)
    assert found is None or "".join(text.split()) in {code_at(SECRET, NOON + steps * STEP) for steps in (-1, 0, 1)}


def test_before_the_first_step_of_all_there_is_none() -> None:
    start = datetime(1970, 1, 1, tzinfo=UTC)
    assert step_of(SECRET, code_at(SECRET, start), at=start) == 0


def test_secrets_have_160_bits_and_differ() -> None:
    made = {new_secret() for _ in range(50)}
    assert len(made) == 50
    assert {len(base64.b32decode(secret)) for secret in made} == {20}


@pytest.mark.parametrize("secret", ["", "ABC", "not base32!", "A" * 8])
def test_a_damaged_secret_is_told_without_repeating_it(secret: str) -> None:
    with pytest.raises(LevigateError) as refused:
        step_of(secret, "123456", at=NOON)
    assert refused.value.code == "CREDENTIAL_DAMAGED"
    assert not secret or secret not in str(refused.value)


@pytest.mark.parametrize(("name", "pharmacy"), [("anna", "Levigate"), ("anna & co?", "Stadt-Apotheke: Zürich #1"), ("安娜", "Pharmacie <de> l'Étoile")])
def test_the_address_names_secret_pharmacy_and_person(name: str, pharmacy: str) -> None:
    address = urlsplit(setup_uri(SECRET, name=name, pharmacy=pharmacy))
    shown = pharmacy.replace(": ", " ")
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert unquote(address.path) == f"/{shown}:{name}"
    assert parse_qs(address.query) == {"secret": [SECRET], "issuer": [shown]}


def drawn(svg: str) -> Image.Image:
    """The picture as a browser would draw it: the path is made of rectangles alone."""
    root = ET.fromstring(svg)  # noqa: S314 (our own picture)
    side = int(root.attrib["viewBox"].split()[2])
    picture = Image.new("L", (side * 4, side * 4), 255)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", root[1].attrib["d"]):
        ImageDraw.Draw(picture).rectangle((int(x) * 4, int(y) * 4, (int(x) + int(width)) * 4 - 1, int(y) * 4 + 3), fill=0)
    return picture


def test_the_picture_reads_as_the_address() -> None:
    address = setup_uri(new_secret(), name="anna.meier", pharmacy="Stadt-Apotheke Zürich")
    (found,) = zxingcpp.read_barcodes(drawn(qr_svg(address)))
    assert found.text == address
    assert found.format == zxingcpp.BarcodeFormat.QRCode


def test_the_picture_stands_in_a_page_without_style_script_or_declaration() -> None:
    svg = qr_svg(setup_uri(SECRET, name='"><script>', pharmacy="<style>"))
    root = ET.fromstring(svg)  # noqa: S314 (our own picture)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"]
    assert [child.tag.split("}")[1] for child in root] == ["rect", "path"]
    assert all("fill" in child.attrib and "style" not in child.attrib for child in root)
    assert not re.search(r"<\?|<!|style|script|\bon\w+=|href|class", svg)


def test_an_address_no_symbol_holds_is_refused() -> None:
    with pytest.raises(LevigateError, match="QR_CODE_TOO_LONG"):
        qr_svg("otpauth://totp/" + "x" * 5000)
