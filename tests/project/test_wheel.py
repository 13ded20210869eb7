"""The wheel holds everything the program reads, and prepares an order from inside it."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel. Built without isolation, since no test may need the network."""
    out = tmp_path_factory.mktemp("wheel")
    source = tmp_path_factory.mktemp("source")
    # Built from a copy, so that no build folder is left in the checkout.
    tracked = ("compounding", "labels", "templates", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")
    for name in tracked:
        subprocess.run(["cp", "-r", str(ROOT / name), str(source)], check=True)
    run = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(source)], capture_output=True, text=True, timeout=300
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    (built,) = out.glob("levigate-*.whl")
    return built


def test_templates_fonts_styles_licences_and_reference_data_are_inside(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for kind in ("compounding", "labels", "templates"):
        for file in (ROOT / kind).rglob("*"):
            if file.is_file() and file.suffix in {".py", ".toml", ".html", ".ttf", ".txt", ".css", ".js", ".svg"}:
                assert file.relative_to(ROOT).as_posix() in names, file
    assert any(name.endswith("LICENSE") for name in names)


def test_an_order_is_prepared_from_inside_the_wheel(wheel: Path, tmp_path: Path) -> None:
    inside = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(inside)
    order = ROOT / "examples" / "orders" / "01-petrolatum.json"
    run = subprocess.run(
        [sys.executable, "-m", "compounding", "prepare", str(order), "--out", str(tmp_path / "out"), "--on", "2026-11-22"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(inside)}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert json.loads((tmp_path / "out" / order.stem / "result.json").read_text(encoding="utf-8"))["status"] == "ready"
