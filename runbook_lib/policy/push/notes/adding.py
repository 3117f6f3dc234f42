"""Puts items into a section, in the form that its other items have."""

from collections.abc import Sequence

from runbook_lib.errors import Refused
from runbook_lib.policy.push.notes.lines import insert_lines, join, line_ending
from runbook_lib.policy.push.notes.sections import Layout, Section
from runbook_lib.policy.push.notes.wording import Kind

BULLET = "- "


def add_items(layout: Layout, kind: Kind, items: Sequence[str]) -> str:
    """The document with items at the end of the section of a kind.

    A bullet that nobody has written anything after takes the first; what is nested below the last
    item stays with it. Raises `Refused` where there is no such section,
    or its heading shares a line with the next.
    """
    section = section_to_write(layout, kind)
    lines = layout.lines
    written = [line for line in lines[section.body : section.last] if not line.empty]
    edge = min((line.indent for line in written), default=0)
    items_there = [line for line in written if line.item["bullet"] and line.indent == edge]
    if written and written[-1].is_blank_item and written[-1].indent == edge:
        blank = written[-1]
        texts = [blank.prefix + item for item in items]
        new = line_ending(lines).join(texts)
        return join(lines[: blank.number]) + new + blank.ending + join(lines[blank.number + 1 :])
    prefix = items_there[-1].prefix if items_there else BULLET
    texts = [prefix + item for item in items]
    if written and written[-1].item["bullet"]:
        return insert_lines(lines, written[-1].number + 1, texts)
    return insert_lines(lines, *spaced(layout, section, texts))


def section_to_write(layout: Layout, kind: Kind) -> Section:
    """The section of a kind, where items can be put into it.

    Raises `Refused` where there is none, or its heading shares a line with the next.
    """
    section = layout.find(kind)
    if section is None:
        raise Refused(
            f"expected a section *{layout.wording.listed(kind)}* in the notes, found none; give it "
            "back to them, then run this again"
        )
    if section.body > section.last:
        raise Refused(
            f"expected one heading to a line in the notes, found two in line {section.last + 1}; "
            "break it, then run this again"
        )
    return section


def spaced(layout: Layout, section: Section, texts: Sequence[str]) -> tuple[int, list[str]]:
    """Where the first items of a section go, and they with the blank lines around them."""
    lines = layout.lines[section.body : section.last]
    written = [line.number for line in lines if not line.empty]
    at = written[-1] + 1 if written else section.body
    gap = at < section.last
    more = section.last < len(layout.lines)
    if layout.form == "plain":
        return at, list(texts)
    if gap:
        after = [""] if section.last == at + 1 and more else []
        return at + 1, [*texts, *after]
    return at, ["", *texts, *([""] if more else [])]
