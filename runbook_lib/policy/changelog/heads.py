"""The heading of an entry as a template: what of it is its version, its date, the one before."""

import re
from collections import Counter
from itertools import takewhile

from runbook_lib.policy.changelog.adorned import DATE, FIT, PREVIOUS, SLUG, VERSION, fit
from runbook_lib.policy.changelog.dates import find_dates
from runbook_lib.policy.changelog.written import BEFORE, TOKEN

COMPARED = re.compile(rf"(?P<from>{TOKEN})(?P<dots>\.\.\.?[^\s)]*{VERSION})", re.IGNORECASE)


def head_template(head: str, token: str) -> str:
    """A heading with places for what is another's in the next one."""
    template = fit(head)
    slug = re.escape(token.replace(".", "-"))
    template = re.sub(rf"{BEFORE}{re.escape(token)}(?![0-9])", VERSION, template)
    template = re.sub(rf"(?<![0-9])(?<![0-9]-){slug}(?![0-9])(?!-[0-9])", SLUG, template)
    template = COMPARED.sub(rf"{PREVIOUS}\g<dots>", template)
    for found in reversed(find_dates(template)):
        template = template[: found.start] + DATE + template[found.end :]
    return template


def common_head(templates: list[str]) -> str:
    """What the headings, the newest first, have in common.

    The newest one where another is as it, else one that is there twice. Else what the two newest
    begin and end with: a code name or a commit between is no other's.
    """
    counted = Counter(templates)
    if counted[templates[0]] > 1 or len(templates) == 1:
        return templates[0]
    usual, number = counted.most_common(1)[0]
    return usual if number > 1 else shared(templates[0], templates[1])


def shared(one: str, other: str) -> str:
    """What two headings begin and end with, line by line; the first, where that has no version."""
    lines, others = one.split("\n"), other.split("\n")
    if len(lines) != len(others):
        return one
    found = "\n".join(map(shared_line, lines, others))
    return found if VERSION in found else one


def shared_line(one: str, other: str) -> str:
    """What two lines begin and end with; of two lines of marks, the first."""
    if one == other or one.startswith(FIT) or not re.search(r"\w", one):
        return one
    start = common_start(one, other)
    end = common_start(one[len(start) :][::-1], other[len(start) :][::-1])[::-1]
    if end:
        return f"{start.rstrip()} {end.lstrip()}".lstrip()
    return re.sub(r"[ ,;:–—-]+\Z", "", start)


def common_start(one: str, other: str) -> str:
    """What two texts begin with."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return "".join(letter for letter, _ in same)
