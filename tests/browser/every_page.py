"""Every page in every state that the example has, each once: the same skeleton is not looked at twice."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask.testing import FlaskClient

from compounding.web.access_table import TABLE, Door
from tests.browser.example import LEFT_OUT, Example
from tests.web.matrix import routes


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page to look at: its address, and what people looking for it call it."""

    address: str
    name: str


GROUPS = sorted({name.partition(".")[0] for name, entry in TABLE.items() if name not in LEFT_OUT and entry.door is not Door.HALF_WAY})
"""The groups of pages, as the program registers them."""


def pages(example: Example, client: FlaskClient, who: str, group: str, looked_at: dict[str, set[frozenset[tuple[str, str]]]]) -> Iterator[Page]:
    """The pages of a group that somebody may open, each in every form it takes: with the parts of another kind, not with other words.

    `looked_at` holds what was seen already, by whomever.
    """
    for route in routes(example.staffed.app):
        is_asked = route.endpoint.partition(".")[0] == group and route.endpoint not in LEFT_OUT
        if route.method != "GET" or not is_asked or TABLE[route.endpoint].door is Door.HALF_WAY:
            continue
        seen = looked_at.setdefault(route.endpoint, set())
        for address in example.addresses(route.endpoint, route.rule):
            answer = client.get(address)
            if answer.status_code not in {200, 422} or not answer.mimetype.startswith("text/html"):
                continue
            skeleton = skeleton_of(answer.text)
            if skeleton in seen:
                continue
            seen.add(skeleton)
            yield Page(address=address, name=f"{route.endpoint} {len(seen)} ({who or 'nobody'})")


def skeleton_of(page: str) -> frozenset[tuple[str, str]]:
    """Which kinds of parts stand in the main part of a page."""
    main = page.partition("<main")[2].partition("</main>")[0]
    found = re.findall(r'<([a-z][a-z0-9]*)\b(?:[^>]*?\b(?:class|type)="([^"]*)")?', main)
    return frozenset((tag, kind) for tag, kind in found)
