"""Tags the repositories of a push: looks at all of them, decides once, and couples the train."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from typing import Any

from runbook_lib.display.output import show
from runbook_lib.display.table import Detail, DetailedTable, Table
from runbook_lib.errors import Conflict, Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.asked import Asked
from runbook_lib.policy.push.tags import read_follow_ups, tags_of
from runbook_lib.push.brought import Brought, read_brought
from runbook_lib.push.deployment import Seen
from runbook_lib.push.repositories import PushedRepository
from runbook_lib.push.session import PushSession
from runbook_lib.push.tag_plan import PlannedTag
from runbook_lib.push.train import Tagged, TaggedRepository, TagPlan, Tags, Train, Wanted
from runbook_lib.push.week import Week
from runbook_lib.services.git.history import SHORT
from runbook_lib.services.git.side_by_side import results, side_by_side
from runbook_lib.services.git.tags.lightweight_tags import find_tag_commit
from runbook_lib.services.github import Checks
from runbook_lib.steps.attempt import Planned
from runbook_lib.steps.step import check
from runbook_lib.steps.wait import NotYet, wait

DECIDED = "decided"
"""The kind of the event that keeps which tags a run makes."""


@frozen
class DecidedTags:
    """The tags that a run makes, in the profile's order."""

    wanted: tuple[Wanted, ...]

    def __str__(self) -> str:
        return "\n".join(map(str, self.wanted))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        rows = ((one.name, one.tag, one.commit[:9], one.base) for one in self.wanted)
        heads = ("repository", "tag", "commit", "in production")
        return Table("", heads, tuple(rows))._repr_mimebundle_()


@frozen
class TrainLook:
    """How each repository stands before it is tagged, and what CI says of it."""

    planned: TagPlan
    checks: tuple[Checks, ...]

    def __str__(self) -> str:
        states = (f"{at.name} {ci.state}" for at, ci in zip(self.planned, self.checks, strict=True))
        return f"CI is {', '.join(states)}"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self.detailed()._repr_mimebundle_()

    def detailed(self) -> DetailedTable:
        """The table; what each tag brings is a click away."""
        brought = [one.brought for one in self.planned]
        details = (Detail(f"{one.tag.name}: {one.counted}", one.html()) for one in brought)
        return DetailedTable(self.table(), tuple(details))

    def table(self) -> Table:
        """One row for each repository."""
        rows = zip(self.planned.rows, self.checks, strict=True)
        return Table(
            f"The push of {self.planned.date}",
            (*self.planned.heads, "CI"),
            tuple((*row, ci.state) for row, ci in rows),
            self.planned.foot,
        )


