"""Large git repositories, made by `git fast-import` in seconds."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

FIRST = 1_400_000_000
KINDS = ("feat", "fix", "fix", "perf", "docs", "test", "chore", "refactor", "feat(api)", "fix(ui)")
FOLDERS = 200


def make_repository(folder: Path, *, commits: int, tags: int, files: int, after: int) -> Path:
    """A bare repository; `after` commits stand behind its last tag."""
    git(folder.parent, "init", "--quiet", "--bare", "--initial-branch=main", folder.name)
    fast_import(folder, history(commits, tags, files, after))
    git(folder, "commit-graph", "write", "--reachable")
    return folder


def fast_import(folder: Path, parts: Iterator[bytes], *options: str) -> None:
    """Have git take in a history at once."""
    command = ["git", "fast-import", "--quiet", *options]
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.writelines(parts)
    assert process.returncode == 0, "git has taken it in"


def git(folder: Path, *words: str) -> str:
    """What git prints in a folder."""
    command = ["git", "-C", str(folder), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def history(commits: int, tags: int, files: int, after: int) -> Iterator[bytes]:
    """The history: all files first, then one changed in each commit, the tags evenly between."""
    every = max(1, (commits - after) // tags)
    made = 0
    for number in range(commits):
        yield commit(number, files)
        if (number + 1) % every == 0 and made < tags and number < commits - after:
            made += 1
            yield tag(made, tags, number)


def commit(number: int, files: int) -> bytes:
    """One commit, as `git fast-import` is told of it."""
    at = FIRST + number * 600
    kind = KINDS[number % len(KINDS)]
    text = f"{kind}: let part {number} of the tide be told\n\nIt was asked for in #{number}.\n"
    head = f"commit refs/heads/main\nmark :{number + 1}\ncommitter Olive <o@quay> {at} +0000\n"
    changed = range(files) if number == 0 else [number % files]
    orders = [f"{head}data {len(text)}\n{text}", *(file(one, number) for one in changed)]
    if number == 0:
        orders += [named("setup.py", 'version = "0.0.0"\n'), named("CHANGELOG.md", CHANGELOG)]
    return "".join(orders).encode()


CHANGELOG = "# Changelog\n\n## 0.1.0 (2014-05-14)\n\n### Bug Fixes\n\n* tell the tide\n"


def file(number: int, version: int) -> str:
    """One file of a commit."""
    return named(f"part{number % FOLDERS}/file{number}.py", f"VERSION = {version}\n")


def named(path: str, text: str) -> str:
    """A file by its name."""
    return f"M 100644 inline {path}\ndata {len(text)}\n{text}\n"


def tag(number: int, last: int, of: int) -> bytes:
    """An annotated tag: the last one is 1.0.0 with minors and patches before it."""
    name = f"{number * 1000 // last // 1000}.{number // 10}.{number % 10}"
    at = FIRST + of * 600
    head = f"tag {name}\nfrom :{of + 1}\ntagger Olive <o@quay> {at} +0000\n"
    return f"{head}data {len(name)}\n{name}\n".encode()
