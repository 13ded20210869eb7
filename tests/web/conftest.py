"""The application under test, with a blueprint that only tests see: a page of every piece, a form, and pages that fail."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

import pytest
from flask import Blueprint, Flask, abort, render_template
from flask.testing import FlaskClient
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from govuk_frontend_wtf.wtforms_widgets import GovCharacterCount, GovFileInput, GovRadioInput, GovSubmitInput, GovTextInput
from werkzeug import Response
from werkzeug.test import TestResponse
from wtforms import RadioField, StringField, SubmitField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from compounding.config.site_file import example_site
from compounding.domain.site import Site
from compounding.reference import ReferenceData, load
from compounding.web import create_app
from compounding.web.access_table import Door, Entry
from compounding.web.pharmacy import Pharmacy
from tests.web import staffed as staffed_pharmacy
from tests.web.staffed import ReadingClient, Staffed

CONFIG: dict[str, object] = {"TESTING": True, "SECRET_KEY": "only-for-tests-" * 3, "PLAIN_HTTP_ON_LOOPBACK": True}
DERIVATION = (
    {"name": "Sodium thiosulfate", "formula": "strength x amount", "substitution": "0.10 x 60.00 g", "value": "6.00 g"},
    {"name": "With overage", "formula": "amount x (1 + overage)", "substitution": "6.00 g x 1.03", "value": "6.18 g"},
)
WEIGHTS = (
    {"component": "Sodium thiosulfate pentahydrate USP", "exact": "6.1800", "to_weigh": "6.18", "unit": "g"},
    {"component": "Petrolatum, white USP", "exact": "55.6200", "to_weigh": "55.62", "unit": "g"},
)


class DemoForm(FlaskForm):
    """One field of each kind the order page is going to need."""

    patient = StringField("Patient's name", widget=GovTextInput(), validators=[InputRequired("Enter the patient's name")])
    base = RadioField(
        "Base",
        widget=GovRadioInput(),
        choices=[SelectChoice("petrolatum", "White petrolatum"), SelectChoice("zinc-oxide", "Zinc oxide")],
        validators=[InputRequired("Choose the base that the prescriber ordered")],
    )
    directions = TextAreaField("Directions", description="As the prescriber wrote them.", widget=GovCharacterCount())
    order = FileField("Order file", description="FHIR R4, JSON, up to 1 MB.", widget=GovFileInput())
    send = SubmitField("Check the order", widget=GovSubmitInput())


class Opened(dict[str, Entry]):
    """The access table, with pages that only tests have open to anyone."""

    def get(self, endpoint: str, _otherwise: object = None) -> Entry:  # type: ignore[override]
        """The entry of a page."""
        return super().get(endpoint) or Entry(door=Door.ANYONE)


def _demo_blueprint() -> Blueprint:
    blueprint = Blueprint("demo", __name__, template_folder=str(Path(__file__).parent / "templates"), url_prefix="/demo")

    @blueprint.get("/pieces")
    def pieces() -> str:
        return render_template("demo.html", derivation_steps=DERIVATION, weight_rows=WEIGHTS, form=DemoForm())

    @blueprint.post("/pieces")
    def send() -> tuple[str, int]:
        form = DemoForm()
        status = 200 if form.validate() else 422
        return render_template("demo.html", derivation_steps=DERIVATION, weight_rows=WEIGHTS, form=form), status

    @blueprint.get("/status/<int:status>")
    def status(status: int) -> Response:
        abort(status)

    @blueprint.get("/fault")
    def fault() -> str:
        raise RuntimeError("Jane Doe, zinc allergy")

    @blueprint.get("/unknown-name")
    def unknown_name() -> str:
        return render_template("unknown_name.html")

    return blueprint


@pytest.fixture(scope="session")
def make_app(house: Pharmacy) -> Callable[..., Flask]:
    """Build an application with the demo pages; keyword arguments override the configuration."""

    def build(**overrides: object) -> Flask:
        app = create_app(CONFIG | overrides, house)
        app.test_client_class = ReadingClient
        app.register_blueprint(_demo_blueprint())
        app.extensions["levigate.access_table"] = Opened(app.extensions["levigate.access_table"])
        return app

    return build


@pytest.fixture(scope="session")
def app(make_app: Callable[..., Flask]) -> Flask:
    """Return the application most tests use: faults become the error page instead of escaping to the test.

    It is made once, since most of a test's time would go into compiling the templates again.
    """
    return make_app(PROPAGATE_EXCEPTIONS=False)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser-like client of that application."""
    return app.test_client()


@pytest.fixture(scope="session")
def house() -> Pharmacy:
    """Return the example pharmacy on one certain morning."""
    return Pharmacy(data=load(), site=example_site(), was_named=False, clock=lambda zone: datetime(2026, 11, 22, 9, 30, tzinfo=zone))


@pytest.fixture(scope="session")
def staffed_template(tmp_path_factory: pytest.TempPathFactory, site: Site, data: ReferenceData) -> staffed_pharmacy.Template:
    """The file of a pharmacy whose people can sign in."""
    return staffed_pharmacy.template(tmp_path_factory.mktemp("staffed"), site, data)


@pytest.fixture
def staffed(staffed_template: staffed_pharmacy.Template, tmp_path: Path) -> Iterator[Staffed]:
    """A pharmacy whose people can sign in, to change as the test likes."""
    opened = staffed_template.open(tmp_path)
    yield opened
    opened.records.database.close()


@pytest.fixture
def typed() -> dict[str, str]:
    """Return what a pharmacist types for an order in petrolatum that nothing stands against."""
    return {
        "way": "typed",
        "patient_name": "Mara Model",
        "born_on": "1965-06-30",
        "patient_address": "7 Spruce Lane, Surrey BC",
        "prescriber_name": "Dr Laura Chen",
        "prescriber_licence": "BC-10234",
        "ordered_on": "2026-11-20",
        "order_ref": "RX-4711",
        "percent": "25",
        "basis": "pentahydrate",
        "base": "petrolatum",
        "amount": "60",
        "directions": "Apply a thin layer to the left elbow 2 times a day.",
        "repeats": "2",
        "allergies": "none",
        "contact": "no",
        "asked_by": "Pat Pharmacist",
        "asked_on": "2026-11-22",
        "compounded_on": "2026-11-22",
        "language": "patients",
    }


@pytest.fixture
def send(client: FlaskClient) -> Callable[..., TestResponse]:
    """Return a function that posts a form as a browser does, with the token of the form's own page."""

    def post(path: str, data: Mapping[str, object]) -> TestResponse:
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/").text)
        assert found
        return client.post(path, data={"csrf_token": found[1], **data}, content_type="multipart/form-data")

    return post
