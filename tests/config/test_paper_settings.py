"""What a pharmacy may set for its labels and leaflets: GS1 numbers, a public page, a second language; and what is refused as a slip."""

from dataclasses import replace

import pytest

from compounding.config.site_file import check_limits, example_site, read_site
from compounding.domain.errors import ReferenceDataError
from compounding.domain.site import Gs1Item, second_language
from compounding.planning import check_site
from compounding.reference import ReferenceData

PETROLATUM = "sodium-thiosulfate-in-petrolatum"
PLAIN = """
id = "p"
name = "Pharmacy"
address = "1 Main Street"
telephone = "+1 604 555 0100"
balance = {name = "B1", readability_g = "0.01", minimum_weighable_g = "0.2"}
"""


def code_of(text: str) -> str:
    with pytest.raises(ReferenceDataError) as refusal:
        read_site((text + PLAIN).encode(), "site.toml")
    assert "site.toml" in refusal.value.message
    return refusal.value.code


def test_a_site_file_may_leave_all_of_them_out() -> None:
    site = read_site(PLAIN.encode(), "site.toml")
    assert (site.gs1_prefix, site.gs1_items, site.public_page, site.second_label_language) == ("", (), "", "")


def test_a_site_file_may_set_all_of_them(data: ReferenceData) -> None:
    told = f'gs1_prefix = "0614141"\ngs1_items = {{{PETROLATUM} = "00001"}}\npublic_page = "https://leaflets.example.org/sts"\nsecond_label_language = "fr"\n'
    site = read_site((told + PLAIN).encode(), "site.toml")
    assert site.gs1_items == (Gs1Item(formula=PETROLATUM, reference="00001"),)
    assert (site.gs1_item(PETROLATUM), site.gs1_item("another")) == ("00001", "")
    assert [second_language(site, each) for each in ("en", "fr", "es")] == ["fr", "", "fr"]
    check_site(site, data)


@pytest.mark.parametrize(("text", "code"), [
    ('gs1_items = {a = "00001"}', "SITE_GS1"), ('gs1_prefix = "061414"\ngs1_items = {a = "00001"}', "SITE_GS1"), ('gs1_prefix = "06141"\ngs1_items = {a = "x"}', "SITE_GS1"),
    ('gs1_prefix = "061"', "SITE_GS1"), ('gs1_prefix = "2614141"', "SITE_GS1"), ('gs1_prefix = "0614141"\ngs1_items = {a = "00001", b = "00001"}', "SITE_GS1"),
    ('second_label_language = "de"', "SITE_LANGUAGE"), ('second_label_language = "English"', "SITE_LANGUAGE"),
])  # fmt: skip
def test_numbers_and_languages_that_cannot_be_meant_are_refused(text: str, code: str) -> None:
    assert code_of(text + "\n") == code


@pytest.mark.parametrize("address", [
    "http://leaflets.example.org", "https://leaflets.example.org/?patient=1", "https://leaflets.example.org/#a", "https://user@leaflets.example.org", "https://leaflets.example.org:8443/a", "leaflets.example.org",
    "https://localhost/a", "https://10.0.0.1/a", "https://leaflets.example.org/a b", "https://leaflets.example.org/../a", "https://leaflets.example.org//a", "https://" + "a" * 100 + ".org", "https://[::1", "ftp://example.org",
    "https://exämple.org", "https://leaflets.example.org/%2e", "https://leaflets.example.org?", "HTTPS://leaflets.example.org",
])  # fmt: skip
def test_a_public_page_is_a_plain_https_address(address: str) -> None:
    assert code_of(f'public_page = "{address}"\n') == "SITE_PUBLIC_PAGE"


@pytest.mark.parametrize("address", ["https://example.org", "https://leaflets.example.org/", "https://www.example.ca/en/leaflets_2"])
def test_ordinary_addresses_are_taken(address: str) -> None:
    check_limits(replace(example_site(), public_page=address), "settings")


def test_a_duplicate_formula_is_refused_wherever_the_settings_come_from() -> None:
    twice = (Gs1Item(formula="a", reference="00001"), Gs1Item(formula="a", reference="00002"))
    with pytest.raises(ReferenceDataError, match="one item reference"):
        check_limits(replace(example_site(), gs1_prefix="0614141", gs1_items=twice), "settings")
