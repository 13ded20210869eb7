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
    bench,
    calculators,
    calculators_dosing,
    errors,
    evidence,
    formulary_pages,
    handing,
    handing_back,
    handing_counter,
    health,
    help_page,
    orders,
    patient_acts,
    peer,
    people_pages,
    pharmacy,
    prepare,
    prescribing,
    records_pages,
    renewing,
    request_limits,
    request_lines,
    review,
    security,
    settings,
    signed_texts,
    signing,
    site_pages,
    stock_pages,
    templating,
    visitors,
)
from compounding.web import records as records_kept

PAGES = (
    health,
    help_page,
    evidence,
    calculators,
    calculators_dosing,
    access_pages,
    account,
    people_pages,
    prepare,
    allergy_reading,
    orders,
    records_pages,
    signing,
    formulary_pages,
    prescribing,
    review,
    patient_acts,
    bench,
    handing,
    stock_pages,
    site_pages,
)
"""Every group of pages. A new one is added here, its routes to `access_table.TABLE`, and a link to `templating.NAVIGATION`."""

MORE_PAGES = (handing_back, handing_counter)
"""Modules that add their routes to a blueprint of another one."""


def create_app(config: Mapping[str, object] | None = None, house: pharmacy.Pharmacy | None = None, records: records_kept.Records | None = None) -> Flask:
    """Build the application for a pharmacy, the example one where none is given; with `records` it is for the people who sign in to them.

    `config` overrides what follows from the pharmacy and the defaults in `settings.py`, and is refused when it makes no sense.
    """
    house = house or pharmacy.open_pharmacy(None)
    # With an explicit root no package called "levigate" need exist, and log lines still carry the product's name.
    app = errors.DiscreetFlask("levigate", root_path=str(Path(__file__).parent), template_folder=str(templating.TEMPLATES))
    # FLASK_DEBUG in the environment would let a fault leave the program with its message.
    app.config["DEBUG"] = False
    settings.apply(app, {"SITE_NAME": house.site.name, "NOTICES": house.notices} | dict(config or {}))
    peer.init_app(app)
    pharmacy.init_app(app, house)
    templating.init_app(app)
    assets.init_app(app)
    signed_texts.init_app(app)
    # Host, method and origin are judged before the form's token, so a foreign request never reaches the form parser.
    request_lines.init_app(app)
    security.init_app(app)
    request_limits.init_app(app)
    records_kept.init_app(app, records)
    visitors.init_app(app)
    renewing.init_app(app)
    app.before_request(request_limits.check_names)
    # Who may open a page is decided before anything of a form is looked at.
    access.init_app(app)
    CSRFProtect(app)
    errors.init_app(app)
    for group in PAGES:
        app.register_blueprint(group.blueprint)
    return app
