"""How a person without scripts goes through the pages: read the form's fields, fill them in, send it."""

from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.staffed import PASSWORD, Staffed


class Fields(HTMLParser):
    """The fields of every form on a page, by the address it is sent to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self.forms.append((told.get("action") or "", []))
            self._inside = True
        if tag == "input" and self._inside and told.get("name") and told.get("type") not in {"checkbox", "radio", "submit"}:
            self.forms[-1][1].append((str(told["name"]), told.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


def fields(page: str, action: str) -> dict[str, list[str]]:
    """What the form that is sent to that address holds."""
    found = next(fields for told, fields in Fields(page).forms if told == action)
    gathered: dict[str, list[str]] = {}
    for name, value in found:
        gathered.setdefault(name, []).append(value)
    return gathered


def fill_in(client: FlaskClient, page: str, action: str, **typed: str) -> TestResponse:
    """Send a page's form, its hidden fields included, as a browser does."""
    return client.post(action, data={**fields(page, action), **typed}, content_type="multipart/form-data", headers={"Sec-Fetch-Site": "same-origin"})


def give_password(client: FlaskClient, *, name: str = "pat example", password: str = PASSWORD, path: str = "/sign-in", **more: str) -> TestResponse:
    """Open the sign-in page and give name and password."""
    page = client.get(path).text
    return fill_in(client, page, "/sign-in", **({"site": "example-pharmacy"} | more), name=name, password=password)


def come_in(staffed: Staffed, client: FlaskClient, *, name: str = "pat example", path: str = "/sign-in") -> TestResponse:
    """Sign in with both steps."""
    second = give_password(client, name=name, path=path)
    assert second.status_code == 200, second.status_code
    return fill_in(client, second.text, "/sign-in/code", code=staffed.code())
