"""A browser of few words: speaks HTTP with the running server, keeps its cookies, and remembers everything that was said."""

import re
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode

_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
_NAME, _VALUE = re.compile(r'name="([^"]*)"'), re.compile(r'value="([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One request and its answer."""

    method: str
    path: str
    sent: dict[str, str]
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def text(self) -> str:
        """The page."""
        return self.body.decode("utf-8", "replace")


@dataclass(slots=True, kw_only=True)
class Talker:
    """One browser. `said` is everything that passed."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    every_cookie: set[str] = field(default_factory=set)

    def get(self, path: str, *, headers: dict[str, str] | None = None) -> Said:
        """Open a page."""
        return self._ask("GET", path, None, headers or {})

    def post(self, path: str, fields: dict[str, str], *, page: Said | None = None, headers: dict[str, str] | None = None) -> Said:
        """Send a form, with the hidden fields of the page it stands on."""
        kept = hidden(page.text, path) if page is not None else {}
        body = urlencode({**kept, **fields}).encode()
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})})

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Said:
        sent = {"Host": f"localhost:{self.port}", "Sec-Fetch-Site": "same-origin", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **headers}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {name: value for name, value in sent.items() if value})
            answer = connection.getresponse()
            told = Said(method=method, path=path, sent=sent, status=answer.status, headers=tuple(answer.getheaders()), body=answer.read())
        finally:
            connection.close()
        for name, value in told.headers:
            if name.lower() == "set-cookie":
                for key, morsel in SimpleCookie(value).items():
                    self.every_cookie.add(morsel.value)
                    if morsel["max-age"] == "0":
                        self.cookies.pop(key, None)
                    else:
                        self.cookies[key] = morsel.value
        self.said.append(told)
        return told


def hidden(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that goes to that address, or of the first one that has a token."""
    forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
    chosen = [each for each in forms if f'action="{action}"' in each] or [each for each in forms if "csrf_token" in each]
    found = {}
    for tag in _HIDDEN.findall(chosen[-1]) if chosen else ():
        name, value = _NAME.search(tag), _VALUE.search(tag)
        if name is not None:
            found[unescape(name[1])] = unescape(value[1]) if value is not None else ""
    return found
