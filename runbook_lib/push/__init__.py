"""Push duty: a team's weekly push, composed from its repositories and services.

Read `run` first: a runbook's steps are the methods of these parts. `settings` is what a profile
says of it, `train` tags, `picking` picks, `live` is the day itself.
"""
