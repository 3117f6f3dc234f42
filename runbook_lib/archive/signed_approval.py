"""Approvals that are signed by the key of who approves, where the profile names whose keys count.

What is signed is a commit of nothing whose message says what was decided: so git signs and checks
it, by OpenPGP or SSH, as it is set up for the operator.
"""

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from runbook_lib.archive.places import archive_settings, git_environment, is_world
from runbook_lib.archive.signers import NOT_GOOD, Signers, read_signed, read_signers
from runbook_lib.errors import Failed, RunbookError
from runbook_lib.journal.decision import Decision
from runbook_lib.journal.events import canonical
from runbook_lib.journal.session import Home
from runbook_lib.policy.quorum import is_name
from runbook_lib.services.git.git import EMPTY_TREE, Git
from runbook_lib.services.git.tags.signing import WHAT_TO_DO
from runbook_lib.steps.question import Question, approve_command

SIGNED_AT = re.compile(r"^committer .* (\d+) [+-]\d{4}$", re.MULTILINE)
ASKED_FOR = timedelta(hours=1)
"""So long somebody may take for their key's passphrase."""


class SignedApprovals:
    """The signatures of a run's approvals: how they are made, and which can be trusted.

    Without signers in the profile nothing is signed, and nothing is doubted.
    """

    def __init__(self, home: Home, run: Callable[[], str]) -> None:
        self.home = home
        self.run = run
        self.doubts: dict[tuple[str, ...], str] = {}

    @cached_property
    def signers(self) -> Signers | None:
        """Whose signatures count; a world of the sandbox has people without keys."""
        path = None if is_world(self.home) else archive_settings(self.home).signers
        return read_signers(path) if path else None

    def sign(self, question: Question, decision: Decision) -> str:
        """The signature of a decision; raises `Failed` where it can't be made."""
        if self.signers is None:
            return ""
        text = f"{statement(question.run, decision)}\n"
        who = {"NAME": decision.by, "EMAIL": f"{decision.by}@{decision.host}"}
        names = {
            f"GIT_{role}_{key}": v for role in ("AUTHOR", "COMMITTER") for key, v in who.items()
        }
        with scratch({**git_environment(self.home), **names, **terminal()}) as git:
            try:
                made = git.run("commit-tree", "-S", EMPTY_TREE, stdin=text.encode()).text
                return git.run("cat-file", "commit", made).text
            except RunbookError as error:
                raise Failed(
                    "expected to sign what was decided, for the profile names whose signatures "
                    f"count ({self.signers.path}); found: {error}; nothing was decided. Where the "
                    "key has a passphrase, nobody can be asked for it here: an OpenPGP key's is "
                    f"asked for in a terminal, by: {approve_command(question)}; for an SSH key, "
                    f"hand it to ssh-agent before (ssh-add). Else {WHAT_TO_DO}"
                ) from error

    def doubt(self, decision: Decision) -> str:
        """Why a decision can't be taken for that person's; empty where it can."""
        if self.signers is None:
            return ""
        key = (self.run(), *map(str, vars(decision).values()))
        if key not in self.doubts:
            self.doubts[key] = doubt(self.signers, self.run(), decision)
        return self.doubts[key]


def terminal() -> dict[str, str]:
    """Where gpg may ask for a passphrase: the terminal that this process was started from."""
    return {"GPG_TTY": os.ttyname(0)} if os.isatty(0) else {}


def doubt(signers: Signers, run: str, decision: Decision) -> str:
    """Why a decision's signature is not by the key of who decided; empty where it is."""
    if not decision.signature:
        return "has not signed it"
    if decision.signature.partition("\n\n")[2].strip() != statement(run, decision):
        return "has signed something else"
    if decision.time and not is_of_then(decision):
        return "has signed it at another time than it was put on record"
    with scratch({}) as git:
        asked = ("hash-object", "-t", "commit", "-w", "--stdin")
        try:
            name = git.run(*asked, stdin=f"{decision.signature}\n".encode()).text
        except RunbookError:
            return "has signed nothing that git can read"
        signed = read_signed(git, {name: decision.signature}, signers)[name]
    if signed.letter != "G":
        return f"has a signature that does not count: {NOT_GOOD.get(signed.letter, 'unknown')}"
    return "" if is_name(signed.signer, decision.by) else f"has the signature of {signed.signer}"


def is_of_then(decision: Decision) -> bool:
    """Whether a decision was put on record when it was signed: else it was copied from there."""
    found = SIGNED_AT.search(decision.signature)
    if found is None:
        return False
    apart = datetime.fromisoformat(decision.time) - datetime.fromtimestamp(int(found[1]), UTC)
    return abs(apart) < ASKED_FOR


def statement(run: str, decision: Decision) -> str:
    """What is signed of a decision."""
    names = ("gate", "digest", "verdict", "by", "reason")
    said = {name: getattr(decision, name) for name in names}
    evidence = {"evidence": decision.evidence} if decision.evidence else {}
    return canonical({"run": run, **said, **evidence})


@contextmanager
def scratch(environment: dict[str, str]) -> Iterator[Git]:
    """An empty repository that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="runbook-") as folder:
        git = Git(Path(folder), whose="nobody's")
        git.run("init", "--quiet", "--bare")
        yield replace(git, environment=environment)
