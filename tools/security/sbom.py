"""`python -m tools.security.sbom`: what the program is made of, as CycloneDX 1.6, in build/sbom.cdx.json.

cyclonedx-bom reads the locked list, with its hashes; the vendored parts of vendored.toml are put beside it. The whole is checked against the format's schema.
"""

import configparser
import hashlib
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.security.settings import ROOT, from_environment

VENDORED = Path(__file__).with_name("vendored.toml")
LOCKED = ROOT / "requirements.txt"
OUT = ROOT / "build" / "sbom.cdx.json"
_LOCKED_LINE = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)
_NAME = re.compile(r"[-_.]+")
_VALIDATE = """
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(sys.stdin.read())
sys.exit(str(fault) if fault else 0)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendored:
    """A part that ships inside the program: whose it is, under which licence, and its files with their sha256; empty where it changes with our own work."""

    name: str
    version: str
    licence: str
    licence_file: str
    used_for: str
    files: Mapping[str, str]
    purl: str = ""


def vendored(path: Path = VENDORED) -> tuple[Vendored, ...]:
    """The parts of vendored.toml. Raises TypeError where one lacks an entry."""
    return tuple(Vendored(**part) for part in tomllib.loads(path.read_text(encoding="utf-8"))["part"])


def licence_files(setup: Path = ROOT / "setup.cfg") -> frozenset[str]:
    """The licences of others that ship: setup.cfg's list, without our own."""
    config = configparser.ConfigParser()
    config.read(setup, encoding="utf-8")
    return frozenset(config["metadata"]["license_files"].split()) - {"LICENSE"}


def locked_packages(text: str) -> frozenset[tuple[str, str]]:
    """Name, in the registry's spelling, and version of every package of a locked list."""
    return frozenset((_NAME.sub("-", name).lower(), version.rstrip(";\\ ")) for name, version in _LOCKED_LINE.findall(text))


def component(part: Vendored) -> dict[str, Any]:
    """A vendored part as the format has it. Its files are components within it, each with the sha256 that it has now."""
    files = [
        {
            "type": "file", "name": name, "bom-ref": f"file:{name}",
            "hashes": [{"alg": "SHA-256", "content": hashlib.sha256((ROOT / name).read_bytes()).hexdigest()}],
        }
        for name in part.files
    ]  # fmt: skip
    made: dict[str, Any] = {
        "type": "library", "bom-ref": f"vendored:{part.name}", "name": part.name, "version": part.version, "description": part.used_for,
        "licenses": [{"license": {"id": part.licence}}], "components": files,
    }  # fmt: skip
    return made | ({"purl": part.purl} if part.purl else {})


def complete(bom: dict[str, Any], parts: Iterable[Vendored], *, name: str, version: str) -> dict[str, Any]:
    """The list with the program itself and its vendored parts."""
    program = {"type": "application", "bom-ref": name, "name": name, "version": version, "licenses": [{"license": {"id": "Apache-2.0"}}]}
    components = [*bom.get("components", []), *map(component, parts)]
    needs = [{"ref": name, "dependsOn": sorted(each["bom-ref"] for each in components)}]
    others = [each for each in bom.get("dependencies", []) if each["ref"] != name]
    return bom | {"metadata": bom.get("metadata", {}) | {"component": program}, "components": components, "dependencies": [*others, *needs]}


def missing(bom: dict[str, Any], packages: Iterable[tuple[str, str]], parts: Iterable[Vendored]) -> list[str]:
    """What ships and is not in the list, or is there without any hash."""
    listed = {(_NAME.sub("-", each["name"]).lower(), each.get("version", "")) for each in bom["components"] if "SHA-256" in json.dumps(each)}
    wanted = [*packages, *((_NAME.sub("-", part.name).lower(), part.version) for part in parts)]
    return sorted(f"{name} {version}" for name, version in wanted if (name, version) not in listed)


def main() -> int:
    """Write the list. Exit status 1 where something is missing or the schema does not hold."""
    scanners = from_environment().scanners
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    run = subprocess.run(  # noqa: S603 - a tool of the locked list.
        [str(scanners / "cyclonedx-py"), "requirements", str(LOCKED), "--spec-version", "1.6", "--output-format", "JSON", "--output-reproducible"],
        capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    bom = complete(json.loads(run.stdout), vendored(), name=config["metadata"]["name"], version=config["metadata"]["version"])
    if lacking := missing(bom, locked_packages(LOCKED.read_text(encoding="utf-8")), vendored()):
        sys.stderr.write("not in the list, or without a hash: " + ", ".join(lacking) + "\n")
        return 1
    text = json.dumps(bom, indent=2, ensure_ascii=False) + "\n"
    checked = subprocess.run(  # noqa: S603 - the format's own library.
        [str(scanners / "python"), "-c", _VALIDATE], input=text, capture_output=True, text=True, timeout=300, check=False
    )
    if checked.returncode:
        sys.stderr.write(f"not CycloneDX 1.6: {checked.stderr}\n")
        return 1
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{OUT.relative_to(ROOT)}: {len(bom['components'])} components.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
