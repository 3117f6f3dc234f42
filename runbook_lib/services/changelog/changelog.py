"""The changelog of a checkout: the entry of a release is written as the others, or by a tool."""

import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from runbook_lib.errors import Failed, Refused, UsageError
from runbook_lib.policy.accounting import Accounting, account
from runbook_lib.policy.asked import Revision
from runbook_lib.policy.changelog import Entry, diff_entry, find_entry, insert_entry
from runbook_lib.policy.changelog.beginning import find_form
from runbook_lib.policy.changelog.fragments import Tool
from runbook_lib.policy.changelog.pending import find_pending
from runbook_lib.policy.changelog.places import diff_texts, revise_entry
from runbook_lib.policy.changelog.rendering import lines_of
from runbook_lib.policy.changelog.writing import Wanted, write_entry
from runbook_lib.policy.clog import write_clog_entry
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.templates import check_template
from runbook_lib.policy.version import Version
from runbook_lib.services.changelog.checkout import Checkout
from runbook_lib.services.changelog.file import ChangelogFile
from runbook_lib.services.changelog.gathering import Gathering, is_taken
from runbook_lib.services.changelog.programs import find_command, find_tool, run_program
from runbook_lib.steps.step import Runner, check, step

PLACEHOLDERS = ("version", "full", "major", "minor", "patch", "title", "since", "file", "date")
"""What a profile's own command may mention."""


