"""The few shapes of words that clear an allergen, and those that say that no allergy is known.

A clause is a line of role letters (lexicon.Role), so a shape is a regular expression over it. Only what matches a shape from end to end
clears anything: a word too many, a doubt, a degree ("no severe reaction") or a slip in the denial, and the allergen stands (clinical rule 31:
negation that is scoped must still block).
"""

import re

_ITEM = "[ZSGM]"
_AND_LIST = f"{_ITEM}(?:[LO]t*{_ITEM})*"
_OR_LIST = f"{_ITEM}(?:(?:,{_ITEM})*,?Ot*{_ITEM})*"
_COMMA_LIST = f"{_ITEM}(?:,t*{_ITEM})*,?O+t*{_ITEM}"
_LIST = f"(?:{_COMMA_LIST}|{_AND_LIST})"
_NO = "[N0]"
_NEGATIVE = "[Xgx]"
_BY_TEST = f"(?:t*g?C)?(?:[,:]?[LO]?C[,:]?{_NEGATIVE})?"

_CLEARING = (
    # "No known allergy to zinc", "denies reactions to latex, zinc or nickel": the preposition ties the list to the denial.
    f"{_NO}t?h?K*M*[AaR](?:O[AaR])*K?t+u?t*{_LIST}K?",
    # "No zinc allergy", "no history of zinc or latex allergy"; "and" would leave open where the denial ends.
    f"{_NO}t?h?K*{_OR_LIST}[Aa]K?",
    f"{_NO}:(?:[Aa]t+{_OR_LIST}|{_OR_LIST}[Aa])",
    # "Tolerates zinc oxide", "zinc oxide: tolerated", "uses zinc oxide without problems".
    f"T+t*u?t*{_AND_LIST}T*(?:N[AaR])?",
    f"{_ITEM}[,:]?u?T+(?:N[AaR])?",
    f"u+t*{_AND_LIST},?L?t*(?:T+|{_NO}[AaR])",
    f"{_ITEM}u+,?L?t*(?:T+|{_NO}[AaR])",
    # "Zinc allergy refuted", "ruled out by patch test"; "excluded" alone could also mean avoided.
    f"{_ITEM}A?[,:]?X{_BY_TEST}",
    f"{_ITEM}A[,:]?x{_BY_TEST}",
    f"(?:{_ITEM}A|At+{_ITEM}):?g{_BY_TEST}",
    f"gt+{_ITEM}[Aa]",
    f"At+{_ITEM}[,:]?[Xx]{_BY_TEST}",
    f"[Xx]t*{_ITEM}A{_BY_TEST}",
    f"[Xx]At+{_ITEM}{_BY_TEST}",
    f"X:?{_ITEM}A?",
    # A test decides only when it is named: "negative" alone could describe a reaction.
    f"[Xg]Ct+{_LIST}A?",
    f"C[,:]?{_NEGATIVE}t+{_LIST}A?",
    f"Ct*[,:]?{_ITEM}A?[,:]?{_NEGATIVE}",
    f"{_ITEM}A?[,:]?C[,:]?{_NEGATIVE}",
    f"{_ITEM}:?[gX][tuL]*C",
    f"g{_ITEM}C",
    # "Zinc allergy: no", "zinc: no", "not allergic" after the object as German has it.
    f"(?:{_ITEM}A|[Aa]t+{_ITEM})(?:,?N|:{_NO})",
    f"{_ITEM}:(?:N[Aa]?|0A)",
    f"t+{_ITEM}N[Aa]",
    f"[AaR]Nt+{_LIST}",
)
CLEARED = re.compile("P?[:,]?(?:" + "|".join(_CLEARING) + ")")
CLEARED_BY_CONTRAST = re.compile(f"Nt*{_LIST}")
CLEARED_BY_OBJECT = re.compile(f"Nt+{_LIST}")

_WHICH = "(?:[KMoht]|[LO,/](?=[KMoLOht]))*"
_NONE_KNOWN = (
    "(?:M*A[:,]?)?J[KM]*o?A?",
    f"(?:M*A[:,/])?o?{_NO}{_WHICH}[Aa](?:O[AaR]|[L/]A)*{_WHICH}(?:(?<![,/LO])P)?",
    f"{_NO}K+A?(?:tP)?",
    f"h?[Mo]*h?AM*K?[:,]?K?{_NO}K?A?",
    f"M*AtM[:,]?{_NO}K?",
    "o?h?0o?",
)
NONE_KNOWN = re.compile("P?[:,]?(?:" + "|".join(_NONE_KNOWN) + ")")
"""Denials that name no allergen: "NKDA", "no known allergies", "no drug allergies", "allergies: none", "none known"."""

LACK = re.compile("(?:[Kh]*t?)(?:Ze|et?Z)n?")
"""A deficiency of zinc and nothing else in its clause."""

SPOILS_A_DENIAL = re.compile(r"[zUDdHIQeWEiw]")
"""Roles that leave a denial in doubt wherever they stand in its sentence."""
