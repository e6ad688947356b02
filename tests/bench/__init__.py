"""Measures speed and size through the real doors and prints a table; it never fails for being slow."""
