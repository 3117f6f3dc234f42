"""A release as it is on GitHub, and the hidden line by which a run finds its own again."""

from dataclasses import dataclass, field

from github.GitRelease import GitRelease

from runbook_lib.errors import UsageError
from runbook_lib.policy.visible import Shown


@dataclass(frozen=True)
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


def marked(text: str, run: str) -> str:
    """A release's text with the marker under it."""
    return f"{text.rstrip()}\n\n{marker(run)}\n"


def without_marker(body: str, run: str) -> str:
    """A release's text as it was before the marker came under it."""
    return f"{plain(body).removesuffix(marker(run)).rstrip()}\n"


def has_marker(body: str, line: str) -> bool:
    """Whether a release's text holds that marker on a line of its own."""
    return line in plain(body).split("\n")


def plain(body: str) -> str:
    """A text as it is compared: GitHub's web pages save lines with CRLF."""
    return body.replace("\r\n", "\n").strip()
