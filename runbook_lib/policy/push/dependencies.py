"""Whether a project uses the newest release of a dependency, and what a push changes of that."""

import re

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.commits import Commit

NUMBERS = re.compile(r"\d+")


@frozen
class Dependency:
    """A dependency: the version that `used_by` names, and the newest release; empty if none."""

    name: str
    used_by: str
    used: str
    newest: str
    link: str

    @property
    def behind(self) -> bool:
        """Whether something newer has been released than is used."""
        return bool(self.newest) and version_key(self.used) < version_key(self.newest)

    def __str__(self) -> str:
        if not self.newest:
            return f"{self.used_by} uses {self.name} {self.used}, of which nothing is released"
        if not self.behind:
            return f"{self.used_by} uses {self.name} {self.used}, the newest"
        return (
            f"! {self.used_by} uses {self.name} {self.used}, and {self.newest} is out: "
            "who works on it updates the project in time for the tag"
        )


@frozen
class DependencyUpdate:
    """A dependency that a tag brings in another version than production has, and its commits.

    `before` is empty where production does not use it yet.
    """

    name: str
    used_by: str
    before: str
    after: str
    commits: tuple[Commit, ...]

    def __str__(self) -> str:
        instead = f"instead of {self.before}" if self.before else "for the first time"
        head = f"{self.used_by} uses {self.name} {self.after} {instead}, by"
        return "\n".join([head, *(f"  {commit}" for commit in self.commits)])


def find_used(text: str, name: str, pattern: str = "") -> str:
    """The version of a dependency that a file names; by default as package.json has it.

    Raises `UsageError` where the file does not name it, or the pattern is none.
    """
    found = search_used(text, name, pattern)
    if not found:
        raise UsageError(
            f"expected the version of {name} by {wanted(name, pattern)!r}, found none; "
            "give the dependency a pattern with one group in the profile"
        )
    return found


def search_used(text: str, name: str, pattern: str = "") -> str:
    """The version of a dependency that a file names, as `find_used` reads it; empty if none."""
    try:
        match = re.search(wanted(name, pattern), text)
    except re.error as error:
        raise UsageError(
            f"expected a regular expression as the pattern of {name}, found {pattern!r}: {error}"
        ) from None
    return match[1] if match and match.groups() else ""


def wanted(name: str, pattern: str) -> str:
    """What finds the version of a dependency in a file."""
    return pattern or rf'"(?:@[^"/]+/)?{re.escape(name)}"\s*:\s*"[^\d"]*([^"\s]+)"'


def version_key(text: str) -> tuple[int, ...]:
    """A version's numbers, without zeros at the end: 7.2 is 7.2.0."""
    numbers = [int(number) for number in NUMBERS.findall(text.split("+")[0])]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
