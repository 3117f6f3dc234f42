"""Push notes in the forms that teams have written them in; made up, with what real ones have."""

PICKED = "~~https://git.example/pelican/server/commit/1111111111111111111111111111111111111111~~"

MARKDOWN = """\
# Pelican Release Thursday 12th March 2026

This week's push hero is @operator

## Notable things shipping:

- Rings have numbers; the migration takes *some minutes*.

## Blockers:

- https://git.example/pelican/server/issues/430 The export is short (@matteo)
- [x] https://git.example/pelican/server/issues/429 fixed in 2026.03.12

## Cherry-picks:

<!-- Link to the commits. -->

* PICKED in 2026.03.12-1
* https://git.example/pelican/server/commit/2222222222222222222222222222222222222222 escape names
* https://git.example/pelican/frontend/pull/77

## Pushing:

- https://git.example/pelican/server/compare/2026.03.05-1...2026.03.12
- https://git.example/pelican/frontend/compare/YYYY.MM.DD...YYYY.MM.DD (the *big* one)

## Before we push:

*

## After we're done:

- tell the counters

## Stats

- start time:
- end time:
""".replace("PICKED", PICKED)

PLAIN = """\
This week's push hero is matteo

Blockers:
*

Cherry-picks:
* https://git.example/pelican/server/commit/3333333333333333333333333333333333333333

Pushing:
https://git.example/pelican/server/compare/2017.03.02...2017.03.09

Before we push:
* nothing

start: 9:17am Pacific
end:
"""

WRAPPED = """\
This push's hero is matteo

    Blockers:
* https://git.example/pelican/server/issues/430 The export is short (@matteo), and we need
to pick the mend of it, which is in review, see also:
* https://git.example/pelican/server/issues/431 Rings are swapped
All else is well.  To pick.  Link to the actual commits - NOT the merge commits.  This list
needs to be in chronological order, first to cherry-pick on top.:
* https://git.example/pelican/server/commit/3333333333333333333333333333333333333333

Pushing:
https://git.example/pelican/server/compare/2018.01.04..2018.01.11

Friday 12th January 2018 cherry-picks and push:
* https://git.example/pelican/server/commit/4444444444444444444444444444444444444444
* https://git.example/pelican/server/compare/2018.01.11...2018.01.11-1

start: 16:35 UTC
end:
"""

MIXED = """\
# Pelican Release Thursday 12th March 2026

This week's push heroes are [matteo](https://git.example/mat-on-git) and @willow

**Blockers:**

- https://git.example/pelican/server/issues/430 The export is short (@matteo)

To pick. Link to the actual commits:

- https://git.example/pelican/server/commit/3333333333333333333333333333333333333333

## Pushing:

- https://git.example/pelican/server/compare/2026.03.05..2026.03.12

## 2026-03-13, cherry-picks & push:

- ~~https://git.example/pelican/server/commit/4444444444444444444444444444444444444444~~
- https://git.example/pelican/server/compare/2026.03.12...2026.03.12-1

## Stats

- start time:
- end time:
"""

FORMS = {
    "markdown": MARKDOWN,
    "plain": PLAIN,
    "wrapped": WRAPPED,
    "mixed": MIXED,
    "windows": MARKDOWN.replace("\n", "\r\n"),
    "marked": "\ufeff" + MARKDOWN,
    "cut": MARKDOWN.rstrip("\n"),
    "bare": "## Blockers:\n## Cherry-picks:\n## Pushing:",
}
