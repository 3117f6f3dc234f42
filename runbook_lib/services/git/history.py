"""Commits and refs, each read in one call however many there are."""

from collections.abc import Iterable
from datetime import UTC, datetime

from runbook_lib.errors import Failed
from runbook_lib.frozen import frozen
from runbook_lib.policy.commits import Commit
from runbook_lib.services.git.git import Git, Place, literal

MOMENT = "%cI %ct"
FIELDS = ("%H", "%P", "%an <%ae>", MOMENT, "%s", "%b")
LAST = datetime(9999, 1, 1, tzinfo=UTC)
"""What stands for a time that is later than any that has a name."""
SHORT = 9
"""How many characters of a commit's id a person is shown."""

COMMITS: dict[tuple[Place, str], Commit] = {}
"""The commits that were read by their ids, each where it was: they stay what they are."""


@frozen
class Tag:
    """A tag's name, the commit that it stands for, and when it was made."""

    name: str
    commit: str
    date: datetime

    def __str__(self) -> str:
        return f"{self.name} at {self.commit:.{SHORT}}"


def read_commits(git: Git, *selection: str, paths: Iterable[str] = ()) -> list[Commit]:
    """The commits of a selection (ids and options of `git log`), newest first.

    With `paths`, of which each is a file or a folder, those that change one of them alone.
    """
    form = f"--format=tformat:{'%x00'.join(FIELDS)}"
    plain = ("--no-show-signature", "--no-color", "--encoding=UTF-8")
    fields = git.run("log", "-z", form, *plain, *selection, "--", *literal(paths)).fields
    width = len(FIELDS)
    return [read_commit(fields[at : at + width]) for at in range(0, len(fields), width)]


def read_commit(fields: list[str]) -> Commit:
    """One commit from the fields of its line."""
    commit, parents, author, date, subject, body = fields
    return Commit(commit, tuple(parents.split()), author, read_moment(date), subject, body.rstrip())


def read_moment(text: str) -> datetime:
    """A time as git tells it, and in seconds since 1970; in UTC where its zone is impossible."""
    told, _, seconds = text.partition(" ")
    try:
        return datetime.fromisoformat(told)
    except ValueError:
        pass
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError):
        return LAST


def find_commit(git: Git, commit: str) -> Commit:
    """The commit with that id; raises `Failed` where the repository does not have it."""
    found = git.commit_at(commit)
    if not found:
        raise Failed(f"expected commit {commit:.{SHORT}} in {git.folder}, and it is not there")
    here = (git.place, found)
    if here not in COMMITS:
        COMMITS[here] = read_commits(git, "-1", found)[0]
    return COMMITS[here]


def find_merge(git: Git, commit: str, into: str) -> Commit | None:
    """The merge that brought a commit into another one's history; None where none did."""
    path = ("--merges", "--ancestry-path", "--reverse", f"{commit}..{into}")
    merges = git.run("rev-list", *path, "--").lines
    found = find_commit(git, merges[0]) if merges else None
    brought = found is not None and not git.is_ancestor(commit, found.parents[0])
    return found if brought else None


def tag_subject(git: Git, tag: str) -> str:
    """The first line of an annotated tag's message; empty for a lightweight one."""
    form = "--format=%(objecttype) %(subject)"
    kind, _, subject = git.run("for-each-ref", form, f"refs/tags/{tag}").text.partition(" ")
    return subject if kind == "tag" else ""


def read_tags(git: Git) -> list[Tag]:
    """The tags that stand for commits, oldest first; one on a tree or a blob is left out.

    One that does not say when it was made is as old as its commit.
    """
    form = "%(refname:lstrip=2)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)"
    answer = git.run(
        "for-each-ref",
        "--sort=refname",
        "--sort=creatordate",
        f"--format={form}%00%(creatordate:iso-strict) %(creatordate:unix)",
        "refs/tags",
    )
    found = [*filter(None, (read_tag(git, line.split("\0")) for line in answer.lines))]
    git.remember(tag.commit for tag in found)
    return sorted(found, key=lambda tag: tag.date)


def read_tag(git: Git, fields: list[str]) -> Tag | None:
    """One tag from the fields of its line, or None where it does not stand for a commit."""
    name, kind, this, target_kind, target, date = fields
    if target_kind == "tag":
        # git before 2.45 follows a tag of a tag by one step only.
        commit = git.commit_at(f"refs/tags/{name}")
    else:
        commit = {kind: this, target_kind: target}.get("commit")
    if not commit:
        return None
    date = date.strip() or git.run("log", "-1", f"--format={MOMENT}", commit, "--").text
    return Tag(name, commit, read_moment(date))


def first_words(text: str, limit: int = 60) -> str:
    """The text's first line, cut where it is long."""
    line = text.splitlines()[0] if text else ""
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def listed(names: Iterable[str], limit: int = 12) -> str:
    """Names in one line, the first of them where they are many."""
    every = list(names)
    more = f" and {len(every) - limit} more" if len(every) > limit else ""
    return ", ".join(every[:limit]) + more if every else "none"
