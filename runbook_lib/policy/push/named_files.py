"""Which files a bug's text names, and which line of each: as paths, links and tracebacks do."""

import re
from collections.abc import Collection

from runbook_lib.frozen import frozen

PLACE = re.compile(
    r"(?P<path>[\w.@-]+(?:/[\w.@-]*\w)+)(?:(?::|#L|\"?, line )(?P<line>[1-9]\d{0,6})\b)?"
)
"""A path with a slash, and perhaps a line: src/a.py:12, …/a.py#L12, or as Python's tracebacks."""
BLOB = re.compile(r".*/blob/[^/]+/")
"""What a link to a file on GitHub has before its path."""


@frozen
class NamedFile:
    """A file that a text names, by its path, and the line; 0 where it names none."""

    path: str
    line: int = 0


def named_files(text: str, paths: Collection[str]) -> tuple[NamedFile, ...]:
    """The files among `paths` that a text names, each once: whole, or by their end alone.

    An end that several have names none of them.
    """
    found = (
        NamedFile(path, int(place["line"] or 0))
        for place in PLACE.finditer(text)
        if (path := the_one(BLOB.sub("", place["path"]), paths))
    )
    return tuple(dict.fromkeys(found))


def the_one(named: str, paths: Collection[str]) -> str:
    """The path that is meant; empty where there is none, or more than one."""
    if named in paths:
        return named
    ending = [path for path in paths if path.endswith(f"/{named}")]
    return ending[0] if len(ending) == 1 else ""
