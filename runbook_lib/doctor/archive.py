"""Whether a profile's records can be kept: the archive's folder, and its remote."""

from collections.abc import Iterator

from runbook_lib.archive.places import archive_settings, git_environment
from runbook_lib.journal.session import PRIVATE, Home, data_folder
from runbook_lib.policy.diagnosis import Diagnosis, good, missing
from runbook_lib.services.git.diagnosis import examine_remote


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
