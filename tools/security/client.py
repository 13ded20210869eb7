"""A small browser for the loopback instance: cookies, forms and redirects, and nothing else."""

import http.client
from collections.abc import Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

_REDIRECTS = (301, 302, 303, 307, 308)
_LONGEST_CHAIN = 5
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An answer: where it was found in the end, its status, its type and its text."""

    path: str
    status: int
    mimetype: str
    text: str


class Browser:
    """One person's browser on one instance."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    @property
    def base(self) -> str:
        """The instance's address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def cookie_header(self) -> str:
        """The cookies as they are sent."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def get(self, path: str) -> Page:
        """Read a page, following redirects."""
        return self._open("GET", path, None)

    def post(self, path: str, fields: Sequence[tuple[str, str]]) -> Page:
        """Send a form, following redirects."""
        return self._open("POST", path, urlencode(fields))

    def _open(self, method: str, path: str, body: str | None) -> Page:
        for _ in range(_LONGEST_CHAIN):
            status, mimetype, location, text = self._once(method, path, body)
            if status not in _REDIRECTS or not location:
                return Page(path=path, status=status, mimetype=mimetype, text=text)
            target = urlsplit(urljoin(self.base + path, location))
            if target.netloc != urlsplit(self.base).netloc:
                return Page(path=path, status=status, mimetype=mimetype, text=text)
            path = target.path + (f"?{target.query}" if target.query else "")
            if status not in (307, 308):
                method, body = "GET", None
        return Page(path=path, status=status, mimetype=mimetype, text=text)

    def _once(self, method: str, path: str, body: str | None) -> tuple[int, str, str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": self.cookie_header} if self.cookies else {}
        if body is not None:
            headers["Content-Type"] = FORM
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or ():
                self._keep(line)
            content = answer.read().decode("utf-8", errors="replace")
            return answer.status, answer.headers.get_content_type(), answer.headers.get("Location", ""), content
        finally:
            connection.close()

    def _keep(self, line: str) -> None:
        for name, morsel in SimpleCookie(line).items():
            if morsel["max-age"] == "0" or not morsel.value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value
