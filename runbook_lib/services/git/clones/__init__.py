"""Clones and worktrees: a mirror to look at, the operator's own, and the run's checkout.

Read `checkout` first, then `worktree`.
"""
