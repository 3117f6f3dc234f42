"""The lines of a document as people wrote them, and what in them is content."""

import re
from collections.abc import Iterator, Sequence

from runbook_lib.frozen import frozen

LONGEST = 2_000
"""Characters of a line that are read, for what stands around a link is looked for in all of it."""

BULLET = r"(?:[-*+]|\\\*|\d+[.)])"
"""What begins an item of a list; `\\*` is what a formatter made of a lone `*` in some notes."""

ITEM = re.compile(
    rf"(?P<indent>[ \t]*)(?P<bullet>{BULLET}(?:[ \t]+|$))?(?P<box>\[[ xX]\](?:[ \t]+|$))?"
)
LINE = re.compile(r"(?P<text>[^\n]*?)(?P<ending>\r?\n|$)")
OPENING = re.compile(
    r"<!--|^(?:[ \t]*(?:[-*+](?=[ \t])|>))*[ \t]*(?P<fence>`{3,}|~{3,})[^`~\n]*$|(?P<code>`+)",
    re.MULTILINE,
)


@frozen
class Line:
    """A line of a document: `text`, its `ending`, and `live`, the text without what is no content.

    In `live` comments, fenced code and a byte order mark are blanks, each character one, so that
    a place in one is the same place in the other; it ends after `LONGEST` characters.
    """

    number: int
    text: str
    ending: str
    live: str

    @property
    def empty(self) -> bool:
        """Nothing but blanks, not even a comment."""
        return not self.text.strip()

    @property
    def indent(self) -> int:
        """How many columns the content is set in; a tab counts for four."""
        return len(self.item["indent"].expandtabs(4))

    @property
    def item(self) -> re.Match[str]:
        """The indent, the bullet and the box that the line begins with."""
        found = ITEM.match(self.live)
        assert found is not None
        return found

    @property
    def content(self) -> str:
        """What stands after the bullet and the box."""
        return self.live[self.item.end() :].strip()

    @property
    def is_blank_item(self) -> bool:
        """A bullet that nobody has written anything after."""
        return bool(self.item["bullet"]) and not self.content

    @property
    def ticked(self) -> bool | None:
        """Whether its box is ticked; None where it has no box."""
        box = self.item["box"]
        return None if box is None else box[1] != " "

    @property
    def prefix(self) -> str:
        """What an item like this one begins with, its box empty."""
        indent, bullet, box = self.item.group("indent", "bullet", "box")
        mark = (bullet or "").strip().lstrip("\\")
        return self.text[: len(indent)] + (f"{mark} " if mark else "") + ("[ ] " if box else "")


def read_lines(text: str) -> tuple[Line, ...]:
    """The lines of a text; only a line feed ends one, with or without a carriage return."""
    live = without_comments(text)
    found = [match for match in LINE.finditer(text) if match[0]]
    return tuple(
        Line(
            number,
            match["text"],
            match["ending"],
            live[match.start() : match.end("text")][:LONGEST],
        )
        for number, match in enumerate(found)
    )


def without_comments(text: str) -> str:
    """The text with blanks for comments, fenced code and a byte order mark."""
    live, begin = [], 0
    for start, end in hidden_spans(text):
        live += [text[begin:start], re.sub(r"[^\r\n]", " ", text[start:end])]
        begin = end
    return "".join([*live, text[begin:]]).replace("\ufeff", " ")


def hidden_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the comments and the fenced code are.

    One that is never closed hides nothing here, though GitHub hides all that follows: what people
    wrote after it is theirs still, and `check_notes` points it out.
    """
    place, open_ended = 0, set[str]()
    while found := OPENING.search(text, place):
        mark = found["fence"] or found["code"] or found[0]
        end = None if mark in open_ended else closing(text, found)
        if end is None:
            open_ended |= set() if found["code"] else {mark}
        elif not found["code"]:
            yield found.start(), end
        place = end or found.end()


def closing(text: str, opening: re.Match[str]) -> int | None:
    """Where what was opened ends; code within a line has to end in the same line."""
    if fence := opening["fence"]:
        close = re.compile(rf"^[ \t]*{fence[0]}{{{len(fence)},}}[ \t\r]*$", re.MULTILINE)
        found = close.search(text, opening.end())
    elif code := opening["code"]:
        stop = text.find("\n", opening.end())
        close = re.compile(rf"(?<!`)`{{{len(code)}}}(?!`)")
        last = min(opening.end() + LONGEST, len(text) if stop < 0 else stop)
        found = close.search(text, opening.end(), last)
    else:
        found = re.compile("-->").search(text, opening.end())
    return found.end() if found else None


def join(lines: Sequence[Line]) -> str:
    """The text that the lines were read from."""
    return "".join(line.text + line.ending for line in lines)


def line_ending(lines: Sequence[Line]) -> str:
    """How most lines end."""
    dos = sum(line.ending == "\r\n" for line in lines)
    return "\r\n" if dos * 2 > sum(bool(line.ending) for line in lines) else "\n"


def replace_line(lines: Sequence[Line], line: Line, text: str) -> str:
    """The document with another text in one line, its ending kept."""
    after = lines[line.number + 1 :]
    return join(lines[: line.number]) + text + line.ending + join(after)


def insert_lines(lines: Sequence[Line], at: int, texts: Sequence[str]) -> str:
    """The document with lines put in before line `at`; a missing last line ending stays missing."""
    ending = line_ending(lines)
    before, after = join(lines[:at]), join(lines[at:])
    if lines and at == len(lines) and not lines[-1].ending:
        return before + "".join(ending + text for text in texts)
    return before + "".join(text + ending for text in texts) + after
