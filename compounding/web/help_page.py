"""A short page for a pharmacist in the middle of work: what to do with each outcome, and what this program does not do."""

from flask import Blueprint, render_template

blueprint = Blueprint("help", __name__)


@blueprint.get("/help")
def index() -> str:
    """Show the page."""
    return render_template("help/index.html")
