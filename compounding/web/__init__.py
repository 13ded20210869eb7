"""The web application: `create_app` wires templates, settings, security, error pages and the blueprints together."""

from collections.abc import Mapping
from pathlib import Path

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from compounding.web import (
    access,
    access_pages,
    account,
    allergy_reading,
    assets,
    calculators,
    calculators_dosing,
    errors,
    evidence,
    health,
    help_page,
    peer,
    people_pages,
    pharmacy,
    prepare,
    request_limits,
    request_lines,
    security,
    settings,
    templating,
    visitors,
)
from compounding.web import records as records_kept


def create_app(config: Mapping[str, object] | None = None, house: pharmacy.Pharmacy | None = None, records: records_kept.Records | None = None) -> Flask:
    """Build the application for a pharmacy, the example one where none is given; with `records` it is for the people who sign in to them.

    `config` overrides what follows from the pharmacy and the defaults in `settings.py`, and is refused when it makes no sense.
    """
    house = house or pharmacy.open_pharmacy(None)
    # With an explicit root no package called "levigate" need exist, and log lines still carry the product's name.
    app = errors.DiscreetFlask("levigate", root_path=str(Path(__file__).parent), template_folder=str(templating.TEMPLATES))
    settings.apply(app, {"SITE_NAME": house.site.name, "NOTICES": house.notices} | dict(config or {}))
    peer.init_app(app)
    pharmacy.init_app(app, house)
    templating.init_app(app)
    assets.init_app(app)
    # Host, method and origin are judged before the form's token, so a foreign request never reaches the form parser.
    request_lines.init_app(app)
    security.init_app(app)
    request_limits.init_app(app)
    records_kept.init_app(app, records)
    visitors.init_app(app)
    # Who may open a page is decided before anything of a form is looked at.
    access.init_app(app)
    CSRFProtect(app)
    errors.init_app(app)
    register_blueprints(app)
    return app


def register_blueprints(app: Flask) -> None:
    """Add every group of pages. A new one is registered here; `templating.NAVIGATION` gives it a place in the header."""
    for group in (health, account, people_pages, prepare, allergy_reading, calculators, calculators_dosing, evidence, help_page, access_pages):
        app.register_blueprint(group.blueprint)
