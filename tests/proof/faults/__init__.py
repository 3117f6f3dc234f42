"""A fault at every point: at each request and each git command of a whole run, of each kind.

Read `points` first (what can go wrong, and how), then `slot` (where one is tried) and `trying`
(how, and what is found); `scenarios` names the runbooks, `proxy` and `programs` strike.
"""
