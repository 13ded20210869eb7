"""Every address the program answers, from its own routes: where reading begins, and what no attack reached."""

import re
import secrets
from collections.abc import Iterable
from functools import cache
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from compounding.web import create_app
from tools.security.pages import pattern
from tools.security.surface import Surface

_ARGUMENT = re.compile(r"<[^>]+>")
_READING = {"GET"}
_CHANGING = {"POST"}


def rules() -> tuple[tuple[str, frozenset[str]], ...]:
    """The rules of the application and their methods, without its static files."""
    app = create_app({"SECRET_KEY": secrets.token_hex()})
    every = app.url_map.iter_rules()
    return tuple(sorted((each.rule, frozenset(each.methods or ()) & (_READING | _CHANGING)) for each in every if each.endpoint != "static"))


@cache
def _addresses() -> MapAdapter:
    return create_app({"SECRET_KEY": secrets.token_hex()}).url_map.bind("localhost")


def rule_of(path: str, method: str) -> str:
    """The rule that answers an address, whatever stands for its ids; an address that nothing answers stands for itself, without its ids.

    An argument called `name` chooses between pages that have forms of their own, so what it says stays.
    """
    try:
        rule, arguments = _addresses().match(urlsplit(path).path, method=method, return_rule=True)
    except HTTPException:
        return pattern(path)
    return " ".join([rule.rule, *(value for name, value in arguments.items() if name == "name")])


def starts() -> tuple[str, ...]:
    """Every page that needs no id, whether or not a link leads to it."""
    return tuple(rule for rule, methods in rules() if methods & _READING and not _ARGUMENT.search(rule))


def not_reached(surfaces: Iterable[Surface]) -> tuple[str, ...]:
    """Routes of which no role was shown a page or a form."""
    surfaces = tuple(surfaces)
    pages = {path.partition("?")[0] for found in surfaces for path in found.answered}
    forms = {form.path.partition("?")[0] for found in surfaces for form in found.targets if form.method == "POST"}
    missed = []
    for rule, methods in rules():
        fits = re.compile(_ARGUMENT.sub("@", re.escape(rule).replace(r"\<", "<").replace(r"\>", ">")).replace("@", "[^/]+") + "$")
        for method, reached in (("GET", pages), ("POST", forms)):
            if method in methods and not any(fits.match(path) for path in reached):
                missed.append(f"{method} {rule}")
    return tuple(missed)
