"""Whether the process answers, for the program that supervises it."""

from flask import Blueprint

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> dict[str, str]:
    """Say that this process serves requests; it touches no storage, so a slow database does not restart it."""
    return {"status": "ok"}
