"""Cherry-picks: commits applied one by one, and what they need besides.

Read `applying` first.
"""
