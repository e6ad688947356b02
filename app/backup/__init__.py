"""Backups: made while people work, read back before they count, put back beside what is there; and the move from
SQLite to PostgreSQL. It writes no row of a running installation."""
