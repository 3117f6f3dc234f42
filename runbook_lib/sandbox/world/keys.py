"""The signing key that a world makes for its operator."""

import shutil
from pathlib import Path

from runbook_lib.errors import Failed, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.programs import run
from runbook_lib.sandbox.world.leases import locked

PRINCIPAL = "operator@sandbox.example"


@frozen
class SigningKey:
    """An ed25519 key for git's SSH signatures, as paths, and whose it is."""

    private: Path
    public: Path
    allowed_signers: Path
    principal: str = PRINCIPAL


def make_signing_key(folder: Path) -> SigningKey:
    """The operator's key in a world's folder of keys, made where it is missing.

    Raises UsageError where there is no ssh-keygen on this machine.
    """
    key = SigningKey(folder / "operator", folder / "operator.pub", folder / "allowed_signers")
    with locked(folder / "lock", within=10):
        if not key.allowed_signers.exists():
            generate(key)
    return key


def generate(key: SigningKey) -> None:
    """Make the key pair, then the list of signers that says that it is complete."""
    program = shutil.which("ssh-keygen")
    if program is None:
        raise UsageError(
            "the sandbox signs with a key that ssh-keygen makes, and ssh-keygen was not found; "
            "install it (Debian, Ubuntu: openssh-client; Fedora: openssh; conda: openssh)"
        )
    for left in (key.private, key.public):
        left.unlink(missing_ok=True)
    options = ("-q", "-t", "ed25519", "-N", "", "-C", key.principal, "-f", str(key.private))
    done = run([program, *options], limit=60)
    if done.status:
        raise Failed(f"ssh-keygen ended with {done.status}: {done.said.strip()}")
    kind, value = key.public.read_text().split()[:2]
    new = key.allowed_signers.with_suffix(".new")
    new.write_text(f'{key.principal} namespaces="git" {kind} {value}\n')
    new.rename(key.allowed_signers)
