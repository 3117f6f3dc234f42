"""Commands that write an entry, run apart: a profile's own, or a project's tool with its fragments.

Of all that they leave, these things count: the changelog, which fragments are gone, and the file
that a tool makes of a version. The fragments go first and the changelog is written last: a session
that is killed between leaves no entry, and the next one gathers the fragments of the commit again.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import field
from pathlib import Path

from runbook_lib.errors import Failed
from runbook_lib.frozen import frozen
from runbook_lib.policy.changelog import changed_elsewhere, find_entry
from runbook_lib.policy.changelog.fragments import Tool, is_below
from runbook_lib.policy.changelog.writing import Wanted, redated
from runbook_lib.policy.plural import plural
from runbook_lib.policy.templates import fill
from runbook_lib.services.changelog.file import ChangelogFile

Apart = Callable[[], AbstractContextManager[Path]]
"""Makes the place in which commands run, and takes it away."""
Find = Callable[[str, Path], str]
"""Gives the program of a command's name, for a folder."""
Run = Callable[[list[str], Path], str]
"""Runs a command in a folder."""


@frozen
class Taken:
    """What counts of all that commands leave: the changelog's text, and files beside it."""

    text: str
    gone: tuple[str, ...] = ()
    made: Mapping[str, str] = field(default_factory=dict)


@frozen
class Gathering:
    """The commands that write an entry, with what their placeholders stand for.

    `tool` has the fragments, some of the `paths` that the release starts with; `given` is whether
    the commands are the profile's own and not that tool's.
    """

    file: ChangelogFile
    wanted: Wanted
    commands: tuple[tuple[str, ...], ...]
    names: Mapping[str, str]
    apart: Apart
    find: Find
    run: Run
    tool: Tool | None = None
    paths: tuple[str, ...] = ()
    given: bool = True

    def __str__(self) -> str:
        if self.given or self.tool is None:
            return ""
        fragments = plural(len(self.tool.fragments(self.paths)), "fragment")
        return f", of {fragments} in {self.tool.folder}, by {self.tool.name}"

    def carry_out(self) -> None:
        """Run the commands, and take over what counts if that is the one entry."""
        with self.apart() as place:
            for command in self.commands:
                arguments = [fill(argument, self.names) for argument in command[1:]]
                self.run([self.find(command[0], place), *arguments], place)
            taken = self.take(place)
        self.verify(taken.text)
        root = self.file.path
        for path in taken.gone:
            ChangelogFile(root, path).remove()
        for path, text in taken.made.items():
            ChangelogFile(root, path).write(text)
        self.file.write(taken.text)

    def take(self, place: Path) -> Taken:
        """What counts of all that the commands have left, with the release's date."""
        text = ChangelogFile(place, self.file.file).read()
        if self.tool is None:
            return Taken(text)
        gone = (path for path in self.paths if self.is_gone(place, path))
        made = fill(self.tool.made, self.names)
        new = {made: ChangelogFile(place, made).read()} if made and (place / made).is_file() else {}
        if self.given:
            return Taken(text, tuple(gone), new)
        new = {path: self.redated(text) for path, text in new.items()}
        return Taken(self.redated(text), tuple(gone), new)

    def is_gone(self, place: Path, path: str) -> bool:
        """Whether a fragment was taken away."""
        return is_below(path, self.tool.folder if self.tool else "") and not (place / path).exists()

    def redated(self, text: str) -> str:
        """The text with the release's date: a tool that asks the clock writes another tomorrow."""
        return redated(text, self.wanted.version, self.wanted.day)

    def verify(self, written: str) -> None:
        """Raise `Failed` unless the entry is there, and the rest of the file is as before."""
        version, file, name = self.wanted.version, self.file.file, self.commands[0][0]
        if find_entry(written, version) is None:
            raise Failed(
                f"expected an entry of {version} in {file} after {name!r}, found "
                "none; the file is as it was: see what the command writes, and where"
            )
        if changed_elsewhere(self.file.read(), written, version):
            raise Failed(
                f"expected that {name!r} adds the entry of {version} to {file}, "
                "found that other parts of it had changed; the file is as it was: "
                "mend the command, or write the entry by hand"
            )


def is_taken(path: str, letters: str, tool: Tool | None) -> bool:
    """Whether a change is one that a tool's commands make: a fragment gone, a version's file."""
    if tool is None:
        return False
    if is_below(path, tool.folder):
        return "D" in letters
    before, _, after = tool.made.partition("{version}")
    return bool(tool.made) and path.startswith(before) and path.endswith(after)
