"""The tags of a push: every repository looked at first, then all tagged side by side."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from functools import partial

from runbook_lib.errors import Conflict, Failed, Refused, RunbookError, Unavailable, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.plural import plural
from runbook_lib.policy.push.tag_form import TagForm
from runbook_lib.policy.push.tags import (
    FollowUp,
    find_base,
    is_newer,
    newest,
    next_free,
)
from runbook_lib.push.tag_look import look_at
from runbook_lib.push.tag_plan import TagPlan
from runbook_lib.push.tagged_repository import Tagged, TaggedRepository, Tags, Wanted
from runbook_lib.services.git.git import Git, check_ref
from runbook_lib.services.git.history import SHORT, listed
from runbook_lib.services.git.side_by_side import results, side_by_side, together
from runbook_lib.services.git.tags.lightweight_tags import is_tag_at, push_tag
from runbook_lib.steps.step import Runner, check, step


@frozen
class Train:
    """The repositories that are tagged for a push."""

    repositories: tuple[TaggedRepository, ...]
    runner: Runner = field(repr=False)

    @check
    def look(
        self,
        day: date,
        decided: tuple[Wanted, ...] = (),
        *,
        further: tuple[FollowUp, ...] = (),
        closed: str = "",
    ) -> TagPlan:
        """How each repository stands before the push of a day, its mirror brought up to date.

        A tag that the push has is taken, and what a run has `decided` earlier stays, though
        branches move on; `further` are more tags that are asked for. Where the push is `closed`,
        and why, these alone are made. Nothing is refused here; what can't be tagged says why, and
        `TagPlan.wanted` refuses it.
        """
        pins = {one.name: one for one in decided}
        asked = {self.repository(one.name).name: one.tag for one in further}
        found = side_by_side(
            lambda repository: look_at(
                repository,
                day=day,
                decided=pins.get(repository.name),
                further=asked.get(repository.name, ""),
                closed=closed,
            ),
            self.repositories,
        )
        return TagPlan(
            day, tuple(results(found, [repository.name for repository in self.repositories]))
        )

    @check
    def find_tags(self, day: date) -> Tags:
        """The newest tag that each repository has for a push; `Refused` where one has none."""
        found = side_by_side(partial(find_newest, day=day), self.repositories)
        return Tags(tuple(results(found, [repository.name for repository in self.repositories])))

    @step
    def tag_train(self, wanted: tuple[Wanted, ...]) -> Generator[str, None, Tags]:
        """Tag all repositories, side by side, each with just the tag and commit that is wanted.

        Where a tag is at another commit, all is refused before anything is tagged (`Conflict`).
        Where a push fails, what is tagged stays and is named, and so is the reason of each that is
        not; running it again tags those.
        """
        pairs = [(self.repository(one.name), one) for one in wanted]
        names = [one.name for one in wanted]
        there = results(side_by_side(lambda pair: is_tagged(*pair), pairs), names)
        missing = [pair for pair, found in zip(pairs, there, strict=True) if not found]
        if missing:
            tags = (f"{one.name} {one.tag} ({one.commit:.{SHORT}})" for _, one in missing)
            yield f"tag {listed(tags)}"
            pushed = side_by_side(lambda pair: couple(*pair), missing)
            check_coupled(wanted, [one for _, one in missing], pushed)
        return Tags(
            tuple(repository.tagged(one.tag, one.commit, one.base) for repository, one in pairs)
        )

    def only(self, names: Sequence[str], closed: str) -> "Train":
        """The repositories of a push that is `closed` which are still worked on: nothing else of it
        is looked at, linked or waited for. Raises `Refused` where there are none.
        """
        if not names:
            raise Refused(
                f"expected a push that is to come, found that {closed}: its tags and links stay as "
                "they are; leave push_date empty for the next one, or ask for one more tag of "
                "this by its name (follow_up)"
            )
        return replace(self, repositories=tuple(self.repository(name) for name in names))

    def repository(self, name: str) -> TaggedRepository:
        """The repository of that name."""
        found = {repository.name: repository for repository in self.repositories}
        if name not in found:
            raise UsageError(f"expected one of {listed(found)}, found {name!r}; correct the name")
        return found[name]


def find_newest(repository: TaggedRepository, day: date) -> Tagged:
    """The newest tag that a repository has for a push."""
    form = repository.form
    repository.mirror.bring_up_to_date()
    there = repository.tags()
    tag = newest(form, day, there)
    if not tag:
        raise Refused(
            f"expected a tag {form.name(day)} in {repository.mirror.url}, found none; tag it "
            "(tag_push), then run this again"
        )
    return repository.tagged(
        tag, there[tag], find_base(form, tag, there, production=repository.production)
    )


def is_tagged(repository: TaggedRepository, wanted: Wanted, git: Git | None = None) -> bool:
    """Whether the upstream has the wanted tag; raises `Conflict` where it is something else.

    The commit is one that the mirror knows, or the repository of `git`.
    """
    upstream = repository.upstream
    if git is None and not upstream.git.commit_at(wanted.commit):
        repository.mirror.bring_up_to_date()
        repository.mirror.find(wanted.commit)
    check_ref(upstream.git, wanted.tag, "tags")
    there = upstream.tags()
    found = find_ours(there, wanted, repository)
    if not found:
        check_last(there, wanted, repository.form)
    return found


def find_ours(there: Mapping[str, str], wanted: Wanted, repository: TaggedRepository) -> bool:
    """Whether the wanted tag is there; another commit under its name is `Conflict`."""
    try:
        return is_tag_at(there, wanted.tag, wanted.commit)
    except Conflict as error:
        form = repository.form
        repository.mirror.bring_up_to_date()
        free = next_free(form, form.parse(wanted.tag).push, repository.tags())
        raise Conflict(
            f"{error}: run this again from the top to take that one; the next free one is {free}"
        ) from error


def check_last(there: Mapping[str, str], wanted: Wanted, form: TagForm) -> None:
    """Raise `Conflict` where the push has a later tag by now: this one would pass for the last."""
    later = [tag for tag in there if is_newer(form, tag, wanted.tag)]
    if later:
        raise Conflict(
            f"expected {wanted.tag} to be the push's newest tag of {wanted.name}, found that "
            f"somebody has made {listed(later)} meanwhile; run this again from the top: the newest "
            "one is taken"
        )


def couple(repository: TaggedRepository, wanted: Wanted, git: Git | None = None) -> None:
    """Push one tag, from the mirror or from the repository of `git`.

    That somebody else has pushed the same one meanwhile is as good.
    """
    upstream = repository.upstream
    try:
        push_tag(git or upstream.git, upstream.name, wanted.tag, wanted.commit)
    except Conflict:
        if not find_ours(upstream.tags(), wanted, repository):
            raise


def check_coupled(
    wanted: Sequence[Wanted], tried: Sequence[Wanted], pushed: Sequence[RunbookError | None]
) -> None:
    """Say which repositories are tagged and which are not, and why, where any is not."""
    failed = {
        one.name: error for one, error in zip(tried, pushed, strict=True) if error is not None
    }
    if not failed:
        return
    tagged = [str(one) for one in wanted if one.name not in failed]
    reasons = "".join(f"\n{name} is not tagged: {error}" for name, error in failed.items())
    told = (
        f"expected to tag {plural(len(wanted), 'repository', 'repositories')}. "
        f"Tagged: {listed(tagged)}.{reasons}\n"
        "What is tagged stays; run this again to tag the rest"
    )
    error = together(list(failed.values()), told)
    if len(failed) == len(tried):
        raise error
    if isinstance(error, Unavailable):
        raise Unavailable(told, retry_after=error.retry_after)
    raise Failed(told) from error


__all__ = ["TagPlan", "Tagged", "TaggedRepository", "Tags", "Train", "Wanted"]
