"""What the notes' policy makes of a folder of real notes, `YYYY/MM/DD.md` each.

    python -m tests.policy.push_notes.corpus FOLDER

prints how many documents there are, come back byte for byte, and have which parts; each edit is
made to each document, twice, and must touch its own section alone.
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from runbook_lib.errors import Refused
from runbook_lib.policy.push.notes import (
    Blocker,
    CompareLink,
    Notes,
    list_blockers,
    put_compare_link,
    read_pick,
    strike_picks,
    title_problem,
    write_stat,
)
from runbook_lib.policy.push.notes.sections import Layout

PAGE = "https://github.com/mozilla/addons-server"
COMMIT = f"{PAGE}/commit/{'ab' * 20}"
BUG = Blocker("It breaks", "https://github.com/mozilla/addons-server/issues/99999", "willow")

EDITS: dict[str, tuple[str, Callable[[str], str]]] = {
    "compare link": (
        "pushing",
        lambda text: put_compare_link(
            text, CompareLink.between(PAGE, "2030.01.03", "2030.01.10-1")
        ),
    ),
    "pick": ("picks", lambda text: strike_picks(text, [read_pick(COMMIT)])),
    "blocker": ("blockers", lambda text: list_blockers(text, [BUG])),
    "start": ("stats", lambda text: write_stat(text, "start", "09:32 PDT")),
    "end": ("stats", lambda text: write_stat(text, "end", "10:12 PDT")),
}


def read_exactly(path: Path) -> str:
    """A document with its line endings as they are."""
    return path.read_bytes().decode("utf-8")


def documents(folder: Path) -> Iterator[tuple[date, str]]:
    """The notes in a folder, with the day that each file's name says."""
    for path in sorted(folder.rglob("*.md")):
        found = re.search(r"(\d{4})/(\d{2})/(\d{2})\.md$", path.as_posix())
        if found:
            yield date(*map(int, found.groups())), read_exactly(path)


def sections_of(text: str) -> list[tuple[str, str, str]]:
    """The sections of a document, and what stands in each; before the first, too."""
    layout = Layout.of(text)
    lines = layout.lines
    head = "".join(line.text + line.ending for line in layout.head)
    found = [("", "", head)]
    for part in layout.sections:
        body = "".join(line.text + line.ending for line in lines[part.first : part.last])
        found.append((part.kind, part.name, body))
    return found


def check_edit(text: str, kind: str, edit: Callable[[str], str]) -> str:
    """The edited document; nothing outside the section of a kind is touched, nor done twice."""
    changed = edit(text)
    assert edit(changed) == changed, "an edit is made once"
    before = [part for part in sections_of(text) if part[0] != kind]
    after = [part for part in sections_of(changed) if part[0] != kind]
    same = [(one[0], one[1], one[2].rstrip("\r\n")) for one in before]
    assert [(one[0], one[1], one[2].rstrip("\r\n")) for one in after] == same, kind
    kept = iter(changed)
    removed = [line for line in text.splitlines() if line not in changed.splitlines()]
    assert len(removed) <= 1, f"{kind}: an edit changes one line at most: {removed}"
    assert kept is not None
    return changed


def main(folder: Path) -> None:
    """Print the figures."""
    found: Counter[str] = Counter()
    for day, text in documents(folder):
        notes = Notes.parse(text)
        found["documents"] += 1
        found["byte for byte"] += str(notes) == text
        found[f"form: {notes.form}"] += 1
        found["with compare links"] += bool(notes.compare_links)
        found["with picks"] += bool(notes.picks)
        found["with blockers"] += bool(notes.blockers)
        found["with a start"] += bool(notes.stats.start)
        found["with a hero"] += bool(notes.hero)
        problem = title_problem(notes, day)
        found["with a wrong date"] += problem.startswith("title says")
        for name, (kind, edit) in EDITS.items():
            try:
                check_edit(text, kind, edit)
                found[f"edited: {name}"] += 1
            except Refused:
                found[f"refused: {name}"] += 1
    for name, count in sorted(found.items()):
        print(f"{count:5} {name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
