"""git's own command line in one folder: no shell, no prompt, no option taken from outside."""

import os
import re
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from pathlib import Path

from runbook_lib.errors import Failed, Unavailable, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.lazy import put_off
from runbook_lib.programs import ELSEWHERE, Answer, attend, converse
from runbook_lib.services.git.changing import Whose, changes
from runbook_lib.services.git.failures import REACHING_OUT, failure
from runbook_lib.services.git.progress import without_progress
from runbook_lib.services.git.transport import Transport, find_transport
from runbook_lib.steps.phase import refuse_unless_acting

with put_off("git"):
    import git

LIMIT = 1800.0
"""How long one git command may take, in seconds."""
SILENCE = 300.0
"""How long one that takes as long as it takes, and tells how far it is, may say nothing."""
SIGNING = 60.0
"""The same for one that signs: a dialog that asks for a passphrase may be seen by nobody."""

QUIET = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
    "GPG_TTY": "",
    "GCM_INTERACTIVE": "never",
    "GIT_EDITOR": ":",
    "GIT_PAGER": "cat",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TRACE_REDACT": "1",
    "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
    "LANGUAGE": "C",
    "LC_ALL": "C",
}
"""No question is ever asked of a terminal, and answers are in the words that failures.py knows."""

STEADY = {
    "gc.autoDetach": "false",
    "http.lowSpeedLimit": "1",
    "http.lowSpeedTime": "60",
    "http.followRedirects": "false",
    "http.sslVerify": "true",
    "advice.detachedHead": "false",
    "core.fsmonitor": "false",
}
"""Nothing goes on in the background; a transfer that has stood still for a minute has failed.

git would take the credentials that its settings hold along to wherever a redirect leads, and to
whoever answers where it may not verify.
"""

OVERRULING = ("GIT_SSL_NO_VERIFY", "GIT_CONFIG_PARAMETERS")
"""What would count more than the settings here: a switch, and what an outer `git -c` was given."""

WITH_HOOKS = ("commit", "push")
"""The commands that a repository's hooks are asked about; where git only moves a checkout about,
what they leave in it would be in the way."""

BY_THE_BUFFER = ("log", "rev-list")
"""The commands whose answer need not come by the commit; of others, what a hook or a filter runs
would keep back the answers that it waits for."""

LOCAL_HOSTS = "localhost,127.0.0.1,::1"

