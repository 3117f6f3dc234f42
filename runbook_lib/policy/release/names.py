"""The names of a release: its tag, branch, commit message and titles, made from templates."""

import re
from dataclasses import fields

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy import lengths
from runbook_lib.policy.tag_template import check_tag_template
from runbook_lib.policy.templates import check_template, fill
from runbook_lib.policy.version import Version

FORBIDDEN = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//")
"""What git allows nowhere in a name, by `git help check-ref-format`."""


@frozen
class Templates:
    """How things are named; raises `UsageError` at once for a placeholder that means nothing."""

    tag: str = "{version}"
    branch: str = "release/{version}"
    message: str = "chore: tag {version}"
    pull_request: str = "Release {version}"
    release: str = "{version}"
    bug: str = "Please deploy {project} {version} to STAGE"
    production_bug: str = "Please deploy {project} {version} to PRODUCTION"
    tag_message: str = ""
    """Empty: the commit's message."""

    def __post_init__(self) -> None:
        for field in fields(self):
            check_template(getattr(self, field.name))
        check_tag_template(self.tag)


@frozen
class Names:
    """The names of one release; raises `UsageError` where git would not accept one of them."""

    project: str
    version: Version
    templates: Templates = Templates()

    def __post_init__(self) -> None:
        check_ref_name(self.tag, "tag")
        check_ref_name(self.branch, "branch")
        titles = (self.message, self.pull_request, self.release, self.bug, self.production_bug)
        for title in (*titles, self.tag_message):
            check_title(title)

    def __str__(self) -> str:
        return f"tag {self.tag}, branch {self.branch}"

    def fill(self, template: str) -> str:
        """A template with this release's project and version in it."""
        return fill(template, {"project": self.project, **self.version.names})

    @property
    def heading(self) -> str:
        """What the changelog's entry is headed: the version as the tag writes it."""
        return self.version.full if "{full}" in self.templates.tag else self.version.short

    @property
    def tag(self) -> str:
        """The tag's name."""
        return self.fill(self.templates.tag)

    @property
    def branch(self) -> str:
        """The release branch's name."""
        return self.fill(self.templates.branch)

    @property
    def message(self) -> str:
        """The message of the release commit."""
        return self.fill(self.templates.message)

    @property
    def tag_message(self) -> str:
        """The message of the tag: the commit's, where it has none of its own."""
        return self.fill(self.templates.tag_message) or self.message

    @property
    def pull_request(self) -> str:
        """The pull request's title."""
        return self.fill(self.templates.pull_request)

    @property
    def release(self) -> str:
        """The title of the release on GitHub."""
        return self.fill(self.templates.release)

    @property
    def bug(self) -> str:
        """The title of the deployment bug."""
        return self.fill(self.templates.bug)

    @property
    def production_bug(self) -> str:
        """The title of the ticket that QA files for production."""
        return self.fill(self.templates.production_bug)


def check_ref_name(name: str, what: str) -> None:
    """Raise `UsageError` unless git accepts the name of a branch or tag (git-check-ref-format).

    A name that could be taken for an option, for HEAD or for a full ref's name is refused too.
    """
    bad = FORBIDDEN.search(name) or name in ("", "@", "HEAD") or name[0] in "-/"
    bad = bad or name[-1] in "/." or name.startswith("refs/")
    if bad or any(part.startswith(".") or part.endswith(".lock") for part in name.split("/")):
        raise UsageError(
            f"expected a name that git accepts for a {what}, such as release/1.9, "
            f"found {name!r}; see git help check-ref-format, and change its template"
        )


def check_title(title: str) -> None:
    """Raise `UsageError` unless the text is one line with something in it, and taken everywhere."""
    if not title.strip() or not title.isprintable():
        raise UsageError(f"expected a title of one line, found {title!r}; change its template")
    if len(title) > lengths.TITLE:
        raise UsageError(
            f"expected a title of at most {lengths.TITLE} characters, found {len(title)}: "
            f"{title[:60]!r}…; change its template"
        )
