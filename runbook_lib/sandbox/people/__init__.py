"""The people of the sandbox, who act by themselves as their part of the procedure says.

Read `work` first, then `shift` (how one of them acts) and any of them, such as `reviewer`.
"""
