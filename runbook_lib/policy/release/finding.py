"""What is read off a repository before anything is decided: each thing, and where it was seen."""

from runbook_lib.frozen import frozen

HEADS = ("what", "found", "where", "says otherwise")


@frozen
class Finding:
    """One thing that a repository says of how it is released.

    `found` is empty where it says nothing; then `missing` says what is done without, or asked.
    """

    what: str
    found: str
    seen: str
    """Where: `12 of 14 tags, such as v1.9.0`, `setup.py, line 7`."""
    otherwise: str
    """The parameter or the profile's key that says otherwise: `-p source`, `names.tag`."""
    missing: str = ""

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """The finding as a line of a table, under `HEADS`."""
        return self.what, self.found or f"({self.missing})", self.seen, self.otherwise
