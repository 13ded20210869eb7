"""Importing the credentials costs nothing: their libraries load at first use."""

import subprocess
import sys
from pathlib import Path

import pytest

import compounding.credentials

MODULES = sorted(file.stem for file in Path(next(iter(compounding.credentials.__path__))).glob("*.py") if file.stem != "__init__")


@pytest.mark.parametrize("module", MODULES)
def test_importing_loads_no_library_and_no_list(module: str) -> None:
    heavy = "{'argon2', 'webauthn', 'cryptography', 'zxingcpp', 'pyotp', 'cbor2', 'OpenSSL'}"
    program = f"import compounding.credentials.{module}, sys; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
