"""The prescriber's own pages: a new order from its parts, favourites, the pharmacy's questions answered, an order withdrawn."""

from flask import Blueprint

from compounding.web.keys_in_addresses import keys_for

blueprint = Blueprint("prescribing", __name__)
keys_for(blueprint)
