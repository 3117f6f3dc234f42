"""Setting the version in the one place of a checkout that says it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from runbook_lib.errors import UsageError
from runbook_lib.policy.version_file import Place, change_version, find_place, find_version_file
from runbook_lib.policy.visible import Shown
from runbook_lib.services.git.git import Git, literal


@dataclass(frozen=True)
class VersionChange(Shown):
    """The file that says the version, and how that differs from where the branch starts."""

    file: str
    version: str
    diff: str

    def __str__(self) -> str:
        return f"{self.file} says {self.version}\n{self.diff}".rstrip()

    @property
    def files(self) -> tuple[str, ...]:
        """The file, where it is changed; none where it said this version before."""
        return (self.file,) if self.diff else ()


@dataclass(frozen=True)
class VersionFile:
    """A file of a working copy, and the place in it that says the version."""

    folder: Path
    file: str
    place: Place
    text: str

    @property
    def path(self) -> Path:
        """Where the file is."""
        return inside(self.folder, self.file)

    def write(self, version: str) -> None:
        """Change the version, whole or not at all; every other byte stays."""
        part = self.path.with_name(f".{self.path.name}.part")
        part.write_bytes(change_version(self.text, self.place, version).encode(**AS_IT_IS))
        shutil.copymode(self.path, part)
        part.replace(self.path)


AS_IT_IS = {"encoding": "utf-8", "errors": "surrogateescape"}


def read_version_file(git: Git, file: str | None, pattern: str | None) -> VersionFile:
    """The file that says the version, found where it is not named, and the one place in it."""
    name = file or find_version_file(
        git.run("ls-files", "-z").fields, lambda path: read_text(git.folder, path)
    )
    text = read_text(git.folder, name)
    if text is None:
        raise UsageError(
            f"expected the version in {name}, and there is no such file; correct version_file"
        )
    return VersionFile(git.folder, name, find_place(name, text, pattern), text)


def read_text(folder: Path, file: str) -> str | None:
    """A file's text, which gives the same bytes when written; None where there is no file."""
    path = inside(folder, file)
    return path.read_bytes().decode(**AS_IT_IS) if path.is_file() else None


def inside(folder: Path, file: str) -> Path:
    """The file itself, behind its links; raises `UsageError` where that is not in the folder."""
    path = (folder / file).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise UsageError(
            f"expected a file inside {folder}, found {file!r}; name it by its path from the top"
        )
    return path


def show_version_change(git: Git, found: VersionFile, since: str) -> VersionChange:
    """The change as a diff against the commit `since`."""
    plain = ("--no-color", "--no-ext-diff", "--unified=0")
    diff = git.run("diff", *plain, since, "--", *literal([found.file])).text
    return VersionChange(found.file, found.place.version, diff)
