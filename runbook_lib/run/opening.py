"""Opens a session of a runbook in a kernel: its parameters, its profile and its notebook."""

from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, cast

from runbook_lib.display.output import kernel
from runbook_lib.errors import UsageError
from runbook_lib.journal.session import PRIVATE, Home, check_data_folder
from runbook_lib.notebook.beside import check_modules
from runbook_lib.notebook.check_names import known_checks
from runbook_lib.notebook.gate_places import GatePlaces, gates_gone, known_gates
from runbook_lib.notebook.parameters import read_parameters
from runbook_lib.notebook.reference import (
    Reference,
    find_notebook,
    is_private,
    read_reference,
    record_of,
)
from runbook_lib.profile import runbook_folders
from runbook_lib.run.names import check_name
from runbook_lib.run.opened import Opened
from runbook_lib.run.refusals import load_ipython_extension
from runbook_lib.run.run import Run
from runbook_lib.run.setting import Setting
from runbook_lib.steps.gate import TAKE_OVER

AnyRun = TypeVar("AnyRun", bound=Run)


def open_session(
    kind: type[AnyRun],
    runbook: str,
    namespace: dict[str, Any],
    open_world: Callable[[dict[str, Any]], Setting],
    *,
    about: object = None,
) -> AnyRun:
    """Open a session of a runbook: check its parameters and profile, and begin its journal.

    `namespace` is the notebook's: the parameters that its parameters cell declares are read. Where
    it is known what the run is `about`, the session joins it. Running the cell again with the same
    parameters goes on in the same session. Raises `UsageError` before anything is done where a
    parameter, a key of the profile or a secret is unknown, missing or of the wrong type; the
    session before is over then, too, for a cell below would go on in it with what was not meant.
    """
    if here := kernel():
        load_ipython_extension(here.shell)
    older = current.pop("run", None)
    try:
        subject = None if about is None else check_name(str(about), "a subject")
        check_name(runbook, "a runbook's name")
        given = read_parameters(namespace)
        if older is not None and older.goes_on_with(runbook, given, subject):
            current["run"], older = older, None
            current["run"].take_hold()
            current["run"].board.show()
            return cast(AnyRun, current["run"])
        check_data_folder()
        notebook = find_notebook(runbook, namespace)
        refuse_record(runbook, notebook)
        check_modules(notebook)
        reference = read_reference(notebook)
        setting = open_world(given)
        refuse_unknown_gates(setting, reference)
        refuse_unknown_checks(setting, reference)
    finally:
        if older is not None:
            older.end()
    if reference.private or is_private(runbook, namespace):
        refuse_comments(setting, reference)
        setting = replace(setting, home=Home(setting.home.base, PRIVATE))
    run = kind(runbook, Opened(given, setting, notebook, reference), namespace)
    run.note_gone(gates_gone(reference, notebook, runbook), "the notebook was changed")
    current["run"] = run
    if subject is not None:
        run.join(subject)
    run.board.show()
    return run


current: dict[str, Run] = {}
"""The session of this kernel."""


def refuse_record(runbook: str, notebook: Path | None) -> None:
    """Raise `UsageError` for a record: whoever looks at one may run a cell of it by mistake."""
    run = record_of(notebook)
    if run:
        raise UsageError(
            f"expected a runbook, found the record of {run}, which is for reading: nothing was "
            f"done; to go on with it, or to begin another run: runbook open {runbook}"
        )


def refuse_unknown_gates(setting: Setting, reference: Reference) -> None:
    """Raise `UsageError` for a gate in the profile that no runbook has: its rule would be none."""
    unknown = set(setting.profile.gates) - {*GatePlaces(reference.cells).names, TAKE_OVER}
    known = known_gates(reference, runbook_folders()) if unknown else set()
    for name in sorted(unknown - known):
        near = get_close_matches(name, known, n=1)
        raise UsageError(
            f"[profiles.{setting.name}] gates.{name}: expected a gate of a runbook, found none of "
            f"that name; {f'did you mean {near[0]}? ' if near else ''}"
            f"known here: {', '.join(sorted({*known, TAKE_OVER}))}"
        )


def refuse_unknown_checks(setting: Setting, reference: Reference) -> None:
    """Raise `UsageError` for a name in `waivable` that no check has: nothing would be waived."""
    unknown, known = set(setting.profile.waivable), set[str]()
    for names in known_checks(reference) if unknown else ():
        unknown, known = unknown - names, known | names
        if not unknown:
            return
    for name in sorted(unknown):
        near = get_close_matches(name, known, n=1)
        raise UsageError(
            f"[profiles.{setting.name}] waivable: expected the name of a check or a wait, found "
            f"none that is called {name!r}{f'; did you mean {near[0]}?' if near else ''}"
        )


def refuse_comments(setting: Setting, reference: Reference) -> None:
    """Raise `UsageError` where a private runbook's gate would be asked by a comment."""
    gates = setting.profile.gates
    asked = [name for name in GatePlaces(reference.cells).names if name in gates]
    for name in asked:
        if gates[name].comments:
            raise UsageError(
                f"[profiles.{setting.name}] gates.{name}.comments: expected none at a gate of a "
                "private runbook, found "
                f"{gates[name].comments!r}: what is asked there would be read by others; leave it "
                "out, and decide on the card or with runbook approve"
            )
