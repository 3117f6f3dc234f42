"""The skeleton of a runbook of one's own, as `runbook new` writes it.

Read `writing` first; what is written is in `files/`, with `$name` where the runbook's name goes.
"""