class Changelog:
    """The changelog `file` of the checkout at `path`.

    Its entry is written in the form of the others. `command` is the profile's own in place of
    that, one argument each, with placeholders: `("clog", "--setversion", "{version}")`; `tool` is
    the one that the project gathers its fragments with. They are run without a shell, and not in
    the checkout but in a `place` that is made as that is and taken away again: of all that they
    leave there, the changelog is taken over, and which fragments they have taken away.
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
        tool: Tool | None = None,
        checkout: Checkout | None = None,
        here: Callable[[], str] = str,
    ) -> None:
        self.path = path
        self.runner = runner
        self.file = file
        self.command = tuple(command or ())
        self.environment = dict(os.environ if environment is None else environment)
        self.place = place
        self.tool = tool
        self.checkout = checkout
        self.here = here
        """Says which cell is executed, by its id."""
        self.page = ""
        """The repository's page, once an entry was written with it."""
        for argument in self.command:
            check_template(argument, known=PLACEHOLDERS)

    def __repr__(self) -> str:
        return f"Changelog({self.file!r} in {str(self.path)!r})"

    @property
    def files(self) -> tuple[str, ...]:
        """What its entry has changed since the start: itself, and the fragments that it is of."""
        if self.checkout is None:
            return (self.file,)
        changed = self.checkout.changes().items()
        taken = (path for path, letters in changed if self.is_own(path, letters))
        return tuple(sorted(taken))

    def is_own(self, path: str, letters: str) -> bool:
        """Whether a change is the entry's."""
        return path == self.file or is_taken(path, letters, self.tool)

    @step
    def write_entry(
        self,
        version: Version,
        *,
        since: str | None,
        date: date,
        link: str = "",
        title: str = "",
        commits: Sequence[Commit] = (),
    ) -> Generator[str, None, Entry]:
        """Write the entry of a version, from its commits: those after `since`, the last release.

        An entry that is there already is kept as it is, for a person may have written or edited it,
        and what people wrote under *Unreleased* becomes the entry. `title` is what its heading
        says, else the short version; `link` is the repository's address in a browser, for links to
        commits and issues.
        """
        self.page = link
        found = self.find_entry(version)
        if found is not None:
            return found
        if since is not None:
            check_revision(since)
        wanted = Wanted(version, title or version.short, date, link, self.keeps_pending(since))
        told, write = self.find_way(wanted, since, commits)
        yield told
        write()
        return self.entry(version)

    def find_way(
        self, wanted: Wanted, since: str | None, commits: Sequence[Commit]
    ) -> tuple[str, Callable[[], None]]:
        """How the entry is written, in words, and what does it: a tool, or this."""
        text, told = self.read(), f"write the entry {wanted.title} on top of {self.file}"
        form, pending = find_form(text, self.file), find_pending(text, str(wanted.version))
        written = form.write_version(wanted.title, wanted.ways)
        gathering = self.gathering(wanted, since, written=written)
        if gathering is not None:
            return f"{told}{gathering}", gathering.carry_out
        if pending is not None and not pending.is_empty:
            told = f"release what is under {pending} in {self.file} as {wanted.title}"
        elif form.clog:
            said = write_clog_entry(commits, title=wanted.title, date=wanted.day, link=wanted.link)
            return told, partial(self.put_in, wanted.version, wanted.title, said)
        changed = write_entry(text, form, wanted, lines_of(commits))
        self.check_readable(changed, wanted)
        return told, partial(self.write, changed)

    def check_readable(self, changed: str, wanted: Wanted) -> None:
        """Raise `Refused` for an entry that nobody would find again."""
        if find_entry(changed, wanted.version) is None:
            raise Refused(
                f"expected to find the entry of {wanted.version} again in {self.file}, whose form "
                "is not understood: write the entry by hand, or name a changelog.command"
            )

    def gathering(self, wanted: Wanted, since: str | None, *, written: str) -> Gathering | None:
        """The commands that write the entry: the profile's own, or the tool's for its fragments."""
        paths = self.checkout.paths() if self.checkout else ()
        tool = self.tool if self.tool and self.tool.fragments(paths) else None
        if not self.command and tool is None:
            return None
        commands = (self.command,) if self.command or tool is None else tool.commands
        for command in commands:
            self.find_program(command[0], self.path)
        names = self.names(wanted, since)
        return Gathering(
            ChangelogFile(self.path, self.file), wanted, commands,
            names if self.command else {**names, "version": written},
            self.apart, self.find_program, self.run_apart, tool, paths, bool(self.command),
        )  # fmt: skip

    def names(self, wanted: Wanted, since: str | None) -> dict[str, str]:
        """What the placeholders of a command stand for."""
        said = {"title": wanted.title, "since": since or "", "date": wanted.day.isoformat()}
        return {**wanted.version.names, **said, "file": self.file}

    def find_program(self, name: str, folder: Path) -> str:
        """The program of a command: the profile's own for a folder, or the project's tool."""
        if self.command or self.tool is None:
            return find_command(name, folder, self.environment)
        return find_tool(self.tool, self.environment)

    def apart(self) -> AbstractContextManager[Path]:
        """A place for commands, as the checkout is, but with all fragments of its start."""
        if self.checkout is not None:
            return self.checkout.apart(self.tool.folder if self.tool else "")
        assert self.place is not None, "a command has a place of its own"
        return self.place()

    def run_apart(self, command: list[str], folder: Path) -> str:
        """What a command prints, run in a place of its own."""
        return run_program(command, folder, self.environment, mask=self.runner.journal.mask)

    def keeps_pending(self, since: str | None) -> bool | None:
        """Whether an *Unreleased* stood there when the last version was released, if known."""
        text = self.checkout.text(self.file, since) if self.checkout and since else None
        return None if not text else find_pending(text) is not None

    @check
    def account(self, entry: Entry, commits: Sequence[Commit]) -> Accounting:
        """Account for each commit of the release: listed in the entry, or left out and why."""
        save = partial(self.revise, entry.version, entry.digest)
        editable = replace(entry, revision=Revision(entry.text, save, self.here()))
        return account(editable, commits, page=self.page)

    def revise(self, version: Version, digest: str, words: str) -> None:
        """Put a person's own words in the place of the entry, as they would edit the file.

        Raises `Refused` where the entry is not the one of that digest any more, and `UsageError`
        where the words are no entry of that version.
        """
        self.runner.hold()
        if self.entry(version).digest != digest:
            raise Refused(
                f"expected the entry of {version} as it is shown here ({digest:.12}), found that "
                f"{self.file} has another by now; run this again, to see it"
            )
        self.write(revise_entry(self.read(), version, words))

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
        return Entry(version, found.text, self.diff(text, version), self.file)

    def diff(self, text: str, version: Version) -> str:
        """The change to the file since the start, where that is known; else the entry alone."""
        if self.checkout is None:
            return diff_entry(text, version, self.file)
        return diff_texts(self.checkout.text(self.file) or "", text, self.file)

    def read(self) -> str:
        """The whole text, line ends as they are; empty where there is no such file yet."""
        return ChangelogFile(self.path, self.file).read()

    def write(self, text: str) -> None:
        """Replace the file at once: a reader sees the old text or the new one, nothing between."""
        ChangelogFile(self.path, self.file).write(text)

    def put_in(self, version: Version, title: str, text: str) -> None:
        """Put the text of an entry into the file."""
        entry = find_entry(text, version)
        if entry is None:
            raise Failed(
                f"expected that the heading {title} is that of {version}, found that it names "
                "another version or none: see what the profile calls a release (names)"
            )
        self.write(insert_entry(self.read(), entry))


def check_revision(since: str) -> None:
    """Raise `UsageError` for what git could take for an option, or for more than one commit."""
    if not since or since.startswith("-") or ".." in since or not since.isprintable():
        raise UsageError(
            f"expected the last release's tag or commit, such as 1.8.0, found {since!r}"
        )
