"""What a release looks at first, on a large repository, against the git commands themselves."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.cost import side_by_side, work_of
from benchmarks.repositories import git, make_repository
from benchmarks.row import Bench, Line, judged
from benchmarks.steps import quiet_runner
from runbook_lib.policy.release.tag_reading import SeenTag
from runbook_lib.policy.release.tags import Tags, read_tags
from runbook_lib.policy.version import Version
from runbook_lib.services.git import Mirror
from runbook_lib.services.git.reach import tags_and_reached

WHAT = "preflight, last tag, commits since, compare, on a large repository"
GOAL = 1.3
LARGE = {"commits": 100_000, "tags": 2_000, "files": 20_000, "after": 1_000}
SMALL = {"commits": 2_000, "tags": 40, "files": 400, "after": 100}
TAGS = "--format=%(refname) %(objecttype) %(objectname) %(*objectname) %(creatordate:iso-strict)"
LOG = "--format=%H%n%P%n%an <%ae>%n%cI%n%B"
HEADS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
Pair = tuple[Callable[[], object], Callable[[], object]]


def measure(bench: Bench) -> list[Line]:
    """The mirror brought up to date, the last tag, the commits since, and what they change."""
    size = SMALL if bench.quick else LARGE
    upstream = make_repository(bench.new_folder("large") / "upstream.git", **size)
    mirror = Mirror(
        bench.folder / "mirror.git", f"file://{upstream}", quiet_runner(bench.new_folder("session"))
    )
    mirror.bring_up_to_date()
    last = last_release(mirror).last
    assert last is not None, "the repository has releases"
    numbers = f"{size['commits']:,} commits, {size['tags']:,} tags, {size['files']:,} files"
    return [
        line(bench, f"{name}: {numbers}", pair) for name, pair in pairs_of(mirror, last.tag).items()
    ]


def line(bench: Bench, what: str, pair: Pair) -> Line:
    """What ours costs, against theirs."""
    ours, theirs = map(work_of, pair)
    found = side_by_side({"ours": ours, "theirs": theirs}, bench.rounds)
    return judged(what, "the git commands themselves", found["ours"], found["theirs"], GOAL)


def last_release(mirror: Mirror) -> Tags:
    """What the tags say of the releases that the branch reaches, read as if for the first time."""
    Version.read.cache_clear()
    every, reached = tags_and_reached(mirror.git, "refs/heads/main")
    seen = [SeenTag(tag.name, tag.commit, tag.date.date(), tag.name in reached) for tag in every]
    return read_tags(seen, project="upstream", package="", template="")


def pairs_of(mirror: Mirror, last: str) -> dict[str, Pair]:
    """What is measured: ours, and the git commands that somebody would use."""
    ask = partial(git, mirror.path)
    since = f"{last}..main"
    return {
        "preflight, a mirror with nothing new": (
            mirror.bring_up_to_date,
            partial(up_to_date, mirror),
        ),
        "the last tag": (partial(last_release, mirror), partial(list_tags, mirror.path)),
        "the commits since": (
            partial(mirror.commits, last, "main"),
            lambda: ask("log", LOG, since),
        ),
        "compare": (
            partial(mirror.changed_paths, last, "main"),
            lambda: ask("diff", "--name-only", "--no-renames", last, "main"),
        ),
    }


def up_to_date(mirror: Mirror) -> None:
    """Fetch what is new, and ask which branch is the default one."""
    git(mirror.path, "fetch", "--quiet", "--prune", mirror.url, *HEADS)
    git(mirror.path, "ls-remote", "--symref", mirror.url, "HEAD")


def list_tags(folder: Path) -> None:
    """All tags by their date, and which of them the branch reaches."""
    git(folder, "for-each-ref", "--sort=creatordate", TAGS, "refs/tags")
    git(folder, "for-each-ref", "--merged=main", "--format=%(refname)", "refs/tags")
