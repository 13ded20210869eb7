"""What every single answer must satisfy, whichever case it answers: watched in the client itself, so that no request of the run escapes it."""

import html
import re
import time
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import TestResponse

from compounding.web.security import HEADERS
from tests.web.staffed import ReadingClient

WATCH = "tests.watch"
SLOWEST_S = 5
TELL_TALES = (
    "Traceback (most recent", 'File "', "site-packages", ".venv", "/compounding/", "sqlalchemy", "sqlite3.", "psycopg", "[SQL: ", "(Background on",
    "syntax error at", "&lt;class &#39;", "<class '", "&lt;Config", "<Config", "werkzeug.", "jinja2.", "SECRET_KEY", "Debugger", "root:x:0:0",
)  # fmt: skip
_SPECIAL = frozenset("<>\"'&")
_ADDRESS = re.compile(r'(?:href|src|action|formaction)="([^"]*)"')


@dataclass(slots=True)
class Watch:
    """What is typed at the moment, and what was found wrong with any answer."""

    typed: str = ""
    place: str = ""
    faults: list[str] = field(default_factory=list)
    answers: int = 0

    def see(self, status: int, headers: dict[str, str], body: bytes, seconds: float, about: str) -> None:
        """Judge one answer."""
        self.answers += 1
        told = {name.lower(): value for name, value in headers.items()}
        for fault in faults_of(status, told, body, seconds, self.typed):
            self.faults.append(f"{self.place} {about}: {fault}")


def faults_of(status: int, headers: dict[str, str], body: bytes, seconds: float, typed: str) -> list[str]:
    """What is wrong with an answer; `headers` by their names in small letters."""
    found = [f"status {status}"] if status == 500 or status > 503 else []
    found += [f"took {seconds:.1f} s"] if seconds > SLOWEST_S else []
    found += [f"header {name} is missing" for name in (*HEADERS, "Cache-Control") if name.lower() not in headers]
    kind = headers.get("content-type", "")
    if kind.startswith("application/pdf"):
        return found
    page = body.decode("utf-8", "replace")
    is_page = kind.startswith("text/html")
    if is_page and len(typed) > 3 and _SPECIAL & set(typed) and typed in page:
        found.append("what was typed stands there unescaped")
    if is_page:
        found += [f"an address that leads elsewhere: {each[:40]}" for each in _ADDRESS.findall(page) if not _is_local(html.unescape(each))]
        found += ["a script within the page"] if re.search(r"<script(?![^>]*\bsrc=)[^>]*>|\son\w+=\"", _without(page, typed)) else []
    left = _without(page, typed)
    return found + [f"tells {tale!r}" for tale in TELL_TALES if tale in left]


def _is_local(address: str) -> bool:
    return address == "" or (address[0] in "/#?" and not address.startswith(("//", "/\\"))) or address.startswith(_OUTSIDE)


_OUTSIDE = ("https://", "http://localhost/")
"""A slash too many is mended with a whole address of our own. Sources are cited by their addresses; the evidence pages are our own text. That none holds what was typed is checked where addresses matter."""


def _without(page: str, typed: str) -> str:
    """The page without what was typed, which may well speak of files and tables, in the ways it can stand there."""
    for each in sorted({typed, typed.strip(), *typed.splitlines()}, key=len, reverse=True):
        if len(each.strip()) > 1:
            for form in {html.escape(each), html.escape(each).replace("&#x27;", "&#39;").replace("&quot;", "&#34;"), each}:
                page = page.replace(form, "")
    return page


class WatchedClient(ReadingClient):
    """A client whose every answer is judged."""

    def open(self, *args: Any, buffered: bool = True, **kwargs: Any) -> TestResponse:
        """Send a request, and judge what comes back."""
        watch: Watch = self.application.extensions[WATCH]
        began = time.perf_counter()
        answer = super().open(*args, buffered=buffered, **kwargs)
        about = f"{answer.request.method} {answer.request.path[:60]!r}"
        watch.see(answer.status_code, dict(answer.headers), answer.data, time.perf_counter() - began, about)
        return answer