class Tagging(PushSession):
    """The tags of a push."""

    def train(self, week: Week) -> Train:
        """The repositories of a week, to be looked at and tagged together."""

        def look(one: PushedRepository) -> TaggedRepository:
            return self.tagged_repository(one, base=week.base_of(one.name))

        with ThreadPoolExecutor(max_workers=8) as pool:
            return Train(tuple(pool.map(look, self.of_week(week))), self.runner)

    def train_to_find(self, repositories: Iterable[PushedRepository]) -> Train:
        """Repositories of which the tags are decided: what production runs does not count there."""
        return Train(tuple(self.tagged_repository(one, "") for one in repositories), self.runner)

    def tagged_repository(
        self, repository: PushedRepository, production: str | None = None, *, base: str = ""
    ) -> TaggedRepository:
        """A repository with what production runs of it, and from what it is tagged."""
        if production is None:
            production = self.in_production(repository)
        return TaggedRepository(
            repository.name,
            repository.mirror,
            repository.branch,
            self.page(repository),
            production,
            repository.clone,
            base,
            self.push.tag_form,
        )

    def in_production(self, repository: PushedRepository) -> str:
        """The tag that production says it runs; empty where nothing is deployed yet."""
        try:
            found = repository.production.read_version().version
        except Refused:
            return ""
        return self.push.tag_form.shown_as(found)

    def look_at_train(self, week: Week, *, follow_up: str = "") -> TrainLook:
        """Look at every repository, show them as one table, and wait until CI is green on each.

        What the run has decided before is kept. Raises `Refused` where CI is red, and where the
        push is past, unless a tag is asked for by name, or this run has begun it.
        """
        further, decided = read_follow_ups(week.form, follow_up, week.date), self.decided_tags()
        train = self.train(week)
        closed = self.closed(week, train)
        if self.is_past(week):
            train = train.only([one.name for one in further or decided], closed)
        planned = train.look(week.date, decided, further=further, closed=closed)
        show(TrainLook(planned, self.find_ci(planned)))
        return self.wait_for_ci(planned)

    def closed(self, week: Week, train: Train) -> str:
        """Why nothing more is tagged for a push unasked; empty where that is still to come."""
        if self.is_past(week):
            return f"the push of {week.date:%A} {week.date} is past (it is {self.today()})"
        out = [
            f"{one.name} {one.production}"
            for one in train.repositories
            if tags_of(week.form, week.date, [one.production])
        ]
        return f"production runs {', '.join(out)} already" if out else ""

    @wait
    def wait_for_ci(self, planned: TagPlan) -> TrainLook:
        """Wait until CI is green on every commit that is to be tagged."""
        found = TrainLook(planned, self.find_ci(planned))
        open_ones = [one for one in zip(planned, found.checks, strict=True) if not one[0].tagged]
        red = [f"{at.name}: {ci}" for at, ci in open_ones if ci.state in ("red", "absent")]
        pending = [(f"{at.name}: {ci}", ci.link) for at, ci in open_ones if ci.state == "pending"]
        if red:
            raise Refused(
                f"expected CI to be green on what is tagged, found {'; '.join(red)}: mend the "
                "branch, then run this again; or tag what was green with picked commits "
                "(cherry_pick)"
            )
        if pending:
            said, links = zip(*pending, strict=True)
            raise NotYet(f"waiting for CI: {'; '.join(said)}", link=links[0])
        return found

    def find_ci(self, planned: TagPlan) -> tuple[Checks, ...]:
        """What CI says of each commit that is to be tagged."""

        def look(at: PlannedTag) -> Checks:
            return self.repository(at.name).github.find_checks(at.commit)

        with ThreadPoolExecutor(max_workers=8) as pool:
            return tuple(pool.map(look, planned))

    @check
    def decide_tags(self, train: TrainLook) -> DecidedTags:
        """Decide each tag and its commit, for the whole run; raises `Refused` where one can't be.

        A tag that somebody else has made meanwhile is decided anew.
        """
        wanted = train.planned.wanted()
        if wanted != self.decided_tags() and not self.runner.plan:
            self.journal.append(DECIDED, what="tags", tags=[asdict(one) for one in wanted])
        return DecidedTags(wanted)

    def decided_tags(self) -> tuple[Wanted, ...]:
        """What a session of this run has decided last, if anything."""
        self.journal.refresh()
        event = self.journal.find(DECIDED, what="tags")
        return tuple(Wanted(**one) for one in event.said["tags"]) if event else ()

    def going_out(self, train: TrainLook) -> Asked:
        """What the tags bring of each repository, for a person to read before the first is made.

        Nothing where all are tagged.
        """
        untagged = not all(one.tagged for one in train.planned)
        going = train.planned if untagged else ()
        return as_asked([one.brought for one in going])

    def brought(self, tags: Tags) -> list[Brought]:
        """What each of these tags brings, since the one that was in production before."""
        named = self.train_to_find([self.repository(one.name) for one in tags]).repositories
        reads = [
            read_brought(there.mirror, one.commit, one.base)
            for there, one in zip(named, tags, strict=True)
        ]
        return [Brought(one, *read, one.page) for one, read in zip(tags, reads, strict=True)]

    def tag(self, tags: DecidedTags) -> Tags:
        """Tag all repositories, side by side; what is tagged stays, whatever fails beside it."""
        named = [self.repository(one.name) for one in tags.wanted]
        tagged = self.train_to_find(named).tag_train(tags.wanted)
        return tagged if isinstance(tagged, Planned) else self.as_found_first(tagged)

    def find_tags(self, week: Week) -> Tags:
        """The newest tags of a push; raises `Refused` with the repositories that have none.

        Raises `Conflict` where one was moved since this run has found it.
        """
        return self.as_found_first(self.train_to_find(self.of_week(week)).find_tags(week.date))

    def as_found_first(self, found: Tags) -> Tags:
        """Tags that are where this run has made or found them at first; `Conflict` where not."""
        first = Tags(
            tuple(replace(one, commit=self.decide(pinned_as(one), one.commit)) for one in found)
        )
        if first != found:
            self.check_tags(first)
        return first

    def was_found(self, tag: Tagged) -> bool:
        """Whether this run has made or found that tag before."""
        return self.journal.find(DECIDED, name=pinned_as(tag)) is not None

    @check
    def check_tags(self, tags: Tags) -> Seen:
        """Check that tags still are where they were found: people and deployments go by them."""
        upstreams = [self.repository(one.name).mirror.upstream for one in tags]
        there = side_by_side(
            lambda pair: find_tag_commit(*pair),
            zip(upstreams, (one.tag for one in tags), strict=True),
        )
        now = results(there, [one.name for one in tags])
        moved = [
            f"{one}, found it {f'at {commit:.{SHORT}}' if commit else 'gone'}"
            for one, commit in zip(tags, now, strict=True)
            if commit != one.commit
        ]
        if moved:
            raise Conflict(
                f"expected that {'; that '.join(moved)}: a pushed tag is never moved. Ask who did, "
                "and set it back, or make one more tag of this push (tag_push with follow_up, or "
                "cherry_pick); then run this again"
            )
        return Seen(tuple(map(str, tags)))


def pinned_as(tag: Tagged) -> str:
    """The name under which a run keeps where a tag is."""
    return f"{tag.name} {tag.tag}"


def as_asked(brought: Iterable[Brought]) -> Asked:
    """What tags bring, as people are asked about it: a table beside the text."""
    every = [*brought]
    return Asked("\n".join(map(str, every)), beside="".join(one.html() for one in every))
