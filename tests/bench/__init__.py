"""Measures speed and size through the real doors and prints a table (docs/speed.md); it never fails for being slow."""
