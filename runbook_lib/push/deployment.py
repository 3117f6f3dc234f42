"""Follows tags on their way: the builds of their images, the channel's messages, the services."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

from runbook_lib.errors import Failed, Refused, Unavailable
from runbook_lib.frozen import frozen
from runbook_lib.policy.push.tag_form import TagForm
from runbook_lib.policy.push.tags import is_later, is_newer, push_tags
from runbook_lib.policy.visible import Shown
from runbook_lib.push.repositories import Environment
from runbook_lib.push.session import PushSession
from runbook_lib.push.train import Tagged, Tags
from runbook_lib.services.dockerflow import shows
from runbook_lib.services.git.history import Tag
from runbook_lib.services.github import Check
from runbook_lib.steps.wait import NotYet, wait


@frozen
class Seen(Shown):
    """What was waited for and seen, a line for each tag."""

    lines: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(self.lines)


@frozen
class Look:
    """What a look at one tag found: whether it is there, what was seen, and where."""

    there: bool
    said: str
    link: str = ""


class Deployments(PushSession):
    """The waits for what others make of a pushed tag."""

    @wait
    def wait_for_images(self, tags: Tags | Tagged) -> Seen:
        """Wait until the image of each tag is built; raises `Refused` where a build is red.

        A check from before the tag says nothing of it, nor one that names another push's tag of
        the same commit; one that names the tag does. Where nobody knows whose a check is, stage
        tells: what it runs is built.
        """
        return all_there(self.side_by_side(tags, self.look_at_image), "images")

    def look_at_image(self, tag: Tagged) -> Look:
        """How the build of a tag's image stands."""
        repository = self.repository(tag.name)
        wanted = repository.settings.image
        checks = repository.github.find_checks(tag.commit)
        named = [one for one in checks.checks if not wanted or one.name == wanted]
        form, made = self.push.tag_form, self.made_at(tag)
        shared = is_shared(form, repository.mirror.tags(), tag)
        own = tuple(one for one in named if is_build(form, one, tag.tag, made, shared=shared))
        builds = replace(checks, checks=own)
        if builds.state == "red":
            raise Refused(
                f"expected the image of {said(tag)} to be built, found {builds}: "
                "let it be built again, or mend it and make a new tag (cherry_pick)"
            )
        if not own and (shown := self.look_at_version(tag, "stage")).there:
            return shown
        found = ", ".join(map(str, own)) or f"no check {wanted or 'at all'} yet"
        if named and not own:
            unsure = shared and made is None
            why = "may be of another tag of that commit" if unsure else "is older"
            found += f", since the tag: {', '.join(map(str, named))} {why}"
        links = [one.link for one in own if one.state == "pending"]
        link = next(filter(None, links), checks.link)
        return Look(builds.state == "green", f"{said(tag)}: {found}", link)

    def made_at(self, tag: Tagged) -> datetime | None:
        """When this run announced that it makes a tag; None where it has found it made."""
        self.journal.refresh()
        announced = [
            str(event.said["time"])
            for event in self.journal.events()
            if event.kind == "intent" and f"{said(tag)} " in event.said["announced"]
        ]
        return datetime.fromisoformat(max(announced)) if announced else None

    @wait
    def wait_for_versions(self, tags: Tags | Tagged, environment: Environment) -> Seen:
        """Wait until each service in an environment names its tag and the tag's commit."""

        def look(tag: Tagged) -> Look:
            return self.look_at_version(tag, environment)

        return all_there(self.side_by_side(tags, look), environment, self.brings(environment))

    def brings(self, environment: Environment) -> str:
        """Who brings tags to an environment, as far as the profile says; stage's come by builds."""
        return self.push.ops if environment == "production" else ""

    def look_at_version(self, tag: Tagged, environment: Environment) -> Look:
        """What a service in an environment says that it runs."""
        page = self.repository(tag.name).deployed(environment)
        try:
            found = page.read_version()
        except (Refused, Unavailable, Failed) as missing:
            return Look(False, f"{said(tag)}: {missing}", page.link)
        form = self.push.tag_form
        runs = form.shown_as(found.version)
        if shows(replace(found, version=runs), tag.tag, tag.commit):
            return Look(True, str(found))
        if is_newer(form, runs, tag.tag):
            return Look(True, f"{found}, which came after {tag.tag}")
        if is_later(form, runs, tag.tag):
            raise Refused(
                f"expected {environment} to come to {said(tag)}, found that {found}, of a later "
                "push: nothing is brought back; name the push that you mean (push_date)"
            )
        return Look(False, f"{said(tag)}: {found}", found.link)

    def side_by_side(self, tags: Tags | Tagged, look: Callable[[Tagged], Look]) -> list[Look]:
        """Look at all tags at once."""
        with ThreadPoolExecutor(max_workers=8) as pool:
            return list(pool.map(look, all_of(tags)))


def is_build(form: TagForm, found: Check, tag: str, made: datetime | None, *, shared: bool) -> bool:
    """Whether a check is of a tag: one that names tags of pushes is of these alone.

    One that names none may be of any tag of its commit, where that is `shared` by several and
    nobody knows when this one was made.
    """
    named = list(map(str, push_tags(form, found.words)))
    if named or (shared and made is None):
        return tag in named
    return found.is_of(tag, made)


def is_shared(form: TagForm, tags: Iterable[Tag], wanted: Tagged) -> bool:
    """Whether another push's tag, or another one of this push, is at a tag's commit."""
    there = [one.name for one in tags if one.commit == wanted.commit]
    return any(str(tag) != wanted.tag for tag in push_tags(form, there))


def all_there(looks: list[Look], what: str, whom: str = "") -> Seen:
    """What was seen, if all of it is there; else `NotYet` with the last answer of each."""
    missing = [look for look in looks if not look.there]
    if missing:
        told = "; ".join(look.said for look in missing)
        link = next((look.link for look in missing if look.link), "")
        raise NotYet(f"waiting for {what}: {told}", link=link, whom=whom)
    return Seen(tuple(look.said for look in looks))


def all_of(tags: Tags | Tagged) -> tuple[Tagged, ...]:
    """The tags, where there may be one or several."""
    return (tags,) if isinstance(tags, Tagged) else tags.tagged


def said(tag: Tagged) -> str:
    """A tag in a few words."""
    return f"{tag.name} {tag.tag}"
