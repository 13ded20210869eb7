"""docs/glossary.md as it is made from the one list of words, which the help page shows too."""

from pathlib import Path

from compounding.reference.glossary import glossary

PAGE = Path(__file__).parents[2] / "docs" / "glossary.md"
_HEAD = "# Glossary\n\nThe words of the code, the screens and the paper. One word for one thing.\n\n"


def glossary_page() -> str:
    """The whole document."""
    return _HEAD + "".join(f"- **{each.word}**{f' ({each.beside})' if each.beside else ''}: {each.text}\n" for each in glossary())


if __name__ == "__main__":
    PAGE.write_text(glossary_page(), encoding="utf-8")
