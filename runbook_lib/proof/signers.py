"""Each record's signature against the list of those whose signatures count."""

from collections.abc import Iterator, Sequence

from runbook_lib.archive.signers import NOT_GOOD, OPENPGP, SSH, Signed, Signers, read_signed
from runbook_lib.policy.quorum import is_name
from runbook_lib.proof.chain import of
from runbook_lib.proof.finding import Finding
from runbook_lib.proof.history import Commit
from runbook_lib.services.git.git import Git


def check_signatures(
    git: Git, commits: Sequence[Commit], signers: Signers
) -> Iterator[tuple[Commit, Signed, list[Finding]]]:
    """Each commit with what its signature is, and what is wrong with it."""
    found = read_signed(git, {commit.name: commit.signature for commit in commits}, signers)
    for commit in commits:
        signed = found[commit.name]
        yield commit, signed, list(check(commit, signed, signers))


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
