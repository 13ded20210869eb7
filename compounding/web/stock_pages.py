"""Ingredient lots: received, reviewed, released, counted, stopped, recalled."""

from flask import Blueprint

from compounding.web.keys_in_addresses import keys_for

blueprint = Blueprint("stock", __name__)
keys_for(blueprint)
