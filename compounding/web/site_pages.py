"""The pharmacy's settings, and what is still missing before its first jar."""

from flask import Blueprint

from compounding.web.keys_in_addresses import keys_for

blueprint = Blueprint("site", __name__)
keys_for(blueprint)
