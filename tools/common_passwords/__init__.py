"""Builds the list of common passwords from a downloaded package that collected them."""
