"""Measurements for whoever works on Levigate; none of them is a test."""
