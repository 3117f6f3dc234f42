"""What blocks the push, and who works on it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import field

from runbook_lib.frozen import frozen
from runbook_lib.policy.push.notes.adding import add_items
from runbook_lib.policy.push.notes.lines import Line, join, replace_line
from runbook_lib.policy.push.notes.marks import NOT_YET, URL, is_struck, without_links
from runbook_lib.policy.push.notes.sections import Layout, open_notes
from runbook_lib.policy.push.notes.wording import USUAL, Wording

NONE = re.compile(r"(?:none|no|nope|nothing|n/a|no blockers?)(?: (?:yet|so far|known))?[.!]?", re.I)
DONE = re.compile(r"\bfixed in\b|\[?\bdone\b\]?", re.IGNORECASE)
AT_END = re.compile(r"[ \t]*[)\].]*[ \t]*$")
"""What says that a blocker blocks no more; a patch that landed still has to reach the tag."""

PERSON = re.compile(
    r"(?<![\w/.@])@(?P<login>\w[\w-]*)|\bassigned to (?P<named>\w[\w-]*)"
    r"|\b(?:owner|assignee): ?(?P<owner>\w[\w-]*)",
    re.IGNORECASE,
)
AFTER_LINK = re.compile(r"[~ \t]*\((?P<name>[A-Za-z][\w-]*)\)[ \t]*$")
MARKER = re.compile(r"<!-- runbook: (?P<who>@\S+|nobody) -->")
"""The hidden end of a line that this library wrote: whom it named. Where the visible name differs,
a person has decided otherwise since, and the line is theirs."""


@frozen
class Blocker:
    """Something that has to be mended before the push; `assignee` is a login, or empty.

    `line` (from 0) says where a document has it.
    """

    text: str
    url: str = ""
    assignee: str = ""
    done: bool = False
    line: int = field(default=-1, compare=False)

    def __str__(self) -> str:
        return f"{self.url or self.text} ({self.assignee or 'nobody yet'})"


def find_blockers(layout: Layout) -> Iterator[Blocker]:
    """Each item of the section of blockers."""
    above: Line | None = None
    for line in layout.body("blockers"):
        if not line.live.strip():
            above = above if above and above.item["bullet"] is None else None
        elif above is None or not goes_on(line, above):
            above = line
            yield from read_blocker(line, layout.wording)


def goes_on(line: Line, above: Line) -> bool:
    """Whether a line belongs to the item above it."""
    if line.indent > above.indent:
        return True
    return above.item["bullet"] is not None and line.item["bullet"] is None


def read_blocker(line: Line, wording: Wording) -> Iterator[Blocker]:
    """What a line says; nothing where it is a bullet alone, or says that there is nothing."""
    words, link = line.content, URL.search(line.live)
    if not words or (link is None and NONE.fullmatch(words)):
        return
    struck = is_struck(line.live, *link.span()) if link else is_struck(words, 0, len(words))
    marked = MARKER.search(line.text)
    yield Blocker(
        words,
        link[0] if link else "",
        assignee_of(line, link),
        done=struck or bool(line.ticked) or (marked is None and says_done(line, wording)),
        line=line.number,
    )


def says_done(line: Line, wording: Wording) -> bool:
    """Whether the words after a blocker say that it blocks no more, or name a tag at their end."""
    words = without_links(line.live)
    named = (one for one in wording.tag.finditer(words) if AT_END.match(words, one.end()))
    found = DONE.search(words) or next(named, None)
    return found is not None and not NOT_YET.search(words[: found.start()])


def assignee_of(line: Line, link: re.Match[str] | None) -> str:
    """Who works on it, as the line says."""
    people = list(PERSON.finditer(without_links(line.live)))
    if people:
        return next(name for name in people[-1].groups() if name)
    after = AFTER_LINK.match(line.live, link.end()) if link else None
    return after["name"] if after else ""


def list_blockers(text: str, found: Sequence[Blocker], wording: Wording = USUAL) -> str:
    """Have each blocker listed under *Blockers*, with who works on it.

    One that is listed stays as people wrote it; where the line is our own, and names another than
    who works on it now, that name is changed. Nothing is taken out. Raises `Refused` where there is
    something to list and no section for it.
    """
    for wanted in found:
        layout = open_notes(text, wording)
        listed = [one for one in find_blockers(layout) if wanted.url and wanted.url == one.url]
        if not is_listed(layout, wanted):
            text = add_items(layout, "blockers", [written_blocker(wanted, layout)])
        for one in listed[:1]:
            text = reassign(layout, layout.lines[one.line], one, wanted)
    return text


def is_listed(layout: Layout, wanted: Blocker) -> bool:
    """Whether a line of the section, a nested one too, is about a blocker.

    The first link of a line says what it is about; one that is only mentioned after it may still
    need a line of its own.
    """
    lines = list(layout.body("blockers"))
    if not wanted.url:
        return any(shown_title(wanted) in " ".join(line.live.split()) for line in lines)
    links = (URL.search(line.live) for line in lines)
    return any(page_of(link[0]) == page_of(wanted.url) for link in links if link)


def page_of(url: str) -> str:
    """A link without the place in its page, as `URL` would find it in a line."""
    found = URL.match(url)
    return (found[0] if found else url).partition("#")[0].rstrip("/")


def shown_title(blocker: Blocker) -> str:
    """The words of a blocker in one line, where they can't begin or end a comment."""
    words = " ".join(blocker.text.split())
    return words.replace("<!--", "&lt;!--").replace("-->", "--&gt;")


def written_blocker(blocker: Blocker, layout: Layout) -> str:
    """A blocker as we write it.

    The plain form has no hidden ends, nor has a document with a comment that was never closed: ours
    would close it, and hide the line.
    """
    who = f"@{blocker.assignee}" if blocker.assignee else "nobody"
    shown = who if blocker.assignee else "nobody yet: find someone"
    visible = layout.form == "plain" or any("<!--" in line.live for line in layout.lines)
    hidden = "" if visible else f" <!-- runbook: {who} -->"
    return f"{blocker.url} {shown_title(blocker)} ({shown}){hidden}".lstrip()


def reassign(layout: Layout, line: Line, listed: Blocker, wanted: Blocker) -> str:
    """The document with who works on a blocker now, where the line is our own still."""
    marked = MARKER.search(line.text)
    named = f"@{listed.assignee}" if listed.assignee else "nobody"
    now = f"@{wanted.assignee}" if wanted.assignee else "nobody"
    if marked is None or marked["who"] != named or named == now:
        return join(layout.lines)
    changed = line.text[: line.item.end()] + written_blocker(wanted, layout)
    return replace_line(layout.lines, line, changed + line.text[marked.end() :])
