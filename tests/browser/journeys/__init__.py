"""Whole ways through the program in a real browser, from an order to what became of it, each person at a page of their own."""
