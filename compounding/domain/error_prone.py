"""Which words of a prescriber's directions does a label rule forbid in our own (ISMP, USP <17>)? They are printed as they came, and said aloud beside it.

What can only mean one thing was written out before, and what is ambiguous was held; this finds what is left (clinical rule 29).
"""

import re

_RULES = (
    ("D01", r"(?<![\d.,])\d+\.0+(?![\d])\s*(?=%|g\b|mg\b|mcg\b|kg\b|mL\b|L\b|grams?\b|percent\b)", "trailing zero in a dose or strength"),
    ("D02", r"(?<![\d])\.\d+\s*(?=%|g\b|mg\b|mcg\b|kg\b|mL\b|L\b|grams?\b|percent\b)", "naked decimal point"),
    ("D03", r"(?<![A-Za-z0-9.,])\d[\d.,]*(?:mg|mcg|kg|mL|ml|g|L|units?)\b", "number and unit run together"),
    ("D04", r"\b(?:mg|mL|mcg|kg|g)\.(?=\s|$|,)(?!\s+[A-Z])(?!$)", "unit abbreviation with a full stop (end of sentence excluded)"),
    ("D05", r"(?<![\d,.\-/:A-Za-z])\d{4,}(?=\s*(?:mg|mcg|mL|g|units?)\b)", "large dose without comma (1,000 and above)"),
    ("D06", r"[A-Za-z]{3,}\d+(?:\.\d+)?\s?(?:mg|mcg|g|%)", "drug name and dose run together"),
    ("A01", r"[\u00b5\u03bc]g\b", "micro sign mistaken for mg: use mcg"),
    ("A02", r"\bug\b", "ug for microgram"),
    ("A03", r"\b(?:AD|AS|AU|OD|OS|OU)\b", "ear/eye abbreviations; OD also once daily"),
    ("A04", r"\bo\.\s?d\.", "o.d. once daily / right eye"),
    ("A05", r"\bBT\b", "bedtime"),
    ("A06", r"\bcc\b", "cubic centimetre mistaken for units: use mL"),
    ("A07", r"\bD/C\b", "discharge or discontinue"),
    ("A08", r"\bIJ\b", "injection"),
    ("A09", r"\bIN\b(?=\s+(?:twice|daily|once|spray|\d))", "intranasal"),
    ("A10", r"\b(?:HS|hs|h\.s\.)(?![A-Za-z])", "half-strength or bedtime"),
    ("A11", r"\bIU\b", "international unit"),
    ("A12", r"\b(?:[Pp]er\s+os)\b", "os mistaken for left eye"),
    ("A13", r"\b[qQ]\.?\s?[dD]\.?(?![A-Za-z])", "q.d. / QD"),
    ("A14", r"\b[qQ]\.?\s?[oO]\.?\s?[dD]\.?(?![A-Za-z])", "q.o.d. every other day"),
    ("A15", r"\b(?:qn|q1d|q\s?\d+\s?[AP]M)\b", "qn, q1d, q6PM"),
    ("A16", r"\b(?:SC|SQ|sub\s?q|subq)\b", "subcutaneous abbreviations"),
    ("A17", r"\bss\b", "ss: sliding scale or one-half"),
    ("A18", r"\b(?:SSRI|SSI)\b", "sliding scale abbreviations"),
    ("A19", r"\bi/d\b", "one daily"),
    ("A20", r"\b(?:TIW|tiw|BIW|biw)\b", "3 or 2 times a week"),
    ("A21", r"(?<=\d)\s?[uU]\b(?!nit)", "U or u for units"),
    ("A22", r"\bUD\b", "as directed (ut dictum)"),
    ("A23", r"\bOJ\b", "orange juice"),
    ("A24", r"\b[xX]\s?\d+\s?d\b", "x3d: 3 days or 3 doses"),
    ("A25", (r"\b(?:[qQ][hH][sS]|[bB]\.?[iI]\.?[dD]\.?|[tT]\.?[iI]\.?[dD]\.?|[qQ]\.?[iI]\.?[dD]\.?|[pP]\.?[rR]\.?[nN]\.?"
            r"|[aA]\.?[aA]\.?|[uU]ng\.?|[sS]ig:)(?![A-Za-z])"), "Latin shorthand: say it in words"),
    ("A26", r"(?i)\b(?:use|apply)\s+as\s+directed\b(?!\s+\w)", "no explicit instruction"),
    ("N01", r"\b(?:APAP|ARA[ -]?A|AZT|CPZ|DPT|DTO|HCl|HCT|HCTZ|MgSO4|MSO4|MS|MTX|NoAC|PCA|PTU|T3|TAC|TNK|tPA|TPA)\b", "drug-name abbreviation"),
    ("N02", r"\bZnSO4\b", "zinc sulfate abbreviation"),
    ("N03", r"\bZnO\b", "write zinc oxide"),
    ("N04", r"\bSTS\b", "write sodium thiosulfate"),
    ("N05", r"(?i)\bsod(?:ium)?\.?\s+thio\b(?!s)", "stemmed drug name"),
    ("S01", r"[<>]\s*\d", "< and > mistaken for each other or for 4/7"),
    ("S02", r"(?<!w)(?<!v)\b\d+(?:\.\d+)?\s*(?:units?|g|mg|mL|mcg)\s*/\s*\d", "slash between two amounts read as 1 (use \"per\" or \"and\")"),
    ("S03", r"(?<=\s)@(?=\s|\d)", "@ read as 2"),
    ("S04", r"(?<=\w)\s&\s(?=\d|apply|use|take)", "& read as 2"),
    ("S05", r"(?<=\d)\s?\+\s?(?=\d)", "+ read as 4 or and"),
    ("S06", r"[qQ]\s?\d+\s?\u00b0", "degree sign for hour"),
    ("S07", r"[\u2300\u00d8\u2205]\s?(?=mg|g|zinc|units)", "slashed zero or null sign"),
    ("S08", r"[\u0292\u2125\u2108\u2114\u264f]", "apothecary symbols"),
    ("S09", r"\b(?:gr|grs|grain|grains|minim|minims|dram|drams|scruple)\b", "apothecary units on a label: metric only"),
    ("S10", r"\b\d{1,2}/\d{1,2}/\d{2,4}\b", "ambiguous numeric date"),
    ("S11", r"[\u25a0\ufffd\u25af]", "missing-glyph box or replacement character"),
    ("S12", r"[\u202a-\u202e\u2066-\u2069\u200b]", "direction override or zero-width character in printed text"),
    ("S13", r"\b(?:None|null|NaN|inf|undefined|\{\{|\}\})\b|\{\{|\}\}", "program leftovers on paper"),
    ("S14", r"[\u00bc-\u00be\u2150-\u215e]", "vulgar fraction glyph"),
    ("S15", r"(?i)\bnanog\b", "nanog"),
)  # fmt: skip
_PATTERNS = tuple((name, re.compile(pattern), why) for name, pattern, why in _RULES)


def error_prone(text: str) -> tuple[str, ...]:
    """Each place in the text that a label rule is against: the words, what is wrong with them, and the rule."""
    return tuple(f'"{found.group().strip()[:40]}": {why} (label rule {name})' for name, pattern, why in _PATTERNS for found in pattern.finditer(text))
