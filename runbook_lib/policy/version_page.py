"""What a page tells of a deployed version: where on it that stands, and whether it is the one."""

import re
from typing import Any

from runbook_lib.errors import Failed
from runbook_lib.frozen import frozen
from runbook_lib.policy.json_text import read_json

COMMIT = re.compile(r"[0-9a-f]{7,40}|[0-9a-f]{64}")
INDEX = re.compile(r"0|[1-9][0-9]*")
SHOWN = 80


@frozen
class Place:
    """Where on a page something stands: a JSON pointer (RFC 6901), or a pattern with one group."""

    pointer: str = ""
    pattern: str = ""

    def __bool__(self) -> bool:
        return bool(self.pointer or self.pattern)

    def read(self, page: str, link: str) -> str:
        """What stands there; raises `Failed` where nothing does."""
        found = self.by_pattern(page) if self.pattern else self.by_pointer(page, link)
        if isinstance(found, str | int | float) and not isinstance(found, bool):
            return str(found).strip()
        raise Failed(
            f"expected a text at {self.pattern or self.pointer} of {link}, found "
            f"{'nothing' if found is None else repr(found)[:SHOWN]}; correct the profile's table "
            f"stage, or look at what the page says: {' '.join(page.split())[:SHOWN]}"
        )

    def by_pattern(self, page: str) -> str | None:
        """What the group of the pattern has of the page."""
        found = re.search(self.pattern, page, re.MULTILINE)
        return found[1] if found else None

    def by_pointer(self, page: str, link: str) -> Any:
        """What the pointer leads to in the page's JSON; None where it leads nowhere."""
        try:
            found = read_json(page)
        except ValueError:
            raise Failed(
                f"expected JSON at {link}, found {' '.join(page.split())[:SHOWN]!r}; check the "
                "address, or name a pattern (stage.version_pattern)"
            ) from None
        for part in self.pointer.split("/")[1:]:
            found = part_of(found, part.replace("~1", "/").replace("~0", "~"))
        return found


def part_of(value: Any, name: str) -> Any:
    """A member of an object or of an array, or None where there is none."""
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list) and INDEX.fullmatch(name) and int(name) < len(value):
        return value[int(name)]
    return None


def same_commit(one: str, other: str) -> bool:
    """Whether one of two commit ids is the other, or its beginning (of 7 digits at least)."""
    short, long = sorted((one.strip().lower(), other.strip().lower()), key=len)
    return all(COMMIT.fullmatch(each) for each in (short, long)) and long.startswith(short)
