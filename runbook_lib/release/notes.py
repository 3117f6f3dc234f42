"""What the release says on GitHub: the changelog's entry, or the notes that GitHub generates.

GitHub's notes are made of the titles of pull requests, which anybody may change later. So they are
generated before anything is pushed, approved at a gate of their own, and what was approved is what
is published.
"""

from runbook_lib.frozen import frozen
from runbook_lib.policy.asked import Asked
from runbook_lib.policy.changelog import Entry
from runbook_lib.policy.visible import Shown
from runbook_lib.release.release import Release
from runbook_lib.run.run import Run
from runbook_lib.services.github import GitHub, without_marker

GATE = "notes"


@frozen
class Notes(Shown):
    """The text of the release; `question` is what has to be approved of it, if anything."""

    text: str
    question: str = ""
    source: str = "the changelog's entry"

    def __str__(self) -> str:
        return f"the release says {self.source}" + f"\n{self.question}".rstrip()


def find_notes(run: Run, github: GitHub, release: Release, entry: Entry) -> Notes:
    """What the release says: the entry, unless the profile prefers the notes of GitHub.

    Those that are published or approved stay; else they are generated anew, which changes nothing.
    """
    if release.profile.github.notes != "generated":
        return Notes(entry.text)
    found = github.find_release(release.names.tag, run.name)
    if found is not None and not found.draft:
        return Notes(without_marker(found.body, run.name), source="what is published")
    kept = approved_text(run)
    text = kept or github.generate_notes(release.names.tag, at=release.start, since=release.last)
    return Notes(text, Asked(text, markdown=text), "the notes that GitHub generates")


def approved_text(run: Run) -> str:
    """The notes that were asked about last, where the last word on just these is yes."""
    run.journal.refresh()
    events = list(run.journal.events())
    asked = [one.said for one in events if one.matches("asked", gate=GATE)]
    if not asked:
        return ""
    about = {"gate": GATE, "digest": asked[-1]["digest"]}
    words = [one.kind for one in events if one.matches(one.kind, **about)]
    decided = [kind for kind in words if kind in ("approved", "rejected")]
    return str(asked[-1]["text"]) if decided[-1:] == ["approved"] else ""
