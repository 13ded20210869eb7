"""`python -m tools.common_passwords PACKAGE`: writes the list of common passwords from the downloaded package."""

import sys
from pathlib import Path

from compounding.credentials.common_passwords import LIST_FILE
from tools.common_passwords.build import common, listed_in, rules

FOLDER = Path(__file__).parents[2] / "compounding" / "credentials"


def main(package: Path) -> None:
    """Build and write."""
    chosen = rules()
    passwords = common(listed_in(package, chosen), chosen)
    (FOLDER / LIST_FILE).write_text("\n".join(passwords) + "\n", encoding="utf-8", newline="\n")
    sys.stdout.write(f"{len(passwords)} passwords.\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
