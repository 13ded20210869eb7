"""The blueprint of the prescriber's own pages; the modules that hold them add their routes to it."""

from flask import Blueprint

from compounding.web.keys_in_addresses import keys_for

blueprint = Blueprint("prescribing", __name__)
keys_for(blueprint)
