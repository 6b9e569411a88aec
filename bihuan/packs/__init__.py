"""Reads programmes and calendars from TOML into the values of the core."""
