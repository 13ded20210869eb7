"""A real server on a copy of the planted pharmacy, with its logs and its temporary folder in view, and a browser of the plainest kind."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from tests.journeys.canaries import DATABASE, Planted, Somebody

ROOT = Path(__file__).resolve().parents[2]
_FORM = "application/x-www-form-urlencoded"
_BOUNDARY = "levigate-test-boundary"
_ANSWERS_WITHIN_S = 120
_LOOKS_EVERY_S = 0.01


class Temporaries(threading.Thread):
    """Looks into a folder for temporary files all the time, and keeps what each held; a file that has no name any more is read through its process."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.folder, self.processes, self.looked = folder, (), 0
        self.held: dict[str, set[bytes]] = {}
        self._ends = threading.Event()

    processes: tuple[int, ...]

    def run(self) -> None:
        """Look until it is told to end."""
        while not self._ends.wait(_LOOKS_EVERY_S):
            self.look()

    def look(self) -> None:
        """Read everything that is there now."""
        open_files = [each for process in self.processes for each in _open_files(process)]
        for path in (*self.folder.rglob("*"), *(each for each in open_files if str(self.folder) in _target(each))):
            with suppress(OSError):
                if path.is_file():
                    self.held.setdefault(_target(path) or str(path), set()).add(path.read_bytes())
        self.looked += 1

    def end(self) -> None:
        """Look once more, and end."""
        self._ends.set()
        self.join()
        self.look()


