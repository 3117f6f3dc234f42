"""The outside systems, one a folder or module, each as that system's own description has it.

Read `slack` first, for it is the shortest; `github` and `bugzilla` are the largest.
"""
