"""The prescriber's own pages: a new order from its parts, favourites, the pharmacy's questions answered, an order withdrawn."""

from compounding.web import new_order_pages, own_order_pages
from compounding.web.prescribers_blueprint import blueprint

__all__ = ["blueprint", "new_order_pages", "own_order_pages"]
