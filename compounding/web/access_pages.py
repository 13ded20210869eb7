"""The addresses of the pages by which people come in and go."""

from flask import Blueprint, abort

from compounding.web import activating, bench_change, first_run, passkey_pages, session_times, sign_in
from compounding.web.records import current_records

blueprint = Blueprint("access", __name__)
_BOTH = ("GET", "POST")

blueprint.add_url_rule("/sign-in", view_func=sign_in.sign_in, methods=_BOTH)
blueprint.add_url_rule("/sign-in/code", view_func=sign_in.second_step, methods=_BOTH)
blueprint.add_url_rule("/sign-in/passkey/options", view_func=passkey_pages.passkey_options, methods=("POST",))
blueprint.add_url_rule("/sign-in/passkey", view_func=passkey_pages.passkey_sign_in, methods=("POST",))
blueprint.add_url_rule("/activate", view_func=activating.activate, methods=_BOTH)
blueprint.add_url_rule("/activate/choose", view_func=activating.choose, methods=_BOTH)
blueprint.add_url_rule("/first-run", view_func=first_run.first_run, methods=_BOTH)
blueprint.add_url_rule("/lock", view_func=bench_change.lock, methods=("POST",))
blueprint.add_url_rule("/unlock", view_func=bench_change.unlock, methods=_BOTH)
blueprint.add_url_rule("/switch", view_func=bench_change.switch, methods=_BOTH)
blueprint.add_url_rule("/still-there", view_func=bench_change.still_there, methods=("POST",))
blueprint.add_url_rule("/sign-out", view_func=sign_in.sign_out, methods=("POST",))
blueprint.add_url_rule("/home", view_func=sign_in.home)


@blueprint.before_request
def needs_records() -> None:
    """Where no records are kept there is nothing to sign in to."""
    if current_records() is None:
        abort(404)


@blueprint.app_context_processor
def session_of_page() -> dict[str, object]:
    """What the frame of every page says about signing in."""
    return {**session_times.for_page(), **sign_in.menu()}
