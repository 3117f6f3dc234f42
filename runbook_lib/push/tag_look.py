"""Looks at a repository before a push: what is tagged, what would be, and what is in the way."""

from datetime import date

from runbook_lib.errors import Refused, UsageError
from runbook_lib.policy.push.tags import find_base, newest, next_free, tags_of
from runbook_lib.push.brought import read_brought
from runbook_lib.push.tag_plan import PlannedTag
from runbook_lib.push.tag_warnings import (
    ask_for,
    decided_anew,
    lacking,
    moved_on,
    unknown_in_production,
    unlike,
)
from runbook_lib.push.tagged_repository import TaggedRepository, Wanted
from runbook_lib.services.git.clones.clone_status import CloneStatus, look_at_clone
from runbook_lib.services.git.history import find_commit


def look_at(
    repository: TaggedRepository,
    *,
    day: date,
    decided: Wanted | None = None,
    further: str = "",
    closed: str = "",
) -> PlannedTag:
    """Look at one repository; what was `decided` before stays, as far as it still can.

    The push's newest tag is taken as it is. Another one is only made where it is `further`, asked
    for by its name; `closed` says why nothing else is made any more, and is empty where it is.
    """
    form = repository.form
    repository.mirror.bring_up_to_date()
    head, there = repository.mirror.head(repository.branch), repository.tags()
    last = "" if further and further not in there else newest(form, day, there)
    kept = decided if decided and is_open(repository, decided, there, head.id, further) else None
    commit = there[last] if last else (kept.commit if kept else meant(repository, head.id))
    clone, trouble = ask_clone(repository, day, head.id, commit)
    free = last or next_free(form, day, [*there, *mine(clone.tags, there, commit)])
    wanted = kept if kept and not last else adopt(repository, last or free, commit, there, decided)
    refusals = [trouble] if repository.base == "" else []
    refusals += [] if last else misnamed(repository, day, further, wanted.tag, free, closed)
    refusal = "; ".join(filter(None, refusals))
    asked = ask_for(day, f"{wanted.name} {next_free(form, day, [*there, wanted.tag])}")
    notes = (
        *decided_anew(repository, decided, wanted, there),
        *moved_on(repository, wanted, head, asked if last else ""),
        *unlike(clone, there),
        *unknown_in_production(repository, there),
        *lacking(repository.mirror.git, wanted, there),
        *clone.notes,
        *([trouble] if trouble and (last or repository.base) else []),
    )
    since = there.get(wanted.base, wanted.base)
    commits, count = read_brought(repository.mirror, commit, since)
    return PlannedTag(
        wanted=wanted,
        branch=repository.base or repository.branch,
        head=find_commit(repository.mirror.git, commit) if repository.base else head,
        tagged=bool(last),
        tags=tags_of(form, day, [*there, *clone.tags]),
        commits=commits,
        count=count,
        notes=notes,
        refusal="" if last else refusal,
        page=repository.page.rstrip("/"),
    )


def is_open(
    repository: TaggedRepository, decided: Wanted, there: dict[str, str], head: str, further: str
) -> bool:
    """Whether a tag that was decided, and is not made yet, can still be made so.

    That is where nobody has taken its name, it is the one that is asked for, and what is tagged
    still has the commit: what was taken back from the branch is not to go out.
    """
    if decided.tag in there or (further and decided.tag != further):
        return False
    if repository.base:
        return decided.commit == meant(repository, head)
    return repository.mirror.git.is_ancestor(decided.commit, head)


def meant(repository: TaggedRepository, head: str) -> str:
    """The commit that a new tag is to stand for: the week's named base, or the branch's newest."""
    return repository.mirror.find(repository.base) if repository.base else head


def adopt(
    repository: TaggedRepository,
    tag: str,
    commit: str,
    there: dict[str, str],
    decided: Wanted | None,
) -> Wanted:
    """A tag with what it is compared with: that stays, where it was decided with the tag."""
    if decided and (decided.tag, decided.commit) == (tag, commit):
        return decided
    base = find_base(repository.form, tag, there, production=repository.production)
    return Wanted(repository.name, tag, commit, base)


def misnamed(
    repository: TaggedRepository, day: date, further: str, tag: str, free: str, closed: str
) -> list[str]:
    """Why a new tag is not made: it is not the next one, or the push takes no more."""
    if further and further not in (tag, free):
        return [f"expected {free} as the next tag, found {further}; name that one"]
    if closed and not further:
        return [
            f"expected a push that is to come, found that {closed}: nothing is tagged for it but "
            f"what is asked for by name, {ask_for(day, f'{repository.name} {free}')}; or leave "
            f"{repository.name} out of it (push.weeks), or name another push_date"
        ]
    return []


def mine(tags: dict[str, str], there: dict[str, str], commit: str) -> dict[str, str]:
    """The clone's own tags that are in the way: never pushed, and at another commit."""
    return {name: at for name, at in tags.items() if name not in there and at != commit}


def ask_clone(
    repository: TaggedRepository, day: date, head: str, commit: str
) -> tuple[CloneStatus, str]:
    """What the operator's clone says, or why nothing can be tagged as long as it is so."""
    nothing = CloneStatus({}, ())
    if repository.clone is None:
        return nothing, ""
    tags = repository.form.globs(day)
    try:
        git, branch = repository.mirror.git, repository.branch
        return look_at_clone(repository.clone, git, branch, head=head, commit=commit, tags=tags), ""
    except (Refused, UsageError) as error:
        return nothing, str(error)
