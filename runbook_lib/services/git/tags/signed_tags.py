"""Signed tags: the one that is there already, held to what it should be."""

from collections.abc import Callable

from runbook_lib.errors import Conflict, Failed, Refused
from runbook_lib.services.git.git import Git, one_a_line
from runbook_lib.services.git.history import SHORT
from runbook_lib.services.git.remote import Remote
from runbook_lib.services.git.tags.signing import Signature, SignedTag, Signing, prove, verify


def find_tag(remote: Remote, name: str, at: str, signing: Signing) -> SignedTag | None:
    """The tag of that name, here or on the upstream, or None.

    Raises `Conflict` where there is one that is anything but an annotated tag at the commit `at`
    with a good signature by an expected key.
    """
    full, git = f"refs/tags/{name}", remote.git
    there = remote.refs(full)
    here = git.object_at(full)
    if there and here is None:
        remote.fetch_tag(full)
        here = git.object_at(full)
    if here is None:
        return None
    where = f"{remote} and here" if there else f"{git.folder} (not on {remote})"
    check_same(remote, name, here, there)
    check_target(git, name, at, where)
    return SignedTag(name, at, here, check_signature(git, name, signing, where))


def check_same(remote: Remote, name: str, here: str, there: dict[str, str]) -> None:
    """Refuse a tag that is one thing here and another on the upstream."""
    full = f"refs/tags/{name}"
    if there.get(full, here) == here:
        return
    peeled = there.get(f"{full}^{{}}", there[full])
    mine = remote.git.object_at(f"{full}^{{}}") or here
    raise Conflict(
        f"tag {name} on {remote} is {there[full]:.{SHORT}} at {peeled:.{SHORT}}, "
        f"here it is {here:.{SHORT}} at {mine:.{SHORT}}; a pushed tag is never moved: run this "
        "again from the top, which goes on with theirs where it is this release; or choose another "
        f"version, or remove the one here (git -C {remote.git.folder} tag -d {name})"
    )


def check_target(git: Git, name: str, at: str, where: str) -> None:
    """Refuse a tag that is not annotated, or does not stand for the commit `at`."""
    names = one_a_line([f"refs/tags/{name}^{{}}", f"refs/tags/{name}"])
    asked = ("cat-file", "--batch-check=%(objectname) %(objecttype)")
    (target, kind), (_, own_kind) = map(str.split, git.run(*asked, stdin=names).lines)
    if kind == "missing":
        raise Failed(
            f"expected in {git.folder} what tag {name} stands for, and it is missing: the "
            "repository is damaged (git fsck); make it anew, then run this again"
        )
    advice = "a tag is never moved: choose another version, or see who made it"
    if kind != "commit":
        raise Conflict(
            f"expected tag {name} at commit {at:.{SHORT}}, found it in {where} at the {kind} "
            f"{target:.{SHORT}}; {advice}"
        )
    if target != at:
        raise Conflict(
            f"expected tag {name} at {at:.{SHORT}}, found it in {where} at {target:.{SHORT}}; "
            f"{advice}"
        )
    if own_kind != "tag":
        raise Conflict(
            f"expected a signed tag {name}, found a lightweight one in {where}; {advice}"
        )


def check_signature(git: Git, name: str, signing: Signing, where: str) -> Signature:
    """Refuse a tag without a good signature by an expected key; return its signature."""
    try:
        signature = verify(git, f"refs/tags/{name}", signing)
        check_signer(signature, signing, lambda: prove(git, signing))
    except Refused as error:
        raise Conflict(
            f"tag {name} in {where} is not signed as expected: {error}; "
            "a tag is never made again under its name: choose another version, or see who made it"
        ) from error
    return signature


def check_signer(signature: Signature, signing: Signing, own: Callable[[], Signature]) -> None:
    """Refuse a good signature by a key that is not expected.

    Expected are the keys that `signing` lists, else the principals of git's allowed signers, else
    the key that git itself signs with (`own`).
    """
    if signing.expected:
        accepted = signing.accepts(signature)
    elif signature.listed is not None:
        accepted = signature.listed
    else:
        accepted = set(own().fingerprints) == set(signature.fingerprints)
    if not accepted:
        expected = ", ".join(signing.expected) or "the release key"
        raise Refused(
            f"expected a signature by {expected}, found one by {signature}; sign with an expected "
            "key (signing.key of the profile, user.signingkey of git), or have this one added to "
            "the expected ones (signing.expected, signing.allowed_signers)"
        )
