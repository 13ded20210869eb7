"""A small application that is wrong on purpose, on loopback only: it proves that the tools of `make security` can find something.

`python tests/security/vulnerable_app.py PORT`. SQL put together from what was typed, what was typed written back unescaped, no headers, no token.
"""

import sqlite3
import sys
from collections.abc import Callable, Iterable
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, make_server

HOME = (
    '<html><body><a href="/item?name=one">one</a><form action="/find" method="post"><input name="word" value="one"><button>Find</button></form></body></html>'
)


class Quiet(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature is the library's.
        """Say nothing."""


def table() -> sqlite3.Connection:
    """Three rows to steal."""
    made = sqlite3.connect(":memory:", check_same_thread=False)
    made.execute("CREATE TABLE item (id INTEGER, name TEXT)")
    made.executemany("INSERT INTO item VALUES (?, ?)", [(1, "one"), (2, "two"), (3, "three")])
    return made


ITEMS = table()


def application(environ: dict[str, object], start: Callable[[str, list[tuple[str, str]]], object]) -> Iterable[bytes]:
    """Answer with every mistake there is."""
    asked = parse_qs(str(environ.get("QUERY_STRING", "")), keep_blank_values=True)
    if environ["REQUEST_METHOD"] == "POST":
        length = int(str(environ.get("CONTENT_LENGTH") or 0))
        asked = parse_qs(environ["wsgi.input"].read(length).decode("utf-8", "replace"), keep_blank_values=True)  # type: ignore[attr-defined]
    if environ["PATH_INFO"] == "/":
        return _answer(start, "200 OK", HOME)
    wanted = next(iter(asked.values()), [""])[0]
    try:
        rows = ITEMS.execute(f"SELECT id, name FROM item WHERE name = '{wanted}'").fetchall()  # noqa: S608 - the mistake this file is for.
    except sqlite3.Error as fault:
        return _answer(start, "500 Internal Server Error", f"<html><body>sqlite3.OperationalError: {fault}</body></html>")
    shown = "".join(f"<li>{number} {name}</li>" for number, name in rows)
    return _answer(start, "200 OK", f"<html><body><h1>{wanted}</h1><ul>{shown}</ul></body></html>")


def _answer(start: Callable[[str, list[tuple[str, str]]], object], status: str, text: str) -> list[bytes]:
    start(status, [("Content-Type", "text/html; charset=utf-8"), ("Set-Cookie", "session=1234")])
    return [text.encode()]


if __name__ == "__main__":
    with make_server("127.0.0.1", int(sys.argv[1]), application, handler_class=Quiet) as server:
        server.serve_forever()
