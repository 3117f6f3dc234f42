"""Rehearsals: the sandbox's sample project, or a mirror of a real repository, as a profile."""

import hashlib
import re
import time
from dataclasses import replace
from pathlib import Path

from runbook_lib.errors import UsageError
from runbook_lib.profile import WaitSettings
from runbook_lib.release.habit_tables import ChangelogSettings, CommandSettings, SigningSettings
from runbook_lib.release.habits import habits_text, with_habits
from runbook_lib.release.original import keep_original
from runbook_lib.release.rehearsed_desk import desk_text, with_desk
from runbook_lib.release.settings import Habits, HubSettings, Profile, RepositorySettings
from runbook_lib.release.stage import StageSettings
from runbook_lib.run.rehearsal import Rehearsal, alone, world_time
from runbook_lib.sandbox.samples.project_history import FULL_NAME
from runbook_lib.sandbox.server.process import Running, hold, remove, start
from runbook_lib.sandbox.world.git_objects import COPYING, ask_git, reaching
from runbook_lib.sandbox.world.leases import Lease
from runbook_lib.sandbox.world.mirror import without_password
from runbook_lib.sandbox.world.operator import ORIGIN
from runbook_lib.secrets.credentials import holds_secret, keeps_secrets
from runbook_lib.services.bugzilla.settings import BugzillaSettings

TEST = ("python", "-m", "unittest", "--quiet")
CI_LOOKS, CI_PAUSE = 100, 0.1
AWAY = ("off", "slow")
UNPROCESSABLE = 422
LOAD_TEST = ("python", "-P", "-m", "runbook_lib.sandbox.samples.load_test", "{stage}")


def open_rehearsal(
    worlds: Path, repository: str, source: str = "", said: Habits | None = None
) -> Rehearsal[Profile]:
    """A world with the sample project, or with a mirror of `repository` (a path or a URL).

    There, CI tests the branch `source`, by default the one that origin's HEAD names, and the
    project is released by the habits that are `said`, with a desk of the kind that is.

    One state of a repository is one world: running again goes on in it, and after new commits of
    the original, or with other habits, the rehearsal begins anew. The original is only read.
    """
    if repository:
        found = rehearse(worlds, repository, source, said)
    else:
        with alone(worlds.parent):
            found = open_sample(worlds)
    profile = with_habits(found.profile, said)
    if not isinstance(said, Profile):
        return replace(found, profile=profile)
    if not said.desks:
        deploy_what_is_published(found.running)
    return replace(found, profile=with_desk(profile, said, found.running.url))


def open_sample(worlds: Path) -> Rehearsal[Profile]:
    """The world of the sample project; its time stands still, so that commits are the same, until
    somebody sets its clock.
    """
    folder = worlds / "sample"
    running = start(folder, sample=True)
    lease = hold(folder)
    let_ci_begin(running, FULL_NAME, "master")
    profile = make_profile(running, FULL_NAME, test=TEST, clone=None)
    return Rehearsal(running, lease, profile, lambda: world_time(running))


def rehearse(
    worlds: Path, repository: str, source: str, habits: Habits | None
) -> Rehearsal[Profile]:
    """The world of one state of a real repository."""
    clone = Path(repository).expanduser()
    local = clone.is_dir()
    address = str(clone.resolve()) if local else repository
    refuse_password(address)
    project = project_name(address)
    habitual = habits_text(habits) + desk_text(habits)
    folder = worlds / f"{project}-{state_digest(address, source, habitual)}"
    name = f"rehearsal/{project}"
    there = local or (folder / "git" / f"{name}.git").exists()
    said = {"source": address} if there else copied(worlds, address)
    said |= {"default_branch": source} if source else {}
    with alone(worlds.parent):
        running = start(folder)
        lease = hold(folder)
        let_ci_begin(running, name, mirrored(running, lease, name, said))
    has_tree = local and (clone / ".git").exists()
    profile = make_profile(running, name, test=(), clone=clone.resolve() if has_tree else None)
    return Rehearsal(running, lease, profile, lambda: None)


def copied(worlds: Path, address: str) -> dict[str, str]:
    """What is mirrored into a world of a repository that lies elsewhere: a copy that is kept."""
    return {"source": str(keep_original(worlds, address)), "copy_of": address}


