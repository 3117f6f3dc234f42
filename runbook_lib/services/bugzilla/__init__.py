"""Bugzilla: bugs filed once, questions asked once, answers found."""
