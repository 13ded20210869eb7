"""Whole journeys through the running program, and what they must leave behind nowhere."""
