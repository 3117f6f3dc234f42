"""All that a doctor looks at for one profile: this machine, its tables, and the archive."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from runbook_lib.archive.places import archive_settings, git_environment
from runbook_lib.doctor.examining import Examination, examine
from runbook_lib.doctor.jupyter import examine_jupyterlab, examine_kernel
from runbook_lib.doctor.tables import examinations
from runbook_lib.journal.session import PRIVATE, Home, data_folder
from runbook_lib.policy.diagnosis import Diagnosis, good, judge_space, missing
from runbook_lib.profile import SANDBOX, find_configuration, read_configuration
from runbook_lib.secrets.masking import Masking, environment_secrets
from runbook_lib.services.git.diagnosis import examine_git, examine_remote


def diagnose(profile: str) -> list[Diagnosis]:
    """What this machine has and lacks for a profile; raises `UsageError` for an unknown one.

    The sandbox needs nothing but this machine.
    """
    masking = Masking(environment_secrets(os.environ))
    things = [*of_machine()]
    if profile != SANDBOX:
        things += [*examinations(profile, masking)]
        things.append(Examination("archive", lambda: examine_archive(profile)))
    found = examine(things)
    return [replace(one, found=masking(one.found), mend=masking(one.mend)) for one in found]


def of_machine() -> Iterator[Examination]:
    """What is looked at whatever the profile."""
    looks = {
        "python": examine_python,
        "git": examine_git,
        "data folder": examine_folder,
        "runbook.toml": examine_configuration,
        "JupyterLab": examine_jupyterlab,
        "kernel": examine_kernel,
    }
    return (Examination(of, look) for of, look in looks.items())


def examine_python() -> Iterator[Diagnosis]:
    """Which Python and which of this library carry a run out."""
    yield good("python", f"{platform.python_version()} at {sys.executable}")
    yield good("runbook", version("runbook-kit"))


def examine_folder() -> Iterator[Diagnosis]:
    """Whether runs can be kept, and how much room there is."""
    folder = data_folder()
    there = next(one for one in (folder, *folder.parents) if one.is_dir())
    if not os.access(there, os.W_OK):
        raise PermissionError(f"{there} can't be written to; set RUNBOOK_HOME to a folder that can")
    yield judge_space("data folder", shutil.disk_usage(there).free, str(folder))


def examine_configuration() -> Iterator[Diagnosis]:
    """Which runbook.toml counts here, and that it can be read."""
    file: Path | None = find_configuration()
    named = sorted({SANDBOX, *read_configuration()})
    yield good("runbook.toml", f"{file or 'none'}; profiles: {', '.join(named)}")


def examine_archive(profile: str) -> Iterator[Diagnosis]:
    """The archives of a profile's runs, and of its private ones, where they have remotes."""
    for part in ("", PRIVATE):
        yield from examine_home(Home(data_folder() / "profiles" / profile, part))


def examine_home(home: Home) -> Iterator[Diagnosis]:
    """One archive: its folder on this machine, its remote, the list of who may sign."""
    of, settings = "private archive" if home.private else "archive", archive_settings(home)
    if settings.remote:
        yield examine_remote(f"{of} remote", settings.remote, git_environment(home))
    if home.private:
        return
    folder = settings.folder.expanduser() if settings.folder else home.folder / "archive.git"
    yield good(of, f"{folder}{'' if folder.exists() else ', made by the first run'}")
    signers = settings.signers
    if signers and not signers.expanduser().is_file():
        found = f"no list of signers at {signers}"
        yield missing(of, found, "write archive.signers there, or correct its path")
