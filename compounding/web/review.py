"""An order under review: screened, asked about, adapted, accepted, brought to an end, and its next fill planned."""

from flask import Blueprint

from compounding.web.keys_in_addresses import keys_for

blueprint = Blueprint("review", __name__)
keys_for(blueprint)
