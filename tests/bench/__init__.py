"""Measures speed and size through the real doors and prints a table (docs/speed.md); never fails because it was slow."""
