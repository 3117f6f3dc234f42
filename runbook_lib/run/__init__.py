"""Opening a run, keeping it, and bringing it to its end.

Read `opening` first, then `run`, which is a `joined_run` that can end (`ending_run`) and in which
people are asked (`asking_run`); `setting` is where it works, `services` what it works with,
`session_archive` what it leaves behind.
"""
