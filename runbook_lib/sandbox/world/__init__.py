"""A world: a folder with bare git repositories, one SQLite database, and keys.

Read `world` first.
"""
