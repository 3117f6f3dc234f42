"""Graphs of a made-up site: quiet weeks of many kinds of noise, and incidents put into them.

`python -m tests.policy.noise` measures how often quiet weeks are not called quiet, and how often
incidents are. What it measures is made up; the rules are not to be fitted to it: its seeds can be
others each time.
"""
