"""How templates are found and rendered: ours are strict, the GOV.UK macros keep the leniency they were written for."""

from pathlib import Path
from typing import Any

from flask import Flask, current_app, request
from flask.sansio.app import App
from flask.templating import Environment
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined, Template, Undefined

from compounding.storage.errors import StorageError
from compounding.web import present
from compounding.web.access import has_pharmacy, is_offered
from compounding.web.pharmacy import EXAMPLE_NOTICE
from compounding.web.records import the_records
from compounding.web.visitors import visitor

# Beside the package in a checkout, an editable install and a wheel alike.
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
LIBRARIES = ("govuk_frontend_jinja", "govuk_frontend_wtf")

# What the header offers, as (text, endpoint); a page that is not registered is not offered.
NAVIGATION = (
    ("Work list", "orders.work_list"),
    ("My orders", "orders.my_orders"),
    ("New order", "prescribing.new_order"),
    ("Order from a file", "prepare.order_form"),
    ("Search", "records.search"),
    ("Stock", "stock.index"),
    ("Formulary", "formulary.index"),
    ("People", "people.index"),
    ("Settings", "site.index"),
    ("Audit trail", "records.audit"),
    ("Calculators", "calculators.index"),
    ("Evidence", "evidence.index"),
    ("Help", "help.index"),
)


class TwoMannerEnvironment(Environment):
    """Refuse an unknown name in our templates, where it is a mistake; accept it in the libraries' macros, where it means "not given"."""

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self.lenient = self.overlay(undefined=Undefined)

    def get_template(self, name: str | Template, *args: Any, **kwargs: Any) -> Template:
        """Hand the libraries' templates to the lenient twin, which shares loader, filters and globals."""
        if isinstance(name, str) and not self.overlayed and name.startswith(LIBRARIES):
            return self.lenient.get_template(name, *args, **kwargs)
        return super().get_template(name, *args, **kwargs)


def init_app(app: Flask) -> None:
    """Set the application's loader and environment; call it before anything touches `app.jinja_env`."""
    app.jinja_environment = TwoMannerEnvironment
    app.jinja_options = {"undefined": StrictUndefined, "autoescape": True}
    libraries = {name: PackageLoader(name) for name in LIBRARIES}
    app.jinja_loader = ChoiceLoader([FileSystemLoader(TEMPLATES), PrefixLoader(libraries)])
    WTFormsHelpers(app)
    app.add_template_global(navigation, "navigation")
    app.add_template_filter(present.mark_deciding, "deciding")
    app.context_processor(_site)


def navigation() -> list[dict[str, str | bool]]:
    """List the links of the header.

    Addresses come from the rules themselves: `url_for` fails on the very page that refuses a malformed Host header.
    """
    rules = {endpoint: next(current_app.url_map.iter_rules(endpoint)) for _, endpoint in NAVIGATION if endpoint in current_app.view_functions}
    return [
        {"text": _called(text, endpoint), "href": request.script_root + rules[endpoint].rule, "current": request.endpoint == endpoint}
        for text, endpoint in NAVIGATION
        if endpoint in rules and is_offered(endpoint)
    ]


def _called(text: str, endpoint: str) -> str:
    """Whoever is not signed in has no other way to enter an order than the page on which one is tried out."""
    return "Prepare an order" if endpoint == "prepare.order_form" and visitor() is None else text


def _site() -> dict[str, object]:
    who = visitor()
    if who is None:
        return _for_strangers() | {"visitor": None}
    return {"site_name": who.site_name, "notices": (EXAMPLE_NOTICE,) if who.is_example else (), "visitor": who}


def _for_strangers() -> dict[str, object]:
    """Whose pages these are, for somebody at the door: the one pharmacy on record, or, before there is one, the site of the try-out.

    A page of faults is rendered too while the database does not answer; then it names nobody.
    """
    try:
        if not has_pharmacy():
            return {"site_name": current_app.config["SITE_NAME"], "notices": current_app.config["NOTICES"]}
        site = the_records().only_site()
    except StorageError:
        site = None
    return {"site_name": site.name if site is not None else "", "notices": (EXAMPLE_NOTICE,) if site is not None and site.is_example else ()}
