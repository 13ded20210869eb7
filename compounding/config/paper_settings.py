"""Can a pharmacy's settings for its labels and leaflets be meant: GS1 numbers, the public page, the second language of a label?"""

import re
from urllib.parse import urlsplit

from compounding.domain.errors import LevigateError, ReferenceDataError
from compounding.domain.gs1_codes import gtin
from compounding.domain.phrases import LANGUAGES
from compounding.domain.site import Site

LONGEST_PAGE = 100
"""Characters of a public page's address: the code on the leaflet that holds it, with formula, version and language behind it, must stay easy to scan."""

_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/?")


def check_paper_settings(site: Site, name: str) -> None:
    """Raises ReferenceDataError: `SITE_GS1` for a company prefix or item reference that GS1 cannot have given, `SITE_PUBLIC_PAGE` for an address that is
    not plain https, `SITE_LANGUAGE` for a second language that labels are not written in."""
    _check_gs1(site, name)
    if site.public_page:
        _check_page(site.public_page, name)
    if site.second_label_language and site.second_label_language not in LANGUAGES:
        raise ReferenceDataError("SITE_LANGUAGE", f"{name}: second_label_language is one of {', '.join(LANGUAGES)}, or absent")


def _check_gs1(site: Site, name: str) -> None:
    if site.gs1_items and not site.gs1_prefix:
        raise ReferenceDataError("SITE_GS1", f"{name}: gs1_items mean nothing without the gs1_prefix that GS1 gave the pharmacy")
    if len({each.formula for each in site.gs1_items}) != len(site.gs1_items) or len({each.reference for each in site.gs1_items}) != len(site.gs1_items):
        raise ReferenceDataError("SITE_GS1", f"{name}: each formula has one item reference in gs1_items, and no other formula has the same")
    # A prefix is looked at before there are items, so that the slip is found where it is made.
    numbers = [("gs1_prefix", "0" * (12 - len(site.gs1_prefix)))] if site.gs1_prefix else []
    for told, item in (*numbers, *((f"gs1_items for {each.formula}", each.reference) for each in site.gs1_items)):
        try:
            gtin(prefix=site.gs1_prefix, item=item)
        except LevigateError as refusal:
            raise ReferenceDataError("SITE_GS1", f"{name}, {told}: {refusal.message}") from refusal


def _check_page(address: str, name: str) -> None:
    """A query or fragment could carry anything, a port or a name before the host hides where a scan leads."""
    try:
        parts = urlsplit(address)
        is_plain = parts.scheme == "https" and _HOST.fullmatch(parts.netloc) is not None and _PATH.fullmatch(parts.path) is not None
        dots = {".", ".."} & set(parts.path.split("/"))
    except ValueError:
        is_plain, dots = False, set()
    rest = f"https://{parts.netloc}{parts.path}" if is_plain else ""
    if rest != address or dots or len(address) > LONGEST_PAGE:
        told = f"in at most {LONGEST_PAGE} characters, without a query, such as https://leaflets.example.org/sodium-thiosulfate"
        raise ReferenceDataError("SITE_PUBLIC_PAGE", f"{name}: public_page is a plain https address {told}")
