"""The languages of patients and papers, as pages call them."""

LANGUAGE_NAMES = {"en": "English", "fr": "French", "es": "Spanish"}
"""Every language that labels and leaflets are written in."""

_OF_TEXTS = "phrases-"


def language_name(code: str) -> str:
    """A language in words; one that has none here is called by its code. The texts of a language ("phrases-fr") are called like it."""
    code = code.removeprefix(_OF_TEXTS)
    return LANGUAGE_NAMES.get(code, code)
