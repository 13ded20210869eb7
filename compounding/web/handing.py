"""From the label to the patient: papers printed and withdrawn, counselling, the hand-out, and what comes back."""

from flask import Blueprint

from compounding.web.keys_in_addresses import keys_for

blueprint = Blueprint("handing", __name__)
keys_for(blueprint)
