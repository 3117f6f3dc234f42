"""Which commit with a notebook is checked out, asked before each step."""

from pathlib import Path

from runbook_lib.notebook.reference import find_committed, git

Look = tuple[int, ...] | None


class CheckedOut:
    """Asks git anew where a file that says what is checked out has been written since."""

    def __init__(self, notebook: Path) -> None:
        self.notebook = notebook
        self.commit = ""
        self.files: tuple[Path, ...] = ()
        self.looks: list[Look] = []

    def find(self) -> str:
        """The commit by now; empty where git has none, or none with the notebook."""
        looks = [look_of(file) for file in self.files]
        if not looks or looks != self.looks:
            files = files_of_head(self.notebook.parent)
            self.commit, _ = find_committed(self.notebook)
            # Only a look from before git was asked tells of all that comes after its answer.
            self.looks, self.files = looks if files == self.files else [], files
        return self.commit


def files_of_head(folder: Path) -> tuple[Path, ...]:
    """The files of which one is written where another commit is checked out; none without git."""
    asked = ("--absolute-git-dir", "--git-common-dir", "--symbolic-full-name", "HEAD")
    lines = git(folder, "rev-parse", *asked).decode().splitlines()
    if len(lines) != len(asked) - 1:
        return ()
    own, common = Path(lines[0]), Path(folder, lines[1])
    shared = (lines[2], "packed-refs", "reftable/tables.list")
    return (own / "HEAD", own / "reftable/tables.list", *(common / name for name in shared))


def look_of(file: Path | None) -> Look:
    """What tells without reading a file whether it has been written; None where it is not there."""
    try:
        found = file.stat() if file else None
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found and (found.st_mtime_ns, found.st_size, found.st_ino)
