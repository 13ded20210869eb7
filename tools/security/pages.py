"""The links and forms of a page, with values filled in that a person might type."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

SAMPLES = {
    "number": "1", "date": "2026-11-22", "email": "example@example.org", "tel": "6045550100", "password": "Example words of a password", "search": "Example",
    "time": "10:00", "url": "https://example.org/",
}  # fmt: skip
TOKEN = "csrf_token"  # noqa: S105 - the name of the field.
_ID = re.compile(r"^(?=.*\d)[A-Za-z0-9._~-]{6,}$|^\d+$|^[0-9a-f-]{16,}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form as it would be sent: where it stands, its method, its address and its fields with values."""

    page: str
    method: str
    path: str
    fields: tuple[tuple[str, str], ...]

    @property
    def shape(self) -> tuple[str, str, tuple[str, ...]]:
        """What makes two forms the same to an attacker: method, address without ids, names of the fields."""
        return self.method, pattern(self.path), tuple(sorted({name for name, _ in self.fields}))


@dataclass(slots=True)
class _Open:
    """A form that is being read."""

    method: str
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    radios: dict[str, tuple[str, bool]] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)


def pattern(path: str) -> str:
    """An address with every part that looks like an id or a number replaced, and its query reduced to its names."""
    parts = urlsplit(path)
    folder = "/".join("<id>" if _ID.match(part) else part for part in parts.path.split("/"))
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    return folder + ("?" + "&".join(names) if names else "")


class Contents(HTMLParser):
    """Reads one page: `links` and `forms` hold what it leads to, as paths of this instance."""

    def __init__(self, base: str, page: str) -> None:
        super().__init__()
        self._base, self._page = base, page
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: _Open | None = None
        self._select: tuple[str, str | None, bool] | None = None
        self._textarea: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take up a link, a form or a field."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href"):
            self._link(given["href"])
        elif tag == "form":
            self._form = _Open(given.get("method", "get").upper(), given.get("action") or self._page)
        elif self._form is None:
            return
        elif tag == "input":
            self._input(self._form, given)
        elif tag == "button" and given.get("type", "submit") == "submit":
            self._form.buttons.append((given.get("name", ""), given.get("value", ""), given.get("formaction", "")))
        elif tag == "select":
            self._select = (given.get("name", ""), None, False)
        elif tag == "option" and self._select is not None:
            name, value, chosen = self._select
            if "selected" in given or (not chosen and not value and given.get("value")):
                self._select = (name, given.get("value", ""), "selected" in given)
        elif tag == "textarea":
            self._textarea = (given.get("name", ""), "")

    def handle_data(self, data: str) -> None:
        """Collect what stands in a text area."""
        if self._textarea is not None:
            self._textarea = (self._textarea[0], self._textarea[1] + data)

    def handle_endtag(self, tag: str) -> None:
        """Finish a field or a form."""
        if self._form is None:
            return
        if tag == "select" and self._select is not None:
            self._form.fields.append((self._select[0], self._select[1] or ""))
            self._select = None
        elif tag == "textarea" and self._textarea is not None:
            self._form.fields.append((self._textarea[0], self._textarea[1].strip() or "Example words"))
            self._textarea = None
        elif tag == "form":
            self._finish(self._form)
            self._form = None

    def _input(self, form: _Open, given: dict[str, str]) -> None:
        name, kind, value = given.get("name", ""), given.get("type", "text").lower(), given.get("value", "")
        if not name or kind in ("file", "image", "reset", "button"):
            return
        if kind == "submit":
            form.buttons.append((name, value, given.get("formaction", "")))
        elif kind == "radio":
            if name not in form.radios or ("checked" in given and not form.radios[name][1]):
                form.radios[name] = (value, "checked" in given)
        elif kind == "checkbox":
            form.fields.append((name, value or "on"))
        else:
            form.fields.append((name, value if value or kind == "hidden" else SAMPLES.get(kind, "Example")))

    def _finish(self, form: _Open) -> None:
        fields = [each for each in form.fields if each[0]] + [(name, value) for name, (value, _) in form.radios.items()]
        for name, value, action in form.buttons or [("", "", "")]:
            path = self._local(action or form.action)
            if path is not None:
                sent = (*fields, (name, value)) if name else tuple(fields)
                self.forms.append(Form(page=self._page, method=form.method, path=path, fields=sent))

    def _link(self, href: str) -> None:
        path = self._local(href)
        if path is not None:
            self.links.append(path)

    def _local(self, href: str) -> str | None:
        target = urlsplit(urljoin(self._base + self._page, href))
        if target.scheme not in ("http", "https") or target.netloc != urlsplit(self._base).netloc:
            return None
        return target.path + (f"?{target.query}" if target.query else "")


def read(base: str, page: str, text: str) -> Contents:
    """The links and forms of this page."""
    contents = Contents(base, page)
    contents.feed(text)
    return contents
