"""Screening: what the allergy record means for each base."""

from compounding.domain.screening.entries import read_entry
from compounding.domain.screening.lexicon import Lexicon
from compounding.domain.screening.reader import read_statement

__all__ = ["Lexicon", "read_entry", "read_statement"]
