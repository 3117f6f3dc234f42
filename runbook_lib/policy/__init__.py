"""Decisions, pure: no input or output, no clock; each can be tested with values alone.

Read `version` first, or what the question is about: `commits`, `changelog`, `quorum`, `visible`.
What one procedure alone decides is in `release` and `push`; verdicts are in `monitoring`.
"""
