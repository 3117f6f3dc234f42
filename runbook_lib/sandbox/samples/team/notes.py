"""The notes of the team's pushes: one document each, `releases/YYYY/MM/DD.md`.

Their form is that of the template of the push duty's written procedure.
"""

from datetime import date, timedelta

from runbook_lib.sandbox.samples.team.authors import EDITH, MATTEO, OLIVE, WILLOW, at
from runbook_lib.sandbox.samples.team.git import Built, Change
from runbook_lib.sandbox.samples.team.week import (
    DEPLOYED,
    GROUP,
    LAST_PUSHES,
    day_of,
    document_path,
    hero,
    tag_of,
)

SITE = "https://sandbox.example"
"""What the sandbox is called in texts: its port changes, its name does not."""

AUTHORS = {"willow": WILLOW, "edith": EDITH, "matteo": MATTEO, "operator": OLIVE}
SUFFIXES = {
    ("server", "2026.02.12"): 1,
    ("server", "2026.03.05"): 1,
    ("frontend", "2026.02.26"): 2,
}
"""How many tags more than one a push took."""

PICKS = {
    "2026.02.12": ("server", "refuse ring numbers of zeros alone", 379),
    "2026.03.05": ("server", "escape names in the feed", 412),
}
NOTABLE = {
    "2026.02.12": "Rings have numbers; the migration takes some minutes.",
    "2026.03.05": "The feed begins with the newest sightings.",
}

DOCUMENT = """\
# Pelican Release {day}

This week's push hero is @{hero}

## Notable things shipping:

{notable}## Blockers:

## Cherry-picks:

<!-- Link to the actual commits, NOT merge commits. The commits need to appear
in chronological order so that `git cherry-pick` will apply them correctly. -->

{picks}## Pushing:

{links}
## Before we push:

## Before we start:

## Before we promote:

## After we're done:
"""
STATS = "\n## Stats\n\n- start time: 09:32\n- end time: 10:{minute}\n"


def compare_link(name: str, base: str, head: str) -> str:
    """What shows the changes between two tags of a repository."""
    return f"{SITE}/{GROUP}/{name}/compare/{base}...{head}"


def last_tag(name: str, push: date) -> str:
    """The tag with which a push of the last weeks ended."""
    tag = tag_of(push)
    count = SUFFIXES.get((name, tag))
    return f"{tag}-{count}" if count else tag


def new_document(push: date) -> str:
    """The notes of a push that is to come, as the push before leaves them."""
    empty = "\n".join(f"- {compare_link(name, 'YYYY.MM.DD', 'YYYY.MM.DD')}" for name in DEPLOYED)
    return DOCUMENT.format(
        day=day_of(push), hero=hero(push), notable="", picks="", links=f"{empty}\n"
    )


def old_document(push: date, picks: dict[int, str]) -> str:
    """The notes of a push of the last weeks; `picks` are main's commits by pull request."""
    tag, before = tag_of(push), push - timedelta(weeks=1)
    links = [compare_link(name, last_tag(name, before), last_tag(name, push)) for name in DEPLOYED]
    text = DOCUMENT.format(
        day=day_of(push),
        hero=hero(push),
        notable=f"- {NOTABLE[tag]}\n\n" if tag in NOTABLE else "",
        picks=pick_line(tag, picks),
        links="\n".join(f"- {link}" for link in links) + "\n",
    )
    return text + STATS.format(minute=10 + push.day % 30)


def pick_line(tag: str, picks: dict[int, str]) -> str:
    """The cherry-pick of a push, struck through; nothing where it had none."""
    if tag not in PICKS:
        return ""
    name, what, pull = PICKS[tag]
    link = f"{SITE}/{GROUP}/{name}/commit/{picks[pull]}"
    return f"* ~~{link}~~ {what}, in {tag}-1\n\n"


def picked(commits: tuple[Built, ...]) -> dict[int, str]:
    """The commits that brought a repository's pull requests to main, by these' numbers."""
    return {one.change.pull: one.sha for one in commits if one.change.pull}


def notes_history(picks: dict[int, str]) -> tuple[Change, ...]:
    """The repository of notes: a document is made a week ahead, and ends with its push."""
    readme = {"README.md": "# Notes of Pelican's pushes\n\nOne document each, under releases/.\n"}
    changes = [Change(OLIVE, at(1, 21), "Keep the notes of pushes\n", readme)]
    for push in LAST_PUSHES[1:]:
        done, following = old_document(push, picks), push + timedelta(weeks=1)
        changes.append(
            Change(
                AUTHORS[hero(push)],
                at(push.month, push.day, 11),
                f"Close the push of {tag_of(push)}, open that of {tag_of(following)}\n",
                {document_path(push): done, document_path(following): new_document(following)},
            )
        )
    return tuple(changes)