def _target(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return ""


def _open_files(process: int) -> list[Path]:
    with suppress(OSError):
        return list(Path(f"/proc/{process}/fd").iterdir())
    return []


def _family(process: int) -> tuple[int, ...]:
    """A process and what it started, where the system tells."""
    with suppress(OSError):
        children = [int(each) for told in Path(f"/proc/{process}/task").glob("*/children") for each in told.read_text().split()]
        return (process, *(each for child in children for each in _family(child)))
    return (process,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server: its port, its folder, the files of what it says, and the watch over its temporary folder."""

    port: int
    folder: Path
    temporaries: Temporaries

    @property
    def log(self) -> bytes:
        """Everything it has written to standard output and standard error."""
        return b"".join((self.folder / name).read_bytes() for name in ("stdout", "stderr"))


@contextmanager
def serving(planted: Planted, folder: Path) -> Iterator[Server]:
    """`levigate serve` on a copy, with the fullest log there is."""
    shutil.copytree(planted.folder, folder / "served")
    temporary = folder / "temporary"
    temporary.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LEVIGATE_") and name != "DATABASE_URL"}
    environment |= {"LEVIGATE_LOG_LEVEL": "debug", "TMPDIR": str(temporary), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    # One person looks at two hundred patients within minutes here, which no work does.
    environment |= {"LEVIGATE_PAGES_AN_HOUR": "100000"}
    command = [sys.executable, "-m", "compounding", "serve", "--port", str(port), "--database", str(folder / "served" / DATABASE)]
    watch = Temporaries(temporary)
    with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as error:
        process = subprocess.Popen(command, cwd=folder / "served", env=environment, stdout=out, stderr=error)
        try:
            watch.start()
            _wait(process, port, folder / "stderr")
            watch.processes = _family(process.pid)
            yield Server(port=port, folder=folder, temporaries=watch)
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            watch.end()


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + _ANSWERS_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"the server does not answer: {log.read_text()[-400:]}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer. `is_typed_address` marks an address that was made up with a canary in it; `typed` what a person typed into a form."""

    who: str
    method: str
    target: str
    sent: tuple[tuple[str, str], ...]
    typed: tuple[tuple[str, str], ...]
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    is_typed_address: bool

    @property
    def text(self) -> str:
        """The answer as text."""
        return self.body.decode(errors="replace")

    @property
    def title(self) -> str:
        """The page's title, which a browser's history keeps."""
        found = re.search(r"<title>(.*?)</title>", self.text, re.DOTALL)
        return unescape(found[1]) if found else ""

    def header(self, name: str) -> str:
        """A header of the answer."""
        return next((value for told, value in self.headers if told.lower() == name.lower()), "")

    def fields(self, action: str = "") -> dict[str, str]:
        """The inputs of the page's form for that address (of all forms where none is named), choices and buttons aside."""
        forms = re.findall(rf'<form[^>]*action="{re.escape(action)}".*?</form>' if action else r"<form.*?</form>", self.text, re.DOTALL)
        found: dict[str, str] = {}
        for tag in re.findall(r"<(?:input|textarea|select)[^>]*>", "".join(forms)):
            told = {name: unescape(value) for name, value in re.findall(r'([a-z-]+)="([^"]*)"', tag)}
            if "name" in told and told.get("type") not in ("checkbox", "radio", "submit", "file"):
                found.setdefault(told["name"], told.get("value", ""))
        return found


@dataclass(slots=True, kw_only=True)
class Browser:
    """Cookies, forms, and every exchange; no redirect is followed."""

    port: int
    who: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    every: list[Exchange] = field(default_factory=list)

    def get(self, target: str, *, is_typed_address: bool = False, **headers: str) -> Exchange:
        """Open an address."""
        return self.send("GET", target, is_typed_address=is_typed_address, headers=headers)

    def post(self, target: str, typed: Mapping[str, str], *, file: tuple[str, str, bytes] | None = None, **headers: str) -> Exchange:
        """Send a form; `file` is its field, file name and content."""
        if file is None:
            return self.send("POST", target, typed=typed, body=urlencode(typed).encode(), headers={"Content-Type": _FORM, **headers})
        parts = [f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in typed.items()]
        parts.append(f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{file[0]}"; filename="{file[1]}"\r\n\r\n'.encode() + file[2])
        body = b"".join(parts) + f"\r\n--{_BOUNDARY}--\r\n".encode()
        return self.send("POST", target, typed=typed, body=body, headers={"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}", **headers})

    def send(
        self, method: str, target: str, *, typed: Mapping[str, str] | None = None, body: bytes | None = None, headers: Mapping[str, str] | None = None,
        is_typed_address: bool = False,
    ) -> Exchange:  # fmt: skip
        """Send any request."""
        told = {"Host": f"localhost:{self.port}", **({"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {})}
        told |= {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.putrequest(method, target, skip_host=True)
            for name, value in (*told.items(), *((("Content-Length", str(len(body))),) if body is not None else ())):
                connection.putheader(name, value)
            connection.endheaders()
            # A server that refuses by the head alone may close before it has read the body.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.send(body or b"")
            answer = connection.getresponse()
            seen = Exchange(
                who=self.who, method=method, target=target, sent=tuple(told.items()), typed=tuple((typed or {}).items()), status=answer.status,
                headers=tuple(answer.getheaders()), body=answer.read(), is_typed_address=is_typed_address,
            )  # fmt: skip
        finally:
            connection.close()
        for line in (value for name, value in seen.headers if name.lower() == "set-cookie"):
            self._keep(line)
        self.every.append(seen)
        return seen

    def _keep(self, line: str) -> None:
        for name, morsel in SimpleCookie(line).items():
            if morsel["max-age"] == "0" or not morsel.value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value

    def sign_in(self, person: Somebody, password: str, page: Exchange | None = None) -> Exchange:
        """Come in by name, password and one-time code, from that page where one asks; whatever was typed before is carried along."""
        asked = page or self.get("/sign-in")
        step = self.post("/sign-in", asked.fields("/sign-in") | {"name": person.name, "password": password})
        assert step.status == 200, step.text
        arrived = self.post("/sign-in/code", step.fields("/sign-in/code") | {"code": person.code()})
        assert arrived.status in (200, 303), arrived.text
        self.who = person.name
        return arrived
