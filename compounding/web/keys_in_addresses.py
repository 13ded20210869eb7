"""What an address may name: a key of ours in its one written form, and the place where a page of a list ended, which only this program can have written."""

from datetime import datetime

from flask import Blueprint, current_app
from flask.blueprints import BlueprintSetupState
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.routing import BaseConverter

from compounding.storage.lists import After


class KeyConverter(BaseConverter):
    """A key in small letters with its hyphens; anything else is no page at all."""

    regex = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def keys_for(blueprint: Blueprint) -> None:
    """Let the routes of a blueprint say `<key:order_id>`; call it before the first of them."""
    blueprint.record(_know_keys)


def _know_keys(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["key"] = KeyConverter


def written(after: After, *, of: str) -> str:
    """The end of a page as an address carries it: a time and a key, signed for this list of this pharmacy."""
    return str(_signer(of).dumps([after.received_at.isoformat(), after.id]))


def read(text: str, *, of: str) -> After:
    """The end of a page. Raises ValueError for what this program did not write for that list."""
    try:
        at, key = _signer(of).loads(text)
    except BadData as fault:
        raise ValueError("no page of this list ends there") from fault
    return After(received_at=datetime.fromisoformat(at), id=key)


def _signer(of: str) -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=f"levigate list {of}")
