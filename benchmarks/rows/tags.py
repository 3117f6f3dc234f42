"""Tagging many repositories for a push, against xargs and git: in step with it, however many.

Few repositories take moments, and so are tagged more often. After the first round no repository has
a commit that its last tag has not: the script does not list what a tag brings, and then there is
nothing to list.
"""

import os
from datetime import date, timedelta
from functools import partial
from itertools import count
from pathlib import Path

from benchmarks.cost import Cost, cost_of, medians, work_of
from benchmarks.repositories import git, make_repository
from benchmarks.row import Bench, Line, growth, judged, need
from benchmarks.steps import quiet_runner
from runbook_lib.push.train import TaggedRepository, Train
from runbook_lib.services.git import Mirror
from runbook_lib.services.git.side_by_side import ABREAST
from runbook_lib.steps.step import Runner

WHAT = "tagging 3, 30 and 300 repositories"
SIZES, SMALL = (3, 30, 300), (3, 6)
GOAL = 1.3
FIRST = date(2026, 3, 12)
PLAIN = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
SCRIPT = """
cd "$1"
url=$(git config remote.origin.url)
git fetch --quiet --prune "$url" '+refs/heads/*:refs/heads/*' '+refs/tags/*:refs/tags/*'
git ls-remote --symref "$url" HEAD
commit=$(git rev-parse refs/heads/main)
git for-each-ref --sort=creatordate refs/tags
git ls-remote --tags "$url" "refs/tags/$TAG"
git push --quiet "$url" "$commit:refs/tags/$TAG"
git ls-remote --tags "$url" "refs/tags/$TAG"
"""
"""What is asked of each repository: fetch, look at its tags, push the new one, and look again."""
days = (FIRST + timedelta(weeks=number) for number in count())


def measure(bench: Bench) -> list[Line]:
    """Looking at all repositories and tagging them, at each size."""
    need("xargs")
    sizes = SMALL if bench.quick else SIZES
    first = make_repository(
        bench.new_folder("first") / "upstream.git", commits=20, tags=4, files=10, after=2
    )
    runner = quiet_runner(bench.new_folder("session"))
    lines, taken = [], {}
    for size in sizes:
        folder = bench.new_folder(f"of-{size}")
        repositories = [copy_of(first, folder, number) for number in range(size)]
        train = Train(tuple(tagged(path, folder, runner) for path in repositories), runner)
        mirrors = [mirror_of(path, folder) for path in repositories]
        rounds = 1 + bench.rounds // 2 if size == sizes[-1] else 3 * bench.rounds
        found = medians(partial(one_round, train, mirrors), rounds)
        taken[size] = found["ours"]
        what = f"tagging {size} repositories"
        lines.append(
            judged(what, "the same with xargs and git", found["ours"], found["theirs"], GOAL)
        )
    return [*lines, growth("tagging", "repositories", taken)]


def copy_of(first: Path, folder: Path, number: int) -> Path:
    """One more upstream."""
    git(folder, "clone", "--quiet", "--bare", str(first), f"{number}.git")
    return folder / f"{number}.git"


def mirror_of(upstream: Path, folder: Path) -> Path:
    """A mirror that the script works in."""
    name = f"mirror-{upstream.name}"
    git(folder, "clone", "--quiet", "--mirror", f"file://{upstream}", name)
    return folder / name


def tagged(upstream: Path, folder: Path, runner: Runner) -> TaggedRepository:
    """The same as a push has it, with a mirror of its own that is there already."""
    mirror = Mirror(folder / f"own-{upstream.name}", f"file://{upstream}", runner, PLAIN)
    mirror.bring_up_to_date()
    return TaggedRepository(upstream.stem, mirror, "main", f"https://example.org/{upstream.stem}")


def one_round(train: Train, mirrors: list[Path]) -> dict[str, Cost]:
    """Both, each for a week of its own."""
    ours, theirs = next(days), next(days)
    return {
        "ours": work_of(lambda: train.tag_train(train.look(ours).wanted()))(),
        "theirs": by_xargs(mirrors, f"{theirs:%Y.%m.%d}"),
    }


def by_xargs(mirrors: list[Path], tag: str) -> Cost:
    """The script in all mirrors, as many abreast as ours."""
    folder = mirrors[0].parent
    (folder / "mirrors").write_text("".join(f"{path}\n" for path in mirrors))
    command = f'xargs -P {ABREAST} -n 1 sh -ec "$SCRIPT" sh <mirrors'
    environment = {**os.environ, **PLAIN, "TAG": tag, "SCRIPT": SCRIPT}
    return cost_of(["sh", "-ec", command], cwd=folder, environment=environment)
