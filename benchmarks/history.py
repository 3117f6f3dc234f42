"""What would have been released, and what people did: `python -m benchmarks.history FOLDER…`.

Each folder is a git repository, which is only read. For its newest releases the sandbox is given
the history as it was just before (the commit that the release's own stands on, and the older tags),
the release runbook is carried out there, and its tag, the files it changed and its changelog's
entry are compared with those that people made. Where several packages are released, the runbook is
told which, as people have to. With `--now` each repository is released as it stands today, as its
maintainers would rehearse it.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from runbook_lib.display.table import Table
from runbook_lib.policy.release.tag_reading import SeenTag, is_own, read_one

HERE = Path(__file__).resolve().parent.parent
RUNBOOK = Path(sys.executable).parent / "runbook"
RELEASE = re.compile(r"(?:.*[^0-9.])?\d+(?:\.\d+)+(?:[-.]?(?:a|b|rc|alpha|beta|dev|pre)[-.]?\d*)?")
"""A tag that looks like a release's, in whatever form."""
CHANGELOG = re.compile(r"(?:.*/)?(?:change|history|news|release)[^/]*", re.IGNORECASE)
"""A file that looks like a changelog."""
FORMS = 20
"""Of so many of the newest tags the form that most have is the project's own."""
DATES = ("%Y.%m.%d", "%Y.%-m.%-d", "%Y-%m-%d", "%Y%m%d", "%Y.%m", "%Y.%-m", "%y.%m", "%y.%-m")
LIMIT = 900.0
"""After how many seconds a rehearsal is given up."""
ANYWAY = {"changelog", "load-test"}
"""The gates of every release, at which nothing is asked that was not found."""


@dataclass(frozen=True)
class Point:
    """A release that people made: its tag, its commit, and the commit before it."""

    folder: Path
    tag: str = ""
    commit: str = "HEAD"
    start: str = "HEAD"
    package: str = ""

    @property
    def name(self) -> str:
        """What the repository is called, also where it is kept as `owner+name`."""
        folder = self.folder.resolve()
        found = folder.parent.name if folder.name in ("repo", ".git") else folder.name
        return found.rpartition("+")[2]


@dataclass(frozen=True)
class Rehearsed:
    """What came of a rehearsal: its world's repository, where it started, its tag, and so on."""

    bare: Path | None
    start: str
    tag: str
    asked: tuple[str, ...]
    outcome: str
    message: str
    seconds: float


def git(folder: Path, *words: str) -> str:
    """What git prints in a folder."""
    done = subprocess.run(["git", "-C", folder, *words], capture_output=True, check=True)
    return done.stdout.decode(errors="replace").strip()


def points(folder: Path, number: int) -> Iterator[Point]:
    """The newest releases that the repository's branch has, the newest first."""
    words = ("--merged=HEAD", "--sort=-creatordate", "--format=%(refname:strip=2)")
    tags = [tag for tag in git(folder, "tag", *words).splitlines() if RELEASE.fullmatch(tag)]
    forms = Counter(map(stem, tags[:FORMS]))
    (form, _), *_ = forms.most_common() or [("", 0)]
    for tag in [tag for tag in tags if stem(tag) == form][:number]:
        commit = git(folder, "rev-parse", f"{tag}^{{commit}}")
        parents = git(folder, "log", "-1", "--format=%P", commit).split()
        if parents:
            point = Point(folder, tag, commit, parents[0])
            yield replace(point, package=package_of(tag, point.name)) if len(forms) > 1 else point


def stem(tag: str) -> str:
    """What stands before a tag's version."""
    return re.split(r"\d", tag, maxsplit=1)[0]


def package_of(tag: str, project: str) -> str:
    """The package that a tag names: where several are released, people have to say which."""
    found = read_one(SeenTag(tag))
    return found.stem if found and not is_own(found.stem, project) else ""


def as_it_was(point: Point, into: Path) -> Path:
    """The repository just before a release: one branch there, and the tags that were older."""
    there = into / point.name
    source = str(point.folder.resolve())
    git(into, "clone", "--quiet", "--bare", "--shared", "--", source, str(there))
    if not point.tag:
        return there
    when = int(git(there, "log", "-1", "--format=%ct", point.commit))
    branch = git(there, "symbolic-ref", "HEAD")
    for line in git(there, "for-each-ref", "--format=%(refname) %(creatordate:unix)").splitlines():
        name, date = line.rsplit(" ", 1)
        older = name.startswith("refs/tags/") and int(date or 0) < when
        if not older or name == f"refs/tags/{point.tag}":
            git(there, "update-ref", "-d", name)
    git(there, "update-ref", branch, point.start)
    return there