EXPRESSION = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff~^:?*\[\\]|@\{|\.\.")
"""What no name of a ref may hold, for it has a meaning of its own in a revision, or none at all."""
PLAIN = re.compile(r"(?!.*\.lock(?:/|\Z))\w+(?:[-./]\w+)*", re.ASCII)
"""A name that git allows for certain, as most names are: it need not be asked."""
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""The tree with nothing in it, which git knows without an object of it (SHA-1)."""
COMMIT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")

Place = tuple[str, int, int]
"""A folder by its name and number, and by when something was last put into it or taken out."""

COMMITS: set[tuple[Place, str]] = set()
"""The ids that were found to be commits, each where it was: what has an id stays what it is."""


def configured(environment: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """The environment with git settings added, which so stand neither in arguments nor on disk.

    See GIT_CONFIG_COUNT in https://git-scm.com/docs/git-config#ENVIRONMENT; settings that are there
    already, in `environment` or in this process's own, are kept.
    """
    known = {**os.environ, **environment}
    count = int(known.get("GIT_CONFIG_COUNT") or 0)
    added = {key: value for key, value in known.items() if key.startswith("GIT_CONFIG_")}
    for number, (name, value) in enumerate(settings.items(), start=count):
        added |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return {**environment, **added, "GIT_CONFIG_COUNT": str(count + len(settings))}


def without_proxy() -> str:
    """The hosts that no proxy is asked for: those that are set already, and this machine."""
    known = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    return known if known == "*" else ",".join(filter(None, (known, LOCAL_HOSTS)))


@frozen
class Git:
    """git in one folder; `environment` holds dates, identity, credentials, and is never shown.

    What changes something is done by a step that acts alone (see `Whose`).
    """

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    whose: Whose = "another's"

    def run(self, *arguments: str, stdin: bytes = b"") -> Answer:
        """Run a git command; raises what its failure means (see `failures.failure`)."""
        answer = self.ask(*arguments, stdin=stdin)
        if answer.status:
            raise failure(arguments[0], answer.status, answer.said + written_too(answer))
        return answer

    def ask(self, *arguments: str, stdin: bytes = b"") -> Answer:
        """Run a git command whose exit status is an answer."""
        if changes(self.whose, *arguments):
            refuse_unless_acting(f"git {arguments[0]} in {self.folder}")
        limit = LIMIT if {"-S", "--sign"}.isdisjoint(arguments) else SIGNING
        return start(self.folder, self.variables(arguments[0]), arguments, stdin, limit)

    def look_up(self, *arguments: str) -> Answer:
        """Run a command that says by status 1 that there is none; any other failure is raised.

        One that was killed, or can't read, has not said so.
        """
        answer = self.ask(*arguments)
        if answer.status not in (0, 1):
            raise failure(arguments[0], answer.status, answer.said)
        return answer

    def setting(self, name: str, *form: str) -> str:
        """What git is set to under a name; empty where nothing is set."""
        return self.look_up("config", *form, "--get", name).text

    def signs(self) -> bool:
        """Whether git is set up to sign commits."""
        return self.setting("commit.gpgSign", "--type=bool") == "true"

    def transfer(self, *arguments: str, hear: Callable[[bytes], None]) -> Answer:
        """Run a command that receives, however long: what it says (`--progress`) is heard."""
        environment = self.variables(arguments[0])
        answer = start(self.folder, environment, arguments, hear=hear)
        if answer.status:
            raise failure(arguments[0], answer.status, without_progress(answer.said))
        return answer

    def variables(self, command: str) -> dict[str, str]:
        """The environment that a git command is given, on top of this process's own."""
        ceiling = {"GIT_CEILING_DIRECTORIES": str(self.folder.absolute().parent)}
        transport = Transport()
        if command in REACHING_OUT:
            transport = find_transport(self.folder, self.environment, self.look_up)
        asking = {"GIT_SSH_COMMAND": transport.ssh} if transport.ssh else {}
        direct = {"no_proxy": without_proxy()}
        buffered = {"GIT_FLUSH": "0"} if command in BY_THE_BUFFER else {}
        hooks = {} if command in WITH_HOOKS else {"core.hooksPath": os.devnull}
        settings = configured(self.environment, {**STEADY, **hooks, **transport.verified})
        return {**QUIET, **ceiling, **asking, **direct, **buffered, **settings}

    def resolve(self, revision: str) -> str | None:
        """The id of the commit that an id, a tag or a branch of that name stands for, or None."""
        if EXPRESSION.search(revision):
            return None
        if COMMIT_ID.fullmatch(revision):
            return self.commit_at(revision)
        tag, branch = self.objects_at(
            [f"refs/{kind}/{revision}^{{commit}}" for kind in ("tags", "heads")]
        )
        found = tag or branch
        if found:
            self.remember([found])
        return found

    def commit_at(self, name: str) -> str | None:
        """The id of the commit at a full name of a ref (or at an id), or None."""
        place = self.place
        if (place, name) in COMMITS:
            return name
        found = self.object_at(f"{name}^{{commit}}")
        if found:
            COMMITS.add((place, found))
        return found

    def remember(self, commits: Iterable[str]) -> None:
        """Keep which ids stand for commits, where git has just said so."""
        here = self.place
        COMMITS.update((here, commit) for commit in commits)

    @property
    def place(self) -> Place:
        """The folder as it is there now: another one of the same name, made later, is not it."""
        found = self.folder.stat() if self.folder.is_dir() else None
        return (str(self.folder), found.st_ino if found else 0, found.st_ctime_ns if found else 0)

    def object_at(self, name: str) -> str | None:
        """The id of the object that a full name stands for, or None."""
        asked = ("--verify", "--quiet", "--end-of-options", name)
        return self.look_up("rev-parse", *asked).text or None

    def objects_at(self, names: Sequence[str]) -> list[str | None]:
        """The same for several at once, each name without an end of line in it."""
        asked = ("cat-file", "--batch-check=%(objectname)")
        lines = self.run(*asked, stdin=one_a_line(names)).lines
        return [None if line.endswith(" missing") else line for line in lines]

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether the commit `old` is reachable from `new` (itself included)."""
        return self.look_up("merge-base", "--is-ancestor", old, new).status == 0

    def count(self, old: str, new: str) -> int:
        """How many commits are reachable from `new` and not from `old`."""
        if old == new:
            return 0
        return int(self.run("rev-list", "--count", f"{old}..{new}", "--").text)


def start(
    folder: Path,
    environment: Mapping[str, str],
    arguments: Sequence[str],
    stdin: bytes = b"",
    limit: float = LIMIT,
    hear: Callable[[bytes], None] | None = None,
) -> Answer:
    """Run git in a folder, to its end; one that is heard takes no input, and ends when it ends."""
    if not folder.is_dir():
        # GitPython would run in the current directory instead.
        raise UsageError(f"expected a folder at {folder}, and there is none")
    here = git.Git(str(folder))
    here.update_environment(**environment)
    try:
        running = here.execute(
            [*elsewhere(environment), git.Git.GIT_PYTHON_GIT_EXECUTABLE or "git", *arguments],
            as_process=True,
            istream=subprocess.PIPE,
            start_new_session=True,
        )
    except git.GitCommandNotFound as error:
        raise UsageError("git was not found: install it, and run this again") from error
    except (OSError, ValueError) as error:
        raise UsageError(
            f"expected names that git can be given in `git {arguments[0]}`, found one with a NUL, "
            f"half a character or no end in it ({error}); correct it"
        ) from None
    assert running.proc is not None, "it has just been started"
    try:
        if hear:
            return attend(running.proc, silence=SILENCE, hear=hear)
        return converse(running.proc, stdin, limit)
    except TimeoutError as error:
        late = f"git {arguments[0]} {error}"
        if limit == SIGNING:
            raise Failed(f"{late}, while it waited for the key's passphrase, it seems") from error
        raise Unavailable(late, may_have_acted=arguments[0] == "push") from error


def elsewhere(environment: Mapping[str, str]) -> list[str]:
    """What to put before a command where this process's environment leads git astray."""
    astray = [name for name in ELSEWHERE if name not in environment]
    names = [name for name in (*astray, *OVERRULING) if name in os.environ or name in environment]
    return ["env", *(part for name in names for part in ("-u", name))] if names else []


def written_too(answer: Answer) -> str:
    """What a failed command wrote to its standard output, where a push lists what was rejected."""
    return f"\n{answer.text}" if answer.written else ""


def check_ref(git: Git, name: str, kind: str) -> str:
    """The full name of a branch ("heads") or tag ("tags"), if git allows the name."""
    full = f"refs/{kind}/{name}"
    if PLAIN.fullmatch(name):
        return full
    if name.startswith("-") or git.look_up("check-ref-format", full).status:
        noun = {"heads": "branch", "tags": "tag"}[kind]
        raise UsageError(f"expected the name of a {noun}, found {name!r}, which git does not allow")
    return full


def push_ref(git: Git, address: str, full: str, *, old: str = "", new: str) -> None:
    """Move one ref of another repository, and only if it still is at `old`; without, make it.

    Where it is at `new` already, nothing happens; raises `Conflict` where it is elsewhere.
    """
    alone = ("--porcelain", "--no-follow-tags", "--recurse-submodules=no")
    lease = f"--force-with-lease={full}:{old}"
    git.run("push", *alone, lease, "--", address, f"{new}:{full}")


def delete_ref(git: Git, address: str, full: str, *, at: str) -> None:
    """Delete one ref of another repository, and only if it still is at that very object."""
    lease = f"--force-with-lease={full}:{at}"
    git.run("push", "--porcelain", "--recurse-submodules=no", lease, "--", address, f":{full}")


def one_a_line(names: Iterable[str]) -> bytes:
    """Names as git takes them from its input: it overlooks a last line without an end."""
    return "".join(f"{name}\n" for name in names).encode()


def literal(paths: Iterable[str]) -> list[str]:
    """Paths as git takes them to mean just themselves, and no pattern.

    A setting for all of git would do the same to the commands that a repository's hooks run.
    """
    return [f":(literal){path}" for path in paths]
