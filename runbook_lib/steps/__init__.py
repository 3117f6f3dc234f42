"""Look, announce, act, look again: how everything is carried out.

Read `step` first, then `attempt` and `runner`, which looks by `looking`, bears with services by
`patience` and tells what comes of it by `telling`. `gate` and `wait` are steps too, and `guard`
holds back what stands behind a gate. `question` is what people are asked, `decisions` what is kept
of their answers; `by_hand` and `waive` ask as a gate does.
"""
