"""Merged pull requests speak for their commits: a table of how they were merged."""

from datetime import UTC, datetime

import pytest

from runbook_lib.policy.commits import Commit, Pull, standing
from runbook_lib.policy.convention import KNOWN, Kind
from runbook_lib.policy.pulls import speak_for
from runbook_lib.policy.reverts import drop_reverts


def sha(name: str) -> str:
    return name.encode().hex().ljust(40, "0")


def commit(name: str, subject: str, parents: str = "0", body: str = "") -> Commit:
    ids = tuple(map(sha, parents.split()))
    return Commit(sha(name), ids, "Ada", datetime(2020, 2, 7, tzinfo=UTC), subject, body)


def pull(number: int, merged_as: str, *labels: str, title: str = "Shine") -> Pull:
    return Pull(number, title, labels, sha(merged_as))


SIDE = [commit("M", "Merge pull request #7 from a/b", "A C"), commit("C", "wip"), commit("B", "x")]
OTHER = commit("A", "fix: y")


@pytest.mark.parametrize(
    ("commits", "pulls", "said"),
    [
        ([*SIDE, OTHER], {"M": [7], "C": [7], "B": [7]}, ["feature Shine (#7)", "fix y"]),
        ([commit("M", "Shine (#7)"), OTHER], {"M": [7]}, ["feature Shine (#7)", "fix y"]),
        # Rebased: each is a commit of its own, and it was merged as the newest.
        ([commit("M", "b"), commit("C", "a"), OTHER], {"M": [7], "C": [7]},
         ["feature Shine (#7)", "fix y"]),
        # Merged into a branch that was squashed afterwards: the newest of it that is here speaks.
        ([commit("C", "b"), commit("B", "a")], {"C": [7], "B": [7]}, ["feature Shine (#7)"]),
        # What was merged into a branch came by that one; the branch's own is only its merge.
        ([commit("N", "Merge pull request #9 from a/develop", "A M"), *SIDE],
         {"N": [9], "M": [7, 9], "C": [7, 9], "B": [7, 9]},
         ["none Release (#9)", "feature Shine (#7)"]),
        ([OTHER], {}, ["fix y"]),
        ([OTHER], {"A": []}, ["fix y"]),
        # What breaks something is told whatever its pull request says.
        ([*SIDE[:2], commit("B", "chore!: x")], {"M": [7], "C": [7], "B": [7]},
         ["feature Shine (#7)", "other x"]),
    ],
    ids=["merged", "squashed", "rebased", "elsewhere", "nested", "unknown", "none", "breaking"],
)  # fmt: skip
def test_each_pull_request_speaks_once(
    commits: list[Commit], pulls: dict[str, list[int]], said: list[str]
) -> None:
    known = {7: pull(7, "M", "enhancement"), 9: pull(9, "N", title="Release")}
    found = speak_for(commits, {sha(id): [known[n] for n in ns] for id, ns in pulls.items()})
    assert [f"{one.kind} {one.summary}" for one in standing(found)] == said


def test_a_part_says_what_it_is_a_part_of() -> None:
    found = speak_for(SIDE, {one.id: [pull(7, "M")] for one in SIDE})
    assert [one.dropped for one in found] == ["", "part of #7", "part of #7"]


def test_a_pull_request_that_reverts_one_of_the_release_drops_out_with_it() -> None:
    revert = commit("R", 'Revert "x"', body=f"This reverts commit {sha('M')}, reversing\nchanges.")
    merge = commit("N", "Merge pull request #8 from a/revert", "M R")
    commits = [merge, revert, *SIDE]
    pulls = {one.id: [pull(7, "M", "enhancement")] for one in SIDE}
    pulls |= {one.id: [pull(8, "N", "bug", title='Revert "Shine"')] for one in (merge, revert)}
    assert standing(speak_for(drop_reverts(commits), pulls)) == []


@pytest.mark.parametrize(
    ("title", "labels", "kind", "breaking"),
    [
        ("Shine", ("enhancement",), "feature", False),
        ("Shine", ("Type: Bug", "good first issue"), "fix", False),
        ("Shine", ("bug", "feature"), "feature", False),
        ("Shine", ("bug", "breaking change"), "other", True),
        ("Shine", ("semver:major",), "other", True),
        ("feat: shine", ("documentation",), "other", False),
        ("feat(lamp)!: shine", (), "feature", True),
        ("perf: shine", ("help wanted",), "performance", False),
        ("Shine", ("ignore-for-release", "question"), "other", False),
        ("Shine", ("area/ui",), "fix", False),
        ("Shine", (), "none", False),
    ],
)
def test_labels_say_more_than_a_title(
    title: str, labels: tuple[str, ...], kind: Kind, breaking: bool
) -> None:
    convention = KNOWN.adding({}, {"Area: UI": "fix"})
    one = Commit(
        sha("A"), (), "Ada", datetime(2020, 2, 7, tzinfo=UTC), "x", convention=convention,
        pull=pull(7, "A", *labels, title=title),
    )  # fmt: skip
    assert (one.kind, one.breaking) == (kind, breaking)
