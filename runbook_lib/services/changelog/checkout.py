"""What a changelog needs to know of its checkout, from whoever has git."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol


class Checkout(Protocol):
    """A checkout that starts at a commit."""

    def paths(self) -> tuple[str, ...]:
        """The paths of the commit that it starts at."""

    def text(self, path: str, revision: str = "") -> str | None:
        """The text of a file at a revision, by default at the start; None where it is not there."""

    def changes(self) -> Mapping[str, str]:
        """What is changed since the start, committed or not: each path, and git's two letters."""

    def apart(self, fragments: str = "") -> AbstractContextManager[Path]:
        """A place with all that is changed, but for the fragments: those are as at the start."""
