"""What browsers carry for this program is signed with HMAC-SHA256: the cookie of forms, form tokens, challenges, kept work, ends of lists."""

from hashlib import sha256

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import Signer


class FormCookie(SecureCookieSessionInterface):
    """The cookie of forms; Flask's own would be signed with HMAC-SHA1."""

    digest_method = staticmethod(sha256)


def init_app(app: Flask) -> None:
    """Sign and read by SHA-256 alone. What was signed with SHA-1, the default of itsdangerous, is nobody's signature from then on."""
    app.session_interface = FormCookie()
    # Flask-WTF makes its own signer for form tokens and takes no argument for it, so the default of the whole program is the one place to say it.
    Signer.default_digest_method = staticmethod(sha256)
