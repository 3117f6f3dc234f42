"""What a message says that it breaks, and where it says that it breaks nothing."""

import re

MARK = re.compile(r"BREAKING(?:[ -]CHANGES?)?:(?P<text>.*)")
NEXT = re.compile(r"BREAKING(?:[ -]CHANGES?)?:|[A-Za-z][\w-]*(?:: | #)|\* \w+(?:\([^()]*\))?!?: ")
"""What ends the text of a mark: the next footer, or the next commit that a squash has listed."""
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
NOTHING = re.compile(
    r"(?:none|no|nope|nil|null|nothing|false|n/?a|not applicable|no breaking changes?)?"
)
"""What templates of pull requests are answered with where nothing breaks."""
AROUND = " \t.,!*_`'\"()[]{}<>~-–—"


def breaking_texts(message: str) -> tuple[str, ...]:
    """What stands behind each `BREAKING CHANGE:` of a message, as one line of its first paragraph.

    One that says *none* in any of its usual ways is left out, and so is an empty one.
    """
    if "BREAKING" not in message:
        return ()
    lines = COMMENT.sub("", message).replace("\r\n", "\n").split("\n")
    marks = [(number, found) for number, line in enumerate(lines) if (found := MARK.match(line))]
    texts = (first_paragraph([found["text"], *lines[number + 1 :]]) for number, found in marks)
    return tuple(text for text in texts if not says_nothing(text))


def first_paragraph(lines: list[str]) -> str:
    """The first lines with something in them, as one; none of them begins the next footer."""
    paragraph: list[str] = []
    for number, line in enumerate(lines):
        if (number and NEXT.match(line)) or (paragraph and not line.strip()):
            break
        paragraph += line.split()
    return " ".join(paragraph)


def says_nothing(text: str) -> bool:
    """Whether it is how people write that nothing breaks."""
    return NOTHING.fullmatch(text.strip(AROUND).casefold()) is not None
