"""Tags: signed ones and lightweight ones, made once and never moved.

Read `signed_tags` first.
"""
