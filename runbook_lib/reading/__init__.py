"""Reads what is kept: past sessions, records as text and as a page, and what is still open.

Read `finding` first (a run or session by its name); `listing`, `open_runs`, `prose`, `page` and
`comparison` are `log`, `status`, `show` and `diff`.
"""
