"""What a run may be called: each part of its name is a folder's, too."""

import re

from runbook_lib.errors import UsageError

NAME = re.compile(r"[A-Za-z0-9][\w.+@-]{0,99}", re.ASCII)


def check_name(name: str, what: str) -> str:
    """The name; raises `UsageError` for one that is empty, a path, or nothing that can be typed."""
    if isinstance(name, str) and NAME.fullmatch(name):
        return name
    raise UsageError(
        f"expected {what} of letters, digits and . _ + @ - (at most 100), beginning with a letter "
        f"or a digit; found {name!r}"
    )
