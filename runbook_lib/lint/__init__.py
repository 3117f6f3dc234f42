"""What a runbook lacks or does wrong, told by its notebook alone: nothing in it is executed.

Read `rules` first: each is a small function over a `runbook`.
"""
