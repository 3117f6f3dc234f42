"""Links to what changes between two tags."""

import re
from collections.abc import Iterator
from dataclasses import field

from runbook_lib.frozen import frozen
from runbook_lib.policy.push.notes.adding import add_items
from runbook_lib.policy.push.notes.lines import replace_line
from runbook_lib.policy.push.notes.marks import is_struck
from runbook_lib.policy.push.notes.sections import Layout, open_notes
from runbook_lib.policy.push.notes.wording import USUAL, Wording

REF = r"[\w%:@/+-]+(?:\.[\w%:@/+-]+)*"
COMPARE = re.compile(
    r"(?P<url>https?://[^\s<>()\[\]~]*?(?P<repository>[\w.-]+/[\w.-]+)"
    rf"/compare/(?P<base>{REF})\.{{2,3}}(?P<head>{REF}))"
)
PAGE = re.compile(r"https?://[^\s<>()\[\]~]*")
PLACEHOLDER = "YYYY.MM.DD"
"""What the template has for a tag that isn't there yet."""


@frozen
class CompareLink:
    """What a push changes in one repository: from tag `base` to tag `head`, and where to see it.

    `line` (from 0) and `section` say where a document has it; two links that differ in nothing
    else are equal.
    """

    repository: str
    base: str
    head: str
    url: str
    line: int = field(default=-1, compare=False)
    section: str = field(default="", compare=False)
    struck: bool = field(default=False, compare=False)

    @classmethod
    def between(cls, web: str, base: str, head: str) -> "CompareLink":
        """The link for a repository whose page is `web`, such as https://github.com/owner/name."""
        page = web.rstrip("/")
        return cls("/".join(page.split("/")[-2:]), base, head, f"{page}/compare/{base}...{head}")

    def __str__(self) -> str:
        return f"{self.repository} {self.base}...{self.head}"

    @property
    def is_placeholder(self) -> bool:
        """Whether one of its tags is still the template's."""
        return PLACEHOLDER in (self.base, self.head)

    def is_of(self, repository: str) -> bool:
        """Whether it shows this repository; GitHub's names ignore case."""
        return self.repository.casefold() == repository.casefold()


def find_compare_links(layout: Layout) -> Iterator[CompareLink]:
    """Each compare link of a document, the template's placeholders too."""
    for line in layout.lines:
        for found in compare_urls(line.live):
            yield CompareLink(
                found["repository"],
                found["base"],
                found["head"],
                found["url"],
                line=line.number,
                section=layout.kind_at(line.number),
                struck=is_struck(line.live, *found.span()),
            )


def compare_urls(words: str) -> Iterator[re.Match[str]]:
    """Each compare link in a line; a page that is none is looked through once."""
    place = 0
    while page := PAGE.search(words, place):
        found = COMPARE.match(words, *page.span())
        if found:
            yield found
        place = found.end() if found else page.end()


def put_compare_link(text: str, link: CompareLink, wording: Wording = USUAL) -> str:
    """Have the newest link of a repository under *Pushing* be this one.

    The template's placeholder is filled in, a link to an earlier tag is moved, and where there is
    none it is added; what else stands in the line stays. A link that ends where this one begins is
    of what went out before: it stays, too. Raises `Refused` where the notes have no such section.
    """
    layout = open_notes(text, wording)
    found = [one for one in find_compare_links(layout) if "pushing" in one.section.split()]
    mine = [one for one in found if one.is_of(link.repository) and not one.struck]
    if any(one == link or (one.base, one.head) == (link.base, link.head) for one in mine):
        return text
    if not mine or mine[-1].head == link.base:
        return add_items(layout, "pushing", [link.url])
    old = mine[-1]
    line = layout.lines[old.line]
    start = line.live.rindex(old.url)
    changed = line.text[:start] + link.url + line.text[start + len(old.url) :]
    return replace_line(layout.lines, line, changed)
