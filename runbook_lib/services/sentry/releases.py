"""What Sentry calls what was pushed: a tag, `name@version`, or a commit.

https://docs.sentry.io/product/releases/naming-releases/
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.templates import check_template, fill
from runbook_lib.services.sentry.client import Client

KNOWN = ("project", "tag", "version", "commit")
"""What the template of a release's name may mention."""
COMMIT = re.compile(r"[0-9a-f]{7,64}")
PLAIN = re.compile(r'[^"*\\\n]+')
"""What can stand between quotes in a query as it is."""


@frozen
class Release:
    """What was pushed: a project of Sentry's, its tag and commit; nothing where it has none.

    `names` is what Sentry calls it, where it knows it.
    """

    project: str
    version: str
    commit: str = ""
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.project} {self.version}".rstrip()

    @property
    def bare(self) -> str:
        """The tag without what stands before its version: v, release-."""
        return re.sub(r"^\D+", "", self.version)

    def is_called(self, name: str) -> bool:
        """Whether a release's name is one of these: `name@`, and `+build`, say no more."""
        version = name.rpartition("@")[2]
        if COMMIT.fullmatch(version) and self.commit.startswith(version):
            return True
        return {version, version.partition("+")[0]} & {self.version, self.bare} - {""} != set()


def check_name(template: str) -> None:
    """Raise `UsageError` for a template of names that means nothing."""
    if template:
        check_template(template, known=KNOWN)


@frozen
class Naming:
    """How releases are called: by a template, or else as they are found."""

    client: Client
    template: str

    def named(self, pushed: Release, number: str) -> Release:
        """The release with its names; `number` is its project's."""
        if not pushed.version:
            return pushed
        fits = {self.wanted(pushed)}.__contains__ if self.template else pushed.is_called
        for query in self.queries(pushed):
            found = tuple(name for name in self.list(number, query) if fits(name))
            if found:
                return replace(pushed, names=tuple(filter(PLAIN.fullmatch, found)))
        return pushed

    def queries(self, pushed: Release) -> Iterator[str]:
        """What is asked for: the newest, then by name, for some age soon."""
        if self.template:
            yield self.wanted(pushed)
            return
        yield ""
        yield pushed.version
        if pushed.commit:
            yield pushed.commit[:7]

    def list(self, number: str, query: str) -> list[str]:
        """The names of a project's newest releases, a page of them."""
        said: Mapping[str, str] = {"query": query} if query else {}
        found = self.client.some(1, "releases", project=number, per_page="100", **said)
        return [str(each["version"]) for each in found.items]

    def wanted(self, pushed: Release) -> str:
        """A release's name, as the template has it."""
        if "{commit}" in self.template and not pushed.commit:
            raise UsageError(
                f"expected a commit of {pushed} for the release {self.template!r}, found none; "
                "name it, or leave sentry.release out of the profile"
            )
        names = {"version": pushed.bare, "tag": pushed.version}
        return fill(self.template, {**names, "project": pushed.project, "commit": pushed.commit})

    def missing(self, pushed: Release) -> str:
        """What is said of a release that Sentry does not know; empty where it does."""
        if pushed.names or not pushed.version:
            return ""
        called = f" ({self.wanted(pushed)})" if self.template else ""
        return (
            f"Sentry knows no release {pushed}{called}: what is new is told by its time alone; "
            "profile key: sentry.release"
        )
