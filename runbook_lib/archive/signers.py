"""Whose signatures count: a list of allowed signers, and what a signature is against it."""

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path

from runbook_lib.archive.batch import log_in_parts
from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.services.git.git import Git, configured

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


@frozen
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


@frozen
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


def read_signed(git: Git, texts: Mapping[str, str], signers: Signers) -> dict[str, Signed]:
    """What the signatures of some commits are, by the commits' ids.

    `texts` are the commits, or their signatures alone.
    """
    with tempfile.TemporaryDirectory(prefix="runbook-") as folder:
        listed = Path(folder) / "allowed_signers"
        listed.write_text("".join(f"{line}\n" for line in signers.lines))
        found = ask(git, list(texts), listed)
    return {
        name: judged(found.get(name, Signed("N")), text, signers) for name, text in texts.items()
    }


def judged(signed: Signed, text: str, signers: Signers) -> Signed:
    """A signature as the list has it: OpenPGP's are known by the whole fingerprint."""
    by_openpgp = text.startswith(OPENPGP) or f"\ngpgsig {OPENPGP}" in text
    return openpgp(signed, signers) if signed.letter in "GU" and by_openpgp else signed


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
    shown = "--format=%H%x00%G?%x00%GS%x00%GF%x00%GP%x00"
    return {
        name.strip(): Signed(letter, signer, tuple(filter(None, keys)))
        for fields in log_in_parts(here, names, TOGETHER, shown)
        for name, letter, signer, *keys in zip(*(fields[at::5] for at in range(5)), strict=False)
    }
