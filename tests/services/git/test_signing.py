"""Signatures: by the expected key, or refused."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from runbook_lib.errors import Conflict, Failed, Refused
from runbook_lib.services.git import Repository, Signing, Worktree
from runbook_lib.steps.step import Runner
from tests.services.git.conftest import (
    FILES,
    Upstream,
    fingerprint,
    git,
    make_ssh_key,
    outcomes,
    prepare,
    ssh_fingerprint,
)


def committed(branch: Worktree) -> str:
    prepare(branch)
    return branch.commit("chore: tag 1.9", FILES, branch.start).id


def test_the_key_is_proved_before_there_is_a_checkout(
    tmp_path: Path, runner: Runner, ssh_key: Path
) -> None:
    for expected in ((), (ssh_fingerprint(ssh_key),)):
        made = Repository(tmp_path / "none", runner, signing=Signing(expected=expected))
        assert str(made.check_signing()) == f"ED25519 key ({ssh_fingerprint(ssh_key)})"


def test_no_key_is_refused_with_what_to_do(tmp_path: Path, runner: Runner) -> None:
    for signing in (Signing(), Signing(format="ssh"), Signing(format="ssh", key="/none.pub")):
        with pytest.raises(Refused, match=r"(?s)expected that git can sign.*user\.signingkey"):
            Repository(tmp_path, runner, signing=signing).check_signing()


def test_without_a_key_that_works_no_tag_is_made(branch: Worktree, upstream: Upstream) -> None:
    commit = committed(branch)
    before = fingerprint(upstream.bare, branch.path, branch.path.parent / "checkout")
    for key in ("/none.pub", "ssh-ed25519 AAAA"):
        with pytest.raises(Refused, match="expected that git can sign"):
            replace(branch, signing=Signing(key=key)).sign_tag("1.9", commit, "x")
    with pytest.raises(Refused, match="expected a signature by SHA256:else"):
        replace(branch, signing=Signing(expected=("SHA256:else",))).sign_tag("1.9", commit, "x")
    assert fingerprint(upstream.bare, branch.path, branch.path.parent / "checkout") == before


def test_another_key_than_the_expected_one_is_refused(
    tmp_path: Path, runner: Runner, ssh_key: Path
) -> None:
    with pytest.raises(Refused, match="expected a signature by SHA256:else, found one by"):
        Repository(tmp_path, runner, signing=Signing(expected=("SHA256:else",))).check_signing()


def test_allowed_signers_say_whose_ssh_key_it_is(
    tmp_path: Path, runner: Runner, ssh_key: Path
) -> None:
    signers = tmp_path / "signers"
    made = Repository(tmp_path, runner, signing=Signing(allowed_signers=signers))
    key = Path(f"{ssh_key}.pub").read_text()
    signers.write_text(f"olive@harbor.example {key}")
    assert made.check_signing().signer == "olive@harbor.example"
    signers.write_text(f'olive@harbor.example valid-before="20200101" {key}')
    with pytest.raises(Refused, match="expected a signature by the release key"):
        made.check_signing()
    other = make_ssh_key(tmp_path, "other")
    signers.write_text(f"olive@harbor.example {Path(f'{other}.pub').read_text()}")
    with pytest.raises(Refused, match="expected a signature by the release key"):
        made.check_signing()


def test_a_tag_is_signed_once_and_shows_its_signer(
    branch: Worktree, ssh_key: Path, runner: Runner, upstream: Upstream
) -> None:
    commit = committed(branch)
    message = "chore: tag 1.9\n\n# all of it\n--force"
    tag = branch.sign_tag("1.9", commit, message)
    assert branch.sign_tag("1.9", commit, message) == tag
    assert outcomes(runner)[-2:] == ["done", "already"]
    assert str(tag) == (f"1.9 at {commit:.9}, signed by ED25519 key ({ssh_fingerprint(ssh_key)})")
    assert git(
        branch.path, "for-each-ref", "--format=%(contents:subject)%(contents:body)", "refs/tags/1.9"
    ) == ("chore: tag 1.9# all of it\n--force")
    assert "1.9" not in upstream.refs()


def test_a_tag_that_is_only_on_the_upstream_is_fetched_and_verified(
    branch: Worktree, upstream: Upstream, runner: Runner
) -> None:
    commit = committed(branch)
    tag = branch.sign_tag("1.9", commit, "x")
    branch.push("release/1.9", tag)
    git(branch.path, "tag", "-d", "1.9")
    assert branch.sign_tag("1.9", commit, "x") == tag
    assert outcomes(runner)[-1] == "already"


def another_commit(branch: Worktree, upstream: Upstream) -> None:
    git(branch.path, "tag", "-s", "-m", "x", "1.9", branch.start)


def lightweight(branch: Worktree, upstream: Upstream) -> None:
    git(branch.path, "tag", "1.9")


def unsigned(branch: Worktree, upstream: Upstream) -> None:
    git(branch.path, "tag", "-a", "-m", "x", "1.9")


def on_a_blob(branch: Worktree, upstream: Upstream) -> None:
    git(branch.path, "tag", "-s", "-m", "x", "1.9", "HEAD:setup.py")


def lightweight_on_a_tree(branch: Worktree, upstream: Upstream) -> None:
    git(branch.path, "tag", "1.9", "HEAD^{tree}")


def by_another_key(branch: Worktree, upstream: Upstream) -> None:
    key = make_ssh_key(branch.path.parent, "other")
    git(branch.path, "-c", f"user.signingkey={key}.pub", "tag", "-s", "-m", "x", "1.9")


def forged(branch: Worktree, upstream: Upstream) -> None:
    git(branch.path, "tag", "-s", "-m", "x", "tmp")
    text = git(branch.path, "cat-file", "tag", "tmp").replace("tag tmp", "tag 1.9") + "\n"
    forgery = git(branch.path, "hash-object", "-t", "tag", "-w", "--stdin", stdin=text)
    git(branch.path, "update-ref", "refs/tags/1.9", forgery)
    git(branch.path, "tag", "-d", "tmp")


def on_the_upstream_elsewhere(branch: Worktree, upstream: Upstream) -> None:
    git(upstream.bare, "tag", "-a", "-m", "x", "1.9", "1.8^{}")


TAGS: dict[str, tuple[Callable[[Worktree, Upstream], None], str]] = {
    "another commit": (another_commit, "expected tag 1.9 at .* a tag is never moved"),
    "lightweight": (lightweight, "found a lightweight one"),
    "unsigned": (unsigned, "not signed as expected: .*no signature found"),
    "on a blob": (on_a_blob, "at the blob .*; a tag is never moved"),
    "lightweight on a tree": (lightweight_on_a_tree, "at the tree"),
    "by another key": (by_another_key, "expected a signature by SHA256:.*, found one by"),
    "forged": (forged, "expected a good signature on refs/tags/1.9"),
    "on the upstream elsewhere": (on_the_upstream_elsewhere, "in origin and here at .*never moved"),
}


@pytest.mark.parametrize("kind", TAGS)
def test_a_tag_that_is_anything_else_is_a_conflict_and_never_touched(
    branch: Worktree, upstream: Upstream, kind: str
) -> None:
    commit = committed(branch)
    make, message = TAGS[kind]
    make(branch, upstream)
    before = fingerprint(upstream.bare), git(branch.path, "status", "--porcelain=v2", "--branch")
    with pytest.raises(Conflict, match=message):
        branch.sign_tag("1.9", commit, "x")
    after = fingerprint(upstream.bare), git(branch.path, "status", "--porcelain=v2", "--branch")
    assert after == before


def test_a_tag_of_a_commit_that_was_lost_is_no_other_s_tag(branch: Worktree) -> None:
    commit = committed(branch)
    lost = git(branch.path, "commit-tree", "-m", "lost", f"{commit}^{{tree}}")
    git(branch.path, "tag", "-s", "-m", "x", "1.9", lost)
    objects = Path(git(branch.path, "rev-parse", "--git-path", "objects"))
    (branch.path / objects / lost[:2] / lost[2:]).unlink()
    with pytest.raises(Failed, match="what tag 1.9 stands for, and it is missing"):
        branch.sign_tag("1.9", commit, "x")


def test_a_tag_that_differs_here_and_there_names_both(
    release: Worktree, upstream: Upstream
) -> None:
    git(upstream.bare, "tag", "-a", "-m", "x", "1.9", "1.8^{}")
    here, there = release.head().id, git(upstream.bare, "rev-parse", "1.8^{}")
    before = fingerprint(upstream.bare, release.path)
    message = (
        f"tag 1.9 on origin is .* at {there:.9}, here it is .* at {here:.9}; a pushed tag is never "
        "moved: run this again from the top, which goes on with theirs"
    )
    with pytest.raises(Conflict, match=message):
        release.sign_tag("1.9", here, "x")
    with pytest.raises(Conflict, match=message):
        release.push("release/1.9", "1.9")
    assert fingerprint(upstream.bare, release.path) == before


def test_openpgp_keys_are_told_apart_by_their_fingerprint(
    branch: Worktree,
    upstream: Upstream,
    home: Path,
    gnupg: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours, other = gnupg("Olive <olive@harbor.example>"), gnupg("Mallory <m@harbor.example>")
    monkeypatch.setenv("GNUPGHOME", str(gnupg.folder))  # type: ignore[attr-defined]
    spaced = " ".join(ours[at : at + 4] for at in range(0, 40, 4)).lower()
    signing = Signing(format="openpgp", key=ours, expected=(spaced,))
    mine = replace(branch, signing=signing)
    assert mine.check_signing().fingerprints == (ours,)
    with pytest.raises(
        Refused, match=f"expected a signature by .*, found one by Mallory .*{other}"
    ):
        replace(branch, signing=replace(signing, key=other)).check_signing()
    tag = mine.sign_tag("1.9", committed(branch), "x")
    assert str(tag).endswith(f"signed by Olive <olive@harbor.example> ({ours})")
    assert (
        replace(branch, signing=replace(signing, expected=())).sign_tag("1.9", tag.commit, "x")
        == tag
    )
    for theirs in (Signing(format="openpgp", key=other), replace(signing, expected=(other,))):
        with pytest.raises(Conflict, match="not signed as expected"):
            replace(branch, signing=theirs).sign_tag("1.9", tag.commit, "x")


def test_an_expired_openpgp_key_is_refused(
    tmp_path: Path,
    runner: Runner,
    home: Path,
    gnupg: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = gnupg("Old <old@harbor.example>", "--faked-system-time", "20200101T000000!")
    monkeypatch.setenv("GNUPGHOME", str(gnupg.folder))  # type: ignore[attr-defined]
    made = Repository(tmp_path, runner, signing=Signing(format="openpgp", key=old, expected=(old,)))
    with pytest.raises(Refused, match="expected that git can sign"):
        made.check_signing()
