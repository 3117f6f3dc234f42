"""What happened in a run: its events, chained and fsynced, and the folders that they are kept in.

Read `events` first (one line each), then `journal` (how they are written) and `summary` (what a
session came to).
"""
