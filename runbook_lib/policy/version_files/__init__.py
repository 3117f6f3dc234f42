"""Where a project's files say its version: a reader for each kind of file, and how each spells it.

Read `readers` first (which file has which reader), then `written` (what a release changes).
"""
