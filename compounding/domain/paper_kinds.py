"""The kinds of paper, as they are called in records, addresses and files; large print is the leaflet once more, in 18 pt."""

LABEL, LEAFLET, LARGE_PRINT, WORKSHEET, FORMULA = "label", "leaflet", "large-print", "worksheet", "formula"

OF_A_PREPARATION = (LABEL, LEAFLET, LARGE_PRINT, WORKSHEET)
"""Those that are kept with a preparation's record, in the order in which they are needed."""
