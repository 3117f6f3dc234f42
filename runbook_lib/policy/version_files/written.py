"""What a release writes into a file: where, and which version."""

from collections.abc import Sequence

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.version_files.place import Place, change_version
from runbook_lib.policy.version_files.readers import find_places


@frozen
class Written:
    """One file that says the version: what it says before (`was`) and in the release (`says`).

    It stands where `pattern` says, a regular expression with one group, else in the places that a
    file of that name has for it. After the release it says `following`, where it has that habit.
    """

    file: str
    was: str
    says: str
    pattern: str = ""
    following: str = ""

    def __str__(self) -> str:
        return self.file if self.was == self.says else f"{self.file} ({self.was})"

    def places(self, text: str) -> tuple[Place, ...]:
        """Where the file says it; raises `Refused` where it says others only, or none."""
        every = find_places(self.file, text, self.pattern)
        known = {self.was, self.says, self.following} - {""}
        found = tuple(place for place in every if place.version in known)
        if found:
            return found
        raise Refused(
            f"expected {' or '.join(sorted(known))} in {self.file}, found "
            f"{'; '.join(map(str, every)) or 'no version in its place'}: somebody has changed the "
            "file; undo that, or begin a run of its own"
        )


def write(text: str, written: Sequence[Written], *, following: bool = False) -> str:
    """A file's text with the release's version in each of its places, or with the one after."""
    for one in written:
        says = one.following if following else one.says
        text = change_version(text, one.places(text), says) if says else text
    return text


def by_file(written: Sequence[Written]) -> dict[str, list[Written]]:
    """All that is written, file by file."""
    files: dict[str, list[Written]] = {}
    for one in written:
        files.setdefault(one.file, []).append(one)
    return files
