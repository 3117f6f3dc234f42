"""The repository of an archive as a whole: its refs, its objects, and what stands in for others."""

from collections.abc import Iterator

from runbook_lib.archive import Archive
from runbook_lib.programs import Answer
from runbook_lib.proof.finding import Finding
from runbook_lib.services.git.git import Git

STAND_INS = ("info/grafts", "shallow")
"""Files that have git take other commits for a commit's parents, or none."""
CHECKED = ("--full", "--no-dangling", "--no-progress", "--no-reflogs")


def check_repository(archive: Archive, git: Git, *, damaged: bool) -> Iterator[Finding]:
    """What is wrong with it; what git says of its objects, unless some are known to be `damaged`.

    `git` has its objects, and none of its settings.
    """
    yield from check_stand_ins(archive)
    listed = archive.git.ask("for-each-ref", "--format=%(objectname) %(objecttype)")
    if (listed.status or listed.said) and not damaged:
        yield Finding("object", "branches that name what is there", first_line(listed))
    names = sorted({line.partition(" ")[0] for line in listed.lines})
    checked = git.ask("fsck", *CHECKED, *names)
    if checked.status and not damaged:
        yield Finding("object", "a repository that git finds whole", first_line(checked))


def check_stand_ins(archive: Archive) -> Iterator[Finding]:
    """Nothing in it has git show another object, or other parents, than there are."""
    replaced = list(archive.store.refs("refs/replace/"))
    files = [name for name in STAND_INS if (archive.folder / name).exists()]
    for name in [*replaced, *files]:
        expected = "nothing that stands in for what is there"
        found = f"{name}, by which git itself shows something else: remove it"
        yield Finding("place", expected, found)


def first_line(answer: Answer) -> str:
    """What git says first of what is wrong."""
    lines = [*answer.said.splitlines(), *answer.lines]
    quiet = ("notice", "hint")
    return next((line for line in lines if not line.startswith(quiet)), "")
