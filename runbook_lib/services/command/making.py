"""A command that makes files: carried out again only where they are not what it has made."""

import hashlib
import shlex
from collections.abc import Generator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from runbook_lib.errors import Failed, Refused, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.visible import Shown
from runbook_lib.services.command.command import Command, split
from runbook_lib.steps.step import step


@frozen
class MadeFile:
    """A file below the folder of its command, with the SHA-256 of its content, in hex."""

    path: str
    digest: str


@frozen
class Made(Shown):
    """The files that a command has made in a folder; to approve it is to approve their content."""

    command: str
    folder: Path
    files: tuple[MadeFile, ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """Where the files are."""
        return tuple(self.folder / one.path for one in self.files)

    def check_unchanged(self) -> None:
        """Raise `Refused` where a file is not what was made any more: an act asks just before."""
        changed = [one.path for one in self.files if read_file(self.folder, one.path) != one]
        if changed:
            raise Refused(
                f"expected {', '.join(changed)} as {self.command} made it, found something else; "
                "run its cell again, and those below"
            )

    def __str__(self) -> str:
        lines = [f"{one.path}  sha256 {one.digest}" for one in self.files]
        return "\n".join([f"{self.command} made", *lines])


@frozen
class Maker(Command):
    """Runs commands in a folder that make files there."""

    @step
    def make(
        self, arguments: str | Sequence[str], *, makes: str, subject: str = "", limit: float = 3600
    ) -> Generator[str, None, Made]:
        """Run a command that makes the files of a pattern (`dist/*`), unless this run has them.

        `subject` is the digest of what they are made from, where that may change within a run.
        Raises `Failed` where the command does not end with 0, or makes no such file.
        """
        parts = split(arguments)
        refuse_elsewhere(makes)
        command = self.mask(shlex.join(parts))
        made = self.find_made(command, makes, subject)
        if made:
            return made
        self.check_program(parts[0])
        yield f"run {command}, which makes {makes}"
        before = {path: path.stat().st_mtime_ns for path in self.files(makes)}
        self.execute(parts, limit)
        new = [path for path in self.files(makes) if self.is_new(path, before)]
        if not new:
            raise Failed(
                f"expected {command} to make {makes} in {self.cwd}, found nothing new; if it is "
                "there from an earlier time, take it away, and run this again"
            )
        paths = [str(path.relative_to(self.cwd)) for path in new]
        made = Made(command, self.cwd, tuple(read_file(self.cwd, path) for path in paths))
        files = [asdict(one) for one in made.files]
        self.runner.journal.append(
            "made", command=command, makes=makes, subject=subject, files=files
        )
        return made

    def is_new(self, path: Path, before: Mapping[Path, int]) -> bool:
        """Whether a file was made now, or since the run began: by an attempt that was killed."""
        changed = path.stat().st_mtime_ns
        begun = datetime.fromisoformat(next(self.runner.journal.events()).said["time"])
        return before.get(path) != changed or changed >= begun.timestamp() * 1e9

    def find_made(self, command: str, makes: str, subject: str) -> Made | None:
        """What the run has made, if it is all there as it was made."""
        event = self.runner.journal.find("made", command=command, makes=makes, subject=subject)
        files = [MadeFile(**one) for one in event.said["files"]] if event else []
        if not files or [read_file(self.cwd, one.path) for one in files] != files:
            return None
        return Made(command, self.cwd, tuple(files))

    def files(self, pattern: str) -> list[Path]:
        """The files of a pattern, in the order of their names."""
        return sorted(path for path in self.cwd.glob(pattern) if path.is_file())


def refuse_elsewhere(pattern: str) -> None:
    """Raise `UsageError` for a pattern that names no files, or files outside of the folder."""
    path = Path(pattern)
    if not path.parts or path.is_absolute() or ".." in path.parts:
        raise UsageError(
            f"expected makes= to be a pattern of files below the command's folder, found "
            f"{pattern!r}; name them from that folder (dist/*), or another folder"
        )


def read_file(folder: Path, path: str) -> MadeFile:
    """A file below a folder with its digest, which is empty where there is none."""
    place = folder / path
    found = hashlib.sha256(place.read_bytes()).hexdigest() if place.is_file() else ""
    return MadeFile(path, found)
