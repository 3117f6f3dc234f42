"""Proof: walks an archive, and names the first record that is not as it was written.

Read `walk` first, then `contents` and `gates` (what a record must hold); `pack` makes what
`runbook export` writes, and `unpacked` proves it.
"""

from runbook_lib.archive.signers import Signers, read_signers
from runbook_lib.proof.finding import Finding, Proof
from runbook_lib.proof.walk import prove

__all__ = ["Finding", "Proof", "Signers", "prove", "read_signers"]
