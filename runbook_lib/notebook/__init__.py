"""A runbook's notebook, read without running it.

Its cells as they are committed, its parameters, where it asks its gates; and which runbooks there
are. Read `reference` first.
"""
