"""What is told of a patient: allergies asked about again, the contact question, what was signed withdrawn, details changed."""

from flask import Blueprint

from compounding.web.keys_in_addresses import keys_for

blueprint = Blueprint("patient_acts", __name__)
keys_for(blueprint)
