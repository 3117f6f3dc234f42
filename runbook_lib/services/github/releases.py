"""Releases: drafted with a hidden marker, found again by it, published once.

GitHub hides drafts from a look by tag, and takes any number of drafts for one tag. So a draft of
ours holds the run's name in a comment, which the web page does not show, and is found in the list.
"""

from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any

from github.GitRelease import GitRelease

from runbook_lib.errors import Conflict, NotHeld, Refused
from runbook_lib.policy import lengths
from runbook_lib.policy.latest import find_newer, is_pre_release
from runbook_lib.services.github.answers import Missing, Rejected
from runbook_lib.services.github.asker import next_page
from runbook_lib.services.github.client import checked_commit
from runbook_lib.services.github.release import (
    Release,
    has_marker,
    is_edited,
    marked,
    marker,
    plain,
    release_of,
)
from runbook_lib.services.github.tags import RemoteTag, TagSteps
from runbook_lib.steps.step import check, step


class ReleaseSteps(TagSteps):
    """The steps around a release."""

    @check
    def check_tag_unreleased(self, tag: str, *, commit: str, run: str | None = None) -> RemoteTag:
        """Check that the tag stands for that very commit and has no release; at most three calls.

        A release that `run` itself has published is said, and no conflict. Raises `Refused` for a
        missing tag, `Conflict` for one at another commit or with somebody else's release.
        """
        found = self.tag_at(tag, checked_commit(commit))
        published = self.find_published(tag)
        if published is None:
            return found
        if run is None or not has_marker(published.body, marker(run)):
            raise self.foreign(published, "no release")
        return replace(found, released="released by this run")

    @step
    def draft_release(
        self, tag: str, *, title: str, text: str, run: str, whole: str = ""
    ) -> Generator[str, None, Release]:
        """Draft the release of a tag, or bring this run's draft up to date; a look is one call.

        (One call for every hundred releases, as far as ours.) One that this run has published
        stays as it is. Of a `text` that is too long, the first lines are sent with a link to the
        `whole`. Raises `Conflict` where the tag has a release of another's, or two of ours, and
        where somebody has edited ours.
        """
        under = marked("", run, title)
        sent = lengths.fitting(text, lengths.RELEASE, "a release's text", whole, under=under)
        body = marked(sent, run, title)
        found = self.find_release(tag, run)
        if found is None:
            yield f"draft release {tag}: {title}"
            return self.create_draft(tag, title, body)
        if found.draft and (found.title, plain(found.body)) != (title, plain(body)):
            if is_edited(found, run):
                raise edited(found)
            yield f"update the draft's text: {found.link}"
            return self.edit(replace(found, title=title, body=body))
        return found

    def create_draft(self, tag: str, title: str, body: str) -> Release:
        """Make a draft; raises `Conflict` for a tag that a release had which nothing replaces."""
        early = is_pre_release(tag)
        try:
            made = self.remote.create_git_release(tag, title, body, draft=True, prerelease=early)
        except Rejected as rejected:
            if "immutable release" not in str(rejected):
                raise
            raise Conflict(f"{rejected}: choose another version, this one is gone") from rejected
        return release_of(made)

    @step
    def publish_release(self, release: Release, *, commit: str) -> Generator[str, None, Release]:
        """Publish a draft whose tag still stands for that very commit; a look is at most 4 calls.

        Where a newer version is published, that one stays the latest. Raises `Refused` where the
        draft or its tag is gone (publishing would make a tag, at a place nobody chose), `Conflict`
        where either was changed to something else, or the draft is edited.
        """
        found = self.find_by_id(release)
        tag = self.tag_at(found.tag, checked_commit(commit))
        if not found.draft:
            return found
        if (found.title, plain(found.body)) != (release.title, plain(release.body)):
            raise edited(found)
        others = self.newest_published()
        newer = find_newer(found.tag, [one.tag for one in others])
        beside = f"; {newer} is newer, and stays the latest" if newer else ""
        lasting = "; it is immutable then" if others and others[0].immutable else ""
        yield f"publish release {found.tag}: {found.title}{beside}{lasting}"
        published = self.publish(found, tag.commit, latest="false" if newer else "legacy")
        if newer:
            self.check_not_latest(published, newer)
        return published

    def newest_published(self) -> list[Release]:
        """Those of the hundred newest releases that are published, the newest first; one call."""
        page = next(self.pages_of_releases(), [])
        return [one for one in page if not (one.draft or one.prerelease)]

    def check_not_latest(self, release: Release, newer: str) -> None:
        """Raise `NotHeld` where GitHub calls a release the latest though it was told not to."""
        latest = self.latest_release()
        if latest is not None and latest.id == release.id:
            raise NotHeld(
                f"expected that {newer} stays the latest release, found that GitHub calls "
                f"{release.tag} so, which is published: set {newer} as the latest there "
                f"({release.link}), then run this again"
            )

    def latest_release(self) -> Release | None:
        """The release that GitHub calls the latest, or None; one call. Drafts never are."""
        try:
            return release_of(self.remote.get_latest_release().complete())
        except Missing:
            return None

    def find_published(self, tag: str) -> Release | None:
        """The published release of a tag, or None; one call."""
        try:
            return release_of(self.remote.get_release(tag))
        except Missing:
            return None

    def find_release(self, tag: str, run: str) -> Release | None:
        """This run's release of a tag, or None; a page is a call, and it stops at the first hit."""
        for page in self.pages_of_releases():
            found = [release for release in page if release.tag == tag]
            foreign = [one for one in found if not has_marker(one.body, marker(run))]
            if foreign:
                raise self.foreign(foreign[0], "no release but this run's own")
            if len(found) > 1:
                raise Conflict(
                    f"expected one release of {tag} by this run, found {len(found)}: "
                    f"{', '.join(one.link for one in found)}; delete all but one"
                )
            if found:
                return found[0]
        return None

    def find_by_id(self, release: Release) -> Release:
        """A release as it is now; `Refused` where it is gone, `Conflict` where its tag changed."""
        found = self.look_again(release)
        if found is None:
            raise Refused(
                f"expected the draft of release {release.tag} (id {release.id}), found none: "
                "somebody deleted it; draft it again"
            )
        return found

    def look_again(self, release: Release) -> Release | None:
        """The same, or None where it is gone."""
        try:
            found = release_of(self.remote.get_release(release.id).complete())
        except Missing:
            return None
        if found.tag != release.tag:
            raise Conflict(
                f"expected release {found.id} to be of tag {release.tag}, found {found.tag}: "
                f"set its tag back ({found.link}), or draft the release again"
            )
        return found

    def edit(self, release: Release) -> Release:
        """Make title and text of the release on GitHub what this one says."""
        return self.change(release, {"name": release.title, "body": release.body})

    def publish(self, release: Release, commit: str, *, latest: str) -> Release:
        """Publish a draft, and leave all else of it as it is.

        Were its tag deleted at that moment, GitHub would make one: it is to be at that commit.
        """
        said = {"draft": False, "make_latest": latest, "target_commitish": commit}
        return self.change(release, said)

    def change(self, release: Release, said: dict[str, Any]) -> Release:
        """Change of the release on GitHub what is named, and nothing else.

        https://docs.github.com/en/rest/releases/releases#update-a-release
        """
        url = f"/repos/{self.repository}/releases/{release.id}"
        headers, data = self.asker.requestJsonAndCheck("PATCH", url, input=said)
        return release_of(GitRelease(self.asker, headers, data, completed=True))

    def pages_of_releases(self) -> Iterator[list[Release]]:
        """All releases, drafts too, newest first; each page is a call."""
        url = f"/repos/{self.repository}/releases?per_page={self.asker.per_page}"
        while url:
            headers, data = self.asker.requestJsonAndCheck("GET", url)
            yield [release_of(GitRelease(self.asker, headers, one, completed=True)) for one in data]
            url = next_page(headers)

    def foreign(self, found: Release, wanted: str) -> Conflict:
        """The conflict with a release that this run did not make."""
        state = "draft" if found.draft else "published release"
        way = "it is immutable:" if found.immutable else "delete it, or"
        return Conflict(
            f"expected {wanted} of tag {found.tag} on GitHub, found a {state} that this run did "
            f"not make ({found.link}): {way} choose another version"
        )


def edited(found: Release) -> Conflict:
    """The conflict with a draft of this run in which somebody has written since."""
    return Conflict(
        f"expected the draft of release {found.tag} as this run wrote it, found that somebody has "
        f"edited it since ({found.link}): if it is to say that, publish it there once the pull "
        "request is merged; else delete the draft; then run this again"
    )
