"""Worked example data at every stage of the workflow, made through the use cases as people would, and never by writing rows."""
