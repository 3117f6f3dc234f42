"""Merging reviewed commits: just these, in one order, and nothing left of a conflict."""

import pytest

from runbook_lib.errors import Conflict, Refused, UsageError
from runbook_lib.services.git.private_mirrors.diff import LINES, LONGEST, UNCHANGED
from runbook_lib.services.git.private_mirrors.mirror_pair import MirrorPair
from runbook_lib.steps.step import Runner
from tests.services.git.conftest import git, outcomes
from tests.services.git.mirrored import (
    BRANCH,
    SECRET,
    SUBJECT,
    Head,
    Pair,
    carry_out,
    merge,
    mirrors,
    pair,
)

__all__ = ["mirrors", "pair"]


def test_each_branch_is_merged_with_a_commit_of_its_own_in_the_given_order(
    pair: Pair, mirrors: MirrorPair
) -> None:
    lantern, rope, base = pair.lantern(), pair.rope(), pair.public.head
    merged = merge(mirrors, rope, lantern)
    line = git(
        mirrors.git.folder, "log", "--first-parent", "--format=%P", f"{base}..{merged.commit}"
    )
    second, first = line.splitlines()
    assert first.split() == [base, rope.commit]
    assert second.split()[1] == lantern.commit
    assert str(merged) == (
        f"{rope.commit:.9}, {lantern.commit:.9} on top of {base:.9} is {merged.commit:.9}"
    )


def test_the_merge_says_who_made_it_and_nothing_of_what_is_merged(
    pair: Pair, mirrors: MirrorPair
) -> None:
    merged = merge(mirrors, pair.lantern())
    said = git(mirrors.git.folder, "show", "--no-patch", "--format=%an %ae%n%B", merged.commit)
    assert said == "Olive Operator olive@harbor.example\nMerge reviewed changes"


def test_a_merge_is_made_once(pair: Pair, mirrors: MirrorPair, runner: Runner) -> None:
    lantern = pair.lantern()
    assert mirrors.merge([lantern]) == mirrors.merge([lantern, lantern])
    assert outcomes(runner) == ["done", "already"]


def test_just_the_reviewed_commit_is_merged_however_the_branch_has_changed_since(
    pair: Pair, mirrors: MirrorPair
) -> None:
    reviewed = pair.lantern()
    pair.fix(BRANCH, "And one more thing", trapdoor__py="open = True\n")
    merged = merge(mirrors, reviewed)
    assert git(mirrors.git.folder, "ls-tree", "--name-only", merged.commit, "trapdoor.py") == ""
    git(pair.author, "reset", "--hard", "--quiet", "HEAD~2")
    git(pair.author, "push", "--quiet", "--force", "origin", BRANCH)
    assert merge(mirrors, reviewed) == merged


def test_a_reviewed_commit_that_is_gone_is_refused(pair: Pair, mirrors: MirrorPair) -> None:
    pair.lantern()
    mains = pair.mains
    with pytest.raises(Refused, match="have it reviewed as it is now"):
        mirrors.merge([Head(BRANCH, "5" * 40)])
    with pytest.raises(UsageError, match="expected the whole id of a commit"):
        mirrors.merge([Head(BRANCH, "--upload-pack=touch x")])
    assert pair.mains == mains


def test_a_conflict_names_the_files_and_leaves_nothing_of_the_attempt(
    pair: Pair, mirrors: MirrorPair
) -> None:
    lantern = pair.lantern()
    other = pair.fix("paint-the-lantern", "Paint it", lantern__py="lock = 'painted'\n")
    mains, before = pair.mains, merge(mirrors, lantern)
    with pytest.raises(Conflict, match=r"conflicts in lantern\.py; nothing is left") as told:
        mirrors.merge([lantern, other])
    assert other.branch not in str(told.value)
    folder = mirrors.worktree.path
    assert git(folder, "status", "--porcelain") == ""
    assert git(folder, "rev-parse", "HEAD") == before.commit
    assert pair.mains == mains
    assert merge(mirrors, lantern) == before


