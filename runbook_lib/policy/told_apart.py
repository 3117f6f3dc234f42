"""What an error says, told apart: what was expected, what was found, and what to do next.

Our messages say it in this order, on one line; nothing of them is left out or changed.
"""

import re
from collections.abc import Iterator

from runbook_lib.frozen import frozen

FOUND = re.compile(r"[,;.] (?=(?:but |and )?found\b)|, (?=and (?:it is|there is|no)\b)")
VERBS = (
    "add|allow|approve|ask|begin|break|bring|change|check|choose|close|commit|confirm|convert|"
    "correct|decide|delete|deploy|draft|edit|end|export|fetch|find|finish|free|git|give|hand|have|"
    "install|invite|keep|leave|let|log|look|make|mend|merge|move|name|narrow|open|pick|pip|pull|"
    "push|put|read|rebase|release|reload|remove|rename|reopen|restart|restore|revert|run|say|see|"
    "send|set|settle|shorten|sign|skip|start|stop|tag|take|try|turn|unarchive|undo|update|upgrade|"
    "use|wait|waive|write"
)
"""What a message asks for."""
NEXT = re.compile(
    rf"[;:.]\s+(?=(?:then |please )?(?:{VERBS}|did you mean|for the next|if|it may be let pass|"
    r"to (?!be\b)|where)\b)",
    re.IGNORECASE,
)
"""Where what to do begins: at a word that asks for something."""
COMMAND = re.compile(r"\brunbook (?:[a-z]+)(?: (?:'[^']*'|[^\s;,()']+))*")
"""A command of ours, as a message names it."""


WHAT_TO_DO = "what to do"


@frozen
class Told:
    """An error's message: `said` is what was expected, or all that is neither found nor next."""

    said: str
    found: str = ""
    next: str = ""

    @property
    def lines(self) -> list[str]:
        """The parts that there are."""
        return [part for part in (self.said, self.found, self.next) if part]

    @property
    def rows(self) -> Iterator[tuple[str, str]]:
        """Each part with what it is, without the words that say so."""
        expected = self.said.removeprefix("expected ") if self.found else ""
        heads = (("expected", expected), ("", "" if expected else self.said))
        found = re.sub(r"^(?:but |and )?(?:found:? )?", "", self.found)
        rows = (*heads, ("found", found), (WHAT_TO_DO, self.next))
        yield from ((head, bare(part)) for head, part in rows if part)


def told_apart(message: str) -> Told:
    """The parts of a message."""
    expected = message.startswith("expected ")
    split = FOUND.search(message) if expected else None
    if split is None:
        said, rest = cut(message)
        return Told(said, next=rest)
    found, rest = cut(message[split.end() :])
    return Told(message[: split.start() + 1], found, rest)


def cut(text: str) -> tuple[str, str]:
    """A text before and behind the first word that asks for something, outside of brackets.

    Behind `found:` stands what others say, who have colons of their own.
    """
    quoted = text.startswith("found:")
    for split in NEXT.finditer(text):
        before = text[: split.start()]
        if quoted and split[0][0] == ":":
            continue
        if before.count("(") == before.count(")") and is_out_of_quotes(before):
            return text[: split.start() + 1], text[split.end() :]
    return text, ""


def is_out_of_quotes(text: str) -> bool:
    """Whether every quotation in a text has ended; an apostrophe is none."""
    return len(re.findall(r"(?<!\w)'", text)) == len(re.findall(r"'(?!\w)", text))


def bare(part: str) -> str:
    """A part without the mark that leads to the next one."""
    return part.strip().removesuffix(";").removesuffix(",").removesuffix(":")
