"""The changelog of a checkout: its entry of a release, written from its commits or by a command."""

import os
import shutil
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

from runbook_lib.errors import Failed, Refused, UsageError
from runbook_lib.policy.accounting import Accounting, account
from runbook_lib.policy.changelog import (
    Entry,
    changed_elsewhere,
    diff_entry,
    find_entry,
    insert_entry,
)
from runbook_lib.policy.clog import check_heading, write_clog_entry
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.templates import check_template, fill
from runbook_lib.policy.version import Version
from runbook_lib.services.changelog.programs import find_command, run_program
from runbook_lib.steps.step import Runner, check, step

PLACEHOLDERS = ("version", "full", "major", "minor", "patch", "title", "since", "file", "date")
"""What a profile's own command may mention."""


class Changelog:
    """The changelog `file` of the checkout at `path`.

    `command` is the profile's own that writes entries, one argument each, with placeholders:
    `("clog", "--setversion", "{version}")`. It is run without a shell, and not in the checkout but
    in a `place` that is made as that is and taken away again: of all that it leaves there, the
    changelog alone is taken over.
    """

    def __init__(
        self,
        path: Path,
        runner: Runner,
        *,
        file: str = "CHANGELOG.md",
        command: Sequence[str] | None = None,
        environment: Mapping[str, str] | None = None,
        place: Callable[[], AbstractContextManager[Path]] | None = None,
    ) -> None:
        self.path = path
        self.runner = runner
        self.file = file
        self.command = tuple(command or ())
        self.environment = dict(os.environ if environment is None else environment)
        self.place = place
        for argument in self.command:
            check_template(argument, known=PLACEHOLDERS)

    def __repr__(self) -> str:
        return f"Changelog({self.file!r} in {str(self.path)!r})"

    @step
    def write_entry(
        self,
        version: Version,
        *,
        commits: Sequence[Commit],
        since: str | None,
        date: date,
        link: str = "",
        title: str = "",
    ) -> Generator[str, None, Entry]:
        """Write the entry of a version, from its commits: those after `since`, the last release.

        An entry that is there already is kept as it is, for a person may have edited it. `title`
        is what its heading says, else the short version; `link` is the repository's address in a
        browser, for links to commits and issues.
        """
        found = self.find_entry(version)
        if found is not None:
            return found
        title = title or version.short
        check_heading(title, link)
        if self.command:
            find_command(self.command[0], self.path, self.environment)
        if since is not None:
            check_revision(since)
        yield f"write the entry {title} on top of {self.file}"
        if self.command:
            names = {"title": title, "since": since or "", "date": date.isoformat()}
            self.run_command(version, names)
        else:
            text = write_clog_entry(commits, title=title, date=date, link=link)
            self.put_in(version, title, text)
        return self.entry(version)

    @check
    def account(self, entry: Entry, commits: Sequence[Commit]) -> Accounting:
        """Account for each commit of the release: listed in the entry, or left out and why."""
        return account(entry, commits)

    @check
    def check_approved(self, version: Version, digest: str) -> str:
        """The entry in the file is the very one that was approved, by its digest."""
        entry = self.entry(version)
        if entry.digest != digest:
            raise Refused(
                f"expected the entry of {version} as it was approved ({digest:.12}), found "
                f"another in {self.file} ({entry.digest:.12}); run this again from the "
                "changelog on, to have it approved as it is now"
            )
        return f"{self.file} has the entry of {version} as it was approved ({digest:.12})"

    def entry(self, version: Version) -> Entry:
        """The entry of a version; raises `Refused` where there is none."""
        found = self.find_entry(version)
        if found is None:
            raise Refused(
                f"expected an entry of {version} in {self.file}, found none: write it first"
            )
        return found

    def find_entry(self, version: Version) -> Entry | None:
        """The entry of a version as it stands in the file, with the change that it is; or None."""
        text = self.read()
        found = find_entry(text, version)
        if found is None:
            return None
        return Entry(version, found.text, diff_entry(text, version, self.file), self.file)

    @property
    def location(self) -> Path:
        """Where the file is; raises `UsageError` for a place outside the checkout."""
        root = self.path.resolve()
        location = resolved(root / self.file)
        if not location.is_relative_to(root) or location == root or location.is_dir():
            raise UsageError(
                f"expected a file in the checkout {root}, found {self.file!r}: "
                "name the changelog by its path from the repository's top"
            )
        return location

    def read(self) -> str:
        """The whole text, line ends as they are; empty where there is no such file yet."""
        if not self.location.exists():
            return ""
        try:
            return self.location.read_bytes().decode()
        except UnicodeDecodeError as error:
            raise UsageError(
                f"expected UTF-8 in {self.file}, found another encoding ({error.reason} at byte "
                f"{error.start}): convert the file first"
            ) from None

    def write(self, text: str) -> None:
        """Replace the file at once: a reader sees the old text or the new one, nothing between."""
        location = self.location
        location.parent.mkdir(parents=True, exist_ok=True)
        temporary = location.with_name(f".{location.name}.new")
        with temporary.open("wb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        if location.exists():
            shutil.copymode(location, temporary)
        temporary.replace(location)

    def put_in(self, version: Version, title: str, text: str) -> None:
        """Put the text of an entry into the file."""
        entry = find_entry(text, version)
        if entry is None:
            raise Failed(
                f"expected that the heading {title} is that of {version}, found that it names "
                "another version or none: see what the profile calls a release (names)"
            )
        self.write(insert_entry(self.read(), entry))

    def run_command(self, version: Version, names: Mapping[str, str]) -> None:
        """Run the profile's own command, and take over its changelog if that is the one entry."""
        known = {**version.names, **names, "file": self.file}
        arguments = [fill(argument, known) for argument in self.command[1:]]
        assert self.place is not None, "a command has a place of its own"
        with self.place() as folder:
            program = find_command(self.command[0], folder, self.environment)
            self.run([program, *arguments], self.environment, folder)
            written = Changelog(folder, self.runner, file=self.file).read()
        self.verify_command(version, written)
        self.write(written)

    def verify_command(self, version: Version, written: str) -> None:
        """Raise `Failed` unless the entry is there, and the rest of the file is as before."""
        if find_entry(written, version) is None:
            raise Failed(
                f"expected an entry of {version} in {self.file} after {self.command[0]!r}, found "
                "none; the file is as it was: see what the command writes, and where"
            )
        if changed_elsewhere(self.read(), written, version):
            raise Failed(
                f"expected that {self.command[0]!r} adds the entry of {version} to {self.file}, "
                "found that other parts of it had changed; the file is as it was: "
                "mend the command, or write the entry by hand"
            )

    def run(self, command: list[str], environment: Mapping[str, str], folder: Path) -> str:
        """What a command prints, run in a folder."""
        return run_program(command, folder, environment, mask=self.runner.journal.mask)


def resolved(path: Path) -> Path:
    """Where a path leads in the end; raises `UsageError` for one that leads round in a circle."""
    try:
        return path.resolve(strict=True)
    except FileNotFoundError:
        return path.resolve()
    except (OSError, RuntimeError):
        raise UsageError(
            f"expected a file at {path}, found a link that leads round in a circle; mend it in the "
            "repository"
        ) from None


def check_revision(since: str) -> None:
    """Raise `UsageError` for what git could take for an option, or for more than one commit."""
    if not since or since.startswith("-") or ".." in since or not since.isprintable():
        raise UsageError(
            f"expected the last release's tag or commit, such as 1.8.0, found {since!r}"
        )