def test_what_a_crash_left_in_the_working_copy_is_thrown_away(
    pair: Pair, mirrors: MirrorPair
) -> None:
    lantern, rope = pair.lantern(), pair.rope()
    merge(mirrors, lantern)
    (mirrors.worktree.path / "lantern.py").write_text("half")
    (mirrors.worktree.path / ".git").unlink()
    merged = merge(mirrors, lantern, rope)
    assert git(mirrors.worktree.path, "rev-parse", "HEAD") == merged.commit
    assert git(mirrors.worktree.path, "status", "--porcelain") == ""


def test_what_is_public_already_is_left_out_beside_what_is_not(
    pair: Pair, mirrors: MirrorPair
) -> None:
    lantern, rope = pair.lantern(), pair.rope()
    first = merge(mirrors, lantern)
    mirrors.push_upstream(first)
    second = merge(mirrors, lantern, rope)
    assert (second.base, second.heads) == (first.commit, (rope.commit,))
    assert SECRET not in str(mirrors.diff(second))
    carry_out(mirrors, lantern, rope)
    assert pair.mains == (second.commit, second.commit)


def test_the_difference_is_shown_as_a_diff_with_every_text_escaped(
    pair: Pair, mirrors: MirrorPair
) -> None:
    fix = pair.fix("tags", "Tags", page__html="<script>alert('ahoy')</script>\n")
    difference = mirrors.diff(merge(mirrors, fix, pair.lantern()))
    title = f"since {pair.public.head:.9}, which is public: 2 files are changed"
    assert str(difference).splitlines()[0] == title
    assert f"+{SECRET}" in str(difference)
    assert SUBJECT not in str(difference)
    shown = difference._repr_mimebundle_()
    assert "<script>" not in shown["text/html"]
    assert "&lt;script&gt;" in shown["text/html"]
    assert shown["text/plain"] == str(difference)


def test_a_long_difference_is_cut_and_its_digest_stands_for_all_of_it(
    pair: Pair, mirrors: MirrorPair
) -> None:
    many = "".join(f"line {number}\r\n" for number in range(LINES + 500))
    first = pair.fix("long", "Long", long__txt=many)
    short = mirrors.diff(merge(mirrors, first))
    second = pair.fix("long", "Longer", long__txt=f"{many}the last line is another\n")
    other = mirrors.diff(merge(mirrors, second))
    assert short.text.split("\n")[-LINES // 2 :] == other.text.split("\n")[-LINES // 2 :]
    assert short.digest != other.digest
    assert len(short.text.split("\n")) == LINES
    assert (short.left, other.left) == (short.lines - LINES, other.lines - LINES)
    assert str(short).endswith(f"… and {short.left} lines more: {short.command}")


def test_a_long_line_is_cut(pair: Pair, mirrors: MirrorPair) -> None:
    fix = pair.fix("wide", "Wide", wide__txt="x" * (LONGEST + 99))
    assert " … and 100 characters more" in str(mirrors.diff(merge(mirrors, fix)))


def test_commits_that_change_no_file_are_still_asked_for(pair: Pair, mirrors: MirrorPair) -> None:
    pair.lantern()
    git(pair.author, "rm", "--quiet", "lantern.py")
    undone = pair.fix(BRANCH, "Take it out again")
    said = str(mirrors.diff(merge(mirrors, undone)))
    assert said == f"since {pair.public.head:.9}, which is public: {UNCHANGED}"


def test_the_difference_does_not_depend_on_how_git_is_set_up(
    pair: Pair, mirrors: MirrorPair
) -> None:
    merged = merge(mirrors, pair.lantern())
    before = mirrors.diff(merged)
    for setting in ("diff.noprefix=true", "diff.mnemonicPrefix=true", "color.ui=always"):
        name, value = setting.split("=")
        git(mirrors.git.folder, "config", name, value)
    git(mirrors.git.folder, "config", "diff.external", "false")
    after = mirrors.diff(merged)
    assert (after.digest, after.text) == (before.digest, before.text)
