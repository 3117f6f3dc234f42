"""Which commits drop out of a release, together with what takes them back: a table of shapes."""

from datetime import UTC, datetime

import pytest

from runbook_lib.policy.commits import Commit, standing
from runbook_lib.policy.release.choice import called_for
from runbook_lib.policy.reverts import drop_reverts


def sha(name: str) -> str:
    """The id of a commit that is called by a letter or more."""
    return name.encode().hex().ljust(40, "0")


def commit(name: str, subject: str, body: str = "", parents: str = "") -> Commit:
    ids = tuple(map(sha, parents.split()))
    return Commit(sha(name), ids, "Ada", datetime(2020, 2, 7, tzinfo=UTC), subject, body)


def reverts(name: str) -> str:
    return f"This reverts commit {sha(name)}."


FEATURE = commit("A", "feat: x", parents="0")
OTHER = commit("B", "fix: y", parents="A")


@pytest.mark.parametrize(
    ("commits", "left"),
    [
        ([commit("R", 'Revert "feat: x"', reverts("A")), OTHER, FEATURE], "B"),
        ([commit("R", "revert: feat: x", f"{reverts('A')}\n"), FEATURE], ""),
        ([commit("R", 'Revert "feat: x"', f"This reverts commit {sha('A')[:9]}."), FEATURE], ""),
        ([commit("R", "Back out x", f"Why.\n\n{reverts('A')}\n\nMore."), OTHER, FEATURE], "B"),
        ([commit("R", "Both", f"This reverts commits {sha('A')} and {sha('B')}."),
          OTHER, FEATURE], ""),
        ([commit("R", "Both", f"{reverts('A')}\n{reverts('B')}"), OTHER, FEATURE], ""),
        # What says that it takes back a part alone, or brings something else, is counted.
        ([commit("R", "Less of x", f"This reverts commit {sha('A')} in part."), FEATURE], "R A"),
        ([commit("R", "feat: another way", reverts("A")), FEATURE], "R"),
        ([commit("R", "fix: revert x", reverts("A")), FEATURE], ""),
        # Released before: users had it.
        ([commit("R", 'Revert "feat: z"', reverts("Z")), OTHER, FEATURE], "R B A"),
        # A revert of a revert, by git since 2.43 and before.
        ([commit("S", 'Reapply "feat: x"', reverts("R")),
          commit("R", 'Revert "feat: x"', reverts("A")), FEATURE], "A"),
        ([commit("S", 'Revert "Revert "feat: x""', reverts("R")),
          commit("R", 'Revert "feat: x"', reverts("A")), FEATURE], "A"),
        ([commit("T", 'Revert "Reapply "feat: x""', reverts("S")),
          commit("S", 'Reapply "feat: x"', reverts("R")),
          commit("R", 'Revert "feat: x"', reverts("A")), FEATURE], ""),
        ([commit("S", 'Reapply "feat: x"', reverts("R")), OTHER], "S B"),
        # By GitHub's button, squashed or not; and rebased, where the id is of another branch.
        ([commit("R", 'Revert "feat: x" (#13)', "Reverts ada/kit#12"),
          commit("A", "feat: x (#12)")], ""),
        ([commit("R", 'Revert "feat: x"', reverts("Z")), OTHER, FEATURE], "B"),
        ([FEATURE, commit("R", 'Revert "feat: x"', reverts("Z"))], "A R"),
        # A merge that is taken back takes all with it that it had brought.
        ([commit("R", "Revert \"Merge branch 'side'\"",
                 f"This reverts commit {sha('M')}, reversing\nchanges made to {sha('B')}."),
          commit("M", "Merge branch 'side'", parents="B D"),
          commit("D", "feat: d", parents="C"), commit("C", "feat: c", parents="A"),
          OTHER, FEATURE], "B A"),
    ],
    ids=["pair", "typed", "short id", "own words", "several", "two lines", "in part", "more in it",
         "fix", "released", "reapplied", "revert of a revert", "three times", "reapplied later",
         "button", "rebased", "again", "merge"],
)  # fmt: skip
def test_reverts_drop_out_in_pairs(commits: list[Commit], left: str) -> None:
    kept = standing(drop_reverts(commits))
    assert [one.id for one in kept] == list(map(sha, left.split()))


def test_they_say_why_and_call_for_nothing() -> None:
    found = drop_reverts([commit("R", 'Revert "feat: x"', reverts("A")), OTHER, FEATURE])
    assert [one.dropped for one in found] == [
        f"reverts {sha('A'):.9}",
        "",
        f"reverted by {sha('R'):.9}",
    ]
    assert called_for(found) == "patch"


def test_a_long_chain_of_reverts_is_followed_to_its_end() -> None:
    names = [f"n{number:04}" for number in range(2000)]
    chain = [
        commit(name, f'Revert "{number}"', reverts(names[number - 1]) if number else "")
        for number, name in enumerate(names)
    ]
    assert len(standing(drop_reverts(chain[::-1]))) == 0
    assert len(standing(drop_reverts(chain[:-1][::-1]))) == 1
