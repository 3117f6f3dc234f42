"""The release procedure: what is decided, with which services, and its rehearsal.

Read `decision` first, then `release` and `services`.
"""
