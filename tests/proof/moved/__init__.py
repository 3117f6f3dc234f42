"""The world is moved by somebody else between any two steps of a run, and within each act.

Read `moves` first (what others do, and what must stand of it), then `places` (when) and `trying`
(how, and what is found).
"""
