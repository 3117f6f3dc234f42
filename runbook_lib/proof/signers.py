"""Whose signatures count: a list of allowed signers, and each record's signature against it."""

import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from runbook_lib.errors import UsageError
from runbook_lib.proof.chain import of
from runbook_lib.proof.finding import Finding
from runbook_lib.proof.history import Commit
from runbook_lib.services.repository.git import Git, configured

FINGERPRINT = re.compile(r"(?P<key>(?:[0-9A-Fa-f]{4}\s*){10}|[0-9A-Fa-f]{64})(?:\s+(?P<who>\S+))?")
SSH = "-----BEGIN SSH SIGNATURE-----"
OPENPGP = "-----BEGIN PGP "
NOT_GOOD = {
    "B": "one that does not fit its bytes, or is by a key that is not in force then",
    "U": "a good one, by a key that the list does not have, or not for that time",
    "X": "one that has expired",
    "Y": "one by a key that has expired",
    "R": "one by a key that was revoked",
    "E": "one that can't be checked here: its key, or the program for it, is missing",
    "N": "none",
}
"""What git's letters mean: https://git-scm.com/docs/git-log (%G?)."""
TOGETHER = 200
"""How many signatures one git checks, in a row."""


@dataclass(frozen=True)
class Signers:
    """A list of allowed signers: an OpenSSH file's lines, and OpenPGP fingerprints with names.

    What the lines of a file mean: https://man.openbsd.org/ssh-keygen#ALLOWED_SIGNERS.
    """

    path: Path
    lines: tuple[str, ...] = ()
    fingerprints: Mapping[str, str] = field(default_factory=dict)

    def principals(self) -> set[str]:
        """All names that the list has."""
        named = {one for line in self.lines for one in line.split()[0].strip('"').split(",")}
        return named | set(filter(None, self.fingerprints.values()))


@dataclass(frozen=True)
class Signed:
    """What git says of a commit's signature: its letter, the signer, the fingerprints."""

    letter: str
    signer: str = ""
    fingerprints: tuple[str, ...] = ()


def read_signers(path: Path) -> Signers:
    """The list in a file; raises `UsageError` where there is none, or nobody on it."""
    try:
        text = path.expanduser().read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"expected the list of allowed signers at {path}, found: {error}; correct it in the "
            "profile's [archive], or name another with --signers"
        ) from None
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    keys = {line: found for line in lines if (found := FINGERPRINT.fullmatch(line))}
    fingerprints = {plain(found["key"]): found["who"] or "" for found in keys.values()}
    others = tuple(line for line in lines if line not in keys)
    if not lines:
        raise UsageError(f"expected allowed signers in {path}, found nobody: add their keys")
    return Signers(path, others, fingerprints)


def plain(fingerprint: str) -> str:
    """An OpenPGP fingerprint as it is compared."""
    return "".join(fingerprint.split()).upper()


def check_signatures(
    git: Git, commits: Sequence[Commit], signers: Signers
) -> Iterator[tuple[Commit, Signed, list[Finding]]]:
    """Each commit with what its signature is, and what is wrong with it."""
    with tempfile.TemporaryDirectory(prefix="runbook-") as folder:
        listed = Path(folder) / "allowed_signers"
        listed.write_text("".join(f"{line}\n" for line in signers.lines))
        found = ask(git, [commit.name for commit in commits], listed)
    for commit in commits:
        signed = found.get(commit.name, Signed("N"))
        if signed.letter in "GU" and commit.signature.startswith(OPENPGP):
            signed = openpgp(signed, signers)
        yield commit, signed, list(check(commit, signed, signers))


def openpgp(signed: Signed, signers: Signers) -> Signed:
    """A good OpenPGP signature counts where the list has the key's whole fingerprint."""
    known = [one for one in map(plain, signed.fingerprints) if one in signers.fingerprints]
    if not known:
        return replace(signed, letter="U")
    return replace(signed, letter="G", signer=signers.fingerprints[known[0]] or signed.signer)


def ask(git: Git, names: Sequence[str], listed: Path) -> dict[str, Signed]:
    """What git says of the signatures of commits."""
    settings = {
        "gpg.ssh.allowedSignersFile": str(listed),
        "gpg.minTrustLevel": "undefined",
        "log.showSignature": "false",
    }
    here = replace(git, environment=configured(git.environment, settings))
    parts = [names[at : at + TOGETHER] for at in range(0, len(names), TOGETHER)]
    with ThreadPoolExecutor(os.cpu_count() or 1) as workers:
        answers = list(workers.map(lambda part: ask_part(here, part), parts))
    return {name: signed for answer in answers for name, signed in answer.items()}


def ask_part(git: Git, names: Sequence[str]) -> dict[str, Signed]:
    """What git says of some of them, one after the other."""
    shown = "--format=%H%x00%G?%x00%GS%x00%GF%x00%GP%x00"
    asked = "".join(f"{name}\n" for name in names).encode()
    fields = git.run("log", "--no-walk=unsorted", "--stdin", shown, stdin=asked).text.split("\0")
    rows = zip(*(fields[at::5] for at in range(5)), strict=False)
    return {
        name.strip(): Signed(letter, signer, tuple(filter(None, keys)))
        for name, letter, signer, *keys in rows
    }


def check(commit: Commit, signed: Signed, signers: Signers) -> Iterator[Finding]:
    """A commit is signed by somebody on the list, and by its operator where that one is on it."""
    expected = f"a good signature by one of the allowed signers in {signers.path}"
    ours = commit.signature.startswith((SSH, OPENPGP))
    if signed.letter != "G" or not ours:
        found = NOT_GOOD.get(signed.letter, "one of an unknown kind")
        key = f" ({', '.join(signed.fingerprints)})" if signed.fingerprints else ""
        yield of(commit, "signature", expected, f"{found}{key}")


def check_operator(
    commit: Commit, signer: str, signers: Signers, others: Sequence[str]
) -> Iterator[Finding]:
    """Where the list has the operator's own name, nobody else has signed, but who closed it.

    `others` are the people who closed the session after it had died.
    """
    people = [commit.said.get("Operator", ""), *others]
    own = {name for name in signers.principals() if any(is_name(name, one) for one in people)}
    listed = any(is_name(name, people[0]) for name in signers.principals())
    if listed and signer not in own:
        expected = f"a signature of its operator {people[0]}, who is on the list"
        yield of(commit, "signature", expected, f"one of {signer}")


def is_name(principal: str, person: str) -> bool:
    """Whether a principal of the list is that person's name, or an address of theirs."""
    return bool(person) and person in (principal, principal.partition("@")[0])
