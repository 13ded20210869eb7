"""A preparation at the bench, one step to a screen: recalculated, weighed, witnessed, made; held, scrapped or begun again."""

from flask import Blueprint

from compounding.web.keys_in_addresses import keys_for

blueprint = Blueprint("bench", __name__)
keys_for(blueprint)
