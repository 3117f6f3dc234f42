"""Opening a run, keeping it, and bringing it to its end.

Read `opening` first, then `run`; `setting` is where it works, `services` what it works with,
`session_archive` what it leaves behind.
"""
