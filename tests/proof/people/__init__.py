"""Several people at one run, or at runs that share repositories, at once.

Read `teammates` first.
"""
