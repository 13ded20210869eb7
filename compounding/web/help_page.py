"""One page for everyone in the middle of work: what each role does first and where, the keys, how figures are written, and what the words mean."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template

from compounding.domain.people import Role
from compounding.reference.glossary import glossary
from compounding.web.visitors import visitor

blueprint = Blueprint("help", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a role does: first of all, and then where what is done."""

    first: str
    places: tuple[tuple[str, str], ...]


_TAKES = (
    "Take in an order",
    '"New order": type what came by fax, telephone or on paper, and keep it with a picture of the original. "Order from a file": hand over what came as FHIR.',
)  # fmt: skip
_ALLERGIES = ("Ask about allergies", "On the order's own form, or on the patient's page. Write the patient's words, who asked and on which day.")
_BENCH = (
    "Work at the bench",
    'On the preparation\'s page, "Go on at the bench": one step on a screen. Scan the lot; type it only where the code cannot be read.',
)
_SECOND = (
    "Be the second person", "Recalculate before the first weighing, and witness the drug that somebody else weighed. You see no figures before yours are in.",
)  # fmt: skip
_STOCK = ("Keep the stock", '"Stock": receive a lot, add its certificate, record its identity test, open a container, count what is left.')
_CHECK = ("Check finally", "Take the container and enter what you read on its label. You cannot check what you weighed any part of.")
_HAND_OUT = ("Hand out", "Scan the label, ask for the name and a second identifier, offer counselling, give the leaflet.")

PARTS: Mapping[Role, Part] = {
    Role.PRESCRIBER: Part(
        first='Open "New order", and look the patient up or enter a new one.',
        places=(
            ("See how your orders stand", '"My orders". You see your own orders and nobody else\'s.'),
            ("Answer the pharmacy", "Where it asks you about the base, the order's page shows both formulas beside each other."),
            ("Work out an amount", '"Calculators", then the dosing help: fingertip units, or grams of each application.'),
        ),
    ),
    Role.ASSISTANT: Part(
        first='Open the "Work list". What waits longest stands first.',
        places=(_TAKES, _ALLERGIES, ("Weigh and prepare", "Only beside a pharmacist, who signs with you.")),
    ),
    Role.TECHNICIAN: Part(
        first='Open the "Work list" and take the oldest preparation that waits for the bench.',
        places=(_TAKES, _ALLERGIES, _BENCH, _SECOND, _STOCK, _HAND_OUT),
    ),
    Role.REGULATED_TECHNICIAN: Part(
        first='Open the "Work list" and take what waits for the bench, or for a final check where you weighed nothing of it.',
        places=(_TAKES, _BENCH, _SECOND, _CHECK, _STOCK, _HAND_OUT),
    ),
    Role.INTERN: Part(
        first='Open the "Work list". Where you need a supervisor, the form asks who it is, and both of you sign.',
        places=(_TAKES, _ALLERGIES, ("Decide and assess", "As a pharmacist does, beside a pharmacist."), _BENCH, _SECOND),
    ),
    Role.PHARMACIST: Part(
        first='Open the "Work list". An order that is held says what somebody must decide; nothing skips it.',
        places=(
            ("Review an order", "On the order's page: accept, ask the prescriber, change the base where the place allows it, or refuse with a reason."),
            ("Settle what an allergy entry leaves open", "On the patient's page, beside the entry. The entry itself is never changed."),
            ("Assess clinically", "On the preparation's page, before anything is weighed."), _BENCH, _SECOND, _CHECK, _HAND_OUT,
            ("Decide on a hold, recall, correct", "On the preparation's page. Each asks for a reason and your password once more."),
        ),
    ),
    Role.DESIGNATED_PERSON: Part(
        first='Open "Settings" and there "What is missing before the first jar": it says what to do next, and where.',
        places=(
            ("Add people", '"People": put them on record, then open an account; the activation code is shown once.'),
            ("Approve a formula or texts", '"Formulary": read what it says and what differs, write the risk assessment, sign with password and code.'),
            ("Attest that no water enters", "On the page of an approved formula. Until then the short beyond-use limit counts."),
            ("Change the settings", '"Settings", part by part, with a reason. What stood before stays in the history.'),
            ("See who did what", '"Audit trail".'),
        ),
    ),
    Role.AUDITOR: Part(
        first='Open "Search": a prescription, a lot or a patient leads to the whole record. You change nothing, and every reading is told.',
        places=(
            ("Read a record", "The preparation's page shows every figure, signature and paper, and gives it as a file."),
            ("See who did what", '"Audit trail", of changes and of readings.'),
            ("See what the pharmacy decided", '"Formulary", "People" and "Settings", each with its history.'),
        ),
    ),
}  # fmt: skip
"""Every role's part. What a role may do is the profile's table; here is only where it is found."""


@blueprint.get("/help")
def index() -> str:
    """Show the page."""
    who = visitor()
    mine = tuple(role for role in Role if who is not None and role in who.person.roles)
    return render_template("help/index.html", parts=PARTS, mine=mine, words=glossary())
