"""Rules of the OWASP ASVS about the source itself: what the program never does, in no module and in no script (docs/security.md names them)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted([*(ROOT / "compounding").rglob("*.py"), *(ROOT / "labels").rglob("*.py")])
SCRIPTS = sorted((ROOT / "frontend" / "js").glob("*.js"))
OUTSIDE = {
    "subprocess", "pickle", "marshal", "shelve", "dbm", "xml", "lxml", "yaml", "ctypes", "smtplib", "imaplib", "ftplib", "telnetlib", "ldap3", "requests", "httpx",
    "aiohttp",
}  # fmt: skip
"""What runs commands, rebuilds objects from bytes, reads XML or calls other machines."""
OUTSIDE_PARTS = {"urllib.request", "http.client", "xmlrpc.client"}
RUNS = {
    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "os.execv", "os.spawnv", "render_template_string", "current_app.jinja_env.from_string",
}  # fmt: skip


def _calls(file: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))


def _text_of(folder: Path) -> str:
    return "".join(each.read_text(encoding="utf-8") for each in folder.glob("*.py"))


def _imported(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return found


def test_the_program_runs_no_commands_reads_no_xml_and_calls_nobody() -> None:
    assert len(SOURCES) > 200
    for file in SOURCES:
        imported = _imported(file)
        outside = {name for name in imported if name.partition(".")[0] in OUTSIDE}
        # The reader of papers speaks to PDFium through the interface that pypdfium2 makes of ctypes, and calls no other function by it.
        assert outside <= ({"ctypes"} if file.parent.name == "reread" and "pypdfium2" in _text_of(file.parent) else set()), file
        assert not imported & OUTSIDE_PARTS, file
        assert not {ast.unparse(call.func) for call in _calls(file)} & RUNS, file


def test_no_statement_is_put_together_from_texts() -> None:
    """But those about settings, roles, triggers and the database's own description, whose names are the program's or the operator's, quoted."""
    made = {
        file.relative_to(ROOT / "compounding" / "storage").as_posix()
        for file in (ROOT / "compounding").rglob("*.py")
        for call in _calls(file)
        if ast.unparse(call.func).rpartition(".")[2] in {"text", "exec_driver_sql", "literal_column"} and "storage" in file.parts and call.args
        if isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
    }
    assert made == {"engine.py"}
    for file in SOURCES:
        if "storage" not in file.parts:
            assert not {name for name in _imported(file) if name in {"sqlalchemy.text", "sqlalchemy.literal_column"}}, file
            assert not [call for call in _calls(file) if ast.unparse(call.func).endswith("exec_driver_sql")], file


def test_our_scripts_keep_nothing_and_merge_nothing() -> None:
    assert SCRIPTS
    for script in SCRIPTS:
        text = script.read_text(encoding="utf-8")
        assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.|serviceWorker", text), script
        assert not re.search(r"__proto__|prototype\b|Object\.(?:assign|setPrototypeOf|defineProperty)|\[\w+\]\s*=[^=]", text), script
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|['\"](?:paste|copy|cut|message)['\"]", text), script
    shipped = (ROOT / "compounding" / "web" / "static" / "levigate.js").read_text(encoding="utf-8")
    assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie|serviceWorker|postMessage", shipped)
