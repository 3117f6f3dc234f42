"""Bugzilla: bugs filed once, questions asked once, answers found.

Read `service` first, then `values`.
"""
