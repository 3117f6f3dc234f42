"""Whether a commit's or tag's signature is good, as GitHub says it.

https://docs.github.com/en/rest/commits/commits#get-a-commit lists the reasons.
"""

import shutil
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from runbook_lib.programs import run
from runbook_lib.sandbox.services.github.call import Call
from runbook_lib.sandbox.services.github.object_format import Signed, Stamp

SSH = "-----BEGIN SSH SIGNATURE-----"


def show_verification(call: Call, signed: Signed | None, signer: Stamp) -> dict[str, Any]:
    """What GitHub says of a signature; a good one is by a key that the world knows."""
    if signed is None:
        return verification("unsigned", None)
    reason = judge(call.world.keys / "allowed_signers", signed, signer.email)
    return verification(reason, signed, at=signer.time)


def verification(reason: str, signed: Signed | None, *, at: str = "") -> dict[str, Any]:
    """The verdict in GitHub's form."""
    valid = reason == "valid"
    return {
        "verified": valid,
        "reason": reason,
        "signature": signed.signature if signed else None,
        "payload": signed.payload if signed else None,
        "verified_at": at if valid else None,
    }


@lru_cache(maxsize=4096)
def judge(signers: Path, signed: Signed, email: str) -> str:
    """`valid`, or why it is not; OpenPGP's keys are known to nobody here."""
    program = shutil.which("ssh-keygen")
    if not signed.signature.startswith(SSH) or not signers.exists() or program is None:
        return "unknown_key"
    with tempfile.NamedTemporaryFile() as file:
        file.write(signed.signature.rstrip("\n").encode() + b"\n")
        file.flush()
        words = ["-Y", "verify", "-f", str(signers), "-I", email, "-n", "git", "-s", file.name]
        done = run([program, *words], stdin=signed.payload.encode(), limit=60)
    return "valid" if done.status == 0 else "unknown_key"
