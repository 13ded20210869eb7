"""Addresses of static files that change with their content, how long a browser may keep such a file, and how small it travels."""

import gzip
import hashlib
import mimetypes
from pathlib import Path

from flask import Flask, Response, current_app, request

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
_SQUEEZED = (".css", ".js")


def init_app(app: Flask) -> None:
    """Fingerprint the static files once, and give templates `asset(...)`."""
    # A Windows registry may call scripts plain text, which a browser refuses to run under nosniff.
    for suffix, kind in ((".js", "text/javascript"), (".css", "text/css"), (".svg", "image/svg+xml")):
        mimetypes.add_type(kind, suffix)
    folder = Path(app.root_path) / "static"
    app.extensions["levigate.fingerprints"] = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:8] for path in folder.rglob("*") if path.is_file()
    }
    # Squeezed once. Pages are not: one that holds a token beside a person's own words would tell by its length what the token is.
    app.extensions["levigate.squeezed"] = {
        name: gzip.compress((folder / name).read_bytes(), mtime=0) for name in app.extensions["levigate.fingerprints"] if name.endswith(_SQUEEZED)
    }
    app.after_request(_squeeze)
    app.add_template_global(asset, "asset")


def asset(name: str) -> str:
    """Return the address of a static file. An unknown name is a fault of the template and fails at once.

    `url_for` is not used, since it fails while a page refuses a malformed Host header.
    """
    return f"{request.script_root}/static/{name}?v={current_app.extensions['levigate.fingerprints'][name]}"


def cache_policy(response: Response) -> str | None:
    """Say how long a static file keeps: for good only under its present fingerprint. Anything else has no such policy."""
    if request.endpoint != "static" or response.status_code not in (200, 206, 304):
        return None
    name = (request.view_args or {}).get("filename", "")
    fingerprint = current_app.extensions["levigate.fingerprints"].get(name)
    return IMMUTABLE if fingerprint and request.args.get("v") == fingerprint else REVALIDATE


def _squeeze(response: Response) -> Response:
    """Send a static file in its squeezed form to a browser that reads it; part of a file is sent as it is."""
    if request.endpoint != "static" or response.status_code != 200:
        return response
    small = current_app.extensions["levigate.squeezed"].get((request.view_args or {}).get("filename", ""))
    if small is None:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] > 0 and "Range" not in request.headers:
        response.close()
        response.direct_passthrough = False
        response.set_data(small)
        response.headers["Content-Encoding"] = "gzip"
        # The other form has a fingerprint of its own: a cache between must not take one for the other.
        response.set_etag(f"{response.get_etag()[0]}-gzip")
    return response
