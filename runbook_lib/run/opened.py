"""What a run was opened with: its parameters, its profile and its runbook, fixed from then on."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runbook_lib.errors import Refused
from runbook_lib.notebook.checked_out import CheckedOut, look_of
from runbook_lib.notebook.parameters import refuse_changed
from runbook_lib.notebook.reference import NOTEBOOK_VARIABLE, Reference, read_reference
from runbook_lib.profile import Team, find_configuration
from runbook_lib.run.setting import Setting


@dataclass
class Opened:
    """What a run was opened with. `notebook` is what is executed, where that is known."""

    parameters: dict[str, Any]
    setting: Setting
    notebook: Path | None
    reference: Reference
    file: Path | None = field(init=False)
    """Where the profile stands."""
    read: tuple[int, ...] | None = field(default=None, init=False)
    """What that file looked like when it had the profile as it was opened."""
    checked_out: CheckedOut | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        found = None if self.setting.rehearsal else find_configuration()
        self.file = found and found.absolute()

    def check(self, namespace: Mapping[str, Any]) -> None:
        """Raise `Refused` where somebody has changed any of it since.

        Raises `UsageError` where the profile can't be read any more.
        """
        given = {name: namespace.get(name) for name in self.parameters}
        refuse_changed("the parameters", self.parameters, given)
        was, now = self.setting.profile, self.profile()
        if now != was:
            name = f"the profile {self.setting.name!r}"
            refuse_changed(name, flat(was), flat(now))
        self.check_runbook()

    def stands(self) -> bool:
        """Whether profile and runbook are what they were; raises `UsageError` as `check` does."""
        same = self.setting.profile == self.profile()
        return same and self.runbook().cells == self.reference.cells

    def profile(self) -> Team:
        """The profile as it is now; the file is read where it has been written since."""
        if self.setting.read is None:
            return self.setting.profile
        looks = look_of(self.file)
        if looks and looks == self.read:
            return self.setting.profile
        found = self.setting.read()
        if found == self.setting.profile:
            self.read = looks
        return found

    def check_runbook(self) -> None:
        """Raise `Refused` where the notebook's repository has another runbook by now."""
        now = self.runbook()
        if now.cells != self.reference.cells:
            raise Refused(
                f"expected {self.notebook} as it was when the run was opened "
                f"({self.reference.commit:.9}), found that it has changed ({now.commit:.9}): "
                "reload it (File › Reload Notebook from Disk), and run it again from the cell "
                "that opens the run on"
            )

    def runbook(self) -> Reference:
        """The runbook as git has it now.

        It can't change where git has none, of a working copy, which keeps its commit, and where
        papermill executes what it has read before.
        """
        was = self.reference
        copied = was.path != self.notebook
        if not (self.notebook and was.commit) or copied or NOTEBOOK_VARIABLE in os.environ:
            return was
        self.checked_out = self.checked_out or CheckedOut(self.notebook)
        commit = self.checked_out.find()
        return was if commit in ("", was.commit) else read_reference(self.notebook)


def flat(profile: Team) -> dict[str, Any]:
    """A profile's settings by their full names: `bugzilla.cc.0`."""
    said = profile.model_dump()
    return dict(named({**said.pop("tables"), **said}, ""))


def named(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """A setting by its full name; of a table or a list, all that is in it."""
    inside = dict(enumerate(value)) if isinstance(value, list | tuple) else value
    if not isinstance(inside, Mapping):
        yield name.removeprefix("."), value
        return
    for key, each in inside.items():
        yield from named(each, f"{name}.{key}")
