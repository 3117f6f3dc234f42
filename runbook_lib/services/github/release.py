"""A release as it is on GitHub, and the hidden line by which a run finds its own again."""

import re
from dataclasses import field
from hashlib import sha256

from github.GitRelease import GitRelease

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.visible import Shown

SEAL = re.compile(r"\n<!-- as drafted: [0-9a-f]{12} -->\Z")


@frozen
class Release(Shown):
    """A release of a tag: a draft, or published; `body` is its text with the marker in it."""

    id: int
    tag: str
    title: str
    body: str = field(repr=False)
    draft: bool
    prerelease: bool
    link: str
    immutable: bool = False

    def __str__(self) -> str:
        state = "drafted" if self.draft else "published"
        lasting = (
            ", and immutable: its tag and its files stay as they are" if self.immutable else ""
        )
        return f"release {self.tag} is {state}{lasting}"


def release_of(release: GitRelease) -> Release:
    """PyGithub's release as our own value."""
    return Release(
        id=release.id,
        tag=release.tag_name,
        title=release.name or "",
        body=release.body or "",
        draft=release.draft,
        prerelease=release.prerelease,
        link=release.html_url,
        immutable=bool(release.raw_data.get("immutable")),
    )


def marker(run: str) -> str:
    """The line by which a run finds its own release again; no page shows it."""
    if not run.isprintable() or ">" in run:
        raise UsageError(f"expected a run's name that fits into an HTML comment, found {run!r}")
    return f"<!-- runbook: {run} -->"


def marked(text: str, run: str, title: str) -> str:
    """A release's text with the marker under it, and what tells whether it is edited later."""
    return f"{text.rstrip()}\n\n{marker(run)}\n{seal(title, text)}\n"


def seal(title: str, text: str) -> str:
    """The hidden line that a draft of this title and text is written with."""
    digest = sha256(f"{title}\n{plain(text)}".encode()).hexdigest()
    return f"<!-- as drafted: {digest:.12} -->"


def without_marker(body: str, run: str) -> str:
    """A release's text as it was before the marker came under it."""
    return f"{SEAL.sub('', plain(body)).removesuffix(marker(run)).rstrip()}\n"


def is_edited(release: Release, run: str) -> bool:
    """Whether title or text are not as a run has written them."""
    lines, text = plain(release.body).split("\n"), without_marker(release.body, run)
    return lines[-1] != seal(release.title, text)


def has_marker(body: str, line: str) -> bool:
    """Whether a release's text holds that marker on a line of its own."""
    return line in plain(body).split("\n")


def plain(body: str) -> str:
    """A text as it is compared: GitHub's web pages save lines with CRLF."""
    return body.replace("\r\n", "\n").strip()
