"""The commits that people ask to be picked into the tag, and whether they were."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import field

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.push.notes.adding import add_items
from runbook_lib.policy.push.notes.lines import Line, replace_line
from runbook_lib.policy.push.notes.links import COMPARE
from runbook_lib.policy.push.notes.marks import URL, is_struck, said, without_links
from runbook_lib.policy.push.notes.sections import Layout, open_notes
from runbook_lib.policy.push.notes.wording import USUAL, Wording

HOME = r"https?://\S*?(?P<repository>[\w.-]+/[\w.-]+)"
COMMIT = re.compile(rf"{HOME}/(?:commit|pull/\d+/commits)/(?P<commit>[0-9a-fA-F]{{7,64}})\b")
PULL = re.compile(rf"{HOME}/pull/(?P<pull>\d+)\b")
LABEL = re.compile(r"(?:[\w./-]+:[ \t]+|\[[^\]]*\]\(|[<~(*_]|<(?:del|s|strike)>)*", re.IGNORECASE)
"""What may stand before the link that an item is about: `addons-frontend: `, `~~`, `[#1](`."""

OPENED = re.compile(r"(?:\[[^\[\]]*\]\(|<)$")
"""What belongs to a link and stands before it; a `)` or `>` closes it."""

REMARK = re.compile(r"(?<!\])\([^()]*\)")
PICKED = re.compile(r"\bpicked\b", re.IGNORECASE)
DROPPED = re.compile(r"\b(?:obsolete|dropped|not (?:needed|picked))\b", re.IGNORECASE)


@frozen
class Pick:
    """A cherry-pick that the notes ask for.

    `commit` is empty where the link is not one to a commit; `pull` is the number of a pull request,
    or 0. `tag` is the tag that it was picked into, where the notes say. `struck` without `picked`
    is a pick that was given up. `line` (from 0) and `start` say where its link is.
    """

    repository: str
    commit: str
    url: str
    pull: int = 0
    picked: bool = False
    struck: bool = False
    tag: str = ""
    text: str = field(default="", compare=False)
    line: int = field(default=-1, compare=False)
    start: int = field(default=-1, compare=False)

    @property
    def is_open(self) -> bool:
        """Whether it waits to be picked."""
        return not (self.picked or self.struck)

    def is_same(self, other: "Pick") -> bool:
        """Whether both name one commit (shortened or not), one pull request, or one page."""
        if self.commit and other.commit:
            short, long = sorted((self.commit.lower(), other.commit.lower()), key=len)
            return long.startswith(short)
        if self.pull and other.pull:
            same_home = self.repository.casefold() == other.repository.casefold()
            return same_home and self.pull == other.pull
        return bool(self.url) and self.url.rstrip("/") == other.url.rstrip("/")


def read_pick(link: str) -> Pick:
    """What a link, or the bare id of a commit, asks to be picked."""
    if re.fullmatch(r"[0-9a-fA-F]{7,64}", link):
        return Pick("", link.lower(), "")
    if found := COMMIT.match(link):
        return Pick(found["repository"], found["commit"].lower(), link)
    if found := PULL.match(link):
        return Pick(found["repository"], "", link, int(found["pull"]))
    return Pick("", "", link)


def find_picks(layout: Layout) -> Iterator[Pick]:
    """Each pick in the section of cherry-picks; a compare link is none where both stand in one."""
    above: list[Line] = []
    for line in layout.body("picks"):
        if line.live.strip():
            above = [*(box for box in above if box.indent < line.indent), line]
            done = any(box.ticked for box in above)
            found = picks_of(line, layout.wording, ticked=done)
            shared = "pushing" in layout.kind_at(line.number)
            yield from (pick for pick in found if not (shared and COMPARE.match(pick.url)))


def picks_of(line: Line, wording: Wording, *, ticked: bool) -> Iterator[Pick]:
    """What a line asks to be picked: the link that it begins with, and each other commit.

    A commit in a remark in parentheses, or a page named after the first link, says why.
    """
    links = list(URL.finditer(line.live))
    first = LABEL.match(line.live, line.item.end())
    leading = [link for link in links if first and link.start() == first.end()]
    remarks = [found.span() for found in REMARK.finditer(line.live)]
    for link in links:
        aside = any(left < link.start() < right for left, right in remarks)
        if link in leading or (COMMIT.match(link[0]) and not aside):
            yield judge(line, link, wording, ticked=ticked)


def judge(line: Line, link: re.Match[str], wording: Wording, *, ticked: bool) -> Pick:
    """A pick with what its line says of it."""
    pick, words = read_pick(link[0]), without_links(line.live)
    struck, tag = is_struck(line.live, *link.span()), said(wording.tag, words)
    word = said(PICKED, words)
    dropped = struck and bool(DROPPED.search(words))
    return Pick(
        pick.repository,
        pick.commit,
        pick.url,
        pick.pull,
        picked=(struck or ticked or bool(tag) or bool(word)) and not dropped,
        struck=struck,
        tag=tag[0] if tag and not dropped else "",
        text=line.content,
        line=line.number,
        start=link.start(),
    )


def match_pick(picks: Sequence[Pick], wanted: Pick) -> list[Pick]:
    """The picks of a document that are the wanted one."""
    return [pick for pick in picks if pick.is_same(wanted)]


def strike_picks(text: str, done: Sequence[Pick], wording: Wording = USUAL) -> str:
    """Strike through what was picked; what the notes do not list yet is added, struck through.

    A line with one pick is struck as a whole after its bullet; one with several, or with strikes
    of people's own, link by link. Raises `Refused` where there is something to add and no section
    for it, and `UsageError` where that is no link.
    """
    for wanted in done:
        layout = open_notes(text, wording)
        found = list(match_pick(list(find_picks(layout)), wanted))
        if not found and not wanted.url:
            raise UsageError(
                f"expected a link to commit {wanted.commit}, to list it in the notes; found its id "
                "alone: give the link"
            )
        if not found:
            text = add_items(layout, "picks", [f"~~{wanted.url}~~"])
        for pick in reversed([one for one in found if one.is_open]):
            text = strike(open_notes(text, wording), pick)
    return text


def strike(layout: Layout, pick: Pick) -> str:
    """The document with one pick struck through."""
    line = layout.lines[pick.line]
    several = sum(one.line == pick.line for one in find_picks(layout)) > 1
    first, last = line.item.end(), len(line.live.rstrip())
    if several or "~" in line.live:
        first, last = around_link(line.live, pick)
    # A ~~ beside one that is there would pair with it.
    left, right = ("<del>", "</del>") if "~" in line.live else ("~~", "~~")
    changed = f"{line.text[:first]}{left}{line.text[first:last]}{right}{line.text[last:]}"
    return replace_line(layout.lines, line, changed)


def around_link(words: str, pick: Pick) -> tuple[int, int]:
    """Where the link of a pick begins and ends, with its label and brackets."""
    end = pick.start + len(pick.url)
    opened = OPENED.search(words[: pick.start])
    if opened and words[end : end + 1] in (")", ">"):
        return opened.start(), end + 1
    return pick.start, end
