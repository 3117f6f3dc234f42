"""Reads what is kept: past sessions, records as text and as a page, and what is still open."""