def mirrored(running: Running, lease: Lease, name: str, said: dict[str, str]) -> str:
    """Have a repository mirrored into its world, once; its default branch there.

    Raises `UsageError` for one that can't be, and removes the world, in which there is nothing.
    """
    # The copy may take long, and ends with the sandbox's process.
    patient = replace(running.client, timeout=COPYING)
    answer = patient.ask("PUT", f"/sandbox/repositories/{name}", said)
    if answer.status == UNPROCESSABLE:
        lease.close()
        remove(running.folder)
        raise UsageError(str(answer.data["message"]))
    return str(running.client.accepted("PUT", name, answer)["default_branch"])


def let_ci_begin(running: Running, full_name: str, branch: str) -> None:
    """Wait until CI has said something of the branch, as it has in life long before a release.

    Nothing is waited for where the sandbox's CI is away or slow.
    """
    head = f"/api/v3/repos/{full_name}/commits/{branch}/status"
    for _ in range(CI_LOOKS):
        away = running.client.expect("GET", "/sandbox/state")["people"]["ci"]["mode"] in AWAY
        if away or running.client.expect("GET", head)["total_count"]:
            return
        time.sleep(CI_PAUSE)


def state_digest(address: str, source: str, habits: str = "") -> str:
    """What branches and tags a repository has, and how which is released, as twelve characters.

    Raises `UsageError` with git's words where it can't be read.
    """
    # From the root: the current folder may be somebody's repository, with settings of its own.
    words = ("ls-remote", "--heads", "--tags", "--", address)
    answer = ask_git(Path("/"), *words, base=reaching(address))
    if answer.status:
        raise UsageError(
            f"expected a git repository at {without_password(address)} that can be read; "
            f"git says: {answer.said.strip().replace(address, without_password(address))}"
        )
    state = f"{address}\n{answer.written.decode()}{source}{habits}"
    return hashlib.sha256(state.encode()).hexdigest()[:12]


def refuse_password(address: str) -> None:
    """Raise `UsageError` for an address with a secret in it, or on which one could be read.

    A parameter stands in the record.
    """
    if not Path(address).exists() and holds_secret(address):
        raise UsageError(
            "expected an address without a password, found a user or password in "
            f"{without_password(address)}: leave it out, and let git ask its credential helper"
        )
    if not keeps_secrets(address):
        raise UsageError(
            f"expected a repository at an https or ssh address, found {address}: what it answers "
            "could be changed on the way"
        )


def project_name(address: str) -> str:
    """What a repository is called: the last part of its path, as a name that GitHub accepts."""
    last = re.split(r"[/:\\]", address.rstrip("/"))[-1].removesuffix(".git")
    name = re.sub(r"[^\w.-]+", "-", last, flags=re.ASCII).strip(".-")
    if not name:
        raise UsageError(f"expected a path or URL that ends in a name, found {address!r}")
    return name


def make_profile(
    running: Running, full_name: str, *, test: tuple[str, ...], clone: Path | None
) -> Profile:
    """The profile of a repository in a sandbox."""
    url, project = running.url, full_name.split("/")[1]
    return Profile(
        project=project,
        repository=RepositorySettings(url=f"{ORIGIN}{full_name}.git", clone=clone),
        changelog=ChangelogSettings(link=f"{ORIGIN}{full_name}"),
        github=HubSettings.in_sandbox(url, repository=full_name),
        bugzilla=BugzillaSettings.in_sandbox(url),
        stage=StageSettings(url=f"{url}/stage/{project}"),
        test=CommandSettings(command=test, limit=600),
        load_test=CommandSettings(command=LOAD_TEST, limit=120),
        signing=SigningSettings(
            format="ssh",
            key=str(running.keys / "operator"),
            allowed_signers=running.keys / "allowed_signers",
        ),
        wait=WaitSettings(limit=90, pause=0.3, longest_pause=1.0),
    )


def deploy_what_is_published(running: Running) -> None:
    """Have the sandbox's operations deploy each release, for without a desk nobody asks them."""
    said = {"value": "released"}
    running.client.expect("PUT", "/sandbox/settings/deploy_stage", said)
