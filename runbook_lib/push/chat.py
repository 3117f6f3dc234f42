"""The team's chat: deployments are seen there, things are announced once, topics are set."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property

from runbook_lib.display.output import say
from runbook_lib.errors import Refused, UsageError
from runbook_lib.policy.chat import Announcement, Topic
from runbook_lib.policy.deploy_message import Deployment
from runbook_lib.policy.push.topic import next_topic
from runbook_lib.push.deployment import Deployments, Look, Seen, all_of, all_there, said
from runbook_lib.push.repositories import Environment
from runbook_lib.push.train import Tagged, Tags
from runbook_lib.push.week import Week
from runbook_lib.services.matrix.service import Matrix
from runbook_lib.services.slack.service import Slack
from runbook_lib.steps.attempt import Planned
from runbook_lib.steps.wait import wait

BEFORE = timedelta(days=14)
"""How long ago a tag's deployment may have been announced."""


class Chatting(Deployments):
    """The rooms that the profile names."""

    @cached_property
    def slack(self) -> Slack:
        """The channel of deployments; raises `UsageError` where the profile names none."""
        settings = self.push.slack
        if settings is None:
            name = self.setting.name
            raise UsageError(
                f"expected a Slack channel in the profile {name!r}, found none; "
                f"add [profiles.{name}.push.slack]"
            )
        return self.open(settings)

    @cached_property
    def matrix(self) -> Matrix | None:
        """The Matrix room, where the team has one."""
        return self.open(self.push.matrix) if self.push.matrix else None

    @property
    def rooms(self) -> tuple[Slack | Matrix, ...]:
        """All rooms of the team."""
        found = (self.slack if self.push.slack else None, self.matrix)
        return tuple(room for room in found if room is not None)

    def announce(self, handle: str, text: str, *, calls: Sequence[str] = ()) -> Announcement | str:
        """Tell the team, once: in the channel of deployments, or else in its Matrix room.

        Whoever it `calls` is called there, where the text has their name, as far as the profile
        says who they are in that room. Where it has neither room, the text is shown, for the
        operator to pass on.
        """
        if not self.rooms:
            say(f"The profile names no room; tell them, if nobody has: {text}")
            return text
        room = self.rooms[0]
        found = ((name, self.team.who.at(room.place, name)) for name in calls)
        accounts = {name: account for name, account in found if account}
        return (
            room.announce(handle, text, calls=accounts) if accounts else room.announce(handle, text)
        )

    @wait
    def wait_for_messages(self, tags: Tags | Tagged, environment: Environment) -> Seen | str:
        """Wait until the channel says that each tag was deployed to an environment.

        Raises `Refused` where it says that a deployment failed, and nothing better after it. A
        service that shows the tag outranks what the channel says of it.
        """
        if self.push.slack is None:
            return "the profile names no channel with deployment messages"
        messages = self.deployments_said()
        looks = [self.look_for(tag, environment, messages) for tag in all_of(tags)]
        what = f"deployment messages ({environment})"
        return all_there(looks, what, self.brings(environment))

    def deployments_said(self) -> tuple[Deployment, ...]:
        """What the channel says of deployments lately, each tag as the team calls it."""
        form, found = self.push.tag_form, self.slack.find_deployments(self.now() - BEFORE)
        return tuple(replace(one, tag=form.shown_as(one.tag)) for one in found)

    def look_for(
        self, tag: Tagged, environment: Environment, messages: tuple[Deployment, ...]
    ) -> Look:
        """What the channel says of a tag's deployment; where that is not well, the service."""
        mine = [
            one
            for one in messages
            if (one.service, one.tag, one.environment) == (tag.name, tag.tag, environment)
        ]
        if not mine:
            missing = f"{said(tag)}: no message of its deployment to {environment} yet"
            return Look(False, missing, self.slack.link())
        last = max(mine, key=lambda one: one.at)
        if not last.failed and tag.commit.startswith(last.commit):
            by = self.team.who.name(last.by)
            there = f"{by} deployed it to {environment} {last.link}"
            return Look(True, f"{said(tag)}: {there}".rstrip())
        shown = self.look_at_version(tag, environment)
        return shown if shown.there else not_well(tag, environment, last)

    def deployed_times(self, tags: Tags, environment: Environment) -> tuple[datetime | None, ...]:
        """When each of these tags was first deployed to an environment; None if nobody says so."""
        found: dict[tuple[str, str], datetime] = {}
        for one in self.deployments_said() if self.push.slack else ():
            if one.environment == environment and not one.failed:
                key = (one.service, one.tag)
                found[key] = min(one.at, found.get(key, one.at))
        return tuple(found.get((one.name, one.tag)) for one in tags)

    def set_topics(self, following: Week, link: str) -> tuple[Topic | Planned, ...]:
        """Name the notes and the hero of the next push in the topic of every room.

        What else people have written there stays; a topic that says it already is not set again.
        """
        return tuple(
            room.set_topic(
                next_topic(
                    str(room.read_topic().text), link=link, date=following.date, hero=following.hero
                )
            )
            for room in self.rooms
        )


def not_well(tag: Tagged, environment: Environment, last: Deployment) -> Look:
    """What the newest message of a tag's deployment says that failed, or was of another commit."""
    if last.failed:
        raise Refused(
            f"expected {said(tag)} to be deployed to {environment}, found that it failed "
            f"({last.link}): ask operations, then run this again"
        )
    found = f"{said(tag)}: deployed at {last.commit}, not yet at {tag.commit:.9}"
    return Look(False, found, last.link)
