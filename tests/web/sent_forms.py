"""Forms sent as a browser sends them: with the token and the hidden fields of the very page they stand on."""

import html
import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page by name."""
    fields = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
    found = {}
    for field in fields:
        name, value = re.search(r'name="([^"]*)"', field), re.search(r'value="([^"]*)"', field)
        if name is not None and value is not None:
            found[name[1]] = html.unescape(value[1])
    return found


def send(client: FlaskClient, path: str, /, *, page: str = "", **fields: object) -> TestResponse:
    """Open the page (`page`, where the form stands on another one) and send its form."""
    opened = client.get(page or path)
    assert opened.status_code == 200, opened.status_code
    return client.post(path.partition("?")[0], data={**hidden(opened.get_data(as_text=True)), **fields})
