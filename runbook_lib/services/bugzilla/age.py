"""What a Bugzilla can do, as its version tells.

Read in the sources of 4.4.14, 5.0.6, 5.1.2, 5.2 and 5.3.3 (https://github.com/bugzilla/bugzilla);
5.2 goes on from 5.0, and is older than 5.1 in all of this.
"""

import re

from runbook_lib.frozen import frozen

NUMBERS = re.compile(r"(\d+)\.(\d+)")
OLDEST = (4, 4)
DATED = 2000
"""From there on a version begins with a date: bugzilla.mozilla.org's."""


@frozen
class Age:
    """A Bugzilla's age: its version as it says it, empty where it says none that is known."""

    version: str

    @property
    def numbers(self) -> tuple[int, int]:
        """The first two of the version; one that says nothing is taken for a new one."""
        found = NUMBERS.match(self.version)
        return (int(found[1]), int(found[2])) if found else (DATED, 0)

    @property
    def too_old(self) -> bool:
        """Whether it lacks what a release needs of it."""
        return self.numbers < OLDEST

    @property
    def calls(self) -> bool:
        """Whether it is spoken to by JSON-RPC.

        It has no REST, or one that reads a key in the address alone, which servers log; nor can it
        say who the key belongs to.
        """
        return self.numbers < (5, 3) and self.numbers != (5, 1)

    @property
    def knows_keys(self) -> bool:
        """Whether it has API keys; else an account is let in by its password."""
        return self.numbers >= (5, 0)

    @property
    def sets_flags(self) -> bool:
        """Whether its API can set flags; else somebody is asked by a comment, on CC."""
        return self.numbers >= (5, 0)

    @property
    def renders_markdown(self) -> bool:
        """Whether every comment is Markdown; elsewhere it is plain text, unless somebody asks."""
        return self.numbers[0] >= DATED
