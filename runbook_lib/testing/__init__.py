"""A test kit for steps and runbooks of one's own: pytest finds it by itself.

Read `trial` first (the real runner, over a journal of the test's own), then `plugin` (the fixtures,
and what nbval leaves out when it compares a runbook's outputs).
"""