def rehearse(repository: Path, home: Path, parameters: list[str]) -> Rehearsed:
    """Carry the release runbook out on a repository, in a sandbox of its own."""
    given = [f"repository={repository}", "test_command=true", *parameters]
    words = [word for one in given for word in ("-p", one)]
    environment = {**os.environ, "RUNBOOK_HOME": str(home)}
    environment.pop("RUNBOOK_CONFIG", None)
    begun = time.monotonic()
    done = subprocess.run(
        [RUNBOOK, "run", "release", "--json", *words],
        cwd=HERE,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    seconds = time.monotonic() - begun
    said = json.loads(done.stdout) if done.stdout.startswith("{") else {}
    message = said.get("message") or said.get("result") or done.stderr.strip()
    bare = next(home.glob("sandbox/*/git/rehearsal/*.git"), None)
    old = set(git(repository, "tag").split())
    new = [tag for tag in git(bare, "tag").split() if tag not in old] if bare else []
    outcome = said.get("outcome", f"status {done.returncode}")
    start = git(repository, "rev-parse", "HEAD")
    return Rehearsed(bare, start, "".join(new[:1]), questions(home), outcome, message, seconds)


def questions(home: Path) -> tuple[str, ...]:
    """The gates at which something was asked that the repository did not say."""
    lines = [line for path in home.rglob("journal.jsonl") for line in path.read_text().splitlines()]
    asked = [event for event in map(json.loads, lines) if event["event"] == "asked"]
    return tuple(dict.fromkeys(e["gate"] for e in asked if e["gate"] not in ANYWAY or e["note"]))


def changed(folder: Path, old: str, new: str) -> dict[str, str]:
    """What was added to each file between two commits."""
    paths = git(folder, "diff", "--name-only", "--no-renames", old, new).splitlines()
    if len(paths) > 50:
        return dict.fromkeys(paths, "")
    return {path: added(git(folder, "diff", "-U0", old, new, "--", path)) for path in paths}


def added(diff: str) -> str:
    """The lines that a diff adds."""
    lines = [line[1:] for line in diff.splitlines() if line.startswith("+")]
    return "\n".join(line.strip() for line in lines[1:] if line.strip())


def entry(files: dict[str, str]) -> str:
    """What was added to the changelog."""
    return "\n".join(text for path, text in files.items() if CHANGELOG.fullmatch(path))


def verdict(point: Point, found: Rehearsed) -> str:
    """How the version compares with the one that people released."""
    if not found.tag:
        return "stopped"
    if found.tag == point.tag:
        return "as released"
    if point.tag and is_dated(point, found.tag):
        return "by date"
    return "asked" if "version" in found.asked else "other" if not point.tag else "WRONG"


def is_dated(point: Point, tag: str) -> bool:
    """Whether both versions tell the day of their making, which was another then."""
    then = datetime.fromtimestamp(int(git(point.folder, "log", "-1", "--format=%ct", point.commit)))
    days = (then + timedelta(days=shift) for shift in (-1, 0, 1))
    return any(
        datetime.now().strftime(form) in tag
        and any(day.strftime(form) in point.tag for day in days)
        for form in DATES
    )


def heading(entry: str) -> str:
    """How an entry is headed, whatever its version and its day."""
    first = next((line for line in entry.splitlines() if re.search(r"\d+\.\d", line)), "")
    return re.sub(r"\d+", "0", first)


def row(point: Point, found: Rehearsed) -> tuple[str, ...]:
    """One line of the table."""
    how = verdict(point, found)
    files = both = "–"
    if found.bare and found.tag:
        ours = changed(found.bare, found.start, found.tag)
        theirs = changed(point.folder, point.start, point.commit) if point.tag else {}
        files = f"{len(ours.keys() & theirs.keys())} of {len(ours)}" if theirs else ", ".join(ours)
        mine, other = heading(entry(ours)), heading(entry(theirs))
        same = "as theirs" if mine == other else f"{mine or 'none'}, theirs {other or 'none'}"
        lines = f"{len(entry(ours).splitlines())} lines"
        both = f"{lines}, headed {same}" if theirs else lines
    message = "" if found.tag else " ".join(found.message.split())[:120]
    asked = ", ".join(found.asked) or "–"
    seconds = f"{found.seconds:.0f} s"
    return (point.name, point.tag, found.tag or message, how, asked, files, both, seconds)


def compare(point: Point, parameters: list[str]) -> tuple[str, ...]:
    """The runbook's release at one point, as a line of the table."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        named = [f"package={point.package}"] if point.package else []
        found = rehearse(as_it_was(point, place), place / "home", [*parameters, *named])
        line = row(point, found)
    print(*line, sep=" | ", file=sys.stderr, flush=True)
    return line


def main() -> None:
    """Print the table, and how often what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--releases", type=int, default=1, help="how many of each, newest first")
    parser.add_argument("--now", action="store_true", help="release each as it stands today")
    parser.add_argument("-p", dest="parameters", action="append", default=[], metavar="NAME=VALUE")
    said = parser.parse_args()
    every = [
        point
        for folder in said.folders
        for point in ([Point(folder)] if said.now else points(folder, said.releases))
    ]
    with ThreadPoolExecutor(2) as pool:
        rows = tuple(pool.map(lambda point: compare(point, said.parameters), every))
    counted = Counter(line[3] for line in rows)
    heads = ("repository", "released", "here", "version", "asked", "files", "entry", "time")
    foot = ", ".join(f"{number} {how}" for how, number in counted.most_common())
    print(Table("", heads, rows, (foot,)))


if __name__ == "__main__":
    main()
