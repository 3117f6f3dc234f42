"""The places on this machine where runs are kept, one a profile and one a world; their archives."""

from contextlib import suppress
from pathlib import Path

from runbook_lib.archive import Archive
from runbook_lib.errors import UsageError
from runbook_lib.journal.session import PRIVATE, Home, data_folder, newest_session
from runbook_lib.profile import SANDBOX, ArchiveSettings, Readings, Team, read_configuration
from runbook_lib.sandbox.world.operator import OPERATOR
from runbook_lib.services.git import configured
from runbook_lib.services.git.access import git_access, plain_git
from runbook_lib.services.git.tags.signing import identity_of
from runbook_lib.steps.gate import whoami

PROFILES = "profiles"


def all_homes() -> list[Home]:
    """All places where runs are kept, or would be: the profiles' and the sandbox's worlds.

    Behind each is the one for its private runs.
    """
    data = data_folder()
    named = {data / PROFILES / name for name in read_configuration() if name != SANDBOX}
    folders = {*named, *data.glob(f"{PROFILES}/*"), *data.glob(f"{SANDBOX}/*")}
    return [Home(path, part) for path in sorted(folders) for part in ("", PRIVATE)]


def run_names(home: Home) -> list[str]:
    """The names of the runs that are kept there."""
    folder = home.folder / "runs"
    return [str(path.relative_to(folder)) for path in folder.glob("*/*/*")]


def find_home(run: str, profile: str = "") -> Home:
    """Where a run is kept: the place with its newest session, where several know it.

    Where a profile is named, only in its own. A run that only an archive's remote knows is brought
    here. Raises `UsageError` with the names of the runs there are.
    """
    homes = [home for home in all_homes() if profile in ("", profile_name(home))]
    known = [home for home in homes if run in run_names(home) or is_handed_over(home, run)]
    if not known:
        names = sorted({name for home in homes for name in run_names(home)})
        raise UsageError(
            f"expected the whole name of a run, found {run!r}; "
            f"there are: {', '.join(names) or 'none yet'}"
        )
    return max(known, key=lambda home: newest_session(home.run_folder(run)))


def is_handed_over(home: Home, run: str) -> bool:
    """Whether the archive that a home shares with others has the run; it is brought here then."""
    if not is_shared(home):
        return False
    archive = open_archive(home)
    archive.fetch()
    archive.bring(run, home.run_folder(run) / "sessions")
    return run in run_names(home)


def readings_of(home: Home) -> Readings:
    """The profile whose runs a home keeps; none for the sandbox's, and for one that is gone."""
    if home.base.parent.name != PROFILES:
        return ()
    return read_configuration().get(home.base.name, ())


def profile_of(home: Home) -> Team | None:
    """The same as any of its procedures reads it: what all profiles have is the same in each."""
    return next(iter(readings_of(home)), None)


def home_of(folder: Path) -> Home:
    """The place that a session's folder on this machine is in."""
    data = data_folder()
    kind, name, part, *_ = folder.absolute().relative_to(data).parts
    return Home(data / kind / name, PRIVATE if part == PRIVATE else "")


def profile_name(home: Home) -> str:
    """The name of the profile whose runs a home keeps."""
    return SANDBOX if is_world(home) else home.base.name


def operator_of(home: Home) -> str:
    """Who is at work: as the profile names them, else this machine's account."""
    profile = profile_of(home)
    return profile.at_work(whoami()) if profile else whoami()


def archive_settings(home: Home) -> ArchiveSettings:
    """The archive of a home, as its profile says; a world's is its own, and signed by its key.

    That of private runs goes nowhere but to the remote that is named for just them.
    """
    if is_world(home):
        return ArchiveSettings(signers=home.base / "keys" / "allowed_signers")
    profile = profile_of(home)
    settings = profile.archive if profile else ArchiveSettings()
    return kept_apart(settings) if home.private else settings


def kept_apart(settings: ArchiveSettings) -> ArchiveSettings:
    """The settings of the private archive; raises `UsageError` where it would not be private."""
    if settings.private_remote and same_place(settings.private_remote, settings.remote):
        raise UsageError(
            "expected a private_remote of its own for private records, found the archive's "
            "remote: name another repository in runbook.toml, or leave it out (they stay on "
            "this machine then)"
        )
    return settings.model_copy(update={"remote": settings.private_remote, "folder": None})


def same_place(one: str, other: str) -> bool:
    """Whether two addresses name one repository, as far as can be read from them."""
    return one.rstrip("/").removesuffix(".git") == other.rstrip("/").removesuffix(".git")


def is_world(home: Home) -> bool:
    """Whether it is a world of the sandbox."""
    return home.base.parent.name == SANDBOX


def is_shared(home: Home) -> bool:
    """Whether others write the archive, too: it has a remote, or a place that was chosen."""
    settings = archive_settings(home)
    return bool(settings.remote or settings.folder)


def open_archive(home: Home) -> Archive:
    """The archive of a home's records; nobody else on this machine reads that of private ones."""
    settings = archive_settings(home)
    if home.private and (settings.remote or home.folder.exists()):
        home.close_to_others()
    folder = settings.folder.expanduser() if settings.folder else home.folder / "archive.git"
    return Archive(
        folder,
        remote=settings.remote,
        branch=settings.remote_branch,
        environment=git_environment(home),
    )


def git_environment(home: Home) -> dict[str, str]:
    """Who commits to a home's archive and signs, and how git is let into its remote."""
    if is_world(home):
        return world_environment(home.base / "keys" / "operator")
    readings = readings_of(home)
    if not readings:
        return {}
    remote = archive_settings(home).remote
    clones = (clone for profile in readings for clone in profile.clones)
    return configured({}, {**identity_of(clones), **access(readings[0], remote)})


def world_environment(key: Path) -> dict[str, str]:
    """git as the sandbox's operator uses it, whatever this machine's own is set up for."""
    plain = plain_git(OPERATOR.name, OPERATOR.email)
    if not key.exists():
        return plain
    signing = {"gpg.format": "ssh", "user.signingKey": str(key), "commit.gpgSign": "true"}
    return configured(plain, signing)


def access(profile: Team, remote: str) -> dict[str, str]:
    """git's settings that let it in by the GitHub token, where the archive's remote is there.

    Without a token git asks its own credential helper.
    """
    place = profile.hub
    with suppress(UsageError):
        return git_access(place, (remote,), lambda: place.secret_place().find().value)
    return {}
