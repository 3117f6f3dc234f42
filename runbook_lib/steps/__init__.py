"""Look, announce, act, look again: how everything is carried out.

Read `step` first, then `runner`; `gate` and `wait` are steps too, and `guard` holds back what
stands behind a gate. `by_hand` and `waive` ask people as a gate does.
"""
