"""What a machine has and lacks for git: its age, who commits, whether it signs, what it reaches."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from runbook_lib.errors import RunbookError
from runbook_lib.policy.diagnosis import (
    Diagnosis,
    good,
    judge_git,
    missing,
    told_by,
    warning,
)
from runbook_lib.profile import GitHubPlace
from runbook_lib.profile.section import Means
from runbook_lib.programs import run
from runbook_lib.services.git.access import git_access
from runbook_lib.services.git.address import clone_address
from runbook_lib.services.git.git import Git, configured
from runbook_lib.services.git.remote import list_refs
from runbook_lib.services.git.tags.signed_tags import check_signer
from runbook_lib.services.git.tags.signing import Signing, identity_of, prove, read_identity

BRIEF = 10.0
"""How long a program may take that only says what is there, in seconds."""
NO_AGENT = 2
"""What `ssh-add -l` ends with where it reaches no agent, and 1 where that has no key."""


def examine_git() -> Iterator[Diagnosis]:
    """Whether git is new enough, and knows who commits."""
    here = Git(Path(tempfile.gettempdir()))
    yield judge_git("git", here.run("version").text)


def examine_signing(signing: Signing, clones: Iterable[Path]) -> Iterator[Diagnosis]:
    """Who commits here, and whether a tag can be signed, by a key that is expected."""
    environment = configured({}, identity_of(clones))
    here = Git(Path(tempfile.gettempdir()), environment)
    yield who_commits(here)
    try:
        signature = prove(here, signing)
        check_signer(signature, signing, lambda: signature)
    except RunbookError as error:
        yield told_by("signing key", str(error))
        yield from examine_agent(signing.format or read_identity(here).get("gpg.format", ""))
    else:
        yield good("signing key", f"signs as {signature}")


def who_commits(here: Git) -> Diagnosis:
    """Whose name is on what is committed here."""
    answer = here.ask("var", "GIT_COMMITTER_IDENT")
    if answer.status:
        mend = "git config --global user.name '…', and user.email likewise"
        return told_by("git identity", f"expected a name and an address, found none: {mend}")
    return good("git identity", answer.text.rpartition(">")[0] + ">")


def examine_agent(form: str) -> Iterator[Diagnosis]:
    """Whether the agent is there that would have the key; nothing is unlocked or started."""
    if form == "ssh":
        answer = run(["ssh-add", "-l"], limit=BRIEF)
        if answer.status == NO_AGENT:
            yield warning("signing agent", "no ssh-agent", 'eval "$(ssh-agent)"; ssh-add KEY')
        elif answer.status:
            yield warning("signing agent", "an ssh-agent without a key", "ssh-add KEY")
        else:
            yield good("signing agent", f"an ssh-agent with keys: {len(answer.lines)}")
    else:
        place = run(["gpgconf", "--list-dirs", "agent-socket"], limit=BRIEF).text
        if not Path(place).is_socket():
            mend = "gpg-connect-agent /bye; then sign once by hand, so that it knows the passphrase"
            yield warning("signing agent", "no gpg-agent is running", mend)


def examine_repository(of: str, url: str, clone: Path | None, means: Means) -> Iterator[Diagnosis]:
    """Whether git reads a profile's repository, and the operator's own clone is there."""
    hub: GitHubPlace = means.profile.hub
    access = git_access(hub, (url,), lambda: means.secret(hub.secret_place()))
    yield examine_remote(of, url, configured({}, access))
    if clone and not (clone.expanduser() / ".git").exists():
        yield missing(f"{of} clone", f"no clone at {clone}", f"git clone {url} {clone}")


def examine_remote(of: str, url: str, environment: Mapping[str, str]) -> Diagnosis:
    """Whether git is let in to read a repository."""
    here = Git(Path(tempfile.gettempdir()), environment)
    try:
        found = list_refs(here, "--heads", "--", clone_address(url))
    except RunbookError as error:
        return told_by(of, str(error))
    return good(of, f"git reads it; branches: {len(found)}")
