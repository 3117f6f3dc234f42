"""Headings as templates: what changes from one to the next, and the line below that fits."""

import re

VERSION, SLUG, PREVIOUS, DATE, TITLE, FIT = (chr(0xE000 + number) for number in range(6))
"""Stand in a template for the version, the same with dashes, the one before, and so on."""
LINE = re.compile(r"([=\-~^\"'`#*+:._<>])\1{2,}")


def fit(block: str) -> str:
    """A block with each line of marks that is as long as its heading as one that fits any.

    Where such lines are over and under it, they may be longer by one or two.
    """
    lines = [line.rstrip() for line in block.split("\n")]
    marks = [line for line in lines if LINE.fullmatch(line)]
    texts = {len(line) for line in lines if not LINE.fullmatch(line)}
    over = {
        length + more: more for length in texts for more in (2, 1, 0) if len(marks) > 1 or not more
    }
    return "\n".join(
        f"{FIT}{line[0]}{over[len(line)]}" if line in marks and len(line) in over else line
        for line in lines
    )


def fitted(template: str) -> str:
    """The block with its lines of marks as long as the heading beside them."""
    lines = template.split("\n")
    return "\n".join(
        line[1] * (len(beside(lines, number)) + int(line[2])) if line.startswith(FIT) else line
        for number, line in enumerate(lines)
    )


def beside(lines: list[str], number: int) -> str:
    """The heading that a line of marks belongs to: the one over it, else the one below."""
    over = lines[number - 1] if number else ""
    return over if over and not over.startswith(FIT) else lines[number + 1]
